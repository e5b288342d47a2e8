"""The rug: every municipality of a group by every indicator, each cell a link to its comparison."""

import html
from dataclasses import replace
from typing import Any

import streamlit as st

from kuntamittari.catalog import framework
from kuntamittari.catalog.areas import OWN_AREA
from kuntamittari.catalog.indicator import Indicator
from kuntamittari.exhibits import query_state, selected_figures, text
from kuntamittari.exhibits.grammar.colours import THEMES
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.query_state import ORDERS
from kuntamittari.query import figures
from kuntamittari.query.comparisons import Comparison
from kuntamittari.stats import benchmark
from kuntamittari.ui import layout, state
from kuntamittari.ui.parts import comparison

MOST_ROWS = 40  # municipalities; a larger group cannot be read as one picture
NETWORK = "largest-20"
GLYPHS = {"strong": "▲", "near": "■", "middle": "●", "weak": "▼"}
UNJUDGED = "·"


def group_of(context: PageContext) -> figures.Group:
    """Return the group whose members are the rows.

    The chosen one; where it is too large to draw, the 20 largest cities or, for a municipality outside them, its peers.
    """
    return with_drawable_group(context).group_of(context.indicator)


def with_drawable_group(context: PageContext) -> PageContext:
    """Return the page context with a group that is small enough to draw."""
    group = context.group_of(context.indicator)
    if sum(context.register[code]["loaded"] for code in context.members(group)) <= MOST_ROWS:
        return context
    return replace(context, selection=replace(context.selection, group_id=NETWORK))


def order_choice(context: PageContext) -> None:
    """Draw the choice of the order of municipalities."""

    def write_order() -> None:
        state.write(context, order=st.session_state["rug-order"])

    st.session_state["rug-order"] = context.selection.order
    st.radio(
        context.t("rug.order"),
        ORDERS,
        format_func=lambda order: context.t(f"rug.order_{order}"),
        key="rug-order",
        horizontal=True,
        on_change=write_order,
        label_visibility="collapsed",
    )


def columns(context: PageContext) -> dict[str, list[tuple[Indicator, int, Comparison]]]:
    """Return dimension → (indicator, its last year with figures, the group compared in that year)."""
    group = group_of(context)
    compared_by_dimension = {
        dimension: [
            (i, year, selected_figures.compared(context, i, year, group))
            for i in indicators
            if (year := context.last(i)) is not None
        ]
        for dimension, indicators in framework.by_dimension(context.catalogue, core=False).items()
    }
    return {dimension: compared for dimension, compared in compared_by_dimension.items() if compared}


def rows(context: PageContext) -> list[str]:
    """Return the codes of the members, and of the area of the user's own, in the chosen order; those without a value
    of the chosen indicator come last."""
    by_rank = [
        row["municipality"]
        for row in selected_figures.compared(context, context.indicator, None, group_of(context)).rows
        if row["member"] or row["municipality"] == OWN_AREA
    ]
    match context.selection.order:
        case query_state.BY_NAME:
            return sorted(by_rank, key=context.name)
        case query_state.BY_SIZE:
            return sorted(by_rank, key=lambda code: (-(context.residents(code) or 0), context.name(code)))
    return by_rank


