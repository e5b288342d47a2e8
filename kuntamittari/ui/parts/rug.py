"""The tartan rug: every municipality of a group by every indicator, each cell a way into its comparison."""

import html
from dataclasses import replace
from typing import Any

import streamlit as st

from kuntamittari.catalog import framework
from kuntamittari.catalog.indicator import Indicator
from kuntamittari.exhibits import charts, query_state, selected_figures, text
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.query_state import ORDERS
from kuntamittari.query import figures
from kuntamittari.query.figures import Comparison
from kuntamittari.stats import benchmark
from kuntamittari.ui import layout, state
from kuntamittari.ui.parts import comparison

MOST_ROWS = 40  # municipalities; a larger group would be no picture any more
NETWORK = "largest-20"
GLYPHS = {"strong": "▲", "middle": "●", "weak": "▼"}
UNJUDGED = "·"


def group_of(context: PageContext) -> figures.Group:
    """The group whose members are the rows: the chosen one, or where that is too large, the network of the largest
    cities or, for a municipality outside it, its peers."""
    return in_place(context).group_of(context.indicator)


def in_place(context: PageContext) -> PageContext:
    """The view with a group that can be drawn."""
    group = context.group_of(context.indicator)
    if sum(context.register[code]["loaded"] for code in context.members(group)) <= MOST_ROWS:
        return context
    return replace(context, selection=replace(context.selection, group_id=NETWORK))


def order_choice(context: PageContext) -> None:
    """In which order the municipalities stand."""

    def chosen() -> None:
        state.write(context, order=st.session_state["rug-order"])

    st.session_state["rug-order"] = context.selection.order
    st.radio(
        context.t("rug.order"),
        ORDERS,
        format_func=lambda order: context.t(f"rug.order_{order}"),
        key="rug-order",
        horizontal=True,
        on_change=chosen,
        label_visibility="collapsed",
    )


def columns(context: PageContext) -> dict[str, list[tuple[Indicator, int, Comparison]]]:
    """Dimension → its indicators with figures, the year of each and the group compared in it."""
    group = group_of(context)
    found = {
        dimension: [
            (i, year, selected_figures.compared(context, i, year, group))
            for i in indicators
            if (year := context.last(i)) is not None
        ]
        for dimension, indicators in framework.by_dimension(context.catalogue, core=False).items()
    }
    return {dimension: compared for dimension, compared in found.items() if compared}


def rows(context: PageContext) -> list[str]:
    """The codes of the group's members in the chosen order; those without a value of the chosen indicator last."""
    by_rank = [
        row["municipality"]
        for row in selected_figures.compared(context, context.indicator, None, group_of(context)).rows
        if row["member"]
    ]
    match context.selection.order:
        case query_state.BY_NAME:
            return sorted(by_rank, key=context.name)
        case query_state.BY_SIZE:
            return sorted(by_rank, key=lambda code: (-(context.register[code]["residents"] or 0), context.name(code)))
    return by_rank


def draw(context: PageContext) -> None:
    """The rug as a table of links, its key above and what it shows below."""
    t, shown = context.t, columns(context)
    everything = [column for compared in shown.values() for column in compared]
    listed = rows(context)
    st.html(key(context))
    dimensions = "".join(
        f"<th scope='colgroup' colspan='{len(compared)}'><span>{html.escape(t(f'rug.{dimension}'))}</span></th>"
        for dimension, compared in shown.items()
    )
    heads = "".join(head(context, indicator) for indicator, _, _ in everything)
    body = "".join(line(context, code, everything) for code in listed)
    ground = charts.THEMES[comparison.theme()].ground
    whole = (
        f"<table class='km-rug' style='--km-ground: {ground}'><thead><tr><td></td>{dimensions}</tr>"
        f"<tr><th scope='col'>{html.escape(t('chart.municipality'))}</th>{heads}</tr></thead><tbody>{body}</tbody></table>"
    )
    st.html(layout.scrolled(t("rug.title"), whole))
    ordered = t("rug.by", indicator=context.indicator.label[t.language]) if context.selection.order == ORDERS[0] else ""
    group = in_place(context).chosen_group()
    awaited = sum(i.awaited is not None for i in context.catalogue.values())
    layout.caption(
        " ".join(
            [t("rug.caption", group=group, places=len(listed), n=len(everything)), ordered, t("rug.missing", n=awaited)]
        )
    )


