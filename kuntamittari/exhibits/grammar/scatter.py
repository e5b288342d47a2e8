"""The names of a scatter's points, and what its ranges and line are, as a legend above it, in font sizes."""

import math
from dataclasses import dataclass
from typing import Any

from kuntamittari.exhibits.exhibit import Exhibit
from kuntamittari.exhibits.grammar import label_layout, letters

SWATCH, GAP, APART, LINE = 1.4, 0.5, 1.6, 1.4  # of a colour, beside it, between two entries; height of a line
CROWD = 60  # points that are drawn smaller
MOST_NAMED = 25  # points up to which all are named
USUAL_SIZE, PAGE = 13, 900  # pixels of font size and width that label_layout assumes


@dataclass(frozen=True)
class Entry:
    """An entry of a legend: its role and words, where its colour begins, and on which line it is."""

    role: str
    words: str
    x: float
    line: int


def legend(exhibit: Exhibit, width: float) -> tuple[list[Entry], int]:
    """Return the entries of a legend so many font sizes wide, and on how many lines they stand."""
    named = [(limits.role, limits.label) for limits in exhibit.ranges]
    if exhibit.reference:
        named.append(("reference", exhibit.reference.label))
    entries, x, line = list[Entry](), 0.0, 0
    for role, words in named:
        wide = SWATCH + GAP + letters.width(words)
        if x and x + wide > width:
            x, line = 0.0, line + 1
        entries.append(Entry(role, words, x, line))
        x += wide + APART
    return entries, line + 1 if entries else 0


def points(exhibit: Exhibit, size: float, height: float) -> list[dict[str, Any]]:
    """Return the points of a scatter: x, y, name, role, residents and side (of the point on which its name is drawn,
    empty without a name).

    `size`: font size in pixels, of a picture as wide as a page; `height`: of the picture as a share of its width.
    """
    rows: list[dict[str, Any]] = [
        {"name": name, "x": x, "y": y, "role": role, "residents": 0.0} for name, role, x, y in exhibit.points
    ]
    xs, ys = exhibit.marks
    along = math.log if exhibit.logarithmic else float
    ends = {"x_least": along(xs[0]), "x_most": along(xs[-1]), "y_least": ys[0], "y_most": ys[-1]}
    few = len(rows) <= MOST_NAMED and not exhibit.ranges
    middles = exhibit.middles or (None if exhibit.reference is None else (math.inf, exhibit.reference.value))
    sides = label_layout.beside_points(
        [row | {"x": along(row["x"])} for row in rows], ends, size / USUAL_SIZE, middles=middles, height=height
    )
    return [
        row | {"side": side if few or row["role"] != "other" else ""} for row, side in zip(rows, sides, strict=True)
    ]
