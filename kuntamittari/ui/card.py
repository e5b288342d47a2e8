"""A municipality at a glance: every dimension of the framework in one table of links, and three findings in words."""

import base64
import html
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from kuntamittari import framework, text
from kuntamittari.catalog import Indicator
from kuntamittari.figures import Comparison
from kuntamittari.ui import charts, comparison
from kuntamittari.ui.state import View, years_of

WIDTH, HEIGHT, MARGIN = 96, 24, 3  # of a small trend, in pixels


@dataclass(frozen=True)
class Standing:
    """Where the chosen municipality stands by one indicator, in the last year up to the chosen one that has figures."""

    indicator: Indicator
    year: int | None
    row: dict[str, Any] | None
    group: Comparison | None

    @property
    def value(self) -> float | None:
        return self.row["value"] if self.row else None


def standing(view: View, indicator: Indicator) -> Standing:
    """One indicator's standing; without a year where nothing is loaded of it."""
    years = years_of(view.data, indicator, view.basis)
    if not years:
        return Standing(indicator, None, None, None)
    year = max((y for y in years if y <= view.selection.year), default=years[0])
    found = comparison.compared(view, indicator, year)
    return Standing(indicator, year, found.of(view.selection.municipality), found)


def findings(view: View, standings: list[Standing]) -> list[Standing]:
    """What to say first: the strongest and the weakest standing, and the costs of children's services where they are known.

    Productivity with the age group as output is the inverse of the unit cost beside it, and so no finding of its own.
    """
    judged = sorted(
        (s for s in standings if s.row and s.row["judgement"] and s.indicator.dimension != "productivity"),
        key=lambda s: s.row["percentile"] if s.row else 0,
    )
    wholes = [s for s in standings if s.indicator.dimension == "cross_sector" and s.value is not None]
    ends = [judged[-1], judged[0]] if len(judged) > 1 else judged
    return [*ends, *wholes][:3]


def sentence(view: View, found: Standing) -> str:
    """A standing in words."""
    name, group = view.name(view.selection.municipality), view.group_name(view.selection.group_id)
    assert found.year is not None and found.group is not None
    return text.finding(view.t, found.indicator, name, found.year, group, found.group, found.row, view.basis)


def table(view: View, grouped: dict[str, list[Standing]]) -> None:
    """Dimension by dimension: value, the group's median and middle half, rank, the word for the standing, a small trend."""
    t = view.t
    heads = [t("choice.indicator"), t("chart.year"), t("chart.value"), t("chart.median"), t("chart.middle_half"), t("chart.rank"),
             t("card.standing"), t("card.trend")]  # fmt: skip
    head = "".join(f"<th scope='col'>{html.escape(words[:1].upper() + words[1:])}</th>" for words in heads)
    bodies = []
    for dimension, standings in grouped.items():
        title = f"<tr><th scope='rowgroup' colspan='{len(heads)}' class='km-dimension'>{html.escape(t(f'dimension.{dimension}'))}</th></tr>"
        bodies.append(f"<tbody>{title}{''.join(line(view, found) for found in standings)}</tbody>")
    caption = t("card.caption", name=view.name(view.selection.municipality), group=view.group_name(view.selection.group_id))
    parts = f"<caption>{html.escape(caption)}</caption><thead><tr>{head}</tr></thead>{''.join(bodies)}"
    st.html(f"<div class='km-scroll'><table class='km-card'>{parts}</table></div>")


def line(view: View, found: Standing) -> str:
    """One row of the table; its name opens the comparison, or the catalogue where there are no figures."""
    t, indicator = view.t, found.indicator
    page = "vertailu" if found.year else "indikaattorit"
    address = view.selection.query(indicator_id=indicator.id, year=found.year or view.selection.year)
    label, full = indicator.label[t.language], html.escape(indicator.name[t.language], quote=True)
    link = f"<a href='{page}?{html.escape(urlencode(address))}' title='{full}'>{html.escape(label[:1].upper() + label[1:])}</a>"
    name = f"<th scope='row'>{link}</th>"
    if found.group is None or found.row is None or found.value is None:
        reason = found.row["reason"] if found.row else ("no_data" if indicator.awaited else "no_year")
        return f"<tr>{name}<td colspan='7' class='km-missing'>{html.escape(t(f'missing.{reason}'))}</td></tr>"

    def number(value: float | None) -> str:
        return t.number(value, indicator.decimals)

    group, row = found.group, found.row
    rank = f"{row['rank']}/{row['ranked']}" if row["rank"] else t("missing.mark")
    word = t(f"judgement.{row['judgement']}") if row["judgement"] else t("missing.mark")
    cells = [
        str(found.year), f"<strong>{number(found.value)}</strong> <span class='km-unit'>{html.escape(indicator.unit[t.language])}</span>",
        number(group.median), f"{number(group.q1)}–{number(group.q3)}", rank,
        f"<span class='km-{row['judgement'] or 'neutral'}'>{word}</span>", trend(view, indicator),
    ]  # fmt: skip
    return f"<tr>{name}{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def trend(view: View, indicator: Indicator) -> str:
    """The municipality's own values as a small line, broken where years cannot be compared; said in words for who cannot see it."""
    series = [r for r in comparison.series(view, indicator, (view.selection.municipality,)) if r["value"] is not None]
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
    words = text.development(view.t, indicator, view.name(view.selection.municipality), series) or f"{first}–{last}"
    colours = charts.THEMES[comparison.theme()]
    picture = (
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{WIDTH}' height='{HEIGHT}' viewBox='0 0 {WIDTH} {HEIGHT}'>"
        f"<g fill='none' stroke='{colours.text}' stroke-width='1.6'>{lines}</g>"
        f"<circle cx='{x}' cy='{y}' r='2.6' fill='{colours.chosen}'/></svg>"
    )
    coded = base64.b64encode(picture.encode()).decode()
    return f"<img src='data:image/svg+xml;base64,{coded}' alt='{html.escape(words, quote=True)}' width='{WIDTH}' height='{HEIGHT}'>"


def standings(view: View, core: bool) -> dict[str, list[Standing]]:
    """Every dimension's standings, the core ones or all."""
    return {d: [standing(view, i) for i in indicators] for d, indicators in framework.by_dimension(view.catalogue, core).items()}
