"""/tukipalvelut: general administration beside its peers, and what a saving on support services would mean."""

import streamlit as st

from kuntamittari import subjects
from kuntamittari.address import View
from kuntamittari.ui import frame, support

view: View = subjects.administration(st.session_state["view"])

st.title(view.t("support.title"))
frame.lead(view.t("support.lead"))
support.inputs(view)
support.result(view)
support.reference(view)
support.beside(view)
