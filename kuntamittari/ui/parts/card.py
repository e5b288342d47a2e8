"""The municipality card: the dimensions of the framework in one table of links, and three findings in words."""

import base64
import html
from itertools import groupby

import pandas as pd
import streamlit as st

from kuntamittari.catalog import services
from kuntamittari.exhibits import selected_figures, text
from kuntamittari.exhibits.exhibit import Exhibit, Trend
from kuntamittari.exhibits.grammar import verdicts
from kuntamittari.exhibits.grammar.colours import THEMES, colour
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.standings import card as standings
from kuntamittari.ui import chart_walk, layout, page_params, state
from kuntamittari.ui.parts import comparison

WIDTH, HEIGHT, MARGIN = 60, 24, 3  # pixels of a small trend
SPINE = 120  # pixels from one end of the group to the other


def draw(context: PageContext) -> None:
    """Draw the card, and which figures after its years are not loaded."""
    exhibit = standings.standing(context)
    table(context, exhibit)
    chart_walk.draw(context, points(context, exhibit))
    comparison.later(context, (context.catalogue[key] for key in exhibit.keys))


def table(context: PageContext, exhibit: Exhibit) -> None:
    """Draw a card by dimension: value, standing, rank, median, place in the group, trend and year.

    Where the table would be wider than the page, styles/card.css makes a card of each row. A browser then forgets that
    it is a table, so the roles are written out; each cell carries its head.
    """
    t, heads = context.t, table_heads(context)
    head = "".join(f"<th scope='col' role='columnheader'>{html.escape(words)}</th>" for words in heads)
    bodies = []
    for section, places in groupby(range(len(exhibit.categories)), exhibit.sections.__getitem__):
        title = (
            f"<th scope='rowgroup' role='rowheader' colspan='{len(heads)}' class='km-dimension'>"
            f"{html.escape(section)}</th>"
        )
        rows = "".join(table_row(context, exhibit, place, heads) for place in places)
        bodies.append(f"<tbody role='rowgroup'><tr role='row'>{title}</tr>{rows}</tbody>")
    caption = t("card.caption", name=context.name(context.selection.municipality), group=context.chosen_group())
    parts = f"<caption>{html.escape(caption)}</caption><thead role='rowgroup'><tr role='row'>{head}</tr></thead>"
    markup = f"<table class='km-card km-standings' role='table'>{parts}{''.join(bodies)}</table>"
    st.html(f"<div class='km-cards'>{layout.scroll_box(caption, markup)}</div>")


def points(context: PageContext, exhibit: Exhibit) -> pd.DataFrame:
    """Return what the small pictures of each row say: its value and rank, the ends of the group, and the trend."""
    drawn = [place for place, cells in enumerate(exhibit.cells) if cells[1] is not None]
    found = []
    for place in drawn:
        label, value, _, rank, _ = exhibit.rows[place]
        shown = exhibit.trends[place]
        said = (spine_words(context, exhibit, place), shown.said if shown else "")
        found.append({"row": label, "detail": value, "rank": rank, "reason": " · ".join(filter(None, said))})
    return pd.DataFrame(found, columns=["row", "detail", "rank", "reason"])


def spine_words(context: PageContext, exhibit: Exhibit, place: int) -> str:
    """Return the ends and the middle half of the group in words; empty where it has no spread."""
    scale, decimals = exhibit.scales[place], context.catalogue[exhibit.keys[place]].decimals
    if scale is None:
        return ""
    ends = {end: context.t.number(getattr(scale, end), decimals) for end in ("low", "high", "q1", "q3")}
    return context.t("card.spine_alt", **ends)


def table_heads(context: PageContext) -> list[str]:
    """Return the heads of the columns, that of the indicator first."""
    keys = ("choice.indicator", "chart.value", "card.standing", "chart.rank", "chart.median", "card.spine")
    return [text.capital(context.t(key)) for key in (*keys, "card.trend", "chart.year")]


def table_row(context: PageContext, exhibit: Exhibit, place: int, heads: list[str]) -> str:
    """Return one row of the table; its name links to the comparison, or to the catalogue without figures."""
    t, indicator = context.t, context.catalogue[exhibit.keys[place]]
    label, value, median, rank, _ = exhibit.rows[place]
    figure, unit, word, year = (exhibit.cells[place][at] for at in (1, 2, -2, -1))
    link = layout.href(context, "vertailu" if year else "indikaattorit", indicator_id=indicator.id)
    title = f" title='{html.escape(indicator.name[t.language], quote=True)}'"
    name = f"<th scope='row' role='rowheader'>{layout.link_markup(link, html.escape(label), title)}</th>"
    if figure is None:
        return f"<tr role='row'>{name}<td role='cell' colspan='7' class='km-missing'>{html.escape(value)}</td></tr>"
    current = selected_figures.standing(context, indicator)
    assert current.year is not None and current.row is not None
    notes = (
        context.remarks(current.indicator, current.year),
        selected_figures.euros_alone(context, current, "euros_short"),
        text.expected_short(t, current.indicator, current.row),
    )
    older = "".join(f"<span class='km-older'>{html.escape(note)}</span>" for note in notes if note)
    cells = [
        f"<strong>{value.removesuffix(f' {unit}')}</strong> <span class='km-unit'>{html.escape(str(unit))}</span>"
        f"{older}",
        f"<span class='km-{exhibit.roles[place]}'>{html.escape(str(word))}</span>",
        bracket_below(rank),
        bracket_below(median),
        spine(context, exhibit, place),
        trend(exhibit.trends[place]),
        str(year),
    ]
    labels = [html.escape(head, quote=True) for head in heads[1:]]
    shown = (f"<td role='cell' data-label='{label}'>{cell}</td>" for label, cell in zip(labels, cells, strict=True))
    return f"<tr role='row'>{name}{''.join(shown)}</tr>"


