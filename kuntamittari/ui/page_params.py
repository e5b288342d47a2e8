"""Page parameters: choices of one page alone, kept in the address like those of every page.

A link to the page then shows what its sender saw.
"""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from kuntamittari.exhibits import links, query_state
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.query.figures import shortened
from kuntamittari.ui import layout, state


def value(context: PageContext, name: str, options: Sequence[str]) -> str | None:
    """Return the page parameter `name`; None where the address has none, or, with a warning, an unknown one."""
    requested = dict(context.selection.page_params).get(name)
    if requested is None:
        return None
    if (found := links.meant(requested, options)) is None:
        _unknown(context, name, requested)
    return found


def bind_choice(
    context: PageContext, name: str, key: str, options: Sequence[Any], default: Any, code: Callable[[Any], str] = str
) -> Callable[[], None]:
    """Set the widget `key` to the page parameter `name`, else to `default`; return the widget's on_change callback.

    `code` returns the code of an option in the address. An unknown code draws a warning.
    """
    codes = {code(option): option for option in options}
    requested = value(context, name, list(codes))
    st.session_state[key] = default if requested is None else codes[requested]

    def write_choice() -> None:
        chosen = st.session_state[key]
        _write(context, name, None if chosen == default else code(chosen))

    return write_choice


def bind_choices(
    context: PageContext, name: str, key: str, options: Sequence[str], default: Sequence[str]
) -> Callable[[], None]:
    """Do as `bind_choice` for a widget of several options; the options are their own codes."""
    requested = dict(context.selection.page_params).get(name)
    listed = [part for part in (requested or "").split(",") if part]
    if unknown := [part for part in listed if part not in options]:
        _unknown(context, name, ",".join(unknown))
    st.session_state[key] = (
        list(default) if requested is None else [part for part in dict.fromkeys(listed) if part in options]
    )

    def write_choices() -> None:
        chosen = list(st.session_state[key])
        _write(context, name, None if chosen == list(default) else ",".join(chosen))

    return write_choices


def bind_text(context: PageContext, name: str, key: str, longest: int) -> Callable[[], None]:
    """Do as `bind_choice` for a text field of at most `longest` characters."""
    st.session_state[key] = dict(context.selection.page_params).get(name, "")[:longest]

    def write_text() -> None:
        _write(context, name, str(st.session_state[key]).strip() or None)

    return write_text


def _write(context: PageContext, name: str, code: str | None) -> None:
    others = {part: value for part, value in context.selection.page_params if part != name}
    changed = others | ({name: code} if code is not None else {})
    state.write(
        context, page_params=tuple((part, changed[part]) for part in query_state.PAGE_PARAMS if part in changed)
    )


def _unknown(context: PageContext, name: str, value: str) -> None:
    notice = context.t("notice.page_param", name=name, value=shortened(value))
    st.warning("\n".join([context.t("notice.title"), f"- {layout.markdown_safe(notice)}"]))
