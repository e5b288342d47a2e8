"""The municipality card: the dimensions of the framework in one table of links, and three findings in words."""

import base64
import html
from dataclasses import replace

import streamlit as st

from kuntamittari.catalog import services
from kuntamittari.catalog.indicator import Indicator
from kuntamittari.exhibits import selected_figures, text
from kuntamittari.exhibits.grammar.colours import THEMES, colour
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.selected_figures import Standing
from kuntamittari.stats.benchmark import is_small_base
from kuntamittari.ui import layout, page_params, state
from kuntamittari.ui.parts import comparison

WIDTH, HEIGHT, MARGIN = 60, 24, 3  # pixels of a small trend
SPINE = 120  # pixels from one end of the group to the other
# each standing has a mark of its own shape, so that marks are told apart without colour
MARKS = {
    "strong": ((-6, 5), (6, 5), (0, -6)),
    "weak": ((-6, -5), (6, -5), (0, 6)),
    "near": ((-5, -5), (5, -5), (5, 5), (-5, 5)),
    "middle": ((-5, -2), (-2, -5), (2, -5), (5, -2), (5, 2), (2, 5), (-2, 5), (-5, 2)),
    "neutral": ((-6, 0), (0, -6), (6, 0), (0, 6)),
}


def table(context: PageContext, grouped: dict[str, list[Standing]]) -> None:
    """Draw the standings by dimension: value, standing, rank, median, place in the group, trend and year.

    Where the table would be wider than the page, styles/card.css makes a card of each row. A browser then forgets that
    it is a table, so the roles are written out; each cell carries its head.
    """
    t, heads = context.t, table_heads(context)
    head = "".join(f"<th scope='col' role='columnheader'>{html.escape(words)}</th>" for words in heads)
    bodies = []
    for dimension, standings in grouped.items():
        name = html.escape(t(f"dimension.{dimension}"))
        title = f"<th scope='rowgroup' role='rowheader' colspan='{len(heads)}' class='km-dimension'>{name}</th>"
        rows = "".join(table_row(context, standing) for standing in standings)
        bodies.append(f"<tbody role='rowgroup'><tr role='row'>{title}</tr>{rows}</tbody>")
    caption = t("card.caption", name=context.name(context.selection.municipality), group=context.chosen_group())
    parts = f"<caption>{html.escape(caption)}</caption><thead role='rowgroup'><tr role='row'>{head}</tr></thead>"
    markup = f"<table class='km-card km-standings' role='table'>{parts}{''.join(bodies)}</table>"
    st.html(f"<div class='km-cards'>{layout.scroll_box(caption, markup)}</div>")


def table_heads(context: PageContext) -> list[str]:
    """Return the heads of the columns, that of the indicator first."""
    keys = ("choice.indicator", "chart.value", "card.standing", "chart.rank", "chart.median", "card.spine")
    return [text.capital(context.t(key)) for key in (*keys, "card.trend", "chart.year")]


def table_row(context: PageContext, standing: Standing) -> str:
    """Return one row of the table; its name links to the comparison, or to the catalogue without figures."""
    t, indicator = context.t, standing.indicator
    page = "vertailu" if standing.year else "indikaattorit"
    link = layout.href(context, page, indicator_id=indicator.id)
    label, full = text.capital(indicator.label[t.language]), html.escape(indicator.name[t.language], quote=True)
    title = f" title='{full}'"
    name = f"<th scope='row' role='rowheader'>{layout.link_markup(link, html.escape(label), title)}</th>"
    if standing.group is None or standing.row is None or standing.value is None:
        reason = html.escape(selected_figures.why_missing(context, standing))
        return f"<tr role='row'>{name}<td role='cell' colspan='7' class='km-missing'>{reason}</td></tr>"

    def number(value: float | None) -> str:
        return t.number(value, indicator.decimals)

    group, row = standing.group, standing.row
    notes = (
        context.remarks(indicator, standing.year) if standing.year else "",
        selected_figures.euros_alone(context, standing, "euros_short"),
        text.expected_short(t, indicator, row),
    )
    older = "".join(f"<span class='km-older'>{html.escape(note)}</span>" for note in notes if note)
    word = html.escape(text.judgement(t, indicator, row))
    unit = f"<span class='km-unit'>{html.escape(indicator.unit[t.language])}</span>"
    cells = [
        f"<strong>{number(standing.value)}</strong> {unit}{older}",
        f"<span class='km-{row['judgement'] or 'neutral'}'>{word}</span>",
        bracket_below(text.rank(t, row)),
        bracket_below(text.median(t, indicator, group)),
        spine(context, standing),
        trend(context, indicator),
        str(standing.year),
    ]
    labels = [html.escape(head, quote=True) for head in table_heads(context)[1:]]
    shown = (f"<td role='cell' data-label='{label}'>{cell}</td>" for label, cell in zip(labels, cells, strict=True))
    return f"<tr role='row'>{name}{''.join(shown)}</tr>"


def bracket_below(words: str) -> str:
    """Return a figure as markup with its bracket in small type on a line of its own."""
    figure, bracket, rest = words.partition(" (")
    return html.escape(figure) + (f"<span class='km-older km-bracket'>({html.escape(rest)}</span>" if bracket else "")


