"""A data directory as files: the Parquet schemas, the manifest that names them, and how both are written.

The manifest is the pointer: each entry names its file, so replacing the manifest alone swaps a whole data set at once.
"""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from kuntamittari.errors import DataError

if TYPE_CHECKING:
    import geopandas as gpd

MANIFEST = "manifest.json"

_PLACE: list[tuple[str, pa.DataType]] = [("municipality", pa.string()), ("year", pa.int16())]
_GROUPING = [(f"{g}_{part}", pa.string()) for g in ("region", "wellbeing", "grouping") for part in ("code", "fi", "sv", "en")]

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
            ("code", pa.string()), ("name_fi", pa.string()), ("name_sv", pa.string()), ("name_en", pa.string()), *_GROUPING,
            ("aland", pa.bool_()), ("largest_20", pa.bool_()), ("residents", pa.int64()), ("size_class", pa.int8()),
            ("predecessors", pa.string()), ("loaded", pa.bool_()), ("division_year", pa.int16()),
        ]
    ),
}  # fmt: skip

# rows of one indicator and year lie together, so that a query reads few row groups
SORT_KEYS = {
    "finance": ["task_class", "year", "municipality"],
    "statement": ["item", "year", "municipality"],
    "activity": ["measure", "year", "municipality"],
    "population": ["age_from", "age_to", "year", "municipality"],
    "projection": ["age_from", "age_to", "year", "municipality"],
    "price_index": ["year"],
    "municipality": ["code"],
}

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

    def has(self, table: str) -> bool:
        """Whether the data set holds a table that it may lack."""
        return table in self.manifest["files"]


def open_snapshot(directory: Path) -> Snapshot:
    """The data set in use in a directory. Raises DataError when there is none or its manifest cannot be read."""
    try:
        content = (directory / MANIFEST).read_bytes()
        manifest = json.loads(content)
        expected = [*SCHEMAS, *(t for t in manifest["files"] if t not in SCHEMAS)]
        missing = [t for t in expected if not (directory / manifest["files"][t]["path"]).is_file()]
    except FileNotFoundError as error:
        raise DataError(f"No data in {directory}: run `python -m kuntamittari update`, or set KUNTAMITTARI_DATA.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"{directory / MANIFEST} cannot be read ({error!r}): run `python -m kuntamittari update`.") from error
    if missing:
        raise DataError(f"{directory}: the files of {', '.join(missing)} are missing: run `python -m kuntamittari update`.")
    return Snapshot(directory, manifest, hashlib.sha256(content).hexdigest()[:16])


def write_boundaries(frame: "gpd.GeoDataFrame", path: Path) -> dict[str, Any]:
    """Writes boundaries (municipality, geometry) as GeoParquet; returns rows and sha256 for the manifest."""
    frame.to_parquet(path, compression="zstd", index=False)
    sync(path)
    return {"rows": len(frame), "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}


def write_table(frame: pd.DataFrame, table: str, path: Path) -> dict[str, Any]:
    """Writes one Parquet file in its schema and order; returns its rows and sha256 for the manifest."""
    ordered = frame.sort_values(SORT_KEYS[table], kind="stable")
    arrow = pa.Table.from_pandas(ordered, schema=SCHEMAS[table], preserve_index=False).replace_schema_metadata(None)
    pq.write_table(arrow, path, compression="zstd")
    sync(path)
    return {"rows": arrow.num_rows, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}


def write_manifest(manifest: dict[str, Any], directory: Path) -> None:
    """Puts a manifest in use: readers see the old data set before this call and the new one after it."""
    unfinished = directory / f".{MANIFEST}.part"
    unfinished.write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", "utf-8")
    sync(unfinished)
    unfinished.replace(directory / MANIFEST)
    sync(directory)


def sync(path: Path) -> None:
    """Has the operating system write a file or directory to the disk now."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
