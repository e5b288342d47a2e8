"""A report as PowerPoint: native charts whose figures can be edited, with definition and caveats in the notes."""

import io
import math
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.chart.xlsx import CategoryWorkbookWriter, XyWorkbookWriter
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_AXIS_CROSSES,
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
    XL_TICK_MARK,
)
from pptx.enum.dml import MSO_LINE
from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR
from pptx.util import Emu, Inches, Pt
from xlsxwriter import Workbook

from kuntamittari.exhibits import label_layout, text
from kuntamittari.exhibits.charts import SHAPES, dash
from kuntamittari.exhibits.exhibit import Exhibit, axis_scale, subtitle
from kuntamittari.exhibits.grammar import dots, letters
from kuntamittari.exhibits.grammar.colours import ROLES, THEMES, colour, line_colour
from kuntamittari.exhibits.render import png, stage, svg, tables
from kuntamittari.exhibits.render.slides import many
from kuntamittari.exhibits.render.svg import Canvas
from kuntamittari.exhibits.reporting import Report
from kuntamittari.i18n import Translator

WIDTH, HEIGHT = Inches(13.333), Inches(7.5)
MARGIN = Inches(0.6)
LIGHT = THEMES["light"]
# roles of the theme's accent colours, which charts added by the user take in turn
ACCENTS = ("chosen", "compared-1", "compared-2", "compared-3", "other", "reference")
PIXEL, MAP_SHAPE = 9525, 0.7  # of the picture of a map: EMU per pixel, and width ÷ height
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
SLIDE = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
FONT = "Arial"  # available on every machine
LANGUAGES = {"fi": "fi-FI", "sv": "sv-FI", "en": "en-GB"}
# style of `charts.DASHES` → PowerPoint's
DASHES = {
    "solid": MSO_LINE.SOLID,
    "dashed": MSO_LINE.DASH,
    "dotted": MSO_LINE.ROUND_DOT,
    "budget": MSO_LINE.ROUND_DOT,
    "budget_amended": MSO_LINE.DASH_DOT,
    "plan": MSO_LINE.SQUARE_DOT,
    "target": MSO_LINE.LONG_DASH_DOT,
    "reported": MSO_LINE.LONG_DASH,
}
# shape of `charts.SHAPES` → PowerPoint's
MARKERS = {
    "circle": XL_MARKER_STYLE.CIRCLE,
    "square": XL_MARKER_STYLE.SQUARE,
    "diamond": XL_MARKER_STYLE.DIAMOND,
    "triangle-up": XL_MARKER_STYLE.TRIANGLE,
    "cross": XL_MARKER_STYLE.PLUS,
    "triangle-down": XL_MARKER_STYLE.X,
}
TITLES = {30: 100, 24: 150, 20: 260, 17: 400, 13: math.inf}  # font size of a title in points → characters it fits
TOP, SENTENCE, MOST_LINES = Inches(0.4), 20, 3  # of a slide: its title; points and lines of the sentence below it
LONG_NAME = 40  # characters on the title slide: a longer name is set smaller
CROWD = 60  # dots that are drawn smaller
STAGE = 24  # points: words of a strip of dots, where there is room
LONGEST_TABLE = 20  # rows of a table on one slide; the rest continues on the next
SENTENCES = re.compile(r"(?<=[.!?]) (?=[A-ZÅÄÖ])")  # where one ends
NO_WORDS = "\N{NO-BREAK SPACE}"  # an empty paragraph would get the default font size
SIDES = {
    "left": XL_LABEL_POSITION.LEFT,
    "right": XL_LABEL_POSITION.RIGHT,
    "above": XL_LABEL_POSITION.ABOVE,
    "below": XL_LABEL_POSITION.BELOW,
}
LETTER, LEADING = 0.55, 1.2  # multiples of the font size: width of a letter, height of a line
TALL = 240  # sum of the font sizes of a chart's rows, in points, at most
LABEL = 0.1  # room for a figure beside or within a bar, as a share of the axis
WIDEST_NAMES = 0.45  # largest share of a chart's width for names
NARROWEST = 0.18  # smallest width of a column, as a share of its table

Room = tuple[int, int, int, int]  # left, top, width and height on a slide
Place = tuple[float, float, float, float]  # the same as shares of a chart


class _Plain:
    """A writer of the workbook behind a chart that never converts text, whatever it begins with."""

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
    """Return the report as a presentation: a title slide, then one or more slides for each exhibit."""
    deck = Presentation()
    _apply_theme(deck)
    deck.core_properties.title = report.name
    deck.core_properties.language = LANGUAGES[report.language]
    deck.core_properties.author = "Kuntamittari"
    _opening(deck, report)
    for exhibit in report.exhibits:
        if exhibit.kind == "spine":
            for part in stage.slides(exhibit, Translator(report.language)):
                _slide(deck, part.exhibit, report.language, report.footer)
            continue
        for start in range(0, max(len(exhibit.rows), 1), LONGEST_TABLE):
            _slide(
                deck, replace(exhibit, rows=exhibit.rows[start : start + LONGEST_TABLE]), report.language, report.footer
            )
    content = io.BytesIO()
    deck.save(content)
    return content.getvalue()


