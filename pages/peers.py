"""/verrokit: the municipalities most alike by structure, the reasons side by side, and why somebody is not among them."""

import streamlit as st

from kuntamittari.address import View
from kuntamittari.ui import body, frame, peers


@body.page
def page(view: View) -> None:
    _, ranked = peers.found(view)

    frame.headline(view.t("peers.title"), peers.finding(view))
    left, right = st.columns(2)
    with left:
        peers.service_choice(view)
    with right:
        peers.number_choice(view)
    peers.weights_choice(view)
    if ranked:
        peers.picture(view)
        peers.table(view)
        peers.why_not(view)
    peers.notes(view)
