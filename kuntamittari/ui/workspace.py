"""The workspace of a session's user, and the data in use with the user's uploaded figures laid over them."""

from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

import streamlit as st

from kuntamittari.exhibits import page_context
from kuntamittari.query import database
from kuntamittari.query.database import Database
from kuntamittari.uploads.workspace import EMPTY, Workspace, WorkspaceStore, file, of_file
from kuntamittari.web import cookie

WORKSPACES = WorkspaceStore()
IN_SESSION = "workspace"
# Keys whose workspace the user has emptied, the last one last: the browser may still have a copy when the user has
# gone on to another page, and must not bring it back. A key is 43 letters.
EMPTIED: OrderedDict[str, None] = OrderedDict()
MOST_EMPTIED = 10_000


@dataclass
class StoredWorkspace:
    """A workspace with the database opened for it."""

    workspace: Workspace
    data: Database | None = None

    @cached_property
    def tag(self) -> str:
        """A digest of the workspace."""
        return sha256(file(self.workspace)).hexdigest()[:16]


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
    EMPTIED.pop(key or "", None)
    if key and not stored:
        EMPTIED[key] = None
        while len(EMPTIED) > MOST_EMPTIED:
            EMPTIED.popitem(last=False)
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


def tag() -> str:
    """Return a digest of the user's workspace; empty where there is none, "none" where the user has emptied it, so that
    the browser does not bring its copy back."""
    if stored := _stored():
        return stored.tag
    return "none" if _key() in EMPTIED else ""


def read(key: str) -> bytes | None:
    """Return the workspace of a key as a file; None where there is none."""
    stored = WORKSPACES.get(key)
    return file(stored.workspace) if stored else None


def restore(key: str, content: bytes) -> bool:
    """Put a file that `read` has given back under a key; return whether it was taken: not where there is a workspace,
    or where its user has emptied it.

    Raises TableError, a ValueError, where the file is none.
    """
    brought = of_file(content)
    if not brought.weight or key in EMPTIED or WORKSPACES.get(key) is not None:
        return False
    WORKSPACES.put(key, StoredWorkspace(brought))
    return True
