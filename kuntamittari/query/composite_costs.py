"""Expected cost of a composite, and why a municipality's cost differs from its group's (docs/methods.md 9, 10)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from kuntamittari.catalog import task_classes
from kuntamittari.catalog.composites import Part
from kuntamittari.catalog.indicator import Indicator, Ratio
from kuntamittari.query.database import Database, cached_per_snapshot
from kuntamittari.query.figures import Group


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


def expected(
    database: Database, parts: Sequence[Part], group: Group, municipality: str, year: int, price_year: int | None
) -> dict[str, Any] | None:
    """Return a municipality's actual and expected cost; None where it lacks a part (docs/methods.md 9).

    Keys: municipality, member, actual and expected (euros), deviation (%), residents. Euros are at the prices of
    `price_year`, or of the year itself where it is None.
    """
    rows = database.query(
        "expected_cost", parts=bound(parts), year=year, price_year=price_year, chosen=[municipality], **group.parameters
    ).to_pylist()
    return next((row for row in rows if row["municipality"] == municipality), None)


def difference(
    database: Database, parts: Sequence[Part], group: Group, municipality: str, year: int, price_year: int | None
) -> Difference | None:
    """Return the difference to the group as one municipality, by parts (docs/methods.md 10).

    None where the municipality or the group lacks a part. Euros are at the prices of `price_year`, or of the year
    itself where it is None.
    """
    rows = database.query(
        "cost_difference",
        parts=bound(parts),
        year=year,
        price_year=price_year,
        municipalities=[municipality],
        **group.parameters,
    ).to_pylist()
    if not rows:
        return None
    effects = tuple(
        Effect(row["id"], row["per_resident"], row["group_per_resident"], row["age_effect"], row["unit_cost_effect"])
        for row in rows
    )
    return Difference(effects, rows[0]["residents"], rows[0]["members"])


def bound(parts: Sequence[Part]) -> list[dict[str, Any]]:
    """Return parts as structs of id, task_classes, age_from and age_to, for SQL parameters."""
    return [asdict(part) | {"task_classes": list(part.task_classes)} for part in parts]


@cached_per_snapshot(500)
def composition(
    database: Database, composite: Indicator, group: Group, municipality: str, year: int, price_year: int | None
) -> list[dict[str, Any]]:
    """Return one row per task class of a composite: its costs in a municipality and in the group as one municipality.

    Only of the classes that are municipal in the year. Columns: task_class, eur, per_head (of the composite's age
    group), per_resident, group_per_head, group_per_resident and members (of the group with a figure); euros at the
    prices of `price_year`, or of the year itself where it is None. Raises ValueError for an indicator that is no ratio
    of costs to residents.
    """
    if not isinstance(composite.formula, Ratio):
        raise ValueError(f"{composite.id} is no ratio of costs to residents")
    ages = composite.formula.denominator
    return database.query(
        "composition",
        task_classes=list(task_classes.municipal(composite.formula.numerator.task_classes, year)),
        age_from=ages.age_from,
        age_to=ages.age_to,
        year=year,
        municipality=municipality,
        price_year=price_year,
        **group.parameters,
    ).to_pylist()
