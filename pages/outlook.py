"""/ennakointi: the population projection by age group, and costs if nothing else changes."""

import streamlit as st

from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import layout, page_run
from kuntamittari.ui.parts import outlook


@page_run.page
def page(context: PageContext) -> None:
    head = st.container()
    finding, lines = outlook.costs(context)
    with head:
        layout.headline(context.t("outlook.question"), finding)
    outlook.population(context)
    outlook.notes(context, lines)
    layout.link(context, "kustannukset", context.t("overview.costs"))
