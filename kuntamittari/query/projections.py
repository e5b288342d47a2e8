"""Residents by age in the population projection."""

from collections.abc import Sequence
from typing import Any

from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.query.database import Database
from kuntamittari.query.figures import Group

EVERY_AGE = (0, 120)


def projected(
    database: Database, ages: Sequence[tuple[int, int]], group: Group, municipality: str | None
) -> dict[tuple[int, int], dict[int, float]]:
    """Return age group → year → residents in the projection, of a municipality or Mainland Finland, or of the group as
    one (None)."""
    found: dict[tuple[int, int], dict[int, float]] = {}
    for row in _rows(database, ages, group, municipality):
        first, _, last = row["id"].partition("-")
        found.setdefault((int(first), int(last)), {})[row["year"]] = row["persons"]
    return found


def made(database: Database) -> int | None:
    """Return the year the projection was made in; None without one."""
    rows = _rows(database, [EVERY_AGE], Group("all"), MAINLAND)
    return rows[0]["made"] if rows else None


def _rows(
    database: Database, ages: Sequence[tuple[int, int]], group: Group, municipality: str | None
) -> list[dict[str, Any]]:
    asked = [{"id": f"{first}-{last}", "age_from": first, "age_to": last} for first, last in dict.fromkeys(ages)]
    return database.query("projected", ages=asked, municipality=municipality, **group.parameters).to_pylist()