def _opening(deck: Any, report: Report) -> None:
    """Add the title slide: the municipality, the group and the year, and where the figures come from."""
    slide, wide = deck.slides.add_slide(deck.slide_layouts[6]), WIDTH - 2 * MARGIN
    rule = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, MARGIN, Inches(2.15), Inches(1.2), Inches(0.09))
    rule.fill.solid()
    rule.fill.fore_color.rgb = _rgb(colour(LIGHT, "chosen"))
    rule.line.fill.background()
    _describe(rule, "Rule", "")
    size = 44 if len(report.name) < LONG_NAME else 30
    for words, top, height, letters_, bold, ink, name in (
        (report.name, 2.4, 1.2, size, True, LIGHT.text, "Title"),
        (report.subtitle, 3.65, 1.0, 24, False, LIGHT.quiet, "Subtitle"),
        (report.agencies, 4.45, 0.9, 20, False, LIGHT.quiet, "Sources"),
        (report.footer, 6.8, 0.4, 12, False, LIGHT.quiet, "Footer"),
    ):
        if words:
            place = MARGIN, Inches(top), wide, Inches(height)
            _words(slide, words, *place, letters_, report.language, bold=bold, ink=ink, name=name)


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
        accent[0].set("val", str(_rgb(colour(LIGHT, role))))
    for face in ("majorFont", "minorFont"):
        tree.find(f".//{DRAWING}{face}/{DRAWING}latin").set("typeface", FONT)
    theme._blob = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


def _slide(deck: Any, exhibit: Exhibit, language: str, footer: str) -> None:
    """Add a slide with an exhibit."""
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    title, wide = slide.shapes.title, WIDTH - 2 * MARGIN
    size = next(size for size, letters_ in TITLES.items() if len(exhibit.headline) < letters_)
    tall = _line_count(exhibit.headline, size, wide, bold=True) * size * LEADING * Pt(1) + 2 * Inches(0.05)
    title.left, title.top, title.width, title.height = MARGIN, TOP, wide, round(tall)
    _write(title.text_frame, exhibit.headline, size, language, bold=True)
    title.text_frame.vertical_anchor = MSO_ANCHOR.TOP
    top, sentence = TOP + round(tall), _beneath(exhibit, wide)
    if sentence:
        words = _line_count(sentence, SENTENCE, wide) * SENTENCE * LEADING * Pt(1) + 2 * Inches(0.05)
        place = MARGIN, top, wide, round(words)
        _words(slide, sentence, *place, SENTENCE, language, ink=LIGHT.quiet, name="Sentence")
        top += round(words)
    top += Inches(0.1)
    room = (MARGIN, top, wide, HEIGHT - Inches(0.95) - top)
    draw = {
        "table": _table,
        "map": _map,
        "scatter": _scatter,
        "bars": _bars,
        "dots": _dots,
        "pairs": _pairs,
        "waterfall": _waterfall,
        "lines": _lines,
        "spine": many.spine,
        "rug": many.rug,
    }
    shape, unit = draw[exhibit.kind](slide, exhibit, room, language), subtitle(exhibit, Translator(language))
    shape._element.xpath(".//p:cNvPr")[0].set("descr", f"{exhibit.title} {unit}".strip())
    below = " · ".join(part for part in (unit, exhibit.source, footer) if part)
    _words(slide, below, MARGIN, HEIGHT - Inches(0.85), WIDTH - 2 * MARGIN, Inches(0.75), 10, language, ink=LIGHT.quiet)
    slide.notes_slide.notes_text_frame.text = "\n\n".join(
        part for part in (exhibit.title, exhibit.note, exhibit.source) if part
    )


def _beneath(exhibit: Exhibit, wide: int) -> str:
    """Return the first sentences of the full finding, as many as stand below the title; all of it is in the notes."""
    if exhibit.title == exhibit.headline:
        return ""
    sentences, told = SENTENCES.split(exhibit.title), ""
    for sentence in sentences:
        longer = f"{told} {sentence}".strip()
        if _line_count(longer, SENTENCE, wide) > MOST_LINES:
            break
        told = longer
    return told


def _line_count(words: str, size: float, wide: int, bold: bool = False) -> int:
    """Return how many lines words take in a box so many EMU wide."""
    room, lines, line = (wide - 2 * Inches(0.1)) / (size * Pt(1)), 1, 0.0
    for word in words.split(" "):
        width = letters.width(word, bold)
        if line and line + width > room:
            lines, line = lines + 1, 0.0
        line += width + letters.width(" ", bold)
    return lines


