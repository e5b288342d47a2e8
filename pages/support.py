"""/tukipalvelut: general administration beside the peers, and a scenario of savings on support services."""

from kuntamittari.exhibits import page_defaults
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import layout, page_run
from kuntamittari.ui.parts import support


@page_run.page
def page(context: PageContext) -> None:
    context = page_defaults.administration(context)
    layout.headline(context.t("support.question"), *support.finding(context))
    layout.lead(context.t("support.lead"))
    support.inputs(context)
    support.result(context)
    support.reference(context)
    support.administration(context)
