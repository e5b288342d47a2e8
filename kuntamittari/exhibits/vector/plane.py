"""Pictures of two dimensions: a cost against an outcome, and a map."""

import math
import textwrap
from collections.abc import Callable

from kuntamittari.exhibits.exhibit import Exhibit
from kuntamittari.exhibits.grammar import letters, map_names
from kuntamittari.exhibits.grammar import scatter as legends
from kuntamittari.exhibits.grammar.colours import THEMES
from kuntamittari.exhibits.vector.sheet import Anchor, Point, Sheet
from kuntamittari.i18n import Translator

HEIGHT = 33.0  # of a scatter, in font sizes
TALLEST = 640.0  # pixels of a map
# side of a point → where the name beside it begins or ends, in font sizes
BESIDE: dict[str, tuple[float, float, Anchor]] = {
    "left": (-0.8, 0, "end"),
    "right": (0.8, 0, "start"),
    "above": (0, -1.1, "middle"),
    "below": (0, 1.1, "middle"),
}
NEAR = 0.7  # pixels between two points of an outline that are drawn as one


def scatter(exhibit: Exhibit, t: Translator, sheet: Sheet) -> None:
    """Draw points with names, and the medians of both measures as lines, or the limits around one."""
    size, (_, ys) = sheet.size, exhibit.marks
    decimals = exhibit.decimals_by_series or (exhibit.decimals,) * 2
    heads = [textwrap.wrap(head, max(int(sheet.width / (0.52 * size)), 20)) for head in exhibit.heads]
    entries, above = legends.legend(exhibit, sheet.width / size)
    top = (len(heads[1]) * 1.25 + 0.8 + above * legends.LINE) * size
    left = max(letters.width(t.number(end, decimals[1])) for end in (ys[0], ys[-1])) * size + size
    below, right = (2.2 + 1.25 * len(heads[0])) * size, sheet.width - 0.6 * size
    foot = min(top + HEIGHT * size, sheet.room - below)
    sheet.height = foot + below

    def across(value: float) -> float:
        return left + exhibit.along(value) * (right - left)

    def down(value: float) -> float:
        return foot - (value - ys[0]) / (ys[-1] - ys[0]) * (foot - top)

    for limits in exhibit.ranges:
        upper = [(across(x), down(high)) for x, _, high in limits.points]
        sheet.area([[*upper, *((across(x), down(low)) for x, low, _ in reversed(limits.points))]], f"f-{limits.role}")
    for entry in entries:
        y, x = (entry.line + 0.6) * legends.LINE * size, entry.x * size
        thick = 0.12 if entry.role == "reference" else 0.8
        sheet.bar(x, y - thick * size / 2, legends.SWATCH * size, thick * size, entry.role)
        sheet.words(x + (legends.SWATCH + legends.GAP) * size, y, entry.words)
    _axes(exhibit, t, sheet, heads, (left, top, right, foot), above, across, down)
    if exhibit.middles:
        x, y = exhibit.middles
        sheet.line(((across(x), top), (across(x), foot)), "reference", 1.2, (4, 3))
        sheet.line(((left, down(y)), (right, down(y))), "reference", 1.2, (4, 3))
    if exhibit.reference:
        y = down(exhibit.reference.value)
        sheet.line(((left, y), (right, y)), "reference", 1.5)
    rows = legends.points(exhibit, size * legends.PAGE / (right - left), (foot - top) / (right - left))
    small = 0.36 if len(rows) <= legends.CROWD else 0.25
    for row in sorted(rows, key=lambda row: row["role"] != "other"):
        sheet.point(across(row["x"]), down(row["y"]), (0.5 if row["role"] != "other" else small) * size, row["role"])
    for row in rows:
        if row["side"]:
            dx, dy, anchor = BESIDE[row["side"]]
            at = across(row["x"]) + dx * size, down(row["y"]) + dy * size
            sheet.words(*at, row["name"], anchor, bold=row["role"] != "other")


