"""The outlook: today's real cost of a service times the projected size of its age group (docs/methods.md 16)."""

import math
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kuntamittari.catalog.indicator import Indicator, Ratio
from kuntamittari.catalog.services import EVERYBODY

WORKING_AGE = (15, 64)
AGE_GROUPS = ((1, 6), (7, 15), (16, 18), (15, 64), (65, 120), (75, 120))  # that the user can choose between
USUAL_AGES = (65, 120)
WIDEST = 2.0  # per cent a year by which the unit cost rises or falls in the widest fan
USUAL, STEP = 1.0, 0.5  # per cent a year: the default, and the step between choices
SIZES = (0, 2_000, 10_000)  # least residents of the sizes of municipalities by which errors are measured
ROOT, LINEAR = 0.5, 1.0  # between which errors grow with the horizon: by chance alone, and the same way every year
SPREADS = tuple(STEP * number for number in range(int(WIDEST / STEP) + 1))


def size_of(residents: float) -> int:
    """Return the size of a municipality: the largest of SIZES that its residents reach."""
    return max(least for least in SIZES if residents >= least)


@dataclass(frozen=True)
class ProjectionError:
    """How far a projection was from the residents counted later, of one age group in municipalities of one size.

    `made`: the year of the projection, which starts from the residents at the end of the year before; `size`: as of
    SIZES; `measured`: year → median of |counted ÷ projected − 1|, in order; `growth`: exponent of the years since the
    residents that it starts from.
    """

    made: int
    size: int
    measured: Mapping[int, float]
    growth: float

    @property
    def last(self) -> int:
        """Return the last year of which the error is measured."""
        return max(self.measured)

    def of(self, year: int) -> float:
        """Return the error of a year, as a share of the persons projected: the measured one, and beyond it with the
        growth of the horizon. It never falls."""
        at = max((known for known in self.measured if known <= year), default=min(self.measured))
        so_far = max(error for known, error in self.measured.items() if known <= at)
        return so_far * ((year - self.made + 1) / (at - self.made + 1)) ** self.growth


def growth(errors: Mapping[tuple[Hashable, Hashable, int], tuple[int, float]]) -> float:
    """Return the exponent of the horizon with which errors grow, by least squares of logarithms within each series.

    `errors`: (age group, size, year) → horizon in years, and error. Kept between ROOT and LINEAR; ROOT where no series
    has two horizons.
    """
    series = defaultdict(list)
    for (ages, size, _), (horizon, error) in errors.items():
        if error > 0:
            series[ages, size].append((math.log(horizon), math.log(error)))
    centred = [np.array(points) - np.mean(points, axis=0) for points in series.values()]
    squares = sum(float((points[:, 0] ** 2).sum()) for points in centred)
    if not squares:
        return ROOT
    slope = sum(float(points.prod(axis=1).sum()) for points in centred) / squares
    return min(max(slope, ROOT), LINEAR)


@dataclass(frozen=True)
class Fan:
    """The cost of one year in euros at base-year prices: the middle at a constant unit cost and the persons projected;
    the ends at a falling or rising one, and at fewer or more persons by the error of the projection."""

    year: int
    low: float
    middle: float
    high: float

    def divided_by(self, number: float) -> "Fan":
        """Return the fan in another unit, every amount divided by `number`."""
        return Fan(self.year, self.low / number, self.middle / number, self.high / number)


def ages_code(ages: tuple[int, int]) -> str:
    """Return the code of an age group in addresses, such as 7-15."""
    return "-".join(map(str, ages))


def services(catalogue: Mapping[str, Indicator]) -> list[Indicator]:
    """Return the cost indicators that an outlook can be made for, at most one for each service.

    These are unit costs of task classes per head of an age group of their own.
    """
    by_service: dict[str, Indicator] = {}
    for indicator in catalogue.values():
        formula = indicator.formula
        if indicator.dimension == "economy_of_services" and indicator.service and isinstance(formula, Ratio):
            ages = (formula.denominator.age_from, formula.denominator.age_to)
            if ages[0] is not None and ages != EVERYBODY and formula.numerator.task_classes:
                by_service.setdefault(indicator.service, indicator)
    return list(by_service.values())


def ages_of(indicator: Indicator) -> tuple[int, int]:
    """Return the first and last age that an indicator's denominator counts.

    Raises ValueError for an indicator without an age group.
    """
    formula = indicator.formula
    if not isinstance(formula, Ratio) or formula.denominator.age_from is None or formula.denominator.age_to is None:
        raise ValueError(f"{indicator.id} has no age group")
    return formula.denominator.age_from, formula.denominator.age_to


def index(heads: Mapping[int, float]) -> dict[int, float]:
    """Return year → size of the age group relative to the projection's first year (= 1).

    `heads`: year → persons. Empty where the age group has nobody in the first year.
    """
    if not heads or not heads[min(heads)]:
        return {}
    first = heads[min(heads)]
    return {year: persons / first for year, persons in sorted(heads.items())}


def fan(cost: float, heads: Mapping[int, float], spread: float, error: ProjectionError | None = None) -> list[Fan]:
    """Return the outlook of a cost in euros, one fan a year (docs/methods.md 16).

    `heads`: year → persons of the age group; `spread`: per cent a year by which the unit cost falls or rises; `error`:
    of the projected persons, None where it is not measured. In the first year the cost is today's, without either.
    """
    demand = index(heads)
    first = min(demand, default=0)
    points = []
    for year, size in demand.items():
        wide = error.of(year) if error and year > first else 0.0
        low, high = ((1 + sign * spread / 100) ** (year - first) * (1 + sign * wide) for sign in (-1, 1))
        points.append(Fan(year, cost * size * max(low, 0.0), cost * size, cost * size * high))
    return points


def sum_of_fans(fans: Sequence[tuple[list[Fan], int | None]]) -> list[Fan]:
    """Return the sum of the fans of several services, in the years that all of those counted have.

    Each fan with the year from which on its service is not counted; None: it always is. Ends are added as if all erred
    to the same side.
    """
    sums = []
    for year in sorted({point.year for points, _ in fans for point in points}):
        counted = [points for points, until in fans if until is None or year < until]
        of_year = [point for points in counted for point in points if point.year == year]
        if counted and len(of_year) == len(counted):
            low, middle, high = (sum(getattr(p, side) for p in of_year) for side in ("low", "middle", "high"))
            sums.append(Fan(year, low, middle, high))
    return sums
