"""The floor: one select box, one bar chart and one table of 300 rows, all computed beforehand.

BENCH_CHART=spec prepares the chart as well.
"""

import os

import altair as alt
import streamlit as st
from floor_data import TABLES

SPEC = {
    "mark": "bar",
    "width": "container",
    "height": 300,
    "encoding": {
        "x": {"field": "municipality", "type": "ordinal", "sort": "-y", "axis": {"labels": False}},
        "y": {"field": "eur", "type": "quantitative"},
        "color": {"field": "quarter", "type": "ordinal"},
    },
}

st.title("Floor")
table = TABLES[st.selectbox("Task", list(TABLES))]
if os.environ.get("BENCH_CHART") == "spec":
    st.vega_lite_chart(table, SPEC)
else:
    axis = alt.X("municipality:O", sort="-y", axis=alt.Axis(labels=False))
    st.altair_chart(alt.Chart(table).mark_bar().encode(x=axis, y="eur:Q", color="quarter:O").properties(height=300))
st.dataframe(table, hide_index=True)
