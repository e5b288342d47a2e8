"""The funnel of a group, drawn from the exhibit of slides and files."""

from typing import Any

import pandas as pd
import streamlit as st

from kuntamittari.exhibits import charts, selected_figures
from kuntamittari.exhibits.exhibit import Exhibit
from kuntamittari.exhibits.grammar import scatter
from kuntamittari.exhibits.grammar.colours import THEMES, colour
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.subjects import funnel
from kuntamittari.stats.benchmark import LEAST_GROUP
from kuntamittari.ui import folded, layout
from kuntamittari.ui.parts import comparison

WIDE, NARROW = 52.0, 20.0  # font sizes: widths of a chart whose legend stands on few lines, and on one each


def draw(context: PageContext) -> None:
    """Draw the group as points within the limits of noise, and of noise and what municipalities differ by."""
    t, indicator, year = context.t, context.indicator, context.year
    found = funnel.found(context)
    if found is None:
        st.info(t("funnel.none", least=LEAST_GROUP))
        return
    exhibit = funnel.exhibit_of(context, found)
    n = selected_figures.compared(context, indicator).n
    subtitle = t("chart.bars_subtitle", unit=comparison.unit(context, indicator), group=context.chosen_group(), n=n)
    layout.subheading(t("funnel.title", year=year), f"{subtitle}. {exhibit.note}")
    zones: dict[str, str] = {context.name(place.municipality): place.zone for place in found.places}
    name = context.name(context.selection.municipality)
    summary = t(f"funnel.{zones[name]}", name=name) if name in zones else t("chart.bars_alt")
    st.markdown(layout.markdown_safe(summary))
    file = f"funnel_{indicator.id}_{year}"
    comparison.draw(context, indicator, summary, file, lambda: drawing(context, exhibit, summary))
    table(context, exhibit, zones)


def drawing(context: PageContext, exhibit: Exhibit, summary: str) -> comparison.Drawing:
    """Return the chart of a funnel."""
    t, unit, (xs, ys) = context.t, context.indicator.unit[context.t.language], exhibit.marks
    rows = [
        {
            "name": name,
            "role": role,
            "residents": residents,
            "value": value,
            "detail": f"{t.number(value, exhibit.decimals)} {unit}",
            "people": t.number(residents),
        }
        for name, role, residents, value in exhibit.points
    ]
    assert exhibit.reference is not None
    wide, near = exhibit.ranges
    limits = [
        {
            "residents": x,
            "wide_low": wide_low,
            "wide_high": wide_high,
            "low": low,
            "high": high,
            "median": exhibit.reference.value,
        }
        for (x, wide_low, wide_high), (_, low, high) in zip(wide.points, near.points, strict=True)
    ]
    (entries, lines), (narrow, narrow_lines) = (scatter.legend(exhibit, width) for width in (WIDE, NARROW))
    legend = [
        {"role": one.role, "ink": colour(THEMES[comparison.theme()], one.role), "words": one.words}
        | {"x": one.x, "line": one.line, "lines": lines}
        | {"narrow_x": other.x, "narrow_line": other.line, "narrow_lines": narrow_lines}
        for one, other in zip(entries, narrow, strict=True)
    ]
    parameters: dict[str, Any] = {
        "first": xs[0],
        "last": xs[-1],
        "least": ys[0],
        "most": ys[-1],
        "marks": list(xs),
        "thousands": comparison.thousands_separator(t),
    }
    data = {"rows": pd.DataFrame(rows), "group": pd.DataFrame(limits), "legend": pd.DataFrame(legend)}
    return comparison.Drawing(charts.funnel(t.language, comparison.theme()), data, parameters, summary)


def table(context: PageContext, exhibit: Exhibit, zones: dict[str, str]) -> None:
    """Draw the same figures as a folded table."""
    t = context.t
    heads = [t("chart.municipality"), t("funnel.residents"), t("chart.value"), t("funnel.zone")]
    points = sorted(exhibit.points, key=lambda point: -point[2])
    rows = [(name, people, value, t(f"funnel.z_{zones[name]}")) for name, _, people, value in points]
    formats: dict[Any, Any] = {heads[1]: t.number, heads[2]: lambda value: t.number(value, exhibit.decimals)}
    chosen = next((place for place, point in enumerate(points) if point[1] == "chosen"), None)
    folded.table(context, pd.DataFrame(rows, columns=heads), formats, chosen=chosen)
