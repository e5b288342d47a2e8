"""The official task classes by which municipal costs are reported, and which of them are municipal in a year."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kuntamittari import yaml_file
from kuntamittari.catalog import services


@dataclass(frozen=True)
class Move:
    """A task that the municipalities no longer have from `year` on, those in `kept_by` excepted.

    `reason`: in three languages, as of the break in the figures.
    """

    year: int
    kept_by: tuple[str, ...]
    reason: Mapping[str, str]


@cache
def _file() -> dict:
    return yaml_file.read(Path(__file__).with_name("task_classes.yaml"))


@cache
def groups() -> dict[str, frozenset[str]]:
    """Return group id → the task classes whose sum is the published total of the group."""
    return {group: frozenset(classes) for group, classes in _file()["groups"].items()}


@cache
def totals() -> dict[str, str]:
    """Return group id (and `all`) → the label of its published total."""
    return dict(_file()["totals"])


@cache
def names() -> frozenset[str]:
    """Return the official Finnish labels of every task class and published total."""
    return frozenset().union(*groups().values(), totals().values())


@cache
def moves() -> dict[str, Move]:
    """Return task class (or published total) → its move, for those that are no longer municipal."""
    return {
        label: Move(services.breaks()[name]["year"], tuple(moved["kept_by"]), services.breaks()[name]["reason"])
        for name, moved in _file()["moved"].items()
        for label in moved["task_classes"]
    }


def moved_years(labels: Iterable[str]) -> list[int]:
    """Return the years in which task classes cease to be municipal, one of each class that does."""
    return [moves()[label].year for label in labels if label in moves()]


def municipal(labels: Iterable[str], year: int) -> tuple[str, ...]:
    """Return those of some task classes that are the municipalities' task in a year."""
    return tuple(label for label in labels if label not in moves() or year < moves()[label].year)


@cache
def _items() -> dict[str, list[str]]:
    return yaml_file.read(Path(__file__).with_name("statement_items.yaml"))


@cache
def own_items() -> frozenset[str]:
    """Return the items of the municipalities' own financial statements that indicators may use."""
    return frozenset(_items()["municipality"])


@cache
def group_items() -> frozenset[str]:
    """Return the items of the accounts of municipal groups that indicators may use."""
    return frozenset(_items()["group"])


@cache
def education_items() -> frozenset[str]:
    """Return the items of the economics of education that indicators may use."""
    return frozenset(_items()["education"])


@cache
def pupil_items() -> frozenset[str]:
    """Return the items of the economics of education that are persons and not euros."""
    return frozenset(item for item in education_items() if item.endswith(": Oppilasmäärä"))


def statement_items() -> frozenset[str]:
    """Return the items of statements that indicators may use: the municipalities' own, the groups' and of education."""
    return own_items() | group_items() | education_items()


@cache
def _translations() -> dict[str, dict[str, str]]:
    return yaml_file.read(Path(__file__).with_name("task_names.yaml"))


def name_in(label: str, language: str) -> str:
    """Return the name of a task class, total or statement item in a language; `label` is the Finnish name."""
    return label if language == "fi" else _translations()[label][language]


def current_name(label: str) -> str:
    """Return the present label of a task class that an older table calls `label`."""
    return _file()["renamed"].get(label, label)


def of_total(label: str) -> list[str]:
    """Return the task classes that a published total adds up, in order; a task class gives itself."""
    ids = [group for group, total in totals().items() if total == label]
    if not ids:
        return [label]
    listed = _file()["groups"]
    return [name for group in (listed if ids == ["all"] else ids) for name in listed[group]]
