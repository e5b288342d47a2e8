"""A spine: a row for each of many indicators, with the place of its value on a scale of its own and a small trend.

The median is in the middle of every row and better is to the right. Where there is room, words and scale are beside
each other, otherwise the scale is below its words. All sizes are in font sizes.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from kuntamittari.exhibits.exhibit import Exhibit
from kuntamittari.exhibits.grammar import letters, verdicts
from kuntamittari.exhibits.grammar.drawing import LINE, Drawing, wrapped
from kuntamittari.i18n import Translator

GAP = 1.2  # between columns, and between the words at the two sides of one
SCALE, TREND, LONGEST = 8.0, 4.0, 15.0  # least width of a scale and of a trend, and of the words of a trend
SHARE = 0.62  # of the room for both that the scale takes
BAR = 1.0  # height of the middle half
SIDE = 0.5  # of a scale: room for a mark at its end
ROW, BRIEF_ROW, SECTION = 0.5, 0.2, 0.5  # heights around the words of a row and of a section
HEADER, SCALE_ROW, TREND_ROW = 1.6, 1.7, 1.4  # heights
SLACK = 0.05
KEY = 1.5  # height of a line of the key


@dataclass(frozen=True)
class Columns:
    """Where the parts of a row begin and end across.

    `brief`: of a slide, without headings of sections, ranks and verdicts in words; `beside`: whether the scale is
    beside the words, or below them; `value`: where the value of a brief row begins, if it is beside the name.
    """

    brief: bool
    beside: bool
    words: float
    scale: tuple[float, float]
    trend: tuple[float, float] | None
    said: float | None = None  # where the words of the trend begin, if they are written
    value: float = 0.0

    def across(self, place: float) -> float:
        """Return where a place between -1 and 1 lies."""
        start, end = self.scale
        return (start + end) / 2 + place * ((end - start) / 2 - SIDE)


def layout(exhibit: Exhibit, t: Translator, width: float, depth: float = math.inf) -> Drawing:
    """Return the picture of a spine of a width: whole where it fits the depth, otherwise brief."""
    whole = _laid(exhibit, t, _columns(exhibit, width), width)
    return whole if whole.depth <= depth + SLACK else _laid(exhibit, t, _brief_columns(exhibit, width), width)


def _columns(exhibit: Exhibit, width: float) -> Columns:
    words = max(map(_beside, _figures(exhibit)), default=0.0)
    rest = width - words - GAP
    if rest < SCALE + TREND + GAP:
        room = width - GAP
        return Columns(False, False, width, (0.0, SHARE * room), (SHARE * room + GAP, width))
    longest = max((letters.width(trend.words) for trend in exhibit.trends if trend), default=0.0)
    said = rest - longest - GAP >= 2 * (SCALE + TREND) and longest <= 2 * LONGEST
    drawn = rest - GAP - (longest + GAP if said else 0)
    scale = (words + GAP, words + GAP + SHARE * drawn)
    trend = (scale[1] + GAP, scale[1] + GAP + (1 - SHARE) * drawn)
    return Columns(False, True, words, scale, trend, trend[1] + GAP if said else None)


def _brief_columns(exhibit: Exhibit, width: float) -> Columns:
    known = [place for place, cells in enumerate(exhibit.cells) if cells[1] is not None]
    name = max((letters.width(exhibit.categories[place]) for place in known), default=0.0)
    value = max((letters.width(_value(exhibit, place)) for place in known), default=0.0)
    rest = width - name - value - 2 * GAP
    if rest < SCALE:
        return Columns(True, False, width, (value + GAP, width), None)
    words = name + GAP + value
    if rest < SCALE + TREND + GAP:
        return Columns(True, True, words, (words + GAP, width), None, value=name + GAP)
    scale = (words + GAP, words + GAP + SHARE * (rest - GAP))
    return Columns(True, True, words, scale, (scale[1] + GAP, width), value=name + GAP)


def _laid(exhibit: Exhibit, t: Translator, at: Columns, width: float) -> Drawing:
    drawing = Drawing(width)
    if at.beside and exhibit.reference:
        drawing.write(exhibit.reference.label, at.across(0), HEADER / 2, "center")
        if at.trend:
            drawing.write(t("card.trend"), sum(at.trend) / 2, HEADER / 2, "center", ink="quiet")
        drawing.depth = HEADER
    section = ""
    for place in range(len(exhibit.categories)):
        if exhibit.sections[place] != section and not at.brief:
            section = exhibit.sections[place]
            for line in wrapped(section, width, bold=True):
                drawing.write(line, 0, drawing.depth + SECTION + LINE / 2, bold=True)
                drawing.depth += LINE
            drawing.depth += 1.6 * SECTION
        drawing.line(0, width, drawing.depth, drawing.depth, "grid")
        valued = exhibit.cells[place][1] is not None
        (_without if not valued else _brief if at.brief else _with_figure)(drawing, exhibit, place, at)
    _key(drawing, exhibit, t)
    return drawing


def _brief(drawing: Drawing, exhibit: Exhibit, place: int, at: Columns) -> None:
    """Add a row of a slide: name, value and scale on one line, or the name above the others."""
    name, value = exhibit.categories[place], _value(exhibit, place)
    top = drawing.depth + BRIEF_ROW / 2
    for line in [] if at.beside else wrapped(name, at.words):
        drawing.write(line, 0, top + LINE / 2)
        top += LINE
    if at.beside:
        drawing.write(name, 0, top + LINE / 2)
    drawing.write(value, at.value, top + LINE / 2, ink="quiet")
    drawing.depth = top + LINE + BRIEF_ROW / 2
    _scale(drawing, exhibit, place, at, top + LINE / 2, LINE + BRIEF_ROW)
    _trend(drawing, exhibit, place, at, top + LINE / 2, 0.8 * LINE)


def _figures(exhibit: Exhibit) -> list[tuple[str, str, str, str]]:
    """Return name, value, rank and verdict with its year of the categories with a figure."""
    return [_words(exhibit, place) for place, cells in enumerate(exhibit.cells) if cells[1] is not None]


def _words(exhibit: Exhibit, place: int) -> tuple[str, str, str, str]:
    name, value, _, rank, _ = exhibit.rows[place]
    word, year = exhibit.cells[place][-2:]
    judged = exhibit.roles[place] in verdicts.GLYPHS  # the figure has a verdict, which may be on its deviation
    return name, value, rank, f"{word} {year}" if judged else str(year)


def _value(exhibit: Exhibit, place: int) -> str:
    """Return the value of a category with its year."""
    return f"{exhibit.rows[place][1]} ({exhibit.cells[place][-1]})"


def _beside(words: tuple[str, str, str, str]) -> float:
    """Return the width of the words of a row: name and verdict, and value and rank below them."""
    name, value, rank, word = map(letters.width, words)
    return max(name + GAP + word, value + GAP + rank)


def _with_figure(drawing: Drawing, exhibit: Exhibit, place: int, at: Columns) -> None:
    name, value, rank, word = _words(exhibit, place)
    top = drawing.depth + ROW / 2
    if at.beside:
        for number, (left, right) in enumerate(((name, word), (value, rank))):
            drawing.write(left, 0, top + (number + 0.5) * LINE)
            drawing.write(right, at.words, top + (number + 0.5) * LINE, "right", ink="quiet")
        drawing.depth = top + 2 * LINE + ROW / 2
        middle = top + LINE
    else:
        for line in (*wrapped(name, at.words), *wrapped(value, at.words)):
            drawing.write(line, 0, top + LINE / 2)
            top += LINE
        together = letters.width(rank) + GAP + letters.width(word) <= at.words
        drawing.write(rank, 0, top + LINE / 2, ink="quiet")
        top += 0 if together else LINE
        drawing.write(word, at.words if together else 0, top + LINE / 2, "right" if together else "left", ink="quiet")
        middle = top + LINE + SCALE_ROW / 2
        drawing.depth = top + LINE + SCALE_ROW + ROW / 2
    _scale(drawing, exhibit, place, at, middle)
    _trend(drawing, exhibit, place, at, middle)


def _without(drawing: Drawing, exhibit: Exhibit, place: int, at: Columns) -> None:
    """Add a category without a figure and the reason."""
    name, value, *_ = exhibit.rows[place]
    top, together = drawing.depth + ROW / 2, letters.width(name) + GAP + letters.width(value) <= drawing.width
    lines = [] if together else [line for words in (name, value) for line in wrapped(words, drawing.width)]
    for line in lines:
        drawing.write(line, 0, top + LINE / 2, ink="text")
        top += LINE
    if together:
        drawing.write(name, 0, top + LINE / 2)
        drawing.write(value, letters.width(name) + GAP, top + LINE / 2, ink="quiet")
        top += LINE
    drawing.depth = top + ROW / 2


def _scale(
    drawing: Drawing, exhibit: Exhibit, place: int, at: Columns, middle: float, height: float = SCALE_ROW
) -> None:
    """Add the ends of the group, its middle half, its median, and the mark of the municipality."""
    scale = exhibit.scales[place]
    if scale is None:
        return
    name, verdict = exhibit.categories[place], exhibit.roles[place]
    left, right = map(at.across, scale.half)
    drawing.area((left, max(right, left + 0.1)), middle - BAR / 2, middle + BAR / 2, "band", f"half: {name}")
    first, last, centre = at.across(scale.ends[0]), at.across(scale.ends[1]), at.across(0)
    drawing.line(first, last, middle, middle, "quiet", said=f"ends: {name}")
    drawing.line(centre, centre, middle - height / 2, middle + height / 2, "reference", said=f"median: {name}")
    own = at.across(scale.at(scale.value))
    drawing.point(own, middle, verdicts.SHAPES[verdict], verdicts.role(verdict), f"own: {name}", edge="ground")


def _trend(
    drawing: Drawing, exhibit: Exhibit, place: int, at: Columns, middle: float, height: float = TREND_ROW
) -> None:
    """Add the values over the years, the last one as a dot, and the change in words where there is room."""
    trend = exhibit.trends[place]
    if trend is None or at.trend is None:
        return
    left, right = at.trend
    stretches = [
        [(left + x * (right - left - SIDE), middle + (0.5 - y) * height) for x, y in stretch]
        for stretch in trend.places
    ]
    for stretch in stretches:
        drawing.path(stretch, "chosen", f"trend: {exhibit.categories[place]}")
    drawing.point(*stretches[-1][-1], "circle", "chosen", f"last: {exhibit.categories[place]}", 0.45)
    if at.said is not None:
        drawing.write(trend.words, at.said, middle, ink="quiet")


def _key(drawing: Drawing, exhibit: Exhibit, t: Translator) -> None:
    """Add what the marks mean, as far as there are any."""
    seen = {role for role, scale in zip(exhibit.roles, exhibit.scales, strict=True) if scale}
    if not seen:
        return
    said = {verdict: t(f"judgement.{verdict}") for verdict in verdicts.GLYPHS} | {"neutral": t("rug.not_judged")}
    items = [(verdict, words) for verdict, words in said.items() if verdict in seen]
    items += [("median", t("chart.median")), ("half", t("chart.middle_half"))]
    x, y = 0.0, drawing.depth + KEY / 2 + 0.2
    for name, words in items:
        wide = 1.6 + letters.width(words) + GAP
        if x and x + wide - GAP > drawing.width:
            x, y = 0.0, y + KEY
        if name == "median":
            drawing.line(x + 0.5, x + 0.5, y - 0.5, y + 0.5, "reference")
        elif name == "half":
            drawing.area((x, x + 1), y - BAR / 2, y + BAR / 2, "band")
        else:
            drawing.point(x + 0.5, y, verdicts.SHAPES[name], verdicts.role(name))
        drawing.write(words, x + 1.4, y, ink="quiet")
        x += wide
    drawing.depth = y + KEY / 2


def cut(exhibit: Exhibit, places: Sequence[int]) -> Exhibit:
    """Return a spine, or a table of its kind, with some of its rows."""
    listed = ("categories", "roles", "rows", "cells", "keys", "sections", "scales", "trends")
    kept: dict[str, Any] = {
        name: tuple(values[place] for place in places) for name in listed if (values := getattr(exhibit, name))
    }
    series = {name: tuple(values[place] for place in places) for name, values in (exhibit.series or {}).items()}
    return replace(exhibit, series=series or None, **kept)


def parts(exhibit: Exhibit, t: Translator, width: float, depth: float) -> list[Exhibit]:
    """Return a spine in parts that fit a picture, shared out evenly, without the categories that have no figure."""
    known = [place for place, cells in enumerate(exhibit.cells) if cells[1] is not None]
    for number in range(1, len(known) + 1):
        size = -(-len(known) // number)
        found = [cut(exhibit, known[start : start + size]) for start in range(0, len(known), size)]
        if number == len(known) or all(layout(part, t, width, depth).depth <= depth + SLACK for part in found):
            return found
    return [exhibit]
