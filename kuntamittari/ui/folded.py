"""Tables of figures that unfold under their chart: the chosen row marked, long ones of a fixed height that open on the
chosen row, downloads within."""

import html
from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from kuntamittari.catalog.indicator import Indicator
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.render import tables
from kuntamittari.ui import downloads

ROW, MOST_ROWS = 35, 12  # pixels of a row, and how many there are before the table scrolls
CHOSEN = "font-weight: 700; background-color: rgba(0,114,178,0.14)"


def table(
    context: PageContext,
    listed: pd.DataFrame,
    formats: dict[Any, Any],
    file: str = "",
    indicators: Sequence[Indicator] = (),
    sources: Sequence[str] = (),
    chosen: int | None = None,
    label: str = "",
) -> None:
    """Draw a table that unfolds, with its downloads where it has a `file` name.

    `chosen` is the position of the row of the municipality. `label` is what is pressed to unfold the table, by default
    that of a chart's figures.
    """
    with st.expander(label or context.t("chart.as_table")):
        frame(context, listed, formats, chosen)
        if file:
            downloads.offer(context, lambda: listed, file, indicators, sources)


def frame(
    context: PageContext,
    listed: pd.DataFrame,
    formats: dict[Any, Any],
    chosen: int | None = None,
    columns: dict[Any, Any] | None = None,
) -> None:
    """Draw the rows of a folded table in their order, the chosen one marked; `columns` as Streamlit takes them.

    Where there are so many that the table scrolls, a line over it says which row is the municipality's, and the script
    of the document scrolls to it (kuntamittari/web/edge.js).
    """
    t, mark = context.t, context.t("missing.mark")
    shown = tables.harmless_frame(listed.reset_index(drop=True))
    styled = shown.style.format({tables.harmless(head): form for head, form in formats.items()}, na_rep=mark)
    if chosen is not None:
        styled = styled.apply(lambda row: [CHOSEN if row.name == chosen else ""] * len(row), axis=1)
    if chosen is not None and len(shown) > MOST_ROWS:
        name = html.escape(context.name(context.selection.municipality))
        words = t("table.opens_at", name=name, row=chosen + 1, rows=len(shown))
        st.html(f"<p class='km-quiet' data-row='{chosen}'>{words}</p>")
    height = ROW * (min(len(shown), MOST_ROWS) + 1) + 2
    st.dataframe(
        styled, hide_index=True, width="stretch", height=height, column_config=columns, row_height=ROW, placeholder=mark
    )
