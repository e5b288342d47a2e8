"""An indicator on the map: five classes of municipalities by value."""

from typing import Any

from kuntamittari.catalog.indicator import AS_PUBLISHED, Basis, Indicator
from kuntamittari.query.database import Database, cached_per_snapshot


@cached_per_snapshot(500)
def classes(
    database: Database, indicator: Indicator, year: int, aland: bool, basis: Basis = AS_PUBLISHED
) -> list[dict[str, Any]]:
    """Return one row per municipality, those of Åland only with `aland`: value, status, reason and class.

    Class 1 holds the lowest values and 5 the highest, equally many municipalities in each; None without a value.
    `class_min`, `class_max` (in the indicator's unit) and `class_n` describe the class for a legend (docs/methods.md
    6).
    """
    return database.query("map_classes", formula=indicator.bound(basis), year=year, aland=aland).to_pylist()
