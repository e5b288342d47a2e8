"""Areas of municipalities, measured a second time from the published boundaries."""

from functools import cache

import geopandas as gpd
import pandas as pd

from tests.support.material import shared


@cache
def land_km2() -> dict[str, float]:
    """Municipality of the division of 2026 → its area cut at the coast, in km²."""
    holder = dict(pd.read_csv(shared("sources") / "mergers.csv", dtype=str)[["old_code", "new_code"]].values)
    shapes = gpd.read_file(shared("sources") / "boundaries_2019.geojson")
    areas = (shapes.area / 1e6).groupby(shapes["kunta"].replace(holder)).sum()
    return {str(code): float(area) for code, area in areas.items()}
