"""/kustannukset: what services cost per child and per older resident, what it is made of, why it differs, what stands beside it."""

import streamlit as st

from kuntamittari import subjects, views
from kuntamittari.address import View
from kuntamittari.ui import body, card, costs, frame, why


@body.page
def page(view: View) -> None:
    at = costs.found(view)

    st.title(view.t("costs.title"))
    costs.whole_choice(view)
    frame.finding(views.sentence(view, at))
    if at.year is not None and at.value is not None:
        costs.composition(view, at.year)
        why.dearer(view, at.year)
        why.need(view, at.year)
    card.beside(view, subjects.whole(view).service)
    costs.notes(view)
    frame.link(view, "vertailu", view.t("overview.compare"))
