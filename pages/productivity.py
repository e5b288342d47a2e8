"""/tuottavuus: output against deflated cost of a service, its parts, the change of the year and the frontier."""

import streamlit as st

from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.exhibits import page_defaults
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import layout, page_run
from kuntamittari.ui.parts import card, comparison, frontier, productivity


@page_run.page
def page(context: PageContext) -> None:
    context = page_defaults.productivity(context)
    st.title(context.t("productivity.title"))
    productivity.service_choice(context)
    layout.finding(comparison.finding(context, context.indicator))
    productivity.arithmetic(context)
    productivity.parts(context)
    productivity.bridge(context)
    productivity.table(context)
    card.outcomes_beside(context, context.indicator.service)
    comparison.lines(context)
    productivity.total(context, (context.selection.municipality, MAINLAND))
    frontier.section(context)
    comparison.method_notes(context)
