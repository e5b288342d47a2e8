"""/tyoelama: the quality of working life, which no open source gives by municipality, and how a city brings its own figures."""

import streamlit as st

from kuntamittari.address import View
from kuntamittari.ui import body, frame, worklife


@body.page
def page(view: View) -> None:
    st.title(view.t("worklife.title"))
    frame.lead(view.t("worklife.lead"))
    for indicator in worklife.indicators(view):
        worklife.section(view, indicator)
    frame.link(view, "kehikko", view.t("nav.framework"))
