"""/kustannukset: what services cost per child and per older resident, what it is made of, why it differs, what stands
beside it."""

import streamlit as st

from kuntamittari.exhibits import page_defaults, selected_figures
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import layout, page_run
from kuntamittari.ui.parts import card, cost_difference, costs


@page_run.page
def page(context: PageContext) -> None:
    at = costs.found(context)

    st.title(context.t("costs.title"))
    costs.whole_choice(context)
    layout.finding(selected_figures.sentence(context, at))
    if at.year is not None and at.value is not None:
        costs.composition(context, at.year)
        cost_difference.dearer(context, at.year)
        cost_difference.need(context, at.year)
    card.beside(context, page_defaults.whole(context).service)
    costs.notes(context)
    layout.link(context, "vertailu", context.t("overview.compare"))
