"""DuckDB over the Parquet files of one snapshot. Queries are files in sql/; there is no SQL in Python."""

import logging
import warnings
import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import duckdb
import pyarrow as pa

from kuntamittari import settings
from kuntamittari.catalog import measures, service_classes, task_classes
from kuntamittari.catalog.indicator import Indicator
from kuntamittari.errors import DataError
from kuntamittari.query import mirror
from kuntamittari.query.snapshot import MAY_LACK, SCHEMAS, Snapshot, file_problems, open_snapshot

log = logging.getLogger(__name__)

# DuckDB recommends making a relation first, which it binds twice and takes a third longer; the copy that it warns of
# costs nothing
warnings.filterwarnings("ignore", "Arrow output on a DB-API result", UserWarning)


# a quotient by zero is null, never an infinite or undefined number (docs/methods.md 2)
NO_QUOTIENT: dict[str, str | bool | int | float | list[str]] = {
    "ieee_floating_point_ops": False,
    "error_on_division_by_zero": False,
}


@dataclass(frozen=True)
class Overlay:
    """Rows and indicators added to a snapshot for one user only.

    `activity`: rows of the table activity; `indicators`: takes the official catalogue and returns the indicators that
    are added to it or replace its own.
    """

    activity: Sequence[dict[str, Any]] = ()
    indicators: Callable[[Mapping[str, Indicator]], Mapping[str, Indicator]] = lambda _: {}


NO_OVERLAY = Overlay()


