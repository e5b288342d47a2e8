"""Bars of one or two sides, each pair below its name, drawn from the exhibit of slides and files."""

import pandas as pd

from kuntamittari.exhibits import charts
from kuntamittari.exhibits.exhibit import Exhibit, table_of
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui.parts import comparison


def drawing(context: PageContext, exhibit: Exhibit, alt: str) -> comparison.Drawing:
    """Return the chart of an exhibit of bars or pairs."""
    assert exhibit.series is not None
    t, (_, figures) = context.t, table_of(exhibit, context.t)
    rows = [
        {
            "position": position,
            "order": order,
            "role": exhibit.roles[order if exhibit.kind == "pairs" else position],
            "who": side,
            "name": name,
            "value": value,
            "label": exhibit.words[position] if exhibit.words else f"{figures[position][1 + order]} {exhibit.unit}",
            "detail": exhibit.words[position] if exhibit.words else f"{t.number(value, 1)} {exhibit.unit}",
        }
        for position, (name, *values) in enumerate(zip(exhibit.categories, *exhibit.series.values(), strict=True))
        for order, (side, value) in enumerate(zip(exhibit.series, values, strict=True))
    ]
    low, high = exhibit.ends
    height = charts.height(len(exhibit.categories), charts.PAIR_STEP)
    spec = charts.pairs(t.language, comparison.theme()) | {"height": height}
    return comparison.Drawing(spec, {"rows": pd.DataFrame(rows)}, {"least": low, "most": high}, alt)
