"""/tukipalvelut: general administration beside its peers, and what a saving on support services would mean."""

import streamlit as st

from kuntamittari import subjects
from kuntamittari.address import View
from kuntamittari.ui import body, frame, support


@body.page
def page(view: View) -> None:
    view = subjects.administration(view)
    st.title(view.t("support.title"))
    frame.lead(view.t("support.lead"))
    support.inputs(view)
    support.result(view)
    support.reference(view)
    support.beside(view)
