"""Pictures of two dimensions: a cost against an outcome, and a map."""

import textwrap
from typing import Any

from kuntamittari.exhibits import label_layout
from kuntamittari.exhibits.exhibit import Exhibit, axis_scale
from kuntamittari.exhibits.grammar import letters
from kuntamittari.exhibits.vector.sheet import Anchor, Point, Sheet
from kuntamittari.i18n import Translator

HEIGHT = 33.0  # of a scatter, in font sizes
PAGE, USUAL = 900, 13  # pixels of width and of the font that label_layout assumes
MOST_NAMED = 25  # points up to which all are named
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
    """Draw points with names, and the medians of both measures as lines."""
    assert exhibit.series is not None and exhibit.middles is not None
    size = sheet.size
    xs, ys = exhibit.series.values()
    rows: list[dict[str, Any]] = [
        {"name": name, "x": x, "y": y, "role": role, "residents": 0.0}
        for name, role, x, y in zip(exhibit.categories, exhibit.roles, xs, ys, strict=True)
        if x is not None and y is not None
    ]
    scales = {axis: axis_scale([row[axis] for row in rows]) for axis in "xy"}
    ends = {f"{axis}_{end}": scale[at] for axis, scale in scales.items() for at, end in enumerate(("least", "most"))}
    decimals = dict(zip("xy", exhibit.decimals_by_series or (exhibit.decimals,) * 2, strict=True))
    heads = [textwrap.wrap(head, max(int(sheet.width / (0.52 * size)), 20)) for head in exhibit.heads]
    top = (len(heads[1]) * 1.25 + 0.8) * size
    left = max(letters.width(t.number(ends[f"y_{end}"], decimals["y"])) for end in ("least", "most")) * size + size
    below, right = (2.2 + 1.25 * len(heads[0])) * size, sheet.width - 0.6 * size
    foot = min(top + HEIGHT * size, sheet.room - below)
    sheet.height = foot + below

    def across(value: float) -> float:
        return left + (value - ends["x_least"]) / (ends["x_most"] - ends["x_least"]) * (right - left)

    def down(value: float) -> float:
        return foot - (value - ends["y_least"]) / (ends["y_most"] - ends["y_least"]) * (foot - top)

    for number, line in enumerate(heads[1]):
        sheet.words(0, (0.7 + 1.25 * number) * size, f"↑ {line}" if not number else line, quiet=True)
    for number, line in enumerate(heads[0]):
        sheet.words(
            sheet.width, foot + (2.4 + 1.25 * number) * size, f"→ {line}" if not number else line, "end", quiet=True
        )
    for axis in "xy":
        least, most, step = scales[axis]
        count = round((most - least) / step)
        apart = max(1, -(-count * 5 * size // (right - left))) if axis == "x" else 1
        for number in range(0, count + 1, int(apart)):
            value = least + number * step
            words = t.number(value, decimals[axis])
            if axis == "x":
                sheet.line(((across(value), top), (across(value), foot)), "grid")
                sheet.words(across(value), foot + size, words, "middle", quiet=True)
            else:
                sheet.line(((left, down(value)), (right, down(value))), "grid")
                sheet.words(left - 0.5 * size, down(value), words, "end", quiet=True)
    x, y = exhibit.middles
    sheet.line(((across(x), top), (across(x), foot)), "reference", 1.2, (4, 3))
    sheet.line(((left, down(y)), (right, down(y))), "reference", 1.2, (4, 3))
    width = sheet.width / PAGE
    sides = label_layout.beside_points(rows, ends, size / USUAL, width, exhibit.middles)
    for row in sorted(rows, key=lambda row: row["role"] != "other"):
        sheet.dot(across(row["x"]), down(row["y"]), (0.5 if row["role"] != "other" else 0.36) * size, row["role"])
    for row, side in zip(rows, sides, strict=True):
        own = row["role"] != "other"
        if not side or (len(rows) > MOST_NAMED and not own):
            continue
        dx, dy, anchor = BESIDE[side]
        sheet.words(across(row["x"]) + dx * size, down(row["y"]) + dy * size, row["name"], anchor, bold=own)


def areas(exhibit: Exhibit, _: Translator, sheet: Sheet) -> None:
    """Draw the map, its classes beside it where there is room, and otherwise below."""
    points = [point for area in exhibit.areas for ring in area.rings for point in ring]
    (west, east), (south, north) = ((min(axis), max(axis)) for axis in zip(*points, strict=True))
    size = sheet.size
    key = list(exhibit.limits)
    beside = (max(map(letters.width, key), default=0) + 2.5) * size
    narrow = sheet.width < beside + 300
    scale = min((sheet.width - (0 if narrow else beside)) / (east - west), min(TALLEST, sheet.room) / (north - south))
    left = 0 if narrow else beside

    def at(point: Point) -> Point:
        return left + (point[0] - west) * scale, (north - point[1]) * scale

    own = []
    for area, role in zip(exhibit.areas, exhibit.roles, strict=True):
        rings = [thin([at(point) for point in ring]) for ring in area.rings]
        rings = [ring for ring in rings if len(ring) > 2] or [max(rings, key=len)]
        sheet.area(rings, f"k-{area.level}" if area.level else "none")
        own += rings if role == "chosen" else []
    if own:
        sheet.area(own, "own")
    tall = (north - south) * scale
    for number, words in enumerate(key):
        y = (tall if narrow else 0) + (number + 0.9) * 1.5 * size
        sheet.parts.append(
            f'<rect class="k-{number + 1}" x="0" y="{y - 0.5 * size:.1f}" width="{size}" height="{size}"/>'
        )
        sheet.words(1.5 * size, y, words)
    sheet.height = tall + ((len(key) + 1) * 1.5 * size if narrow else 0)


def thin(ring: list[Point]) -> list[Point]:
    """Return a ring without points so near to the one before that a picture does not show them."""
    kept = ring[:1]
    for point in ring[1:]:
        if abs(point[0] - kept[-1][0]) + abs(point[1] - kept[-1][1]) >= NEAR:
            kept.append(point)
    return kept
