"""Where names stand on a chart so that none lies on another."""

from typing import Any

OF_LINE = 0.055  # share of the axis that one name at a line's end takes
# of a chart 900 pixels wide: half a point, the height of a name, the width of one of its letters, as shares of the axes
DOT, LINE, LETTER = 0.012, 0.036, 0.0085


def at_ends(rows: list[dict[str, Any]], low: float, high: float, share: float = OF_LINE) -> None:
    """Gives each line's last point the height of its name (`label_at`), names pushed apart so that none overlap;
    `share` of the axis is what one takes."""
    last = {row["series"]: row for row in sorted(rows, key=lambda row: row["year"])}
    gap = (high - low) * share
    at = low + gap / 2
    placed = sorted(last.values(), key=lambda row: row["value"])
    for row in placed:
        at = max(row["value"], at)
        row["label_at"] = at
        at += gap
    ceiling = high
    for row in reversed(placed):
        row["label_at"] = min(row["label_at"], ceiling)
        ceiling = row["label_at"] - gap


def beside_points(
    rows: list[dict[str, Any]], ends: dict[str, float], size: float = 1.0, width: float = 1.0
) -> list[str]:
    """The side of its point that the name of each row stands on, empty where every side is taken: the chosen and
    compared have their choice first, then from the largest. `size` is how large letters are beside those of a page,
    `width` how wide the chart is beside one of 900 pixels."""
    dot, line, letter = DOT / width, LINE * size, LETTER * size / width
    spans = {axis: ends[f"{axis}_most"] - ends[f"{axis}_least"] for axis in "xy"}
    at = [((row["x"] - ends["x_least"]) / spans["x"], (row["y"] - ends["y_least"]) / spans["y"]) for row in rows]
    taken = [(x - dot, y - DOT, x + dot, y + DOT) for x, y in at]
    sides = [""] * len(rows)
    for n in sorted(range(len(rows)), key=lambda n: (rows[n]["role"] == "other", -(rows[n]["residents"] or 0))):
        (x, y), length = at[n], letter * len(rows[n]["name"])
        boxes = {
            "right": (x + dot, y - line / 2, x + dot + length, y + line / 2),
            "left": (x - dot - length, y - line / 2, x - dot, y + line / 2),
            "above": (x - length / 2, y + DOT, x + length / 2, y + DOT + line),
            "below": (x - length / 2, y - DOT - line, x + length / 2, y - DOT),
        }
        free = [
            side
            for side, box in boxes.items()
            if box[0] >= 0 and box[2] <= 1 and not any(_meet(box, other) for other in taken)
        ]
        sides[n] = free[0] if free else ("right" if rows[n]["role"] != "other" else "")
        if sides[n]:
            taken.append(boxes[sides[n]])
    return sides


def _meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
