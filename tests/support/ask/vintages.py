"""Small data sets of one indicator, put in use one after the other as updates do."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kuntamittari.catalog.indicator import Indicator
from kuntamittari.etl import publish, revisions
from kuntamittari.query import figures
from kuntamittari.query.database import Database
from kuntamittari.query.snapshot import REVISIONS, open_snapshot, write_manifest
from tests.support.small_data import MakeData

INDICATOR = "library_cost_per_resident"
MUNICIPALITIES = [{"code": code} for code in ("091", "837")]


class Libraries:
    """What `publish` asks of `query.figures`, for the one indicator."""

    @staticmethod
    def catalogue(database: Database) -> Mapping[str, Indicator]:
        """Return the indicator."""
        return {INDICATOR: figures.catalogue(database)[INDICATOR]}


def data_set(make_data: MakeData, euros: dict[tuple[str, int], int], **more: Any) -> Path:
    """Return a data set of what libraries cost, by municipality and year, for a hundred residents each."""
    years = sorted({year for _, year in euros})
    out = make_data(
        municipality=more.get("municipality", MUNICIPALITIES),
        finance=[
            {"municipality": place, "year": year, "task_class": "Kirjastotoiminta", "eur": amount}
            for (place, year), amount in euros.items()
        ],
        population=[
            {"municipality": place, "year": year, "age_from": 0, "age_to": 120, "persons": 100}
            for place in ("091", "837")
            for year in range(years[0] - 1, years[-1] + 1)
        ],
    )
    manifest = open_snapshot(out).manifest
    manifest["files"] = {name: entry | {"retrieved": "2026-11-21"} for name, entry in manifest["files"].items()}
    write_manifest(manifest, out)
    manifest["files"]["values"] = publish.write_values(Database(open_snapshot(out)))
    write_manifest(manifest, out)
    return out


def replace(out: Path, newer: Path) -> None:
    """Put a data set in use in the place of another."""
    manifest = open_snapshot(newer).manifest
    manifest["files"].pop(REVISIONS, None)
    write_manifest(manifest, newer)
    manifest |= revisions.write(Database(open_snapshot(out)), Database(open_snapshot(newer)))
    write_manifest(manifest, newer)
    publish.put_in_use(newer, out, f"snapshot-{newer.name}", manifest)
