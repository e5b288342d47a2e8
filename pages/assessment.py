"""/itsearviointi: the municipality's own assessment by CAF 2013, beside others', and what follows from it."""

import streamlit as st

from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import layout, page_run
from kuntamittari.ui.uploads import assessment


@page_run.page
def page(context: PageContext) -> None:
    st.title(context.t("assessment.title"))
    layout.lead(context.t("assessment.lead"))
    one = assessment.of_year(context)
    assessment.result(context, one)
    assessment.scoring(context, one)
    assessment.actions(context, one)
    assessment.keep(context)
