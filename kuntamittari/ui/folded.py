"""Tables of figures that unfold under their chart: the chosen row marked, long ones of a fixed height, downloads
within."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from kuntamittari.catalog.indicator import Indicator
from kuntamittari.exhibits.page_context import PageContext
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

    `chosen` is the position of the row of the municipality: it is marked, and where the table is so long that it
    scrolls it comes first. `label` is what is pressed to unfold it, by default that of a chart's figures.
    """
    t, mark = context.t, context.t("missing.mark")
    shown, own = listed.reset_index(drop=True), chosen
    if chosen is not None and len(shown) > MOST_ROWS:
        shown = shown.loc[[chosen, *(row for row in shown.index if row != chosen)]].reset_index(drop=True)
        own = 0
    styled = shown.style.format(formats, na_rep=mark)
    if own is not None:
        styled = styled.apply(lambda row: [CHOSEN if row.name == own else ""] * len(row), axis=1)
    height = ROW * (min(len(shown), MOST_ROWS) + 1) + 2
    with st.expander(label or t("chart.as_table")):
        st.dataframe(styled, hide_index=True, width="stretch", height=height, placeholder=mark)
        if file:
            downloads.offer(context, lambda: listed, file, indicators, sources)
