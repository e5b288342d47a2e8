"""Coverage of the loaded figures: by source and year, by indicator and year, by municipality."""

from typing import Any

import numpy as np

from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.catalog.indicator import Indicator
from kuntamittari.query.database import Database, cached_per_snapshot
from kuntamittari.query.values import of as values_of


@cached_per_snapshot(4, of_area=False)
def loaded_years(database: Database) -> list[dict[str, Any]]:
    """Return one row per part of the data and year: part, year, places.

    `part` is a measure, or a table that has no measures; `places` the number of municipalities with a figure.
    """
    return database.query("loaded_years").to_pylist()


@cached_per_snapshot(200, of_area=False)
def of_indicator(database: Database, indicator: Indicator) -> list[dict[str, Any]]:
    """Return one row per year with a value of the indicator: year, places (number of municipalities)."""
    found = values_of(database, indicator)
    municipalities = [place for place, area in enumerate(found.areas) if area != MAINLAND]
    places = np.count_nonzero(~np.isnan(found.value[:, municipalities]), axis=1).tolist()
    return [{"year": year, "places": number} for year, number in zip(found.years, places, strict=True) if number]


def figures_by_municipality(database: Database) -> Any:
    """Return a DataFrame with the columns part, year, municipality, figures (their number), vintage and size.

    `municipality` is FI for national figures, `vintage` the year in which a projection was made, else 0, and `size`
    the sum of the figures without their signs.
    """
    return database.query("loaded_municipalities").to_pandas()


def negative_costs(database: Database, task_class: str) -> dict[str, int]:
    """Return the number of figures of a task class (`figures`), and how many are below zero (`negative`)."""
    return database.query("negative_costs", task_class=task_class).to_pylist()[0]
