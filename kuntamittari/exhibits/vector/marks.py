"""Spines and rugs: marks at their places (grammar/drawing.py).

Marks of one look are one path, which is a tenth as long as an element each.
"""

from collections.abc import Iterable
from html import escape
from itertools import groupby

from kuntamittari.exhibits.exhibit import Exhibit
from kuntamittari.exhibits.grammar.drawing import Drawing, Row
from kuntamittari.exhibits.grammar.pictures import drawn
from kuntamittari.exhibits.vector.sheet import Anchor, Sheet, outline, short
from kuntamittari.i18n import Translator

ANCHORS: dict[str, Anchor] = {"left": "start", "center": "middle", "right": "end"}
MIDDLE = 0.35  # of the font size: from the middle of a line of words down to its foot


def draw(exhibit: Exhibit, t: Translator, sheet: Sheet) -> None:
    """Draw a spine or a rug."""
    size = sheet.size
    drawing = drawn(exhibit, t, sheet.width / size, sheet.room / size)
    sheet.height = drawing.depth * size + 1
    for (ink, edge), areas in _alike(drawing.areas, "ink", "edge"):
        sheet.parts.append(
            f'<path class="f-{ink}{" e" if edge else ""}" d="{"".join(_area(row, size) for row in areas)}"/>'
        )
    for row in drawing.lines:
        ends = ((row["x"] * size, row["y"] * size), (row["x2"] * size, row["y2"] * size))
        sheet.line(ends, row["ink"], row["thick"] * size)
    _paths(drawing, sheet)
    for (ink, edge), points in _alike(drawing.points, "ink", "edge"):
        kind = f"d-{ink}" if edge else f"f-{ink}"
        sheet.parts.append(f'<path class="{kind}" d="{"".join(_shape(row, size) for row in points)}"/>')
    _words(drawing, sheet)


def _alike(rows: list[Row], *parts: str) -> Iterable[tuple[tuple[str, ...], list[Row]]]:
    """Yield rows of the same look."""

    def look(row: Row) -> tuple[str, ...]:
        return tuple(row[part] for part in parts)

    for found, listed in groupby(sorted(rows, key=look), look):
        yield found, list(listed)


def _area(row: Row, size: float) -> str:
    left, top, wide, tall = (
        short(part * size) for part in (row["x"], row["y"], row["x2"] - row["x"], row["y2"] - row["y"])
    )
    return f"M{left},{top}h{wide}v{tall}h-{wide}z"


def _shape(row: Row, size: float) -> str:
    """Return a mark as a path; its width is that of its row."""
    x, y, half = row["x"] * size, row["y"] * size, row["size"] * size / 2
    if row["shape"] == "circle":
        across = short(2 * half)
        arc = f"a{short(half)},{short(half)} 0 1,0"
        return f"M{short(x - half)},{short(y)}{arc} {across},0{arc} -{across},0z"
    return outline(row["shape"], x, y, half)


def _paths(drawing: Drawing, sheet: Sheet) -> None:
    for _, listed in groupby(drawing.paths, lambda row: row["path"]):
        rows = list(listed)
        points = [(row["x"] * sheet.size, row["y"] * sheet.size) for row in rows]
        sheet.line(points, rows[0]["ink"], rows[0]["thick"] * sheet.size)


def _words(drawing: Drawing, sheet: Sheet) -> None:
    """Add words; the marks of cells that are letters in a group for each size and ink."""
    for row in drawing.words:
        if row["ink"] in ("text", "quiet") and not row["turned"]:
            x, y, anchor = row["x"] * sheet.size, row["y"] * sheet.size, ANCHORS[row["align"]]
            sheet.words(x, y, row["words"], anchor, bold=row["bold"], quiet=row["ink"] == "quiet")
    for row in (row for row in drawing.words if row["turned"]):
        x, y, bold = row["x"] * sheet.size, row["y"] * sheet.size, ' class="b"' if row["bold"] else ""
        turned = f'transform="translate({short(x + MIDDLE * sheet.size)} {short(y)}) rotate(-90)"'
        sheet.parts.append(f"<text{bold} {turned}>{escape(row['words'])}</text>")
    marks = [row | {"size": short(row["size"] * sheet.size)} for row in drawing.words if row["ink"].startswith("ink-")]
    for (ink, size), rows in _alike(marks, "ink", "size"):
        letters = "".join(
            f'<text x="{short(row["x"] * sheet.size)}" y="{short(row["y"] * sheet.size + MIDDLE * float(size))}">'
            f"{row['words']}</text>"
            for row in rows
        )
        sheet.parts.append(f'<g class="g-{ink}" font-size="{size}" text-anchor="middle">{letters}</g>')