def _map(slide: Any, exhibit: Exhibit, room: Room, language: str) -> Any:
    """Add a map as a picture, since PowerPoint has no native chart of municipalities."""
    left, top, _, height = room
    pixels = round(height / PIXEL)
    specification = svg.picture(exhibit, Canvas(language, width=round(pixels * MAP_SHAPE), height=pixels))
    content = io.BytesIO(png.png(specification))
    picture = slide.shapes.add_picture(content, left, top, height=height)
    picture.left = Emu((WIDTH - picture.width) // 2)
    return picture


def _scatter(slide: Any, exhibit: Exhibit, room: Room, language: str) -> Any:
    """Add a scatter: one series for each role, and the group's medians as a cross of two lines."""
    assert exhibit.series is not None and exhibit.middles is not None
    points, ends = svg.points(exhibit, 12 / 72 * Inches(1) / room[2] * svg.PAGE)
    data = XyData(number_format="General")
    drawn = [
        (role, of_role) for role in reversed(ROLES) if (of_role := [point for point in points if point["role"] == role])
    ]
    for role, of_role in drawn:  # stronger roles last, so that they are drawn over the others
        series = data.add_series(exhibit.heads[1] if role == "other" else of_role[0]["name"])
        for point in of_role:
            series.add_data_point(point["x"], point["y"])
    across, up = data.add_series("x"), data.add_series("y")
    for end in ("least", "most"):
        across.add_data_point(ends[f"x_{end}"], exhibit.middles[1])
        up.add_data_point(exhibit.middles[0], ends[f"y_{end}"])
    frame = slide.shapes.add_chart(XL_CHART_TYPE.XY_SCATTER, *room, data)
    chart = frame.chart
    chart.has_legend, chart.has_title = False, False
    chart.font.size, chart.font.color.rgb = Pt(12), _rgb(LIGHT.text)
    for axis, head, values in zip(
        (chart.category_axis, chart.value_axis), exhibit.heads, exhibit.series.values(), strict=True
    ):
        axis.has_major_gridlines = False
        axis.has_title = True
        _write(axis.axis_title.text_frame, head, 12, language)
        axis.minimum_scale, axis.maximum_scale, axis.major_unit = axis_scale(
            [value for value in values if value is not None]
        )
        axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = _signs("#,##0.##"), False
    *point_series, across, up = chart.plots[0].series
    for series, (role, of_role) in zip(point_series, drawn, strict=True):
        series.format.line.fill.background()
        series.marker.style, series.marker.size = XL_MARKER_STYLE.CIRCLE, 12
        _fill(series.marker, colour(LIGHT, role))
        series.marker.format.line.fill.background()
        for number, point in enumerate(of_role):
            if point["side"]:
                label = series.points[number].data_label
                _write(label.text_frame, point["name"], 11, language, bold=role != "other")
                label.position = SIDES[point["side"]]
    for cross in (across, up):
        cross.marker.style = XL_MARKER_STYLE.NONE
        cross.format.line.color.rgb, cross.format.line.width = _rgb(colour(LIGHT, "reference")), Pt(1)
        cross.format.line.dash_style = MSO_LINE.DASH
    return frame


def _native(
    slide: Any,
    exhibit: Exhibit,
    room: Room,
    kind: XL_CHART_TYPE,
    series: Mapping[str, Sequence[float | None]],
    ends: tuple[float, float],
) -> Any:
    """Add a native chart of an exhibit's categories.

    The ends of its value axis are fixed, since PowerPoint might start bars elsewhere than at zero.
    """
    data = CategoryData(number_format=_figures(exhibit))
    data.categories = exhibit.categories
    for name, values in series.items():
        data.add_series(name, values)
    frame = slide.shapes.add_chart(kind, *room, data)
    chart, axis = frame.chart, frame.chart.value_axis
    chart.font.size, chart.font.color.rgb = Pt(_size(exhibit)), _rgb(LIGHT.text)
    chart.has_title, chart.has_legend = False, False
    axis.minimum_scale, axis.maximum_scale = ends
    axis.major_gridlines.format.line.color.rgb = _rgb(LIGHT.grid)
    axis.format.line.fill.background()
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = _figures(exhibit), False
    chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    return frame


def _horizontal_bars(
    slide: Any,
    exhibit: Exhibit,
    room: Room,
    kind: XL_CHART_TYPE,
    series: Mapping[str, Sequence[float | None]],
    ends: tuple[float, float],
) -> Any:
    """Add a native chart of horizontal bars from zero, the first category at the top."""
    frame = _native(slide, exhibit, room, kind, series, ends)
    chart = frame.chart
    chart.category_axis.reverse_order = True
    chart.category_axis.major_tick_mark = XL_TICK_MARK.NONE
    chart.category_axis.format.line.color.rgb = _rgb(LIGHT.text)
    chart.value_axis.crosses_at = 0
    chart.value_axis.visible = False
    chart.value_axis.has_major_gridlines = False
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 40, 100 if kind == XL_CHART_TYPE.BAR_STACKED else 0
    for bars in plot.series:
        bars.invert_if_negative = False
    return frame


def _bars(slide: Any, exhibit: Exhibit, room: Room, language: str) -> Any:
    """Add ranked bars, each figure at the foot of its bar, where neither median nor middle half crosses it."""
    assert exhibit.series is not None
    low, high = exhibit.ends
    frame = _horizontal_bars(slide, exhibit, room, XL_CHART_TYPE.BAR_CLUSTERED, exhibit.series, exhibit.ends)
    [bars], [values] = frame.chart.plots[0].series, exhibit.series.values()
    bars.data_labels.show_value, bars.data_labels.position = True, XL_LABEL_POSITION.INSIDE_BASE
    for index, (role, value) in enumerate(zip(exhibit.roles, values, strict=True)):
        if value is None:
            continue
        _fill_point(bars, index, colour(LIGHT, role))
        label = bars.points[index].data_label
        within = abs(value) > LABEL * (high - low)
        label.font.size, label.font.color.rgb = (
            Pt(_size(exhibit)),
            _rgb(_readable(colour(LIGHT, role)) if within else LIGHT.text),
        )
        label.font.bold = role != "other"
        label.position = XL_LABEL_POSITION.INSIDE_BASE
    if any(exhibit.intervals):
        _intervals(bars, exhibit.intervals, [value or 0.0 for value in values], LIGHT.text)
    # a fixed place for the plot, so that marks can be drawn over it
    names = min(max(map(len, exhibit.categories)) * _size(exhibit) * LETTER / 72 * Inches(1) / room[2], WIDEST_NAMES)
    place = _placed(frame.chart, names + 0.01, 0.07, 0.98 - names, 0.86)
    _marks(slide, exhibit, frame, place, language)
    return frame


def _intervals(series: Any, intervals: Sequence[tuple[float, float] | None], values: Sequence[float], ink: str) -> None:
    """Add the intervals of a series' values to it as error bars."""
    bars = etree.Element(f"{CHART}errBars")
    across = series._element.getparent().tag == f"{CHART}scatterChart"
    parts = ((("errDir", "x"),) if across else ()) + (
        ("errBarType", "both"),
        ("errValType", "cust"),
        ("noEndCap", "1"),
    )
    for part, value in parts:
        etree.SubElement(bars, f"{CHART}{part}").set("val", value)
    for sign, end in (("plus", 1), ("minus", 0)):
        listed = etree.SubElement(etree.SubElement(bars, f"{CHART}{sign}"), f"{CHART}numLit")
        etree.SubElement(listed, f"{CHART}formatCode").text = "General"
        etree.SubElement(listed, f"{CHART}ptCount").set("val", str(len(values)))
        for place, (ends, number) in enumerate(zip(intervals, values, strict=True)):
            if ends:
                point = etree.SubElement(listed, f"{CHART}pt", idx=str(place))
                etree.SubElement(point, f"{CHART}v").text = repr(abs(ends[end] - number))
    line = f'<a:ln w="{Pt(2.5)}"><a:solidFill><a:srgbClr val="{_rgb(ink)}"/></a:solidFill></a:ln>'
    bars.append(
        etree.fromstring(f'<c:spPr xmlns:c="{CHART[1:-1]}" xmlns:a="{DRAWING[1:-1]}"><a:noFill/>{line}</c:spPr>')
    )
    series._element.xpath("c:xVal | c:cat | c:val")[0].addprevious(bars)


def _dots(slide: Any, exhibit: Exhibit, room: Room, language: str) -> Any:
    """Add dots on one axis: a series for each role, the intervals of the chosen and compared ones as error bars."""
    layout = dots.strip(exhibit, Translator(language), wide=True)
    left, top, width, height = room
    size = min(STAGE, height / Pt(1) / (layout.depth + dots.HEADER + dots.AXIS))
    em = size * Pt(1)
    data, drawn = XyData(number_format="General"), list[tuple[str, list[dict[str, Any]]]]()
    for role in reversed(ROLES):  # stronger roles last, so that they are drawn over the others
        if of_role := [dot for dot in layout.rows if dot["role"] == role]:
            drawn.append((role, of_role))
            series = data.add_series(next(iter(exhibit.series or {})) if role == "other" else of_role[0]["name"])
            for dot in of_role:
                series.add_data_point(dot["value"], layout.depth - dot["at"])
    assert exhibit.reference is not None and exhibit.band is not None
    middle = data.add_series(exhibit.reference.label)
    for down in (0, layout.strip):
        middle.add_data_point(exhibit.reference.value, layout.depth - down)
    tall = round((layout.depth + dots.HEADER + dots.AXIS) * em)
    frame = slide.shapes.add_chart(XL_CHART_TYPE.XY_SCATTER, left, top, width, tall, data)
    chart, (low, high) = frame.chart, exhibit.ends
    chart.has_legend, chart.has_title = False, False
    chart.font.size, chart.font.color.rgb = Pt(round(0.9 * size)), _rgb(LIGHT.text)
    across, up = chart.category_axis, chart.value_axis
    for axis in (across, up):
        axis.has_major_gridlines = False
    across.minimum_scale, across.maximum_scale = low, high
    across.major_unit = _apart(high - low, exhibit, width / em)
    across.tick_labels.number_format, across.tick_labels.number_format_is_linked = _figures(exhibit), False
    across.format.line.color.rgb = _rgb(LIGHT.quiet)
    up.minimum_scale, up.maximum_scale, up.visible = 0, layout.depth, False
    *points, reference = chart.plots[0].series
    for series, (role, of_role) in zip(points, drawn, strict=True):
        series.format.line.fill.background()
        series.marker.style = {"chosen": XL_MARKER_STYLE.DIAMOND, "other": XL_MARKER_STYLE.CIRCLE}.get(
            role, XL_MARKER_STYLE.SQUARE
        )
        series.marker.size = 16 if role != "other" else 10 if len(of_role) < CROWD else 7
        _fill(series.marker, line_colour(LIGHT, role))
        series.marker.format.line.color.rgb = _rgb(LIGHT.ground)
        if role != "other":
            ends = [(dot["low"], dot["high"]) if dot["low"] is not None else None for dot in of_role]
            _intervals(series, ends, [dot["value"] for dot in of_role], line_colour(LIGHT, role))
    reference.marker.style = XL_MARKER_STYLE.NONE
    reference.format.line.color.rgb, reference.format.line.width = _rgb(colour(LIGHT, "reference")), Pt(2)
    side = em / width
    place = _placed(chart, side, dots.HEADER * em / tall, 1 - 2 * side, layout.depth * em / tall)
    _dot_labels(slide, exhibit, layout, _inner(frame, place), size, language, frame)
    return frame


def _apart(span: float, exhibit: Exhibit, width: float) -> float:
    """Return the distance between the marks of an axis so many font sizes wide that its figures do not meet."""
    step = exhibit.step
    number = max(len(f"{end:,.{exhibit.decimals}f}") for end in exhibit.ends)
    while span / step * (number + 2) * LETTER > width:
        step *= 2
    return step


def _dot_labels(
    slide: Any,
    exhibit: Exhibit,
    layout: dots.Layout,
    inner: tuple[float, float, float, float],
    size: float,
    language: str,
    frame: Any,
) -> None:
    """Add the middle half as a band behind the dots, and the labels of the band, the median and the dots."""
    assert exhibit.reference is not None and exhibit.band is not None
    left, top, width, height = inner
    low, high = exhibit.ends
    em, step = size * Pt(1), height / layout.depth

    def across(value: float) -> float:
        return left + width * (value - low) / (high - low)

    def add(words: str, middle: float, at: float, bold: bool = False, ink: str = LIGHT.text) -> None:
        wide = letters.width(words, bold) * em
        start = min(max(middle - wide / 2, left - em), left + width + em - wide)
        x, y, across_, down = (round(part) for part in (start, at - 0.6 * em, wide, 1.2 * em))
        box = _words(slide, words, x, y, across_, down, round(size), language, bold=bold, ink=ink)
        _tight(box, align="ctr")

    start, end = across(exhibit.band.low), across(exhibit.band.high)
    band = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *map(round, (start, top, end - start, height)))
    band.fill.solid()
    band.fill.fore_color.rgb = _rgb(colour(LIGHT, "band"))
    band.line.fill.background()
    frame._element.addprevious(band._element)  # shapes are drawn in document order
    _describe(band, "Middle half", exhibit.band.label)
    add(exhibit.band.label, (start + end) / 2, top - 2.1 * em, ink=LIGHT.quiet)
    add(exhibit.reference.label, across(exhibit.reference.value), top - 0.75 * em)
    ends = {dot["end"]: dot for dot in layout.rows if dot["end"]}
    meet = len(ends) > 1 and across(ends["high"]["value"]) - across(ends["low"]["value"]) < em * (
        (ends["low"]["em"] + ends["high"]["em"]) / 2 + 0.6
    )
    for dot in layout.rows:
        if dot["label"]:
            aside = dot["side"] * (0.9 + dot["em"] / 2) * em
            lower = dots.END * step if meet and dot["end"] == "high" else 0
            add(dot["label"], across(dot["edge"]) + aside, top + dot["label_at"] * step + lower, bold=dot["lane"])


