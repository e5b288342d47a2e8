"""An exhibit on the stage: slides of 1280 × 720 pixels in type of at least 20 points, with nothing cut.

What does not fit in that type is not set smaller: a long table goes on to further slides, and of a long row of bars
those are drawn that say the most, with a remark.
"""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kuntamittari.catalog import provenance
from kuntamittari.exhibits.exhibit import Exhibit
from kuntamittari.exhibits.grammar import spine
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
LETTER = 0.49  # width of a letter, as a share of the type
BOLD = 1.12  # how much wider a header is than other text
LINE = 1.25 * LEAST  # height of a line of a table
GAP, RULE = 20, 11  # pixels between two columns, and between two rows
WIDEST = 46  # letters of a column that has more room than it needs
LONGEST_WORD = 18  # letters of a word that is not broken
LEAST_UPRIGHT = 22  # pixels of type in a picture that a phone shows half as large
FEWEST = 5  # bars that are always drawn, however long their names are


@dataclass(frozen=True)
class Slide:
    """A slide: an exhibit that fits it, and a remark on which part of the whole exhibit it is, empty for all of it.

    `widths`: of the columns of a table, in pixels.
    """

    exhibit: Exhibit
    remark: str = ""
    widths: tuple[int, ...] = ()


def slides(exhibit: Exhibit, t: Translator) -> tuple[Slide, ...]:
    """Return the slides of an exhibit: one, but for a spine or a table that is too long for one, or too wide."""
    if exhibit.kind == "spine":
        found = spine.parts(exhibit, t, WIDTH / LEAST, HEIGHT / LEAST)
        return _numbered([Slide(part) for part in found], t)
    if exhibit.kind == "scatter":  # long names of axes would take the room of the picture
        x, y = exhibit.heads
        return (Slide(replace(exhibit, heads=("", "")), f"↑ {y} · → {x}"),)
    if exhibit.kind != "table":
        return (_partly(exhibit, t, canvas(exhibit, t.language, "light"), EASE * LEAST),)
    return _numbered([part for block in _blocks(exhibit) for part in _pages(exhibit, block)], t)


def _numbered(parts: list[Slide], t: Translator) -> tuple[Slide, ...]:
    """Return slides with a remark on which part of the whole each is, if there are several."""
    if len(parts) == 1:
        return (parts[0],)
    return tuple(replace(part, remark=t("deck.part", n=number, all=len(parts))) for number, part in enumerate(parts, 1))


def canvas(exhibit: Exhibit, language: str, theme: str) -> Canvas:
    """Return the canvas of a slide's picture, less the lines of type that its axes or its legend take beside it."""
    across, down = BESIDE.get(exhibit.kind, (0, 0))
    if exhibit.kind in PLACED:
        return Canvas(language, theme, LEAST, width=WIDTH, height=HEIGHT)
    return Canvas(language, theme, LETTERS, width=WIDTH - across * LETTERS, height=HEIGHT - down * LETTERS)


def upright(exhibit: Exhibit, slide: Slide, t: Translator) -> Slide:
    """Return a slide of an exhibit of bars, or another chart, as a phone shows it: with as many bars as can be read
    there."""
    if exhibit.kind == "spine":
        return slide
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
    """Return a slide with as many bars of an exhibit as have room for names in type of at least so many pixels."""
    if exhibit.kind not in ("bars", "pairs") or exhibit.series is None:
        return Slide(exhibit)
    count = len(exhibit.categories)
    for most in range(count, FEWEST, -1):
        some = _some(exhibit, most)
        if svg.fitted(some, canvas).size >= least:
            return Slide(some, t("deck.some", n=most, all=count) if most < count else "")
    few = min(count, FEWEST)
    return Slide(_some(exhibit, few), t("deck.some", n=few, all=count) if few < count else "")


