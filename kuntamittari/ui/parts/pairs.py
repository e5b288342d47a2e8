"""Cost against outcome: two indicators, the group's medians as axes, and what may not be concluded from it."""

from typing import Any

import pandas as pd
import streamlit as st

from kuntamittari.catalog.indicator import Basis, Indicator
from kuntamittari.exhibits import charts, page_defaults, selected_figures, text
from kuntamittari.exhibits.grammar import label_layout
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.query import comparisons
from kuntamittari.query.comparisons import Pair
from kuntamittari.query.database import Database, cached_per_snapshot
from kuntamittari.query.figures import Group
from kuntamittari.ui import folded, layout, state
from kuntamittari.ui.parts import comparison

LEAST_CORRELATED = 10  # municipalities; with fewer no correlation is given
PHONE = 1 / 3  # width of the chart on a phone, as a share of 900 pixels


@cached_per_snapshot(200)
def _pair(
    data: Database,
    indicators: tuple[Indicator, Indicator],
    years: tuple[int, int],
    group: Group,
    chosen: tuple[str, ...],
    basis: Basis,
) -> Pair:
    return comparisons.pair(data, indicators, years, group, chosen, basis)


def choices(context: PageContext, pair: tuple[Indicator, Indicator]) -> None:
    """Draw the choices of a cost and of an outcome."""
    t = context.t
    columns = st.columns(2)
    for column, field, label, options, indicator in zip(
        columns,
        ("indicator_id", "beside_id"),
        ("pair.cost", "pair.outcome"),
        (page_defaults.costs(context), page_defaults.outcomes(context)),
        pair,
        strict=True,
    ):
        key = f"pair-{field}"

        def write_choice(field: str = field, key: str = key) -> None:
            state.write(context, **{field: st.session_state[key]})

        st.session_state[key] = indicator.id
        with column:
            st.selectbox(
                t(label),
                options,
                format_func=lambda i: context.catalogue[i].name[t.language],
                key=key,
                on_change=write_choice,
            )


def compared(context: PageContext, pair: tuple[Indicator, Indicator], years: tuple[int, int]) -> Pair:
    """Return the figures of the group by both indicators."""
    s = context.selection
    return _pair(context.data, pair, years, context.group_of(pair[0]), (s.municipality, *s.compared), context.basis)


def finding(context: PageContext, pair: tuple[Indicator, Indicator], years: tuple[int, int], compared: Pair) -> str:
    """Return in which quadrant the municipality is, in words."""
    s = context.selection
    row = next((row for row in compared.rows if row["municipality"] == s.municipality), None)
    reason = next(
        (
            standing.reason
            for standing in (selected_figures.standing(context, indicator) for indicator in pair)
            if standing.value is None
        ),
        "",
    )
    year_labels = [context.year_words(year) or year for year in years]
    sentence = text.quadrant(
        context.t, context.name(s.municipality), context.chosen_group(), pair, year_labels, compared, row, reason
    )
    return " ".join([sentence, *selected_figures.hidden(context, pair)])


def picture(context: PageContext, pair: tuple[Indicator, Indicator], years: tuple[int, int], compared: Pair) -> None:
    """Draw every municipality as a point."""
    t, rows = context.t, [dict(row) for row in compared.rows]
    ends = {
        f"{axis}_{end}": pick(row[axis] for row in rows)
        for axis in "xy"
        for end, pick in (("least", min), ("most", max))
    }
    for axis in "xy":
        margin = (ends[f"{axis}_most"] - ends[f"{axis}_least"] or abs(ends[f"{axis}_most"]) or 1) * 0.08
        ends[f"{axis}_least"] -= margin
        ends[f"{axis}_most"] += margin
    for row in rows:
        row |= {"name": context.name(row["municipality"]), "role": comparison.role(context, row["municipality"])}
        row |= {
            f"{axis}_detail": detail(context, indicator, row[axis]) for axis, indicator in zip("xy", pair, strict=True)
        }
    middles = None if compared.x_median is None or compared.y_median is None else (compared.x_median, compared.y_median)
    sides = (label_layout.beside_points(rows, ends, width=width, middles=middles) for width in (1.0, PHONE))
    for row, side, narrow_side in zip(rows, *sides, strict=True):
        row |= {"side": side, "narrow_side": narrow_side}
    titles = [text.capital(head) for head in figure_labels(context, pair, years)]
    group = [
        {
            "x_median": compared.x_median,
            "y_median": compared.y_median,
            "x_title": f"{titles[0]} →",
            "y_title": f"↑ {titles[1]}",
        }
    ]
    summary = finding(context, pair, years, compared)
    layout.caption(t("pair.reading"))
    parameters = ends | {"thousands": comparison.thousands_separator(t)}
    spec, data = (
        charts.quadrants(t.language, comparison.theme()),
        {"rows": pd.DataFrame(rows), "group": pd.DataFrame(group)},
    )
    drawing = comparison.Drawing(spec, data, parameters, t("pair.alt", summary=summary))
    comparison.draw(context, pair[0], summary, f"{pair[0].id}_{pair[1].id}", lambda: drawing)


def figure_labels(context: PageContext, pair: tuple[Indicator, Indicator], years: tuple[int, int]) -> list[str]:
    """Return the label of each of the two figures: name, unit, year."""
    return [
        f"{i.label[context.t.language]}, {comparison.unit(context, i)}, {year}"
        for i, year in zip(pair, years, strict=True)
    ]


def detail(context: PageContext, indicator: Indicator, value: float) -> str:
    """Return a figure with its unit."""
    return f"{context.t.number(value, indicator.decimals)} {indicator.unit[context.t.language]}"


def conclusion(context: PageContext, compared: Pair) -> None:
    """Draw the rank correlation where there are enough municipalities, and a warning against conclusions."""
    t = context.t
    if compared.correlation is not None and compared.n >= LEAST_CORRELATED:
        st.markdown(
            layout.markdown_safe(t("pair.correlation", r=text.signed(t, compared.correlation, 2), n=compared.n))
        )
    st.info(t("pair.warning"))


def table(context: PageContext, pair: tuple[Indicator, Indicator], years: tuple[int, int], compared: Pair) -> None:
    """Draw both figures of every municipality as a table that unfolds."""
    t = context.t
    columns = [t("chart.municipality"), *figure_labels(context, pair, years), t("pair.residents")]
    by_cost = sorted(compared.rows, key=lambda row: row["x"])
    rows = [(context.name(row["municipality"]), row["x"], row["y"], row["residents"]) for row in by_cost]
    listed, codes = pd.DataFrame(rows, columns=columns), [row["municipality"] for row in by_cost]
    own = codes.index(context.selection.municipality) if context.selection.municipality in codes else None
    formats: dict[Any, Any] = {
        columns[1]: lambda value: t.number(value, pair[0].decimals),
        columns[2]: lambda value: t.number(value, pair[1].decimals),
        columns[3]: t.number,
    }
    folded.table(context, listed, formats, f"{pair[0].id}_{pair[1].id}", pair, chosen=own)
    sources = dict.fromkeys((*pair[0].sources, *pair[1].sources))
    layout.caption(context.sources(sources), layout.method_links(context, 1, 6))
