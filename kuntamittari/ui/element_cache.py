"""A cache of drawn elements.

What a page draws for one address is the same for every user, so it is drawn once and replayed.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar
from urllib.parse import urlencode

import streamlit as st

from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui.layout import EXPLAINED
from kuntamittari.uploads.workspace import EMPTY

MOST_ENTRIES = 2_000  # a chart with its data takes about 10 kB
R = TypeVar("R")


# cache_resource, not cache_data: cached elements are only read, so they need not be copied by pickle at each use
@st.cache_resource(max_entries=MOST_ENTRIES, show_spinner=False)
def _cached(_draw: Callable[[], R], key: str) -> tuple[R, tuple[str, ...]]:
    return _draw(), tuple(st.session_state[EXPLAINED])


@lru_cache(maxsize=1)
def _clear_for_other_data(_digest: str) -> None:
    """Clear the elements drawn on other data, as soon as those of this digest are drawn."""
    _cached.clear()


def cached_elements(context: PageContext, name: str, draw: Callable[[], R]) -> R:
    """Draw elements, or replay those that the same call drew before; return what `draw` returned.

    Only for elements that are no widgets. The glossary terms explained on the page so far are part of the key, and
    those that `draw` adds are restored on replay. With uploaded figures nothing is cached: one user's figures must not
    reach another.
    """
    if context.workspace is not EMPTY:
        return draw()
    _clear_for_other_data(context.data.snapshot.digest)
    explained_before = st.session_state[EXPLAINED]
    result, explained = _cached(draw, "\n".join((name, cache_key(context), *explained_before)))
    explained_before |= dict.fromkeys(explained, True)
    return result


def cache_key(context: PageContext) -> str:
    """Return everything that decides what is drawn without uploads: data, catalogue, theme, address, indicator.

    The indicator is listed apart because some pages replace that of the address.
    """
    return "\n".join(
        (
            context.data.snapshot.digest,
            context.catalogue.digest,
            str(st.context.theme.type),
            urlencode(context.address),
            context.selection.indicator_id,
        )
    )
