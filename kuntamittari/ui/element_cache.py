"""Elements that are made once and shown again: what a page draws for one state of its address is the same for every
reader of it."""

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar
from urllib.parse import urlencode

import streamlit as st

from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui.layout import EXPLAINED
from kuntamittari.uploads.workspace import EMPTY

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


def cached_elements(context: PageContext, name: str, draw: Callable[[], R]) -> R:
    """Draws elements, or has Streamlit show again what the same call drew before; what the call gives back it gives
    again. For elements that are no widgets. The terms explained on the page so far are a part of the question, and go
    on from there. What is on a reader's own desk is always drawn anew: nothing of it is kept for others."""
    if context.workspace is not EMPTY:
        return draw()
    _forget_all_but(context.data.snapshot.digest)
    known = st.session_state[EXPLAINED]
    found, explained = _again(draw, "\n".join((name, cache_key(context), *known)))
    known |= dict.fromkeys(explained, True)
    return found


def cache_key(context: PageContext) -> str:
    """All that decides what is drawn for a reader with an empty desk: data, catalogue, theme, address, and the
    indicator, as some pages have one of their own."""
    return "\n".join(
        (
            context.data.snapshot.digest,
            context.catalogue.digest,
            str(st.context.theme.type),
            urlencode(context.address),
            context.selection.indicator_id,
        )
    )
