"""/verrokit: the most similar municipalities, in what they are similar, and why another is not among them."""

import streamlit as st

from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import layout, page_run
from kuntamittari.ui.peers import choices, page, quality


@page_run.page
def peers_page(context: PageContext) -> None:
    layout.headline(page.question(context), page.finding(context))
    if context.area:
        return
    _, ranked = page.ranked_peers(context)
    choices.kind_choice(context)
    left, right = st.columns(2)
    with left:
        choices.service_choice(context)
    with right:
        choices.number_choice(context)
    if ranked:
        page.multiples(context)
        page.table(context)
        page.why_not(context)
    choices.weights_choice(context)
    quality.section(context)
    page.notes(context)