def _tight(box: Any, align: str) -> None:
    """Let a text box be as large as its words, on one line."""
    frame = box.text_frame
    frame.word_wrap = False
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    frame.paragraphs[0]._p.get_or_add_pPr().set("algn", align)


def _marks(slide: Any, exhibit: Exhibit, frame: Any, place: Place, language: str) -> None:
    """Add the middle half as a band behind the bars and the median as a line over them, each with its label."""
    low, high = exhibit.ends
    left, top, width, height = (round(part) for part in _inner(frame, place))

    def across(value: float) -> int:
        return left + round(width * (value - low) / (high - low))

    def add_label(words: str, x: int, y: int, size: int, ink: str) -> None:
        at = max(0, x - label_width) if right else x
        _words(
            slide,
            words,
            at,
            y,
            min(label_width, x if right else int(WIDTH) - x),
            label_height,
            size,
            language,
            ink=ink,
            align="r" if right else "l",
        )

    label_width, label_height, right = Inches(5), Inches(0.3), exhibit.marked_right
    if exhibit.band:
        x, end = across(exhibit.band.low), across(exhibit.band.high)
        band = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, x, top, end - x, height)
        band.fill.solid()
        band.fill.fore_color.rgb = _rgb(colour(LIGHT, "band"))
        band.line.fill.background()
        frame._element.addprevious(band._element)  # shapes are drawn in document order
        _describe(band, "Middle half", exhibit.band.label)
        add_label(exhibit.band.label, end if right else x, top + height, 11, LIGHT.quiet)
    if exhibit.reference:
        x = across(exhibit.reference.value)
        line = slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, x, top, x, top + height)
        line.line.color.rgb, line.line.width = _rgb(colour(LIGHT, "reference")), Pt(1.5)
        _describe(line, "Median", exhibit.reference.label)
        add_label(exhibit.reference.label, x, top - label_height, 12, LIGHT.text)


