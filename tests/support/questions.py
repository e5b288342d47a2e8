"""Questions on an indicator, as cases of tests/sql_cases name them: a formula in place of an indicator, rows back."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

from kuntamittari.catalog.composites import Part
from kuntamittari.catalog.indicator import Index, Indicator, Ratio
from kuntamittari.query import comparisons, composite_costs, coverage, figures, maps, productivity, projections
from kuntamittari.query.comparisons import Comparison
from kuntamittari.query.database import Database
from kuntamittari.query.figures import Group
from kuntamittari.stats.group_figures import or_none

Parameters = dict[str, Any]


class Formula:
    """Stands in for an indicator of the catalogue: a formula as it is bound, and whether the highest value is first.

    Neutral, so that percentiles count from the lowest value.
    """

    polarity, judged_by, is_published_total, is_cost = "neutral", "value", False, False
    left_out, varies_relatively, in_euros = (), False, False

    def __init__(self, bound: dict[str, Any], highest_first: bool = False):
        self._bound, self.highest_first, self.id = bound, highest_first, "asked"
        parts = (None, None, bound["scale"], bound["base_year"])
        self.formula: Any = SimpleNamespace(kind=bound["kind"], parts=parts)
        if bound["kind"] == "index":
            self.formula = _Index.model_construct(kind="index", base_year=bound["base_year"])

    def stretch(self, _year: int) -> int:
        return 0

    def bound(self, _basis: object = None) -> dict[str, Any]:
        return self._bound


class _Index(Index):
    @property
    def parts(self) -> Any:
        return None, None, 100.0, self.base_year


def indicator(parameters: Parameters, formula: str = "formula") -> Indicator:
    return cast(Indicator, Formula(parameters[formula], parameters.get("highest_first", False)))


def group(parameters: Parameters) -> Group:
    return Group(parameters["group_id"], tuple(parameters["listed"]), parameters["aland"])


def values(database: Database, asked: Parameters) -> list[Parameters]:
    return figures.values(database, indicator(asked), asked["municipalities"], asked["years"]).to_pylist()


def compared(database: Database, asked: Parameters) -> Comparison:
    return comparisons.compare(database, indicator(asked), group(asked), asked["year"], asked["chosen"])


def comparison(database: Database, asked: Parameters) -> list[Parameters]:
    found = compared(database, asked)
    of_group = {name: getattr(found, name) for name in comparisons.GROUP_FIGURES}
    of_group["hidden"] = found.bounds["hidden"] if found.bounds else 0
    return [row | of_group | {"percentile_from_lowest": row["percentile"]} for row in found.rows]


def hidden_ends(database: Database, asked: Parameters) -> list[Parameters]:
    found = compared(database, asked)
    bounds = found.bounds or {}
    of_group = {f"{name}_{end}": v for name, ends in bounds.items() if isinstance(ends, list) for end, v in both(ends)}
    rows = []
    for row in sorted(found.rows, key=lambda row: row["municipality"]):
        of_row = row["bounds"] or {}
        if row["value"] is None and not of_row:
            continue
        ends = {
            f"{name}_{end}": bound
            for name in ("rank", "percentile", "value")
            for end, bound in both(of_row.get(name, (None, None)))
        }
        placed = {"municipality": row["municipality"], "ranked": of_row.get("ranked"), "n": bounds["n"]}
        rows.append(placed | ends | of_group)
    return rows


def both(ends: Any) -> list[tuple[str, Any]]:
    return list(zip(("low", "high"), ends, strict=True))


def group_series(database: Database, asked: Parameters) -> list[Parameters]:
    return comparisons.group_series(database, indicator(asked), group(asked))


def pair(database: Database, asked: Parameters) -> list[Parameters]:
    both_asked = (indicator(asked), indicator(asked, "beside"))
    found = comparisons.pair(database, both_asked, (asked["year"], asked["beside_year"]), group(asked), asked["chosen"])
    of_group = {name: getattr(found, name) for name in ("n", "x_median", "y_median", "correlation")}
    return [row | of_group for row in found.rows]


def map_classes(database: Database, asked: Parameters) -> list[Parameters]:
    return maps.classes(database, indicator(asked), asked["year"], asked["aland"])


def years(database: Database, asked: Parameters) -> list[Parameters]:
    return [{"year": year, "places": n} for year, n in figures.places_by_year(database, indicator(asked)).items()]


def covered(database: Database, asked: Parameters) -> list[Parameters]:
    return coverage.of_indicator(database, indicator(asked))


def productivity_series(database: Database, asked: Parameters) -> list[Parameters]:
    return [
        vars(year) | {"municipality": code, "value": year.index}
        for code in asked["municipalities"]
        for year in productivity.series(database, indicator(asked), code)
    ]


def parts(asked: Parameters) -> list[Part]:
    return [Part(**(one | {"task_classes": tuple(one["task_classes"])})) for one in asked["parts"]]


def cost_difference(database: Database, asked: Parameters) -> list[Parameters]:
    place, costs, members = composite_costs.costs_of(
        database, parts(asked), group(asked), asked["year"], asked["formula"]["price_year"]
    )
    as_one, rows = costs.group(members), []
    for code in asked["municipalities"]:
        found = composite_costs.difference(
            database, parts(asked), group(asked), code, asked["year"], asked["formula"]["price_year"]
        )
        for at, effect in enumerate(found.effects if found else ()):
            row = {
                "municipality": code,
                "id": effect.id,
                "per_resident": effect.municipality,
                "group_per_resident": effect.group,
                "age_effect": effect.age,
                "unit_cost_effect": effect.unit_cost,
                "members": found.members if found else 0,
                "share": costs.share[place[code], at],
                "group_share": as_one.share[0, at],
                "unit_cost": or_none(costs.unit_cost[place[code], at]),
                "group_unit_cost": or_none(as_one.unit_cost[0, at]),
            }
            rows.append(row)
    return rows


def expected_cost(database: Database, asked: Parameters) -> list[Parameters]:
    codes = {*figures.loaded_members(database, group(asked)), *asked["chosen"]}
    found = (
        composite_costs.expected(
            database, parts(asked), group(asked), code, asked["year"], asked["formula"]["price_year"]
        )
        for code in sorted(codes)
    )
    return [row for row in found if row]


def composition(database: Database, asked: Parameters) -> list[Parameters]:
    classes, ages = asked["task_classes"], {name: asked[name] for name in ("age_from", "age_to")}
    formula = Ratio.model_construct(
        numerator=SimpleNamespace(task_classes=classes), denominator=SimpleNamespace(**ages)
    )
    composite = cast(Indicator, SimpleNamespace(formula=formula, id="asked"))
    return composite_costs.composition(
        database, composite, group(asked), asked["municipality"], asked["year"], asked["formula"]["price_year"]
    )


def projected(database: Database, asked: Parameters) -> list[Parameters]:
    named = {(one["age_from"], one["age_to"]): one["id"] for one in asked["ages"]}
    found = projections.projected(database, list(named), group(asked), asked["municipality"])
    return [
        {"id": name, "year": year, "persons": persons}
        for ages, name in named.items()
        for year, persons in found.get(ages, {}).items()
    ]


# name in a case → the answer, and the parameters it takes besides formula
COMPARED = ("year", "group_id", "listed", "chosen", "aland", "highest_first")
OF_PARTS = ("parts", "year", "group_id", "listed", "aland")
QUESTIONS: dict[str, tuple[Callable[[Database, Parameters], list[Parameters]], tuple[str, ...]]] = {
    "figures.values": (values, ("municipalities", "years")),
    "comparisons.compare": (comparison, COMPARED),
    "comparisons.compare, hidden ends": (hidden_ends, COMPARED),
    "comparisons.group_series": (group_series, ("group_id", "listed", "aland")),
    "comparisons.pair": (pair, ("year", "beside", "beside_year", "group_id", "listed", "aland", "chosen")),
    "figures.years": (years, ()),
    "maps.classes": (map_classes, ("year", "aland")),
    "coverage.of_indicator": (covered, ()),
    "composite_costs.difference": (cost_difference, (*OF_PARTS, "municipalities")),
    "composite_costs.expected": (expected_cost, (*OF_PARTS, "chosen")),
    "composite_costs.composition": (composition, ("task_classes", "age_from", "age_to", "municipality", *OF_PARTS[1:])),
    "projections.projected": (projected, ("ages", "municipality", "group_id", "listed", "aland")),
    "productivity.series": (productivity_series, ("municipalities",)),
}
