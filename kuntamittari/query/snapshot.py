"""A data directory as files: the Parquet schemas, the manifest that names them, and how both are written.

The manifest is the pointer: each entry names its file, so replacing the manifest alone swaps a whole data set at once.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from kuntamittari.catalog.provenance import is_invented
from kuntamittari.errors import DataError

MANIFEST = "manifest.json"
_PLACE: list[tuple[str, pa.DataType]] = [("municipality", pa.string()), ("year", pa.int16())]
_GROUPING = [
    (f"{g}_{part}", pa.string()) for g in ("region", "wellbeing", "grouping") for part in ("code", "fi", "sv", "en")
]
_STATUS = ("status", pa.string())
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
            ("aland", pa.bool_()),
            ("largest_20", pa.bool_()),
            ("residents", pa.int64()),
            ("size_class", pa.int8()),
            ("predecessors", pa.string()),
            ("loaded", pa.bool_()),
            ("division_year", pa.int16()),
        ]
    ),
}

FACTS = ("scope", "years", "division_year", "retrieved", "interface")  # what every reader asks of a manifest
BOUNDARY = "boundary"  # GeoParquet; a data set may lack it, the tile map serves then


@dataclass(frozen=True)
class Snapshot:
    """One immutable data set: its directory, its manifest and the digest that names it in caches."""

    directory: Path
    manifest: dict[str, Any]
    digest: str

    def path(self, table: str) -> Path:
        """The Parquet file of a table."""
        return self.directory / self.manifest["files"][table]["path"]

    def written(self) -> tuple[int, ...]:
        """When each file was written, in nanoseconds; 0 where one is gone."""
        return tuple(_written(self.path(table)) for table in self.manifest["files"])

    def has(self, table: str) -> bool:
        """Whether the data set holds a table that it may lack."""
        return table in self.manifest["files"]

    @property
    def invented(self) -> bool:
        """Whether its country is an invented one (`synth`)."""
        return is_invented(self.manifest)


def _written(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def open_snapshot(directory: Path) -> Snapshot:
    """The data set in use in a directory. Raises DataError when there is none or its manifest cannot be read."""
    try:
        content = (directory / MANIFEST).read_bytes()
        manifest = json.loads(content)
        if lacking := [fact for fact in FACTS if fact not in manifest]:
            raise ValueError(f"nothing of {', '.join(lacking)}")
        expected = [*SCHEMAS, *(t for t in manifest["files"] if t not in SCHEMAS)]
        missing = [t for t in expected if not (directory / manifest["files"][t]["path"]).is_file()]
    except (FileNotFoundError, NotADirectoryError) as error:
        raise DataError(
            f"No data in {directory}: run `python -m kuntamittari update`, or set KUNTAMITTARI_DATA."
        ) from error
    except OSError as error:
        raise DataError(f"{directory / MANIFEST} cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{directory / MANIFEST} cannot be read ({error!r}): run `python -m kuntamittari update`."
        ) from error
    if missing:
        raise DataError(
            f"{directory}: the files of {', '.join(missing)} are missing: run `python -m kuntamittari update`."
        )
    return Snapshot(directory, manifest, hashlib.sha256(content).hexdigest()[:16])


def file_problems(snapshot: Snapshot) -> list[str]:
    """Files that are not what the manifest and our schemas say, one sentence a file."""
    found = []
    for table, entry in snapshot.manifest["files"].items():
        path = snapshot.path(table)
        try:
            content = path.read_bytes()
        except OSError as error:
            found.append(f"{path.name} cannot be read: {error.strerror}; run `update` again.")
            continue
        if hashlib.sha256(content).hexdigest() != entry.get("sha256"):
            found.append(f"{path.name}: the content is not what the manifest says (sha256); run `update` again.")
        elif table in SCHEMAS and _schema(content) != SCHEMAS[table]:
            found.append(f"{path.name}: the columns are not those of this version; run `update` again.")
    return found


def _schema(content: bytes) -> pa.Schema | None:
    try:
        return pq.read_schema(pa.BufferReader(content))
    except pa.ArrowInvalid:
        return None
