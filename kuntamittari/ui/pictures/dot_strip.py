"""A group as dots on one axis: how many lie where, and where one stands among them."""

from typing import Any

import pandas as pd
import streamlit as st

from kuntamittari.exhibits import charts, label_layout, selected_figures, text
from kuntamittari.exhibits.exhibit import role
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.query.comparisons import Comparison
from kuntamittari.ui import layout
from kuntamittari.ui.parts import comparison

MARGIN = 0.04  # of the axis beyond the lowest and the highest value


def draw(context: PageContext) -> None:
    """Draw the group as dots, the middle half as a band, the median as a line, and the chosen ones with intervals."""
    t, indicator, year = context.t, context.indicator, context.year
    compared = selected_figures.compared(context, indicator)
    if compared.median is None:
        st.info(t("finding.no_group"))
        return
    subtitle = t(
        "chart.bars_subtitle", unit=comparison.unit(context, indicator), group=context.chosen_group(), n=compared.n
    )
    reading = f"{subtitle}. {t('dots.reading')} {t(f'polarity.{text.direction(indicator)}')}."
    layout.subheading(t("dots.title", year=year), reading)
    summary = " ".join([t("dots.alt"), text.rank_words(t, compared.of(context.selection.municipality))]).strip()
    comparison.draw(
        context, indicator, summary, f"dots_{indicator.id}_{year}", lambda: drawing(context, compared, summary)
    )


def drawing(context: PageContext, compared: Comparison, summary: str) -> comparison.Drawing:
    """Return the chart of a group that has a median.

    Others are stacked around the middle of the strip where several lie at the same place; the chosen and the compared
    ones have a line each below it, so that no name meets another.
    """
    t, indicator, s = context.t, context.indicator, context.selection
    shown = [
        row
        for row in compared.rows
        if row["value"] is not None and (row["member"] or row["municipality"] in (s.municipality, *s.compared))
    ]
    values = [row["value"] for row in shown]
    ends = [
        end
        for row in shown
        if role(context, row["municipality"]) != "other"
        for end in (row["value_low"], row["value_high"])
        if end is not None
    ]
    least, most = min([*values, *ends]), max([*values, *ends])
    margin = (most - least or 1) * MARGIN
    own_lanes = {code: lane for lane, code in enumerate((s.municipality, *s.compared[:3]), 1)}
    others = [row for row in shown if row["municipality"] not in own_lanes]
    heights = dict(
        zip(
            (row["municipality"] for row in others),
            label_layout.stacked([row["value"] for row in others], least, most),
            strict=True,
        )
    )
    first, last = (others[0]["municipality"], others[-1]["municipality"]) if others else ("", "")
    rows: list[dict[str, Any]] = []
    for row in shown:
        code = row["municipality"]
        written = f"{context.name(code)} {t.number(row['value'], indicator.decimals)}"
        in_lane = code in own_lanes
        rows.append(
            {
                "name": context.name(code),
                "role": role(context, code),
                "value": row["value"],
                "height": -own_lanes[code] if in_lane else heights[code],
                "lane": in_lane,
                "label": written if in_lane or code in (first, last) else "",
                "leftwards": row["value"] > (least + most) / 2,
                "end": code in (first, last) and not in_lane,
                **comparison.ends_shown(context, row),
                "detail": f"{t.number(row['value'], indicator.decimals)} {indicator.unit[t.language]}",
                "rank": text.rank(t, row),
            }
        )
    group = pd.DataFrame(
        [
            {
                "median": compared.median,
                "q1": compared.q1,
                "q3": compared.q3,
                "median_label": f"{t('chart.median')} {text.median(t, indicator, compared)}",
                "middle": (least + most) / 2 > compared.median,
            }
        ]
    )
    lanes = sum(code in own_lanes for code in (row["municipality"] for row in shown))
    parameters: dict[str, Any] = {
        "least": least - margin,
        "most": most + margin,
        "lanes": -(lanes + 0.6),
        "thousands": comparison.thousands_separator(t),
    }
    spec = charts.dot_strip(t.language, comparison.theme()) | {"height": charts.DOTS + lanes * charts.STEP}
    return comparison.Drawing(spec, {"rows": pd.DataFrame(rows), "group": group}, parameters, summary)
