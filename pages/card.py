"""/kuntakortti: the card of one municipality, each row a link to its comparison; or the rug of the whole group."""

import streamlit as st

from kuntamittari.exhibits import selected_figures
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import layout, page_run
from kuntamittari.ui.parts import budgets, card, comparison, rug


@page_run.page
def page(context: PageContext) -> None:
    t = context.t

    name = layout.markdown_safe(context.name(context.selection.municipality))
    st.title(t("rug.title") if context.selection.rug else name)
    left, right = st.columns(2)
    with left:
        card.shape_choice(context)
    if context.selection.rug:
        with right:
            rug.order_choice(context)
        rug.draw(context)
    else:
        core = card.standings(context, core=True)
        for standing in card.findings(context, [standing for standings in core.values() for standing in standings]):
            layout.finding(selected_figures.sentence(context, standing))
        everything, group = card.everything_choice(context), card.group_choice(context)
        shown = card.standings(context, core=False) if everything else core
        card.table(context, card.with_group(context, shown) if group else shown)
        layout.caption(f"{t('judgement.note')}. {t('card.how')}", layout.method_links(context, 3, 5, 6, 14, 18, 19))
        comparison.later(context, (standing.indicator for group in shown.values() for standing in group))
        budgets.year(context)
