"""/kuntakortti: the card of one municipality, each row a link to its comparison; or the rug of the whole group."""

import streamlit as st

from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.views import heads
from kuntamittari.exhibits.views.card import standings
from kuntamittari.ui import layout, page_run
from kuntamittari.ui.parts import budgets, card, comparison, rug


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
    t, core, head = context.t, standings(context, core=True), heads.of_page(context, "kuntakortti")
    layout.headline(head.title, *head.findings)
    with st.container(horizontal=True, key="card-choices"):
        card.shape_choice(context)
        everything, group = card.everything_choice(context), card.group_choice(context)
    shown = standings(context, core=False) if everything else core
    card.table(context, card.with_group(context, shown) if group else shown)
    comparison.later(context, (standing.indicator for group in shown.values() for standing in group))
    layout.method_notes(context, [f"{t('judgement.note')}.", t("card.how")], "", (3, 5, 6, 14, 18, 19))
    budgets.year(context)


@page_run.page
def page(context: PageContext) -> None:
    if context.selection.rug:
        group_as_rug(context)
    else:
        card_of_one(context)
