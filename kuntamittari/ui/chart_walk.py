"""The points of a chart one by one, by the arrow keys: what pointing at each would say."""

import hashlib
import html
from collections.abc import Callable

import pandas as pd
import streamlit as st

from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import layout

# fields of a chart's rows that a point says, in order, as far as it has them
SAID = ("who", "row", "name", "year", "detail", "x_detail", "y_detail", "people", "interval", "rank", "reason")
MOST = 400  # points; more are walked in the table beside the chart


def draw(context: PageContext, points: pd.DataFrame) -> None:
    """Draw the folded points of a chart as a group of radio buttons, of which the browser shows the chosen one.

    A group is one stop of the tab key, and arrow keys go from point to point; no script is needed.
    """
    said = spoken(points)
    if not 1 < len(said) <= MOST:
        return
    st.html(layout.fold(context.t("chart.walk"), _points(said, context.t("chart.walk"))))


def _points(said: list[str], name: str) -> str:
    """Return points as a group of radio buttons, as markup."""
    group = hashlib.sha256("".join([name, *said]).encode()).hexdigest()[:12]
    items = "".join(
        f"<label><input type='radio' name='walk-{group}'{' checked' if place == 1 else ''}>"
        f"<span>{place}/{len(said)} · {html.escape(words)}</span></label>"
        for place, words in enumerate(said, 1)
    )
    return f"<div class='km-walk' role='radiogroup' aria-label='{html.escape(name, quote=True)}'>{items}</div>"


def later(context: PageContext, key: str, make: Callable[[], dict[str, pd.DataFrame]]) -> None:
    """Draw the points of pictures, each under its name, in a part that is filled when it is unfolded.

    For pictures of which a page holds many points: few readers walk them.
    """
    fold = st.expander(context.t("chart.walk"), key=key, on_change="rerun")
    if fold.open:
        with fold:
            for name, points in make().items():
                if 1 < len(said := spoken(points)) <= MOST:
                    heading = f"<p class='km-section'>{html.escape(name)}</p>" if name else ""
                    st.html(heading + _points(said, name or context.t("chart.walk")))


def spoken(points: pd.DataFrame) -> list[str]:
    """Return what each point of a chart says, each once and in order; nothing for lines that only mark a year."""
    fields = [field for field in SAID if field in points.columns]
    found = []
    for row in points[fields].astype(object).where(points[fields].notna(), "").to_dict("records"):
        year = f"{row['year']:.0f}" if isinstance(row.get("year"), int | float) else ""
        words = [year if field == "year" else str(row[field]) for field in fields]
        if row.get("detail") or row.get("x_detail") or row.get("reason"):
            found.append(" · ".join(word for word in words if word))
    return list(dict.fromkeys(found))
