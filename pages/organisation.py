"""/organisointi: the ways to organise a service, who has which, and what it costs by model."""

import streamlit as st

from kuntamittari.address import View
from kuntamittari.ui import body, organisation


@body.page
def page(view: View) -> None:
    st.title(view.t("organisation.title"))
    organisation.compared(view)
    organisation.explained(view)
    organisation.bring(view)
