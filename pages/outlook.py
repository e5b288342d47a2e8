"""/ennakointi: the population projection by age group, and what it does to costs if nothing else changes."""

import streamlit as st

from kuntamittari.address import View
from kuntamittari.ui import body, frame, outlook


@body.page
def page(view: View) -> None:
    st.title(view.t("outlook.title"))
    frame.lead(view.t("outlook.lead"))
    outlook.population(view)
    outlook.costs(view)
    outlook.source(view)
    frame.link(view, "kustannukset", view.t("overview.costs"))
