"""A municipality at a glance: every dimension of the framework in one table of links, and three findings in words."""

import base64
import html
from dataclasses import replace

import streamlit as st

from kuntamittari.catalog import framework, services
from kuntamittari.catalog.indicator import Indicator
from kuntamittari.exhibits import charts, selected_figures, text
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.selected_figures import Standing
from kuntamittari.stats import benchmark
from kuntamittari.ui import layout, page_params, state
from kuntamittari.ui.parts import comparison

WIDTH, HEIGHT, MARGIN = 60, 24, 3  # of a small trend, in pixels
SPINE = 120  # pixels from one end of the group to the other
# the mark of a standing is a shape of its own, told apart without colour
MARKS = {
    "strong": ((-6, 5), (6, 5), (0, -6)),
    "weak": ((-6, -5), (6, -5), (0, 6)),
    "middle": ((-5, -2), (-2, -5), (2, -5), (5, -2), (5, 2), (2, 5), (-2, 5), (-5, 2)),
    "neutral": ((-6, 0), (0, -6), (6, 0), (0, 6)),
}


def findings(context: PageContext, standings: list[Standing]) -> list[Standing]:
    """What to say first: the strongest and the weakest standing, and the costs of children's services where they are
    known.

    Productivity with the age group as output is the inverse of the unit cost beside it, and so no finding of its own.
    """
    judged = sorted(
        (s for s in standings if s.row and s.row["judgement"] and s.indicator.dimension != "productivity"),
        key=lambda s: s.row["percentile"] if s.row else 0,
    )
    wholes = [s for s in standings if s.indicator.dimension == "cross_sector" and s.value is not None]
    ends = [judged[-1], judged[0]] if len(judged) > 1 else judged
    return [*ends, *wholes][:3]


def table(context: PageContext, grouped: dict[str, list[Standing]]) -> None:
    """Dimension by dimension: value, the group's median and middle half, rank, the word for the standing, a small
    trend."""
    t = context.t
    heads = [
        t("choice.indicator"),
        t("chart.value"),
        t("card.standing"),
        t("chart.rank"),
        t("chart.median"),
        t("card.spine"),
        t("card.trend"),
        t("chart.year"),
    ]
    head = "".join(f"<th scope='col'>{html.escape(text.capital(words))}</th>" for words in heads)
    bodies = []
    for dimension, standings in grouped.items():
        title = f"<tr><th scope='rowgroup' colspan='{len(heads)}' class='km-dimension'>{html.escape(t(f'dimension.{dimension}'))}</th></tr>"
        bodies.append(f"<tbody>{title}{''.join(line(context, found) for found in standings)}</tbody>")
    caption = t("card.caption", name=context.name(context.selection.municipality), group=context.chosen_group())
    parts = f"<caption>{html.escape(caption)}</caption><thead><tr>{head}</tr></thead>{''.join(bodies)}"
    st.html(layout.scrolled(caption, f"<table class='km-card'>{parts}</table>"))


def line(context: PageContext, found: Standing) -> str:
    """One row of the table; its name opens the comparison, or the catalogue where there are no figures."""
    t, indicator = context.t, found.indicator
    page = "vertailu" if found.year else "indikaattorit"
    link = layout.href(context, page, indicator_id=indicator.id)
    label, full = text.capital(indicator.label[t.language]), html.escape(indicator.name[t.language], quote=True)
    title = f" title='{full}'"
    name = f"<th scope='row'>{layout.way(link, html.escape(label), title)}</th>"
    if found.group is None or found.row is None or found.value is None:
        return f"<tr>{name}<td colspan='7' class='km-missing'>{html.escape(t(f'missing.{found.reason}'))}</td></tr>"

    def number(value: float | None) -> str:
        return t.number(value, indicator.decimals)

    group, row = found.group, found.row
    words = context.year_words(found.year) if found.year else ""
    older = f"<span class='km-older'>{html.escape(words)}</span>" if words else ""
    word = t(f"judgement.{row['judgement']}") if row["judgement"] else t("missing.mark")
    cells = [
        f"<strong>{number(found.value)}</strong> <span class='km-unit'>{html.escape(indicator.unit[t.language])}</span>{older}",
        f"<span class='km-{row['judgement'] or 'neutral'}'>{word}</span>",
        below(text.rank(t, row)),
        below(text.median(t, indicator, group)),
        spine(context, found),
        trend(context, indicator),
        str(found.year),
    ]
    return f"<tr>{name}{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def below(words: str) -> str:
    """A figure with what follows it in brackets, small and on a line of its own."""
    figure, bracket, rest = words.partition(" (")
    return html.escape(figure) + (f"<span class='km-older'>({html.escape(rest)}</span>" if bracket else "")


