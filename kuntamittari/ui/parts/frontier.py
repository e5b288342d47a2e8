"""The efficiency frontier of chosen services (docs/methods.md 11): exploratory, without a ranking."""

import pandas as pd
import streamlit as st

from kuntamittari.catalog.indicator import Indicator
from kuntamittari.errors import InputError
from kuntamittari.exhibits import text
from kuntamittari.exhibits.exhibit import Exhibit
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.subjects import frontier
from kuntamittari.exhibits.subjects.frontier import FrontierData
from kuntamittari.stats.frontier import checked, least
from kuntamittari.ui import downloads, layout, page_params

MOST_COSTS = 6
NO_OUTCOME = ""


def choices(context: PageContext) -> tuple[list[Indicator], Indicator | None]:
    """Draw the choices of costs and of an outcome, and return both; None for no outcome."""
    t, (offered, outcomes) = context.t, frontier.offered(context)
    usual = [i for i in frontier.USUAL if i in offered]
    on_costs = page_params.bind_choices(context, "panokset", "frontier-costs", offered, usual)
    costs = st.multiselect(
        t("frontier.costs"),
        offered,
        max_selections=MOST_COSTS,
        key="frontier-costs",
        on_change=on_costs,
        format_func=lambda i: context.catalogue[i].name[t.language],
    )
    on_outcome = page_params.bind_choice(context, "tulos", "frontier-outcome", [NO_OUTCOME, *outcomes], NO_OUTCOME)
    outcome = st.selectbox(
        t("frontier.outcome"),
        [NO_OUTCOME, *outcomes],
        key="frontier-outcome",
        on_change=on_outcome,
        format_func=lambda i: context.catalogue[i].name[t.language] if i else t("frontier.no_outcome"),
    )
    return [context.catalogue[i] for i in costs], context.catalogue[outcome] if outcome else None


def section(context: PageContext) -> None:
    """Draw the frontier, folded."""
    t = context.t
    with st.expander(t("frontier.title")):
        layout.lead(t("frontier.lead"))
        costs, outcome = choices(context)
        data = frontier.data(context, costs, outcome)
        if data is None:
            st.info(t("frontier.nothing"))
            return
        if context.selection.municipality not in data.codes:
            name = context.name(context.selection.municipality)
            st.info(layout.markdown_safe(t("frontier.not_there", name=name, year=data.year)))
            return
        try:
            checked(data.inputs, data.outputs)
        except InputError as error:
            m, s, n = data.inputs.shape[1], data.outputs.shape[1], len(data.codes)
            st.info(t(f"frontier.{error.code}", n=n, needed=least(m, s), inputs=m, outputs=s))
            left_out(context, data)
            return
        with st.spinner(t("frontier.working"), show_time=True):
            exhibit = frontier.exhibit_of(context, data)
        result(context, data, exhibit)


def result(context: PageContext, data: FrontierData, exhibit: Exhibit) -> None:
    """Draw the efficiency of the chosen municipality, its peers with their weights, and how much rests on each."""
    t, places = context.t, frontier.places(context.data, data)
    layout.finding(exhibit.title)
    on_it = frontier.on_it(places)
    if 2 * on_it > len(places):
        st.warning(t("frontier.most", on=on_it, n=len(places)))
    if exhibit.cells:
        listed = pd.DataFrame(exhibit.cells, columns=exhibit.heads)
        downloads.show_table(context, listed, dict.fromkeys(exhibit.heads[1:], 2))
    else:
        st.markdown(t("frontier.on_it"))
    variables = data.inputs.shape[1] + data.outputs.shape[1]
    layout.caption(
        t("frontier.how", inputs=data.inputs.shape[1], outputs=data.outputs.shape[1], variables=variables),
        layout.method_links(context, 11),
    )
    left_out(context, data)
    st.info(t("frontier.warning"))


def left_out(context: PageContext, data: FrontierData) -> None:
    """Name the municipalities of the group that are not compared, as outliers or without a figure."""
    for key, codes in (("frontier.outliers", data.outliers), ("frontier.missing", data.missing)):
        if codes:
            names = sorted(map(context.name, codes))
            layout.caption(context.t(key, n=len(names), names=text.listed(context.t, names)))
