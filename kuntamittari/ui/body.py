"""What a page itself shows. It runs alone where a choice changes nothing around it: the sidebar then stands still (decision 0011)."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import streamlit as st

from kuntamittari import address
from kuntamittari.address import Selection, View
from kuntamittari.database import Database
from kuntamittari.errors import DataError
from kuntamittari.ui import desk, files, frame, seminar

AROUND = "around"


@dataclass(frozen=True)
class Around:
    """All that decides what stands around a page: its path, whether it fills the window, data, catalogue, the years on offer, and what is
    chosen, but for what no part of the sidebar shows."""

    path: str
    fills: bool
    data: Database
    catalogue: str
    years: list[int]
    selection: Selection


def around(view: View, path: str) -> Around:
    """What stands around the page of a path."""
    shown = replace(view.selection, indicator_id="", compared=(), weights=(), beside_id=None, rug=False, order="", targets=(),
                    scenario=None, own=(), deck=())  # fmt: skip
    return Around(path, seminar.shown(view, path) is not None, view.data, view.catalogue.digest, view.years, shown)


def look() -> View:
    """The view that the address asks for, of the data in use. Raises DataError."""
    view = address.read(st.query_params.to_dict(), desk.data())
    st.session_state.update({"view": view, frame.EXPLAINED: {}, files.MENUS: 0})
    return view


def page(draw: Callable[[View], None]) -> None:
    """Draws a page: now, and alone after each choice on it. Where a choice changes what stands around it, all is drawn anew."""
    drawn: Around = st.session_state[AROUND]

    @st.fragment
    def body() -> None:
        try:
            view = look()
            now = around(view, drawn.path)
            if now != drawn and now.data.snapshot is drawn.data.snapshot:
                st.rerun()
            whole(view, now, draw)
            if now != drawn:  # newly loaded data: only after the page, which may just have been told to save something
                st.rerun()
        except DataError as error:
            frame.data_failed(error)

    body()


def whole(view: View, about: Around, draw: Callable[[View], None]) -> None:
    """A page with what stands above and below it, unless it fills the window. Raises DataError."""
    if about.fills:
        draw(view)
        return
    frame.notices(view)
    draw(view)
    seminar.offer(view, about.path)
    frame.footer(view)
