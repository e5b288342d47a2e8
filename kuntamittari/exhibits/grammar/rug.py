"""A rug: a cell for every member of a group by every indicator, which shows its standing as a mark.

To be read, a row is an indicator and a column a member, with all names. On a slide a row is a member, as on the page,
and the picture is a pattern: dimensions and the chosen and compared members are named in type that can be read from
afar, and the others are there to be compared with. All sizes are in font sizes.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from kuntamittari.exhibits.exhibit import Exhibit
from kuntamittari.exhibits.grammar import letters, verdicts
from kuntamittari.exhibits.grammar.drawing import LINE, Drawing, wrapped
from kuntamittari.i18n import Translator

GAP = 0.6  # between the names and the cells
LEAST, MOST = 1.05, 1.9  # width of a cell that is read
HEIGHT = 1.4  # of a row of cells
BETWEEN = 0.12  # cells
MARK = 0.55  # width of a mark within its cell
SLACK = 0.05
SECTION, KEY = 0.5, 1.6  # heights: around the name of a dimension, and of a line of the key
TALLEST = 1.5  # of a cell of a pattern, in its widths
WIDEST = 0.5  # largest share of the width for the names of indicators beside their cells


def layout(exhibit: Exhibit, t: Translator, width: float, depth: float) -> Drawing:
    """Return the picture of a rug of a width: to be read where it fits the depth, otherwise as a pattern."""
    read = readable(exhibit, t, width)
    return read if read.depth <= depth + SLACK else pattern(exhibit, t, width, depth)


def shown(exhibit: Exhibit, most: int) -> list[int]:
    """Return the places of the members that are drawn: all, or the chosen and compared ones and others evenly."""
    count = len(exhibit.categories)
    own = [place for place, role in enumerate(exhibit.roles) if role != "other"]
    evenly = (round(place * (count - 1) / max(most - 1, 1)) for place in range(most))
    return sorted(list(dict.fromkeys([*own, *evenly, *range(count)]))[: min(most, count)])


def readable(exhibit: Exhibit, t: Translator, width: float) -> Drawing:
    """Return a row an indicator and a column a member, each with its name."""
    assert exhibit.verdicts is not None
    drawing = Drawing(width)
    members = shown(exhibit, int(width / LEAST))
    names = max(map(letters.width, exhibit.verdicts)) + GAP
    beside = names <= WIDEST * width and (width - names) / len(members) >= LEAST
    left = names if beside else 0.0
    cell = min((width - left) / len(members), MOST)
    head = max(letters.width(exhibit.categories[place], exhibit.roles[place] == "chosen") for place in members) + GAP
    for number, place in enumerate(members):
        chosen = exhibit.roles[place] != "other"
        drawing.write(exhibit.categories[place], left + (number + 0.5) * cell, head - GAP / 2, bold=chosen, turned=True)
    drawing.depth = head
    listed = list(zip(exhibit.sections, exhibit.verdicts.items(), strict=True))
    for section, rows in groupby(listed, lambda row: row[0]):
        drawing.write(section, 0, drawing.depth + SECTION + LINE / 2, bold=True)
        drawing.depth += LINE + 1.6 * SECTION
        for _, (name, of_members) in rows:
            for line in [] if beside else wrapped(name, width):
                drawing.write(line, 0, drawing.depth + LINE / 2)
                drawing.depth += LINE
            if beside:
                drawing.write(name, left - GAP, drawing.depth + HEIGHT / 2, "right")
            top, foot = drawing.depth + BETWEEN / 2, drawing.depth + HEIGHT - BETWEEN / 2
            for number, place in enumerate(members):
                said = f"{exhibit.categories[place]}: {name}"
                start = left + number * cell
                _cell(drawing, of_members[place], start, start + cell, top, foot, said)
                if exhibit.roles[place] == "chosen":  # lines at both sides of its column, which no name crosses
                    for x in (start, start + cell):
                        drawing.line(x, x, drawing.depth, drawing.depth + HEIGHT, "chosen", 0.1)
            drawing.depth += HEIGHT + (0 if beside else BETWEEN)
    drawing.depth += SECTION
    some = t("deck.some", n=len(members), all=len(exhibit.categories)) if len(members) < len(exhibit.categories) else ""
    _key(drawing, exhibit, t, some)
    return drawing


def pattern(exhibit: Exhibit, t: Translator, width: float, depth: float) -> Drawing:
    """Return a row a member and a column an indicator, within a depth; dimensions and the chosen members are named."""
    assert exhibit.verdicts is not None
    drawing = Drawing(width, depth)
    key = Drawing(width)
    _key(key, exhibit, t)
    own = [place for place, role in enumerate(exhibit.roles) if role != "other"]
    left = max((letters.width(exhibit.categories[place], bold=True) for place in own), default=0.0) + GAP
    cell = (width - left) / len(exhibit.verdicts)
    heads = _heads(exhibit, left, cell, width)
    head = (max(line for *_, line in heads) + 1) * LINE + GAP
    row = min((depth - head - key.depth - GAP) / len(exhibit.categories), TALLEST * cell)
    for words, at, start, end, line in heads:
        foot = head - GAP / 2
        drawing.write(words, at, foot - (line + 0.5) * LINE, bold=True)
        drawing.line(start, end, foot, foot, "text")
        if line:  # from a name above the others down to its columns
            drawing.line(start, start, foot - line * LINE, foot, "text")
    for column, (name, of_members) in enumerate(exhibit.verdicts.items()):
        start = left + column * cell
        for place, verdict in enumerate(of_members):
            top = head + place * row
            _cell(drawing, verdict, start, start + cell, top, top + row, f"{exhibit.categories[place]}: {name}", row)
    for place, middle in zip(own, _apart([head + (place + 0.5) * row for place in own], head), strict=True):
        chosen, top = exhibit.roles[place] == "chosen", head + place * row
        drawing.write(exhibit.categories[place], 0, middle, bold=chosen)
        for edge in (top, top + row):
            drawing.line(left, width, edge, edge, exhibit.roles[place], 0.1, f"edge: {exhibit.categories[place]}")
    below = head + row * len(exhibit.categories) + GAP
    _moved(drawing, key, below)
    drawing.depth = below + key.depth
    return drawing


def _heads(exhibit: Exhibit, left: float, cell: float, width: float) -> list[tuple[str, float, float, float, int]]:
    """Return the name of each dimension, where it begins, where its columns begin and end, and its line from below.

    A name that would run over the columns of another is a line above it.
    """
    found: list[tuple[str, float, float, float, int]] = []
    end = left + cell * len(exhibit.sections)
    for section, columns in reversed([(name, len(list(listed))) for name, listed in groupby(exhibit.sections)]):
        start, wide = end - columns * cell, letters.width(section, bold=True)
        at = min(start, width - wide)
        lines = [line for _, other, *_, line in found if other < at + wide + GAP]
        found.append((section, at, start, end - BETWEEN, max(lines, default=-1) + 1))
        end = start
    return found


def _apart(middles: Sequence[float], least: float) -> list[float]:
    """Return the heights of names, moved down where they would meet the one above or what is above `least`."""
    found: list[float] = []
    for middle in middles:
        found.append(max(middle, found[-1] + LINE if found else least + LINE / 2))
    return found


def _cell(
    drawing: Drawing, verdict: str, left: float, right: float, top: float, foot: float, said: str, high: float = HEIGHT
) -> None:
    """Add a cell with its mark: a shape for a verdict, the number of a quarter, or a sign that there is none."""
    between = min(BETWEEN, (right - left) / 8)
    edge = "quiet" if verdict == "near" else ""
    sides = (left + between / 2, right - between / 2)
    drawing.area(sides, top + (high < HEIGHT) * between / 2, foot, f"cell-{verdict}", said, edge)
    _mark(
        drawing,
        verdict,
        (left + right) / 2,
        (top + foot) / 2,
        min(right - left, foot - top),
        f"mark: {said}" if said else "",
    )


def _mark(drawing: Drawing, verdict: str, x: float, y: float, room: float, said: str = "") -> None:
    if verdict in verdicts.GLYPHS:
        drawing.point(x, y, verdicts.SHAPES[verdict], f"ink-{verdict}", said, min(MARK, 0.5 * room))
    else:
        drawing.write(
            verdicts.MARKS[verdict], x, y, "center", ink=f"ink-{verdict}", size=min(0.8, 0.7 * room), said=said
        )


def _key(drawing: Drawing, exhibit: Exhibit, t: Translator, more: str = "") -> None:
    """Add what the marks mean, as far as there are any, and a remark."""
    assert exhibit.verdicts is not None
    seen = {verdict for of_members in exhibit.verdicts.values() for verdict in of_members}
    x, y = 0.0, drawing.depth + KEY / 2
    for marks, words in (*_meanings(seen, t), *([((), more)] if more else [])):
        wide = len(marks) * 1.3 + letters.width(words) + (0.3 if marks else 0)
        if x and x + wide > drawing.width:
            x, y = 0.0, y + KEY
        for verdict in marks:
            _cell(drawing, verdict, x, x + 1.25, y - 0.6, y + 0.6, "")
            x += 1.3
        x += 0.3 if marks else 0
        first, *others = wrapped(words, drawing.width - x)
        drawing.write(first, x, y, ink="quiet")
        for line in others:
            y += LINE
            drawing.write(line, x, y, ink="quiet")
        x = drawing.width if others else x + letters.width(words) + 1.2
    drawing.depth = y + KEY / 2


def _meanings(seen: set[str], t: Translator) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield marks and what they mean."""
    for verdict in verdicts.GLYPHS:
        if verdict in seen:
            yield (verdict,), t(f"judgement.{verdict}")
    if quarters := tuple(name for name in verdicts.MARKS if name.startswith("quarter") and name in seen):
        yield quarters, t("rug.quarters")
    for verdict, key in (("unjudged", "rug.not_judged"), ("missing", "rug.none")):
        if verdict in seen:
            yield (verdict,), t(key)


def _moved(drawing: Drawing, part: Drawing, down: float) -> None:
    """Add the marks of another drawing further down."""
    for name in ("areas", "lines", "points", "words"):
        listed = getattr(part, name)
        lower = ({at: row[at] + down for at in ("y", "y2") if at in row} for row in listed)
        getattr(drawing, name).extend(row | places for row, places in zip(listed, lower, strict=True))
