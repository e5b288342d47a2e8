"""Elements that are made once and shown again: what a page draws for one state of its address is the same for every reader of it."""

from collections.abc import Callable
from urllib.parse import urlencode

import streamlit as st

from kuntamittari import catalog
from kuntamittari.address import View
from kuntamittari.desk import EMPTY

MOST = 3_000  # kept answers; a chart with its data is some 10 kB


@st.cache_data(max_entries=MOST, show_spinner=False)
def _again(_draw: Callable[[], None], *key: str) -> None:
    _draw()


def replayed(view: View, name: str, draw: Callable[[], None]) -> None:
    """Draws elements, or has Streamlit show again what the same call drew before. For elements outside columns and containers, that are
    no widgets and explain no terms. What is on a reader's own desk is always drawn anew: nothing of it is kept for others."""
    if view.data.desk is not EMPTY:
        draw()
    else:
        _again(draw, name, view.data.snapshot.digest, catalog.digest(), str(st.context.theme.type), urlencode(view.address))