def _describe(shape: Any, name: str, words: str) -> None:
    """Set a shape's name and alternative text, and remove the shadow of PowerPoint's default style."""
    shape._element.remove(shape._element.find(f"{SLIDE}style"))
    shape.name = name
    shape._element.xpath(".//p:cNvPr")[0].set("descr", words)


def _pairs(slide: Any, exhibit: Exhibit, room: Room, language: str) -> Any:
    """Add bars of two sides, one below the other."""
    assert exhibit.series is not None
    frame = _horizontal_bars(slide, exhibit, room, XL_CHART_TYPE.BAR_CLUSTERED, exhibit.series, _wider(exhibit))
    plot = frame.chart.plots[0]
    plot.has_data_labels = True
    plot.data_labels.font.size = Pt(_size(exhibit))
    plot.data_labels.position = XL_LABEL_POSITION.OUTSIDE_END
    for bars, role in zip(plot.series, exhibit.roles, strict=True):
        _fill(bars, colour(LIGHT, role))
    _legend(frame.chart)
    return frame


def _waterfall(slide: Any, exhibit: Exhibit, room: Room, language: str) -> Any:
    """Add the steps of a waterfall as visible bars on invisible ones; python-pptx has no native waterfall.

    The figures are in a column on the right, as labels of one more invisible series.
    """
    assert exhibit.series is not None
    t, [(name, values)], (low, high) = Translator(language), exhibit.series.items(), _wider(exhibit)
    places = [(min(span), max(span)) for span in exhibit.spans]
    frame = _horizontal_bars(
        slide,
        exhibit,
        room,
        XL_CHART_TYPE.BAR_STACKED,
        {
            t("report.start"): [max(least, 0.0) + min(most, 0.0) for least, most in places],
            "+": [most - max(least, 0.0) if most > 0 else 0.0 for least, most in places],
            "−": [least - min(most, 0.0) if least < 0 else 0.0 for least, most in places],
            name: [high - max(most, 0.0) for _, most in places],
        },
        (low, high),
    )
    start, *bars, figures = frame.chart.plots[0].series
    for unseen in (start, figures):
        unseen.format.fill.background()
    for index, (role, value) in enumerate(zip(exhibit.roles, values, strict=True)):
        for side in bars:
            _fill_point(side, index, colour(LIGHT, role))
        label = figures.points[index].data_label
        _write(
            label.text_frame,
            text.signed(t, value or 0.0, exhibit.decimals),
            _size(exhibit),
            language,
            bold=role == "total",
        )
        label.position = XL_LABEL_POSITION.INSIDE_END
    return frame


