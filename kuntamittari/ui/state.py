"""Widgets write to the address; the address decides what is shown."""

from typing import Any

import streamlit as st

from kuntamittari.address import View


def write(view: View, **changes: Any) -> None:
    """Puts a changed choice into the address.

    A reader who goes Back twice in a hurry makes the browser send choices of the page she has left under the address she
    goes to; they are not hers, and the address wins. A browser that has not yet learnt of the last change is believed.
    """
    arrived, last, current = st.query_params.to_dict(), st.session_state.get("last-write"), st.session_state["view"]
    if arrived == current.address or (arrived, current.address) == last:
        view = current  # of the last run; the widget may have stood still while the page changed (ui/body.py)
    elif arrived != view.address and (arrived, view.address) != last:
        return
    query = view.selection.query(**changes)
    st.session_state["last-write"] = (arrived, query)
    st.query_params.from_dict(query)
