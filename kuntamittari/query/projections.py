"""Residents by age in the population projection (docs/methods.md 16)."""

from collections.abc import Sequence
from typing import Any

from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.query.database import Database
from kuntamittari.query.figures import Group

EVERY_AGE = (0, 120)


def projected(
    database: Database, ages: Sequence[tuple[int, int]], group: Group, municipality: str | None
) -> dict[tuple[int, int], dict[int, float]]:
    """Return age group → year → residents in the projection.

    Of a municipality or Mainland Finland, or where `municipality` is None, of the group as one.
    """
    by_ages: dict[tuple[int, int], dict[int, float]] = {}
    for row in _rows(database, ages, group, municipality):
        first, _, last = row["id"].partition("-")
        by_ages.setdefault((int(first), int(last)), {})[row["year"]] = row["persons"]
    return by_ages


def made(database: Database) -> int | None:
    """Return the year in which the projection was made; None without a projection."""
    rows = _rows(database, [EVERY_AGE], Group("all"), MAINLAND)
    return rows[0]["made"] if rows else None


def _rows(
    database: Database, ages: Sequence[tuple[int, int]], group: Group, municipality: str | None
) -> list[dict[str, Any]]:
    age_groups = [{"id": f"{first}-{last}", "age_from": first, "age_to": last} for first, last in dict.fromkeys(ages)]
    return database.query("projected", ages=age_groups, municipality=municipality, **group.parameters).to_pylist()
