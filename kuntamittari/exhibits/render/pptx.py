"""A report as PowerPoint: native charts whose figures can be edited, with definition and caveats in the notes.

What is read on a slide is set in at least 20 points; `stage.slides` decides what of an exhibit a slide has room for.
"""

import io
import re
from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR
from pptx.util import Emu, Inches, Pt

from kuntamittari.exhibits.exhibit import Exhibit, subtitle
from kuntamittari.exhibits.grammar.colours import colour
from kuntamittari.exhibits.render import png, stage, svg
from kuntamittari.exhibits.render.slides import bars, many, points
from kuntamittari.exhibits.render.slides.parts import (
    DRAWING,
    HEIGHT,
    LANGUAGES,
    LEADING,
    LIGHT,
    MARGIN,
    PIXEL,
    SIZE,
    WIDTH,
    Room,
    describe,
    line_count,
    rgb,
    text_box,
    write,
)
from kuntamittari.exhibits.render.stage import Slide
from kuntamittari.exhibits.reporting import Report
from kuntamittari.i18n import Translator

# roles of the theme's accent colours, which charts added by the user take in turn
ACCENTS = ("chosen", "compared-1", "compared-2", "compared-3", "other", "reference")
FONT = "Arial"  # available on every machine
TITLES = {30: 100, 24: 150, SIZE: 10_000}  # font size of a title in points → characters it fits
TOP, FOOT = 38 * PIXEL, 62 * PIXEL  # of a slide: where its title begins, and the height of the source below
PADDING = 10 * PIXEL  # of a box of words, above and below together
PICTURE = 430  # pixels of height that a sentence below the title leaves to the picture
SOURCE = 12  # points: is read in the file, not from the back row (docs/decisions/0031-twenty-points-and-panels.md)
LONG_NAME = 40  # characters on the title slide: a longer name is set smaller
SENTENCES = re.compile(r"(?<=[.!?]) (?=[A-ZÅÄÖ])")  # where one ends
WIDE = WIDTH - 2 * MARGIN
DRAW = {
    "scatter": points.scatter,
    "panels": points.panels,
    "dots": points.dots,
    "bars": bars.bars,
    "pairs": bars.pairs,
    "waterfall": bars.waterfall,
    "lines": bars.lines,
    "spine": many.spine,
    "rug": many.rug,
}


def pptx(report: Report) -> bytes:
    """Return the report as a presentation: a title slide, then one or more slides for each exhibit."""
    deck, t = Presentation(), Translator(report.language)
    _apply_theme(deck)
    deck.core_properties.title = report.name
    deck.core_properties.language = LANGUAGES[report.language]
    deck.core_properties.author = "Kuntamittari"
    _opening(deck, report)
    for exhibit in report.exhibits:
        for part in parts(exhibit, t):
            _slide(deck, exhibit, part, report)
    content = io.BytesIO()
    deck.save(content)
    return content.getvalue()


def parts(exhibit: Exhibit, t: Translator) -> tuple[Slide, ...]:
    """Return what of an exhibit each of its slides shows."""
    [first, *_] = stage.slides(exhibit, t)  # a remark takes room, so how many rows there are depends on it
    return stage.slides(exhibit, t, _left(exhibit, _unit(exhibit, first, t)) // PIXEL)


def _opening(deck: Any, report: Report) -> None:
    """Add the title slide: the municipality, the group and the year, and where the figures come from."""
    slide, wide = deck.slides.add_slide(deck.slide_layouts[6]), WIDTH - 2 * MARGIN
    rule = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, MARGIN, Inches(2.15), Inches(1.2), Inches(0.09))
    rule.fill.solid()
    rule.fill.fore_color.rgb = rgb(colour(LIGHT, "chosen"))
    rule.line.fill.background()
    describe(rule, "Rule", "")
    size = 44 if len(report.name) < LONG_NAME else 30
    for words, top, height, letters_, bold, ink, name in (
        (report.name, 2.4, 1.2, size, True, LIGHT.text, "Title"),
        (report.subtitle, 3.65, 1.0, 24, False, LIGHT.quiet, "Subtitle"),
        (report.agencies, 4.45, 0.9, 20, False, LIGHT.quiet, "Sources"),
        (report.footer, 6.8, 0.4, 12, False, LIGHT.quiet, "Footer"),
    ):
        if words:
            place = MARGIN, Inches(top), wide, Inches(height)
            text_box(slide, words, *place, letters_, report.language, bold=bold, ink=ink, name=name)


def _apply_theme(deck: Any) -> None:
    """Set size, colours and font on the master, so that slides added by the user look the same."""
    factor = WIDTH / deck.slide_width
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    for sheet in (deck.slide_master, *deck.slide_layouts):
        for shape in sheet.placeholders:
            shape.left, shape.top, shape.width, shape.height = (
                int(shape.left * factor),
                shape.top,
                int(shape.width * factor),
                shape.height,
            )
    theme = next(rel.target_part for rel in deck.slide_master.part.rels.values() if rel.reltype.endswith("/theme"))
    tree = etree.fromstring(theme.blob)
    for number, role in enumerate(ACCENTS, 1):
        [accent] = tree.iter(f"{DRAWING}accent{number}")
        accent[0].set("val", str(rgb(colour(LIGHT, role))))
    for face in ("majorFont", "minorFont"):
        tree.find(f".//{DRAWING}{face}/{DRAWING}latin").set("typeface", FONT)
    theme._blob = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


