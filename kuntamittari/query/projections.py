"""Residents by age in the population projection (docs/methods.md 16)."""

from collections.abc import Sequence
from typing import NamedTuple

from kuntamittari.query.database import Database, cached_per_snapshot
from kuntamittari.query.figures import Group


class Edition(NamedTuple):
    """A population projection: the year in which it was made, and the years that it has, in order."""

    made: int
    years: tuple[int, ...]


def projected(
    database: Database, ages: Sequence[tuple[int, int]], group: Group, municipality: str | None
) -> dict[tuple[int, int], dict[int, float]]:
    """Return age group → year → residents in the projection.

    Of a municipality or Mainland Finland, or where `municipality` is None, of the group as one. An age group of which
    the projection lacks a year of age is left out.
    """
    age_groups = [{"id": f"{first}-{last}", "age_from": first, "age_to": last} for first, last in dict.fromkeys(ages)]
    by_ages: dict[tuple[int, int], dict[int, float]] = {}
    rows = database.query("projected", ages=age_groups, municipality=municipality, **group.parameters).to_pylist()
    for row in rows:
        first, _, last = row["id"].partition("-")
        by_ages.setdefault((int(first), int(last)), {})[row["year"]] = row["persons"]
    return by_ages


@cached_per_snapshot(1)
def edition(database: Database) -> Edition | None:
    """Return which projection is loaded; None without one."""
    rows = database.query("projection_years").to_pylist()
    return Edition(rows[0]["made"], tuple(row["year"] for row in rows)) if rows else None
