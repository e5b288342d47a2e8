"""The dashboard's entry script: reads the address, draws the frame, runs the page."""

import streamlit as st

from kuntamittari import address
from kuntamittari.errors import DataError
from kuntamittari.i18n import Translator
from kuntamittari.ui import desk, frame, seminar

st.set_page_config(page_title="Kuntamittari", layout="wide")
st.html(frame.STYLE)
try:
    view = address.read(st.query_params.to_dict(), desk.data())
except DataError as error:
    st.error(Translator(address.language_of(st.query_params.to_dict()))("error.data", message=error))
    st.stop()
# pages take both from the session, where this run has just put them
st.session_state["view"] = view
st.session_state[frame.EXPLAINED] = {}
st.session_state["pages"] = pages = frame.pages(view.t)
page = st.navigation(list(pages.values()), position="hidden")
if seminar.shown(view, page.url_path) is None:
    frame.sidebar(view)
    frame.notices(view)
    page.run()
    seminar.offer(view, page.url_path)
    frame.footer(view)
    frame.explanations(view)
else:
    page.run()
