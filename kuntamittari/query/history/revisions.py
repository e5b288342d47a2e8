"""The figures that updates have changed (revisions.parquet), and the data sets that were in use before.

A row is a figure of an indicator as it was `before`, in the data set `data_version`, and as it was `after` the update
that replaced this data set; None where there was no figure. Without a municipality it is a year that the update
brought, of which the data set had no figure at all. `cause`: whether the figures changed or the indicator's definition.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kuntamittari.query.database import Database, cached_per_snapshot, failed
from kuntamittari.query.snapshot import REVISIONS, REVISIONS_SCHEMA
from kuntamittari.query.values import UNREADABLE

EVERY_PLACE = ""  # in place of a municipality: the year is new
Cause = Literal["figures", "definition"]


@dataclass(frozen=True)
class Former:
    """A figure as it was before an update."""

    value: float
    data_version: str
    replaced: datetime


def former_values(database: Database, indicator: str, municipality: str, year: int) -> list[Former]:
    """Return the figures that an indicator had before updates changed them, the newest first.

    Raises DataError where the table cannot be read.
    """
    found = _table(database)
    of = (
        (pc.field("indicator") == indicator)
        & (pc.field("municipality") == municipality)
        & (pc.field("year") == year)
        & pc.field("before").is_valid()
    )
    rows = found.filter(of).sort_by([("replaced", "descending")]).to_pylist()
    return [Former(row["before"], row["data_version"], row["replaced"]) for row in rows]


def data_sets(database: Database) -> list[Mapping[str, Any]]:
    """Return the data sets that were in use before, the newest first: data_version, retrieved and replaced."""
    return list(reversed(database.snapshot.manifest.get("former", [])))


def rows(database: Database) -> pa.Table:
    """Return every row of the table. Raises DataError where it cannot be read."""
    return _table(database)


@cached_per_snapshot(1, of_area=False)
def _table(database: Database) -> pa.Table:
    if not database.snapshot.has(REVISIONS):
        return REVISIONS_SCHEMA.empty_table()
    try:
        return pq.read_table(database.snapshot.path(REVISIONS))
    except UNREADABLE as error:
        raise failed(database.snapshot, error) from error
