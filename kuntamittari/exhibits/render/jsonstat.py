"""JSON-stat 2.0 (json-stat.org): the cube of an indicator by area and year, as statistical offices exchange it."""

from collections.abc import Mapping, Sequence
from typing import Any


def dataset(
    rows: Sequence[Mapping[str, Any]],
    names: Mapping[str, str],
    label: str,
    unit: str,
    decimals: int,
    source: str,
    updated: str,
) -> dict[str, Any]:
    """Rows of municipality, year, value, status, reason as one dataset. A missing value is null, and its status says
    why."""
    places = list(dict.fromkeys(row["municipality"] for row in rows))
    years = sorted({row["year"] for row in rows})
    at = {(row["municipality"], row["year"]): row for row in rows}
    cells = [at.get((place, year)) for place in places for year in years]
    dimensions = {
        "municipality": {
            "label": "Municipality",
            "category": {"index": places, "label": {place: names[place] for place in places}},
        },
        "year": {"label": "Year", "category": {"index": [str(year) for year in years]}},
        "content": {
            "label": "Indicator",
            "category": {
                "index": ["value"],
                "label": {"value": label},
                "unit": {"value": {"label": unit, "decimals": decimals}},
            },
        },
    }
    return {
        "version": "2.0",
        "class": "dataset",
        "label": label,
        "source": source,
        "updated": updated,
        "id": list(dimensions),
        "size": [len(places), len(years), 1],
        "role": {"geo": ["municipality"], "time": ["year"], "metric": ["content"]},
        "dimension": dimensions,
        "value": [cell["value"] if cell else None for cell in cells],
        "status": [(cell["status"] or cell["reason"]) if cell else "not_asked" for cell in cells],
    }
