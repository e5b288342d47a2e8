"""Positions of names on a chart such that none overlap."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from kuntamittari.exhibits.grammar import letters

BINS, DOT_STEP = 90, 0.14  # parts of the axis of a strip, and how far apart dots in one of them lie
OF_LINE = 0.055  # height of a name at a line's end, as a share of the axis
# shares of the axes of a chart 900 pixels wide: radius of a point, height of a name, font size, half a line
DOT, LINE, EM, HAIR = 0.012, 0.036, 13 / 900, 0.004
HEIGHT = 0.6  # of such a chart, as a share of its width


def at_ends(
    rows: list[dict[str, Any]],
    low: float,
    high: float,
    share: float = OF_LINE,
    lines: Mapping[str, int] | None = None,
) -> None:
    """Set on the last row of each series where its name stands: `label_at`, the height on the value axis, and
    `label_year`, the last year of all, since a name beside a line that ends earlier would lie on the others.

    rows: series, year, value. `low`, `high`: ends of the axis; `share`: height of a line of a name as a share of it;
    `lines`: how many lines the name of a series takes, by default one.
    """
    last = {row["series"]: row for row in sorted(rows, key=lambda row: row["year"])}
    last_year = max(row["year"] for row in rows)
    gap = (high - low) * share
    floor, ceiling = low, math.inf
    placed = sorted(last.values(), key=lambda row: row["value"])
    half = {row["series"]: gap * (lines or {}).get(row["series"], 1) / 2 for row in placed}
    for row in placed:
        row["label_at"], row["label_year"] = max(row["value"], floor + half[row["series"]]), last_year
        floor = row["label_at"] + half[row["series"]]
    for row in reversed(placed):
        row["label_at"] = min(row["label_at"], high, ceiling - half[row["series"]])
        ceiling = row["label_at"] - half[row["series"]]


def stacked(values: Sequence[float], least: float, most: float) -> list[float]:
    """Return the height of each dot on a strip, between −1 and 1, such that those at the same place lie apart.

    Dots of one of `BINS` equal parts of the axis are stacked around the middle in order of value, closer together where
    the fullest part would not fit.
    """
    step = (most - least) / BINS or 1.0
    parts = [min(int((value - least) / step), BINS - 1) for value in values]
    fullest = max(Counter(parts).values(), default=1)
    apart, found, seen = min(DOT_STEP, 2 / fullest), list[float](), Counter[int]()
    for part in parts:
        seen[part] += 1
        number = seen[part]  # 0, +1, −1, +2, −2 …
        found.append(apart * (number // 2) * (1 if number % 2 == 0 else -1))
    return found


def beside_points(
    rows: list[dict[str, Any]],
    ends: dict[str, float],
    size: float = 1.0,
    width: float = 1.0,
    middles: tuple[float, float] | None = None,
    height: float = HEIGHT,
) -> list[str]:
    """Return for each row the side of its point (right, left, above, below) for its name; empty where none is free.

    rows: x, y, name, role, residents. `ends`: x_least, x_most, y_least and y_most of the axes; `size`: letters relative
    to those of a page; `width`: of the chart relative to 900 pixels; `height`: as a share of its width; `middles`:
    where a line goes up and one across, which names avoid. The chosen and compared municipalities choose first, then
    the others from the largest; a chosen or compared one always gets a name.
    """
    flat = HEIGHT / height
    dot, line, em, high = DOT / width, LINE * size * flat, EM * size / width, DOT * flat
    spans = {axis: ends[f"{axis}_most"] - ends[f"{axis}_least"] for axis in "xy"}
    positions = [((row["x"] - ends["x_least"]) / spans["x"], (row["y"] - ends["y_least"]) / spans["y"]) for row in rows]
    taken = [(x - dot, y - high, x + dot, y + high) for x, y in positions]
    lines, names = list[tuple[float, ...]](), list[tuple[float, ...]]()
    if middles:
        x, y = ((at - ends[f"{axis}_least"]) / spans[axis] for axis, at in zip("xy", middles, strict=True))
        lines = [(x - HAIR, -1.0, x + HAIR, 2.0), (-1.0, y - HAIR, 2.0, y + HAIR)]
    sides = [""] * len(rows)
    for n in sorted(range(len(rows)), key=lambda n: (rows[n]["role"] == "other", -(rows[n]["residents"] or 0))):
        (x, y), length = positions[n], em * letters.width(rows[n]["name"], rows[n]["role"] != "other")
        boxes = {
            "right": (x + dot, y - line / 2, x + dot + length, y + line / 2),
            "left": (x - dot - length, y - line / 2, x - dot, y + line / 2),
            "above": (x - length / 2, y + high, x + length / 2, y + high + line),
            "below": (x - length / 2, y - high - line, x + length / 2, y - high),
        }
        free = [
            side
            for side, box in boxes.items()
            if box[0] >= 0 and box[2] <= 1 and not any(_meet(box, other) for other in taken)
        ]
        beside = [side for side, box in boxes.items() if not any(_meet(box, other) for other in names)]
        clear = [side for side in free if not any(_meet(boxes[side], line_) for line_ in lines)]
        if clear or rows[n]["role"] != "other":
            sides[n] = (clear or free or beside or ["right"])[0]
        if sides[n]:
            taken.append(boxes[sides[n]])
            names.append(boxes[sides[n]])
    return sides


def _meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
