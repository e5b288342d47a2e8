"""Lines over the years, with a name at the end of each."""

import math
import textwrap
from typing import Any

from kuntamittari.exhibits.charts import DASHES, MARKS, dash
from kuntamittari.exhibits.exhibit import Exhibit
from kuntamittari.exhibits.grammar import dots, label_layout, letters
from kuntamittari.exhibits.vector.sheet import Point, Sheet
from kuntamittari.i18n import Translator

HEIGHT, NARROW_HEIGHT = 25.0, 24.0  # in font sizes
LETTERS, NARROW_LETTERS = 26, 15  # of a name on one line
YEAR = 3.4  # width of a year on the axis, in font sizes


def draw(exhibit: Exhibit, t: Translator, sheet: Sheet) -> None:
    """Draw lines that are interrupted where a year has no figure; two lines of the role `band` are an area."""
    assert exhibit.series is not None
    size, narrow = sheet.size, sheet.width < dots.NARROW * sheet.size
    low, high = exhibit.ends
    rows: list[dict[str, Any]] = [
        {"series": name, "year": at, "value": value, "role": role}
        for (name, values), role in zip(exhibit.series.items(), exhibit.roles, strict=True)
        for at, value in enumerate(values)
        if value is not None
    ]
    named = {name: textwrap.wrap(name, NARROW_LETTERS if narrow else LETTERS) for name in exhibit.series}
    height = min((NARROW_HEIGHT if narrow else HEIGHT) * size, sheet.room)
    lines = {name: len(of) for name, of in named.items()}
    label_layout.at_ends(rows, low, high, min(0.2, 1.25 * size / height), lines)
    ends = {row["series"]: row for row in rows if "label_at" in row}
    steps = round((high - low) / exhibit.step)
    marks = [low + number * exhibit.step for number in range(steps + 1)]
    left = (max(letters.width(t.number(mark, exhibit.decimals)) for mark in marks) + 0.8) * size
    names = max(letters.width(line, True) for of in named.values() for line in of) * size
    right, top, foot = sheet.width - names - 1.2 * size, (0.2 + 0.62 * max(lines.values())) * size, height - 2 * size
    sheet.height = height
    last = max(len(exhibit.categories) - 1, 1)

    def across(at: float) -> float:
        return left + size + at / last * (right - left - size)

    def down(value: float) -> float:
        return foot - (value - low) / (high - low) * (foot - top)

    for mark in marks:
        sheet.line(((left, down(mark)), (right, down(mark))), "grid")
        sheet.words(left - 0.5 * size, down(mark), t.number(mark, exhibit.decimals), "end", quiet=True)
    apart = math.ceil(len(exhibit.categories) * size * YEAR / (right - left))
    for at in range(0, len(exhibit.categories), apart):
        sheet.words(across(at), foot + 1.2 * size, exhibit.categories[at], "middle", quiet=True)
    edges = [
        list(values) for values, role in zip(exhibit.series.values(), exhibit.roles, strict=True) if role == "band"
    ]
    if len(edges) == 2:
        lower, upper = (
            [(across(at), down(value)) for at, value in enumerate(edge) if value is not None] for edge in edges
        )
        sheet.area(([*lower, *reversed(upper)],), "f-band")
    dashes = exhibit.dashes or tuple(map(dash, exhibit.roles))
    for (name, values), role, style in zip(exhibit.series.items(), exhibit.roles, dashes, strict=True):
        own = role == "chosen"
        if name in ends:
            _name(sheet, named[name], (right + 0.7 * size, down(ends[name]["label_at"])), own)
        if role == "band":
            continue
        for stretch in _stretches([(across(at), down(v)) if v is not None else None for at, v in enumerate(values)]):
            sheet.line(stretch, role, 3.5 if own else 2, DASHES[style] or ())
            for x, y in stretch:
                if role == "plan":
                    sheet.words(x, y, MARKS[style], "middle")
                else:
                    sheet.dot(x, y, 0.3 * size if own else 0.2 * size, role)


def _name(sheet: Sheet, lines: list[str], at: Point, bold: bool) -> None:
    x, y = at
    y -= (len(lines) - 1) * 1.15 * sheet.size / 2
    for line in lines:
        sheet.words(x, y, line, bold=bold)
        y += 1.15 * sheet.size


def _stretches(points: list[Point | None]) -> list[list[Point]]:
    """Return the points of a line, parted where one is missing."""
    parts: list[list[Point]] = [[]]
    for point in points:
        if point is None:
            parts.append([])
        else:
            parts[-1].append(point)
    return [part for part in parts if part]