def _some(exhibit: Exhibit, most: int) -> Exhibit:
    """Return an exhibit of bars with the most telling of them."""
    assert exhibit.series is not None
    shown = _telling(exhibit, most)
    return replace(
        exhibit,
        categories=tuple(exhibit.categories[at] for at in shown),
        series={name: tuple(values[at] for at in shown) for name, values in exhibit.series.items()},
        roles=exhibit.roles if exhibit.kind == "pairs" else tuple(exhibit.roles[at] for at in shown),
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


def _pixels(letters: int) -> int:
    return round(letters * LETTER * LEAST) + GAP


def _needs(exhibit: Exhibit, column: int) -> tuple[int, int]:
    """Return the narrowest and the best width of a column in pixels."""
    cells = [exhibit.heads[column], *(row[column] for row in exhibit.rows)]
    longest_word = max((len(word) for cell in cells for word in cell.split()), default=1)
    least = round(BOLD * min(longest_word, LONGEST_WORD))
    return _pixels(least), _pixels(max(min(max(map(len, cells)), WIDEST), least))


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
    most[longest] = max(most[longest], max(_pixels(len(row[block[longest]])) for row in exhibit.rows))
    while (growing := [at for at in range(len(block)) if widths[at] < most[at]]) and sum(widths) < WIDTH:
        share = max((WIDTH - sum(widths)) // len(growing), 1)
        step = min(share, *(most[at] - widths[at] for at in growing))
        for at in growing[: WIDTH - sum(widths)]:
            widths[at] += step
    return tuple(widths)


def _letters(width: int) -> int:
    return max(int((width - GAP + 1) / (LETTER * LEAST)), 1)  # 1: a width is rounded


def _tall(row: Sequence[str], widths: Sequence[int]) -> float:
    """Return the height of a row in pixels."""
    lines = max(len(textwrap.wrap(cell, _letters(width))) for cell, width in zip(row, widths, strict=True))
    return max(lines, 1) * LINE + RULE


def _pages(exhibit: Exhibit, block: Sequence[int]) -> list[Slide]:
    """Return slides with some columns of a table, each with as many rows as it has room for, shared out evenly."""
    if not exhibit.rows:
        return [Slide(exhibit, widths=tuple(WIDTH // len(exhibit.heads) for _ in exhibit.heads))]
    widths, heads = _widths(exhibit, block), tuple(exhibit.heads[column] for column in block)
    room = HEIGHT - _tall(heads, widths)
    rows = [part for row in exhibit.rows for part in _split(tuple(row[column] for column in block), widths, room)]
    least = _filled(rows, widths, room)
    even = sum(_tall(row, widths) for row in rows) / len(least)
    while even < room and len(shared := _filled(rows, widths, even)) > len(least):
        even += LINE
    pages = shared if even < room else least
    return [Slide(replace(exhibit, heads=heads, rows=tuple(page)), widths=widths) for page in pages]


def _filled(rows: Sequence[tuple[str, ...]], widths: Sequence[int], room: float) -> list[list[tuple[str, ...]]]:
    """Return rows in pages of the height `room`."""
    pages, height = [list[tuple[str, ...]]()], 0.0
    for row in rows:
        tall = _tall(row, widths)
        if pages[-1] and height + tall > room:
            pages.append([])
            height = 0.0
        pages[-1].append(row)
        height += tall
    return pages


def _split(row: tuple[str, ...], widths: Sequence[int], room: float) -> Iterator[tuple[str, ...]]:
    """Yield a row, or where it is taller than a slide its parts, each with the name of the row."""
    if _tall(row, widths) <= room:
        yield row
        return
    lines = int((room - RULE) / LINE)
    wrapped = [
        textwrap.wrap(cell, _letters(width), break_on_hyphens=False, break_long_words=False)
        for cell, width in zip(row[1:], widths[1:], strict=True)
    ]
    for start in range(0, max(map(len, wrapped)), lines):
        parts = (" ".join(cell[start : start + lines]) for cell in wrapped)
        yield (row[0], *parts)
