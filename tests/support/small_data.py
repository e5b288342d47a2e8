"""Small data directories made of given rows."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from kuntamittari import settings
from kuntamittari.etl.writer import write_table
from kuntamittari.query.snapshot import ALL_SCHEMAS, SCHEMAS, write_manifest

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
    manifest = {
        "years": years,
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
