"""The outlook: today's real cost of a service times the projected size of its age group (docs/methods.md 16)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kuntamittari.catalog.indicator import Indicator, Ratio
from kuntamittari.catalog.services import EVERYBODY

WORKING_AGE = (15, 64)
AGE_GROUPS = ((1, 6), (7, 15), (16, 18), (15, 64), (65, 120), (75, 120))  # that the user can choose between
USUAL_AGES = (65, 120)
WIDEST = 2.0  # per cent a year by which the unit cost rises or falls in the widest fan
USUAL, STEP = 1.0, 0.5  # per cent a year: the default, and the step between choices
SPREADS = tuple(STEP * number for number in range(int(WIDEST / STEP) + 1))


@dataclass(frozen=True)
class Fan:
    """The cost of one year in euros at base-year prices: at a constant, a falling and a rising unit cost."""

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


def fan(cost: float, heads: Mapping[int, float], spread: float) -> list[Fan]:
    """Return the outlook of a cost in euros, one fan a year (docs/methods.md 16).

    `heads`: year → persons of the age group; `spread`: per cent a year by which the unit cost falls or rises.
    """
    demand = index(heads)
    first = min(demand, default=0)
    return [
        Fan(
            year,
            cost * size * (1 - spread / 100) ** (year - first),
            cost * size,
            cost * size * (1 + spread / 100) ** (year - first),
        )
        for year, size in demand.items()
    ]


def sum_of_fans(fans: Sequence[list[Fan]]) -> list[Fan]:
    """Return the sum of the fans of several services, for the years that all of them have."""
    if not fans:
        return []
    years = set.intersection(*({point.year for point in points} for points in fans))
    sums = []
    for year in sorted(years):
        points = [point for fan_ in fans for point in fan_ if point.year == year]
        sums.append(Fan(year, sum(p.low for p in points), sum(p.middle for p in points), sum(p.high for p in points)))
    return sums
