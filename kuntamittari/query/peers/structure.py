"""Structural variables of all loaded municipalities, on the scale of the whole mainland (docs/methods.md 7)."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from kuntamittari import settings
from kuntamittari.catalog import services
from kuntamittari.catalog.structural_variables import variables
from kuntamittari.query.database import Database, cached_per_snapshot
from kuntamittari.query.variation import models
from kuntamittari.stats.peers import Structure

MODEL = "peers"  # its rows of the table of models
SCALE = ("mean", "deviation", "municipalities")
OF_AGES = ("age_share", "age_change")  # variables that are of the age group of a service

Ages = tuple[int, int]
Scale = Mapping[str, float]


@cached_per_snapshot(100, of_area=False)
def structure(database: Database, service: str | None, year: int) -> Structure:
    """Return the structural variables as of a year, for the age group of a service (None: everybody)."""
    rows = _figures(database, services.ages(service), year)
    scales = _scales(database, services.ages(service))
    values: dict[str, dict[str, float]] = {}
    z: dict[str, dict[str, float]] = {}
    for row in rows:
        variable, scale = row["variable"], scales.get((row["variable"], row["year"]))
        values.setdefault(row["municipality"], {})[variable] = row["value"]
        of_place = z.setdefault(row["municipality"], {})
        if scale:
            of_place[variable] = (row["compared"] - scale["mean"]) / scale["deviation"]
    aland = frozenset(row["municipality"] for row in rows if row["aland"])
    return Structure(tuple(variables()), {row["variable"]: row["year"] for row in rows}, values, z, aland)


def _figures(database: Database, ages: Ages, year: int | None) -> list[dict[str, Any]]:
    """Return the rows of sql/structure.sql: those of a year, or of every year."""
    measures = [
        {"variable": variable, "measure": about["measure"]}
        for variable, about in variables().items()
        if "measure" in about
    ]
    found: list[dict[str, Any]] = database.query(
        "structure", age_from=ages[0], age_to=ages[1], year=year, measures=measures
    ).to_pylist()
    return found


@cached_per_snapshot(30, of_area=False)
def _scales(database: Database, ages: Ages) -> dict[tuple[str, int], Scale]:
    """Return (variable, year) → mean and standard deviation: as the data set brings them, or of its own figures where
    it holds the whole country; none of a variable that does not vary."""
    brought = models.of(database, MODEL, definition())
    if brought is None:
        return fitted(database, ages) if models.holds_the_country(database) else {}
    scales: dict[tuple[str, int], dict[str, float]] = {}
    for variable, rows in brought.items():
        for row in rows:
            if row["part"] == _part(variable, ages):
                scales.setdefault((variable, row["first_year"]), {})[row["term"]] = row["value"]
    return dict(scales)


@cached_per_snapshot(30)
def fitted(database: Database, ages: Ages) -> dict[tuple[str, int], Scale]:
    """Return (variable, year) → scale, of the mainland municipalities of a data set of the whole country."""
    compared: dict[tuple[str, int], list[float]] = {}
    for row in _figures(database, ages, None):
        if not row["aland"]:
            compared.setdefault((row["variable"], row["year"]), []).append(row["compared"])
    scales = {
        key: {"mean": float(np.mean(of)), "deviation": float(np.std(of)), "municipalities": float(len(of))}
        for key, of in compared.items()
    }
    return {key: scale for key, scale in scales.items() if scale["deviation"] > 0}


def rows(database: Database) -> Iterator[dict[str, Any]]:
    """Yield the scales of all services as rows of the table of models."""
    done = set()
    for ages in sorted({services.ages(service) for service in (None, *services.services())}):
        for (variable, year), scale in sorted(fitted(database, ages).items()):
            about = {"model": MODEL, "subject": variable, "part": _part(variable, ages)}
            if (*about.values(), year) not in done:
                done.add((*about.values(), year))
                of_year = about | {"first_year": year, "last_year": year}
                yield from (of_year | {"term": term, "value": scale[term]} for term in SCALE)


def _part(variable: str, ages: Ages) -> str:
    """Return which scale of a variable is of an age group."""
    return f"{ages[0]}-{ages[1]}" if variable in OF_AGES else ""


def definition() -> str:
    """Return the digest of what the scales are of, besides the data."""
    measured = {variable: about.get("measure") for variable, about in variables().items()}
    words = json.dumps(measured) + (settings.SQL / "structure.sql").read_text("utf-8")
    return hashlib.sha256(words.encode()).hexdigest()[:16]
