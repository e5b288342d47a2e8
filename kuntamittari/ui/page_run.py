"""What a page itself shows. It runs alone where a choice changes nothing around it: the sidebar then stands still
(decision 0011)."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import streamlit as st

from kuntamittari.errors import DataError
from kuntamittari.exhibits import page_context
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.query_state import Selection
from kuntamittari.query.database import Database
from kuntamittari.ui import downloads, layout, workspace
from kuntamittari.ui.parts import presentation

PAGE_FRAME = "around"


@dataclass(frozen=True)
class PageFrame:
    """All that decides what stands around a page: its path, whether it fills the window, data, catalogue, the years on
    offer, and what is chosen, but for what no part of the sidebar shows."""

    path: str
    fills: bool
    data: Database
    catalogue: str
    years: list[int]
    selection: Selection


def page_frame(context: PageContext, path: str) -> PageFrame:
    """What stands around the page of a path."""
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
    return PageFrame(
        path,
        presentation.shown(context, path) is not None,
        context.data,
        context.catalogue.digest,
        context.years,
        shown,
    )


def requested_context() -> PageContext:
    """The view that the address asks for, of the data in use. Raises DataError."""
    context = page_context.read(st.query_params.to_dict(), workspace.data(), workspace.current())
    st.session_state.update({"context": context, layout.EXPLAINED: {}, downloads.MENUS: 0})
    return context


def page(draw: Callable[[PageContext], None]) -> None:
    """Draws a page: now, and alone after each choice on it. Where a choice changes what stands around it, all is drawn
    anew."""
    drawn: PageFrame = st.session_state[PAGE_FRAME]

    @st.fragment
    def body() -> None:
        try:
            context = requested_context()
            now = page_frame(context, drawn.path)
            if now != drawn and now.data.snapshot is drawn.data.snapshot:
                st.rerun()
            whole(context, now, draw)
            if now != drawn:  # newly loaded data: only after the page, which may just have been told to save something
                st.rerun()
        except DataError as error:
            layout.data_failed(error)

    body()


def whole(context: PageContext, about: PageFrame, draw: Callable[[PageContext], None]) -> None:
    """A page with what stands above and below it, unless it fills the window. Raises DataError."""
    if about.fills:
        draw(context)
        return
    layout.notices(context)
    draw(context)
    presentation.offer(context, about.path)
    layout.footer(context)
