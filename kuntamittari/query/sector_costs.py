"""The whole municipal sector: what its services cost over the years, and which municipalities moved the sum."""

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
    """A municipality's change of real costs from the year before, euros; `share` of the sum of all changes, per
    cent."""

    municipality: str
    change: float
    percent: float | None
    share: float | None


def costs(
    database: Database, parts: list[dict[str, Any]], price_year: int | None, area: str = MAINLAND
) -> dict[str, dict[int, float]]:
    """Part (id, task_classes) → year → euros in an area, at the prices of a year or (None) of each year itself."""
    rows = database.query("part_series", parts=parts, municipality=area, price_year=price_year).to_pylist()
    found: dict[str, dict[int, float]] = {part["id"]: {} for part in parts}
    for row in rows:
        found[row["id"]][row["year"]] = row["eur"]
    return found


def sectors() -> list[dict[str, Any]]:
    """The sectors as parts: each the published total of its task classes."""
    return [{"id": sector, "task_classes": [task_classes.totals()[sector]]} for sector in SECTORS]


def breaks(catalogue: Mapping[str, Indicator], sector: str) -> dict[int, Break]:
    """First year → break of each break in a sector's costs."""
    indicator = catalogue.get(SECTORS[sector])
    return {b.year: b for b in indicator.breaks} if indicator else {}


def growth(euros: Mapping[int, float], breaks: Collection[int] = ()) -> dict[int, float]:
    """Year → change from the year before, per cent, where both are known and no break begins with the year (docs/methods.md
    12)."""
    return {
        year: 100 * (euros[year] / euros[year - 1] - 1)
        for year in sorted(euros)
        if euros.get(year - 1) and year not in breaks
    }


def comparable(euros: Mapping[int, float], breaks: Collection[int]) -> dict[int, float]:
    """The years since the last break, in order."""
    since = max((year for year in breaks if euros and year <= max(euros)), default=0)
    return {year: euros[year] for year in sorted(euros) if year >= since}


def movers(
    database: Database, sector: str, year: int, price_year: int, group: Group
) -> tuple[list[Mover], float | None]:
    """The members of a group by how much they moved the sector's real costs, the largest first, and the sum of all
    changes."""
    rows = database.query(
        "movers", task_classes=[task_classes.totals()[sector]], year=year, price_year=price_year, **group.parameters
    ).to_pylist()
    return [Mover(r["municipality"], r["change"], r["percent"], r["share"]) for r in rows], rows[0][
        "total"
    ] if rows else None
