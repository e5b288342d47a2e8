"""An exhibit on the stage and on slides: 1280 × 720 pixels in type of at least 20 points, with nothing cut.

What does not fit in that type is not set smaller: a long table goes on to further slides, and of many bars or lines
those are drawn that say the most, with a remark (docs/decisions/0031-twenty-points-and-panels.md).
"""

import math
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kuntamittari.catalog import provenance
from kuntamittari.exhibits.exhibit import Exhibit
from kuntamittari.exhibits.grammar import letters, panels, spine
from kuntamittari.exhibits.grammar.pictures import PLACED
from kuntamittari.exhibits.render import svg
from kuntamittari.exhibits.render.svg import Canvas
from kuntamittari.i18n import Translator

LEAST = 80 / 3  # pixels of 20 points on a slide 1280 pixels wide
LETTERS = 30  # pixels of type in a picture, which its names and axes may widen a little: it is then scaled to fit
WIDTH, HEIGHT = 1192, 470  # pixels of a picture or a table
BESIDE = {
    "scatter": (3, 3),
    "lines": (3, 1),
    "map": (9, 1),
    "pairs": (0, 2),
}  # lines of type beside and below a drawing
EASE = 1.02  # a picture may be a little wider than its canvas, and is then drawn smaller
TYPE = EASE * LEAST  # pixels of type of a picture whose words have their places by the font
LINE = 1.25 * LEAST  # height of a line of a table
GAP, RULE = 20, 11  # pixels between two columns, and between two rows
WIDEST = 660  # pixels of a column that has more room than it needs
LONGEST_WORD = 400  # pixels of a word that is not broken
LEAST_UPRIGHT = 22  # pixels of type in a picture that a phone shows half as large
IN_PARTS = ("panels", "spine")  # kinds of pictures that may take several slides
FEWEST = 5  # bars that are always drawn, however long their names are
LINE_NAMES = 18  # letters of a line of the name of a line over the years
LEADING = 1.25  # multiple of the type: height of a line of a name


@dataclass(frozen=True)
class Slide:
    """A slide: an exhibit that fits it, and a remark on which part of the whole exhibit it is, empty for all of it.

    `widths`: of the columns of a table, in pixels.
    """

    exhibit: Exhibit
    remark: str = ""
    widths: tuple[int, ...] = ()


def slides(exhibit: Exhibit, t: Translator, height: int = HEIGHT) -> tuple[Slide, ...]:
    """Return the slides of an exhibit: one, but for panels, spines and tables that are too long or too wide for one.

    `height`: pixels there are for the picture or the table.
    """
    if exhibit.kind == "scatter":  # long names of axes would take the room of the picture
        x, y = exhibit.heads
        return (Slide(replace(exhibit, heads=("", "")), f"↑ {y} · → {x}"),)
    if exhibit.kind not in ("table", *IN_PARTS):
        return (_partly(exhibit, t, canvas(exhibit, t.language, "light", height), EASE * LEAST),)
    if exhibit.kind == "panels":
        parts = [Slide(part) for part in panels.fitting(exhibit, t, WIDTH / TYPE, height / TYPE)]
    elif exhibit.kind == "spine":
        parts = [Slide(part) for part in spine.parts(exhibit, t, WIDTH / TYPE, height / TYPE)]
    else:
        parts = [part for block in _blocks(exhibit) for part in _pages(exhibit, block, height)]
    some = ""
    if exhibit.kind == "panels" and exhibit.in_rows:
        shown, members = (len(one.panels[0].categories) for one in (parts[0].exhibit, exhibit))
        some = t("deck.some", n=shown, all=members) if shown < members else ""
    of = [t("deck.part", n=number, all=len(parts)) if len(parts) > 1 else "" for number in range(1, len(parts) + 1)]
    return tuple(
        replace(part, remark=" · ".join(filter(None, (one, some)))) for part, one in zip(parts, of, strict=True)
    )


def canvas(exhibit: Exhibit, language: str, theme: str, height: int = HEIGHT) -> Canvas:
    """Return the canvas of a slide's picture, less the lines of type that its axes or its legend take beside it."""
    if exhibit.kind == "panels" or exhibit.kind in PLACED:
        return Canvas(language, theme, TYPE, width=WIDTH, height=height)
    across, down = BESIDE.get(exhibit.kind, (0, 0))
    return Canvas(language, theme, LETTERS, width=WIDTH - across * LETTERS, height=height - down * LETTERS)


def upright(exhibit: Exhibit, t: Translator) -> Slide:
    """Return an exhibit of bars, or another chart, as a phone shows it: with as many bars as can be read there."""
    return _partly(exhibit, t, upright_canvas(t.language, "light"), LEAST_UPRIGHT)


def upright_canvas(language: str, theme: str) -> Canvas:
    """Return the canvas of a picture on a phone, which is half as wide."""
    return Canvas(language, theme, 26, width=720, height=1000)


