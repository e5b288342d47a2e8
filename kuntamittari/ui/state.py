"""Widgets write to the address; the address decides what is shown."""

from typing import Any

import streamlit as st

from kuntamittari.exhibits.page_context import PageContext


def write(context: PageContext, **changes: Any) -> None:
    """Puts a changed choice into the address.

    A reader who goes Back twice in a hurry makes the browser send choices of the page she has left under the address
    she goes to; they are not hers, and the address wins. A browser that has not yet learnt of the last change is
    believed.
    """
    arrived, last, current = st.query_params.to_dict(), st.session_state.get("last-write"), st.session_state["context"]
    if arrived == current.address or (arrived, current.address) == last:
        context = current  # of the last run; the widget may have stood still while the page changed (ui/body.py)
    elif arrived != context.address and (arrived, context.address) != last:
        return
    query = context.selection.query(**changes)
    st.session_state["last-write"] = (arrived, query)
    st.query_params.from_dict(query)
