"""A picture of marks at their places, in font sizes: for what no axis of Vega-Lite can say.

A medium scales it; the inks are colour roles (`grammar/colours.py`) or the `text`, `quiet`, `ground` and `grid` of a
theme.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from kuntamittari.exhibits.grammar import letters

LINE = 1.3  # height of a line of words
THIN, THICK = 0.07, 0.14  # of lines
Row = dict[str, Any]


@dataclass
class Drawing:
    """Marks in the order in which they are drawn: areas, lines, paths, points, words; each as rows of data.

    `said` is what a mark stands for, which tests read back; marks of keys and of what is around them say nothing.
    """

    width: float
    depth: float = 0.0
    areas: list[Row] = field(default_factory=list)
    lines: list[Row] = field(default_factory=list)
    paths: list[Row] = field(default_factory=list)
    points: list[Row] = field(default_factory=list)
    words: list[Row] = field(default_factory=list)

    def area(
        self, sides: tuple[float, float], top: float, foot: float, ink: str, said: str = "", edge: str = ""
    ) -> None:
        """Add a rectangle; `edge`: the ink of its outline."""
        left, right = sides
        thick = min(1.4 * THIN, (foot - top) / 10)
        row = {"x": left, "x2": right, "y": top, "y2": foot, "ink": ink, "said": said, "edge": edge, "thick": thick}
        self.areas.append(row)

    def line(
        self, left: float, right: float, top: float, foot: float, ink: str, thick: float = THIN, said: str = ""
    ) -> None:
        """Add a straight line."""
        row = {"x": left, "x2": right, "y": top, "y2": foot, "ink": ink, "thick": thick, "said": said}
        self.lines.append(row)

    def path(self, points: Iterable[tuple[float, float]], ink: str, said: str, thick: float = THICK) -> None:
        """Add a line through points."""
        name = len({row["path"] for row in self.paths})
        self.paths += [
            {"x": x, "y": y, "path": name, "order": order, "ink": ink, "thick": thick, "said": said}
            for order, (x, y) in enumerate(points)
        ]

    def point(
        self, x: float, y: float, shape: str, ink: str, said: str = "", size: float = 0.8, edge: str = ""
    ) -> None:
        """Add a mark of a shape of Vega and of a width; `edge`: the ink of its outline."""
        self.points.append({"x": x, "y": y, "shape": shape, "ink": ink, "said": said, "size": size, "edge": edge})

    def write(
        self,
        words: str,
        x: float,
        y: float,
        align: str = "left",
        bold: bool = False,
        ink: str = "text",
        size: float = 1.0,
        turned: bool = False,
        said: str = "",
    ) -> None:
        """Add words on one line with their middle at the height `y`; `turned`: upwards, with their beginning there."""
        row = {"x": x, "y": y, "words": words, "align": align, "bold": bold, "ink": ink, "size": size, "turned": turned}
        self.words += [row | {"said": said}] if words else []


def wrapped(words: str, room: float, bold: bool = False) -> list[str]:
    """Return words on lines of at most so many font sizes; a longer word has a line of its own."""
    lines = [""]
    for word in words.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and letters.width(longer, bold) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
