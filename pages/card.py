"""/kuntakortti: one municipality at a glance, dimension by dimension, each row a way into its comparison."""

import html

import streamlit as st

from kuntamittari.ui import card
from kuntamittari.ui.state import View

view: View = st.session_state["view"]
t = view.t

st.title(view.name(view.selection.municipality))
core = card.standings(view, core=True)
for found in card.findings(view, [found for standings in core.values() for found in standings]):
    st.markdown(f"<p class='km-finding'>{html.escape(card.sentence(view, found))}</p>", unsafe_allow_html=True)
everything = st.toggle(t("card.everything"), key="card-everything")
card.table(view, card.standings(view, core=False) if everything else core)
st.markdown(f"<p class='km-quiet'>{html.escape(t('judgement.note'))}. {html.escape(t('card.how'))}</p>", unsafe_allow_html=True)