def _axes(
    exhibit: Exhibit,
    t: Translator,
    sheet: Sheet,
    heads: list[list[str]],
    place: tuple[float, float, float, float],
    above: int,
    across: Callable[[float], float],
    down: Callable[[float], float],
) -> None:
    """Draw the marks of both axes with their figures, and what each axis is; `above`: lines of a legend."""
    size, (xs, ys), (left, top, right, foot) = sheet.size, exhibit.marks, place
    decimals = exhibit.decimals_by_series or (exhibit.decimals,) * 2
    for number, line in enumerate(heads[1]):
        y = (0.7 + 1.25 * number + above * legends.LINE) * size
        sheet.words(0, y, f"↑ {line}" if not number else line, quiet=True)
    for number, line in enumerate(heads[0]):
        y = foot + (2.4 + 1.25 * number) * size
        sheet.words(sheet.width, y, f"→ {line}" if not number else line, "end", quiet=True)
    widest = max(letters.width(t.number(end, decimals[0])) for end in (xs[0], xs[-1])) + 1
    apart = max(1, math.ceil((len(xs) - 1) * widest * size / (right - left)))
    for value in xs[::apart]:
        if not exhibit.ranges:
            sheet.line(((across(value), top), (across(value), foot)), "grid")
        sheet.words(across(value), foot + size, t.number(value, decimals[0]), "middle", quiet=True)
    for value in ys:
        if not exhibit.ranges:
            sheet.line(((left, down(value)), (right, down(value))), "grid")
        sheet.words(left - 0.5 * size, down(value), t.number(value, decimals[1]), "end", quiet=True)


def areas(exhibit: Exhibit, t: Translator, sheet: Sheet) -> None:
    """Draw the map, its classes beside it where there is room, and otherwise below."""
    points = [point for area in exhibit.areas for ring in area.rings for point in ring]
    (west, east), (south, north) = ((min(axis), max(axis)) for axis in zip(*points, strict=True))
    size = sheet.size
    key = list(map_names.legend(exhibit, t, THEMES["light"]))
    beside = (max(map(letters.width, key), default=0) + 2.5) * size
    narrow = sheet.width < beside + 300
    scale = min((sheet.width - (0 if narrow else beside)) / (east - west), min(TALLEST, sheet.room) / (north - south))
    left = 0 if narrow else beside

    def at(point: Point) -> Point:
        return left + (point[0] - west) * scale, (north - point[1]) * scale

    own, boxes = list[list[Point]](), dict[str, map_names.Box]()
    for area, role in zip(exhibit.areas, exhibit.roles, strict=True):
        rings = [thin([at(point) for point in ring]) for ring in area.rings]
        rings = [ring for ring in rings if len(ring) > 2] or [max(rings, key=len)]
        sheet.area(rings, f"k-{area.level}" if area.level else "none")
        own += rings if role == "chosen" else []
    for line in exhibit.hatching:
        sheet.line([at(point) for point in line], "hatch", 0.8)
    if own:
        sheet.area(own, "own")
    for area in sorted((area for area in exhibit.areas if area.named), key=lambda area: area.named):
        xs, ys = zip(*(at(point) for point in max(area.rings, key=lambda ring: len(ring))), strict=True)
        boxes[area.name] = (min(xs), min(ys), max(xs), max(ys))
    chosen = [area.name for area, role in zip(exhibit.areas, exhibit.roles, strict=True) if role == "chosen"]
    for name, up in map_names.placed(boxes, next((one for one in boxes if one in chosen), None), size).items():
        x0, y0, x1, y1 = boxes[name]
        sheet.words((x0 + x1) / 2, (y0 + y1) / 2 - up, name, "middle", bold=True, halo=True)
    tall = (north - south) * scale
    kinds = [*(f"k-{number + 1}" for number in range(len(exhibit.limits))), "none", "none"]
    for number, (words, kind) in enumerate(zip(key, kinds, strict=False)):
        y = (tall if narrow else 0) + (number + 0.9) * 1.5 * size
        sheet.parts.append(f'<rect class="{kind}" x="0" y="{y - 0.5 * size:.1f}" width="{size}" height="{size}"/>')
        sheet.words(1.5 * size, y, words)
    if exhibit.hatching:
        for part in (0.2, 0.5, 0.8):
            sheet.line(((part * size, y + 0.5 * size), (min(part + 0.4, 1) * size, y - 0.5 * size)), "hatch", 0.8)
    sheet.height = tall + ((len(key) + 1) * 1.5 * size if narrow else 0)


def thin(ring: list[Point]) -> list[Point]:
    """Return a ring without points so near to the one before that a picture does not show them."""
    kept = ring[:1]
    for point in ring[1:]:
        if abs(point[0] - kept[-1][0]) + abs(point[1] - kept[-1][1]) >= NEAR:
            kept.append(point)
    return kept
