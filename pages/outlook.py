"""/ennakointi: the population projection by age group, and costs if nothing else changes."""

import streamlit as st

from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import layout, page_run
from kuntamittari.ui.parts import outlook


@page_run.page
def page(context: PageContext) -> None:
    st.title(context.t("outlook.title"))
    layout.lead(context.t("outlook.lead"))
    outlook.population(context)
    outlook.costs(context)
    outlook.source(context)
    layout.link(context, "kustannukset", context.t("overview.costs"))
