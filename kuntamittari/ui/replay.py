"""Elements that are made once and shown again: what a page draws for one state of its address is the same for every reader of it."""

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar
from urllib.parse import urlencode

import streamlit as st

from kuntamittari.address import View
from kuntamittari.desk import EMPTY
from kuntamittari.ui.frame import EXPLAINED

MOST = 2_000  # kept answers; a chart with its data is some 10 kB

R = TypeVar("R")


# a resource and not data: what is kept is shown as it is, not copied by pickle each time
@st.cache_resource(max_entries=MOST, show_spinner=False)
def _again(_draw: Callable[[], R], key: str) -> tuple[R, tuple[str, ...]]:
    return _draw(), tuple(st.session_state[EXPLAINED])


@lru_cache(maxsize=1)
def _forget_all_but(_digest: str) -> None:
    """Forgets what was drawn of other data, which are no longer in use, as soon as these are drawn."""
    _again.clear()


def replayed(view: View, name: str, draw: Callable[[], R]) -> R:
    """Draws elements, or has Streamlit show again what the same call drew before; what the call gives back it gives again. For elements
    that are no widgets. The terms explained on the page so far are a part of the question, and go on from there. What is on a reader's
    own desk is always drawn anew: nothing of it is kept for others."""
    if view.data.desk is not EMPTY:
        return draw()
    _forget_all_but(view.data.snapshot.digest)
    known = st.session_state[EXPLAINED]
    found, explained = _again(draw, "\n".join((name, stand(view), *known)))
    known |= dict.fromkeys(explained, True)
    return found


def stand(view: View) -> str:
    """All that decides what is drawn for a reader with an empty desk: data, catalogue, theme, address, and the indicator, as some pages
    have one of their own."""
    return "\n".join(
        (view.data.snapshot.digest, view.catalogue.digest, str(st.context.theme.type), urlencode(view.address), view.selection.indicator_id)
    )
