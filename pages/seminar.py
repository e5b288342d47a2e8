"""/esitys: a deck of views, put in order, given headlines, shown full screen and taken along."""

from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import layout, page_run
from kuntamittari.ui.parts import presentation


@page_run.page
def page(context: PageContext) -> None:
    slide = presentation.shown(context, presentation.PATH)

    if slide is not None:
        presentation.show(context, slide)
    else:
        layout.headline(context.t("deck.title"), context.t("deck.lead", n=len(context.selection.deck)))
        presentation.edit(context)
