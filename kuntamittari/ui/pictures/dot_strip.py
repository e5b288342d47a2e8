"""A group as dots: a row for each member, or of a large group one strip, drawn from the exhibit of slides and files."""

import pandas as pd
import streamlit as st

from kuntamittari.exhibits import charts, selected_figures, text
from kuntamittari.exhibits import comparison as exhibits
from kuntamittari.exhibits.exhibit import MOST_IN_ROWS, Exhibit
from kuntamittari.exhibits.grammar import dots
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import layout
from kuntamittari.ui.parts import comparison

ROW = 31  # pixels of a row, which also holds a name above the dot where the chart is narrow


def draw(context: PageContext) -> None:
    """Draw the group as dots with the intervals of their values, its middle half as a band and its median as a line."""
    t, indicator, year = context.t, context.as_organised(context.indicator), context.year
    compared = selected_figures.compared(context, indicator)
    exhibit = exhibits.dots(context)
    if exhibit is None:
        st.info(t("finding.no_group"))
        return
    subtitle = t(
        "chart.bars_subtitle", unit=comparison.unit(context, indicator), group=context.chosen_group(), n=compared.n
    )
    in_rows = dots.known(exhibit) <= MOST_IN_ROWS
    reading = t("dots.reading_rows" if in_rows else "dots.reading")
    layout.subheading(
        t("dots.title", year=year), f"{subtitle}. {reading} {t(f'polarity.{text.direction(indicator)}')}."
    )
    summary = " ".join([t("dots.alt"), text.rank_words(t, compared.of(context.selection.municipality))]).strip()
    file = f"dots_{indicator.id}_{year}"
    comparison.draw(context, indicator, summary, file, lambda: drawing(context, exhibit, summary))


def drawing(context: PageContext, exhibit: Exhibit, summary: str) -> comparison.Drawing:
    """Return the chart of an exhibit of dots."""
    t, theme, in_rows = context.t, comparison.theme(), dots.known(exhibit) <= MOST_IN_ROWS
    placed = dots.rows(exhibit, t) if in_rows else dots.strip(exhibit, t)
    height = ROW * len(placed.rows) if in_rows else round(placed.depth * charts.FONT)
    spec = (charts.dot_rows if in_rows else charts.dot_strip)(t.language, theme) | {"height": height}
    data = {"rows": pd.DataFrame(placed.rows), "group": pd.DataFrame([placed.group])}
    return comparison.Drawing(spec, data, placed.parameters(exhibit, t), summary)
