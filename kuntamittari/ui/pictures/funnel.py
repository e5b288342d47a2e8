"""The funnel of a group: figures by residents, within the limits of usual variation."""

from typing import Any

import pandas as pd
import streamlit as st

from kuntamittari.exhibits import charts, selected_figures
from kuntamittari.exhibits.exhibit import role
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.query import funnel
from kuntamittari.query.funnel import Funnel
from kuntamittari.stats.benchmark import LEAST_GROUP
from kuntamittari.ui import folded, layout
from kuntamittari.ui.parts import comparison

MARGIN = 0.06  # of the axis above the highest and below the lowest


def draw(context: PageContext) -> None:
    """Draw the group as points within the limits of noise, and of noise and what municipalities differ by."""
    t, indicator, year = context.t, context.indicator, context.year
    compared = selected_figures.compared(context, indicator)
    found = funnel.funnel(context.data, indicator, compared, year, context.basis)
    if found is None:
        st.info(t("funnel.none", least=LEAST_GROUP))
        return
    median = t.number(found.median, indicator.decimals)
    subtitle = t(
        "chart.bars_subtitle", unit=comparison.unit(context, indicator), group=context.chosen_group(), n=compared.n
    )
    layout.subheading(t("funnel.title", year=year), f"{subtitle}. {t('funnel.reading', median=median)}")
    place = found.of(context.selection.municipality)
    summary = t(f"funnel.{place.zone}", name=context.name(place.municipality)) if place else t("chart.bars_alt")
    st.markdown(layout.markdown_safe(summary))
    comparison.draw(
        context, indicator, summary, f"funnel_{indicator.id}_{year}", lambda: drawing(context, found, summary)
    )
    table(context, found)


def drawing(context: PageContext, found: Funnel, summary: str) -> comparison.Drawing:
    """Return the chart of a funnel."""
    t, indicator = context.t, context.indicator
    rows: list[dict[str, Any]] = [
        {
            "name": context.name(place.municipality),
            "role": role(context, place.municipality),
            "residents": place.residents,
            "value": place.value,
            "detail": f"{t.number(place.value, indicator.decimals)} {indicator.unit[t.language]}",
            "people": t.number(place.residents),
        }
        for place in found.places
    ]
    limits = [row | {"median": found.median} for row in found.limits]
    ends = [row["value"] for row in rows] + [row[end] for row in limits for end in ("wide_low", "wide_high")]
    margin = (max(ends) - min(ends) or 1) * MARGIN
    parameters: dict[str, Any] = {
        "least": min(ends) - margin,
        "most": max(ends) + margin,
        "first": limits[0]["residents"] / 1.2,
        "last": limits[-1]["residents"] * 1.6,
        "thousands": comparison.thousands_separator(t),
    }
    data = {"rows": pd.DataFrame(rows), "group": pd.DataFrame(limits)}
    return comparison.Drawing(charts.funnel(t.language, comparison.theme()), data, parameters, summary)


def table(context: PageContext, found: Funnel) -> None:
    """Draw the same figures as a folded table."""
    t, indicator = context.t, context.indicator
    heads = [t("chart.municipality"), t("funnel.residents"), t("chart.value"), t("funnel.zone")]
    places = sorted(found.places, key=lambda place: -place.residents)
    rows = [(context.name(p.municipality), p.residents, p.value, t(f"funnel.z_{p.zone}")) for p in places]
    formats: dict[Any, Any] = {heads[1]: t.number, heads[2]: lambda value: t.number(value, indicator.decimals)}
    codes, own = [p.municipality for p in places], context.selection.municipality
    chosen = codes.index(own) if own in codes else None
    folded.table(context, pd.DataFrame(rows, columns=heads), formats, chosen=chosen)
