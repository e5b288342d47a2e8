"""Bars, pairs of bars and steps of a waterfall: names, bars from zero or from where the last one ended, figures."""

import textwrap
from collections.abc import Callable
from dataclasses import dataclass

from kuntamittari.exhibits import text
from kuntamittari.exhibits.exhibit import BECAUSE, Exhibit
from kuntamittari.exhibits.grammar import dots, letters
from kuntamittari.exhibits.vector.sheet import Point, Sheet
from kuntamittari.i18n import Translator

BAR, BETWEEN = 1.0, 0.75  # thickness of a bar and what is between two rows, in font sizes
LINE = 1.25  # height of a line of words
WIDEST = 0.36  # largest share of a picture's width for names beside bars
LETTER = 0.52  # usual width of a letter, in font sizes


@dataclass(frozen=True)
class _Bar:
    """A bar: its ends (None without a figure), its figure in words, its role, the ends of its interval."""

    ends: tuple[float, float] | None
    figure: str
    role: str
    interval: tuple[float, float] | None = None


def draw(exhibit: Exhibit, t: Translator, sheet: Sheet) -> None:
    """Draw rows of bars; names are above them where the picture is narrow."""
    rows = _rows(exhibit, t)
    size, narrow = sheet.size, sheet.width < dots.NARROW * sheet.size
    bold = [any(bar.role in ("chosen", "total") for bar in bars) and exhibit.kind != "pairs" for _, bars in rows]
    widest = max(letters.width(name, True) for name, _ in rows) * size
    names = sheet.width if narrow else min(widest, WIDEST * sheet.width)
    figures = max(letters.width(bar.figure, True) for _, bars in rows for bar in bars if bar.ends) * size + 0.6 * size
    least, most = exhibit.ends
    start, end = (0.0 if narrow else names + 0.8 * size), sheet.width - figures

    def at(value: float) -> float:
        return start + (value - least) / (most - least) * (end - start)

    top = _legend(exhibit, sheet) if exhibit.kind == "pairs" else 0.4 * size
    top += (1.6 * size if exhibit.reference else 0) + (1.4 * size if exhibit.band else 0)
    lined = [(textwrap.wrap(name, max(int(names / (LETTER * size)), 8)) or [""], bars) for name, bars in rows]
    heights = [
        (len(lines) * LINE * size + len(bars) * BAR * size)
        if narrow
        else max(len(lines) * LINE * size, len(bars) * BAR * 1.1 * size)
        for lines, bars in lined
    ]
    foot = top + sum(heights) + BETWEEN * size * len(rows)
    if exhibit.band:
        sheet.bar(at(exhibit.band.low), top, at(exhibit.band.high) - at(exhibit.band.low), foot - top, "band")
    y, beside_bars = top + BETWEEN * size / 2, list[Point]()
    for (lines, bars), height, strong in zip(lined, heights, bold, strict=True):
        words_at = y + LINE * size / 2 if narrow else y + height / 2 - (len(lines) - 1) * LINE * size / 2
        for line in lines:
            sheet.words(0 if narrow else names, words_at, line, "start" if narrow else "end", bold=strong)
            words_at += LINE * size
        thick = BAR * size if narrow else height / len(bars) if len(bars) > 1 else min(height, BAR * size)
        bar_top = y + len(lines) * LINE * size if narrow else y + (height - thick * len(bars)) / 2
        beside_bars.append((bar_top, bar_top + thick * len(bars)))
        for bar in bars:
            middle = bar_top + thick / 2
            if bar.ends is None:
                sheet.dot(start + 0.4 * size, middle, 0.3 * size, "other", hollow=True)
                sheet.words(start + size, middle, bar.figure, quiet=True)
            else:
                low, high = sorted(map(at, bar.ends))
                sheet.bar(low, bar_top + 1, high - low, thick - 2, bar.role)
                sheet.words(sheet.width, middle, bar.figure, "end", bold=strong)
            if bar.interval:
                sheet.line(((at(bar.interval[0]), middle), (at(bar.interval[1]), middle)), "reference", 2)
            bar_top += thick
        y += height + BETWEEN * size
    # where names are above the bars, a line stands beside the bars alone: it crosses no name
    stretches = beside_bars if narrow else [(top, foot)]
    if least < 0 or exhibit.kind == "waterfall":
        for stretch in stretches:
            sheet.line([(at(0), end) for end in stretch], "quiet")
    _marks(exhibit, sheet, at, top, stretches)
    sheet.height = foot


def _marks(exhibit: Exhibit, sheet: Sheet, at: Callable[[float], float], top: float, stretches: list[Point]) -> None:
    """Draw the labels of the reference and of the band above the bars, and the line of the reference."""
    size = sheet.size
    if exhibit.reference:
        x = at(exhibit.reference.value)
        for stretch in stretches:
            sheet.line([(x, end) for end in stretch], "reference", 0.12 * size)
        sheet.words(x, top - 0.75 * size, exhibit.reference.label, "middle")
    if exhibit.band:
        middle = (at(exhibit.band.low) + at(exhibit.band.high)) / 2
        sheet.words(middle, top - (2.1 if exhibit.reference else 0.75) * size, exhibit.band.label, "middle", quiet=True)


def _legend(exhibit: Exhibit, sheet: Sheet) -> float:
    """Draw what the bars of a pair are, and return the height that it takes."""
    assert exhibit.series is not None
    x, y, size = 0.0, 0.8 * sheet.size, sheet.size
    for name, role in zip(exhibit.series, exhibit.roles, strict=True):
        wide = (letters.width(name) + 1.4) * size
        if x and x + wide > sheet.width:
            x, y = 0.0, y + LINE * size
        sheet.bar(x, y - 0.4 * size, 0.8 * size, 0.8 * size, role)
        sheet.words(x + 1.2 * size, y, name)
        x += wide + 1.4 * size
    return y + size


def _rows(exhibit: Exhibit, t: Translator) -> list[tuple[str, list[_Bar]]]:
    """Return the name of each row and its bars."""
    assert exhibit.series is not None
    columns = list(exhibit.series.values())
    spans = exhibit.spans if exhibit.kind == "waterfall" else []
    rows = []
    for place, category in enumerate(exhibit.categories):
        bars, name = list[_Bar](), category
        for number, values in enumerate(columns):
            value, role = values[place], exhibit.roles[number if exhibit.kind == "pairs" else place]
            if value is None:
                name, _, reason = category.partition(BECAUSE)
                bars.append(_Bar(None, reason or t("missing.mark"), role))
                continue
            ends = spans[place] if spans else (0.0, value)
            figure = text.signed(t, value, exhibit.decimals) if spans else t.number(value, exhibit.decimals)
            figure = exhibit.words[place] if exhibit.words else figure
            interval = exhibit.intervals[place] if exhibit.intervals else None
            bars.append(_Bar(ends, figure, role, interval))
        rows.append((name, bars))
    return rows
