"""/tukipalvelut: general administration beside the peers, and a scenario of savings on support services."""

import streamlit as st

from kuntamittari.exhibits import page_defaults
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import layout, page_run
from kuntamittari.ui.parts import comparison, support
from kuntamittari.ui.pictures import choice


def administration(context: PageContext) -> None:
    """Draw general administration in the group, as a picture and as a table."""
    st.header(context.indicator.name[context.t.language])
    layout.finding(comparison.finding(context, context.indicator))
    choice.usual(context)
    support.table(context)
    comparison.method_notes(context)


@page_run.page
def page(context: PageContext) -> None:
    context = page_defaults.administration(context)
    layout.headline(context.t("support.question"), *support.finding(context))
    layout.lead(context.t("support.lead"))
    support.inputs(context)
    support.result(context)
    support.reference(context)
    administration(context)
