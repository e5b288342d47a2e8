"""Small data directories made of given rows."""

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from kuntamittari import settings
from kuntamittari.catalog import loader
from kuntamittari.etl.writer import write_table
from kuntamittari.query.snapshot import ALL_SCHEMAS, MODELS, SCHEMAS, write_manifest
from kuntamittari.query.variation import models, noise

MakeData = Callable[..., Path]
EmptyTables = dict[str, tuple[bytes, dict[str, Any]]]
DEFAULTS: dict[str, dict[str, Any]] = {
    **{name: {"status": "final"} for name in SCHEMAS},
    "municipality": {
        "aland": False,
        "largest_20": False,
        "loaded": True,
        "division_year": 2026,
        "residents": None,
        "size_class": None,
    },
    "cells": {
        "package": "KKNR",
        "column": "actual",
        "service": "",
        "counterparty": "external",
        "unit": "eur",
        "status": "final",
    },
}


def empty_tables(file: Path) -> EmptyTables:
    """Return for every table the Parquet file without a row and what the manifest says of it; `file` is scratch."""
    found = {}
    for name, schema in SCHEMAS.items():
        entry = write_table(pd.DataFrame(columns=schema.names), name, file)
        found[name] = file.read_bytes(), entry
    return found


def noise_of(indicator: str, deviation: float, years: tuple[int, int] = (2015, 2019)) -> list[dict[str, Any]]:
    """Return the rows of the table of models that give every municipality with residents one deviation."""
    about = {"model": noise.MODEL, "subject": indicator, "part": "", "first_year": years[0], "last_year": years[1]}
    terms = {"intercept": 2 * math.log(deviation), "slope": 0.0, "municipalities": 292}
    return [about | {"term": term, "value": value} for term, value in terms.items()]


def write_data(out: Path, empty: EmptyTables, tables: Mapping[str, list[dict[str, Any]]]) -> Path:
    """Write a data directory of just these rows; columns left out get the value of `DEFAULTS`, or none. A table that a
    data set may lack is written where it has rows."""
    out.mkdir()
    files, years = {}, sorted({row["year"] for row in tables.get("finance", [])})
    for name, schema in ((name, s) for name, s in ALL_SCHEMAS.items() if name in SCHEMAS or tables.get(name)):
        file = out / f"{name}.parquet"
        rows = [dict.fromkeys(schema.names) | DEFAULTS.get(name, {}) | row for row in tables.get(name, [])]
        for row in rows if name == "municipality" else []:
            for language in settings.LANGUAGES:
                row[f"name_{language}"] = row[f"name_{language}"] or f"Kunta {row['code']}"
        if rows:
            entry = write_table(pd.DataFrame(rows, columns=schema.names), name, file)
        else:
            content, entry = empty[name]
            file.write_bytes(content)
        files[name] = {"path": file.name, **entry, "sources": []}
        if name == MODELS:
            subjects = {row["subject"] for row in rows}
            files[name]["definitions"] = models.definitions(loader.indicators()[subject] for subject in subjects)
    manifest = {
        "years": years or [2019],
        "scope": "all",
        "division_year": 2026,
        "size_year": years[-1] if years else 2019,
        "largest_20": [],
        "retrieved": "2026-11-21T00:00:00+00:00",
        "interface": "replica",
        "files": files,
    }
    write_manifest(manifest, out)
    return out
