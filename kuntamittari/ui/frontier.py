"""The efficiency frontier of chosen services: exploratory, with the peers named and no league table."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from kuntamittari import figures, frontier, subjects, text, views
from kuntamittari.address import View
from kuntamittari.catalog import Indicator, Ratio
from kuntamittari.errors import InputError
from kuntamittari.ui import frame, kept

USUAL = ("early_childhood_cost_per_1_6", "basic_education_cost_per_7_15", "upper_secondary_cost_per_16_18")
MOST_COSTS = 6
NO_OUTCOME = ""


@dataclass(frozen=True)
class Data:
    """What goes into the frontier: the municipalities, their inputs (euros) and outputs (residents, and an outcome), in one year;
    `outliers` are left out since a frontier rests on its extremes, `missing` lack a figure."""

    codes: tuple[str, ...]
    inputs: np.ndarray
    outputs: np.ndarray
    year: int
    outliers: tuple[str, ...]
    missing: tuple[str, ...]


def choices(view: View) -> tuple[list[Indicator], Indicator | None]:
    """Which costs, and which outcome beside them."""
    t = view.t
    offered = [i for i in subjects.costs(view) if isinstance(view.catalogue[i].formula, Ratio)]
    outcomes = [i for i in subjects.outcomes(view) if view.catalogue[i].polarity == "higher"]
    usual = [i for i in USUAL if i in offered]
    kept_costs = kept.several(view, "panokset", "frontier-costs", offered, usual)
    costs = st.multiselect(t("frontier.costs"), offered, max_selections=MOST_COSTS, key="frontier-costs", on_change=kept_costs,
                           format_func=lambda i: view.catalogue[i].name[t.language])  # fmt: skip
    kept_outcome = kept.one(view, "tulos", "frontier-outcome", [NO_OUTCOME, *outcomes], NO_OUTCOME)
    outcome = st.selectbox(t("frontier.outcome"), [NO_OUTCOME, *outcomes], key="frontier-outcome", on_change=kept_outcome,
                           format_func=lambda i: view.catalogue[i].name[t.language] if i else t("frontier.no_outcome"))  # fmt: skip
    return [view.catalogue[i] for i in costs], view.catalogue[outcome] if outcome else None


def gathered(view: View, costs: list[Indicator], outcome: Indicator | None) -> Data | None:
    """The figures of the group in the last year up to the chosen one that all indicators have; None where they share none."""
    asked = [*costs, *([outcome] if outcome else [])]
    common = set.intersection(*(set(figures.years(view.data, i, view.basis)) for i in asked)) if asked else set()
    if not common:
        return None
    year = max((y for y in common if y <= view.reference_year), default=min(common))
    group = view.group_of(view.indicator)
    compared = {i.id: views.compared(view, i, year, group) for i in asked}
    rows = {i.id: {row["municipality"]: row for row in compared[i.id].rows} for i in asked}
    chosen = view.selection.municipality
    members = dict.fromkeys(code for i in asked for code, row in rows[i.id].items() if row["member"] or code == chosen)
    whole = [code for code in members if all(rows[i.id].get(code, {}).get("value") is not None for i in asked)]
    outliers = {code for code in whole if code != chosen and any(rows[i.id][code]["outlier"] for i in costs)}
    codes = tuple(code for code in whole if code not in outliers)
    ages = {i.formula.denominator: i for i in costs if isinstance(i.formula, Ratio)}  # services for the same people have one output
    inputs = [[rows[i.id][code]["numerator"] for i in costs] for code in codes]
    outputs = [[rows[i.id][code]["denominator"] for i in ages.values()] for code in codes]
    if outcome:
        outputs = [[*heads, rows[outcome.id][code]["value"]] for heads, code in zip(outputs, codes, strict=True)]
    return Data(codes, np.array(inputs, dtype=float), np.array(outputs, dtype=float), year, tuple(outliers),
                tuple(code for code in members if code not in whole))  # fmt: skip


@st.cache_resource(max_entries=50, show_spinner=False)
def _efficiency(inputs: tuple[tuple[float, ...], ...], outputs: tuple[tuple[float, ...], ...]) -> list[frontier.Efficiency]:
    return frontier.efficiency(np.array(inputs), np.array(outputs))


def section(view: View) -> None:
    """The whole of it, folded: it is for exploring."""
    t = view.t
    with st.expander(t("frontier.title")):
        frame.lead(t("frontier.lead"))
        costs, outcome = choices(view)
        data = gathered(view, costs, outcome)
        if data is None:
            st.info(t("frontier.nothing"))
            return
        if view.selection.municipality not in data.codes:
            st.info(t("frontier.not_there", name=view.name(view.selection.municipality), year=data.year))
            return
        try:
            frontier.checked(data.inputs, data.outputs)
        except InputError as error:
            st.info(t(f"frontier.{error.code}"))
            return
        with st.spinner(t("frontier.working"), show_time=True):
            places = _efficiency(tuple(map(tuple, data.inputs)), tuple(map(tuple, data.outputs)))
        result(view, data, places)


def result(view: View, data: Data, places: list[frontier.Efficiency]) -> None:
    """The chosen municipality's place, its peers on the frontier with their weights, and how much rests on each of them."""
    t = view.t
    unit = data.codes.index(view.selection.municipality)
    own = places[unit]
    on_it = sum(place.vrs > 1 - frontier.ON_FRONTIER for place in places)
    said = t("frontier.finding", name=view.name(data.codes[unit]), year=data.year, vrs=t.number(own.vrs, 2), crs=t.number(own.crs, 2),
             scale=t.number(own.scale, 2), fdh=t.number(own.fdh, 2), on=on_it, n=len(places))  # fmt: skip
    frame.finding(said)
    without = frontier.without(data.inputs, data.outputs, unit, list(own.peers))
    if without:
        heads = [t("frontier.peer"), t("frontier.weight"), t("frontier.without")]
        lines = [(view.name(data.codes[peer]), own.peers[peer], share) for peer, share in without.items()]
        listed = pd.DataFrame(lines, columns=heads).sort_values(heads[1], ascending=False)
        formats: dict[Any, Any] = dict.fromkeys(heads[1:], lambda value: t.number(value, 2))
        st.dataframe(listed.style.format(formats), hide_index=True, width="stretch")
    else:
        st.markdown(t("frontier.on_it"))
    variables = data.inputs.shape[1] + data.outputs.shape[1]
    frame.caption(t("frontier.how", inputs=data.inputs.shape[1], outputs=data.outputs.shape[1], variables=variables))
    for key, codes in (("frontier.outliers", data.outliers), ("frontier.missing", data.missing)):
        if codes:
            names = sorted(map(view.name, codes))
            frame.caption(t(key, n=len(names), names=text.listed(t, names)))
    st.info(t("frontier.warning"))
