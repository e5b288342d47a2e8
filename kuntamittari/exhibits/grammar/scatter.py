"""What a scatter's ranges and line are, as a legend above it, in font sizes."""

from dataclasses import dataclass

from kuntamittari.exhibits.exhibit import Exhibit
from kuntamittari.exhibits.grammar import letters

SWATCH, GAP, APART, LINE = 1.4, 0.5, 1.6, 1.4  # of a colour, beside it, between two entries; height of a line


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
