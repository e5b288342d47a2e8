"""/kustannukset: costs by age group, the task classes in them, why they differ, and outcomes beside them; or the gaps
of all services to the typical peer in euros."""

import streamlit as st

from kuntamittari.exhibits import page_defaults, selected_figures
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import layout, page_run
from kuntamittari.ui.parts import card, cost_difference, costs, need
from kuntamittari.ui.why import gaps


@page_run.page
def page(context: PageContext) -> None:
    head, choices = st.container(), st.container(horizontal=True, key="costs-choices")
    with choices:
        in_euros = gaps.choice(context)
        if not in_euros:
            costs.composite_choice(context)
    if in_euros:
        with head:
            gaps.head(context)
        gaps.draw(context)
    else:
        at = costs.standing(context)
        with head:
            layout.headline(costs.question(context), selected_figures.sentence(context, at))
        if at.year is not None and at.value is not None:
            costs.composition(context, at.year)
            cost_difference.difference(context, at.year)
            cost_difference.expected_cost(context, at.year)
        need.sections(context)
        card.outcomes_beside(context, page_defaults.composite(context).service)
        costs.notes(context)
    layout.link(context, "vertailu", context.t("overview.compare"))