def _lines(slide: Any, exhibit: Exhibit, room: Room, language: str) -> Any:
    """Add lines over the years, each named at its end; two with the role `band` enclose an area."""
    assert exhibit.series is not None
    named = dict(zip(exhibit.series, exhibit.roles, strict=True))
    edges = [name for name, role in named.items() if role == "band"]
    lines = {name: values for name, values in exhibit.series.items() if name not in edges}
    area: dict[str, Sequence[float | None]] = {}
    if edges:
        low, high = (exhibit.series[name] for name in edges)
        width = [
            upper - lower if lower is not None and upper is not None else None
            for lower, upper in zip(low, high, strict=True)
        ]
        area = {edges[0]: low, f"{edges[0]} – {edges[1]}": width}
    frame = _native(slide, exhibit, room, XL_CHART_TYPE.LINE_MARKERS, {**area, **lines}, exhibit.ends)
    chart = frame.chart
    chart.value_axis.major_unit = exhibit.step
    chart.value_axis.crosses = XL_AXIS_CROSSES.MINIMUM
    # the first year lies on the axis, as it does for an area
    between = etree.Element(f"{CHART}crossBetween", val="midCat")
    chart.value_axis._element.xpath("c:crosses | c:crossesAt")[0].addnext(between)
    dashes = dict(zip(exhibit.series, exhibit.dashes or map(dash, exhibit.roles), strict=True))
    if area:
        _as_area(chart)
        lower, width_ = chart.plots[0].series
        lower.format.fill.background()
        _fill(width_, colour(LIGHT, "band"))
    for line in chart.plots[len(chart.plots) - 1].series:
        ink, stands_out = _rgb(line_colour(LIGHT, named[line.name])), named[line.name] == "chosen"
        line.smooth = False
        line.format.line.width, line.format.line.color.rgb = Pt(3.5 if stands_out else 2), ink
        line.format.line.dash_style = DASHES[dashes[line.name]]
        line.marker.style, line.marker.size = MARKERS[SHAPES[dashes[line.name]]], 6
        line.marker.format.fill.solid()
        line.marker.format.fill.fore_color.rgb = ink
        line.marker.format.line.fill.background()
    _line_names(slide, exhibit, frame, language)
    return frame


