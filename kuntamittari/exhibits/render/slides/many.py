"""A spine and a rug on a slide: a native chart or table of the figures, with their words around it."""

import math
from typing import Any

from lxml import etree
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_MARKER_STYLE
from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR
from pptx.util import Emu, Pt

from kuntamittari.exhibits.exhibit import Exhibit
from kuntamittari.exhibits.grammar import letters, verdicts
from kuntamittari.exhibits.grammar.colours import cell, colour, line_colour
from kuntamittari.exhibits.grammar.drawing import Drawing, Row
from kuntamittari.exhibits.grammar.pictures import drawn
from kuntamittari.exhibits.render.placed import ink
from kuntamittari.exhibits.render.slides.parts import (
    DRAWING,
    LIGHT,
    SIZE,
    Room,
    XyData,
    add_intervals,
    describe,
    fill,
    place_plot,
    rgb,
    text_box,
    tighten,
    write,
)
from kuntamittari.i18n import Translator

EM = SIZE * Pt(1)
MARKERS = {
    "strong": XL_MARKER_STYLE.TRIANGLE,
    "weak": XL_MARKER_STYLE.NONE,
    "near": XL_MARKER_STYLE.SQUARE,
    "middle": XL_MARKER_STYLE.CIRCLE,
    "neutral": XL_MARKER_STYLE.DIAMOND,
}
SHAPES = {
    "triangle-up": MSO_SHAPE.ISOSCELES_TRIANGLE,
    "triangle-down": MSO_SHAPE.ISOSCELES_TRIANGLE,
    "square": MSO_SHAPE.RECTANGLE,
    "circle": MSO_SHAPE.OVAL,
    "diamond": MSO_SHAPE.DIAMOND,
}
UPSIDE_DOWN = 180  # degrees
MARK, WHISKER, HALF, TREND = 13, 2.0, 12.0, 2.25  # points: of a mark, and of lines
CELLS = "Cells"  # name of a table of marks, and of the marks of its key
SCALES, TRENDS = "Scales", "Trends"  # names of charts
GLYPH = 0.55  # of the height of a cell
EMPTY_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # of a table: no style, no grid


def spine(slide: Any, exhibit: Exhibit, room: Room, language: str) -> Any:
    """Add a spine: a native chart of places on a scale from -1 (worse) to 1 (better), the median in the middle.

    Where no indicator has a scale, as in a group of one, there are its words alone.
    """
    drawing = _around(slide, exhibit, room, language)
    own = {row["said"].removeprefix("own: "): row for row in drawing.points if row["said"].startswith("own: ")}
    frame = _scales(slide, exhibit, room, drawing, own, language) if own else slide.shapes[-1]
    if drawing.paths:
        _trends(slide, exhibit, room, drawing)
    return frame