def short_source(exhibits: Sequence[Exhibit], t: Translator) -> str:
    """Return the agencies and licences behind exhibits, as one line; empty where they name no source.

    The statistics themselves are in the files and in the text that screen readers get. A source that is none of the
    data's, such as a publication, is written in full.
    """
    agencies, licences, others = list[str](), set[str](), list[str]()
    for source in dict.fromkeys(exhibit.source for exhibit in exhibits if exhibit.source):
        named = [
            (source.index(line), origin)
            for origin in provenance.sources().values()
            if (line := f"{origin['agency'][t.language]}, {origin['statistic'][t.language]}") in source
        ]
        for _, origin in sorted(named, key=lambda found: found[0]):
            agencies += origin["agency"][t.language].split(", ")
            licences |= {origin["licence"]} - {""}
        others += [] if named else [source]
    line = ", ".join(dict.fromkeys(agencies)) + (f" ({', '.join(sorted(licences))})" if licences else "")
    return " · ".join([*([t("how.sources", sources=line)] if agencies else []), *others])


def _partly(exhibit: Exhibit, t: Translator, canvas: Canvas, least: float) -> Slide:
    """Return a slide with as many bars of an exhibit as have room for names in type of at least so many pixels, or as
    many of its lines."""
    if exhibit.kind == "lines":
        return _lines_with_names(exhibit, t, canvas)
    if exhibit.kind not in ("bars", "pairs") or exhibit.series is None:
        return Slide(exhibit)
    count = len(exhibit.categories)
    for most in range(count, FEWEST, -1):
        some = _some(exhibit, most)
        if svg.fitted(some, canvas).size >= least:
            return Slide(some, t("deck.some", n=most, all=count) if most < count else "")
    few = min(count, FEWEST)
    return Slide(_some(exhibit, few), t("deck.some", n=few, all=count) if few < count else "")


def line_names(exhibit: Exhibit) -> dict[str, list[str]]:
    """Return the name of each line in as many lines of text as it takes."""
    assert exhibit.series is not None
    return {name: textwrap.wrap(name, LINE_NAMES, break_long_words=False) for name in exhibit.series}


def _lines_with_names(exhibit: Exhibit, t: Translator, canvas: Canvas) -> Slide:
    """Return a slide with as many lines over the years as have room for their names; the compared ones go last."""
    assert exhibit.series is not None
    names = line_names(exhibit)
    roles = dict(zip(exhibit.series, exhibit.roles, strict=True))
    kept, spare = list(names), [name for name in reversed(names) if roles[name] == "other"]
    while spare and sum(len(names[name]) for name in kept) * LEADING * canvas.size > canvas.height:
        kept.remove(spare.pop(0))
    if len(kept) == len(names):
        return Slide(exhibit)
    places = [at for at, name in enumerate(exhibit.series) if name in kept]
    some = replace(
        exhibit,
        series={name: exhibit.series[name] for name in names if name in kept},
        roles=tuple(exhibit.roles[at] for at in places),
        dashes=tuple(exhibit.dashes[at] for at in places) if exhibit.dashes else (),
    )
    return Slide(some, t("deck.some", n=len(kept), all=len(names)))


def _some(exhibit: Exhibit, most: int) -> Exhibit:
    """Return an exhibit of bars with the most telling of them."""
    assert exhibit.series is not None
    shown = _telling(exhibit, most)
    return replace(
        exhibit,
        categories=tuple(exhibit.categories[at] for at in shown),
        series={name: tuple(values[at] for at in shown) for name, values in exhibit.series.items()},
        roles=exhibit.roles if exhibit.kind == "pairs" else tuple(exhibit.roles[at] for at in shown),
        intervals=tuple(exhibit.intervals[at] for at in shown) if exhibit.intervals else (),
        ranks=tuple(exhibit.ranks[at] for at in shown) if exhibit.ranks else (),
        words=tuple(exhibit.words[at] for at in shown) if exhibit.words else (),
    )


def _telling(exhibit: Exhibit, most: int) -> list[int]:
    """Return the positions of the bars that are drawn, in order.

    Of pairs the largest; of single bars the chosen and compared ones, then the ends, then others evenly between them.
    """
    assert exhibit.series is not None
    count = len(exhibit.categories)
    if exhibit.kind == "pairs":
        size = [max(abs(value or 0.0) for value in values) for values in zip(*exhibit.series.values(), strict=True)]
        return sorted(sorted(range(count), key=lambda at: -size[at])[:most])
    own = [at for at, role in enumerate(exhibit.roles) if role == "chosen" or role.startswith("compared")]
    evenly = [round(at * (count - 1) / max(most - 1, 1)) for at in range(most)]
    between = sorted(range(count), key=lambda at: min(abs(at - one) for one in evenly))
    return sorted(list(dict.fromkeys([*own, 0, count - 1, *between]))[:most])


