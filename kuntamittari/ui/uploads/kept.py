"""What the browser keeps of what is typed and brought (web/keep): the user's say."""

import html

import streamlit as st

from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import layout


def note(context: PageContext) -> None:
    """Draw where the user's data are, and the buttons that wipe them or keep nothing in the browser."""
    t = context.t
    layout.caption(t("upload.kept"))
    buttons = "".join(
        f"<button type='button' class='km-keep-button' data-keep='{act}'>{html.escape(label)}</button>"
        for act, label in (("wipe", t("kept.wipe")), ("off", t("kept.keep_off")))
    )
    st.markdown(f"<p class='km-keep-buttons'>{buttons}</p>", unsafe_allow_html=True)
