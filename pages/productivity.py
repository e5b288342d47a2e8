"""/tuottavuus: output against deflated cost by service, with its parts, the year's bridge and what stands beside it."""

import streamlit as st

from kuntamittari import subjects
from kuntamittari.address import View
from kuntamittari.ui import body, card, comparison, frame, frontier, productivity


@body.page
def page(view: View) -> None:
    view = subjects.productivity(view)
    st.title(view.t("productivity.title"))
    productivity.service_choice(view)
    frame.finding(comparison.finding(view, view.indicator))
    productivity.arithmetic(view)
    productivity.parts(view)
    productivity.bridge(view)
    productivity.table(view)
    card.beside(view, view.indicator.service)
    comparison.lines(view)
    frontier.section(view)
    comparison.how(view)