def spine(context: PageContext, standing: Standing) -> str:
    """Return a drawing of the municipality's place between the lowest and the highest value of the group.

    The median is in the middle of every row, and better values are to the right. Empty where the group has no spread.
    """
    indicator, group, value = standing.indicator, standing.group, standing.value
    if group is None or value is None or group.n < 2 or group.median is None:
        return ""
    assert group.min is not None and group.max is not None and group.q1 is not None and group.q3 is not None
    median, sign = group.median, -1 if indicator.polarity == "lower" else 1
    reach = max(abs(end - median) for end in (group.min, group.max, value)) or 1

    def x(figure: float) -> float:
        return SPINE / 2 + sign * (SPINE / 2 - 8) * (figure - median) / reach

    colours = THEMES[comparison.theme()]
    left, right = sorted((x(group.q1), x(group.q3)))
    ends = sorted((x(group.min), x(group.max)))
    word = (standing.row or {}).get("judgement") or "neutral"
    fill = colour(colours, {"strong": "favourable", "weak": "unfavourable"}.get(word, "reference"))
    points = " ".join(f"{x(value) + dx:.1f},{HEIGHT / 2 + dy:.1f}" for dx, dy in MARKS[word])
    alt = context.t(
        "card.spine_alt",
        low=context.t.number(group.min, indicator.decimals),
        high=context.t.number(group.max, indicator.decimals),
        q1=context.t.number(group.q1, indicator.decimals),
        q3=context.t.number(group.q3, indicator.decimals),
    )
    middle, width = HEIGHT / 2, max(right - left, 1)
    shapes = (
        f"<line x1='{ends[0]:.1f}' x2='{ends[1]:.1f}' y1='{middle}' y2='{middle}'"
        f" stroke='{colours.quiet}' stroke-width='2'/>"
        f"<rect x='{left:.1f}' width='{width:.1f}' y='{middle - 5}' height='10' fill='{colours.other}'/>"
        f"<line x1='{SPINE / 2}' x2='{SPINE / 2}' y1='2' y2='{HEIGHT - 2}' stroke='{colours.text}' stroke-width='1.5'/>"
        f"<polygon points='{points}' fill='{fill}' stroke='{colours.ground}' stroke-width='1'/>"
    )
    return picture(shapes, SPINE, alt)


def trend(context: PageContext, indicator: Indicator) -> str:
    """Return the municipality's values as a small line, broken between stretches, its change and the trend word.

    Euros are always at constant prices, since the price level is no trend. Empty with fewer than two values.
    """
    basis = replace(context.basis, price_year=context.basis.price_year or context.price_year)
    rows = selected_figures.series(context, indicator, (context.selection.municipality,), basis)
    series = [r for r in rows if r["value"] is not None]
    if len(series) < 2:
        return ""
    first, last = series[0]["year"], series[-1]["year"]
    low, high = min(r["value"] for r in series), max(r["value"] for r in series)
    stretches: dict[int, list[str]] = {}
    for r in series:
        x = MARGIN + (WIDTH - 2 * MARGIN) * (r["year"] - first) / (last - first)
        y = HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * ((r["value"] - low) / (high - low) if high > low else 0.5)
        stretches.setdefault(indicator.stretch(r["year"]), []).append(f"{x:.1f},{y:.1f}")
    lines = "".join(f"<polyline points='{' '.join(points)}'/>" for points in stretches.values())
    x, y = next(reversed(stretches.values()))[-1].split(",")
    alt = text.development(context.t, indicator, context.name(context.selection.municipality), series)
    colours = THEMES[comparison.theme()]
    shapes = (
        f"<g fill='none' stroke='{colours.text}' stroke-width='1.6'>{lines}</g>"
        f"<circle cx='{x}' cy='{y}' r='2.6' fill='{colours.chosen}'/>"
    )
    comparable = [r for r in series if indicator.stretch(r["year"]) == indicator.stretch(last)]
    if len(comparable) < 2 or any(is_small_base(r["base"]) for r in (comparable[0], comparable[-1])):
        return picture(shapes, WIDTH, alt)
    word = selected_figures.trend(context, indicator, comparable, basis)
    change = text.change(context.t, indicator, comparable[0]["value"], comparable[-1]["value"])
    words = html.escape(f"{change} {context.t(f'trend.{word}')}" if word else change)
    return f"{picture(shapes, WIDTH, alt)} <span class='km-trend'>{words}</span>"


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


def everything_choice(context: PageContext) -> bool:
    """Draw the choice between the core indicators and all; return True for all."""
    on_change = page_params.bind_choice(
        context, "kaikki", "card-everything", [False, True], False, lambda everything: str(int(everything))
    )
    return st.toggle(context.t("card.everything"), key="card-everything", on_change=on_change)


def group_choice(context: PageContext) -> bool:
    """Draw the choice between the municipality alone and together with its whole group; return True for both."""
    on_change = page_params.bind_choice(
        context, "konserni", "card-group", [False, True], False, lambda group: str(int(group))
    )
    return st.toggle(context.t("card.group"), key="card-group", on_change=on_change)


def with_group(context: PageContext, grouped: dict[str, list[Standing]]) -> dict[str, list[Standing]]:
    """Return standings by dimension, each of the municipality followed by that of its group where there is one."""
    followed: dict[str, list[Standing]] = {}
    for dimension, standings in grouped.items():
        of_group = {s.indicator.id: context.catalogue.get(f"group_{s.indicator.id}") for s in standings}
        followers = {indicator.id for indicator in of_group.values() if indicator}
        followed[dimension] = [
            shown
            for own in standings
            if own.indicator.id not in followers
            for group in [of_group[own.indicator.id]]
            for shown in [own, *([selected_figures.standing(context, group)] if group else [])]
        ]
    return followed


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
