"""The desk of the reader of a session, and the data in use with what lies on it."""

from dataclasses import dataclass

import streamlit as st

from kuntamittari import cookie, database
from kuntamittari.database import Database
from kuntamittari.desk import EMPTY, Desk, Shelf

SHELF = Shelf()
IN_SESSION = "desk"


@dataclass
class Kept:
    """A desk and the data opened with it."""

    desk: Desk
    data: Database | None = None


def _kept() -> Kept | None:
    key = _key()
    return SHELF.get(key) if key else st.session_state.get(IN_SESSION)


def _key() -> str | None:
    """The key that the browser sends; None where it keeps no cookies: then the desk lasts until the page is loaded anew."""
    key = str(st.context.cookies.get(cookie.NAME, ""))
    return key if cookie.KEY.fullmatch(key) else None


def current() -> Desk:
    """What lies on the reader's desk."""
    kept = _kept()
    return kept.desk if kept else EMPTY


def put(changed: Desk) -> None:
    """Puts a desk in the place of the reader's; an empty one clears it."""
    key, kept = _key(), Kept(changed) if changed.weight else None
    if key is None:
        st.session_state[IN_SESSION] = kept
    elif kept:
        SHELF.put(key, kept)
    else:
        SHELF.clear(key)


def data() -> Database:
    """The data in use, with the reader's own figures where she has any. Raises DataError."""
    shared, kept = database.current(), _kept()
    if kept is None:
        return shared
    if kept.data is None or kept.data.snapshot is not shared.snapshot:
        kept.data = Database(shared.snapshot, kept.desk, shared)
    return kept.data