def rug(slide: Any, exhibit: Exhibit, room: Room, language: str) -> Any:
    """Add a rug: a native table with a cell for each member and indicator."""
    assert exhibit.verdicts is not None
    drawing = _around(slide, exhibit, room, language)
    cells = [row for row in drawing.areas if row["said"]]
    left, right = min(row["x"] for row in cells), max(row["x2"] for row in cells)
    top, foot = min(row["y"] for row in cells), max(row["y2"] for row in cells)
    place = *_at(room, left, top), round((right - left) * EM), round((foot - top) * EM)
    across, down = len(exhibit.verdicts), len(exhibit.categories)
    frame = slide.shapes.add_table(down, across, *place)
    table, frame.name = frame.table, CELLS
    frame._element.xpath(".//a:tableStyleId")[0].text = EMPTY_STYLE
    table.first_row = table.horz_banding = False
    for column in table.columns:
        column.width = Emu(place[2] // across)
    for row in table.rows:
        row.height = Emu(place[3] // down)
    size = max(1, math.floor(GLYPH * min(place[2] / across, place[3] / down) / Pt(1)))
    for column, of_members in enumerate(exhibit.verdicts.values()):
        for number, verdict in enumerate(of_members):
            _cell(table.cell(number, column), verdict, size, language)
    for line in drawing.lines:  # the edges of the rows of the chosen and compared members are over the cells
        if line["said"]:
            _line(slide, line, room)
    return frame


def _around(slide: Any, exhibit: Exhibit, room: Room, language: str) -> Drawing:
    """Add the words, the lines and the key of a picture, and return it whole."""
    drawing = drawn(exhibit, Translator(language), room[2] / EM, room[3] / EM)
    for line in drawing.lines:
        if not line["said"]:
            _line(slide, line, room)
    for area in drawing.areas:
        if not area["said"]:
            left, top = _at(room, area["x"], area["y"])
            size = (round((area["x2"] - area["x"]) * EM), round((area["y2"] - area["y"]) * EM))
            _shape(slide, MSO_SHAPE.RECTANGLE, (left, top, *size), area["ink"], area["edge"])
    for point in drawing.points:
        if not point["said"]:
            half = point["size"] / 2
            left, top = _at(room, point["x"] - half, point["y"] - half)
            size = round(point["size"] * EM)
            shape = _shape(slide, SHAPES[point["shape"]], (left, top, size, size), point["ink"], "")
            shape.rotation = UPSIDE_DOWN if point["shape"] == "triangle-down" else 0
    for words in drawing.words:
        if not words["said"]:
            _write(slide, words, room, language)
    return drawing


def _scales(slide: Any, exhibit: Exhibit, room: Room, drawing: Drawing, own: dict[str, Row], language: str) -> Any:
    places = [place for place, name in enumerate(exhibit.categories) if name in own]
    halves = [row for row in drawing.areas if row["said"].startswith("half: ")]
    rows = {row["said"].removeprefix("half: "): (row["y"] + row["y2"]) / 2 for row in halves}
    middles = [rows[exhibit.categories[place]] for place in places]
    step = (middles[-1] - middles[0]) / (len(middles) - 1) if len(middles) > 1 else 1.5
    top, foot = middles[0] - step / 2, middles[-1] + step / 2
    [middle] = {line["x"] for line in drawing.lines if line["said"].startswith("median: ")}
    scales = [scale for place in places if (scale := exhibit.scales[place])]
    drawn_ends = {row["said"].removeprefix("ends: "): row for row in drawing.lines if row["said"].startswith("ends: ")}
    far, at_far = max(
        (abs(scale.ends[end]), abs(drawn_ends[exhibit.categories[place]][x] - middle))
        for place, scale in zip(places, scales, strict=True)
        for end, x in enumerate(("x", "x2"))
    )
    reach = at_far / far  # font sizes from the middle to the end of a scale
    t, data = Translator(language), XyData(number_format="General")
    ends, half = data.add_series(t("rug.ends")), data.add_series(t("chart.middle_half"))
    heights = [foot - at for at in middles]
    for series in (ends, half):
        for height in heights:
            series.add_data_point(0.0, height)
    drawn_verdicts = [verdict for verdict in MARKERS if verdict in {exhibit.roles[place] for place in places}]
    for verdict in drawn_verdicts:
        series = data.add_series(t(f"judgement.{verdict}") if verdict in verdicts.GLYPHS else t("rug.not_judged"))
        for place, scale, height in zip(places, scales, heights, strict=True):
            if exhibit.roles[place] == verdict:
                series.add_data_point(scale.at(scale.value), height)
    median = data.add_series(t("chart.median"))
    for height in (0.0, foot - top):
        median.add_data_point(0.0, height)
    left, upper = _at(room, middle - reach, top)
    frame = slide.shapes.add_chart(
        XL_CHART_TYPE.XY_SCATTER, left, upper, round(2 * reach * EM), round((foot - top) * EM), data
    )
    frame.name, chart = SCALES, _bare(frame, -1.0, 1.0, foot - top)
    first, second, *marks, line = chart.plots[0].series
    for series, listed, width, role in (
        (first, [scale.ends for scale in scales], WHISKER, LIGHT.quiet),
        (second, [scale.half for scale in scales], HALF, colour(LIGHT, "band")),
    ):
        series.format.line.fill.background()
        series.marker.style = XL_MARKER_STYLE.NONE
        add_intervals(series, listed, [0.0] * len(scales), role)
        [stroke] = series._element.xpath("c:errBars/c:spPr/a:ln")
        stroke.set("w", str(Pt(width)))
        stroke.set("cap", "flat")
    for series, verdict in zip(marks, drawn_verdicts, strict=True):
        series.format.line.fill.background()
        series.marker.style, series.marker.size = MARKERS[verdict], MARK
        if verdict == "weak":  # PowerPoint has no such marker
            _labelled(series, verdicts.GLYPHS[verdict], colour(LIGHT, verdicts.role(verdict)), language)
            continue
        fill(series.marker, colour(LIGHT, verdicts.role(verdict)))
        series.marker.format.line.color.rgb = rgb(LIGHT.ground)
    line.marker.style, line.smooth = XL_MARKER_STYLE.NONE, False
    line.format.line.color.rgb, line.format.line.width = rgb(colour(LIGHT, "reference")), Pt(1.5)
    return frame


def _labelled(series: Any, mark: str, role: str, language: str) -> None:
    """Draw the points of a series as a letter."""
    for number in range(len(series.points)):
        label = series.points[number].data_label
        write(label.text_frame, mark, SIZE, language, ink=role)
        label.position = XL_LABEL_POSITION.CENTER


def _trends(slide: Any, exhibit: Exhibit, room: Room, drawing: Drawing) -> None:
    """Add the values over the years as a native chart of small lines, each within its row."""
    left, right = min(row["x"] for row in drawing.paths), max(row["x"] for row in drawing.paths)
    top, foot = min(row["y"] for row in drawing.paths), max(row["y"] for row in drawing.paths)
    data, number = XyData(number_format="General"), 1 + max(row["path"] for row in drawing.paths)
    for path in range(number):
        points = [row for row in drawing.paths if row["path"] == path]
        series = data.add_series(points[0]["said"].removeprefix("trend: "))
        for row in points:
            series.add_data_point((row["x"] - left) / (right - left), foot - row["y"])
    last = data.add_series(exhibit.heads[1])
    for row in drawing.points:
        if row["said"].startswith("last: "):
            last.add_data_point((row["x"] - left) / (right - left), foot - row["y"])
    place = *_at(room, left, top), round((right - left) * EM), round((foot - top) * EM)
    frame = slide.shapes.add_chart(XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS, *place, data)
    frame.name = TRENDS
    chart, blue = _bare(frame, 0.0, 1.0, foot - top), line_colour(LIGHT, "chosen")
    *lines, dots = chart.plots[0].series
    for series in lines:
        series.smooth = False
        series.format.line.color.rgb, series.format.line.width = rgb(blue), Pt(TREND)
    dots.format.line.fill.background()
    dots.marker.style, dots.marker.size = XL_MARKER_STYLE.CIRCLE, 7
    fill(dots.marker, blue)
    dots.marker.format.line.fill.background()
    said = " ".join(trend.said for trend in exhibit.trends if trend)
    frame._element.xpath(".//p:cNvPr")[0].set("descr", said)


def _bare(frame: Any, least: float, most: float, height: float) -> Any:
    """Return the chart of a frame without axes, from end to end of it."""
    chart = frame.chart
    chart.has_legend, chart.has_title = False, False
    chart.font.size = Pt(SIZE)
    across, up = chart.category_axis, chart.value_axis
    for axis in (across, up):
        axis.has_major_gridlines, axis.visible = False, False
    across.minimum_scale, across.maximum_scale = least, most
    up.minimum_scale, up.maximum_scale = 0, height
    place_plot(chart, 0.0, 0.0, 1.0, 1.0)
    return chart


def _cell(cell_: Any, verdict: str, size: int, language: str) -> None:
    """Fill a cell of a table with the mark of a verdict, between lines in the colour of the ground."""
    ground, words = cell(LIGHT, verdict)
    cell_.margin_left = cell_.margin_right = cell_.margin_top = cell_.margin_bottom = 0
    cell_.vertical_anchor = MSO_ANCHOR.MIDDLE
    write(cell_.text_frame, verdicts.MARKS[verdict], size, language, ink=words, align="ctr")
    cell_.text_frame.word_wrap = False
    properties, near = cell_._tc.get_or_add_tcPr(), verdict == "near"
    line = rgb(LIGHT.quiet if near else LIGHT.ground)
    for side in ("lnL", "lnR", "lnT", "lnB"):
        edge = etree.SubElement(properties, f"{DRAWING}{side}", w=str(Pt(0.75)))
        etree.SubElement(etree.SubElement(edge, f"{DRAWING}solidFill"), f"{DRAWING}srgbClr", val=str(line))
    cell_.fill.solid()
    cell_.fill.fore_color.rgb = rgb(ground)


def _at(room: Room, x: float, y: float) -> tuple[int, int]:
    return room[0] + round(x * EM), room[1] + round(y * EM)


def _shape(slide: Any, kind: MSO_SHAPE, place: tuple[int, int, int, int], role: str, edge: str) -> Any:
    shape = slide.shapes.add_shape(kind, *place)
    shape.fill.solid()
    shape.fill.fore_color.rgb = rgb(ink(LIGHT, role))
    if edge:
        shape.line.color.rgb, shape.line.width = rgb(ink(LIGHT, edge)), Pt(1)
    else:
        shape.line.fill.background()
    describe(shape, "Key", "")
    return shape


def _line(slide: Any, line: Row, room: Room) -> None:
    ends = (*_at(room, line["x"], line["y"]), *_at(room, line["x2"], line["y2"]))
    shape = slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, *ends)
    shape.line.color.rgb, shape.line.width = rgb(ink(LIGHT, line["ink"])), Emu(round(line["thick"] * EM))
    describe(shape, "Line", "")


def _write(slide: Any, words: Row, room: Room, language: str) -> None:
    size, align = round(words["size"] * SIZE), words["align"]
    wide = letters.width(words["words"], words["bold"]) * words["size"] * EM
    left = room[0] + words["x"] * EM - {"left": 0.0, "center": wide / 2, "right": wide}[align]
    box = round(left), round(room[1] + (words["y"] - 0.6) * EM), round(wide), round(1.2 * EM)
    shade = ink(LIGHT, words["ink"])
    name = CELLS if words["ink"].startswith("ink-") else None  # a mark, not to be read
    written = text_box(slide, words["words"], *box, size, language, bold=words["bold"], ink=shade, name=name)
    tighten(written, {"left": "l", "center": "ctr", "right": "r"}[align])
