"""/organisointi: the ways to organise a service, who uses which, and its costs by model."""

import streamlit as st

from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import page_run
from kuntamittari.ui.uploads import organisation


@page_run.page
def page(context: PageContext) -> None:
    st.title(context.t("organisation.title"))
    organisation.comparison_by_model(context)
    organisation.model_descriptions(context)
    organisation.upload(context)
