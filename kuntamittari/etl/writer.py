"""Write the files of a data directory: sorted Parquet tables in fixed schemas, boundaries, the manifest."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    import geopandas as gpd
from kuntamittari.query.snapshot import ALL_SCHEMAS, VALUES, sync

# rows of one indicator and year lie together, so that a query reads few row groups
SORT_KEYS = {
    "finance": ["task_class", "year", "municipality"],
    "statement": ["item", "year", "municipality"],
    "activity": ["measure", "year", "municipality"],
    "population": ["age_from", "age_to", "year", "municipality"],
    "projection": ["age_from", "age_to", "year", "municipality"],
    "price_index": ["year"],
    "municipality": ["code"],
    "cells": ["package", "item", "column", "value_year", "period", "municipality"],
    "missing_cells": ["package", "service", "item", "period", "municipality"],
    "models": ["model", "subject", "first_year", "part", "term"],
    "revisions": ["replaced", "indicator", "year", "municipality"],
}

ROW_GROUP = 122_880  # rows that are read or skipped together; the size that DuckDB itself writes


def write_boundaries(frame: "gpd.GeoDataFrame", path: Path) -> dict[str, Any]:
    """Write boundaries (municipality, geometry) as GeoParquet; return rows and sha256 for the manifest."""
    frame.to_parquet(path, compression="zstd", index=False)
    sync(path)
    return {"rows": len(frame), "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}


def write_table(frame: pd.DataFrame, table: str, path: Path) -> dict[str, Any]:
    """Sort a table and write it as Parquet in its schema; return rows and sha256 for the manifest."""
    ordered = frame.sort_values(SORT_KEYS[table], kind="stable")
    arrow = pa.Table.from_pandas(ordered, schema=ALL_SCHEMAS[table], preserve_index=False).replace_schema_metadata(None)
    return write_ordered(arrow.to_reader(ROW_GROUP), table, path)


def write_ordered(reader: pa.RecordBatchReader, table: str, path: Path) -> dict[str, Any]:
    """Write sorted rows as Parquet in their schema, a batch at a time; return rows and sha256 for the manifest."""
    rows, schema = 0, ALL_SCHEMAS[table]
    # values repeat the register for each year: as plain text it compresses to a tenth of the numbers of a dictionary
    coded: bool | list[str] = table != VALUES or [name for name in schema.names if name != "municipality"]
    with pq.ParquetWriter(path, schema, compression="zstd", use_dictionary=coded) as writer:
        for batch in reader:
            writer.write_batch(batch.cast(schema), row_group_size=ROW_GROUP)
            rows += batch.num_rows
    sync(path)
    with path.open("rb") as file:
        return {"rows": rows, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}
