"""The service classes of the State Treasury, and the task classes whose costs go on by them (service_classes.yaml)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kuntamittari import yaml_file

FIRST_YEAR = 2021  # of costs by service class
NEVER = 9999  # after the last year of a class that goes on
NUMBERED = re.compile(r"(\d{4})\s+(.+)")  # how the older taxonomies name a class: number and text


@dataclass(frozen=True)
class ServiceClass:
    """A class: its number, its text, its first and last year, the number of the class that it may be reported under
    together with others, its number in later years where that is another, and the years in which its totals were
    corrected elsewhere than in the interface."""

    id: str
    text: str
    first_year: int = FIRST_YEAR
    last_year: int = NEVER
    coarser: str | None = None
    renumbered: str | None = None
    corrected: tuple[int, ...] = ()

    def is_in(self, year: int) -> bool:
        """Return whether the class is in the list of a year."""
        return self.first_year <= year <= self.last_year

    def is_called(self, text: str) -> bool:
        """Return whether a taxonomy means this class by a text: its own, with or without its number before it."""
        plain = " ".join(text.split())
        numbered = NUMBERED.fullmatch(plain)
        if numbered is None:
            return plain == self.text
        return numbered[1] in (self.id, self.renumbered) and numbered[2] == self.text


@cache
def _file() -> dict:
    return yaml_file.read(Path(__file__).with_name("service_classes.yaml"))


@cache
def classes() -> dict[str, ServiceClass]:
    """Return number → class."""
    return {
        number: ServiceClass(
            number,
            about["text"],
            about.get("from", FIRST_YEAR),
            about.get("to", NEVER),
            about.get("coarser"),
            about.get("renumbered"),
            tuple(about.get("corrected", ())),
        )
        for number, about in _file()["classes"].items()
    }


@cache
def of_tasks() -> dict[str, tuple[str, ...]]:
    """Return task class → the numbers of its service classes."""
    return {task_class: tuple(numbers) for task_class, numbers in _file()["task_classes"].items()}


@cache
def of_a_task() -> frozenset[str]:
    """Return the numbers of the classes that are wholly of one task class."""
    return frozenset(number for numbers in of_tasks().values() for number in numbers)


def are_continued(task_classes: Iterable[str]) -> bool:
    """Return whether the costs of every one of some task classes go on by service classes; not so of none."""
    named = list(task_classes)
    return bool(named) and set(named) <= of_tasks().keys()
