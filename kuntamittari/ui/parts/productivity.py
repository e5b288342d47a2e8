"""Productivity of a service (docs/methods.md 4): the index and its parts, and the change from the year before."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from kuntamittari.catalog.indicator import Indicator
from kuntamittari.exhibits import indicators, page_defaults, selected_figures, text
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.i18n import Translator
from kuntamittari.query import productivity
from kuntamittari.query.database import Database, cached_per_snapshot
from kuntamittari.ui import folded, layout, state
from kuntamittari.ui.parts import comparison, cost_difference, outlook


@cached_per_snapshot(500)
def _series(data: Database, indicator: Indicator, municipality: str) -> list[productivity.Year]:
    return productivity.series(data, indicator, municipality)


def service_choice(context: PageContext) -> None:
    """Draw the choice of the service."""
    ids = page_defaults.productivities(context)

    def write_choice() -> None:
        state.write(context, indicator_id=st.session_state["productivity-service"])

    st.session_state["productivity-service"] = context.selection.indicator_id
    st.selectbox(
        context.t("peers.service"),
        ids,
        format_func=lambda i: context.service_name(context.catalogue[i]),
        key="productivity-service",
        on_change=write_choice,
    )


def years(context: PageContext) -> list[productivity.Year]:
    """Return the years of the chosen municipality."""
    return _series(context.data, context.indicator, context.selection.municipality)


def arithmetic(context: PageContext) -> None:
    """Draw that the index is the inverse of the real unit cost, and so no second finding.

    Only where the output is an age group.
    """
    if context.indicator.by_age_group:
        layout.caption(context.t("productivity.arithmetic"))


def parts(context: PageContext) -> None:
    """Draw index, volume, cost and price as lines from the base year on."""
    t, indicator = context.t, context.indicator
    rows: list[dict[str, Any]] = []
    for (part, role), dash in zip(indicators.PARTS.items(), indicators.dashes(), strict=True):
        for year in years(context):
            value = getattr(year, part)
            if value is not None and year.index is not None:
                row = comparison.line_row(context, part, t(f"productivity.{part}"), role, year.year, value)
                rows.append(row | {"dash": dash})
    st.subheader(t("productivity.parts"))
    if len({row["year"] for row in rows}) < 2:
        layout.caption(t("productivity.none"))
        return
    layout.caption(t("chart.lines_subtitle", unit=indicator.unit[t.language]))
    summary = sentence(context)
    alt, file = t("chart.lines_alt", summary=summary), f"{indicator.id}_parts_{context.selection.municipality}"
    comparison.draw(
        context, indicator, indicator.name[t.language], file, lambda: comparison.line_chart(context, rows, alt)
    )
    layout.caption(summary)


def sentence(context: PageContext) -> str:
    """Return the change of the parts from the base year to the chosen year, in words."""
    at = next((year for year in years(context) if year.year == context.year), None)
    found = text.productivity(context.t, context.name(context.selection.municipality), context.indicator, at)
    moved = selected_figures.moved(context, context.indicator, context.year)
    return " ".join(filter(None, (found, moved)))


def bridge(context: PageContext) -> None:
    """Draw the parts of the change from the year before, and the cost at last year's productivity."""
    t, s, chosen = context.t, context.selection, context.year
    by_year = {year.year: year for year in years(context)}
    step = next((step for step in productivity.steps(list(by_year.values())) if step.year == chosen), None)
    st.subheader(t("productivity.bridge", year=chosen))
    if step is None:
        layout.caption(t("productivity.no_bridge", year=chosen))
        return
    steps = indicators.bridge_steps(t, step)
    layout.caption(
        t("productivity.bridge_note", before=t.number(step.before, 1), after=t.number(step.after, 1)),
        layout.method_links(context, 4),
    )
    summary = " ".join(f"{part.name} {text.signed(t, part.value, 1)}." for part in steps)
    drawing = cost_difference.waterfall(t, steps, t("productivity.bridge_alt", summary=summary), 1)
    comparison.draw(
        context, context.indicator, summary, f"{context.indicator.id}_bridge_{chosen}_{s.municipality}", lambda: drawing
    )
    st.markdown(
        layout.markdown_safe(text.former(t, context.name(s.municipality), by_year[chosen - 1], by_year[chosen]))
    )


