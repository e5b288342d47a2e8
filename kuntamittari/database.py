"""DuckDB over the Parquet of one snapshot. Queries are files in sql/; nothing else in the project holds SQL."""

from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from kuntamittari import settings
from kuntamittari.errors import DataError
from kuntamittari.snapshot import SCHEMAS, Snapshot, open_snapshot


class Database:
    """One snapshot behind one in-memory connection; every call has a cursor of its own, so threads may share it."""

    def __init__(self, snapshot: Snapshot):
        self.snapshot = snapshot
        self._connection = duckdb.connect()
        try:
            for table in SCHEMAS:
                self._connection.read_parquet(str(snapshot.path(table))).create_view(table)
        except duckdb.Error as error:
            raise DataError(f"{snapshot.directory}: {error}. Run `python -m kuntamittari check`.") from error
        for script in sorted((settings.SQL / "schema").glob("*.sql")):
            self._connection.execute(script.read_text("utf-8"))

    def query(self, name: str, **parameters: Any) -> pa.Table:
        """The answer of sql/<name>.sql with its named parameters bound. Raises DataError when the files fail it."""
        try:
            return self._connection.cursor().sql(_statement(name), params=parameters).to_arrow_table()
        except duckdb.IOException as error:
            raise DataError(f"{self.snapshot.directory}: {error}. Run `python -m kuntamittari check`.") from error


@cache
def _statement(name: str) -> str:
    return (settings.SQL / f"{name}.sql").read_text("utf-8")


def current() -> Database:
    """The database of the data set in use now. A caller keeps what it got to the end of its work, so that one page
    or answer never mixes two vintages."""
    directory = settings.data_dir()
    return _opened(directory, _stamp(directory))


def _stamp(directory: Path) -> int:
    try:
        return (directory / "manifest.json").stat().st_mtime_ns
    except FileNotFoundError:
        return 0


@lru_cache(maxsize=2)
def _opened(directory: Path, _stamp: int) -> Database:
    return Database(open_snapshot(directory))
