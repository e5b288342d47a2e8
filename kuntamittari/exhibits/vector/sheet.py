"""A sheet of SVG on which marks and words are put: their colours are classes, so that one picture fits both themes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise
from typing import Literal

from kuntamittari.exhibits.grammar import letters, shapes
from kuntamittari.exhibits.grammar.colours import CELLS, LINES, THEMES, Theme, cell, colour, line_colour

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]
MIDDLE = 0.35  # of the font size: from the middle of a line of words down to its foot
FILLED = (*LINES, "band", "noise", "hatch", "favourable", "unfavourable", "total")  # roles that fill a mark


@dataclass
class Sheet:
    """A picture of a width and a font size in pixels; its height is known when everything is drawn.

    `room`: the height that it should not exceed, where it can be drawn lower.
    """

    width: float
    size: float
    height: float = 0.0
    room: float = float("inf")
    parts: list[str] = field(default_factory=list)

    def words(
        self,
        x: float,
        y: float,
        words: str,
        anchor: Anchor = "start",
        *,
        bold: bool = False,
        quiet: bool = False,
        halo: bool = False,
    ) -> None:
        """Put words with their middle at a height, moved so far that no edge cuts them; a `halo` interrupts lines."""
        wide = letters.width(words, bold) * self.size
        left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
        x += max(0.0, -left) - max(0.0, min(left, left + wide - self.width))
        kinds = " ".join(kind for kind, on in (("b", bold), ("q", quiet), ("o", halo)) if on)
        style = (f' class="{kinds}"' if kinds else "") + (f' text-anchor="{anchor}"' if anchor != "start" else "")
        self.parts.append(f'<text x="{short(x)}" y="{short(y + MIDDLE * self.size)}"{style}>{escape(words)}</text>')

    def bar(self, x: float, y: float, width: float, height: float, role: str) -> None:
        """Put a rectangle."""
        self.parts.append(
            f'<rect class="f-{role}" x="{short(x)}" y="{short(y)}" width="{short(max(width, 0.5))}" '
            f'height="{short(height)}"/>'
        )

    def dot(self, x: float, y: float, radius: float, role: str, *, hollow: bool = False) -> None:
        """Put a dot."""
        kind = f"h-{role}" if hollow else f"d-{role}"
        self.parts.append(f'<circle class="{kind}" cx="{short(x)}" cy="{short(y)}" r="{short(radius)}"/>')

    def point(self, x: float, y: float, radius: float, role: str) -> None:
        """Put the point of a municipality, in the colour and shape of its role."""
        shape = shapes.OF_ROLE[role]
        if shape == "circle":
            self.dot(x, y, radius, role)
        else:
            self.parts.append(f'<path class="d-{role}" d="{outline(shape, x, y, radius)}"/>')

    def line(self, points: Sequence[Point], role: str, width: float = 1.0, dashes: Sequence[int] = ()) -> None:
        """Put a line through points."""
        dashed = f' stroke-dasharray="{" ".join(map(str, dashes))}"' if dashes else ""
        self.parts.append(f'<path class="l-{role}" stroke-width="{short(width)}"{dashed} d="{path(points)}"/>')

    def area(self, rings: Iterable[Sequence[Point]], kind: str) -> None:
        """Put a filled area; `kind`: its class."""
        self.parts.append(f'<path class="{kind}" d="{"".join(f"{path(ring)}z" for ring in rings)}"/>')

    def markup(self, attributes: str = "") -> str:
        """Return the picture as an element of HTML or as a file."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {short(self.width)} {short(self.height)}" '
            f'width="{short(self.width)}" height="{short(self.height)}" font-size="{short(self.size)}"'
            f"{attributes}>{''.join(self.parts)}</svg>"
        )


def short(number: float) -> str:
    """Return a number of pixels with at most one decimal."""
    return f"{number:.1f}".removesuffix(".0")


def outline(shape: str, x: float, y: float, half: float) -> str:
    """Return a shape with corners as a path; `half`: the radius of a circle of its size."""
    corners = shapes.CORNERS[shape]
    return "M" + "L".join(f"{short(x + dx * half)},{short(y + dy * half)}" for dx, dy in corners) + "z"


def path(points: Sequence[Point]) -> str:
    """Return points as a path: the first one, then steps in tenths of a pixel, which takes half as many letters."""
    at = [(round(x * 10), round(y * 10)) for x, y in points]
    steps = [
        f"{_tenths(x - x0)}{',' if y >= y0 else ''}{_tenths(y - y0)}"
        for (x0, y0), (x, y) in pairwise(at)
        if (x, y) != (x0, y0)
    ]
    return f"M{_tenths(at[0][0])},{_tenths(at[0][1])}" + (f"l{' '.join(steps)}" if steps else "")


def _tenths(number: int) -> str:
    return f"{number / 10:g}"


def style(theme_name: str) -> str:
    """Return the colours of the classes in a theme, as CSS."""
    theme = THEMES[theme_name]
    rules = [
        f"svg text{{fill:{theme.text}}}svg .q{{fill:{theme.quiet}}}",
        f"svg .o{{paint-order:stroke;stroke:{theme.ground};stroke-width:.3em;stroke-linejoin:round}}",
        f".l-grid,.l-quiet{{fill:none;stroke:{theme.grid}}}.l-quiet{{stroke:{theme.quiet}}}",
        f".none{{fill:{theme.no_figure};stroke:{theme.quiet};stroke-width:.4}}",
        f".own{{fill:none;stroke:{colour(theme, 'outline')};stroke-width:3}}",
    ]
    rules += [f".k-{level}{{fill:{shade};stroke:{theme.ground};stroke-width:.5}}" for level, shade in _classes(theme)]
    for role in dict.fromkeys(FILLED):
        fill, line = colour(theme, role), line_colour(theme, role)
        rules.append(
            f".f-{role}{{fill:{fill}}}.d-{role}{{fill:{line};stroke:{theme.ground};stroke-width:1}}"
            f".h-{role}{{fill:{theme.ground};stroke:{line};stroke-width:1.5}}.l-{role}{{fill:none;stroke:{line}}}"
        )
    for verdict in CELLS:
        ground, ink = cell(theme, verdict)
        rules.append(f".f-cell-{verdict}{{fill:{ground}}}.f-ink-{verdict},svg .g-ink-{verdict} text{{fill:{ink}}}")
    rules.append(f".e{{stroke:{theme.quiet};stroke-width:1}}")
    return "".join(rules)


def _classes(theme: Theme) -> Iterable[tuple[int, str]]:
    return enumerate(theme.classes, 1)
