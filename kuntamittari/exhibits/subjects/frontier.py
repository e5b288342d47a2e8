"""The efficiency frontier of chosen services: who the municipality is measured by (docs/methods.md 11).

A table and no picture: with at least three variables no two axes show the frontier, and municipalities must not be
ranked by their distance from it.
"""

from dataclasses import dataclass

import numpy as np

from kuntamittari.catalog.indicator import Indicator, Ratio
from kuntamittari.errors import InputError
from kuntamittari.exhibits import page_defaults, selected_figures
from kuntamittari.exhibits.exhibit import Exhibit, source
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.query import figures
from kuntamittari.query.database import Database, cached_per_snapshot
from kuntamittari.stats import frontier

USUAL = ("early_childhood_cost_per_1_6", "basic_education_cost_per_7_15", "upper_secondary_cost_per_16_18")
COSTS, OUTCOME = "panokset", "tulos"  # page parameters

Rows = tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class FrontierData:
    """The input of the frontier in one year: municipalities × inputs (euros), municipalities × outputs.

    Outputs are residents of the age groups and, if chosen, an outcome. `outliers` are left out because a frontier rests
    on its extremes; `missing` lack a figure.
    """

    codes: tuple[str, ...]
    inputs: np.ndarray
    outputs: np.ndarray
    indicators: tuple[str, ...]
    year: int
    outliers: tuple[str, ...]
    missing: tuple[str, ...]


def offered(context: PageContext) -> tuple[list[str], list[str]]:
    """Return the costs and the outcomes that may be chosen."""
    costs = [i for i in page_defaults.costs(context) if isinstance(context.catalogue[i].formula, Ratio)]
    return costs, [i for i in page_defaults.outcomes(context) if context.catalogue[i].polarity == "higher"]


def data(context: PageContext, costs: list[Indicator], outcome: Indicator | None) -> FrontierData | None:
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
        tuple(i.id for i in indicators),
        year,
        tuple(outliers),
        tuple(code for code in members if code not in complete),
    )


def places(database: Database, of: FrontierData) -> list[frontier.Efficiency]:
    """Return the efficiency of each municipality."""
    return _places(database, tuple(map(tuple, of.inputs.tolist())), tuple(map(tuple, of.outputs.tolist())))


@cached_per_snapshot(50)
def _places(database: Database, inputs: Rows, outputs: Rows) -> list[frontier.Efficiency]:
    return frontier.efficiency(np.array(inputs), np.array(outputs))


def on_it(found: list[frontier.Efficiency]) -> int:
    """Return how many municipalities are on the frontier."""
    return sum(place.vrs > 1 - frontier.ON_FRONTIER for place in found)


def exhibit(context: PageContext) -> Exhibit | None:
    """Return the peers of the chosen municipality on the frontier; None where it cannot be computed."""
    asked, (costs, outcomes) = dict(context.selection.page_params), offered(context)
    chosen = [i for i in asked.get(COSTS, ",".join(USUAL)).split(",") if i in costs]
    outcome = context.catalogue[asked[OUTCOME]] if asked.get(OUTCOME) in outcomes else None
    of = data(context, [context.catalogue[i] for i in chosen], outcome)
    if of is None or context.selection.municipality not in of.codes:
        return None
    try:
        frontier.checked(of.inputs, of.outputs)
    except InputError:
        return None
    return exhibit_of(context, of)


def exhibit_of(context: PageContext, of: FrontierData) -> Exhibit:
    """Return the peers of the chosen municipality with their weights, and how much rests on each."""
    t, found = context.t, places(context.data, of)
    unit = of.codes.index(context.selection.municipality)
    efficiency = found[unit]
    number = {name: t.number(getattr(efficiency, name), 2) for name in ("vrs", "crs", "scale", "fdh")}
    name = context.name(of.codes[unit])
    without = frontier.without(of.inputs, of.outputs, unit, list(efficiency.peers))
    cells = tuple(
        sorted(
            ((context.name(of.codes[peer]), efficiency.peers[peer], share) for peer, share in without.items()),
            key=lambda row: -row[1],
        )
    )
    heads = (t("frontier.peer"), t("frontier.weight"), t("frontier.without"))
    rows = tuple((peer, t.number(weight, 2), t.number(share, 2)) for peer, weight, share in cells)
    return Exhibit(
        t("frontier.finding", name=name, year=of.year, on=on_it(found), n=len(found), **number),
        "table",
        heads=heads,
        rows=rows or ((t("frontier.on_it"), "", ""),),
        cell_heads=heads,
        cells=cells,
        note=t("frontier.warning"),
        source=source(context, *(context.catalogue[i] for i in of.indicators)),
        finding=t("grammar.frontier", name=name, vrs=number["vrs"]),
    )
