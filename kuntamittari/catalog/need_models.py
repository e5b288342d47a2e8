"""The models of need: which costs have an expected cost beyond age, and from which drivers (docs/methods.md 9)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kuntamittari import yaml_file
from kuntamittari.catalog.indicator import Indicator


@dataclass(frozen=True)
class NeedModel:
    """The model of an indicator's cost.

    `drivers`: by which need is known; `last_year`: the last in which the task is municipal (None: it still is);
    `service`: that it is of (None: a whole of several); `beside`: wholes with which it is shown.
    """

    indicator: str
    drivers: tuple[str, ...]
    last_year: int | None
    service: str | None
    beside: tuple[str, ...]

    def covers(self, year: int) -> bool:
        """Return whether the model is of a year."""
        return self.last_year is None or year <= self.last_year


@cache
def _file() -> dict[str, Any]:
    return yaml_file.read(Path(__file__).with_name("need_models.yaml"))


@cache
def models() -> Mapping[str, NeedModel]:
    """Return indicator → its model of need."""
    return {
        indicator: NeedModel(
            indicator, tuple(about["drivers"]), about.get("last_year"), about.get("service"), tuple(about["beside"])
        )
        for indicator, about in _file()["models"].items()
    }


def of(indicator: Indicator) -> NeedModel | None:
    """Return the model by which the need behind an indicator is known, its own or that of its service; or None."""
    own = models().get(indicator.id)
    return own or (of_service(indicator.service) if indicator.service else None)


def of_service(service: str | None) -> NeedModel | None:
    """Return the model of a service, or of social and health care for None; None where it has none."""
    return next((model for model in models().values() if model.service == service), None)


def drivers() -> dict[str, dict[str, Any]]:
    """Return driver → theme, what it is computed from (one of share, measure, per_km2, square, bilingual), decimals,
    and name and unit in three languages."""
    found: dict[str, dict[str, Any]] = _file()["drivers"]
    return found


def expected_cost() -> dict[str, Any]:
    """Return name, unit and decimals of the expected cost, as those of a structural variable."""
    found: dict[str, Any] = _file()["expected_cost"]
    return found


def themes() -> dict[str, dict[str, str]]:
    """Return theme → name in three languages: drivers that are shown as one."""
    found: dict[str, dict[str, str]] = _file()["themes"]
    return found
