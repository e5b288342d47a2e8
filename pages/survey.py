"""/toimenpiteet: the survey of measures, what was published of 2014 and what a new export says."""

import streamlit as st

from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import layout, page_run
from kuntamittari.ui.uploads import survey


@page_run.page
def page(context: PageContext) -> None:
    st.title(context.t("survey.title"))
    chosen = survey.chosen(context)
    if chosen:
        survey.results(context, *chosen)
    else:
        layout.finding(context.t("survey.lead"))
    survey.published(context)
    survey.bring(context)