def _as_area(chart: Any) -> None:
    """Turn the first two lines of a chart into an area stacked on an invisible one."""
    lines = chart._chartSpace.xpath(".//c:lineChart")[0]
    area = etree.SubElement(lines, f"{CHART}areaChart")
    for part, value in (("grouping", "stacked"), ("varyColors", "0")):
        etree.SubElement(area, f"{CHART}{part}").set("val", value)
    for series in lines.findall(f"{CHART}ser")[:2]:
        for of_line in series.xpath("c:marker | c:smooth"):
            series.remove(of_line)
        area.append(series)
    for axis in lines.findall(f"{CHART}axId"):
        etree.SubElement(area, f"{CHART}axId").set("val", axis.get("val"))
    lines.addprevious(area)


def _line_names(slide: Any, exhibit: Exhibit, frame: Any, language: str) -> None:
    """Add the names of lines at their ends, moved apart so that none overlap."""
    assert exhibit.series is not None
    low, high = exhibit.ends
    size, t = 16, Translator(language)
    rows: list[dict[str, Any]] = [
        {"series": name, "role": role, "words": textwrap.wrap(name, svg.LETTERS), "year": year, "value": value}
        for (name, values), role in zip(exhibit.series.items(), exhibit.roles, strict=True)
        for year, value in enumerate(values)
        if value is not None
    ]
    letter_width = size * LETTER / 72 * Inches(1)
    name_width = max(len(line) for row in rows for line in row["words"]) * letter_width + Inches(0.15)
    figure_width = (
        max(len(t.number(end, exhibit.decimals)) for end in (low, high)) * _size(exhibit) * LETTER / 72 * Inches(1)
    )
    x, plot_width = figure_width / frame.width + 0.01, 1 - (name_width + figure_width) / frame.width - 0.02
    left, top, width, height = _inner(frame, _placed(frame.chart, x, 0.03, plot_width, 0.87))
    name_height = max(len(row["words"]) for row in rows) * size * LEADING / 72 * Inches(1)
    label_layout.at_ends(rows, low, high, share=min(0.2, name_height / height))
    for row in rows:
        if "label_at" in row:
            last = max(len(exhibit.categories) - 1, 1)
            right = left + width * row["label_year"] / last + Inches(0.1)
            centre = top + height * (high - row["label_at"]) / (high - low)
            if row["label_year"] > row["year"]:
                start = left + width * row["year"] / last, top + height * (high - row["value"]) / (high - low)
                leader = slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, *map(round, (*start, right, centre)))
                leader.line.width, leader.line.color.rgb, leader.shadow.inherit = Pt(0.5), _rgb(LIGHT.quiet), False
            box = round(right), round(centre - name_height / 2), round(name_width), round(name_height)
            words = _words(slide, row["series"], *box, size, language, bold=row["role"] == "chosen").text_frame
            words.margin_left = words.margin_right = words.margin_top = words.margin_bottom = 0
            words.vertical_anchor = MSO_ANCHOR.MIDDLE


def _placed(chart: Any, x: float, y: float, width: float, height: float) -> Place:
    """Set the place of the inside of a chart's axes, and make the chart's background transparent."""
    plot = chart._chartSpace.xpath(".//c:plotArea")[0]
    for layout in plot.findall(f"{CHART}layout"):
        plot.remove(layout)
    layout = etree.Element(f"{CHART}layout")
    manual = etree.SubElement(layout, f"{CHART}manualLayout")
    place = (x, y, width, height)
    parts = (
        ("layoutTarget", "inner"),
        ("xMode", "edge"),
        ("yMode", "edge"),
        *zip("xywh", (f"{part:.5f}" for part in place), strict=True),
    )
    for part, value in parts:
        etree.SubElement(manual, f"{CHART}{part}").set("val", value)
    plot.insert(0, layout)
    clear = etree.fromstring(
        f'<c:spPr xmlns:c="{CHART[1:-1]}" xmlns:a="{DRAWING[1:-1]}"><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>'
    )
    chart._chartSpace.find(f"{CHART}chart").addnext(clear)
    return place


