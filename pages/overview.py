"""/: what this is, a municipality to search for, one finding about it, and the ways on."""

import html

import streamlit as st

from kuntamittari.ui import comparison, frame
from kuntamittari.ui.state import View

view: View = st.session_state["view"]
t = view.t
manifest = view.data.snapshot.manifest
loaded = sum(row["loaded"] for code, row in view.register.items() if code != "MA1")

st.title(t("overview.title"))
count = t("overview.count_one") if loaded == 1 else t("overview.count", loaded=loaded)
st.markdown(t("overview.lead", count=count, first=manifest["years"][0], last=manifest["years"][-1]))
frame.municipality_choice(view, "overview")
st.markdown(f"<p class='km-finding'>{html.escape(comparison.finding(view, view.indicator))}</p>", unsafe_allow_html=True)
frame.link(view, "vertailu", t("overview.compare"))
st.header(view.indicator.name[t.language])
if view.indicator.formula:
    comparison.bars(view)
