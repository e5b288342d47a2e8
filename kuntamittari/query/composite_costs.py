"""Expected cost of a composite, and why a municipality's cost differs from its group's (docs/methods.md 9, 10)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from kuntamittari.catalog import task_classes
from kuntamittari.catalog.composites import Part
from kuntamittari.catalog.indicator import Indicator, Ratio
from kuntamittari.query.database import Database, cached_per_snapshot
from kuntamittari.query.figures import Group, loaded_members, prices
from kuntamittari.stats import part_costs
from kuntamittari.stats.group_figures import Numbers, or_none
from kuntamittari.stats.part_costs import PartCosts


@dataclass(frozen=True)
class Effect:
    """One service's part of a cost difference, in euros per resident.

    `municipality`, `group`: the cost of each; `age`: the part due to the share of the age group; `unit_cost`: the part
    due to the cost per head.
    """

    id: str
    municipality: float
    group: float
    age: float
    unit_cost: float


@dataclass(frozen=True)
class Difference:
    """Why a municipality's services cost more or less per resident than the group as one municipality.

    The effects of all parts sum to the difference, in euros per resident; `residents`: those of the municipality;
    `members`: the number of members of the group that have every part.
    """

    effects: tuple[Effect, ...]
    residents: float
    members: int

    @property
    def municipality(self) -> float:
        return sum(effect.municipality for effect in self.effects)

    @property
    def group(self) -> float:
        return sum(effect.group for effect in self.effects)

    @property
    def age(self) -> float:
        return sum(effect.age for effect in self.effects)

    @property
    def unit_cost(self) -> float:
        return sum(effect.unit_cost for effect in self.effects)


@dataclass(frozen=True, eq=False)
class _Costs:
    """The costs of parts in a year: of which municipalities (their places in the arrays), and the arrays."""

    place: dict[str, int]
    costs: PartCosts

    def members(self, database: Database, group: Group) -> list[int]:
        """Return the places of those members of a group that have every part."""
        return [self.place[code] for code in loaded_members(database, group) if code in self.place]


@cached_per_snapshot(100)
def _costs(database: Database, parts: tuple[Part, ...], year: int) -> _Costs:
    """Return the costs of parts in every municipality that has all of them, in euros of the year itself."""
    table = database.query("part_costs", parts=bound(parts), year=year)
    shape = (len(table) // max(len(parts), 1), len(parts))
    places = table["municipality"].to_pylist()[:: max(len(parts), 1)]
    eur, heads, residents = (
        table[name].to_numpy().astype(float).reshape(shape) for name in ("eur", "heads", "residents")
    )
    return _Costs({code: at for at, code in enumerate(places)}, PartCosts(eur, heads, residents[:, 0]))


def costs_of(
    database: Database, parts: Sequence[Part], group: Group, year: int, price_year: int | None
) -> tuple[dict[str, int], PartCosts, list[int]]:
    """Return the costs of parts in every municipality that has all of them, and which of these are in a group.

    Municipality → its place in the arrays; the arrays, in euros at the prices of `price_year`, or of the year itself
    where it is None; the places of the members.
    """
    found = _costs(database, tuple(parts), year)
    costs = found.costs
    if price_year is not None:
        index = prices(database)
        factor = index.get(price_year, np.nan) / index.get(year, np.nan)
        costs = replace(costs, eur=costs.eur * factor)
    return found.place, costs, found.members(database, group)


def expected(
    database: Database, parts: Sequence[Part], group: Group, municipality: str, year: int, price_year: int | None
) -> dict[str, Any] | None:
    """Return a municipality's actual and expected cost; None where it or the group lacks a part (docs/methods.md 9).

    Keys: municipality, member, actual and expected (euros), deviation (%), residents. Euros are at the prices of
    `price_year`, or of the year itself where it is None.
    """
    place, costs, members = costs_of(database, parts, group, year, price_year)
    if municipality not in place or not members:
        return None
    at = place[municipality]
    actual, should = costs.eur[at].sum(), part_costs.expected(costs, members)[at]
    return {
        "municipality": municipality,
        "member": at in members,
        "actual": or_none(actual),
        "expected": or_none(should),
        "deviation": or_none(100 * (actual / should - 1)) if should else None,
        "residents": or_none(costs.residents[at]),
    }


def difference(
    database: Database, parts: Sequence[Part], group: Group, municipality: str, year: int, price_year: int | None
) -> Difference | None:
    """Return the difference to the group as one municipality, by parts (docs/methods.md 10).

    None where the municipality or the group lacks a part. Euros are at the prices of `price_year`, or of the year
    itself where it is None.
    """
    place, costs, members = costs_of(database, parts, group, year, price_year)
    if municipality not in place or not members:
        return None
    at, as_one = place[municipality], costs.group(members)
    age, unit_cost = (effect[at].tolist() for effect in part_costs.effects(costs, members))
    own, others = costs.per_resident[at].tolist(), as_one.per_resident[0].tolist()
    ids = [part.id for part in parts]
    effects = tuple(Effect(*row) for row in zip(ids, own, others, age, unit_cost, strict=True))
    return Difference(effects, float(costs.residents[at]), len(members))


def bound(parts: Sequence[Part]) -> list[dict[str, Any]]:
    """Return parts as structs of id, task_classes, age_from and age_to, for SQL parameters."""
    return [asdict(part) | {"task_classes": list(part.task_classes)} for part in parts]


def composition(
    database: Database, composite: Indicator, group: Group, municipality: str, year: int, price_year: int | None
) -> list[dict[str, Any]]:
    """Return one row per task class of a composite: its costs in a municipality and in the group as one municipality.

    Only of the classes that are municipal in the year. Columns: task_class, eur, per_head (of the composite's age
    group), per_resident, group_per_head, group_per_resident and members (of the group with a figure); None for the side
    that lacks a class; euros at the prices of `price_year`, or of the year itself where it is None. Raises ValueError
    for an indicator that is no ratio of costs to residents.
    """
    if not isinstance(composite.formula, Ratio):
        raise ValueError(f"{composite.id} is no ratio of costs to residents")
    ages = composite.formula.denominator
    if ages.age_from is None or ages.age_to is None:
        raise ValueError(f"{composite.id} is no ratio of costs to residents")
    classes = task_classes.municipal(composite.formula.numerator.task_classes, year)
    parts = [Part(name, (name,), ages.age_from, ages.age_to) for name in classes]
    place, costs, members = costs_of(database, parts, group, year, price_year)
    as_one, at = costs.group(members), place.get(municipality)
    if not members and at is None:
        return []

    def side(numbers: Numbers, row: int | None) -> list[float | None]:
        return [None] * len(parts) if row is None else [or_none(n) for n in numbers[row]]

    of_group = 0 if members else None
    columns = {
        "task_class": list(classes),
        "eur": side(costs.eur, at),
        "per_head": side(costs.unit_cost, at),
        "per_resident": side(costs.per_resident, at),
        "group_per_head": side(as_one.unit_cost, of_group),
        "group_per_resident": side(as_one.per_resident, of_group),
        "members": [len(members) or None] * len(parts),
    }
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