class Database:
    """One snapshot behind one in-memory connection; each call uses its own cursor, so threads may share it.

    With an overlay the database belongs to one user: rows of an overlay are in no other connection. Without rows it
    shares the connection of `beside`, a database of the same snapshot. With `members` its tables have their sums too,
    as the area OWN_AREA of a reader's own (docs/methods.md 23), and `beside` is the same database without it. Raises
    DataError where the files cannot be read.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        overlay: Overlay = NO_OVERLAY,
        beside: "Database | None" = None,
        members: tuple[str, ...] = (),
    ):
        self.snapshot, self.overlay, self.members, self.written = snapshot, overlay, members, snapshot.written()
        self.without_area: Database = beside if beside and members else self
        self.memory: dict[Any, Any] = {}  # function of cached_per_snapshot → its answers
        shared = beside._connection if beside and not overlay.activity and not members else None
        self._connection: duckdb.DuckDBPyConnection = shared or duckdb.connect(config=NO_QUOTIENT)
        if shared:
            return
        try:
            for table in SCHEMAS:
                relation = self._connection.read_parquet(str(snapshot.path(table)))
                if table == "activity" and overlay.activity:
                    rows = pa.Table.from_pylist(list(overlay.activity), SCHEMAS[table])
                    self._connection.from_arrow(rows).create("overlay_activity")
                    relation = relation.union(self._connection.table("overlay_activity"))
                relation.create_view(table)
            for table, rows in constant_tables().items():
                self._connection.from_arrow(rows).create(table)
            for table, schema in MAY_LACK.items():
                if snapshot.has(table):
                    self._connection.read_parquet(str(snapshot.path(table))).create_view(table)
                else:
                    self._connection.from_arrow(schema.empty_table()).create(f"no_{table}")
                    self._connection.table(f"no_{table}").create_view(table)
            self._run("schema")
            if members:
                counts = [name for name in measures.measures() if measures.is_count(name)]
                self._connection.from_arrow(pa.table({"municipality": members})).create("area_member")
                self._connection.from_arrow(pa.table({"measure": counts})).create("summed_measure")
                self._run("schema/area")
        except duckdb.Error as error:
            raise failed(snapshot, error) from error

    def _run(self, folder: str) -> None:
        """Run the scripts of a folder of sql/ in order."""
        for script in sorted((settings.SQL / folder).glob("*.sql")):
            self._connection.execute(script.read_text("utf-8"))

    def query(self, name: str, **parameters: Any) -> pa.Table:
        """Return the result of sql/<name>.sql with its named parameters bound.

        Raises DataError where the files cannot be read or memory runs out.
        """
        try:
            return self._connection.cursor().execute(_statement(name), parameters or None).to_arrow_table()
        except duckdb.Error as error:
            raise failed(self.snapshot, error) from error


def constant_tables() -> dict[str, pa.Table]:
    """Return the tables that the macros read beside the data: name → rows of the catalogue."""
    return {"moved_task": _moved_tasks(), "task_service": _services_of_tasks()}


def _moved_tasks() -> pa.Table:
    """Return the task classes that are no longer municipal: task_class, year and kept_by (docs/methods.md 12)."""
    schema = pa.schema({"task_class": pa.string(), "year": pa.int32(), "kept_by": pa.list_(pa.string())})
    rows = [
        {"task_class": label, "year": move.year, "kept_by": list(move.kept_by)}
        for label, move in task_classes.moves().items()
    ]
    return pa.Table.from_pylist(rows, schema)


def _services_of_tasks() -> pa.Table:
    """Return the service classes of task classes: task_class, service, first_year, last_year (docs/methods.md 22)."""
    schema = pa.schema(
        {"task_class": pa.string(), "service": pa.string(), "first_year": pa.int32(), "last_year": pa.int32()}
    )
    rows = [
        {"task_class": label, "service": number, "first_year": one.first_year, "last_year": one.last_year}
        for label, numbers in service_classes.of_tasks().items()
        for number in numbers
        for one in [service_classes.classes()[number]]
    ]
    return pa.Table.from_pylist(rows, schema)


def failed(snapshot: Snapshot, error: Exception) -> DataError:
    """Return the error of reading a file as a DataError, and forget the open database.

    The next call opens and checks the files anew, since a damaged file may have made the connection useless.
    """
    _opened.cache_clear()
    _opened_earlier.cache_clear()
    what_now = (
        "Give it more memory"
        if isinstance(error, duckdb.OutOfMemoryException)
        else "Run `python -m kuntamittari check`"
    )
    return DataError(f"{snapshot.directory}: {str(error).splitlines()[0].rstrip('.')}. {what_now}.")


P = ParamSpec("P")
R = TypeVar("R")


def cached_per_snapshot(
    most: int, of_area: bool = True
) -> Callable[[Callable[Concatenate[Database, P], R]], Callable[Concatenate[Database, P], R]]:
    """Make a function of a database keep its last `most` answers for as long as the database is in use.

    Answers are stored on the database itself, so those from one user's uploaded figures are dropped with it. Arguments
    must be hashable. `of_area`: whether an area of a reader's own may be part of the answer; where not, the database
    without the area is asked, so that an area changes no answer about municipalities, and none is computed again.
    """

    def wrapped(function: Callable[Concatenate[Database, P], R]) -> Callable[Concatenate[Database, P], R]:
        def remembering(data: Database) -> Callable[..., R]:
            # a weak reference, so that a database that is no longer in use is closed at once, with its answers
            asked = weakref.ref(data)

            @lru_cache(maxsize=most)  # takes no lock on which the pages of many readers would queue
            def remembered(*args: P.args, **kwargs: P.kwargs) -> R:
                data = asked()
                assert data is not None, "the caller holds the database"
                return function(data, *args, **kwargs)

            return remembered

        @wraps(function)
        def answer(data: Database, *args: P.args, **kwargs: P.kwargs) -> R:
            data = data if of_area else data.without_area
            answers = data.memory.get(function) or data.memory.setdefault(function, remembering(data))
            return answers(*args, **kwargs)

        return answer

    return wrapped


@cached_per_snapshot(16, of_area=False)
def over_area(database: Database, members: tuple[str, ...]) -> Database:
    """Return a database of the same figures with municipalities as an area, OWN_AREA, beside the others.

    `members`: codes in order.
    """
    return Database(database.snapshot, database.overlay, database, members)


@cache
def _statement(name: str) -> str:
    return (settings.SQL / f"{name}.sql").read_text("utf-8")


def current(directory: Path | None = None) -> Database:
    """Return the database of the data set now in use; `directory`: the one given by the settings if None.

    A caller keeps it to the end of its work, so that one page or answer never mixes two snapshots. Raises DataError
    where the files are not those that the manifest names: a damaged file could give wrong figures without failing.
    """
    directory = directory or mirror.directory()
    database = _opened(directory, _stamp(directory))
    if database.snapshot.written() != database.written:  # the files were changed in place
        _opened.cache_clear()
        database = _opened(directory, _stamp(directory))
    return database


def kept(data_version: str) -> Database | None:
    """Return the earlier data set of a version that the operator keeps (`KUNTAMITTARI_VINTAGES`); None without it.

    One whose files are damaged counts as not kept, and is named in the log.
    """
    folder = settings.vintages_dir()
    if not data_version or folder is None or not folder.is_dir():
        return None
    directories = tuple((one, _stamp(one)) for one in sorted(folder.iterdir()) if one.is_dir())
    place = _versions(directories).get(data_version)
    try:
        return _opened_earlier(*place) if place else None
    except DataError as error:
        log.warning("The earlier data set cannot be shown: %s", error)
        return None


@lru_cache(maxsize=1)
def _versions(directories: tuple[tuple[Path, int], ...]) -> dict[str, tuple[Path, int]]:
    """Return version → directory of a data set and its stamp, for those of the directories that hold one."""
    found = {}
    for directory, stamp in directories:
        try:
            found[open_snapshot(directory).digest] = directory, stamp
        except DataError as error:
            log.warning("No earlier data set: %s", error)
    return found


def _stamp(directory: Path) -> int:
    try:
        return (directory / "manifest.json").stat().st_mtime_ns
    except OSError:
        return 0


def _checked(directory: Path, _stamp: int) -> Database:
    snapshot = open_snapshot(directory)
    if problems := file_problems(snapshot):
        raise DataError([f"{directory}: {problem}" for problem in problems])
    return Database(snapshot)


_opened, _opened_earlier = (lru_cache(maxsize=2)(_checked) for _ in range(2))  # earlier ones do not close those in use
