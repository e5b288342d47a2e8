"""An indicator on the map: five classes of municipalities by value."""

from typing import Any

from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.catalog.indicator import AS_PUBLISHED, Basis, Indicator
from kuntamittari.query import figures
from kuntamittari.query.database import Database, cached_per_snapshot
from kuntamittari.query.values import of as values_of
from kuntamittari.stats import group_figures

CLASSES = 5


@cached_per_snapshot(500, of_area=False)
def classes(
    database: Database, indicator: Indicator, year: int, aland: bool, basis: Basis = AS_PUBLISHED
) -> list[dict[str, Any]]:
    """Return one row per municipality, those of Åland only with `aland`: value, status, reason and class.

    Class 1 holds the lowest values and 5 the highest, equally many municipalities in each; None without a value.
    `class_min`, `class_max` (in the indicator's unit) and `class_n` describe the class for a legend (docs/methods.md
    6).
    """
    found, register = values_of(database, indicator, basis, year), figures.register(database)
    if not found.has(year):
        return []
    at = found.years.index(year)
    places = [
        place for place, code in enumerate(found.areas) if code != MAINLAND and (aland or not register[code]["aland"])
    ]
    value = found.value[at, places]
    in_class = group_figures.classes(value, CLASSES)
    ends = {
        number: (float(members.min()), float(members.max()), len(members))
        for number in range(1, CLASSES + 1)
        if len(members := value[in_class == number])
    }
    rows = []
    for place, one, number in zip(places, group_figures.listed(value), in_class.tolist(), strict=True):
        least, most, n = ends.get(number, (None, None, 0))
        rows.append(
            {
                "municipality": found.areas[place],
                "value": one,
                **{name: column[at, place] for name, column in found.words.items()},
                "class": number or None,
                "class_min": least,
                "class_max": most,
                "class_n": n,
            }
        )
    return rows
