"""Productivity decomposed into volume, cost and price, and its meaning in euros (docs/methods.md 4)."""

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kuntamittari.catalog.indicator import AS_PUBLISHED, Basis, Index, Indicator
from kuntamittari.query import figures
from kuntamittari.query.database import Database
from kuntamittari.query.values import of as values_of
from kuntamittari.stats import group_figures
from kuntamittari.stats.total_productivity import Total, total


@dataclass(frozen=True)
class Year:
    """One year of a municipality's productivity, base year = 100: index = 100 · volume · price ÷ (cost · 100).

    `cost` is nominal, `price` the index of public expenditure, `eur` the cost in euros of the year itself; `reason`:
    why there is no index.
    """

    year: int
    index: float | None
    volume: float | None
    cost: float | None
    price: float
    eur: float | None
    reason: str | None
    status: str | None


# the unit costs of the services that total productivity is of, each by its age group (docs/methods.md 20)
EDUCATION = (
    "early_childhood_cost_per_1_6",
    "pre_primary_cost_per_6",
    "basic_education_cost_per_7_15",
    "upper_secondary_cost_per_16_18",
)


@dataclass(frozen=True)
class OverServices:
    """Total productivity of an area over the education services: `services` are ids of their unit costs, `left_out`
    those that it does not organise in every year."""

    years: tuple[int, ...]
    services: tuple[str, ...]
    left_out: tuple[str, ...]
    total: Total


def over_services(database: Database, catalogue: Mapping[str, Indicator], area: str, year: int) -> OverServices | None:
    """Return the total productivity of an area from the beginning of a stretch of comparable years to a year in it;
    None with fewer than two years or services."""
    asked = [catalogue[name] for name in EDUCATION if name in catalogue]
    found = [(one, values_of(database, one)) for one in asked]
    prices = figures.prices(database)
    stretch = [one.stretch(year) for one in asked]
    years = sorted(
        {
            y
            for y in (found[0][1].years if found else ())
            if y <= year
            and y in prices
            and [one.stretch(y) for one in asked] == stretch
            and all(of.has(y) for _, of in found)
        }
    )
    figures_of = {
        one.id: np.array(
            [
                [of.numbers[name][of.years.index(y), of.place[area]] for y in years]
                for name in ("numerator", "denominator", "value")
            ]
        ).reshape(3, len(years))
        for one, of in found
        if area in of.place
    }
    known = {name: ~np.isnan(one[2]) & (one[0] > 0) & (one[1] > 0) for name, one in figures_of.items()}
    # years of which no service has a figure are ahead of the costs
    counted = np.any(list(known.values()), axis=0) if known else np.zeros(0, bool)
    services = tuple(name for name, has in known.items() if counted.any() and has[counted].all())
    if len(services) < 2 or counted.sum() < 2:
        return None
    costs, quantities = (np.array([figures_of[name][row][counted] for name in services]) for row in (0, 1))
    shown = tuple(y for y, counts in zip(years, counted, strict=True) if counts)
    left_out = tuple(name for name in figures_of if name not in services)
    return OverServices(shown, services, left_out, total(costs, quantities, np.array([prices[y] for y in shown])))


@dataclass(frozen=True)
class Step:
    """The change of the index from one year to the next, in index points.

    `before`, `after`: the index in both years; `volume`, `cost` and `price` sum to the change.
    """

    year: int
    before: float
    after: float
    volume: float
    cost: float
    price: float


def series(database: Database, indicator: Indicator, municipality: str, basis: Basis = AS_PUBLISHED) -> list[Year]:
    """Return the years of one area, in order. Raises ValueError for an indicator that is no productivity index."""
    if not isinstance(indicator.formula, Index):
        raise ValueError(f"{indicator.id} is no productivity index")
    found, prices = values_of(database, indicator, basis), figures.prices(database)
    base = prices.get(indicator.formula.base_year)
    if municipality not in found.place or not base:
        return []
    place, years = found.place[municipality], []
    for at, year in enumerate(found.years):
        status, reason = (found.words[name][at, place] for name in ("status", "reason"))
        if reason == "no_year" or year not in prices:
            continue
        value, volume, cost, used = (
            group_figures.or_none(found.numbers[name][at, place])
            for name in ("value", "numerator", "denominator", "input")
        )
        price = prices[year]
        nominal, eur = (None if cost is None else cost * price / base), (None if used is None else used * price)
        years.append(Year(year, value, volume, nominal, 100 * price / base, eur, reason, status))
    return years


def steps(years: list[Year]) -> list[Step]:
    """Return each year's change from the year before, where both years have an index (docs/methods.md 4).

    The logarithmic mean of the two indices turns logarithmic changes into index points that sum exactly.
    """
    changes = []
    for before, after in itertools.pairwise(years):
        if before.index is None or after.index is None or after.year != before.year + 1:
            continue
        assert before.volume and after.volume and before.cost and after.cost
        mean = (
            before.index
            if after.index == before.index
            else (after.index - before.index) / math.log(after.index / before.index)
        )
        changes.append(
            Step(
                after.year,
                before.index,
                after.index,
                volume=mean * math.log(after.volume / before.volume),
                cost=-mean * math.log(after.cost / before.cost),
                price=mean * math.log(after.price / before.price),
            )
        )
    return changes


def at_former_productivity(before: Year, after: Year) -> float | None:
    """Return the cost of `after`'s volume at `before`'s productivity, in euros of `after`; None without an index."""
    if before.index is None or after.index is None or after.eur is None:
        return None
    return after.eur * after.index / before.index
