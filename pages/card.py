"""/kuntakortti: one municipality at a glance, each row a way into its comparison; or the whole group as a rug."""

import streamlit as st

from kuntamittari import views
from kuntamittari.address import View
from kuntamittari.ui import body, card, frame, rug


@body.page
def page(view: View) -> None:
    t = view.t

    st.title(t("rug.title") if view.selection.rug else view.name(view.selection.municipality))
    left, right = st.columns(2)
    with left:
        card.shape_choice(view)
    if view.selection.rug:
        with right:
            rug.order_choice(view)
        rug.draw(view)
    else:
        core = card.standings(view, core=True)
        for found in card.findings(view, [found for standings in core.values() for found in standings]):
            frame.finding(views.sentence(view, found))
        everything = card.everything_choice(view)
        card.table(view, card.standings(view, core=False) if everything else core)
        frame.caption(f"{t('judgement.note')}. {t('card.how')}")
