"""Widgets write to the address; the address decides what is shown."""

from typing import Any

import streamlit as st

from kuntamittari.address import View


def write(view: View, **changes: Any) -> None:
    """Puts a changed choice into the address.

    A reader who goes Back twice in a hurry makes the browser send choices of the page she has left under the address she
    goes to; they are not hers, and the address wins. A browser that has not yet learnt of the last change is believed.
    """
    current = st.session_state["view"]
    if view.address != current.address:  # the widget stood still while the page changed (ui/body.py)
        view = current
    arrived, last = st.query_params.to_dict(), st.session_state.get("last-write")
    if arrived != view.address and (arrived, view.address) != last:
        return
    query = view.selection.query(**changes)
    st.session_state["last-write"] = (arrived, query)
    st.query_params.from_dict(query)