def draw(context: PageContext) -> None:
    """Draw the rug as a table of links, with its key above and a caption below."""
    t, by_dimension = context.t, columns(context)
    all_columns = [column for compared in by_dimension.values() for column in compared]
    codes = rows(context)
    st.html(key(context))
    dimensions = "".join(
        f"<th scope='colgroup' colspan='{len(compared)}'><span>{html.escape(t(f'rug.{dimension}'))}</span></th>"
        for dimension, compared in by_dimension.items()
    )
    heads = "".join(head(context, indicator) for indicator, _, _ in all_columns)
    body = "".join(municipality_row(context, code, all_columns) for code in codes)
    ground = THEMES[comparison.theme()].ground
    table = (
        f"<table class='km-rug' style='--km-ground: {ground}'><thead><tr><td></td>{dimensions}</tr>"
        f"<tr><th scope='col'>{html.escape(t('chart.municipality'))}</th>{heads}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )
    st.html(layout.scroll_box(t("rug.title"), table))
    ordered = t("rug.by", indicator=context.indicator.label[t.language]) if context.selection.order == ORDERS[0] else ""
    group = with_drawable_group(context).chosen_group()
    awaited = sum(i.awaited is not None for i in context.catalogue.values())
    shape = t("rug.caption", group=group, places=len(codes), n=len(all_columns))
    caption = " ".join([shape, ordered, t("rug.missing", n=awaited)])
    layout.caption(caption, layout.method_links(context, 5, 6, 14, 18))


def key(context: PageContext) -> str:
    """Return what the marks mean, as markup."""
    t = context.t
    marks = [(f"km-{word}", glyph, t(f"judgement.{word}")) for word, glyph in GLYPHS.items()]
    marks += [(f"km-q{quarter}", str(quarter), t("rug.quarters") if quarter == 4 else "") for quarter in range(1, 5)]
    marks += [("km-unjudged", UNJUDGED, t("rug.not_judged")), ("", t("missing.mark"), t("rug.none"))]
    words = "".join(
        f"<li><span class='km-cell {kind}'>{mark}</span> {html.escape(meaning)}</li>" for kind, mark, meaning in marks
    )
    return f"<ul class='km-key'>{words}</ul>"


def head(context: PageContext, indicator: Indicator) -> str:
    """Return the vertical name of an indicator; it links to the rug ordered by that indicator."""
    label = text.capital(indicator.label[context.t.language])
    full = html.escape(indicator.name[context.t.language], quote=True)
    chosen = " class='km-ordered' aria-sort='other'" if indicator.id == context.selection.indicator_id else ""
    link, title = layout.href(context, indicator_id=indicator.id, order=ORDERS[0]), f" title='{full}'"
    return f"<th scope='col'{chosen}>{layout.link_markup(link, html.escape(label), title)}</th>"


def municipality_row(context: PageContext, code: str, all_columns: list[tuple[Indicator, int, Comparison]]) -> str:
    """Return the row of a municipality."""
    chosen = " class='km-chosen'" if code == context.selection.municipality else ""
    card = layout.href(context, municipality=code, rug=False)
    name = layout.link_markup(card, html.escape(context.name(code)))
    return (
        f"<tr{chosen}><th scope='row'>{name}</th>{''.join(cell(context, code, *column) for column in all_columns)}</tr>"
    )


def cell(context: PageContext, code: str, indicator: Indicator, year: int, compared: Comparison) -> str:
    """Return one standing as a cell: a shape for a verdict, the number of the quarter for a neutral indicator."""
    t = context.t
    row = compared.of(code)
    label = f"{context.name(code)}: {indicator.label[t.language]}"
    if row is None or row["value"] is None:
        reason = t("missing." + row["reason"] if row else "missing.not_reported")
        words = html.escape(f"{label}, {year}: {reason}", quote=True)
        attributes = f"class='km-cell' title='{words}' role='img' aria-label='{words}'"
        return f"<td><span {attributes}>{t('missing.mark')}</span></td>"
    kind, mark, standing = mark_of(context, indicator, row)
    value = f"{t.number(row['value'], indicator.decimals)} {indicator.unit[t.language]}"
    rank = f", {text.rank(t, row)}" if row["rank"] else ""
    words = html.escape(f"{label} {value} ({context.shown_year(indicator, year)}){rank}, {standing}", quote=True)
    attributes = f" class='km-cell {kind}' title='{words}' aria-label='{words}'"
    link = layout.href(context, "vertailu", municipality=code, indicator_id=indicator.id, rug=False)
    return f"<td>{layout.link_markup(link, mark, attributes)}</td>"


def mark_of(context: PageContext, indicator: Indicator, row: dict[str, Any]) -> tuple[str, str, str]:
    """Return class, mark and words of a standing: verdict, quarter of a neutral indicator, or why there is none."""
    if row["judgement"]:
        return f"km-{row['judgement']}", GLYPHS[row["judgement"]], text.judgement(context.t, indicator, row)
    if row["unjudged"] != "neutral" or row["percentile"] is None or row["ranked"] < 2:
        reason = "small_base" if benchmark.is_small_base(row["base"]) else row["unjudged"]
        part = context.t("missing.not_organised_part") if reason == "not_organised_part" else ""
        return "km-unjudged", UNJUDGED, text.unjudged(context.t, reason) or part or context.t("rug.unjudged")
    quarter = benchmark.quarter(row["percentile"])
    return f"km-q{quarter}", str(quarter), context.t(f"rug.quarter_{quarter}")
