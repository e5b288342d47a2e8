"""The desk of the reader of a session, and the data in use with what lies on it."""

from dataclasses import dataclass

import streamlit as st

from kuntamittari.query import database
from kuntamittari.query.database import Database, Overlay
from kuntamittari.uploads import own_figures
from kuntamittari.uploads.workspace import EMPTY, Workspace, WorkspaceStore
from kuntamittari.web import cookie

WORKSPACES = WorkspaceStore()
IN_SESSION = "workspace"


@dataclass
class Kept:
    """A desk and the data opened with it."""

    workspace: Workspace
    data: Database | None = None


def _kept() -> Kept | None:
    key = _key()
    return WORKSPACES.get(key) if key else st.session_state.get(IN_SESSION)


def _key() -> str | None:
    """The key that the browser sends; None where it keeps no cookies: then the desk lasts until the page is loaded
    anew."""
    key = str(st.context.cookies.get(cookie.NAME, ""))
    return key if cookie.KEY.fullmatch(key) else None


def current() -> Workspace:
    """What lies on the reader's desk."""
    kept = _kept()
    return kept.workspace if kept else EMPTY


def put(changed: Workspace) -> None:
    """Puts a desk in the place of the reader's; an empty one clears it."""
    key, kept = _key(), Kept(changed) if changed.weight else None
    if key is None:
        st.session_state[IN_SESSION] = kept
    elif kept:
        WORKSPACES.put(key, kept)
    else:
        WORKSPACES.clear(key)


def data() -> Database:
    """The data in use, with the figures that the user has uploaded laid over them. Raises DataError."""
    shared, kept = database.current(), _kept()
    if kept is None:
        return shared
    if kept.data is None or kept.data.snapshot is not shared.snapshot:
        kept.data = opened(shared, kept.workspace)
    return kept.data


def opened(shared: Database, workspace: Workspace) -> Database:
    """A database of the same snapshot with a workspace laid over it."""
    overlay = Overlay(own_figures.actuals(workspace.figures), workspace.indicators)
    return Database(shared.snapshot, overlay, shared)
