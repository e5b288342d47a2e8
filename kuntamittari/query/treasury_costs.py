"""Costs of services at the State Treasury in years that the statistics have too (docs/methods.md 22)."""

from collections.abc import Sequence
from typing import Any

from kuntamittari.catalog import service_classes
from kuntamittari.catalog.indicator import Indicator, Ratio
from kuntamittari.query.database import Database, cached_per_snapshot


@cached_per_snapshot(200)
def beside_statistics(
    database: Database, indicator: Indicator, municipalities: Sequence[str] | None = None
) -> list[dict[str, Any]]:
    """Return the figures by the State Treasury in the years of which the statistics have costs, with the columns of
    sql/beside_statistics.sql; empty for an indicator that divides no costs of services.

    `municipalities`: codes, by default all.
    """
    if not isinstance(indicator.formula, Ratio) or not service_classes.are_continued(indicator.costs):
        return []
    chosen = None if municipalities is None else list(municipalities)
    return database.query("beside_statistics", formula=indicator.bound(), municipalities=chosen).to_pylist()
