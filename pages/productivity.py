"""/tuottavuus: output against deflated cost of a service, its parts, the change of the year and the frontier."""

from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.exhibits import page_defaults
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import layout, page_run
from kuntamittari.ui.parts import card, comparison, frontier, productivity


@page_run.page
def page(context: PageContext) -> None:
    context = page_defaults.productivity(context)
    service = context.service_name(context.indicator)
    question = context.t("productivity.question", service=service)
    layout.headline(question, comparison.finding(context, context.indicator))
    productivity.service_choice(context)
    productivity.arithmetic(context)
    productivity.parts(context)
    productivity.table(context)
    productivity.bridge(context)
    card.outcomes_beside(context, context.indicator.service)
    comparison.lines(context)
    productivity.total(context, (context.selection.municipality, MAINLAND))
    frontier.section(context)
    comparison.method_notes(context)
