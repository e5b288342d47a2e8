"""A report as PowerPoint: native charts whose figures can be edited, the finding as title, definition and caveats in the notes."""

import io
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.chart.xlsx import CategoryWorkbookWriter, XyWorkbookWriter
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION
from pptx.enum.text import MSO_ANCHOR
from pptx.util import Emu, Inches, Pt
from xlsxwriter import Workbook

from kuntamittari.export import image, pictures, tables
from kuntamittari.export.pictures import Canvas
from kuntamittari.leaves import Leaf
from kuntamittari.reporting import Report

WIDTH, HEIGHT = Inches(13.333), Inches(7.5)
MARGIN = Inches(0.6)
BLUE, GREY, TEXT, QUIET = "0072B2", "C3C9D0", "1B2530", "56616C"
SERIES = ("0072B2", "D55E00", "009E73", "56616C", "CC79A7", "E69F00", "56B4E9")
PIXEL, MAP_SHAPE = 9525, 0.7  # of the picture of a map: its dot, and width to height
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
FONT = "Arial"  # on every machine
DEARER, CHEAPER = "D55E00", "009E73"
LANGUAGES = {"fi": "fi-FI", "sv": "sv-FI", "en": "en-GB"}
KINDS = {
    "bars": XL_CHART_TYPE.BAR_CLUSTERED, "pairs": XL_CHART_TYPE.BAR_CLUSTERED, "waterfall": XL_CHART_TYPE.BAR_CLUSTERED,
    "lines": XL_CHART_TYPE.LINE_MARKERS, "stacked": XL_CHART_TYPE.BAR_STACKED,
}  # fmt: skip
LONGEST_TABLE = 20  # rows that a slide holds; the others go on to the next
NO_WORDS = "\N{NO-BREAK SPACE}"  # or an empty line is as high as one of the usual size
MOST_MARKS = 8  # of an axis of points
NARROWEST = 0.16  # of a table's columns, as a share of it


class _Plain:
    """The workbook behind a chart, in which a name stays a name whatever it begins with."""

    @contextmanager
    def _open_worksheet(self, file: Any) -> Iterator[Any]:
        workbook = Workbook(file, tables.PLAIN)
        yield workbook, workbook.add_worksheet()
        workbook.close()


class _CategoryWriter(_Plain, CategoryWorkbookWriter):
    pass


class _XyWriter(_Plain, XyWorkbookWriter):
    pass


class CategoryData(CategoryChartData):
    """Figures of a chart of categories."""

    @property
    def _workbook_writer(self) -> _CategoryWriter:
        return _CategoryWriter(self)


class XyData(XyChartData):
    """Figures of a chart of points."""

    @property
    def _workbook_writer(self) -> _XyWriter:
        return _XyWriter(self)


def pptx(report: Report) -> bytes:
    """The report as a presentation: a title slide, then one for each leaf."""
    deck = Presentation()
    _dress(deck)
    deck.core_properties.title = report.name
    deck.core_properties.language = LANGUAGES[report.language]
    deck.core_properties.author = "Kuntamittari"
    opening = deck.slides.add_slide(deck.slide_layouts[6])
    _words(opening, report.name, MARGIN, Inches(2.4), WIDTH - 2 * MARGIN, Inches(1.2), 44, report.language, bold=True, name="Title")
    _words(opening, report.subtitle, MARGIN, Inches(3.7), WIDTH - 2 * MARGIN, Inches(1.0), 22, report.language, colour=QUIET)
    _words(opening, report.footer, MARGIN, HEIGHT - Inches(0.7), WIDTH - 2 * MARGIN, Inches(0.4), 12, report.language, colour=QUIET)
    for leaf in report.leaves:
        for start in range(0, max(len(leaf.rows), 1), LONGEST_TABLE):
            _slide(deck, replace(leaf, rows=leaf.rows[start : start + LONGEST_TABLE]), report.language, report.footer)
    content = io.BytesIO()
    deck.save(content)
    return content.getvalue()


