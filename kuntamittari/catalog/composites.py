"""Wholes of services and the parts they are made of: expected costs, and why a municipality is dearer
(docs/methods.md 9, 10)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kuntamittari import yaml_file
from kuntamittari.catalog import task_classes
from kuntamittari.catalog.indicator import Indicator, Ratio

REST = "rest"


@dataclass(frozen=True)
class Part:
    """A service of a whole: the task classes whose net costs it adds up, and the ages of those whom it is for."""

    id: str
    task_classes: tuple[str, ...]
    age_from: int
    age_to: int


@cache
def _file() -> dict[str, Any]:
    return yaml_file.read(Path(__file__).with_name("composites.yaml"))


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
        left = [
            name
            for total in whole.formula.numerator.task_classes
            for name in task_classes.of_total(total)
            if name not in taken
        ]
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
    """Whether an expected cost says more than a unit cost: the services are for different ages (docs/methods.md 9)."""
    return len({(part.age_from, part.age_to) for part in found}) > 1
