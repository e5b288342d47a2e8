"""Wholes of services and the parts they are made of: expected costs, and why a municipality is dearer (METHODS 9, 10)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from kuntamittari import task_classes, yaml_file
from kuntamittari.catalog import Indicator, Ratio
from kuntamittari.database import Database
from kuntamittari.figures import Group
from kuntamittari.settings import PACKAGE

REST = "rest"


@dataclass(frozen=True)
class Part:
    """A service of a whole: the task classes whose net costs it adds up, and the ages of those whom it is for."""

    id: str
    task_classes: tuple[str, ...]
    age_from: int
    age_to: int


@dataclass(frozen=True)
class Effect:
    """What one service adds to the difference, euros per resident: by the share of its age group and by its cost per head."""

    id: str
    own: float
    group: float
    age: float
    unit_cost: float


@dataclass(frozen=True)
class Difference:
    """Why a municipality's services cost more or less per resident than the group as one municipality. The effects of all
    parts sum to the difference; `residents` of the municipality, `members` of the group that have every part."""

    effects: tuple[Effect, ...]
    residents: float
    members: int

    @property
    def own(self) -> float:
        return sum(effect.own for effect in self.effects)

    @property
    def group(self) -> float:
        return sum(effect.group for effect in self.effects)

    @property
    def age(self) -> float:
        return sum(effect.age for effect in self.effects)

    @property
    def unit_cost(self) -> float:
        return sum(effect.unit_cost for effect in self.effects)


@cache
def _file() -> dict[str, Any]:
    return yaml_file.read(PACKAGE / "wholes.yaml")


def wholes() -> list[str]:
    """The ids of the indicators that are wholes, in order."""
    return list(_file()["wholes"])


def label(catalogue: Mapping[str, Indicator], part: str, language: str) -> str:
    """A part's name for sentences."""
    return catalogue[part].label[language] if part in catalogue else _file()["parts"][part]["label"][language]


def parts(catalogue: Mapping[str, Indicator], whole: Indicator) -> list[Part]:
    """The parts of a whole, in order; none where the catalogue in use lacks one of them, or it is no whole."""
    named = _file()["wholes"].get(whole.id, [])
    found = [_part(catalogue, name) for name in named if name != REST]
    if None in found or not isinstance(whole.formula, Ratio):
        return []
    known = [part for part in found if part is not None]
    if REST in named:
        taken = {name for part in known for name in part.task_classes}
        left = [name for total in whole.formula.numerator.task_classes for name in task_classes.of_total(total) if name not in taken]
        known.append(Part(REST, tuple(left), *_file()["parts"][REST]["ages"]))
    return known


def _part(catalogue: Mapping[str, Indicator], name: str) -> Part | None:
    own = _file()["parts"].get(name)
    if own:
        return Part(name, tuple(own["task_classes"]), *own["ages"])
    formula = catalogue[name].formula if name in catalogue else None
    if not isinstance(formula, Ratio) or formula.denominator.age_from is None or formula.denominator.age_to is None:
        return None
    return Part(name, formula.numerator.task_classes, formula.denominator.age_from, formula.denominator.age_to)


def by_need(found: Sequence[Part]) -> bool:
    """Whether an expected cost says more than a unit cost: the services are for different ages (METHODS 9)."""
    return len({(part.age_from, part.age_to) for part in found}) > 1


def expected(
    database: Database, found: Sequence[Part], group: Group, municipality: str, year: int, price_year: int | None
) -> dict[str, Any] | None:
    """A municipality's actual and expected cost in euros and the deviation in percent; None where a part is missing."""
    rows = database.query(
        "expected_cost", parts=bound(found), year=year, price_year=price_year, chosen=[municipality], **group.parameters
    ).to_pylist()
    return next((row for row in rows if row["municipality"] == municipality), None)


def difference(
    database: Database, found: Sequence[Part], group: Group, municipality: str, year: int, price_year: int | None
) -> Difference | None:
    """The difference to the group as one municipality by parts; None where the municipality or the group lacks a part."""
    rows = database.query(
        "cost_difference", parts=bound(found), year=year, price_year=price_year, municipalities=[municipality], **group.parameters
    ).to_pylist()
    if not rows:
        return None
    effects = tuple(
        Effect(row["id"], row["per_resident"], row["group_per_resident"], row["age_effect"], row["unit_cost_effect"]) for row in rows
    )
    return Difference(effects, rows[0]["residents"], rows[0]["members"])


def bound(found: Sequence[Part]) -> list[dict[str, Any]]:
    """Parts as the SQL files take them."""
    return [asdict(part) | {"task_classes": list(part.task_classes)} for part in found]
