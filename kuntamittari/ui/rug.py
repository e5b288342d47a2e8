"""The tartan rug: every municipality of a group by every indicator, each cell a way into its comparison."""

import html
from dataclasses import replace
from typing import Any

import streamlit as st

from kuntamittari import address, benchmark, charts, figures, framework, text, views
from kuntamittari.address import ORDERS, View
from kuntamittari.catalog import Indicator
from kuntamittari.figures import Comparison
from kuntamittari.ui import comparison, frame, state

MOST_ROWS = 40  # municipalities; a larger group would be no picture any more
NETWORK = "largest-20"
GLYPHS = {"strong": "▲", "middle": "●", "weak": "▼"}
UNJUDGED = "·"


def group_of(view: View) -> figures.Group:
    """The group whose members are the rows: the chosen one, or where that is too large, the network of the largest cities or, for a
    municipality outside it, its peers."""
    return in_place(view).group_of(view.indicator)


def in_place(view: View) -> View:
    """The view with a group that can be drawn."""
    group = view.group_of(view.indicator)
    if sum(view.register[code]["loaded"] for code in view.members(group)) <= MOST_ROWS:
        return view
    return replace(view, selection=replace(view.selection, group_id=NETWORK))


def order_choice(view: View) -> None:
    """In which order the municipalities stand."""

    def chosen() -> None:
        state.write(view, order=st.session_state["rug-order"])

    st.session_state["rug-order"] = view.selection.order
    st.radio(view.t("rug.order"), ORDERS, format_func=lambda order: view.t(f"rug.order_{order}"), key="rug-order", horizontal=True,
             on_change=chosen, label_visibility="collapsed")  # fmt: skip


def columns(view: View) -> dict[str, list[tuple[Indicator, int, Comparison]]]:
    """Dimension → its indicators with figures, the year of each and the group compared in it."""
    group = group_of(view)
    found = {
        dimension: [(i, year, views.compared(view, i, year, group)) for i in indicators if (year := view.last(i)) is not None]
        for dimension, indicators in framework.by_dimension(view.catalogue, core=False).items()
    }
    return {dimension: compared for dimension, compared in found.items() if compared}


def rows(view: View) -> list[str]:
    """The codes of the group's members in the chosen order; those without a value of the chosen indicator last."""
    by_rank = [row["municipality"] for row in views.compared(view, view.indicator, None, group_of(view)).rows if row["member"]]
    match view.selection.order:
        case address.BY_NAME:
            return sorted(by_rank, key=view.name)
        case address.BY_SIZE:
            return sorted(by_rank, key=lambda code: (-(view.register[code]["residents"] or 0), view.name(code)))
    return by_rank


def draw(view: View) -> None:
    """The rug as a table of links, its key above and what it shows below."""
    t, shown = view.t, columns(view)
    everything = [column for compared in shown.values() for column in compared]
    listed = rows(view)
    st.html(key(view))
    dimensions = "".join(
        f"<th scope='colgroup' colspan='{len(compared)}'><span>{html.escape(t(f'rug.{dimension}'))}</span></th>"
        for dimension, compared in shown.items()
    )
    heads = "".join(head(view, indicator) for indicator, _, _ in everything)
    body = "".join(line(view, code, everything) for code in listed)
    ground = charts.THEMES[comparison.theme()].ground
    whole = (
        f"<table class='km-rug' style='--km-ground: {ground}'><thead><tr><td></td>{dimensions}</tr>"
        f"<tr><th scope='col'>{html.escape(t('chart.municipality'))}</th>{heads}</tr></thead><tbody>{body}</tbody></table>"
    )
    st.html(frame.scrolled(t("rug.title"), whole))
    ordered = t("rug.by", indicator=view.indicator.label[t.language]) if view.selection.order == ORDERS[0] else ""
    group = in_place(view).chosen_group()
    awaited = sum(i.awaited is not None for i in view.catalogue.values())
    frame.caption(" ".join([t("rug.caption", group=group, places=len(listed), n=len(everything)), ordered, t("rug.missing", n=awaited)]))


