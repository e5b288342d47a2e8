"""/tyoelama: the quality of working life, which no open source publishes by municipality, and uploading it."""

from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import layout, page_run
from kuntamittari.ui.parts import worklife


@page_run.page
def page(context: PageContext) -> None:
    layout.headline(context.t("worklife.question"), context.t("worklife.lead"))
    for indicator in worklife.indicators(context):
        worklife.section(context, indicator)
    layout.link(context, "kehikko", context.t("nav.framework"))
