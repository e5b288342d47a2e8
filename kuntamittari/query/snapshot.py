"""A data directory: the schemas of its Parquet files and the manifest that names them.

The manifest is the pointer: each entry names its file, so replacing the manifest alone swaps a whole data set at once.
"""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from kuntamittari.catalog.provenance import is_invented
from kuntamittari.errors import DataError
from kuntamittari.query import manifest

MANIFEST = "manifest.json"
_PLACE: list[tuple[str, pa.DataType]] = [("municipality", pa.string()), ("year", pa.int16())]
_GROUPING = [
    (f"{g}_{part}", pa.string()) for g in ("region", "wellbeing", "grouping") for part in ("code", "fi", "sv", "en")
]
_STATUS = ("status", pa.string())
# the municipalities that have become part of this one: `ended` is the first year in which each no longer was
_FORMER = pa.list_(
    pa.struct(
        [("code", pa.string()), *((f"name_{part}", pa.string()) for part in ("fi", "sv", "en")), ("ended", pa.int16())]
    )
)
_AGES = [("age_from", pa.int16()), ("age_to", pa.int16()), ("persons", pa.float64())]
SCHEMAS: dict[str, pa.Schema] = {
    "finance": pa.schema([*_PLACE, ("task_class", pa.string()), ("eur", pa.int64()), _STATUS]),
    "statement": pa.schema([*_PLACE, ("item", pa.string()), ("eur", pa.int64()), _STATUS]),
    "activity": pa.schema([*_PLACE, ("measure", pa.string()), ("value", pa.float64()), _STATUS]),
    "population": pa.schema([*_PLACE, *_AGES, _STATUS]),
    "projection": pa.schema([*_PLACE, *_AGES, ("made", pa.int16()), _STATUS]),
    "price_index": pa.schema([("year", pa.int16()), ("value", pa.float64()), _STATUS]),
    "municipality": pa.schema(
        [
            ("code", pa.string()),
            ("name_fi", pa.string()),
            ("name_sv", pa.string()),
            ("name_en", pa.string()),
            *_GROUPING,
            ("language_code", pa.string()),
            ("aland", pa.bool_()),
            ("land_km2", pa.float64()),
            ("neighbours", pa.list_(pa.string())),
            ("largest_20", pa.bool_()),
            ("residents", pa.int64()),
            ("size_class", pa.int8()),
            ("former", _FORMER),
            ("loaded", pa.bool_()),
            ("division_year", pa.int16()),
        ]
    ),
}
# tables that a data set may lack; a query then finds them empty
MAY_LACK: dict[str, pa.Schema] = {
    "cells": pa.schema(
        [
            ("municipality", pa.string()),
            ("package", pa.string()),
            ("period", pa.string()),
            ("value_year", pa.int16()),
            ("column", pa.string()),
            ("item", pa.string()),
            ("service", pa.string()),
            ("counterparty", pa.string()),
            ("value", pa.float64()),
            ("unit", pa.string()),
            _STATUS,
            ("version", pa.string()),
            ("approved", pa.timestamp("us")),
        ]
    ),
    # figures that the reports of cells lack, each with a reason of docs/methods.md 2; an empty item or service: all
    "missing_cells": pa.schema(
        [(name, pa.string()) for name in ("municipality", "package", "period", "item", "service", "reason")]
    ),
}
# what follows from the other tables, computed when they are put in use: the values of all indicators as published
VALUES = "values"
VALUES_SCHEMA = pa.schema(
    [
        ("indicator", pa.string()),
        ("year", pa.int16()),
        ("municipality", pa.string()),
        *((name, pa.float64()) for name in ("value", "numerator", "denominator")),
        _STATUS,
        ("reason", pa.string()),
        *(
            (name, pa.float64())
            for name in ("base", "hidden_low", "hidden_high", "above", "below", "input", "input_base")
        ),
    ]
)
# and what is estimated from the whole mainland, whatever part of it the data set has (docs/methods.md 18)
MODELS = "models"
MODELS_SCHEMA = pa.schema(
    [
        ("model", pa.string()),
        ("subject", pa.string()),
        ("part", pa.string()),
        ("first_year", pa.int16()),
        ("last_year", pa.int16()),
        ("term", pa.string()),
        ("value", pa.float64()),
    ]
)
# and the figures that updates have changed, as they were (docs/decisions/0035-one-answer-two-faces.md)
REVISIONS = "revisions"
REVISIONS_SCHEMA = pa.schema(
    [
        ("data_version", pa.string()),
        ("replaced", pa.timestamp("us")),
        ("indicator", pa.string()),
        ("year", pa.int16()),
        ("municipality", pa.string()),
        ("before", pa.float64()),
        ("after", pa.float64()),
        ("cause", pa.string()),
    ]
)
ALL_SCHEMAS = SCHEMAS | MAY_LACK | {VALUES: VALUES_SCHEMA, MODELS: MODELS_SCHEMA, REVISIONS: REVISIONS_SCHEMA}
FOLLOWING = (VALUES, MODELS, REVISIONS)  # tables that no figure is computed from

