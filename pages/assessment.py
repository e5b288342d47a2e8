"""/itsearviointi: the municipality's self-assessment by CAF 2013 beside others', and the actions that follow."""

import streamlit as st

from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import layout, page_run
from kuntamittari.ui.uploads import assessment


@page_run.page
def page(context: PageContext) -> None:
    st.title(context.t("assessment.title"))
    layout.lead(context.t("assessment.lead"))
    if context.area:
        st.info(layout.markdown_safe(context.t("area.one_municipality", name=context.area.name)))
        return
    chosen = assessment.assessment_of_year(context)
    assessment.result(context, chosen)
    assessment.scoring(context, chosen)
    assessment.actions(context, chosen)
    assessment.files(context)
