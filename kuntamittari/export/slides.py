"""A report as PowerPoint: native charts whose figures can be edited, the finding as title, definition and caveats in the notes."""

import io
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION
from pptx.enum.text import MSO_ANCHOR
from pptx.util import Emu, Inches, Pt

from kuntamittari.reporting import Leaf, Report

WIDTH, HEIGHT = Inches(13.333), Inches(7.5)
MARGIN = Inches(0.6)
BLUE, GREY, TEXT, QUIET = "0072B2", "C3C9D0", "1B2530", "56616C"
SERIES = ("0072B2", "D55E00", "009E73", "56616C", "CC79A7")
DEARER, CHEAPER = "D55E00", "009E73"
LANGUAGES = {"fi": "fi-FI", "sv": "sv-FI", "en": "en-GB"}
KINDS = {
    "bars": XL_CHART_TYPE.BAR_CLUSTERED, "pairs": XL_CHART_TYPE.BAR_CLUSTERED, "waterfall": XL_CHART_TYPE.BAR_CLUSTERED,
    "lines": XL_CHART_TYPE.LINE_MARKERS,
}  # fmt: skip
LONGEST_TABLE = 20  # rows that a slide holds


def pptx(report: Report, footer: str) -> bytes:
    """The report as a presentation: a title slide, then one for each leaf."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    deck.core_properties.title = report.name
    deck.core_properties.language = LANGUAGES[report.language]
    deck.core_properties.author = "Kuntamittari"
    opening = deck.slides.add_slide(deck.slide_layouts[6])
    _words(opening, report.name, MARGIN, Inches(2.4), WIDTH - 2 * MARGIN, Inches(1.2), 44, report.language, bold=True, name="Title")
    _words(opening, report.subtitle, MARGIN, Inches(3.7), WIDTH - 2 * MARGIN, Inches(1.0), 22, report.language, colour=QUIET)
    _words(opening, footer, MARGIN, HEIGHT - Inches(0.7), WIDTH - 2 * MARGIN, Inches(0.4), 12, report.language, colour=QUIET)
    for leaf in report.leaves:
        _slide(deck, leaf, report.language, footer)
    content = io.BytesIO()
    deck.save(content)
    return content.getvalue()


def _slide(deck: Any, leaf: Leaf, language: str, footer: str) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    title = slide.shapes.title
    title.left, title.top, title.width, title.height = MARGIN, Inches(0.35), WIDTH - 2 * MARGIN, Inches(1.25)
    size = 24 if len(leaf.title) < 150 else 20 if len(leaf.title) < 260 else 17
    _write(title.text_frame, leaf.title, size, language, bold=True)
    title.text_frame.vertical_anchor = MSO_ANCHOR.TOP
    room = (MARGIN, Inches(1.75), WIDTH - 2 * MARGIN, HEIGHT - Inches(2.6))
    drawn = _table(slide, leaf, room, language) if leaf.kind == "table" else _chart(slide, leaf, room)
    described = drawn._element.xpath(".//p:cNvPr")[0]
    described.set("descr", f"{leaf.title} {leaf.unit}".strip())
    below = " · ".join(part for part in (leaf.unit, leaf.source, footer) if part)
    _words(slide, below, MARGIN, HEIGHT - Inches(0.75), WIDTH - 2 * MARGIN, Inches(0.6), 11, language, colour=QUIET)
    slide.notes_slide.notes_text_frame.text = "\n\n".join(part for part in (leaf.title, leaf.note, leaf.source) if part)


def _chart(slide: Any, leaf: Leaf, room: tuple[int, int, int, int]) -> Any:
    """A native chart; bars are read from the top down, so they go in backwards."""
    assert leaf.series is not None
    upside_down = leaf.kind != "lines"
    data = CategoryChartData(number_format="#,##0" + (f".{'0' * leaf.decimals}" if leaf.decimals else ""))
    data.categories = list(reversed(leaf.categories)) if upside_down else list(leaf.categories)
    names = list(leaf.series)
    for name in reversed(names) if upside_down else names:
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
    plot = chart.plots[0]
    if upside_down:
        plot.gap_width = 40
        chart.value_axis.visible = False
        chart.value_axis.has_major_gridlines = False
        plot.has_data_labels = True
        plot.data_labels.font.size = Pt(12 if len(leaf.categories) <= 14 else 10)
        chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    _colour(chart, leaf, names, upside_down)
    return frame


def _colour(chart: Any, leaf: Leaf, names: list[str], upside_down: bool) -> None:
    """The chosen one is the only strong colour of ranked bars; effects are told apart by their sign, series by their colour."""
    for series in chart.plots[0].series:
        number = names.index(series.name)
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
        fill.fore_color.rgb = RGBColor.from_string(GREY if leaf.kind == "bars" or number else BLUE)
        series.invert_if_negative = False
        if leaf.kind == "pairs":
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
    rows = leaf.rows[:LONGEST_TABLE]
    frame = slide.shapes.add_table(len(rows) + 1, len(leaf.heads), *room)
    table = frame.table
    # as wide as its words: of each column the longest, none less than a tenth of the table
    longest = [max(len(line[number]) for line in (leaf.heads, *rows)) for number in range(len(leaf.heads))]
    shares = [max(length / sum(longest), 0.1) for length in longest]
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
    run.text = words
    run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold, RGBColor.from_string(colour)
    run._r.get_or_add_rPr().set("lang", LANGUAGES[language])
    paragraph._p.get_or_add_pPr().set("algn", "l")
