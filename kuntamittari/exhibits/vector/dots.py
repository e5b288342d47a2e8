"""A comparison as dots: a row for each member, or one strip (grammar/dots.py says where each of them is)."""

from typing import Any

from kuntamittari.exhibits.exhibit import MOST_IN_ROWS, Exhibit
from kuntamittari.exhibits.grammar import dots, letters
from kuntamittari.exhibits.vector.sheet import Anchor, Sheet
from kuntamittari.i18n import Translator

ROW = 31  # pixels of a row of the page
ANCHORS: tuple[Anchor, ...] = ("end", "middle", "start")  # of a label at the left of a dot, over it, at the right
RADIUS, OF_MANY, OWN = 0.36, 0.22, 0.5  # of a dot, of one among many, of a chosen or compared one, in font sizes
MANY = 60
BAND_LABEL, MEDIAN_LABEL = 0.9, 2.25  # heights of the labels of the header, in font sizes


def draw(exhibit: Exhibit, t: Translator, sheet: Sheet) -> None:
    """Draw dots with the intervals of their values, the group's middle half as a band and its median as a line."""
    assert exhibit.reference is not None
    row = dots.NARROW_ROW if sheet.width < dots.NARROW * sheet.size else dots.ROW
    least = (dots.known(exhibit) * row + dots.HEADER + dots.AXIS) * sheet.size
    if dots.known(exhibit) <= MOST_IN_ROWS and least <= sheet.room:
        _rows(exhibit, dots.rows(exhibit, t), t, sheet)
    else:
        wide = sheet.width >= dots.NARROW * sheet.size
        _strip(exhibit, dots.strip(exhibit, t, wide), t, sheet)


class _Scale:
    """The axis of values between two places of a sheet."""

    def __init__(self, exhibit: Exhibit, start: float, end: float):
        (self.least, self.most), self.step = exhibit.ends, exhibit.step
        self.start, self.end = start, end

    def at(self, value: float) -> float:
        """Return where a value is."""
        return self.start + (value - self.least) / (self.most - self.least) * (self.end - self.start)


def _header(group: dict[str, Any], scale: _Scale, sheet: Sheet) -> None:
    sheet.words(scale.at(group["middle"]), BAND_LABEL * sheet.size, group["band_label"], "middle", quiet=True)
    sheet.words(scale.at(group["median"]), MEDIAN_LABEL * sheet.size, group["median_label"], "middle")