def _dress(deck: Any) -> None:
    """Our size, colours and font on the master, so that what a presenter adds looks like the rest."""
    wider = WIDTH / deck.slide_width
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    for sheet in (deck.slide_master, *deck.slide_layouts):
        for shape in sheet.placeholders:
            shape.left, shape.top, shape.width, shape.height = int(shape.left * wider), shape.top, int(shape.width * wider), shape.height
    theme = next(rel.target_part for rel in deck.slide_master.part.rels.values() if rel.reltype.endswith("/theme"))
    tree = etree.fromstring(theme.blob)
    for number, colour in enumerate(SERIES[:6], 1):
        [accent] = tree.iter(f"{DRAWING}accent{number}")
        accent[0].set("val", colour)
    for face in ("majorFont", "minorFont"):
        tree.find(f".//{DRAWING}{face}/{DRAWING}latin").set("typeface", FONT)
    theme._blob = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


def _slide(deck: Any, leaf: Leaf, language: str, footer: str) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    title = slide.shapes.title
    title.left, title.top, title.width, title.height = MARGIN, Inches(0.35), WIDTH - 2 * MARGIN, Inches(1.25)
    size = 24 if len(leaf.title) < 150 else 20 if len(leaf.title) < 260 else 17
    _write(title.text_frame, leaf.title, size, language, bold=True)
    title.text_frame.vertical_anchor = MSO_ANCHOR.TOP
    room = (MARGIN, Inches(1.7), WIDTH - 2 * MARGIN, HEIGHT - Inches(2.6))
    draw = {"table": lambda: _table(slide, leaf, room, language), "map": lambda: _map(slide, leaf, room, language),
            "scatter": lambda: _scatter(slide, leaf, room, language)}  # fmt: skip
    drawn = draw.get(leaf.kind, lambda: _chart(slide, leaf, room))()
    described = drawn._element.xpath(".//p:cNvPr")[0]
    described.set("descr", f"{leaf.title} {leaf.unit}".strip())
    below = " · ".join(part for part in (leaf.unit, leaf.source, footer) if part)
    _words(slide, below, MARGIN, HEIGHT - Inches(0.85), WIDTH - 2 * MARGIN, Inches(0.75), 10, language, colour=QUIET)
    slide.notes_slide.notes_text_frame.text = "\n\n".join(part for part in (leaf.title, leaf.note, leaf.source) if part)