def _inner(frame: Any, place: Place) -> tuple[float, float, float, float]:
    """Return the place of the inside of the axes on the slide: left, top, width, height."""
    x, y, width, height = place
    return frame.left + x * frame.width, frame.top + y * frame.height, width * frame.width, height * frame.height


def _legend(chart: Any) -> None:
    """Add a legend above the chart."""
    chart.has_legend = True
    chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False


def _wider(exhibit: Exhibit) -> tuple[float, float]:
    """Return the ends of an exhibit's axis with room for figures at the ends of bars."""
    low, high = exhibit.ends
    room = LABEL * (high - low)
    return (low - room if low < 0 and exhibit.kind == "pairs" else low), high + room


def _figures(exhibit: Exhibit) -> str:
    """Return the number format of an exhibit's figures."""
    return _signs("#,##0" + (f".{'0' * exhibit.decimals}" if exhibit.decimals else ""))


def _signs(figures: str) -> str:
    """Return a number format with a true minus sign."""
    return f"{figures};−{figures}"


def _size(exhibit: Exhibit) -> int:
    """Return a chart's font size in points, small enough for every row of bars, or for the years below lines."""
    if exhibit.kind == "lines":
        return 16 if len(exhibit.categories) <= 14 else 12
    return min(18, TALL // (len(exhibit.categories) * (2 if exhibit.kind == "pairs" else 1)))


def _fill(what: Any, ink: str) -> None:
    """Fill a series, a point or a marker."""
    what.format.fill.solid()
    what.format.fill.fore_color.rgb = _rgb(ink)


def _fill_point(bars: Any, index: int, ink: str) -> None:
    """Fill one bar of a series also where it is negative, which PowerPoint may otherwise draw white."""
    _fill(bars.points[index], ink)
    [number] = bars._element.xpath(f"c:dPt/c:idx[@val='{index}']")
    number.addnext(etree.Element(f"{CHART}invertIfNegative", val="0"))


def _rgb(ink: str) -> RGBColor:
    return RGBColor.from_string(ink.removeprefix("#").upper())


def _readable(ground: str) -> str:
    """Return black or white, whichever has the higher contrast with a background."""
    red, green, blue = (int(ground[start : start + 2], 16) / 255 for start in (1, 3, 5))
    light = sum(
        weight * (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
        for weight, part in ((0.2126, red), (0.7152, green), (0.0722, blue))
    )
    return "#000000" if (light + 0.05) / 0.05 > 1.05 / (light + 0.05) else "#ffffff"


def _table(slide: Any, exhibit: Exhibit, room: Room, language: str) -> Any:
    rows = exhibit.rows
    frame = slide.shapes.add_table(len(rows) + 1, len(exhibit.heads), *room)
    table = frame.table
    # column widths in proportion to their longest text, none below NARROWEST
    longest_texts = [max(len(line[number]) for line in (exhibit.heads, *rows)) for number in range(len(exhibit.heads))]
    shares = [max(length / sum(longest_texts), NARROWEST) for length in longest_texts]
    for share, column in zip(shares, table.columns, strict=True):
        column.width = Emu(int(room[2] * share / sum(shares)))
    size = 11 if len(rows) > 12 else 14
    for row_index, line in enumerate((exhibit.heads, *rows)):
        table.rows[row_index].height = Emu(room[3] // (len(rows) + 1))
        for number, words in enumerate(line):
            cell = table.cell(row_index, number)
            cell.margin_top = cell.margin_bottom = Emu(20000)
            _write(
                cell.text_frame,
                words,
                size,
                language,
                bold=row_index == 0,
                ink=LIGHT.ground if row_index == 0 else LIGHT.text,
            )
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            cell.fill.solid()
            cell.fill.fore_color.rgb = RGBColor.from_string(
                "0B5C92" if row_index == 0 else "FFFFFF" if row_index % 2 else "EEF3F7"
            )
    return frame


def _words(
    slide: Any,
    words: str,
    left: int,
    top: int,
    width: int,
    height: int,
    size: int,
    language: str,
    *,
    bold: bool = False,
    ink: str = LIGHT.text,
    name: str | None = None,
    align: str = "l",
) -> Any:
    box = slide.shapes.add_textbox(left, top, width, height)
    if name:
        box.name = name
    _write(box.text_frame, words, size, language, bold=bold, ink=ink, align=align)
    return box


def _write(
    frame: Any, words: str, size: int, language: str, *, bold: bool = False, ink: str = LIGHT.text, align: str = "l"
) -> None:
    frame.word_wrap = True
    paragraph = frame.paragraphs[0]
    run = paragraph.add_run() if not paragraph.runs else paragraph.runs[0]
    run.text = words or NO_WORDS
    run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold, _rgb(ink)
    run._r.get_or_add_rPr().set("lang", LANGUAGES[language])
    paragraph._p.get_or_add_pPr().set("algn", align)
