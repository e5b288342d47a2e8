"""/tukipalvelut: general administration beside its peers, and what a saving on support services would mean."""

import streamlit as st

from kuntamittari.ui import support
from kuntamittari.ui.state import View

view: View = support.of_administration(st.session_state["view"])

st.title(view.t("support.title"))
st.markdown(view.t("support.lead"))
support.inputs(view)
support.result(view)
support.reference(view)
support.beside(view)
