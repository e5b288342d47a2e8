"""An SVG picture as its marks and the boxes of its words, each at its place on the picture."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from xml.etree import ElementTree

from pypdf._codecs.core_font_metrics import CORE_FONT_METRICS

NAMESPACE = "{http://www.w3.org/2000/svg}"
ABOVE, BELOW = 0.74, 0.2  # of a letter above and below its baseline, in font sizes
SLACK = 1.5  # pixels that boxes may share: outlines of letters are narrower


@dataclass(frozen=True)
class Box:
    """Words, or the line of a mark, and where they are: left, top, right, bottom."""

    words: str
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box", slack: float = SLACK) -> bool:
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > slack and down > slack


@dataclass(frozen=True)
class Mark:
    """A mark: its kind, the attributes of its element, the fields of its row and its place."""

    kind: str
    attributes: dict[str, str]
    fields: dict[str, str]
    x: float
    y: float


@dataclass(frozen=True)
class Picture:
    width: float
    height: float
    words: list[Box]
    marks: list[Mark]
    rules: list[Box]
    halos: list[Box]

    def of(self, kind: str) -> list[Mark]:
        return [mark for mark in self.marks if mark.kind == kind]

    def faults(self) -> list[str]:
        """Words that are cut, that meet others, or that a line crosses."""
        cut = [
            f"{box.words!r} is cut"
            for box in self.words
            if box.left < -SLACK
            or box.top < -SLACK
            or box.right > self.width + SLACK
            or box.bottom > self.height + SLACK
        ]
        meet = [
            f"{one.words!r} meets {other.words!r}" for one, other in combinations(self.words, 2) if one.meets(other)
        ]
        whole = [box for box in self.words if box not in self.halos]  # the others interrupt the lines behind them
        crossed = [f"a line crosses {box.words!r}" for box in whole for rule in self.rules if box.meets(rule, 0.6)]
        shortened = [f"{box.words!r} is cut" for box in self.words if box.words.endswith("…")]
        return [*cut, *shortened, *meet, *crossed]


def width(words: str, size: float, bold: bool) -> float:
    """The width of words in Helvetica, whose letters no other font of ours exceeds."""
    widths = CORE_FONT_METRICS["Helvetica-Bold" if bold else "Helvetica"].character_widths
    plain = words.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
    return sum(widths.get(letter, 556) for letter in plain) * size / 1000


def read(svg: str) -> Picture:
    root = ElementTree.fromstring(svg)
    found = Picture(float(root.get("width", "0")), float(root.get("height", "0")), [], [], [], [])
    _walk(root, 0.0, 0.0, found)
    return found


def _walk(node: ElementTree.Element, x: float, y: float, found: Picture) -> None:
    shift = re.match(r"translate\(([-\d.e]+),([-\d.e]+)\)", node.get("transform", ""))
    if shift:
        x, y = x + float(shift[1]), y + float(shift[2])
    if float(node.get("opacity", "1")) == 0:
        return
    kind = node.get("aria-roledescription", "")
    tag = node.tag.removeprefix(NAMESPACE)
    if kind and tag != "g":
        label = node.get("aria-label", "")
        fields = dict(part.split(": ", 1) for part in label.split("; ") if ": " in part)
        found.marks.append(Mark(kind, dict(node.attrib), fields, x, y))
    if tag == "text":
        (found.halos if node.get("stroke") else found.words).extend(_boxes(node, x, y))
    elif tag == "line" and kind == "rule mark":
        x2, y2 = x + float(node.get("x2", "0")), y + float(node.get("y2", "0"))
        thick = float(node.get("stroke-width", "1")) / 2
        found.rules.append(Box("", min(x, x2) - thick, min(y, y2) - thick, max(x, x2) + thick, max(y, y2) + thick))
    for child in node:
        if tag != "text":
            _walk(child, x, y, found)


def _boxes(node: ElementTree.Element, x: float, y: float) -> Iterator[Box]:
    size, bold = float(node.get("font-size", "11px").removesuffix("px")), node.get("font-weight") == "bold"
    spans = [span.text or "" for span in node.iter(f"{NAMESPACE}tspan")] or [node.text or ""]
    leading = next((float(span.get("dy", "0")) for span in node.iter(f"{NAMESPACE}tspan") if span.get("dy")), 0.0)
    for line, words in enumerate(spans):
        if not words.strip():
            continue
        wide, anchor, base = width(words, size, bold), node.get("text-anchor", "start"), y + line * leading
        left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
        if turned := re.search(r"rotate\(-90\)(?: translate\(([-\d.e]+),([-\d.e]+)\))?", node.get("transform", "")):
            at = x + line * leading + float(turned[2] or 0)  # the second shift is along the turned axes
            foot = y - float(turned[1] or 0) + {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
            yield Box(words, at - ABOVE * size, foot - wide, at + BELOW * size, foot)
            continue
        yield Box(words, left, base - ABOVE * size, left + wide, base + BELOW * size)


def read_words(svg: str) -> Picture:
    """A picture that documents draw (kuntamittari/exhibits/vector): its words, which a class makes bold."""
    root = ElementTree.fromstring(svg)
    size = float(root.get("font-size", "0"))
    found = Picture(float(root.get("width", "0")), float(root.get("height", "0")), [], [], [], [])
    for holder in (root, *root.iter(f"{NAMESPACE}g")):
        letters, anchor = float(holder.get("font-size", size)), holder.get("text-anchor", "start")
        for node in holder.findall(f"{NAMESPACE}text"):
            words, base, x = node.text or "", float(node.get("y", "0")), float(node.get("x", "0"))
            wide = width(words, letters, "b" in node.get("class", "").split())
            if turned := re.match(r"translate\(([-\d.]+) ([-\d.]+)\) rotate\(-90\)", node.get("transform", "")):
                at, foot = map(float, turned.groups())
                found.words.append(Box(words, at - ABOVE * letters, foot - wide, at + BELOW * letters, foot))
                continue
            left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[node.get("text-anchor", anchor)]
            found.words.append(Box(words, left, base - ABOVE * letters, left + wide, base + BELOW * letters))
    return found
