"""The dots of a group on one line without an axis, as markup: where everybody lies, and where one lies among them.

Drawn with HTML, since Streamlit lets no SVG into a page's markup. Places along the line are shares of its width, and
names and figures are placed such that on a line `NARROWEST` pixels wide none meets another or is cut, and so on any
wider one; on a narrower one the style puts the figures of the ends into a row of their own.
"""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kuntamittari.exhibits import comparison
from kuntamittari.exhibits.answers.model import Answer
from kuntamittari.exhibits.exhibit import Exhibit
from kuntamittari.exhibits.grammar import dots, label_layout, shapes
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.i18n import Translator

NARROWEST = 290.0  # pixels: the line of a card on a phone 390 pixels wide
TOP, BAND, ROW = 24, 44, 17  # pixels: heights of the own name above the band, of the band, of a row of figures below it
LETTER, OWN_LETTER = 6.6, 7.6  # pixels: widest usual letter of a figure and of the own name
APART = 8.0  # pixels between two figures in a row
SPREAD = 0.44  # of the band's height: from its middle to the outermost dot
MANY = 40  # dots above which each is drawn smaller


@dataclass(frozen=True)
class Dot:
    """A municipality on the line: its name with its figure, its place along the line (0 to 1), its height in pixels
    from the top, and its colour role."""

    name: str
    x: float
    y: float
    role: str


@dataclass(frozen=True)
class Label:
    """Words at the line: where their middle is (0 to 1), on which row below the band (-1: above it), and their role."""

    words: str
    x: float
    row: int
    role: str

    @property
    def width(self) -> float:
        """Return how wide the words are at most, in pixels."""
        return len(self.words) * (OWN_LETTER if self.role == "own" else LETTER)

    @property
    def middle(self) -> float:
        """Return where their middle is on the narrowest line, in pixels: where they would be cut they move inwards."""
        return min(max(self.x * NARROWEST, self.width / 2), NARROWEST - self.width / 2)


@dataclass(frozen=True)
class Strip:
    """The dots of the other members, the own one with its interval, the middle half, the typical member, and labels."""

    dots: tuple[Dot, ...]
    own: Dot
    whisker: tuple[float, float] | None
    band: tuple[float, float]
    median: float
    labels: tuple[Label, ...]

    @property
    def height(self) -> int:
        """Return how high it is, in pixels."""
        return TOP + BAND + ROW * (1 + max(label.row for label in self.labels)) + 4


def of(context: PageContext, answer: Answer) -> Strip | None:
    """Return the strip of an answer; None where it is compared with nobody."""
    found = of_group(context, answer)
    return drawn(found, context.t) if found else None


def of_group(context: PageContext, answer: Answer) -> Exhibit | None:
    """Return the group of an answer as dots; None where it is compared with nobody."""
    return None if answer.gap is None else comparison.dots(context.with_indicator(answer.whole.id))


def drawn(exhibit: Exhibit, t: Translator) -> Strip:
    """Return the strip of an exhibit of dots, on the axis that it has in every medium."""
    assert exhibit.reference is not None and exhibit.band is not None
    (least, most), members = exhibit.ends, dots.members(exhibit, t)
    [own] = [member for member in members if member["role"] == "chosen"]
    others = sorted((member for member in members if member is not own), key=lambda member: member["value"])

    def along(value: float) -> float:
        return (value - least) / (most - least)

    def dot(member: Mapping[str, Any], height: float = 0.0) -> Dot:
        name = t("answers.dot", name=member["name"], value=member["figure"])
        return Dot(name, along(member["value"]), TOP + BAND / 2 - height * BAND * SPREAD, member["role"])

    heights = label_layout.stacked([member["value"] for member in others], least, most)
    middle = exhibit.reference.value
    written = t("answers.median_label", value=t.number(middle, exhibit.decimals))
    median = Label(written, along(middle), 0, "median")
    ends = {member["value"]: member["figure"] for member in (others[0], others[-1])}
    ends_of_group = [Label(figure, along(value), 0, "end") for value, figure in ends.items()]
    return Strip(
        tuple(map(dot, others, heights)),
        dot(own),
        None if own["low"] is None else (along(own["low"]), along(own["high"])),
        (along(exhibit.band.low), along(exhibit.band.high)),
        along(middle),
        (Label(_fitting(own["name"]), along(own["value"]), -1, "own"), median, *placed(median, ends_of_group)),
    )


def _fitting(name: str) -> str:
    """Return a name, cut where it is longer than the narrowest line."""
    most = int(NARROWEST / OWN_LETTER)
    return name if len(name) <= most else f"{name[: most - 1]}…"


def placed(median: Label, ends: Sequence[Label]) -> list[Label]:
    """Return the figures of the lowest and the highest member: in the row of the typical one, or below it where either
    would meet that; as one where they would meet each other."""
    if len(ends) == 2 and _meet(*ends):
        ends = [Label("–".join(end.words for end in ends), (ends[0].x + ends[1].x) / 2, 0, "end")]
    row = median.row + any(_meet(median, end) for end in ends)
    return [replace(end, row=row) for end in ends]


def _meet(one: Label, other: Label) -> bool:
    return abs(one.middle - other.middle) < (one.width + other.width) / 2 + APART


def markup(strip: Strip, alt: str) -> str:
    """Return a strip as markup; `alt` is its text alternative. The style colours its parts by their role."""
    left, right = strip.band
    parts = [
        f"<i class='km-a-band' style='left:{_share(left)};width:{_share(right - left)}'></i>",
        *(_dot(dot) for dot in strip.dots),
        f"<i class='km-a-median' style='left:{_share(strip.median)}'></i>",
    ]
    if strip.whisker:
        low, high = strip.whisker
        parts.append(f"<i class='km-a-whisker' style='left:{_share(low)};width:{_share(high - low)}'></i>")
    parts.append(_dot(strip.own))
    parts += [_label(label) for label in strip.labels]
    kind = "km-a-strip km-a-many" if len(strip.dots) > MANY else "km-a-strip"
    name = html.escape(alt, quote=True)
    return f"<div class='{kind}' style='height:{strip.height}px' role='img' aria-label='{name}'>{''.join(parts)}</div>"


def _share(part: float) -> str:
    return f"{100 * part:.2f}%"


def _dot(dot: Dot) -> str:
    """Return a dot; the style makes a circle of what has no other shape."""
    kind, name = "km-a-own" if dot.role == "chosen" else "km-a-dot", html.escape(dot.name, quote=True)
    if dot.role != "other":
        kind = f"{kind} km-a-{dot.role} km-s-{shapes.OF_ROLE[dot.role]}"
    return f"<i class='{kind}' style='left:{_share(dot.x)};top:{dot.y:.1f}px' title='{name}'></i>"


def _label(label: Label) -> str:
    half = f"{label.width / 2:.0f}px"
    top = 0 if label.row < 0 else TOP + BAND + 3 + ROW * label.row
    style = f"left:clamp({half},{_share(label.x)},100% - {half});top:{top}px"
    beside = " km-a-beside" if label.role == "end" and label.row == 0 else ""
    return f"<span class='km-a-{label.role}-label{beside}' style='{style}'>{html.escape(label.words)}</span>"