def table(context: PageContext) -> None:
    """Draw every year with its parts as a table that unfolds."""
    t = context.t
    heads = [
        t("chart.year"),
        *(
            f"{t(f'productivity.{part}')}, {context.indicator.unit[t.language]}"
            for part in ("volume", "cost", "price", "index")
        ),
        t("table.note"),
    ]
    rows = [
        (str(y.year), y.volume, y.cost, y.price, y.index, t(f"missing.{y.reason}") if y.reason else note(context, y))
        for y in years(context)
    ]
    listed = pd.DataFrame(rows, columns=heads).astype(dict.fromkeys(heads[1:5], "Float64"))
    formats: dict[Any, Any] = dict.fromkeys(heads[1:5], lambda value: t.number(value, 1))
    file = f"{context.indicator.id}_parts_{context.selection.municipality}"
    folded.table(context, listed, formats, file, (context.indicator,))


def note(context: PageContext, year: productivity.Year) -> str:
    """Return the status of a year, empty where it is final."""
    return context.t(f"table.status.{year.status}") if year.status and year.status != "final" else ""


def total(context: PageContext, areas: tuple[str, ...]) -> None:
    """Draw total productivity over the education services: a line an area, and what each service of the first adds."""
    t, found = context.t, indicators.over_services(context, areas[0])
    st.subheader(t("total.title"))
    if found is None:
        layout.caption(t("total.none", name=context.name(areas[0])))
        return
    rows = [
        comparison.point(area, context.name(area), role, year, float(value), t.number(float(value), 1))
        for area, role in zip(areas, ("chosen", "reference"), strict=False)
        if (of := indicators.over_services(context, area, last=True)) is not None
        for year, value in zip(of.years, of.total.index, strict=True)
    ]
    laspeyres = t("total.laspeyres", index=t.number(float(found.total.laspeyres[-1]), 1))
    layout.caption(f"{t('total.reading', base=found.years[0])} {laspeyres}", layout.method_links(context, 20))
    summary = " ".join(filter(None, (indicators.total_sentence(context, area) for area in areas)))
    outlook.draw(context, rows, summary, f"total_productivity_{areas[0]}")
    layout.caption(summary)
    if found.left_out:
        names = ", ".join(context.catalogue[name].label[t.language] for name in found.left_out)
        layout.caption(t("total.left_out", services=names))
    outlook.listing(
        context,
        contributions(context, found),
        dict.fromkeys((t("total.share"), *(t(f"total.{part}") for part in ("output", "input", "both"))), per_cent(t)),
        f"total_productivity_services_{areas[0]}",
        ("kta_costs", "sotkanet_population", "price_index"),
        label=t("total.table"),
    )


def contributions(context: PageContext, found: productivity.OverServices) -> pd.DataFrame:
    """Return what each service adds to the change of total productivity, in per cent; the last row is the whole."""
    t, of = context.t, found.total
    heads = [t("peers.service"), t("total.share"), t("total.output"), t("total.input"), t("total.both")]
    added = 100 * np.column_stack([of.shares, of.outputs, of.inputs, of.outputs - of.inputs])
    names = [*(text.capital(context.catalogue[name].label[t.language]) for name in found.services), t("costs.total")]
    listed = pd.DataFrame(np.vstack([added, added.sum(axis=0)]), columns=heads[1:])
    listed.insert(0, heads[0], names)
    return listed


def per_cent(t: Translator) -> Callable[[float], str]:
    """Return how a share or a contribution is written."""
    return lambda value: t.number(value, 1)
