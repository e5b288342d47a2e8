"""/kustannukset: what services cost per child and per older resident, what it is made of, and what stands beside it."""

import html

import streamlit as st

from kuntamittari.ui import costs, frame
from kuntamittari.ui.state import View

view: View = st.session_state["view"]
at = costs.found(view)

st.title(view.t("costs.title"))
costs.whole_choice(view)
st.markdown(f"<p class='km-finding'>{html.escape(costs.headline(view, at))}</p>", unsafe_allow_html=True)
measure = costs.measure_choice(view)
if at.year is not None:
    costs.composition(view, at.year, measure)
costs.beside(view)
costs.notes(view)
frame.link(view, "vertailu", view.t("overview.compare"))
