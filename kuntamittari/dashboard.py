"""The script that Streamlit runs for every page: reads the address, draws the bar, runs the page."""

import streamlit as st

from kuntamittari.errors import DataError
from kuntamittari.ui import bar, layout, page_run


def run() -> None:
    """Run the requested page once. Raises DataError if the data or the catalogue cannot be read."""
    context = page_run.requested_context()
    page = st.navigation(layout.pages(context.t), position="hidden")
    st.set_page_config(page_title=f"{page.title} · Kuntamittari", layout="wide")
    if context.data.snapshot.invented:
        st.warning(context.t("invented.notice"))
    st.session_state[page_run.PAGE_LAYOUT] = around = page_run.page_layout(context, page.url_path)
    if not around.fills:
        bar.draw(context, page.url_path)
    page.run()


with page_run.counted():
    try:
        run()
    except DataError as error:
        layout.data_failed(error)
