"""The efficiency frontier of chosen services (docs/methods.md 11): exploratory, without a ranking."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from kuntamittari.catalog.indicator import Indicator, Ratio
from kuntamittari.errors import InputError
from kuntamittari.exhibits import page_defaults, selected_figures, text
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.query import figures
from kuntamittari.stats import frontier
from kuntamittari.ui import layout, page_params

USUAL = ("early_childhood_cost_per_1_6", "basic_education_cost_per_7_15", "upper_secondary_cost_per_16_18")
MOST_COSTS = 6
NO_OUTCOME = ""


@dataclass(frozen=True)
class FrontierData:
    """The input of the frontier in one year: municipalities × inputs (euros), municipalities × outputs.

    Outputs are residents of the age groups and, if chosen, an outcome. `outliers` are left out because a frontier rests
    on its extremes; `missing` lack a figure.
    """

    codes: tuple[str, ...]
    inputs: np.ndarray
    outputs: np.ndarray
    year: int
    outliers: tuple[str, ...]
    missing: tuple[str, ...]


def choices(context: PageContext) -> tuple[list[Indicator], Indicator | None]:
    """Draw the choices of costs and of an outcome, and return both; None for no outcome."""
    t = context.t
    offered = [i for i in page_defaults.costs(context) if isinstance(context.catalogue[i].formula, Ratio)]
    outcomes = [i for i in page_defaults.outcomes(context) if context.catalogue[i].polarity == "higher"]
    usual = [i for i in USUAL if i in offered]
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


def frontier_data(context: PageContext, costs: list[Indicator], outcome: Indicator | None) -> FrontierData | None:
    """Return the figures of the group in the last year up to the chosen one that all indicators share.

    None where they share no year.
    """
    indicators = [*costs, *([outcome] if outcome else [])]
    years = [set(figures.years(context.data, i, context.basis)) for i in indicators]
    common = set.intersection(*years) if years else set()
    if not common:
        return None
    year = max((y for y in common if y <= context.reference_year), default=min(common))
    group = context.group_of(context.indicator)
    compared = {i.id: selected_figures.compared(context, i, year, group) for i in indicators}
    rows = {i.id: {row["municipality"]: row for row in compared[i.id].rows} for i in indicators}
    chosen = context.selection.municipality
    members = dict.fromkeys(
        code for i in indicators for code, row in rows[i.id].items() if row["member"] or code == chosen
    )
    complete = [code for code in members if all(rows[i.id].get(code, {}).get("value") is not None for i in indicators)]
    outliers = {code for code in complete if code != chosen and any(rows[i.id][code]["outlier"] for i in costs)}
    codes = tuple(code for code in complete if code not in outliers)
    # services for the same age group have one output
    ages = {i.formula.denominator: i for i in costs if isinstance(i.formula, Ratio)}
    inputs = [[rows[i.id][code]["numerator"] for i in costs] for code in codes]
    outputs = [[rows[i.id][code]["denominator"] for i in ages.values()] for code in codes]
    if outcome:
        outputs = [[*heads, rows[outcome.id][code]["value"]] for heads, code in zip(outputs, codes, strict=True)]
    return FrontierData(
        codes,
        np.array(inputs, dtype=float),
        np.array(outputs, dtype=float),
        year,
        tuple(outliers),
        tuple(code for code in members if code not in complete),
    )


@st.cache_resource(max_entries=50, show_spinner=False)
def _efficiency(
    inputs: tuple[tuple[float, ...], ...], outputs: tuple[tuple[float, ...], ...]
) -> list[frontier.Efficiency]:
    return frontier.efficiency(np.array(inputs), np.array(outputs))


def section(context: PageContext) -> None:
    """Draw the frontier, folded."""
    t = context.t
    with st.expander(t("frontier.title")):
        layout.lead(t("frontier.lead"))
        costs, outcome = choices(context)
        data = frontier_data(context, costs, outcome)
        if data is None:
            st.info(t("frontier.nothing"))
            return
        if context.selection.municipality not in data.codes:
            name = context.name(context.selection.municipality)
            st.info(layout.markdown_safe(t("frontier.not_there", name=name, year=data.year)))
            return
        try:
            frontier.checked(data.inputs, data.outputs)
        except InputError as error:
            m, s, n = data.inputs.shape[1], data.outputs.shape[1], len(data.codes)
            st.info(t(f"frontier.{error.code}", n=n, needed=frontier.least(m, s), inputs=m, outputs=s))
            left_out(context, data)
            return
        with st.spinner(t("frontier.working"), show_time=True):
            places = _efficiency(tuple(map(tuple, data.inputs)), tuple(map(tuple, data.outputs)))
        result(context, data, places)


def result(context: PageContext, data: FrontierData, places: list[frontier.Efficiency]) -> None:
    """Draw the efficiency of the chosen municipality, its peers with their weights, and how much rests on each."""
    t = context.t
    unit = data.codes.index(context.selection.municipality)
    efficiency = places[unit]
    on_it = sum(place.vrs > 1 - frontier.ON_FRONTIER for place in places)
    finding = t(
        "frontier.finding",
        name=context.name(data.codes[unit]),
        year=data.year,
        vrs=t.number(efficiency.vrs, 2),
        crs=t.number(efficiency.crs, 2),
        scale=t.number(efficiency.scale, 2),
        fdh=t.number(efficiency.fdh, 2),
        on=on_it,
        n=len(places),
    )
    layout.finding(finding)
    if 2 * on_it > len(places):
        st.warning(t("frontier.most", on=on_it, n=len(places)))
    without = frontier.without(data.inputs, data.outputs, unit, list(efficiency.peers))
    if without:
        heads = [t("frontier.peer"), t("frontier.weight"), t("frontier.without")]
        lines = [(context.name(data.codes[peer]), efficiency.peers[peer], share) for peer, share in without.items()]
        listed = pd.DataFrame(lines, columns=heads).sort_values(heads[1], ascending=False)
        formats: dict[Any, Any] = dict.fromkeys(heads[1:], lambda value: t.number(value, 2))
        st.dataframe(listed.style.format(formats), hide_index=True, width="stretch")
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
