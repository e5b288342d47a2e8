"""The preview picture of a view, which chats show beside a link to it: its finding and its first picture as PNG."""

import textwrap
import threading
from collections import OrderedDict

from kuntamittari.exhibits import vector
from kuntamittari.exhibits.exhibit import Exhibit
from kuntamittari.exhibits.grammar import letters
from kuntamittari.exhibits.grammar.colours import THEMES
from kuntamittari.exhibits.vector import sheet
from kuntamittari.exhibits.vector.sheet import Sheet
from kuntamittari.web.documents.heads import PREVIEW
from kuntamittari.web.documents.model import Document

MARGIN, LEAD, SMALL = 56, 27, 20  # pixels
TITLES = (44, 36, 30)  # pixels of a title, the largest with which it has two lines
MOST_LINES = 3  # of the finding below the title
MOST_KEPT = 100  # pictures of about 200 kB
FONT = "Arial, Liberation Sans, DejaVu Sans, sans-serif"
SIZES = (24, 21, 18, 16)  # pixels of the picture's font, the largest with which it has room

_kept: OrderedDict[str, bytes] = OrderedDict()
_lock = threading.Lock()
_drawing = threading.Lock()  # one is drawn at a time: each takes a tenth of a second of a processor


def kept(tag: str) -> bytes | None:
    """Return the picture that was drawn for a tag, None where it is not kept."""
    with _lock:
        if tag in _kept:
            _kept.move_to_end(tag)
        return _kept.get(tag)


def png(document: Document, tag: str) -> bytes:
    """Return the picture of a view; `tag`: a hash of all that it depends on, under which it is kept."""
    import vl_convert  # takes a moment, and is rarely needed

    with _drawing:
        found: bytes = vl_convert.svg_to_png(svg(document), scale=1)
    with _lock:
        _kept[tag] = found
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return found


def svg(document: Document) -> str:
    """Return the picture of a view as SVG: title, finding, picture, and the name of the service."""
    width, height = PREVIEW
    paper, y = Sheet(width, LEAD, height), MARGIN + TITLES[0] / 2
    room = width - 2 * MARGIN
    first = next((one for one in document.exhibits if one.kind != "table"), None)
    size = next((size for size in TITLES if len(_lines(document.head.title, size, room)) <= 2), TITLES[-1])
    for line in _lines(document.head.title, size, room)[:MOST_LINES]:
        _put(paper, MARGIN, y, line, size, bold=True)
        y += 1.2 * size
    said = document.description
    lines = _lines(said, LEAD, room)
    most = MOST_LINES if first else 8
    lines = [*lines[: most - 1], f"{lines[most - 1]} …"] if len(lines) > most else lines
    for line in lines:
        _put(paper, MARGIN, y, line, LEAD)
        y += 1.35 * LEAD
    foot = height - MARGIN
    if first:
        drawn = _fitting(first, document, room, foot - SMALL - y - 16)
        scale = min(1.0, (foot - SMALL - y - 16) / drawn.height)
        x = MARGIN
        paper.parts.append(
            f'<g transform="translate({x} {sheet.short(y)}) scale({scale:.3f})" font-size="{sheet.short(drawn.size)}">'
            f"{''.join(drawn.parts)}</g>"
        )
    place = document.context.name(document.context.selection.municipality)
    _put(paper, MARGIN, foot + 8, f"{document.t('app.name')} · {place}", SMALL, quiet=True)
    ground = THEMES["light"].ground
    style = (
        f"<style>.b{{font-weight:700}}{sheet.style('light')}</style><rect width='100%' height='100%' fill='{ground}'/>"
    )
    paper.parts.insert(0, style)
    return paper.markup(f' font-family="{FONT}"')


def _fitting(exhibit: Exhibit, document: Document, width: float, height: float) -> Sheet:
    """Return the first picture in the largest font with which it has room, or else in the smallest."""
    drawn = [vector.picture(exhibit, document.t, width, size, height) for size in SIZES]
    return next((one for one in drawn if one.height <= height), drawn[-1])


def _lines(words: str, size: float, width: float) -> list[str]:
    """Return words in lines of at most a width in pixels."""
    letter = letters.width(words) / max(len(words), 1) * size
    return textwrap.wrap(words, max(int(width / letter), 12))


def _put(paper: Sheet, x: float, y: float, words: str, size: float, *, bold: bool = False, quiet: bool = False) -> None:
    before, paper.size = paper.size, size
    paper.words(x, y, words, bold=bold, quiet=quiet)
    paper.size = before
    paper.parts[-1] = paper.parts[-1].replace("<text ", f'<text font-size="{size}" ', 1)
