"""Widgets write to the address; the address decides what is shown."""

from typing import Any

import streamlit as st

from kuntamittari.exhibits.page_context import PageContext


def write(context: PageContext, **changes: Any) -> None:
    """Write changed choices to the address; `changes` are fields of Selection.

    A user who goes Back twice quickly makes the browser send the choices of the page they have left with the address
    they go to: such choices are dropped and the address wins. Choices from a browser that has not yet received the last
    change are accepted.
    """
    arrived, last, current = st.query_params.to_dict(), st.session_state.get("last-write"), st.session_state["context"]
    if arrived == current.address or (arrived, current.address) == last:
        context = current  # of the last run: the widget may be older (kuntamittari/ui/page_run.py)
    elif arrived != context.address and (arrived, context.address) != last:
        return
    query = context.selection.query(**changes)
    st.session_state["last-write"] = (arrived, query)
    st.query_params.from_dict(query)
