"""The rug: every municipality of a group by every indicator, each cell a link to its comparison."""

import html
from itertools import groupby

import streamlit as st

from kuntamittari.exhibits.exhibit import Exhibit
from kuntamittari.exhibits.grammar import verdicts
from kuntamittari.exhibits.grammar.colours import THEMES
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.query_state import ORDERS
from kuntamittari.exhibits.standings import rug
from kuntamittari.ui import layout, state
from kuntamittari.ui.parts import comparison


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


def draw(context: PageContext) -> None:
    """Draw the rug as a table of links, with its key above and a caption below."""
    t, exhibit = context.t, rug.of_group(context)
    group = rug.with_drawable_group(context).chosen_group()
    if exhibit is None or exhibit.verdicts is None:
        st.info(t("finding.no_group"))
        return
    st.html(key(context))
    dimensions = "".join(
        f"<th scope='colgroup' colspan='{len(list(columns))}'><span>{html.escape(section)}</span></th>"
        for section, columns in groupby(exhibit.sections)
    )
    heads = "".join(
        head(context, indicator, name) for indicator, name in zip(exhibit.keys, exhibit.verdicts, strict=True)
    )
    stop = exhibit.roles.index("chosen") if "chosen" in exhibit.roles else 0
    body = "".join(municipality_row(context, exhibit, place, place == stop) for place in range(len(exhibit.categories)))
    theme = THEMES[comparison.theme()]
    style = f"--km-ground: {theme.ground}; --km-words: {theme.text}"
    table = (
        f"<table class='km-rug' style='{style}'><thead><tr><td></td>{dimensions}</tr>"
        f"<tr><th scope='col'>{html.escape(t('chart.municipality'))}</th>{heads}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )
    st.html(layout.scroll_box(t("rug.title"), table))
    ordered = t("rug.by", indicator=context.indicator.label[t.language]) if context.selection.order == ORDERS[0] else ""
    awaited = sum(i.awaited is not None for i in context.catalogue.values())
    shape = t("rug.caption", group=group, places=len(exhibit.categories), n=len(exhibit.keys))
    caption = " ".join([shape, ordered, t("rug.missing", n=awaited)])
    layout.caption(caption, layout.method_links(context, 5, 6, 14, 18))


def key(context: PageContext) -> str:
    """Return what the marks mean, as markup."""
    t = context.t
    meanings = {verdict: t(f"judgement.{verdict}") for verdict in verdicts.GLYPHS}
    meanings |= {f"quarter-{quarter}": t("rug.quarters") if quarter == 4 else "" for quarter in range(1, 5)}
    meanings |= {"unjudged": t("rug.not_judged"), "missing": t("rug.none")}
    words = "".join(
        f"<li><span class='{kind(verdict)}'>{verdicts.MARKS[verdict]}</span> {html.escape(meaning)}</li>"
        for verdict, meaning in meanings.items()
    )
    return f"<ul class='km-key'>{words}</ul>"


def kind(verdict: str) -> str:
    """Return the class of a cell in style.css."""
    return "km-cell" if verdict == "missing" else f"km-cell km-{verdict}"


def head(context: PageContext, indicator_id: str, label: str) -> str:
    """Return the vertical name of an indicator; it links to the rug ordered by that indicator."""
    full = html.escape(context.catalogue[indicator_id].name[context.t.language], quote=True)
    chosen = " class='km-ordered' aria-sort='other'" if indicator_id == context.selection.indicator_id else ""
    link, title = layout.href(context, indicator_id=indicator_id, order=ORDERS[0]), f" title='{full}'"
    return f"<th scope='col'{chosen}>{layout.link_markup(link, html.escape(label), title)}</th>"


def municipality_row(context: PageContext, exhibit: Exhibit, place: int, stop: bool) -> str:
    """Return the row of a municipality.

    `stop`: whether its name is where the tab key enters the rug; arrow keys go on from it (kuntamittari/web/edge.js).
    """
    assert exhibit.verdicts is not None and exhibit.said is not None
    code = exhibit.members[place]
    chosen = " class='km-chosen'" if exhibit.roles[place] == "chosen" else ""
    card = layout.href(context, municipality=code, rug=False)
    name = layout.link_markup(card, html.escape(exhibit.categories[place]), f" tabindex='{0 if stop else -1}'")
    cells = "".join(
        cell(context, code, indicator, of_members[place], said[place])
        for indicator, of_members, said in zip(
            exhibit.keys, exhibit.verdicts.values(), exhibit.said.values(), strict=True
        )
    )
    return f"<tr{chosen}><th scope='row'>{name}</th>{cells}</tr>"


def cell(context: PageContext, code: str, indicator_id: str, verdict: str, said: str) -> str:
    """Return one standing as a cell: a shape for a verdict, the number of the quarter for a neutral indicator."""
    words, mark = html.escape(said, quote=True), verdicts.MARKS[verdict]
    if verdict == "missing":
        said = f"title='{words}' role='img' aria-label='{words}' tabindex='-1'"
        return f"<td><span class='{kind(verdict)}' {said}>{mark}</span></td>"
    attributes = f" class='{kind(verdict)}' title='{words}' aria-label='{words}' tabindex='-1'"
    link = layout.href(context, "vertailu", municipality=code, indicator_id=indicator_id, rug=False)
    return f"<td>{layout.link_markup(link, mark, attributes)}</td>"
