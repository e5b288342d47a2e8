"""The queries of sql/synth, which draw the figures of an invented country."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from kuntamittari import settings


class Drawing:
    """A separate in-memory database over given tables (name → rows); a query may read the tables added before it."""

    def __init__(self, tables: Mapping[str, Sequence[Mapping[str, Any]]]):
        self._connection = duckdb.connect()
        for name, rows in tables.items():
            self._connection.from_arrow(pa.Table.from_pylist(list(rows))).create(name)
        for script in sorted((settings.SQL / "synth" / "schema").glob("*.sql")):
            self._connection.execute(script.read_text("utf-8"))

    def draw(self, table: str, batch_rows: int) -> pa.RecordBatchReader:
        """Return the rows of a table in order, in batches: a whole table of a large country would not fit in memory."""
        return self._connection.sql((settings.SQL / "synth" / f"{table}.sql").read_text("utf-8")).to_arrow_reader(
            batch_rows
        )

    def add(self, table: str, file: Path) -> None:
        """Make a table that has been written as Parquet readable by later queries."""
        self._connection.read_parquet(str(file)).create_view(table)
