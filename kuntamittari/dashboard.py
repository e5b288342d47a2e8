"""The dashboard's entry script: reads the address, draws the frame, runs the page."""

import streamlit as st

from kuntamittari import address
from kuntamittari.errors import DataError
from kuntamittari.ui import desk, frame, seminar


def run() -> None:
    """One run of the page that is asked for. Raises DataError."""
    view = address.read(st.query_params.to_dict(), desk.data())
    st.session_state["view"] = view  # pages take it from there
    st.session_state[frame.EXPLAINED] = {}
    page = st.navigation(frame.pages(view.t), position="hidden")
    st.set_page_config(page_title=f"{page.title} · Kuntamittari", layout="wide")
    if view.data.snapshot.invented:
        st.warning(view.t("invented.notice"))
    if seminar.shown(view, page.url_path) is None:
        frame.sidebar(view, page.url_path)
        frame.notices(view)
        page.run()
        seminar.offer(view, page.url_path)
        frame.footer(view)
    else:
        page.run()


try:
    run()
except DataError as error:
    frame.data_failed(error)
