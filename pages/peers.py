"""/verrokit: the most similar municipalities, in what they are similar, and why another is not among them."""

import streamlit as st

from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import layout, page_run
from kuntamittari.ui.parts import peers


@page_run.page
def page(context: PageContext) -> None:
    layout.headline(context.t("peers.title"), peers.finding(context))
    if context.area:
        return
    _, ranked = peers.ranked_peers(context)
    left, right = st.columns(2)
    with left:
        peers.service_choice(context)
    with right:
        peers.number_choice(context)
    peers.weights_choice(context)
    if ranked:
        peers.picture(context)
        peers.table(context)
        peers.why_not(context)
    peers.notes(context)
