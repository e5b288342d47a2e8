"""/organisointi: the ways to organise a service, who has which, and what it costs by model."""

import streamlit as st

from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import page_run
from kuntamittari.ui.uploads import organisation


@page_run.page
def page(context: PageContext) -> None:
    st.title(context.t("organisation.title"))
    organisation.compared(context)
    organisation.explained(context)
    organisation.bring(context)
