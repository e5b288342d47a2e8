"""Which names stand on a map, and how far above their municipality, so that none overlap; and its legend."""

from collections.abc import Mapping

from kuntamittari.exhibits.exhibit import Exhibit
from kuntamittari.exhibits.grammar import letters
from kuntamittari.exhibits.grammar.colours import Theme
from kuntamittari.i18n import Translator

LINE = 1.3  # height of a line of a name, in font sizes
SMALL = 14  # pixels: a chosen municipality that is smaller gets a ring around it

Box = tuple[float, float, float, float]  # left, top, right and bottom in pixels


def placed(boxes: Mapping[str, Box], own: str | None, size: float) -> dict[str, float]:
    """Return name → pixels by which it stands above the middle of its box, of as many names as leave room for others.

    `boxes`: the names in order of importance with the box around each municipality's largest part; `own`: the one that
    stands above its municipality, whose fill stays in view; `size`: of the font in pixels.
    """
    taken, found = list[Box](), dict[str, float]()
    for name, (left, top, right, bottom) in boxes.items():
        up = max((bottom - top) / 2, SMALL) + LINE * size / 2 if name == own else 0.0
        x, y, half = (left + right) / 2, (top + bottom) / 2 - up, letters.width(name, True) * size / 2
        box = (x - half, y - LINE * size / 2, x + half, y + LINE * size / 2)
        if all(box[2] < b[0] or b[2] < box[0] or box[3] < b[1] or b[3] < box[1] for b in taken):
            taken.append(box)
            found[name] = up
    return found


def legend(exhibit: Exhibit, t: Translator, theme: Theme) -> dict[str, str]:
    """Return the classes of a map with their colours, and what else its municipalities are; hatched ones last."""
    entries = dict(zip(exhibit.limits, theme.classes, strict=False))
    blank = [area.loaded for area in exhibit.areas if area.level is None]
    if any(blank):
        entries[t("grammar.no_figure")] = theme.no_figure
    if not all(blank):
        entries[t("grammar.not_loaded")] = theme.no_figure
    return entries
