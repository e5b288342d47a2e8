"""Panels: dots of several measures on one axis, side by side and below each other, in font sizes.

Where all panels have the same members, each member has a row with name, dot and figure; otherwise a panel is one strip
whose chosen and compared members have a lane each (docs/decisions/0031-twenty-points-and-panels.md).
"""

import math
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kuntamittari.exhibits.exhibit import Exhibit
from kuntamittari.exhibits.grammar import dots, letters
from kuntamittari.i18n import Translator

# the following are multiples of the font size
ROW, HEAD, FOOT = 1.25, 1.2, 0.9  # heights of a row, of a line of a head, and of what is left below a panel
APART, GAP = 1.6, 0.7  # between two panels side by side, and between the columns of a panel
LEAST_TRACK, MOST_TRACK = 6.0, 24.0  # of the axis of a panel of rows
STRIP = 2.6  # least height of the dots of a strip
AXIS = 1.7  # height of the marks below the lowest panels
SIDE = 0.8  # of a strip: from its edges to the ends of its axis


@dataclass(frozen=True)
class Words:
    """Words of a panel, and where they begin, their middle or their end is (`align`: left, center, right)."""

    words: str
    x: float
    y: float
    align: str = "left"
    bold: bool = False
    quiet: bool = False


@dataclass(frozen=True)
class Dot:
    """A dot of a panel."""

    name: str
    role: str
    value: float
    x: float
    y: float
    words: str


@dataclass(frozen=True)
class Panel:
    """A panel with what is drawn in it: its axis from left to right, its median and middle half from top to foot, and
    the lanes of a strip below them to the bottom."""

    exhibit: Exhibit
    left: float
    right: float
    top: float
    foot: float
    bottom: float
    dots: tuple[Dot, ...]
    words: tuple[Words, ...]

    def across(self, value: float) -> float:
        """Return where a value is."""
        low, high = self.exhibit.ends
        return self.left + (self.right - self.left) * (value - low) / (high - low)


@dataclass(frozen=True)
class Layout:
    """Panels as high as `depth`; `marks`: the figures of the axis below each column, where it has any."""

    panels: tuple[Panel, ...]
    marks: tuple[Words, ...]
    depth: float


def layout(exhibit: Exhibit, t: Translator, width: float) -> Layout:
    """Return where the panels of an exhibit stand on a picture so many font sizes wide."""
    columns, wide = _columns(exhibit, t, width)
    placed, marks, top, bottom = list[Panel](), list[Words](), 0.0, 0.0
    for start in range(0, len(exhibit.panels), columns):
        row = [
            _panel(panel, exhibit.in_rows, t, place * (wide + APART), top, wide)
            for place, panel in enumerate(exhibit.panels[start : start + columns])
        ]
        placed += [panel for panel, _ in row]
        bottom = max(foot for _, foot in row)
        top = bottom + FOOT
    if not exhibit.panels[0].words:
        for place in range(min(columns, len(exhibit.panels))):
            marks += _marks(placed[place], t, bottom + AXIS / 2)
        bottom += AXIS
    return Layout(tuple(placed), tuple(marks), bottom)


def fitting(exhibit: Exhibit, t: Translator, width: float, depth: float) -> Iterator[Exhibit]:
    """Yield exhibits that each hold as many of the panels as have room; of more members than have room the first."""
    members = max(len(panel.categories) for panel in exhibit.panels)
    if exhibit.in_rows:
        while members > 1 and any(
            layout(_first(replace(exhibit, panels=(panel,)), members), t, width).depth > depth
            for panel in exhibit.panels
        ):
            members -= 1
        exhibit = _first(exhibit, members)
    rest: Sequence[Exhibit] = exhibit.panels
    while rest:
        counts = range(len(rest), 1, -1)
        fits = (n for n in counts if layout(replace(exhibit, panels=tuple(rest[:n])), t, width).depth <= depth)
        most = next(fits, 1)
        yield replace(exhibit, panels=tuple(rest[:most]))
        rest = rest[most:]


def _first(exhibit: Exhibit, members: int) -> Exhibit:
    """Return panels with their first members."""
    panels = (
        replace(
            panel,
            categories=panel.categories[:members],
            series={name: values[:members] for name, values in (panel.series or {}).items()},
            roles=panel.roles[:members],
            words=panel.words[:members],
        )
        for panel in exhibit.panels
    )
    return replace(exhibit, panels=tuple(panels))


