"""What the browser keeps of what is typed and brought: what its script (web/keep) must know, and the user's say."""

import html
import json

import streamlit as st

from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import layout, workspace

WORDS = (
    "restored",
    "brought",
    "fine",
    "two",
    "mine",
    "theirs",
    "lost",
    "lost_off",
    "tray",
    "open",
    "drop",
    "wiped",
    "is_off",
    "is_on",
    "keep_off",
    "keep_on",
)


def state(context: PageContext, tray: bool = False) -> None:
    """Draw, hidden, what the server has of the user and the words of the script; `tray`: a kept presentation may be
    offered here."""
    words = html.escape(json.dumps({word: context.t(f"kept.{word}") for word in WORDS}, ensure_ascii=False))
    here = " data-tray=''" if tray else ""
    st.markdown(
        f"<span class='km-keep' hidden data-desk='{workspace.tag()}' data-words='{words}'{here}></span>",
        unsafe_allow_html=True,
    )


def note(context: PageContext) -> None:
    """Draw where the user's data are, and the buttons that wipe them or keep nothing in the browser."""
    t = context.t
    layout.caption(t("upload.kept"))
    buttons = "".join(
        f"<button type='button' class='km-keep-button' data-keep='{act}'>{html.escape(t(f'kept.{word}'))}</button>"
        for act, word in (("wipe", "wipe"), ("off", "keep_off"))
    )
    st.markdown(f"<p class='km-keep-buttons'>{buttons}</p>", unsafe_allow_html=True)
