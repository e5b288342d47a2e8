"""/: what the services of a municipality cost, beside whom, why, and in euros a year."""

from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import page_run
from kuntamittari.ui.front import answers


@page_run.page
def page(context: PageContext) -> None:
    answers.draw(context)
