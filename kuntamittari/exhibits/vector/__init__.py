"""Exhibits as SVG drawn by ourselves, in a millisecond: for documents and previews, with text as text."""

import math

from kuntamittari.exhibits.exhibit import Exhibit
from kuntamittari.exhibits.vector import bars, dots, lines, marks, panels, plane
from kuntamittari.exhibits.vector.sheet import Sheet
from kuntamittari.i18n import Translator

SIZE = 13.0  # pixels of the font, as on a page
DRAW = {
    "bars": bars.draw,
    "pairs": bars.draw,
    "waterfall": bars.draw,
    "dots": dots.draw,
    "lines": lines.draw,
    "scatter": plane.scatter,
    "panels": panels.draw,
    "map": plane.areas,
    "spine": marks.draw,
    "rug": marks.draw,
}


def picture(exhibit: Exhibit, t: Translator, width: float, size: float = SIZE, room: float = math.inf) -> Sheet:
    """Return an exhibit as a picture of a width in pixels, whose height follows. Raises KeyError for a table.

    `room`: the height that it should not exceed, where it can be drawn lower.
    """
    sheet = Sheet(width, size, room=room)
    DRAW[exhibit.kind](exhibit, t, sheet)
    return sheet
