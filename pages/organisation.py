"""/organisointi: the ways to organise a service, who has which, and what it costs by model."""

import streamlit as st

from kuntamittari.address import View
from kuntamittari.ui import organisation

view: View = st.session_state["view"]

st.title(view.t("organisation.title"))
organisation.compared(view)
organisation.explained(view)
organisation.bring(view)
