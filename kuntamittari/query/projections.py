"""Residents by age in the population projection (docs/methods.md 16)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from kuntamittari.query.database import Database, cached_per_snapshot
from kuntamittari.query.figures import Group, loaded_members
from kuntamittari.stats.group_figures import Numbers


class Edition(NamedTuple):
    """A population projection: the year in which it was made, and the years that it has, in order."""

    made: int
    years: tuple[int, ...]


def projected(
    database: Database, ages: Sequence[tuple[int, int]], group: Group, municipality: str | None
) -> dict[tuple[int, int], dict[int, float]]:
    """Return age group → year → residents in the projection.

    Of a municipality or Mainland Finland, or where `municipality` is None, of the group as one, in the years in which
    every member is projected. An age group of which the projection lacks a year of age is left out.
    """
    areas = loaded_members(database, group) if municipality is None else (municipality,)
    by_ages = {}
    for age_group, heads in every_area(database, tuple(dict.fromkeys(ages))).items():
        if areas and heads.area.keys() >= set(areas):
            persons = heads.persons[[heads.area[area] for area in areas]].sum(axis=0).tolist()
            by_ages[age_group] = {year: n for year, n in zip(heads.years, persons, strict=True) if n == n}
    return {age_group: heads for age_group, heads in by_ages.items() if heads}


@dataclass(frozen=True, eq=False)
class Heads:
    """Residents of an age group; `area`: code → row, `persons`: shape (areas, years), NaN where there are none."""

    area: dict[str, int]
    years: tuple[int, ...]
    persons: Numbers


@cached_per_snapshot(20)
def every_area(database: Database, ages: tuple[tuple[int, int], ...]) -> dict[tuple[int, int], Heads]:
    """Return age group → its projected residents, of every area that has any."""
    return _heads(ages, database.query("projected", ages=_asked(ages)))


def known_later(database: Database, ages: tuple[tuple[int, int], ...]) -> dict[tuple[int, int], Heads]:
    """Return age group → residents as counted in the years of the projection, of every area that has any."""
    return _heads(ages, database.query("known_later", ages=_asked(ages)))


def _asked(ages: tuple[tuple[int, int], ...]) -> list[dict[str, int]]:
    return [{"age_from": first, "age_to": last} for first, last in ages]


def _heads(ages: tuple[tuple[int, int], ...], table: pa.Table) -> dict[tuple[int, int], Heads]:
    """Return age group → residents, of rows of place, municipality, year and persons."""
    columns = {name: table[name].to_numpy() for name in ("place", "municipality", "year", "persons")}
    found = {}
    for place in np.unique(columns["place"]).tolist():
        own = columns["place"] == place
        areas, at_area = np.unique(columns["municipality"][own].astype(str), return_inverse=True)
        years, at_year = np.unique(columns["year"][own], return_inverse=True)
        persons = np.full((len(areas), len(years)), np.nan)
        persons[at_area, at_year] = columns["persons"][own]
        found[ages[place - 1]] = Heads(
            {code: at for at, code in enumerate(areas.tolist())}, tuple(years.tolist()), persons
        )
    return found


@cached_per_snapshot(1)
def edition(database: Database) -> Edition | None:
    """Return which projection is loaded; None without one."""
    rows = database.query("projection_years").to_pylist()
    return Edition(rows[0]["made"], tuple(row["year"] for row in rows)) if rows else None
