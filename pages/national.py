"""/valtakunta: the whole municipal sector over the years."""

import streamlit as st

from kuntamittari.address import View
from kuntamittari.ui import frame, national

view: View = st.session_state["view"]

st.title(view.t("national.title"))
frame.finding(national.finding(view))
national.growth(view)
national.services(view)
national.productivity(view)
national.spread(view)
national.movers(view)
national.source(view)
frame.link(view, "kehikko", view.t("nav.framework"))