BOUNDARY = "boundary"  # GeoParquet; a data set may lack it, and the tile map is used instead


@dataclass(frozen=True)
class Snapshot:
    """One immutable data set: its directory, its manifest, and a digest that identifies it in caches."""

    directory: Path
    manifest: dict[str, Any]
    digest: str

    def path(self, table: str) -> Path:
        """Return the Parquet file of a table."""
        return self.directory / self.manifest["files"][table]["path"]

    def written(self) -> tuple[int, ...]:
        """Return the modification time of each file in nanoseconds; 0 for a missing file."""
        return tuple(_written(self.path(table)) for table in self.manifest["files"])

    def has(self, table: str) -> bool:
        """Return whether the data set holds a table that it may lack."""
        return table in self.manifest["files"]

    @property
    def invented(self) -> bool:
        """Return whether the data set is of an invented country (`synth`)."""
        return is_invented(self.manifest)


def _written(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def open_snapshot(directory: Path) -> Snapshot:
    """Return the data set in use in a directory.

    Raises DataError where there is none, its manifest cannot be read, or files that it names are missing.
    """
    try:
        content = (directory / MANIFEST).read_bytes()
        found = parsed_manifest(content)
        missing = [t for t, entry in found["files"].items() if not (directory / entry["path"]).is_file()]
    except (FileNotFoundError, NotADirectoryError) as error:
        raise DataError(
            f"No data in {directory}: run `python -m kuntamittari update`, or set KUNTAMITTARI_DATA."
        ) from error
    except OSError as error:
        raise DataError(f"{directory / MANIFEST} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise DataError(
            f"{directory / MANIFEST} cannot be read ({error}): run `python -m kuntamittari update`."
        ) from error
    if missing:
        raise DataError(
            f"{directory}: the files of {', '.join(missing)} are missing: run `python -m kuntamittari update`."
        )
    return Snapshot(directory, found, hashlib.sha256(content).hexdigest()[:16])


def parsed_manifest(content: bytes) -> dict[str, Any]:
    """Return the manifest that a file holds. Raises ValueError, in one sentence, where it lacks what each has."""
    found = manifest.parsed(content)
    if absent := [table for table in SCHEMAS if table not in found["files"]]:
        raise ValueError(f"no file of {', '.join(absent)}")
    return found


def file_problems(snapshot: Snapshot) -> list[str]:
    """Return one sentence for each file whose content or columns are not those of the manifest and ALL_SCHEMAS."""
    problems = []
    for table, entry in snapshot.manifest["files"].items():
        path = snapshot.path(table)
        try:
            content = path.read_bytes()
        except OSError as error:
            problems.append(f"{path.name} cannot be read: {error.strerror}; run `update` again.")
            continue
        if hashlib.sha256(content).hexdigest() != entry.get("sha256"):
            problems.append(f"{path.name}: the content is not what the manifest says (sha256); run `update` again.")
        elif table in ALL_SCHEMAS and _schema(content) != ALL_SCHEMAS[table]:
            problems.append(f"{path.name}: the columns are not those of this version; run `update` again.")
    return problems


def _schema(content: bytes) -> pa.Schema | None:
    try:
        return pq.read_schema(pa.BufferReader(content))
    except pa.ArrowInvalid:
        return None


def write_manifest(facts: dict[str, Any], directory: Path) -> None:
    """Replace the manifest of a directory in one step: readers see either the old data set or the new one.

    Raises ValueError for one that could not be read again.
    """
    manifest.checked(json.loads(json.dumps(facts)))
    unfinished = directory / f".{MANIFEST}.part"
    unfinished.write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", "utf-8")
    sync(unfinished)
    unfinished.replace(directory / MANIFEST)
    sync(directory)


def sync(path: Path) -> None:
    """Write a file or directory from the caches of the operating system to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
