"""/tukipalvelut: general administration beside its peers, and what a saving on support services would mean."""

import streamlit as st

from kuntamittari.exhibits import page_defaults
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import layout, page_run
from kuntamittari.ui.parts import support


@page_run.page
def page(context: PageContext) -> None:
    context = page_defaults.administration(context)
    st.title(context.t("support.title"))
    layout.lead(context.t("support.lead"))
    support.inputs(context)
    support.result(context)
    support.reference(context)
    support.beside(context)