def spine(context: PageContext, found: Standing) -> str:
    """Where the municipality stands between the group's ends: the median in the middle of every row, what counts as
    better to the right."""
    indicator, group, value = found.indicator, found.group, found.value
    if group is None or value is None or group.n < 2 or group.median is None:
        return ""
    assert group.min is not None and group.max is not None and group.q1 is not None and group.q3 is not None
    median, sign = group.median, -1 if indicator.polarity == "lower" else 1
    reach = max(abs(end - median) for end in (group.min, group.max, value)) or 1

    def x(figure: float) -> float:
        return SPINE / 2 + sign * (SPINE / 2 - 8) * (figure - median) / reach

    colours = charts.THEMES[comparison.theme()]
    left, right = sorted((x(group.q1), x(group.q3)))
    ends = sorted((x(group.min), x(group.max)))
    word = (found.row or {}).get("judgement") or "neutral"
    fill = {"strong": colours.chosen, "weak": colours.compared[0]}.get(word, colours.text)
    points = " ".join(f"{x(value) + dx:.1f},{HEIGHT / 2 + dy:.1f}" for dx, dy in MARKS[word])
    words = context.t(
        "card.spine_alt",
        low=context.t.number(group.min, indicator.decimals),
        high=context.t.number(group.max, indicator.decimals),
        q1=context.t.number(group.q1, indicator.decimals),
        q3=context.t.number(group.q3, indicator.decimals),
    )
    drawn = (
        f"<line x1='{ends[0]:.1f}' x2='{ends[1]:.1f}' y1='{HEIGHT / 2}' y2='{HEIGHT / 2}' stroke='{colours.quiet}' stroke-width='2'/>"
        f"<rect x='{left:.1f}' width='{max(right - left, 1):.1f}' y='{HEIGHT / 2 - 5}' height='10' fill='{colours.other}'/>"
        f"<line x1='{SPINE / 2}' x2='{SPINE / 2}' y1='2' y2='{HEIGHT - 2}' stroke='{colours.text}' stroke-width='1.5'/>"
        f"<polygon points='{points}' fill='{fill}' stroke='{colours.ground}' stroke-width='1'/>"
    )
    return picture(drawn, SPINE, words)


def trend(context: PageContext, indicator: Indicator) -> str:
    """The municipality's own values as a small line, broken where years cannot be compared, and where they lead in a
    word; euros always at constant prices, since money itself is no trend."""
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
    words = text.development(context.t, indicator, context.name(context.selection.municipality), series)
    colours = charts.THEMES[comparison.theme()]
    drawn = f"<g fill='none' stroke='{colours.text}' stroke-width='1.6'>{lines}</g><circle cx='{x}' cy='{y}' r='2.6' fill='{colours.chosen}'/>"
    comparable = [r for r in series if indicator.stretch(r["year"]) == indicator.stretch(last)]
    leads = benchmark.trend(indicator, comparable[0], comparable[-1]) if len(comparable) > 1 else None
    if leads is None:
        return picture(drawn, WIDTH, words)
    arrow = "→" if leads == "even" else "↗" if comparable[-1]["value"] > comparable[0]["value"] else "↘"
    return f"{picture(drawn, WIDTH, words)} <span class='km-trend'>{arrow} {html.escape(context.t(f'trend.{leads}'))}</span>"


def picture(drawn: str, width: int, words: str) -> str:
    """A small drawing with the words that stand for it. As an image, since the page lets no drawing in."""
    size = f"width='{width}' height='{HEIGHT}'"
    whole = f"<svg xmlns='http://www.w3.org/2000/svg' {size} viewBox='0 0 {width} {HEIGHT}'>{drawn}</svg>"
    said = html.escape(words, quote=True)
    return f"<img src='data:image/svg+xml;base64,{base64.b64encode(whole.encode()).decode()}' alt='{said}' title='{said}' {size}>"


def standings(context: PageContext, core: bool) -> dict[str, list[Standing]]:
    """Every dimension's standings, the core ones or all."""
    return {
        d: [selected_figures.standing(context, i) for i in indicators]
        for d, indicators in framework.by_dimension(context.catalogue, core).items()
    }


def beside(context: PageContext, service: str | None) -> None:
    """Outcome and quality figures beside a service's costs, or the words that there are none."""
    t = context.t
    st.subheader(t("costs.beside"))
    asked = [context.catalogue[i] for i in services.beside(service) if i in context.catalogue]
    found = [
        at for at in (selected_figures.standing(context, indicator) for indicator in asked) if at.value is not None
    ]
    if not found:
        layout.caption(t("costs.none_beside"))
    st.markdown("\n".join(f"- {layout.markdown_safe(selected_figures.sentence(context, at))}" for at in found))


def everything_choice(context: PageContext) -> bool:
    """Whether every indicator is listed, or the core ones alone."""
    kept_in = page_params.one(
        context, "kaikki", "card-everything", [False, True], False, lambda everything: str(int(everything))
    )
    return st.toggle(context.t("card.everything"), key="card-everything", on_change=kept_in)


def shape_choice(context: PageContext) -> None:
    """One municipality, or the whole group as a rug."""

    def chosen() -> None:
        state.write(context, rug=st.session_state["card-rug"])

    st.session_state["card-rug"] = context.selection.rug
    words = {False: context.t("card.one"), True: context.t("card.rug")}
    st.radio(
        context.t("card.view"),
        [False, True],
        format_func=words.__getitem__,
        key="card-rug",
        horizontal=True,
        on_change=chosen,
        label_visibility="collapsed",
    )
