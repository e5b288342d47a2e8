"""/kartta: an indicator on the map, with its legend in numbers and the table beside it."""

import streamlit as st

from kuntamittari.address import View
from kuntamittari.ui import comparison, frame, maps

view: View = st.session_state["view"]
t = view.t

st.title(frame.markdown_safe(view.indicator.name[t.language]))
frame.finding(comparison.finding(view, view.indicator))
comparison.indicator_choice(view)
if any(row["class"] for row in maps.rows(view)):
    picture, words = st.columns([3, 2])
    with picture:
        maps.draw(view, maps.shape_choice(view))
    with words:
        maps.legend(view)
        maps.table(view)
    maps.source(view)
frame.link(view, "vertailu", t("overview.compare"))
