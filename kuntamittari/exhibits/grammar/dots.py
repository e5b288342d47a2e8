"""A comparison as dots: a row for each member where there is room for its name, otherwise all on one strip.

What is said here in font sizes holds in every medium; where a value lies across is left to the medium
(docs/decisions/0028-one-grammar-of-charts.md).
"""

import math
from dataclasses import dataclass
from typing import Any

from babel.numbers import get_group_symbol

from kuntamittari.exhibits.exhibit import MOST_IN_ROWS, Exhibit, interval
from kuntamittari.exhibits.grammar import label_layout, letters
from kuntamittari.exhibits.grammar.colours import ROLES
from kuntamittari.i18n import Translator

# the following are multiples of the font size
NARROW = 37.0  # a picture less wide has names above the dots
ROW, NARROW_ROW = 1.4, 2.15  # height of a row with its name beside the dot, and above it
HEADER, AXIS = 3.0, 2.2  # height of the labels above a picture, and of the axis below it
STACK, AROUND = 3.6, 1.0  # of a strip: from its middle to the farthest dot there may be; above and below all dots
WIDE_STACK = 2.4  # where there is more room across than down
END = 1.35  # height of the label of the lowest or the highest value, below the strip
LANE, LABEL_IN_LANE, DOT_IN_LANE = 2.9, 0.75, 2.0  # of a chosen or compared one, with its label above its dot
BESIDE = 1.6  # height of such a lane where there is room for the label beside the dot
GAP = 0.6  # between two columns


@dataclass(frozen=True)
class Layout:
    """Dots as rows of data.

    `in_rows`: a row a member, otherwise one strip; `rows`: the dots, as of `members`, and also: of rows, position; of a
    strip, at (how far below its top), label, em (its width), label_at, end (`low` or `high`), and of a lane its
    side (−1, 0, 1) and edge, the value that its label is beside. `group`: as of `marks`. In font sizes: `depth`, the
    height without header and axis; `names` and `figures`, the widths of the columns beside rows; `strip`, the height of
    the dots of a strip, without lanes.
    """

    in_rows: bool
    rows: list[dict[str, Any]]
    group: dict[str, Any]
    depth: float
    names: float = 0.0
    figures: float = 0.0
    strip: float = 0.0

    def parameters(self, exhibit: Exhibit, t: Translator) -> dict[str, Any]:
        """Return the parameters of `charts.dot_layers`."""
        least, most = exhibit.ends
        ends = (t.number(end, exhibit.decimals) for end in (least, most))
        marks_ = {"step": exhibit.step, "mark_em": max(map(letters.width, ends)) + 1}
        columns = {"count": len(self.rows), "names": self.names, "figures": self.figures}
        return {"least": least, "most": most, "thousands": get_group_symbol(t.language), **marks_} | (
            columns if self.in_rows else {"depth": self.depth, "strip": self.strip}
        )


def fits_rows(exhibit: Exhibit, width: float, height: float, size: float) -> bool:
    """Return whether a picture of a size in pixels, without header and axis, has room for the name of every member."""
    number = known(exhibit)
    return number <= MOST_IN_ROWS and height >= number * row_height(width, size)


def row_height(width: float, size: float) -> float:
    """Return the height of a row in pixels, in a picture of a width in pixels."""
    return (NARROW_ROW if width < NARROW * size else ROW) * size


def rows(exhibit: Exhibit, t: Translator) -> Layout:
    """Return a row for each member with a value."""
    assert exhibit.reference is not None
    dots = [
        dot | {"position": place, "median": exhibit.reference.value} for place, dot in enumerate(members(exhibit, t), 1)
    ]
    return Layout(
        True,
        dots,
        marks(exhibit),
        len(dots) * ROW,
        max(letters.width(dot["name"], dot["role"] != "other") for dot in dots) + GAP,
        max(letters.width(dot["figure"], dot["role"] != "other") for dot in dots) + GAP,
    )


