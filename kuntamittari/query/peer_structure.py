"""Structural variables of all loaded municipalities, on one scale (docs/methods.md 7)."""

from kuntamittari.catalog import services
from kuntamittari.catalog.structural_variables import variables
from kuntamittari.query.database import Database
from kuntamittari.stats.peers import Structure


def structure(database: Database, service: str | None, year: int) -> Structure:
    """Return the structural variables as of a year, for the age group of a service (None: everybody)."""
    youngest, oldest = services.ages(service)
    measures = [
        {"variable": variable, "measure": about["measure"]}
        for variable, about in variables().items()
        if "measure" in about
    ]
    rows = database.query("structure", age_from=youngest, age_to=oldest, year=year, measures=measures).to_pylist()
    values: dict[str, dict[str, float]] = {}
    z: dict[str, dict[str, float]] = {}
    for row in rows:
        values.setdefault(row["municipality"], {})[row["variable"]] = row["value"]
        if row["z"] is not None:
            z.setdefault(row["municipality"], {})[row["variable"]] = row["z"]
    aland = frozenset(row["municipality"] for row in rows if row["aland"])
    return Structure({row["variable"]: row["year"] for row in rows}, values, z, aland)
