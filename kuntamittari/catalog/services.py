"""The services of the interface, and the breaks in the official figures."""

from functools import cache
from pathlib import Path
from typing import Any

from kuntamittari import yaml_file

EVERYBODY = (0, 120)


@cache
def breaks() -> dict[str, dict[str, Any]]:
    """Name of a break → its first year and the reason in three languages."""
    return yaml_file.read(Path(__file__).with_name("breaks.yaml"))


@cache
def services() -> dict[str, dict[str, Any]]:
    """Service id → name in three languages, ages [first, last] of those it is for, and names of the breaks in its
    costs, ids of the indicators of outcome or quality beside them."""
    return yaml_file.read(Path(__file__).with_name("services.yaml"))


def ages(service: str | None) -> tuple[int, int]:
    """The age group of a service; everybody where there is no service."""
    if service is None:
        return EVERYBODY
    first, last = services()[service]["ages"]
    return first, last


def beside(service: str | None) -> list[str]:
    """The indicators of outcome or quality that a service's costs are read with."""
    return services()[service].get("beside", []) if service else []
