"""The municipal services, and the breaks in the official figures (docs/methods.md 12)."""

from functools import cache
from pathlib import Path
from typing import Any

from kuntamittari import yaml_file

EVERYBODY = (0, 120)


@cache
def breaks() -> dict[str, dict[str, Any]]:
    """Return name of a break → its first year and the reason in three languages."""
    return yaml_file.read(Path(__file__).with_name("breaks.yaml"))


@cache
def services() -> dict[str, dict[str, Any]]:
    """Return service id → name, ages, breaks and beside.

    `name` is in three languages, `ages` the first and last age of those the service is for, `breaks` names of breaks in
    its costs, `beside` ids of outcome and quality indicators.
    """
    return yaml_file.read(Path(__file__).with_name("services.yaml"))


def ages(service: str | None) -> tuple[int, int]:
    """Return the first and last age of those a service is for; everybody where the service is None."""
    if service is None:
        return EVERYBODY
    first, last = services()[service]["ages"]
    return first, last


def beside(service: str | None) -> list[str]:
    """Return ids of the outcome and quality indicators shown beside a service's costs; empty for None."""
    return services()[service].get("beside", []) if service else []
