"""/vertailu: one indicator compared over a group and over the years."""

import streamlit as st

from kuntamittari.address import View
from kuntamittari.ui import comparison, frame, knowledge

view: View = st.session_state["view"]

st.title(frame.markdown_safe(view.indicator.name[view.t.language]))
frame.finding(comparison.finding(view, view.indicator))
left, right = st.columns(2)
with left:
    comparison.indicator_choice(view)
with right:
    comparison.compared_choice(view)
if view.indicator.formula:
    comparison.bars(view)
    comparison.lines(view)
    comparison.table(view)
knowledge.targeting(view, view.indicator)
comparison.how(view)
