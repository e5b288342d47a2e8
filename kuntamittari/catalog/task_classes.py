"""The official task classes by which municipal costs are reported."""

from functools import cache
from pathlib import Path

from kuntamittari import yaml_file


@cache
def _file() -> dict:
    return yaml_file.read(Path(__file__).with_name("task_classes.yaml"))


@cache
def groups() -> dict[str, frozenset[str]]:
    """Group id → the task classes whose sum is the published total of the group."""
    return {group: frozenset(classes) for group, classes in _file()["groups"].items()}


@cache
def totals() -> dict[str, str]:
    """Group id (and `all`) → the label of its published total."""
    return dict(_file()["totals"])


@cache
def names() -> frozenset[str]:
    """Every task class and published total, by its official Finnish label."""
    return frozenset().union(*groups().values(), totals().values())


@cache
def statement_items() -> frozenset[str]:
    """The items of the financial statements that indicators may use."""
    return frozenset(yaml_file.read(Path(__file__).with_name("statement_items.yaml")))


@cache
def _translations() -> dict[str, dict[str, str]]:
    return yaml_file.read(Path(__file__).with_name("task_names.yaml"))


def name_in(label: str, language: str) -> str:
    """The name of a task class, total or statement item in a language; Finnish is the official one."""
    return label if language == "fi" else _translations()[label][language]


def current_name(label: str) -> str:
    """The present label of a task class that an older table calls `label`."""
    return _file()["renamed"].get(label, label)


def of_total(label: str) -> list[str]:
    """The task classes that a published total adds up, in order; a class itself stands for itself."""
    ids = [group for group, total in totals().items() if total == label]
    if not ids:
        return [label]
    listed = _file()["groups"]
    return [name for group in (listed if ids == ["all"] else ids) for name in listed[group]]
