"""The pictures that are marks at their places, by kind of exhibit."""

from kuntamittari.exhibits.exhibit import Exhibit
from kuntamittari.exhibits.grammar import rug, spine
from kuntamittari.exhibits.grammar.drawing import Drawing
from kuntamittari.i18n import Translator

PLACED = ("spine", "rug")  # kinds of exhibits


def drawn(exhibit: Exhibit, t: Translator, width: float, depth: float) -> Drawing:
    """Return the picture of an exhibit of `PLACED`, of a width and, where that can be, within a depth in font sizes."""
    return (rug if exhibit.kind == "rug" else spine).layout(exhibit, t, width, depth)
