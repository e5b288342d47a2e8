"""/toimenpiteet: the survey of measures, with the published results of 2014 and uploaded rounds."""

import streamlit as st

from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import layout, page_run
from kuntamittari.ui.uploads import survey


@page_run.page
def page(context: PageContext) -> None:
    st.title(context.t("survey.title"))
    chosen = survey.chosen_question(context)
    if chosen:
        survey.results(context, *chosen)
    else:
        layout.finding(context.t("survey.lead"))
    survey.published(context)
    survey.upload(context)