def _left(exhibit: Exhibit, unit: str) -> int:
    """Return the height that title and unit leave to the picture."""
    return HEIGHT - FOOT - TOP - _tall(exhibit.headline, _title_size(exhibit), bold=True) - _tall(unit, SIZE)


def _tall(words: str, size: int, bold: bool = False) -> int:
    """Return the height of a box of words as wide as a slide; none without words."""
    return round(line_count(words, size, WIDE, bold) * size * LEADING * Pt(1)) + PADDING if words else 0


def _title_size(exhibit: Exhibit) -> int:
    return next(size for size, letters in TITLES.items() if len(exhibit.headline) < letters)


def _unit(exhibit: Exhibit, part: Slide, t: Translator) -> str:
    """Return the unit, and which part of the whole exhibit a slide shows."""
    return " · ".join(words for words in (subtitle(exhibit, t), part.remark) if words)


def _slide(deck: Any, exhibit: Exhibit, part: Slide, report: Report) -> None:
    """Add a slide with a part of an exhibit."""
    t, language = Translator(report.language), report.language
    slide, unit = deck.slides.add_slide(deck.slide_layouts[5]), _unit(exhibit, part, t)
    title, tall = slide.shapes.title, _tall(exhibit.headline, _title_size(exhibit), bold=True)
    title.left, title.top, title.width, title.height = MARGIN, TOP, WIDE, tall
    write(title.text_frame, exhibit.headline, _title_size(exhibit), language, bold=True)
    title.text_frame.vertical_anchor = MSO_ANCHOR.TOP
    top = TOP + tall
    for words, name in ((_beneath(exhibit, _left(exhibit, unit)), "Sentence"), (unit, "Unit")):
        if words:
            place = MARGIN, top, WIDE, _tall(words, SIZE)
            text_box(slide, words, *place, SIZE, language, ink=LIGHT.quiet, name=name)
            top += _tall(words, SIZE)
    room = (MARGIN, top, WIDE, HEIGHT - FOOT - top)
    if exhibit.kind == "table":
        shape = _table(slide, part, room, language)
    elif exhibit.kind == "map":
        shape = _map(slide, exhibit, room, language)
    else:
        shape = DRAW[exhibit.kind](slide, part.exhibit, room, language)
    shape._element.xpath(".//p:cNvPr")[0].set("descr", f"{exhibit.title} {subtitle(exhibit, t)}".strip())
    source = " · ".join(words for words in (stage.short_source([exhibit], t), report.footer) if words)
    place = MARGIN, HEIGHT - FOOT, WIDE, FOOT - PADDING
    text_box(slide, source, *place, SOURCE, language, ink=LIGHT.quiet, name="Source")
    slide.notes_slide.notes_text_frame.text = "\n\n".join(
        words for words in (exhibit.title, exhibit.note, exhibit.source) if words
    )


def _beneath(exhibit: Exhibit, left: int) -> str:
    """Return the first sentences of the full finding, as many as leave room for the picture; all of it is in the
    notes."""
    if exhibit.title == exhibit.headline or exhibit.kind == "table":
        return ""
    told = ""
    for sentence in SENTENCES.split(exhibit.title):
        longer = f"{told} {sentence}".strip()
        if left - _tall(longer, SIZE) < PICTURE * PIXEL:
            break
        told = longer
    return told


def _map(slide: Any, exhibit: Exhibit, room: Room, language: str) -> Any:
    """Add a map as a picture, since PowerPoint has no native chart of municipalities."""
    left, top, width, height = room
    canvas = stage.canvas(exhibit, language, "light", height // PIXEL)
    picture = slide.shapes.add_picture(io.BytesIO(png.png(svg.picture(exhibit, canvas))), left, top, height=height)
    if picture.width > width:
        picture.width, picture.height = width, round(picture.height * width / picture.width)
    picture.left = Emu((WIDTH - picture.width) // 2)
    return picture


def _table(slide: Any, part: Slide, room: Room, language: str) -> Any:
    """Add a table with the columns of a slide, as wide as these are."""
    exhibit, widths = part.exhibit, part.widths
    lines = (exhibit.heads, *exhibit.rows)
    tall = [stage.tall(line, widths, bold=not number) for number, line in enumerate(lines)]
    frame = slide.shapes.add_table(
        len(lines), len(widths), room[0], room[1], sum(widths) * PIXEL, round(sum(tall) * PIXEL)
    )
    for width, column in zip(widths, frame.table.columns, strict=True):
        column.width = Emu(width * PIXEL)
    for number, (line, height) in enumerate(zip(lines, tall, strict=True)):
        frame.table.rows[number].height = Emu(round(height * PIXEL))
        for column, words in enumerate(line):
            cell = frame.table.cell(number, column)
            cell.margin_top = cell.margin_bottom = Emu(stage.RULE * PIXEL // 2)
            cell.margin_left = cell.margin_right = Emu(stage.GAP * PIXEL // 2)
            ink = LIGHT.text if number else LIGHT.ground
            write(cell.text_frame, words, SIZE, language, bold=not number, ink=ink)
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            cell.fill.solid()
            cell.fill.fore_color.rgb = rgb(
                colour(LIGHT, "chosen") if not number else LIGHT.ground if number % 2 else "#eef3f7"
            )
    return frame
