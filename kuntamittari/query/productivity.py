"""Productivity taken apart: volume, cost and price, what a year's change consists of, and what it means in euros
(docs/methods.md 4)."""

import itertools
import math
from dataclasses import dataclass

from kuntamittari.catalog.indicator import AS_PUBLISHED, Basis, Index, Indicator
from kuntamittari.query.database import Database


@dataclass(frozen=True)
class Year:
    """One year of a municipality's productivity, base year = 100: index = 100 · volume · price ÷ (cost · 100). `eur` is
    the cost at the prices of the year itself. Without an index there is the reason."""

    year: int
    index: float | None
    volume: float | None
    cost: float | None
    price: float
    eur: float | None
    reason: str | None
    status: str | None


@dataclass(frozen=True)
class Step:
    """What the change of the index from one year to the next consists of, in index points; the three sum to it."""

    year: int
    before: float
    after: float
    volume: float
    cost: float
    price: float


def series(database: Database, indicator: Indicator, municipality: str, basis: Basis = AS_PUBLISHED) -> list[Year]:
    """The years of one area, in order. Raises ValueError for an indicator that is no productivity index."""
    if not isinstance(indicator.formula, Index):
        raise ValueError(f"{indicator.id} is no productivity index")
    rows = database.query("productivity", formula=indicator.bound(basis), municipalities=[municipality]).to_pylist()
    return [
        Year(r["year"], r["value"], r["volume"], r["cost"], r["price"], r["eur"], r["reason"], r["status"])
        for r in rows
    ]


def steps(years: list[Year]) -> list[Step]:
    """Each year's change from the year before, where both have an index: the logarithm of the index is that of the
    volume less the cost plus the price, and the logarithmic mean of the two indices turns it into points that sum
    exactly."""
    found = []
    for one, two in itertools.pairwise(years):
        if one.index is None or two.index is None or two.year != one.year + 1:
            continue
        assert one.volume and two.volume and one.cost and two.cost
        mean = one.index if two.index == one.index else (two.index - one.index) / math.log(two.index / one.index)
        found.append(
            Step(
                two.year,
                one.index,
                two.index,
                volume=mean * math.log(two.volume / one.volume),
                cost=-mean * math.log(two.cost / one.cost),
                price=mean * math.log(two.price / one.price),
            )
        )
    return found


def at_former_productivity(one: Year, two: Year) -> float | None:
    """What this year's volume would have cost at the productivity of the year before, euros of this year; None without
    indices."""
    if one.index is None or two.index is None or two.eur is None:
        return None
    return two.eur * two.index / one.index
