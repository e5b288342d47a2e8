"""Run a page, or only its body where a choice changes nothing around it.

The bar above it then stays as it is drawn (docs/decisions/0011-drawn-once.md).
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

import streamlit as st

from kuntamittari.errors import DataError
from kuntamittari.exhibits import page_context
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.query_state import Selection
from kuntamittari.query.database import Database
from kuntamittari.ui import downloads, layout, own_area, workspace
from kuntamittari.ui.parts import presentation
from kuntamittari.web.budgets.readers import HEADER, READERS

PAGE_LAYOUT = "around"


@dataclass(frozen=True)
class PageLayout:
    """Everything that decides what is drawn around the body of a page.

    The selection is kept without the parts that the bar does not show; of the deck it shows the number
    of slides.
    """

    path: str
    fills: bool
    data: Database
    catalogue: str
    years: list[int]
    selection: Selection
    slides: int


def page_layout(context: PageContext, path: str) -> PageLayout:
    """Return what decides the layout around the body of the page at `path`."""
    shown = replace(
        context.selection,
        indicator_id="",
        compared=(),
        weights=(),
        beside_id=None,
        rug=False,
        order="",
        targets=(),
        scenario=None,
        page_params=(),
        deck=(),
    )
    return PageLayout(
        path,
        presentation.shown_slide(context, path) is not None,
        context.data,
        context.catalogue.digest,
        context.years,
        shown,
        len(context.selection.deck),
    )


def requested_context() -> PageContext:
    """Return the page context of the address, on the data in use, and reset what the session counts in a run.

    Raises DataError.
    """
    context = page_context.read(st.query_params.to_dict(), workspace.data(), workspace.current())
    st.session_state.update({"context": context, layout.EXPLAINED: {}, downloads.MENUS: 0})
    return context


def counted() -> AbstractContextManager[None]:
    """Count what runs inside as a run of a page of this connection (kuntamittari/web/budgets)."""
    return READERS.run(st.context.headers.get(HEADER))


def page(draw: Callable[[PageContext], None]) -> None:
    """Draw a page now, and only its body after each choice on it; used as a decorator of pages/*.py.

    Where a choice changes the layout around the body, the whole page is run again.
    """
    layout_before: PageLayout = st.session_state[PAGE_LAYOUT]

    @st.fragment
    def body() -> None:
        with counted():
            draw_body()

    def draw_body() -> None:
        try:
            context = requested_context()
            layout_now = page_layout(context, layout_before.path)
            if layout_now != layout_before and layout_now.data is layout_before.data:
                st.rerun()
            st.session_state[layout.RUNS_AGAIN] = layout_now != layout_before
            draw_whole(context, layout_now, draw)
            # other data (new in use, or the user's own from another window): rerun only after the body, which may have
            # just saved a choice, a text or a file of the user
            if layout_now != layout_before:
                st.rerun()
        except DataError as error:
            layout.data_failed(error)

    body()


def draw_whole(context: PageContext, surroundings: PageLayout, draw: Callable[[PageContext], None]) -> None:
    """Draw the body of a page between its notices and its footer, or alone where it fills the window.

    Raises DataError.
    """
    if surroundings.fills:
        draw(context)
        return
    layout.notices(context)
    own_area.note(context)
    draw(context)
    presentation.offer(context, surroundings.path)
    layout.footer(context)