def bracket_below(words: str) -> str:
    """Return a figure as markup with its bracket in small type on a line of its own."""
    figure, bracket, rest = words.partition(" (")
    return html.escape(figure) + (f"<span class='km-older km-bracket'>({html.escape(rest)}</span>" if bracket else "")


def spine(context: PageContext, exhibit: Exhibit, place: int) -> str:
    """Return a drawing of the municipality's place between the lowest and the highest value of the group.

    The median is in the middle of every row, and better values are to the right. Empty where the group has no spread.
    """
    scale, verdict = exhibit.scales[place], exhibit.roles[place]
    if scale is None:
        return ""
    colours, middle = THEMES[comparison.theme()], HEIGHT / 2

    def x(at: float) -> float:
        return SPINE / 2 + (SPINE / 2 - 8) * at

    (first, last), (left, right) = map(x, scale.ends), map(x, scale.half)
    fill = colour(colours, verdicts.role(verdict))
    own = x(scale.at(scale.value))
    outline = " ".join(f"{own + dx:.1f},{middle + dy:.1f}" for dx, dy in verdicts.OUTLINES[verdict])
    shapes = (
        f"<line x1='{first:.1f}' x2='{last:.1f}' y1='{middle}' y2='{middle}'"
        f" stroke='{colours.quiet}' stroke-width='2'/>"
        f"<rect x='{left:.1f}' width='{max(right - left, 1):.1f}' y='{middle - 5}' height='10' fill='{colours.other}'/>"
        f"<line x1='{SPINE / 2}' x2='{SPINE / 2}' y1='2' y2='{HEIGHT - 2}'"
        f" stroke='{colour(colours, 'reference')}' stroke-width='1.5'/>"
        f"<polygon points='{outline}' fill='{fill}' stroke='{colours.ground}' stroke-width='1'/>"
    )
    return picture(shapes, SPINE, spine_words(context, exhibit, place))


def trend(shown: Trend | None) -> str:
    """Return values over the years as a small line with the last one as a dot, and the change in words."""
    if shown is None:
        return ""
    across, up = WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN
    stretches = [
        [f"{MARGIN + across * x:.1f},{HEIGHT - MARGIN - up * y:.1f}" for x, y in stretch] for stretch in shown.places
    ]
    lines = "".join(f"<polyline points='{' '.join(points)}'/>" for points in stretches)
    x, y = stretches[-1][-1].split(",")
    ink = colour(THEMES[comparison.theme()], "chosen")
    shapes = (
        f"<g fill='none' stroke='{ink}' stroke-width='1.6'>{lines}</g><circle cx='{x}' cy='{y}' r='2.6' fill='{ink}'/>"
    )
    words = f" <span class='km-trend'>{html.escape(shown.words)}</span>" if shown.words else ""
    return f"{picture(shapes, WIDTH, shown.said)}{words}"


def picture(shapes: str, width: int, alt: str) -> str:
    """Return a small SVG drawing as an image with its alternative text: Streamlit removes inline SVG."""
    size = f"width='{width}' height='{HEIGHT}'"
    svg = f"<svg xmlns='http://www.w3.org/2000/svg' {size} viewBox='0 0 {width} {HEIGHT}'>{shapes}</svg>"
    encoded, alt = base64.b64encode(svg.encode()).decode(), html.escape(alt, quote=True)
    return f"<img src='data:image/svg+xml;base64,{encoded}' alt='{alt}' title='{alt}' {size}>"


def outcomes_beside(context: PageContext, service: str | None) -> None:
    """Draw the outcome and quality figures of a service beside its costs, or that there are none."""
    t = context.t
    st.subheader(t("costs.beside"))
    indicators = [context.catalogue[i] for i in services.beside(service) if i in context.catalogue]
    with_figures = [
        standing
        for standing in (selected_figures.standing(context, indicator) for indicator in indicators)
        if standing.value is not None
    ]
    if not with_figures:
        layout.caption(t("costs.none_beside"))
    sentences = [layout.markdown_safe(selected_figures.sentence(context, standing)) for standing in with_figures]
    st.markdown("\n".join(f"- {sentence}" for sentence in sentences))


def everything_choice(context: PageContext) -> None:
    """Draw the choice between the core indicators and all."""
    on_change = page_params.bind_choice(
        context, standings.EVERYTHING, "card-everything", [False, True], False, lambda everything: str(int(everything))
    )
    st.toggle(context.t("card.everything"), key="card-everything", on_change=on_change)


def group_choice(context: PageContext) -> None:
    """Draw the choice between the municipality alone and together with its whole group."""
    on_change = page_params.bind_choice(
        context, standings.WITH_GROUP, "card-group", [False, True], False, lambda group: str(int(group))
    )
    st.toggle(context.t("card.group"), key="card-group", on_change=on_change)


def shape_choice(context: PageContext) -> None:
    """Draw the choice between the card of one municipality and the rug of the whole group."""

    def write_shape() -> None:
        state.write(context, rug=st.session_state["card-rug"])

    st.session_state["card-rug"] = context.selection.rug
    labels = {False: context.t("card.one"), True: context.t("card.rug")}
    st.radio(
        context.t("card.view"),
        [False, True],
        format_func=labels.__getitem__,
        key="card-rug",
        horizontal=True,
        on_change=write_shape,
        label_visibility="collapsed",
    )
