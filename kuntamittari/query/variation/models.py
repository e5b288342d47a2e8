"""What a data set brings of models that are estimated from the whole country (docs/methods.md 6, 18)."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pyarrow.parquet as pq

from kuntamittari.catalog.indicator import Indicator
from kuntamittari.query.database import Database, cached_per_snapshot, failed
from kuntamittari.query.snapshot import MODELS
from kuntamittari.query.values import UNREADABLE

Row = dict[str, Any]


def brought(database: Database, model: str, indicator: Indicator) -> list[Row] | None:
    """Return the rows of a model of an indicator; None where the data set brings none of its present definition.

    Raises DataError where the table cannot be read.
    """
    found = _brought(database)
    return found.rows.get((model, indicator.id), []) if found.digests.get(indicator.id) == _digest(indicator) else None


def of(database: Database, model: str, definition: str) -> dict[str, list[Row]] | None:
    """Return subject → rows of a model; None where the data set brings none of the given definition (its digest).

    Raises DataError as `brought`.
    """
    found = _brought(database)
    if found.digests.get(model) != definition:
        return None
    return {subject: rows for (name, subject), rows in found.rows.items() if name == model}


def holds_the_country(database: Database) -> bool:
    """Return whether a data set holds the whole country, so that models may be estimated from it."""
    return bool(database.snapshot.manifest["scope"] == "all")


def definitions(indicators: Iterable[Indicator]) -> dict[str, str]:
    """Return indicator → digest of the definition that its models are of."""
    return {one.id: _digest(one) for one in sorted(indicators, key=lambda one: one.id)}


@lru_cache(500)
def _digest(indicator: Indicator) -> str:
    """Return what the models of an indicator follow from, besides the data: its formula, whatever its base year."""
    formula = indicator.bound() | {"base_year": None, "relative": indicator.varies_relatively}
    return hashlib.sha256(json.dumps(formula, sort_keys=True).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class _Brought:
    """The table of models: indicator → digest of its definition, and (model, indicator) → rows."""

    digests: dict[str, str]
    rows: dict[tuple[str, str], list[Row]]


@cached_per_snapshot(1)
def _brought(database: Database) -> _Brought:
    if not database.snapshot.has(MODELS):
        return _Brought({}, {})
    try:
        table = pq.read_table(database.snapshot.path(MODELS)).to_pylist()
    except UNREADABLE as error:
        raise failed(database.snapshot, error) from error
    rows: dict[tuple[str, str], list[Row]] = {}
    for row in table:
        rows.setdefault((row["model"], row["subject"]), []).append(row)
    return _Brought(database.snapshot.manifest["files"][MODELS]["definitions"], rows)