def strip(exhibit: Exhibit, t: Translator, wide: bool = False, ends: bool = True, most: float = math.inf) -> Layout:
    """Return all members on one strip; the chosen and the compared ones have a lane of their own below it.

    Where several of the others lie at the same place, they are stacked around the middle of the strip. `wide`: whether
    there is room for names beside the dots of the lanes; otherwise they are above them. `ends`: whether the lowest and
    the highest are named. `most`: depth that there is; dots are stacked closer together where they need more.
    """
    dots, (least, highest) = members(exhibit, t), exhibit.ends
    own = [dot for role in ROLES[:-1] for dot in dots if dot["role"] == role]
    others = sorted((dot for dot in dots if dot["role"] == "other"), key=lambda dot: dot["value"])
    heights = label_layout.stacked([dot["value"] for dot in others], least, highest)
    lane, named = BESIDE if wide else LANE, ((1 if wide else 2) * END + 0.3 if ends else 0.2)
    reach = max(map(abs, heights), default=0.0)
    room = (most - named - lane * len(own) - 0.4) / 2 - AROUND
    stack = min(WIDE_STACK if wide else STACK, max(room, 0.5) / reach if reach else math.inf)
    middle = stack * reach + AROUND
    outer = {choose(dots, key=lambda dot: dot["value"])["name"]: end for choose, end in ((max, "high"), (min, "low"))}
    placed = [
        dot
        | {"at": middle - stack * height, "label_at": 2 * middle + 0.8}
        | {"end": outer.get(dot["name"], "") if ends else ""}
        for dot, height in zip(others, heights, strict=True)
    ]
    top = 2 * middle + named
    for number, dot in enumerate(own):
        start = top + number * lane
        at, label_at = (start + BESIDE / 2,) * 2 if wide else (start + DOT_IN_LANE, start + LABEL_IN_LANE)
        low, high = (dot["value"] if dot[end] is None else dot[end] for end in ("low", "high"))
        side = 0 if not wide else 1 if low - least < highest - high else -1
        edge = (low, dot["value"], high)[side + 1]
        placed.append(dot | {"at": at, "label_at": label_at, "end": "", "lane": True, "side": side, "edge": edge})
    nearest = {f"{end}_{part}": 0.0 for end in ("low", "high") for part in ("value", "em")}
    for dot in placed:
        dot.setdefault("lane", False)
        dot.setdefault("side", 0)
        dot.setdefault("edge", dot["value"])
        dot["label"] = f"{dot['name']} {dot['figure']}" if dot["lane"] or dot["end"] else ""
        dot["em"] = letters.width(dot["label"], dot["lane"])
        if dot["end"]:
            nearest |= {f"{dot['end']}_value": dot["value"], f"{dot['end']}_em": dot["em"]}
    rows = [dot | nearest for dot in placed]
    return Layout(False, rows, marks(exhibit), top + lane * len(own) + 0.4, strip=2 * middle)


def known(exhibit: Exhibit) -> int:
    """Return how many members have a value."""
    assert exhibit.series is not None
    [values] = exhibit.series.values()
    return sum(value is not None for value in values)


def members(exhibit: Exhibit, t: Translator) -> list[dict[str, Any]]:
    """Return the members with a value in the order of the exhibit: name, role, value, its figure in words, detail (with
    the unit), rank, low, high and interval (in words)."""
    assert exhibit.series is not None
    [values] = exhibit.series.values()
    found = []
    for place, (name, role, value) in enumerate(zip(exhibit.categories, exhibit.roles, values, strict=True)):
        if value is None:
            continue
        ends = exhibit.intervals[place] if exhibit.intervals else None
        low, high = ends or (None, None)
        figure = t.number(value, exhibit.decimals)
        found.append(
            {
                "name": name,
                "role": role,
                "value": value,
                "figure": figure,
                "detail": f"{figure} {exhibit.unit}",
                "rank": exhibit.ranks[place] if exhibit.ranks else "",
                "low": low,
                "high": high,
                "interval": interval(t, ends, exhibit.decimals),
            }
        )
    return found


def marks(exhibit: Exhibit) -> dict[str, Any]:
    """Return the reference and the band with their labels and the widths of these in font sizes; nothing without."""
    if exhibit.reference is None or exhibit.band is None:
        return {}
    return {
        "median": exhibit.reference.value,
        "median_label": exhibit.reference.label,
        "median_em": letters.width(exhibit.reference.label),
        "q1": exhibit.band.low,
        "q3": exhibit.band.high,
        "middle": (exhibit.band.low + exhibit.band.high) / 2,
        "band_label": exhibit.band.label,
        "band_em": letters.width(exhibit.band.label),
    }
