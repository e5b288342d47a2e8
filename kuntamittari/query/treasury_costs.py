"""Costs of services at the State Treasury in years that the statistics have too (docs/methods.md 22)."""

from collections.abc import Collection
from typing import Any

from kuntamittari.catalog import service_classes
from kuntamittari.catalog.indicator import Indicator, Ratio
from kuntamittari.query.database import Database, cached_per_snapshot


def beside_statistics(
    database: Database, indicator: Indicator, municipalities: Collection[str] | None = None
) -> list[dict[str, Any]]:
    """Return the figures by the State Treasury in the years of which the statistics have costs, with the columns of
    sql/beside_statistics.sql; empty for an indicator that divides no costs of services.

    `municipalities`: codes, by default all.
    """
    if not isinstance(indicator.formula, Ratio) or not service_classes.are_continued(indicator.costs):
        return []
    if _classes(database).isdisjoint(indicator.formula.numerator.task_classes):
        return []
    rows = _beside_statistics(database, indicator)
    return [row for row in rows if municipalities is None or row["municipality"] in municipalities]


@cached_per_snapshot(1)
def _classes(database: Database) -> set[str]:
    """Return the task classes that have any such figure."""
    return set(database.query("beside_classes")["task_class"].to_pylist())


@cached_per_snapshot(100)
def _beside_statistics(database: Database, indicator: Indicator) -> list[dict[str, Any]]:
    """Return the figures of every municipality: the next one to be asked for costs nothing."""
    return database.query("beside_statistics", formula=indicator.bound()).to_pylist()
