"""/indikaattorit: what each indicator means, its formula, sources and coverage."""

import streamlit as st

from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import page_run
from kuntamittari.ui.reference import catalogue


@page_run.page
def page(context: PageContext) -> None:
    st.title(context.t("catalogue.title"))
    st.markdown(
        context.t(
            "catalogue.lead",
            n=len(context.catalogue),
            with_figures=sum(i.formula is not None for i in context.catalogue.values()),
        )
    )
    catalogue.search(context)
    catalogue.description(context)
    catalogue.figure(context)
    catalogue.onward_links(context)
    catalogue.coverage(context)
    catalogue.computation(context)
    catalogue.glossary_list(context)
