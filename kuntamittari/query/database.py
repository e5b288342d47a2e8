"""DuckDB over the Parquet of one snapshot. Queries are files in sql/; nothing else in the project holds SQL."""

import threading
import warnings
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import duckdb
import pyarrow as pa

from kuntamittari import settings
from kuntamittari.catalog.indicator import Indicator
from kuntamittari.errors import DataError
from kuntamittari.query.snapshot import SCHEMAS, Snapshot, file_problems, open_snapshot

# DuckDB would have us make a relation first, which it binds twice: that takes a third longer, the copy it warns of
# takes nothing
warnings.filterwarnings("ignore", "Arrow output on a DB-API result", UserWarning)


# a quotient by zero is null, never an infinite or undefined number (docs/methods.md 2)
NO_QUOTIENT: dict[str, str | bool | int | float | list[str]] = {
    "ieee_floating_point_ops": False,
    "error_on_division_by_zero": False,
}


@dataclass(frozen=True)
class Overlay:
    """Rows and indicators that are laid over a snapshot for one user and are seen by nobody else.

    `activity`: rows of the table activity; `indicators`: gives, for the official catalogue, the indicators that stand
    beside its own or take their place.
    """

    activity: Sequence[dict[str, Any]] = ()
    indicators: Callable[[Mapping[str, Indicator]], Mapping[str, Indicator]] = lambda _: {}


NO_OVERLAY = Overlay()


class Database:
    """One snapshot behind one in-memory connection; each call has a cursor of its own, so threads may share it.

    With an overlay the database belongs to one user: rows of an overlay are in no other connection. Without rows it
    shares the connection of `beside`, a database of the same snapshot. Raises DataError where the files cannot be read.
    """

    def __init__(self, snapshot: Snapshot, overlay: Overlay = NO_OVERLAY, beside: "Database | None" = None):
        self.snapshot, self.overlay, self.written = snapshot, overlay, snapshot.written()
        self.memory: dict[Any, OrderedDict[Any, Any]] = {}
        self.lock = threading.Lock()
        shared = beside._connection if beside and not overlay.activity else None
        self._connection: duckdb.DuckDBPyConnection = shared or duckdb.connect(config=NO_QUOTIENT)
        if shared:
            return
        try:
            for table in SCHEMAS:
                whole = self._connection.read_parquet(str(snapshot.path(table)))
                if table == "activity" and overlay.activity:
                    rows = pa.Table.from_pylist(list(overlay.activity), SCHEMAS[table])
                    self._connection.from_arrow(rows).create("overlay_activity")
                    whole = whole.union(self._connection.table("overlay_activity"))
                whole.create_view(table)
            for script in sorted((settings.SQL / "schema").glob("*.sql")):
                self._connection.execute(script.read_text("utf-8"))
        except duckdb.Error as error:
            raise _failed(snapshot, error) from error

    def query(self, name: str, **parameters: Any) -> pa.Table:
        """The answer of sql/<name>.sql with its named parameters bound. Raises DataError when the files fail it."""
        try:
            return self._connection.cursor().execute(_statement(name), parameters or None).to_arrow_table()
        except duckdb.Error as error:
            raise _failed(self.snapshot, error) from error


def _failed(snapshot: Snapshot, error: duckdb.Error) -> DataError:
    """What DuckDB could not do. The data are opened anew the next time: their files are looked at then, and a
    connection that a damaged file has made useless is not asked again."""
    _opened.cache_clear()
    what_now = (
        "Give it more memory"
        if isinstance(error, duckdb.OutOfMemoryException)
        else "Run `python -m kuntamittari check`"
    )
    return DataError(f"{snapshot.directory}: {str(error).splitlines()[0].rstrip('.')}. {what_now}.")


P = ParamSpec("P")
R = TypeVar("R")


def cached_per_snapshot(
    most: int,
) -> Callable[[Callable[Concatenate[Database, P], R]], Callable[Concatenate[Database, P], R]]:
    """Has a function of a database keep its last answers for as long as the database itself is kept: what is computed
    of one reader's own figures goes with them."""

    def wrapped(function: Callable[Concatenate[Database, P], R]) -> Callable[Concatenate[Database, P], R]:
        @wraps(function)
        def answer(data: Database, *args: P.args, **kwargs: P.kwargs) -> R:
            key = (args, *kwargs.items())
            with data.lock:
                known = data.memory.setdefault(function, OrderedDict())
                if key in known:
                    known.move_to_end(key)
                    return known[key]
            found = function(data, *args, **kwargs)
            with data.lock:
                known[key] = found
                while len(known) > most:
                    known.popitem(last=False)
            return found

        return answer

    return wrapped


@cache
def _statement(name: str) -> str:
    return (settings.SQL / f"{name}.sql").read_text("utf-8")


def current() -> Database:
    """The database of the data set in use now. A caller keeps what it got to the end of its work, so that one page
    or answer never mixes two vintages. Raises DataError where a file is not what the manifest says: a damaged one could
    be read all the same, and give wrong figures."""
    directory = settings.data_dir()
    found = _opened(directory, _stamp(directory))
    if found.snapshot.written() != found.written:  # somebody has laid hands on its files
        _opened.cache_clear()
        found = _opened(directory, _stamp(directory))
    return found


def _stamp(directory: Path) -> int:
    try:
        return (directory / "manifest.json").stat().st_mtime_ns
    except OSError:
        return 0


@lru_cache(maxsize=2)
def _opened(directory: Path, _stamp: int) -> Database:
    snapshot = open_snapshot(directory)
    if found := file_problems(snapshot):
        raise DataError([f"{directory}: {problem}" for problem in found])
    return Database(snapshot)
