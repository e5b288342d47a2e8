"""Panels of dots (grammar/panels.py says where each of them is)."""

from kuntamittari.exhibits.exhibit import Exhibit
from kuntamittari.exhibits.grammar import panels
from kuntamittari.exhibits.vector.sheet import Anchor, Sheet
from kuntamittari.i18n import Translator

RADIUS, OWN = 0.3, 0.42  # of a dot, of a chosen or compared one, in font sizes
ANCHORS: dict[str, Anchor] = {"left": "start", "center": "middle", "right": "end"}


def draw(exhibit: Exhibit, t: Translator, sheet: Sheet) -> None:
    """Draw panels with their middle halves and medians."""
    size = sheet.size
    layout = panels.layout(exhibit, t, sheet.width / size)
    sheet.height = layout.depth * size + 1
    for panel in layout.panels:
        top, foot = panel.top * size, panel.foot * size
        if panel.exhibit.band:
            low, high = (size * panel.across(end) for end in (panel.exhibit.band.low, panel.exhibit.band.high))
            sheet.bar(low, top, high - low, foot - top, "band")
        for dot in panel.dots if exhibit.in_rows else ():
            sheet.line(((panel.left * size, dot.y * size), (panel.right * size, dot.y * size)), "grid")
        if panel.exhibit.reference:
            at = size * panel.across(panel.exhibit.reference.value)
            sheet.line(((at, top), (at, foot)), "reference", 0.1 * size)
        for dot in sorted(panel.dots, key=lambda dot: dot.role != "other"):
            sheet.point(dot.x * size, dot.y * size, (OWN if dot.role != "other" else RADIUS) * size, dot.role)
    for words in (*(one for panel in layout.panels for one in panel.words), *layout.marks):
        sheet.words(
            words.x * size, words.y * size, words.words, ANCHORS[words.align], bold=words.bold, quiet=words.quiet
        )
