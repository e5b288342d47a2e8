"""Costs of the whole municipal sector over the years, and which municipalities changed them (docs/methods.md 3)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from kuntamittari.catalog import task_classes
from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.catalog.indicator import Break, Indicator
from kuntamittari.query.database import Database
from kuntamittari.query.figures import Group

# the sectors whose totals are published, each with the indicator of the same costs
SECTORS = {
    "all": "operating_cost_per_resident",
    "education_culture": "education_culture_cost_per_resident",
    "social_health": "social_health_cost_per_resident",
}


@dataclass(frozen=True)
class Mover:
    """A municipality's change of real costs from the year before: euros, per cent, and share of all changes (%)."""

    municipality: str
    change: float
    percent: float | None
    share: float | None


def costs(
    database: Database, parts: list[dict[str, Any]], price_year: int | None, area: str = MAINLAND
) -> dict[str, dict[int, float]]:
    """Return id of the part → year → euros in an area.

    `parts`: id and task_classes; euros are at the prices of `price_year`, or of each year itself where it is None.
    """
    rows = database.query("part_series", parts=parts, municipality=area, price_year=price_year).to_pylist()
    by_part: dict[str, dict[int, float]] = {part["id"]: {} for part in parts}
    for row in rows:
        by_part[row["id"]][row["year"]] = row["eur"]
    return by_part


def sectors() -> list[dict[str, Any]]:
    """Return the sectors as parts (id, task_classes): each the published total of its task classes."""
    return [{"id": sector, "task_classes": [task_classes.totals()[sector]]} for sector in SECTORS]


def breaks(catalogue: Mapping[str, Indicator], sector: str) -> dict[int, Break]:
    """Return first year → break, for the breaks in a sector's costs."""
    indicator = catalogue.get(SECTORS[sector])
    return {b.year: b for b in indicator.breaks} if indicator else {}


def moved(catalogue: Mapping[str, Indicator], sector: str, year: int) -> Break | None:
    """Return the break with which a sector's task left the municipalities by a year; None while they have it."""
    indicator = catalogue.get(SECTORS[sector])
    if indicator is None or indicator.move is None or indicator.municipal(year):
        return None
    return breaks(catalogue, sector)[indicator.move.year]


def growth(euros: Mapping[int, float], breaks: Collection[int] = ()) -> dict[int, float]:
    """Return year → change from the year before, in per cent (docs/methods.md 3).

    Only where both years are known and no break begins with the year (docs/methods.md 12).
    """
    return {
        year: 100 * (euros[year] / euros[year - 1] - 1)
        for year in sorted(euros)
        if euros.get(year - 1) and year not in breaks
    }


def comparable(euros: Mapping[int, float], breaks: Collection[int]) -> dict[int, float]:
    """Return year → euros since the last break, in order."""
    since = max((year for year in breaks if euros and year <= max(euros)), default=0)
    return {year: euros[year] for year in sorted(euros) if year >= since}


def indices(
    catalogue: Mapping[str, Indicator], costs_by_sector: Mapping[str, Mapping[int, float]]
) -> dict[str, dict[int, float]]:
    """Return sector → year → real costs as an index, of the sectors that are municipal in the last year with costs.

    All begin at 100 in the same year: the first since the last break of any of them (docs/methods.md 12).
    """
    last = max((year for euros in costs_by_sector.values() for year in euros), default=0)
    since = {
        sector: comparable(euros, breaks(catalogue, sector))
        for sector, euros in costs_by_sector.items()
        if euros and moved(catalogue, sector, last) is None
    }
    first = max((min(euros) for euros in since.values()), default=0)
    return {
        sector: {year: 100 * eur / euros[first] for year, eur in euros.items() if year >= first}
        for sector, euros in since.items()
        if euros.get(first)
    }


def movers(
    database: Database, sector: str, year: int, price_year: int, group: Group
) -> tuple[list[Mover], float | None]:
    """Return a group's members by change of the sector's real costs, the largest first, and the sum of all changes.

    The sum is in euros at the prices of `price_year`; None where no member has both years.
    """
    rows = database.query(
        "movers", task_classes=[task_classes.totals()[sector]], year=year, price_year=price_year, **group.parameters
    ).to_pylist()
    return [Mover(r["municipality"], r["change"], r["percent"], r["share"]) for r in rows], rows[0][
        "total"
    ] if rows else None
