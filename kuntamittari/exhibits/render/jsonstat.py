"""JSON-stat 2.0 (json-stat.org): an indicator by area and year, as statistical offices exchange it."""

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
    """Return rows (municipality, year, value, status, reason) as one JSON-stat dataset.

    A missing value is null, and its status is the reason; `names`: code → name.
    """
    municipalities = list(dict.fromkeys(row["municipality"] for row in rows))
    years = sorted({row["year"] for row in rows})
    row_of = {(row["municipality"], row["year"]): row for row in rows}
    cells = [row_of.get((code, year)) for code in municipalities for year in years]
    dimensions = {
        "municipality": {
            "label": "Municipality",
            "category": {"index": municipalities, "label": {code: names[code] for code in municipalities}},
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
        "size": [len(municipalities), len(years), 1],
        "role": {"geo": ["municipality"], "time": ["year"], "metric": ["content"]},
        "dimension": dimensions,
        "value": [cell["value"] if cell else None for cell in cells],
        "status": [(cell["status"] or cell["reason"]) if cell else "not_asked" for cell in cells],
    }
