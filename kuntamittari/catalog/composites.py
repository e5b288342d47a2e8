"""Composites of services and their parts, for expected costs and cost differences (docs/methods.md 9, 10)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from kuntamittari import yaml_file
from kuntamittari.catalog import task_classes
from kuntamittari.catalog.indicator import Indicator, Ratio

REST = "rest"  # the task classes of a published total that no other part of the composite holds


@dataclass(frozen=True)
class Part:
    """A service of a composite: the task classes whose net costs it adds up, and the age group it is for."""

    id: str
    task_classes: tuple[str, ...]
    age_from: int
    age_to: int


@cache
def _file() -> dict[str, Any]:
    return yaml_file.read(Path(__file__).with_name("composites.yaml"))


def composite_ids() -> list[str]:
    """Return the ids of the indicators that are composites, in order of display."""
    return list(_file()["composites"])


def label(catalogue: Mapping[str, Indicator], part: str, language: str) -> str:
    """Return a part's name for use in a sentence."""
    return catalogue[part].label[language] if part in catalogue else _file()["parts"][part]["label"][language]


def parts(catalogue: Mapping[str, Indicator], composite: Indicator, year: int | None = None) -> list[Part]:
    """Return the parts of a composite, in order of display; with a year, as far as they are municipal in it.

    Empty where the indicator is no composite, or the catalogue lacks one of the parts.
    """
    names = _file()["composites"].get(composite.id, [])
    loaded = [_part(catalogue, name) for name in names if name != REST]
    if None in loaded or not isinstance(composite.formula, Ratio):
        return []
    parts_in_use = [part for part in loaded if part is not None]
    if REST in names:
        classes_in_use = {name for part in parts_in_use for name in part.task_classes}
        other_classes = [
            name
            for total in composite.formula.numerator.task_classes
            for name in task_classes.of_total(total)
            if name not in classes_in_use
        ]
        parts_in_use.append(Part(REST, tuple(other_classes), *_file()["parts"][REST]["ages"]))
    if year is None:
        return parts_in_use
    in_year = [replace(part, task_classes=task_classes.municipal(part.task_classes, year)) for part in parts_in_use]
    return [part for part in in_year if part.task_classes]


def _part(catalogue: Mapping[str, Indicator], name: str) -> Part | None:
    definition = _file()["parts"].get(name)
    if definition:
        return Part(name, tuple(definition["task_classes"]), *definition["ages"])
    formula = catalogue[name].formula if name in catalogue else None
    if not isinstance(formula, Ratio) or formula.denominator.age_from is None or formula.denominator.age_to is None:
        return None
    return Part(name, formula.numerator.task_classes, formula.denominator.age_from, formula.denominator.age_to)


def by_need(parts: Sequence[Part]) -> bool:
    """Return whether an expected cost says more than a unit cost: the age groups differ (docs/methods.md 9)."""
    return len({(part.age_from, part.age_to) for part in parts}) > 1