def _map(slide: Any, leaf: Leaf, room: tuple[int, int, int, int], language: str) -> Any:
    """The only picture: PowerPoint has no chart of municipalities."""
    left, top, _, height = room
    pixels = round(height / PIXEL)
    drawn = pictures.picture(leaf, Canvas(language, width=round(pixels * MAP_SHAPE), height=pixels))
    content = io.BytesIO(image.png(drawn))
    picture = slide.shapes.add_picture(content, left, top, height=height)
    picture.left = Emu((WIDTH - picture.width) // 2)
    return picture


def _scatter(slide: Any, leaf: Leaf, room: tuple[int, int, int, int], language: str) -> Any:
    """Points of the group and, stronger, of the municipality; the group's medians as a cross of two lines."""
    assert leaf.series is not None and leaf.middles is not None
    xs, ys = leaf.series.values()
    points = [(x, y, name) for x, y, name in zip(xs, ys, leaf.categories, strict=True) if x is not None and y is not None]
    data = XyData(number_format="General")
    others, chosen = data.add_series(leaf.heads[1]), data.add_series(leaf.chosen)
    for x, y, name in points:
        (chosen if name == leaf.chosen else others).add_data_point(x, y)
    across, up = data.add_series("x"), data.add_series("y")
    for x, y in ((min(x for x, *_ in points), leaf.middles[1]), (max(x for x, *_ in points), leaf.middles[1])):
        across.add_data_point(x, y)
    for x, y in ((leaf.middles[0], min(y for _, y, _ in points)), (leaf.middles[0], max(y for _, y, _ in points))):
        up.add_data_point(x, y)
    frame = slide.shapes.add_chart(XL_CHART_TYPE.XY_SCATTER, *room, data)
    chart = frame.chart
    chart.has_legend, chart.has_title = False, False
    chart.font.size, chart.font.color.rgb = Pt(12), RGBColor.from_string(TEXT)
    for axis, words, values in ((chart.category_axis, leaf.heads[0], xs), (chart.value_axis, leaf.heads[1], ys)):
        axis.has_major_gridlines = False
        axis.has_title = True
        _write(axis.axis_title.text_frame, words, 12, language)
        axis.minimum_scale, axis.maximum_scale, axis.major_unit = _ends([value for value in values if value is not None])
        axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = "#,##0.##", False
    named = [name for *_, name in points if name != leaf.chosen], [leaf.chosen]
    for series, names, colour in zip(chart.plots[0].series, (*named, [], []), (GREY, BLUE, QUIET, QUIET), strict=True):
        series.format.line.fill.background()
        series.marker.style, series.marker.size = XL_MARKER_STYLE.CIRCLE, 12 if names else 2
        series.marker.format.fill.solid()
        series.marker.format.fill.fore_color.rgb = RGBColor.from_string(colour)
        series.marker.format.line.fill.background()
        if not names:
            series.marker.style = XL_MARKER_STYLE.NONE
            series.format.line.fill.solid()
            series.format.line.color.rgb, series.format.line.width = RGBColor.from_string(QUIET), Pt(1)
        for number, name in enumerate(names if len(points) <= pictures.MOST_NAMED or names == [leaf.chosen] else []):
            label = series.points[number].data_label
            _write(label.text_frame, name, 11, language, bold=name == leaf.chosen)
            label.position = XL_LABEL_POSITION.RIGHT
    return frame


def _chart(slide: Any, leaf: Leaf, room: tuple[int, int, int, int]) -> Any:
    """A native chart; bars are read from the top down, so they go in backwards."""
    assert leaf.series is not None
    upside_down = leaf.kind != "lines"
    figures = "#,##0" + (f".{'0' * leaf.decimals}" if leaf.decimals else "")
    data = CategoryData(number_format=f"+{figures};−{figures};{figures}" if leaf.kind == "waterfall" else figures)
    data.categories = list(reversed(leaf.categories)) if upside_down else list(leaf.categories)
    names = list(leaf.series)
    for name in reversed(names) if leaf.kind == "pairs" else names:
        values = leaf.series[name]
        data.add_series(name, list(reversed(values)) if upside_down else list(values))
    frame = slide.shapes.add_chart(KINDS[leaf.kind], *room, data)
    chart = frame.chart
    chart.font.size, chart.font.color.rgb = Pt(14 if len(leaf.categories) <= 14 else 11), RGBColor.from_string(TEXT)
    chart.has_title = False
    chart.has_legend = len(names) > 1
    if chart.has_legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
    chart.value_axis.major_gridlines.format.line.color.rgb = RGBColor.from_string("E6E9EC")
    chart.value_axis.format.line.fill.background()
    chart.value_axis.tick_labels.number_format, chart.value_axis.tick_labels.number_format_is_linked = figures, False
    if leaf.kind == "lines":
        least, _, _ = _ends([value for values in leaf.series.values() for value in values if value is not None])
        chart.value_axis.minimum_scale = least
    plot = chart.plots[0]
    if upside_down:
        plot.gap_width = 40
        chart.value_axis.visible = False
        chart.value_axis.has_major_gridlines = False
        plot.overlap = 100 if leaf.kind == "stacked" else 0
        plot.has_data_labels = leaf.kind != "stacked"
        if plot.has_data_labels:
            plot.data_labels.font.size = Pt(12 if len(leaf.categories) <= 14 else 10)
        chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    _colour(chart, leaf, names, upside_down)
    return frame


def _ends(values: list[float]) -> tuple[float, float, float]:
    """Where an axis that need not start at zero begins and ends, and how far apart its marks are: round numbers."""
    span = max(values) - min(values) or abs(max(values)) or 1
    power = 10 ** math.floor(math.log10(span))
    step = next(power * part for part in (0.2, 0.5, 1, 2) if span / (power * part) <= MOST_MARKS)
    return math.floor((min(values) - 0.05 * span) / step) * step, math.ceil((max(values) + 0.05 * span) / step) * step, step


def _colour(chart: Any, leaf: Leaf, names: list[str], upside_down: bool) -> None:
    """The chosen one is the only strong colour of ranked bars; effects are told apart by their sign, series by their colour."""
    order = sorted(names, key=lambda name: name != leaf.chosen) if leaf.kind == "lines" else names
    for series in chart.plots[0].series:
        number = order.index(series.name)
        if leaf.kind == "lines":
            series.smooth = False
            line = series.format.line
            colour = RGBColor.from_string(SERIES[number % len(SERIES)])
            line.width, line.color.rgb = Pt(3.5 if series.name == leaf.chosen else 2), colour
            series.marker.format.fill.solid()
            series.marker.format.fill.fore_color.rgb = colour
            series.marker.format.line.color.rgb = colour
            continue
        fill = series.format.fill
        fill.solid()
        several = SERIES[number % len(SERIES)] if leaf.kind == "stacked" else GREY if leaf.kind == "bars" or number else BLUE
        fill.fore_color.rgb = RGBColor.from_string(several)
        series.invert_if_negative = False
        if leaf.kind in ("pairs", "stacked"):
            continue
        assert leaf.series is not None
        categories = list(reversed(leaf.categories))
        values = list(reversed(leaf.series[series.name]))
        for at, (category, value) in enumerate(zip(categories, values, strict=True)):
            strong = (DEARER if (value or 0) > 0 else CHEAPER) if leaf.kind == "waterfall" else BLUE if category == leaf.chosen else None
            if strong:
                point = series.points[at].format.fill
                point.solid()
                point.fore_color.rgb = RGBColor.from_string(strong)


def _table(slide: Any, leaf: Leaf, room: tuple[int, int, int, int], language: str) -> Any:
    rows = leaf.rows
    frame = slide.shapes.add_table(len(rows) + 1, len(leaf.heads), *room)
    table = frame.table
    # as wide as its words: of each column the longest, none less than a tenth of the table
    longest = [max(len(line[number]) for line in (leaf.heads, *rows)) for number in range(len(leaf.heads))]
    shares = [max(length / sum(longest), NARROWEST) for length in longest]
    for share, column in zip(shares, table.columns, strict=True):
        column.width = Emu(int(room[2] * share / sum(shares)))
    size = 11 if len(rows) > 12 else 14
    for at, line in enumerate((leaf.heads, *rows)):
        table.rows[at].height = Emu(room[3] // (len(rows) + 1))
        for number, words in enumerate(line):
            cell = table.cell(at, number)
            cell.margin_top = cell.margin_bottom = Emu(20000)
            _write(cell.text_frame, words, size, language, bold=at == 0, colour="FFFFFF" if at == 0 else TEXT)
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            cell.fill.solid()
            cell.fill.fore_color.rgb = RGBColor.from_string("0B5C92" if at == 0 else "FFFFFF" if at % 2 else "EEF3F7")
    return frame


def _words(
    slide: Any, words: str, left: int, top: int, width: int, height: int, size: int, language: str, *,
    bold: bool = False, colour: str = TEXT, name: str | None = None,
) -> None:  # fmt: skip
    box = slide.shapes.add_textbox(left, top, width, height)
    if name:
        box.name = name
    _write(box.text_frame, words, size, language, bold=bold, colour=colour)


def _write(frame: Any, words: str, size: int, language: str, *, bold: bool = False, colour: str = TEXT) -> None:
    frame.word_wrap = True
    paragraph = frame.paragraphs[0]
    run = paragraph.add_run() if not paragraph.runs else paragraph.runs[0]
    run.text = words or NO_WORDS
    run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold, RGBColor.from_string(colour)
    run._r.get_or_add_rPr().set("lang", LANGUAGES[language])
    paragraph._p.get_or_add_pPr().set("algn", "l")