def _axis(exhibit: Exhibit, scale: _Scale, t: Translator, sheet: Sheet, top: float, grid: bool) -> None:
    """Draw the axis below the dots, with as many round marks as have room beside each other."""
    foot = sheet.height - dots.AXIS * sheet.size
    count = round((scale.most - scale.least) / scale.step)
    widest = max(letters.width(t.number(end, exhibit.decimals)) for end in exhibit.ends) + 1
    apart = max(1, -(-count * widest * sheet.size // (scale.end - scale.start)))
    for number in range(0, count + 1, int(apart)):
        value = scale.least + number * scale.step
        x = scale.at(value)
        sheet.line(((x, top if grid else foot), (x, foot + (0 if grid else 5))), "grid" if grid else "quiet")
        sheet.words(x, foot + 1.2 * sheet.size, t.number(value, exhibit.decimals), "middle", quiet=True)


def _whisker(dot: dict[str, Any], y: float, scale: _Scale, sheet: Sheet) -> None:
    if dot["low"] is not None:
        own = dot["role"] != "other"
        ends = ((scale.at(dot["low"]), y), (scale.at(dot["high"]), y))
        sheet.line(ends, dot["role"], 0.18 * sheet.size if own else 0.1 * sheet.size)


def _point(dot: dict[str, Any], x: float, y: float, sheet: Sheet, many: bool = False) -> None:
    radius = OWN if dot["role"] != "other" else OF_MANY if many else RADIUS
    sheet.point(x, y, radius * sheet.size, dot["role"])


def _rows(exhibit: Exhibit, layout: dots.Layout, t: Translator, sheet: Sheet) -> None:
    size, narrow, top = sheet.size, sheet.width < dots.NARROW * sheet.size, dots.HEADER * sheet.size
    scale = _Scale(
        exhibit,
        size if narrow else (layout.names + 0.4) * size,
        sheet.width - (size if narrow else (layout.figures + 0.4) * size),
    )
    drawn = min(ROW * len(layout.rows), sheet.room) - (dots.HEADER + dots.AXIS) * size
    row = max(drawn / len(layout.rows), dots.ROW * size)
    row = max(row, dots.NARROW_ROW * size) if narrow else row
    foot = top + row * len(layout.rows)
    sheet.height = foot + dots.AXIS * size
    low, high = scale.at(layout.group["q1"]), scale.at(layout.group["q3"])
    sheet.bar(low, top, high - low, foot - top, "band")
    _axis(exhibit, scale, t, sheet, top, grid=not narrow)
    median = scale.at(layout.group["median"])
    if not narrow:
        sheet.line(((median, top), (median, foot)), "reference", 0.12 * size)
    for number, dot in enumerate(layout.rows):
        middle, own = top + (number + 0.5) * row, dot["role"] != "other"
        y = middle + (0.5 * size if narrow else 0)
        if narrow:
            sheet.line(((median, y - size / 2), (median, y + size / 2)), "reference", 0.12 * size)
        _whisker(dot, y, scale, sheet)
        _point(dot, scale.at(dot["value"]), y, sheet)
        words_at = middle - (0.55 * size if narrow else 0)
        if narrow:
            sheet.words(0, words_at, dot["name"], bold=own)
        else:
            sheet.words(layout.names * size, words_at, dot["name"], "end", bold=own)
        sheet.words(sheet.width, words_at, dot["figure"], "end", bold=own)
    _header(layout.group, scale, sheet)


def _strip(exhibit: Exhibit, layout: dots.Layout, t: Translator, sheet: Sheet) -> None:
    size, top = sheet.size, dots.HEADER * sheet.size
    scale = _Scale(exhibit, size, sheet.width - size)
    foot = top + layout.depth * size
    sheet.height = foot + dots.AXIS * size
    low, high = scale.at(layout.group["q1"]), scale.at(layout.group["q3"])
    sheet.bar(low, top, high - low, layout.strip * size, "band")
    _axis(exhibit, scale, t, sheet, top, grid=False)
    median = scale.at(layout.group["median"])
    sheet.line(((median, top), (median, top + layout.strip * size)), "reference", 0.12 * size)
    for dot in layout.rows:
        x, y = scale.at(dot["value"]), top + dot["at"] * size
        if dot["lane"]:
            _whisker(dot, y, scale, sheet)
        _point(dot, x, y, sheet, len(layout.rows) > MANY)
        if dot["lane"]:
            anchor = ANCHORS[dot["side"] + 1]
            sheet.words(
                scale.at(dot["edge"]) + dot["side"] * size,
                top + dot["label_at"] * size,
                dot["label"],
                anchor,
                bold=True,
            )
        elif dot["end"]:
            lower = 1.35 * size if dot["end"] == "high" and _meet(dot, scale, size, sheet.width) else 0
            sheet.words(x, top + dot["label_at"] * size + lower, dot["label"], "middle", quiet=True)
    _header(layout.group, scale, sheet)


def _meet(dot: dict[str, Any], scale: _Scale, size: float, width: float) -> bool:
    """Return whether the labels of the lowest and of the highest value would meet on one line."""
    low, high = (
        min(max(scale.at(dot[f"{end}_value"]), dot[f"{end}_em"] * size / 2), width - dot[f"{end}_em"] * size / 2)
        for end in ("low", "high")
    )
    return high - low < (dot["low_em"] + dot["high_em"]) * size / 2 + size
