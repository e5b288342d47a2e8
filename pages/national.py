"""/valtakunta: the whole municipal sector over the years."""

from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import layout, page_run
from kuntamittari.ui.parts import national


@page_run.page
def page(context: PageContext) -> None:
    layout.headline(context.t("national.title"), national.finding(context))
    national.growth(context)
    national.services(context)
    national.productivity(context)
    national.spread(context)
    national.movers(context)
    national.source(context)
    layout.link(context, "kehikko", context.t("nav.framework"))