def key(context: PageContext) -> str:
    """What the marks mean."""
    t = context.t
    marks = [(f"km-{word}", glyph, t(f"judgement.{word}")) for word, glyph in GLYPHS.items()]
    marks += [(f"km-q{quarter}", str(quarter), t("rug.quarters") if quarter == 4 else "") for quarter in range(1, 5)]
    marks += [("km-unjudged", UNJUDGED, t("rug.not_judged")), ("", t("missing.mark"), t("rug.none"))]
    words = "".join(
        f"<li><span class='km-cell {kind}'>{mark}</span> {html.escape(said)}</li>" for kind, mark, said in marks
    )
    return f"<ul class='km-key'>{words}</ul>"


def head(context: PageContext, indicator: Indicator) -> str:
    """An indicator's name on end; it orders the rows by the indicator."""
    label, full = (
        text.capital(indicator.label[context.t.language]),
        html.escape(indicator.name[context.t.language], quote=True),
    )
    chosen = " class='km-ordered' aria-sort='other'" if indicator.id == context.selection.indicator_id else ""
    link, title = layout.href(context, indicator_id=indicator.id, order=ORDERS[0]), f" title='{full}'"
    return f"<th scope='col'{chosen}>{layout.way(link, html.escape(label), title)}</th>"


def line(context: PageContext, code: str, everything: list[tuple[Indicator, int, Comparison]]) -> str:
    """One municipality's row."""
    chosen = " class='km-chosen'" if code == context.selection.municipality else ""
    name = f"<th scope='row'>{layout.way(layout.href(context, municipality=code, rug=False), html.escape(context.name(code)))}</th>"
    return f"<tr{chosen}>{name}{''.join(cell(context, code, *column) for column in everything)}</tr>"


def cell(context: PageContext, code: str, indicator: Indicator, year: int, compared: Comparison) -> str:
    """The standing of one municipality by one indicator: a shape for a judgement, the quarter for a neutral one."""
    t = context.t
    row = compared.of(code)
    label = f"{context.name(code)}: {indicator.label[t.language]}"
    if row is None or row["value"] is None:
        said = html.escape(
            f"{label}, {year}: {t('missing.' + row['reason'] if row else 'missing.not_reported')}", quote=True
        )
        return (
            f"<td><span class='km-cell' title='{said}' role='img' aria-label='{said}'>{t('missing.mark')}</span></td>"
        )
    kind, mark, standing = judged(context, row)
    value = f"{t.number(row['value'], indicator.decimals)} {indicator.unit[t.language]}"
    rank = f", {text.rank(t, row)}" if row["rank"] else ""
    said = html.escape(f"{label} {value} ({context.year_words(year) or year}){rank}, {standing}", quote=True)
    about = f" class='km-cell {kind}' title='{said}' aria-label='{said}'"
    link = layout.href(context, "vertailu", municipality=code, indicator_id=indicator.id, rug=False)
    return f"<td>{layout.way(link, mark, about)}</td>"


def judged(context: PageContext, row: dict[str, Any]) -> tuple[str, str, str]:
    """The class, the mark and the words of a standing: the judgement, the quarter of a neutral indicator, or why there
    is neither."""
    if row["judgement"]:
        return f"km-{row['judgement']}", GLYPHS[row["judgement"]], context.t(f"judgement.{row['judgement']}")
    if row["unjudged"] != "neutral" or row["percentile"] is None or row["ranked"] < 2:
        reason = "small_base" if benchmark.small(row["base"]) else row["unjudged"]
        part = context.t("missing.not_organised_part") if reason == "not_organised_part" else ""
        return "km-unjudged", UNJUDGED, text.unjudged(context.t, reason) or part or context.t("rug.unjudged")
    quarter = benchmark.quarter(row["percentile"])
    return f"km-q{quarter}", str(quarter), context.t(f"rug.quarter_{quarter}")
