"""A group as ranked bars, drawn from the exhibit of slides and files; long ones begin with the chosen and compared."""

from typing import Any

import pandas as pd
import streamlit as st

from kuntamittari.exhibits import charts, selected_figures, text
from kuntamittari.exhibits import comparison as exhibits
from kuntamittari.exhibits.exhibit import BECAUSE, Exhibit
from kuntamittari.exhibits.grammar import dots
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import layout
from kuntamittari.ui.parts import comparison

# the empty row below the pinned ones
NOTHING: dict[str, Any] = {"value": 0.0, "low": None, "high": None, "role": "other"}
MOST_SEEN = 12  # bars that are seen at once; of more, the chosen and the compared ones are also pinned on top


def draw(context: PageContext) -> None:
    """Draw the group ranked by value, with its median and middle half."""
    t, indicator, year = context.t, context.as_organised(context.indicator), context.year
    compared = selected_figures.compared(context, indicator)
    exhibit = exhibits.bars(context)
    if exhibit.reference is None:
        st.info(t("finding.no_group"))
        return
    reading = t("chart.bars_subtitle", unit=exhibit.unit, group=context.chosen_group(), n=compared.n)
    reading = f"{reading}. {t('chart.reading')} {t(f'polarity.{text.direction(indicator)}')}."
    own = compared.of(context.selection.municipality)
    if own and own["value_low"] is not None:
        reading = f"{reading} {t('chart.whisker')}"
    if len(exhibit.categories) > MOST_SEEN:
        reading = f"{reading} {t('chart.pinned')}"
    layout.subheading(t("chart.bars", year=year), reading)
    file = f"{indicator.id}_{year}_{context.group_id}"
    comparison.draw(context, indicator, t("chart.bars_alt"), file, lambda: drawing(context, exhibit))


def drawing(context: PageContext, exhibit: Exhibit) -> comparison.Drawing:
    """Return the chart of an exhibit of ranked bars."""
    t = context.t
    assert exhibit.series is not None
    [values] = exhibit.series.values()
    low, high = exhibit.ends
    rows = [_row(context, exhibit, place, value) for place, value in enumerate(values)]
    pinned = [row for row in rows if row["role"] != "other"] if len(rows) > MOST_SEEN else []
    listed = [*pinned, *([dict.fromkeys(rows[0], "") | NOTHING] if pinned else []), *rows]
    group = dots.marks(exhibit)
    listed = [row | {"position": place, "least": low, "median": group["median"]} for place, row in enumerate(listed)]
    spec = charts.bars(t.language, comparison.theme()) | {"height": charts.STEP * len(listed)}
    data = {"rows": pd.DataFrame(listed), "group": pd.DataFrame([group])}
    parameters = {"least": low, "most": high, "count": len(listed)}
    return comparison.Drawing(spec, data, parameters, t("chart.bars_alt"))


def _row(context: PageContext, exhibit: Exhibit, place: int, value: float | None) -> dict[str, Any]:
    """Return a bar; where there is no value, its reason."""
    name, reason = exhibit.categories[place], ""
    if value is None:
        name, _, reason = name.partition(BECAUSE)
    low, high = exhibit.intervals[place] or (None, None)
    figure = "" if value is None else context.t.number(value, exhibit.decimals)
    return {
        "name": name,
        "value": value,
        "role": exhibit.roles[place],
        "label": figure,
        "detail": f"{figure} {exhibit.unit}",
        "low": low,
        "high": high,
        "rank": exhibit.ranks[place],
        "reason": reason,
    }
