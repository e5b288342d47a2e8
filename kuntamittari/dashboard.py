"""The dashboard's entry script: reads the address, draws the frame, runs the page."""

import streamlit as st

from kuntamittari.errors import DataError
from kuntamittari.ui import body, frame


def run() -> None:
    """One run of the page that is asked for. Raises DataError."""
    view = body.look()
    page = st.navigation(frame.pages(view.t), position="hidden")
    st.set_page_config(page_title=f"{page.title} · Kuntamittari", layout="wide")
    if view.data.snapshot.invented:
        st.warning(view.t("invented.notice"))
    st.session_state[body.AROUND] = around = body.around(view, page.url_path)
    if not around.fills:
        frame.sidebar(view, page.url_path)
    page.run()


try:
    run()
except DataError as error:
    frame.data_failed(error)
