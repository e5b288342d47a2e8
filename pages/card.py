"""/kuntakortti: the card of one municipality, each row a link to its comparison; or the rug of the whole group."""

import streamlit as st

from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.views import heads
from kuntamittari.ui import layout, page_run
from kuntamittari.ui.element_cache import cached_elements
from kuntamittari.ui.parts import budgets, card, rug


def group_as_rug(context: PageContext) -> None:
    """Draw the whole group, a row a municipality."""
    st.title(context.t("rug.title"))
    left, right = st.columns(2)
    with left:
        card.shape_choice(context)
    with right:
        rug.order_choice(context)
    rug.draw(context)


def card_of_one(context: PageContext) -> None:
    """Draw what stands out in one municipality, its figures, and how they are computed."""
    t, head = context.t, heads.of_page(context, "kuntakortti")
    layout.headline(head.title, *head.findings)
    with st.container(horizontal=True, key="card-choices"):
        card.shape_choice(context)
        card.everything_choice(context)
        card.group_choice(context)
    cached_elements(context, "card", lambda: card.draw(context))
    layout.method_notes(context, [f"{t('judgement.note')}.", t("card.how")], "", (3, 5, 6, 14, 18, 19))
    budgets.year(context)


@page_run.page
def page(context: PageContext) -> None:
    if context.selection.rug:
        group_as_rug(context)
    else:
        card_of_one(context)
