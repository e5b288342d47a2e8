"""Choices of one page alone, kept in the address like those that hold everywhere, so that what is seen can be
linked."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from kuntamittari.exhibits import query_state
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.query.figures import shortened
from kuntamittari.ui import layout, state


def one(
    context: PageContext, name: str, key: str, options: Sequence[Any], default: Any, code: Callable[[Any], str] = str
) -> Callable[[], None]:
    """Gives the widget `key` what the address says under `name`, else `default`; returns what its change is to call."""
    codes = {code(option): option for option in options}
    asked = dict(context.selection.page_params).get(name)
    if asked is not None and asked not in codes:
        _unknown(context, name, asked)
    st.session_state[key] = codes.get(asked, default) if asked is not None else default

    def chosen() -> None:
        value = st.session_state[key]
        _write(context, name, None if value == default else code(value))

    return chosen


def several(
    context: PageContext, name: str, key: str, options: Sequence[str], default: Sequence[str]
) -> Callable[[], None]:
    """As `one`, for a widget that takes several codes."""
    asked = dict(context.selection.page_params).get(name)
    listed = [part for part in (asked or "").split(",") if part]
    if unknown := [part for part in listed if part not in options]:
        _unknown(context, name, ",".join(unknown))
    st.session_state[key] = (
        list(default) if asked is None else [part for part in dict.fromkeys(listed) if part in options]
    )

    def chosen() -> None:
        value = list(st.session_state[key])
        _write(context, name, None if value == list(default) else ",".join(value))

    return chosen


def words(context: PageContext, name: str, key: str, longest: int) -> Callable[[], None]:
    """As `one`, for a box of free words."""
    st.session_state[key] = dict(context.selection.page_params).get(name, "")[:longest]

    def chosen() -> None:
        _write(context, name, str(st.session_state[key]).strip() or None)

    return chosen


def _write(context: PageContext, name: str, code: str | None) -> None:
    others = {part: value for part, value in context.selection.page_params if part != name}
    changed = others | ({name: code} if code is not None else {})
    state.write(
        context, page_params=tuple((part, changed[part]) for part in query_state.PAGE_PARAMS if part in changed)
    )


def _unknown(context: PageContext, name: str, value: str) -> None:
    said = context.t("notice.page_param", name=name, value=shortened(value))
    st.warning("\n".join([context.t("notice.title"), f"- {layout.markdown_safe(said)}"]))
