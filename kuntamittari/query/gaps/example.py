"""The most similar municipality whose service costs less, with an outcome that is not worse (docs/methods.md 24)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from kuntamittari.catalog.indicator import Basis, Indicator
from kuntamittari.query import figures
from kuntamittari.query.comparisons import Comparison
from kuntamittari.query.database import Database
from kuntamittari.query.figures import Group, loaded_members
from kuntamittari.query.values import of as values_of
from kuntamittari.query.variation import noise
from kuntamittari.stats import benchmark, gaps
from kuntamittari.stats.group_figures import Numbers

OUTCOMES = ("effectiveness", "quality")  # dimensions of the framework whose indicators are outcomes of a service


@dataclass(frozen=True)
class Outcome:
    """A declared outcome of the service in the municipality and in the example, in one year."""

    indicator: Indicator
    year: int
    own: float
    other: float


@dataclass(frozen=True)
class Example:
    """A municipality whose service costs firmly less.

    `outcomes`: the declared outcomes of the service of which both have a figure, none firmly worse; without any the
    municipality only "costs less".
    """

    municipality: str
    value: float
    outcomes: tuple[Outcome, ...]

    @property
    def word(self) -> str:
        """Return `better_with_less`, or `costs_less` where the service has no outcome with figures."""
        return "better_with_less" if self.outcomes else "costs_less"


@dataclass(frozen=True)
class _Figures:
    """An indicator in one year on the scale of noise: values and deviations of `areas`."""

    value: Numbers
    deviation: Numbers
    shown: Numbers  # the values as the indicator has them


def declared_outcomes(catalogue: Iterable[Indicator], cost: Indicator) -> tuple[Indicator, ...]:
    """Return the outcomes of the very service of a cost: those whose file names it and says which way is better."""
    return tuple(
        one
        for one in catalogue
        if one.service == cost.service and one.dimension in OUTCOMES and one.polarity != "neutral" and one.formula
    )


def of(
    database: Database,
    cost: Indicator,
    municipality: str,
    year: int,
    group: Group,
    comparison: Comparison,
    nearest: Sequence[str],
    outcomes: Sequence[Indicator],
    basis: Basis,
) -> Example | None:
    """Return the nearest member whose cost is firmly lower and whose outcomes are not firmly worse; None without one.

    `comparison`: of the group by the cost; `nearest`: municipalities in order of similarity. Members on fewer than 30
    persons, with a cost of zero or below or with a doubtful figure are no example. Where the municipality and some
    other member have a figure of an outcome, an example has one as well.
    """
    members = [code for code in loaded_members(database, group) if code != municipality]
    areas = [municipality, *(code for code in nearest if code in members)]
    costs = _figures(database, cost, year, areas, basis)
    with np.errstate(invalid="ignore"):
        cheaper = (costs.shown > 0) & gaps.firmly_above(
            costs.value[0], costs.deviation[0], costs.value, costs.deviation
        )
    known: list[tuple[Indicator, int, _Figures]] = []
    for one in outcomes:
        at = figures.newest_year(database, one, basis, year)
        found = None if at is None else _figures(database, one, at, areas, basis)
        if at is not None and found and np.isfinite(found.shown[0]) and np.isfinite(found.shown[1:]).any():
            known.append((one, at, found))
    for place in np.flatnonzero(cheaper).tolist():
        compared = [(one, at, found) for one, at, found in known if np.isfinite(found.shown[place])]
        if (known and not compared) or any(_firmly_worse(one, found, place) for one, _, found in compared):
            continue
        row = comparison.of(areas[place])
        if row is None or set(row["doubtful"]) - {"jump_of_part"} or benchmark.is_small_base(row["base"]):
            continue
        beside = tuple(
            Outcome(one, at, float(found.shown[0]), float(found.shown[place])) for one, at, found in compared
        )
        return Example(areas[place], float(costs.shown[place]), beside)
    return None


def _figures(database: Database, indicator: Indicator, year: int, areas: Sequence[str], basis: Basis) -> _Figures:
    found = values_of(database, indicator, basis, year)
    shown = found.value[found.years.index(year), found.places(areas)]
    deviation = noise.deviations(database, indicator, year, areas, basis)
    return _Figures(noise.on_scale(indicator, shown), deviation, shown)


def _firmly_worse(outcome: Indicator, found: _Figures, place: int) -> bool:
    """Return whether the outcome at a place is worse than that of the municipality by more than usual variation; where
    that is not known, whether it is worse at all."""
    sign = 1 if outcome.polarity == "lower" else -1
    apart, spread = sign * (found.value[place] - found.value[0]), found.deviation[[0, place]]
    if np.isnan(spread).any():
        return bool(apart > 0)
    return bool(gaps.firmly_above(apart, spread[0], np.zeros(1), spread[1:])[0])
