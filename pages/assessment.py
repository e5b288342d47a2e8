"""/itsearviointi: the municipality's own assessment by CAF 2013, beside others', and what follows from it."""

import streamlit as st

from kuntamittari.address import View
from kuntamittari.ui import assessment, body, frame


@body.page
def page(view: View) -> None:
    st.title(view.t("assessment.title"))
    frame.lead(view.t("assessment.lead"))
    one = assessment.of_year(view)
    assessment.result(view, one)
    assessment.scoring(view, one)
    assessment.actions(view, one)
    assessment.keep(view)
