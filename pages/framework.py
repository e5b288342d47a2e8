"""/kehikko: the measuring framework with the indicators of each cell and the municipality's standings."""

from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.standings import framework
from kuntamittari.exhibits.views import heads
from kuntamittari.ui import layout, page_run
from kuntamittari.ui.element_cache import cached_elements
from kuntamittari.ui.parts import comparison, framework_grid


@page_run.page
def page(context: PageContext) -> None:
    t = context.t

    head = heads.of_page(context, "kehikko")
    layout.headline(head.title, *head.findings)
    layout.lead(head.lead)
    cached_elements(context, "framework", lambda: framework_grid.draw(context, framework.whole(context)))
    comparison.later(context, context.catalogue.values())
    layout.method_notes(context, [f"{t('judgement.note')}."], t("grid.source"), (1, 5, 14, 18, 20))
    layout.link(context, "indikaattorit", t("overview.indicators"))