def wrapped(words: str, width: int, bold: bool = False) -> list[str]:
    """Return words in as many lines as they take in a column of a table so many pixels wide."""
    lines, line, room = list[str](), "", (width - GAP) / LEAST
    for word in words.split():
        longer = f"{line} {word}" if line else word
        if line and letters.width(longer, bold) > room:
            lines.append(line)
            longer = word
        while letters.width(longer, bold) > room and len(longer) > 1:  # a word that is wider than the column
            most = next(n for n in range(len(longer) - 1, 0, -1) if n == 1 or letters.width(longer[:n], bold) <= room)
            lines.append(longer[:most])
            longer = longer[most:]
        line = longer
    return [*lines, line]


def _pixels(words: str, bold: bool) -> int:
    """Return the width of a column in pixels that has room for words on one line."""
    return math.ceil(letters.width(words, bold) * LEAST) + GAP + 1


def _needs(exhibit: Exhibit, column: int) -> tuple[int, int]:
    """Return the narrowest and the best width of a column in pixels."""
    head, *cells = exhibit.heads[column], *(row[column] for row in exhibit.rows)
    parts = [(word, bold) for cell, bold in ((head, True), *((cell, False) for cell in cells)) for word in cell.split()]
    least = max((_pixels(word, bold) for word, bold in parts), default=GAP)
    best = max([_pixels(head, True), *(_pixels(cell, False) for cell in cells)])
    least = min(least, LONGEST_WORD)
    return least, max(min(best, WIDEST), least)


def _blocks(exhibit: Exhibit) -> Iterator[tuple[int, ...]]:
    """Yield the columns of each slide: the first one, which names the rows, and as many others as have room."""
    block, width = [0], _needs(exhibit, 0)[0]
    for column in range(1, len(exhibit.heads)):
        needed = _needs(exhibit, column)[0]
        if len(block) > 1 and width + needed > WIDTH:
            yield tuple(block)
            block, width = [0], _needs(exhibit, 0)[0]
        block.append(column)
        width += needed
    yield tuple(block)


def _widths(exhibit: Exhibit, block: Sequence[int]) -> tuple[int, ...]:
    """Return the widths of columns: the narrowest ones, and of what is left as much to each until it has enough."""
    needs = [_needs(exhibit, column) for column in block]
    widths, most = [least for least, _ in needs], [best for _, best in needs]
    # a text longer than the best width uses whatever the other columns leave
    longest = max(range(len(block)), key=lambda at: max(len(row[block[at]]) for row in exhibit.rows))
    most[longest] = max(most[longest], max(_pixels(row[block[longest]], False) for row in exhibit.rows))
    while (growing := [at for at in range(len(block)) if widths[at] < most[at]]) and sum(widths) < WIDTH:
        share = max((WIDTH - sum(widths)) // len(growing), 1)
        step = min(share, *(most[at] - widths[at] for at in growing))
        for at in growing[: WIDTH - sum(widths)]:
            widths[at] += step
    return tuple(widths)


def tall(row: Sequence[str], widths: Sequence[int], bold: bool = False) -> float:
    """Return the height of a row of a table in pixels."""
    return max(len(wrapped(cell, width, bold)) for cell, width in zip(row, widths, strict=True)) * LINE + RULE


def _pages(exhibit: Exhibit, block: Sequence[int], height: int) -> list[Slide]:
    """Return slides with some columns of a table, each with as many rows as it has room for, shared out evenly."""
    if not exhibit.rows:
        return [Slide(exhibit, widths=tuple(WIDTH // len(exhibit.heads) for _ in exhibit.heads))]
    widths, heads = _widths(exhibit, block), tuple(exhibit.heads[column] for column in block)
    room = height - tall(heads, widths, bold=True)
    rows = [part for row in exhibit.rows for part in _split(tuple(row[column] for column in block), widths, room)]
    least = _filled(rows, widths, room)
    even = sum(tall(row, widths) for row in rows) / len(least)
    while even < room and len(shared := _filled(rows, widths, even)) > len(least):
        even += LINE
    pages = shared if even < room else least
    return [Slide(replace(exhibit, heads=heads, rows=tuple(page)), widths=widths) for page in pages]


def _filled(rows: Sequence[tuple[str, ...]], widths: Sequence[int], room: float) -> list[list[tuple[str, ...]]]:
    """Return rows in pages of the height `room`."""
    pages, height = [list[tuple[str, ...]]()], 0.0
    for row in rows:
        needed = tall(row, widths)
        if pages[-1] and height + needed > room:
            pages.append([])
            height = 0.0
        pages[-1].append(row)
        height += needed
    return pages


def _split(row: tuple[str, ...], widths: Sequence[int], room: float) -> Iterator[tuple[str, ...]]:
    """Yield a row, or where it is taller than a slide its parts, each with the name of the row."""
    if tall(row, widths) <= room:
        yield row
        return
    lines = int((room - RULE) / LINE)
    cells = [wrapped(cell, width) for cell, width in zip(row[1:], widths[1:], strict=True)]
    for start in range(0, max(map(len, cells)), lines):
        parts = (" ".join(cell[start : start + lines]) for cell in cells)
        yield (row[0], *parts)
