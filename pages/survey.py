"""/toimenpiteet: the survey of measures, what was published of 2014 and what a new export says."""

import streamlit as st

from kuntamittari.address import View
from kuntamittari.ui import body, frame, survey


@body.page
def page(view: View) -> None:
    st.title(view.t("survey.title"))
    chosen = survey.chosen(view)
    if chosen:
        survey.results(view, *chosen)
    else:
        frame.finding(view.t("survey.lead"))
    survey.published(view)
    survey.bring(view)
