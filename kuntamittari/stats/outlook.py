"""An outlook of demand: the projected age group of a service times its real cost today (docs/methods.md 16)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kuntamittari.catalog.indicator import Indicator, Ratio
from kuntamittari.catalog.services import EVERYBODY

WORKING_AGE = (15, 64)
AGE_GROUPS = ((1, 6), (7, 15), (16, 18), (15, 64), (65, 120), (75, 120))  # what can be looked at
USUAL_AGES = (65, 120)
WIDEST = 2.0  # per cent a year that the unit cost may rise or fall in the fan
USUAL, STEP = 1.0, 0.5
SPREADS = tuple(STEP * number for number in range(int(WIDEST / STEP) + 1))


@dataclass(frozen=True)
class Fan:
    """The cost of one year, euros at the prices of the base: at a constant unit cost, and with it falling and rising
    each year."""

    year: int
    low: float
    middle: float
    high: float

    def divided_by(self, number: float) -> "Fan":
        """The same in another unit."""
        return Fan(self.year, self.low / number, self.middle / number, self.high / number)


def ages_code(ages: tuple[int, int]) -> str:
    """An age group as it stands in an address."""
    return "-".join(map(str, ages))


def services(catalogue: Mapping[str, Indicator]) -> list[Indicator]:
    """The costs per head of an age group of their own, one for each service: what a projection can say something
    about."""
    found: dict[str, Indicator] = {}
    for indicator in catalogue.values():
        formula = indicator.formula
        if indicator.dimension == "economy_of_services" and indicator.service and isinstance(formula, Ratio):
            ages = (formula.denominator.age_from, formula.denominator.age_to)
            if ages[0] is not None and ages != EVERYBODY and formula.numerator.task_classes:
                found.setdefault(indicator.service, indicator)
    return list(found.values())


def ages_of(indicator: Indicator) -> tuple[int, int]:
    """The age group that an indicator divides by. Raises ValueError where it divides by none."""
    formula = indicator.formula
    if not isinstance(formula, Ratio) or formula.denominator.age_from is None or formula.denominator.age_to is None:
        raise ValueError(f"{indicator.id} has no age group")
    return formula.denominator.age_from, formula.denominator.age_to


def index(heads: Mapping[int, float]) -> dict[int, float]:
    """Year → the age group's size, the projection's first year = 1; empty where nobody is of that age to begin with."""
    if not heads or not heads[min(heads)]:
        return {}
    first = heads[min(heads)]
    return {year: persons / first for year, persons in sorted(heads.items())}


def fan(cost: float, heads: Mapping[int, float], spread: float) -> list[Fan]:
    """Today's real cost times the age group's index, with the unit cost falling or rising `spread` per cent a year."""
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


def together(fans: Sequence[list[Fan]]) -> list[Fan]:
    """The fans of several services added up, for the years that all of them have."""
    if not fans:
        return []
    common = set.intersection(*({point.year for point in points} for points in fans))
    added = []
    for year in sorted(common):
        points = [point for fan_ in fans for point in fan_ if point.year == year]
        added.append(Fan(year, sum(p.low for p in points), sum(p.middle for p in points), sum(p.high for p in points)))
    return added
