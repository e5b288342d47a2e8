"""The workspace of a session's user, and the data in use with the user's uploaded figures laid over them."""

from dataclasses import dataclass

import streamlit as st

from kuntamittari.exhibits import page_context
from kuntamittari.query import database
from kuntamittari.query.database import Database
from kuntamittari.uploads.workspace import EMPTY, Workspace, WorkspaceStore
from kuntamittari.web import cookie

WORKSPACES = WorkspaceStore()
IN_SESSION = "workspace"


@dataclass
class StoredWorkspace:
    """A workspace with the database opened for it."""

    workspace: Workspace
    data: Database | None = None


def _stored() -> StoredWorkspace | None:
    key = _key()
    return WORKSPACES.get(key) if key else st.session_state.get(IN_SESSION)


def _key() -> str | None:
    """Return the key that the browser's cookie holds.

    None where the browser takes no cookies: the workspace then lasts until the page is loaded again.
    """
    key = str(st.context.cookies.get(cookie.NAME, ""))
    return key if cookie.KEY.fullmatch(key) else None


def current() -> Workspace:
    """Return the user's workspace, which is empty until something is uploaded."""
    stored = _stored()
    return stored.workspace if stored else EMPTY


def put(new: Workspace) -> None:
    """Replace the user's workspace; an empty one is dropped."""
    key, stored = _key(), StoredWorkspace(new) if new.weight else None
    if key is None:
        st.session_state[IN_SESSION] = stored
    elif stored:
        WORKSPACES.put(key, stored)
    else:
        WORKSPACES.clear(key)


def data() -> Database:
    """Return the data in use with the user's uploaded figures laid over them. Raises DataError."""
    shared, stored = database.current(), _stored()
    if stored is None:
        return shared
    if stored.data is None or stored.data.snapshot is not shared.snapshot:
        stored.data = page_context.with_overlay(shared, stored.workspace)
    return stored.data