def key(view: View) -> str:
    """What the marks mean."""
    t = view.t
    marks = [(f"km-{word}", glyph, t(f"judgement.{word}")) for word, glyph in GLYPHS.items()]
    marks += [(f"km-q{quarter}", str(quarter), t("rug.quarters") if quarter == 4 else "") for quarter in range(1, 5)]
    marks += [("km-unjudged", UNJUDGED, t("rug.not_judged")), ("", t("missing.mark"), t("rug.none"))]
    words = "".join(f"<li><span class='km-cell {kind}'>{mark}</span> {html.escape(said)}</li>" for kind, mark, said in marks)
    return f"<ul class='km-key'>{words}</ul>"


def head(view: View, indicator: Indicator) -> str:
    """An indicator's name on end; it orders the rows by the indicator."""
    label, full = text.capital(indicator.label[view.t.language]), html.escape(indicator.name[view.t.language], quote=True)
    chosen = " class='km-ordered' aria-sort='other'" if indicator.id == view.selection.indicator_id else ""
    link, title = frame.href(view, indicator_id=indicator.id, order=ORDERS[0]), f" title='{full}'"
    return f"<th scope='col'{chosen}>{frame.way(link, html.escape(label), title)}</th>"


def line(view: View, code: str, everything: list[tuple[Indicator, int, Comparison]]) -> str:
    """One municipality's row."""
    chosen = " class='km-chosen'" if code == view.selection.municipality else ""
    name = f"<th scope='row'>{frame.way(frame.href(view, municipality=code, rug=False), html.escape(view.name(code)))}</th>"
    return f"<tr{chosen}>{name}{''.join(cell(view, code, *column) for column in everything)}</tr>"


def cell(view: View, code: str, indicator: Indicator, year: int, compared: Comparison) -> str:
    """The standing of one municipality by one indicator: a shape for a judgement, the quarter for a neutral one."""
    t = view.t
    row = compared.of(code)
    label = f"{view.name(code)}: {indicator.label[t.language]}"
    if row is None or row["value"] is None:
        said = html.escape(f"{label}, {year}: {t('missing.' + row['reason'] if row else 'missing.not_reported')}", quote=True)
        return f"<td><span class='km-cell' title='{said}' role='img' aria-label='{said}'>{t('missing.mark')}</span></td>"
    kind, mark, standing = judged(view, row)
    value = f"{t.number(row['value'], indicator.decimals)} {indicator.unit[t.language]}"
    rank = f", {text.rank(t, row)}" if row["rank"] else ""
    said = html.escape(f"{label} {value} ({view.year_words(year) or year}){rank}, {standing}", quote=True)
    about = f" class='km-cell {kind}' title='{said}' aria-label='{said}'"
    link = frame.href(view, "vertailu", municipality=code, indicator_id=indicator.id, rug=False)
    return f"<td>{frame.way(link, mark, about)}</td>"


def judged(view: View, row: dict[str, Any]) -> tuple[str, str, str]:
    """The class, the mark and the words of a standing: the judgement, the quarter of a neutral indicator, or why there is neither."""
    if row["judgement"]:
        return f"km-{row['judgement']}", GLYPHS[row["judgement"]], view.t(f"judgement.{row['judgement']}")
    if row["unjudged"] != "neutral" or row["percentile"] is None or row["ranked"] < 2:
        reason = "small_base" if benchmark.small(row["base"]) else row["unjudged"]
        part = view.t("missing.not_organised_part") if reason == "not_organised_part" else ""
        return "km-unjudged", UNJUDGED, text.unjudged(view.t, reason) or part or view.t("rug.unjudged")
    quarter = benchmark.quarter(row["percentile"])
    return f"km-q{quarter}", str(quarter), view.t(f"rug.quarter_{quarter}")
