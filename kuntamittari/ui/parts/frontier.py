"""The efficiency frontier of chosen services: exploratory, with the peers named and no league table."""

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
class Data:
    """What goes into the frontier: the municipalities, their inputs (euros) and outputs (residents, and an outcome), in
    one year; `outliers` are left out since a frontier rests on its extremes, `missing` lack a figure."""

    codes: tuple[str, ...]
    inputs: np.ndarray
    outputs: np.ndarray
    year: int
    outliers: tuple[str, ...]
    missing: tuple[str, ...]


def choices(context: PageContext) -> tuple[list[Indicator], Indicator | None]:
    """Which costs, and which outcome beside them."""
    t = context.t
    offered = [i for i in page_defaults.costs(context) if isinstance(context.catalogue[i].formula, Ratio)]
    outcomes = [i for i in page_defaults.outcomes(context) if context.catalogue[i].polarity == "higher"]
    usual = [i for i in USUAL if i in offered]
    kept_costs = page_params.several(context, "panokset", "frontier-costs", offered, usual)
    costs = st.multiselect(
        t("frontier.costs"),
        offered,
        max_selections=MOST_COSTS,
        key="frontier-costs",
        on_change=kept_costs,
        format_func=lambda i: context.catalogue[i].name[t.language],
    )
    kept_outcome = page_params.one(context, "tulos", "frontier-outcome", [NO_OUTCOME, *outcomes], NO_OUTCOME)
    outcome = st.selectbox(
        t("frontier.outcome"),
        [NO_OUTCOME, *outcomes],
        key="frontier-outcome",
        on_change=kept_outcome,
        format_func=lambda i: context.catalogue[i].name[t.language] if i else t("frontier.no_outcome"),
    )
    return [context.catalogue[i] for i in costs], context.catalogue[outcome] if outcome else None


def gathered(context: PageContext, costs: list[Indicator], outcome: Indicator | None) -> Data | None:
    """The figures of the group in the last year up to the chosen one that all indicators have; None where they share
    none."""
    asked = [*costs, *([outcome] if outcome else [])]
    common = set.intersection(*(set(figures.years(context.data, i, context.basis)) for i in asked)) if asked else set()
    if not common:
        return None
    year = max((y for y in common if y <= context.reference_year), default=min(common))
    group = context.group_of(context.indicator)
    compared = {i.id: selected_figures.compared(context, i, year, group) for i in asked}
    rows = {i.id: {row["municipality"]: row for row in compared[i.id].rows} for i in asked}
    chosen = context.selection.municipality
    members = dict.fromkeys(code for i in asked for code, row in rows[i.id].items() if row["member"] or code == chosen)
    whole = [code for code in members if all(rows[i.id].get(code, {}).get("value") is not None for i in asked)]
    outliers = {code for code in whole if code != chosen and any(rows[i.id][code]["outlier"] for i in costs)}
    codes = tuple(code for code in whole if code not in outliers)
    ages = {
        i.formula.denominator: i for i in costs if isinstance(i.formula, Ratio)
    }  # services for the same people have one output
    inputs = [[rows[i.id][code]["numerator"] for i in costs] for code in codes]
    outputs = [[rows[i.id][code]["denominator"] for i in ages.values()] for code in codes]
    if outcome:
        outputs = [[*heads, rows[outcome.id][code]["value"]] for heads, code in zip(outputs, codes, strict=True)]
    return Data(
        codes,
        np.array(inputs, dtype=float),
        np.array(outputs, dtype=float),
        year,
        tuple(outliers),
        tuple(code for code in members if code not in whole),
    )


@st.cache_resource(max_entries=50, show_spinner=False)
def _efficiency(
    inputs: tuple[tuple[float, ...], ...], outputs: tuple[tuple[float, ...], ...]
) -> list[frontier.Efficiency]:
    return frontier.efficiency(np.array(inputs), np.array(outputs))


def section(context: PageContext) -> None:
    """The whole of it, folded: it is for exploring."""
    t = context.t
    with st.expander(t("frontier.title")):
        layout.lead(t("frontier.lead"))
        costs, outcome = choices(context)
        data = gathered(context, costs, outcome)
        if data is None:
            st.info(t("frontier.nothing"))
            return
        if context.selection.municipality not in data.codes:
            st.info(t("frontier.not_there", name=context.name(context.selection.municipality), year=data.year))
            return
        try:
            frontier.checked(data.inputs, data.outputs)
        except InputError as error:
            st.info(t(f"frontier.{error.code}"))
            return
        with st.spinner(t("frontier.working"), show_time=True):
            places = _efficiency(tuple(map(tuple, data.inputs)), tuple(map(tuple, data.outputs)))
        result(context, data, places)


def result(context: PageContext, data: Data, places: list[frontier.Efficiency]) -> None:
    """The chosen municipality's place, its peers on the frontier with their weights, and how much rests on each of
    them."""
    t = context.t
    unit = data.codes.index(context.selection.municipality)
    own = places[unit]
    on_it = sum(place.vrs > 1 - frontier.ON_FRONTIER for place in places)
    said = t(
        "frontier.finding",
        name=context.name(data.codes[unit]),
        year=data.year,
        vrs=t.number(own.vrs, 2),
        crs=t.number(own.crs, 2),
        scale=t.number(own.scale, 2),
        fdh=t.number(own.fdh, 2),
        on=on_it,
        n=len(places),
    )
    layout.finding(said)
    without = frontier.without(data.inputs, data.outputs, unit, list(own.peers))
    if without:
        heads = [t("frontier.peer"), t("frontier.weight"), t("frontier.without")]
        lines = [(context.name(data.codes[peer]), own.peers[peer], share) for peer, share in without.items()]
        listed = pd.DataFrame(lines, columns=heads).sort_values(heads[1], ascending=False)
        formats: dict[Any, Any] = dict.fromkeys(heads[1:], lambda value: t.number(value, 2))
        st.dataframe(listed.style.format(formats), hide_index=True, width="stretch")
    else:
        st.markdown(t("frontier.on_it"))
    variables = data.inputs.shape[1] + data.outputs.shape[1]
    layout.caption(t("frontier.how", inputs=data.inputs.shape[1], outputs=data.outputs.shape[1], variables=variables))
    for key, codes in (("frontier.outliers", data.outliers), ("frontier.missing", data.missing)):
        if codes:
            names = sorted(map(context.name, codes))
            layout.caption(t(key, n=len(names), names=text.listed(t, names)))
    st.info(t("frontier.warning"))
