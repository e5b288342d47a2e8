"""/vertailu: one indicator compared over a group and over the years."""

import streamlit as st

from kuntamittari.address import View
from kuntamittari.ui import body, comparison, knowledge
from kuntamittari.ui.replay import replayed


@body.page
def page(view: View) -> None:
    replayed(view, "head", lambda: comparison.head(view))
    with st.container(horizontal=True, key="side-by-side"):
        comparison.indicator_choice(view)
        comparison.compared_choice(view)
    if view.indicator.formula:
        comparison.bars(view)
        comparison.lines(view)
        comparison.table(view)
    replayed(view, "targeting", lambda: knowledge.targeting(view, view.indicator))
    replayed(view, "how", lambda: comparison.how(view))
