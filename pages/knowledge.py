"""/tietopankki: what others did, found by words and filters; one entry whole, and whether what it should move has moved."""

import streamlit as st

from kuntamittari.address import View
from kuntamittari.ui import body, frame, knowledge


@body.page
def page(view: View) -> None:
    entry = knowledge.of_address(view)

    if entry:
        knowledge.whole(view, entry)
        knowledge.effects(view, entry)
    else:
        st.title(view.t("knowledge.title"))
        frame.finding(view.t("knowledge.lead"))
        knowledge.listing(view, knowledge.search(view))
        knowledge.propose(view)
