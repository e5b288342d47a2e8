"""/menetelmat: how the figures are computed, in English: docs/methods.md, whole or one section."""

from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import layout, page_run
from kuntamittari.ui.parts import methods


@page_run.page
def page(context: PageContext) -> None:
    section = methods.requested_section(context)

    layout.headline(context.t("nav.methods"), context.t("methods.lead"))
    if section:
        methods.one_section(context, section)
    else:
        methods.whole(context)