def _columns(exhibit: Exhibit, t: Translator, width: float) -> tuple[int, float]:
    """Return how many panels stand side by side, and how wide each is."""
    if not exhibit.in_rows:
        return 1, width
    names, figures = _sides(exhibit.panels, t)
    least = names + figures + 2 * GAP + LEAST_TRACK
    columns = max(1, min(len(exhibit.panels), int((width + APART) / (least + APART))))
    return columns, min((width + APART) / columns - APART, least - LEAST_TRACK + MOST_TRACK)


def _sides(panels: Sequence[Exhibit], t: Translator) -> tuple[float, float]:
    """Return the widths of the names and of the figures of rows."""
    names = max(letters.width(name, True) for panel in panels for name in panel.categories)
    return names, max(letters.width(figure, True) for panel in panels for figure in figures(panel, t))


def figures(panel: Exhibit, t: Translator) -> tuple[str, ...]:
    """Return the figure of each member of a panel in words."""
    if panel.words:
        return panel.words
    assert panel.series is not None
    [values] = panel.series.values()
    return tuple(t("missing.mark") if value is None else t.number(value, panel.decimals) for value in values)


def _panel(panel: Exhibit, in_rows: bool, t: Translator, left: float, top: float, width: float) -> tuple[Panel, float]:
    """Return a panel at a place, and how far down it reaches."""
    head = [(line, True) for line in _wrapped(panel.title, width, True)]
    head += [(line, False) for line in (_wrapped(panel.note, width, False) if panel.note else [])]
    words = [
        Words(line, left, top + (number + 0.5) * HEAD, bold=bold, quiet=not bold)
        for number, (line, bold) in enumerate(head)
    ]
    start = top + len(head) * HEAD
    return (_rows if in_rows else _strip)(panel, t, left, start, width, words)


def _rows(
    panel: Exhibit, t: Translator, left: float, top: float, width: float, words: list[Words]
) -> tuple[Panel, float]:
    assert panel.series is not None
    [values] = panel.series.values()
    names, beside = _sides([panel], t)
    axis = (left + names + GAP + 0.4, left + width - beside - GAP - 0.4)
    foot = top + ROW * len(values)
    placed = Panel(panel, *axis, top, foot, foot, (), ())
    found = list[Dot]()
    for number, (name, role, value, figure) in enumerate(
        zip(panel.categories, panel.roles, values, figures(panel, t), strict=True)
    ):
        y, bold = top + (number + 0.5) * ROW, role != "other"
        words += [Words(name, left, y, bold=bold), Words(figure, left + width, y, "right", bold=bold)]
        if value is not None:
            found.append(Dot(name, role, value, placed.across(value), y, figure))
    return replace(placed, dots=tuple(found), words=tuple(words)), foot


def _strip(
    panel: Exhibit, t: Translator, left: float, top: float, width: float, words: list[Words]
) -> tuple[Panel, float]:
    drawn = dots.strip(panel, t, wide=True, ends=False)
    axis = (left + SIDE, left + width - SIDE)
    foot = top + drawn.depth
    placed = Panel(panel, *axis, top, foot, foot, (), ())
    found = list[Dot]()
    for dot in drawn.rows:
        x, y = placed.across(dot["value"]), top + dot["at"]
        found.append(Dot(dot["name"], dot["role"], dot["value"], x, y, dot["detail"]))
        if dot["lane"]:
            em = dot["em"]
            middle = placed.across(dot["edge"]) + dot["side"] * (0.9 + em / 2)
            middle = min(max(middle, left + em / 2), left + width - em / 2)
            words.append(Words(dot["label"], middle, top + dot["label_at"], "center", bold=True))
    return replace(placed, foot=top + drawn.strip, dots=tuple(found), words=tuple(words)), foot


def _marks(panel: Panel, t: Translator, y: float) -> Iterator[Words]:
    """Yield the figures of the axis of a column, as many as have room."""
    (low, high), step = panel.exhibit.ends, panel.exhibit.step
    widest = 1 + max(letters.width(t.number(end, panel.exhibit.decimals)) for end in (low, high))
    while (panel.right - panel.left) * step / (high - low) < widest:
        step *= 2
    for number in range(math.floor((high - low) / step + 1e-9) + 1):
        value = low + number * step
        yield Words(t.number(value, panel.exhibit.decimals), panel.across(value), y, "center", quiet=True)


def _wrapped(words: str, width: float, bold: bool) -> list[str]:
    """Return words in as few lines as a panel so many font sizes wide has room for."""
    for number in range(len(words), 0, -1):
        lines = textwrap.wrap(words, number)
        if all(letters.width(line, bold) <= width for line in lines):
            return lines
    return [words]
