"""/valtakunta: the whole municipal sector over the years."""

from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import layout, page_run
from kuntamittari.ui.parts import national, productivity


@page_run.page
def page(context: PageContext) -> None:
    layout.headline(context.t("national.question"), national.finding(context))
    national.growth(context)
    national.services(context)
    national.productivity(context)
    productivity.total(context, (MAINLAND,))
    national.spread(context)
    national.movers(context)
    national.source(context)
    layout.link(context, "kehikko", context.t("nav.framework"))
