"""The sidebar: the languages, the choices of every page and the navigation."""

import streamlit as st

from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import layout, own_area


def draw(context: PageContext, current: str) -> None:
    """Draw the sidebar; `current` is the path of the page."""
    with st.sidebar:
        st.markdown(layout.sidebar_head(context), unsafe_allow_html=True)
        layout.municipality_choice(context, "sidebar")
        own_area.choice(context)
        layout.group_choice(context)
        layout.model_choice(context)
        layout.year_choice(context)
        layout.basis_choice(context)
        st.html(layout.menu(context.t, current))
