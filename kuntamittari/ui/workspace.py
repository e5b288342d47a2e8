"""The workspace of a session's user, and the data in use with the user's uploaded figures laid over them."""

from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from secrets import token_hex

import streamlit as st

from kuntamittari.exhibits import page_context
from kuntamittari.query import database
from kuntamittari.query.database import Database
from kuntamittari.uploads.tabular import TableError
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
    """A workspace with the database opened for it, and a name for all that it becomes until the server loses it.

    By that name the browser knows whether what the server has grew out of the browser's copy, or was begun anew.
    """

    workspace: Workspace
    data: Database | None = None
    born: str = field(default_factory=lambda: token_hex(4))

    @cached_property
    def tag(self) -> str:
        """The name and a digest of the workspace."""
        return f"{self.born}-{sha256(file(self.workspace)).hexdigest()[:16]}"


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
    key, before = _key(), _stored()
    stored = StoredWorkspace(new) if new.weight else None
    if stored and before:
        stored.born = before.born
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
    """Return name and digest of the user's workspace; empty where there is none, "none" where the user has emptied it,
    so that the browser does not bring its copy back."""
    if stored := _stored():
        return stored.tag
    return "none" if _key() in EMPTIED else ""


def read(key: str) -> bytes | None:
    """Return the workspace of a key as a file; None where there is none."""
    stored = WORKSPACES.get(key)
    return file(stored.workspace) if stored else None


def restore(key: str, content: bytes, born: str) -> bool:
    """Put a file that `read` has given back under a key; return whether it was taken.

    `born` is the name of the workspace that it is a copy of. Where the user has begun another one since the server lost
    it, the copy is laid under that. It is not taken where the server still has what it is a copy of, where its user has
    emptied it, or where both together are too much.

    Raises TableError, a ValueError, where the file is none.
    """
    brought, present = of_file(content), WORKSPACES.get(key)
    if not brought.weight or key in EMPTIED or (present and present.born == born):
        return False
    if present is None:
        WORKSPACES.put(key, StoredWorkspace(brought, born=born) if born else StoredWorkspace(brought))
        return True
    try:
        both = present.workspace.over(brought)
    except TableError:
        return False
    WORKSPACES.put(key, StoredWorkspace(both, born=present.born))
    return True
