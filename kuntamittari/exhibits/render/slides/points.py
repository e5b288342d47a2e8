"""Native points of slides: dots on one axis, scatters with their limits, and panels."""

from typing import Any

from lxml import etree
from pptx.enum.chart import XL_CHART_TYPE, XL_MARKER_STYLE
from pptx.enum.dml import MSO_LINE
from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE
from pptx.util import Pt

from kuntamittari.exhibits.exhibit import Exhibit
from kuntamittari.exhibits.grammar import dots as dot_grammar
from kuntamittari.exhibits.grammar import letters, shapes
from kuntamittari.exhibits.grammar import panels as panel_grammar
from kuntamittari.exhibits.grammar import scatter as scatter_grammar
from kuntamittari.exhibits.grammar.colours import ROLES, colour, line_colour
from kuntamittari.exhibits.render.slides.bars import MARKERS
from kuntamittari.exhibits.render.slides.parts import (
    CHART,
    LIGHT,
    PIXEL,
    SIZE,
    Room,
    XyData,
    add_intervals,
    describe,
    fill,
    inside,
    number_format,
    place_plot,
    rgb,
    text_box,
    tighten,
    with_signs,
)
from kuntamittari.i18n import Translator

EM = SIZE * Pt(1)
CROWD = 60  # dots that are drawn smaller
STAGE = 24  # points: words of a strip of dots, where there is room
LETTER = 0.55  # width of a letter of an axis, in font sizes
ASIDE = 0.7  # font sizes between a point and its name
FEWEST_UP = 1.6  # font sizes between two marks of an upright axis, at least


def dots(slide: Any, exhibit: Exhibit, room: Room, language: str) -> Any:
    """Add dots on one axis: a series for each role, the intervals of the chosen and compared ones as error bars."""
    left, top, width, height = room
    beside = dot_grammar.HEADER + dot_grammar.AXIS
    layout = dot_grammar.strip(exhibit, Translator(language), wide=True, most=height / EM - beside)
    size = max(SIZE, min(STAGE, height / Pt(1) / (layout.depth + beside)))
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
    tall = round((layout.depth + beside) * em)
    frame = slide.shapes.add_chart(XL_CHART_TYPE.XY_SCATTER, left, top, width, tall, data)
    chart, (low, high) = frame.chart, exhibit.ends
    chart.has_legend, chart.has_title = False, False
    chart.font.size, chart.font.color.rgb = Pt(max(SIZE, round(0.9 * size))), rgb(LIGHT.text)
    across, up = chart.category_axis, chart.value_axis
    for axis in (across, up):
        axis.has_major_gridlines = False
    across.minimum_scale, across.maximum_scale = low, high
    across.major_unit = _apart(exhibit, high - low, exhibit.step, width / em)
    across.tick_labels.number_format, across.tick_labels.number_format_is_linked = number_format(exhibit), False
    across.format.line.color.rgb = rgb(LIGHT.quiet)
    up.minimum_scale, up.maximum_scale, up.visible = 0, layout.depth, False
    *points, reference = chart.plots[0].series
    for series, (role, of_role) in zip(points, drawn, strict=True):
        _marked(series, role, 10 if len(of_role) < CROWD else 7)
        if role != "other":
            ends = [(dot["low"], dot["high"]) if dot["low"] is not None else None for dot in of_role]
            add_intervals(series, ends, [dot["value"] for dot in of_role], line_colour(LIGHT, role))
    reference.marker.style = XL_MARKER_STYLE.NONE
    reference.format.line.color.rgb, reference.format.line.width = rgb(colour(LIGHT, "reference")), Pt(2)
    side = em / width
    place = place_plot(chart, side, dot_grammar.HEADER * em / tall, 1 - 2 * side, layout.depth * em / tall)
    _dot_labels(slide, exhibit, layout, inside(frame, place), size, language, frame)
    return frame


def _marked(series: Any, role: str, small: int) -> None:
    """Draw the points of a series in the colour and shape of their role; those of others `small` points large."""
    series.format.line.fill.background()
    series.marker.style = MARKERS[shapes.OF_ROLE[role]]
    series.marker.size = 16 if role != "other" else small
    fill(series.marker, line_colour(LIGHT, role))
    series.marker.format.line.color.rgb = rgb(LIGHT.ground)


def _apart(exhibit: Exhibit, span: float, step: float, width: float) -> float:
    """Return the distance between the marks of an axis so many font sizes wide that its figures do not meet."""
    number = max(len(f"{end:,.{exhibit.decimals}f}") for end in exhibit.ends)
    while span / step * (number + 2) * LETTER > width:
        step *= 2
    return step


def _dot_labels(
    slide: Any,
    exhibit: Exhibit,
    layout: dot_grammar.Layout,
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
        box = text_box(slide, words, x, y, across_, down, round(size), language, bold=bold, ink=ink)
        tighten(box, align="ctr")

    start, end = across(exhibit.band.low), across(exhibit.band.high)
    band = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *map(round, (start, top, end - start, height)))
    band.fill.solid()
    band.fill.fore_color.rgb = rgb(colour(LIGHT, "band"))
    band.line.fill.background()
    frame._element.addprevious(band._element)  # shapes are drawn in document order
    describe(band, "Middle half", exhibit.band.label)
    add(exhibit.band.label, (start + end) / 2, top - 2.1 * em, ink=LIGHT.quiet)
    add(exhibit.reference.label, across(exhibit.reference.value), top - 0.75 * em)
    ends = {dot["end"]: dot for dot in layout.rows if dot["end"]}
    meet = len(ends) > 1 and across(ends["high"]["value"]) - across(ends["low"]["value"]) < em * (
        (ends["low"]["em"] + ends["high"]["em"]) / 2 + 0.6
    )
    for dot in layout.rows:
        if dot["label"]:
            aside = dot["side"] * (0.9 + dot["em"] / 2) * em
            lower = dot_grammar.END * step if meet and dot["end"] == "high" else 0
            add(dot["label"], across(dot["edge"]) + aside, top + dot["label_at"] * step + lower, bold=dot["lane"])


def scatter(slide: Any, exhibit: Exhibit, room: Room, language: str) -> Any:
    """Add a scatter: one series for each role; its limits as shapes behind it, and what they are above it."""
    assert exhibit.series is not None
    xs, ys = exhibit.marks
    entries, above = scatter_grammar.legend(exhibit, room[2] / EM)
    top = above * scatter_grammar.LINE * EM + 0.7 * EM
    side = (max(len(f"{mark:,.{exhibit.decimals}f}") for mark in ys) * LETTER + 0.8) * EM
    end = len(f"{xs[-1]:,.0f}") * LETTER * EM / 2
    width, height = room[2] - side - end, room[3] - top - 2.2 * EM
    points = scatter_grammar.points(exhibit, SIZE / 0.75 / (width / PIXEL) * scatter_grammar.PAGE, height / width)
    data = XyData(number_format="General")
    drawn = [
        (role, of_role) for role in reversed(ROLES) if (of_role := [point for point in points if point["role"] == role])
    ]
    for role, of_role in drawn:  # stronger roles last, so that they are drawn over the others
        series = data.add_series(list(exhibit.series)[1] if role == "other" else of_role[0]["name"])
        for point in of_role:
            series.add_data_point(point["x"], point["y"])
    lines = _lines_of(exhibit)
    for name, ends in lines.items():
        series = data.add_series(name)
        for x, y in ends:
            series.add_data_point(x, y)
    frame = slide.shapes.add_chart(XL_CHART_TYPE.XY_SCATTER, *room, data)
    chart = frame.chart
    chart.has_legend, chart.has_title = False, False
    chart.font.size, chart.font.color.rgb = Pt(SIZE), rgb(LIGHT.text)
    for axis, marks in ((chart.category_axis, xs), (chart.value_axis, ys)):
        axis.has_major_gridlines = False
        axis.minimum_scale, axis.maximum_scale = marks[0], marks[-1]
        axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = with_signs("#,##0.##"), False
        axis.format.line.color.rgb = rgb(LIGHT.quiet)
    if exhibit.logarithmic:
        base = etree.Element(f"{CHART}logBase", val=f"{xs[1] / xs[0]:.0f}")
        chart.category_axis._element.xpath("c:scaling")[0].insert(0, base)
    else:
        chart.category_axis.major_unit = _apart(exhibit, xs[-1] - xs[0], xs[1] - xs[0], width / EM)
    up = ys[1] - ys[0]
    while height * up / (ys[-1] - ys[0]) < FEWEST_UP * EM:
        up *= 2
    chart.value_axis.major_unit = up
    place = place_plot(chart, side / room[2], top / room[3], width / room[2], height / room[3])
    found = list(chart.plots[0].series)
    for series, (role, of_role) in zip(found, drawn, strict=False):
        _marked(series, role, 10 if len(of_role) < CROWD else 7)
    for series in found[len(drawn) :]:
        series.marker.style = XL_MARKER_STYLE.NONE
        series.format.line.color.rgb, series.format.line.width = rgb(colour(LIGHT, "reference")), Pt(1.5)
        series.format.line.dash_style = MSO_LINE.DASH if exhibit.middles else MSO_LINE.SOLID
    _limits(slide, exhibit, frame, inside(frame, place))
    _point_names(slide, exhibit, points, inside(frame, place), language)
    _legend(slide, entries, room, language)
    return frame


def _lines_of(exhibit: Exhibit) -> dict[str, list[tuple[float, float]]]:
    """Return the straight lines of a scatter by name: its reference, or its medians as a cross."""
    xs, ys = exhibit.marks
    if exhibit.reference:
        return {exhibit.reference.label: [(x, exhibit.reference.value) for x in (xs[0], xs[-1])]}
    if exhibit.middles is None:
        return {}
    x, y = exhibit.middles
    return {"x": [(end, y) for end in (xs[0], xs[-1])], "y": [(x, end) for end in (ys[0], ys[-1])]}


def _limits(slide: Any, exhibit: Exhibit, frame: Any, inner: tuple[float, float, float, float]) -> None:
    """Add the ranges of a scatter as shapes behind its points."""
    for limits in exhibit.ranges:
        upper = [_at(exhibit, inner, x, high) for x, _, high in limits.points]
        lower = [_at(exhibit, inner, x, low) for x, low, _ in reversed(limits.points)]
        (start, *others) = [(round(x), round(y)) for x, y in (*upper, *lower)]
        drawing = slide.shapes.build_freeform(*start)
        drawing.add_line_segments(others, close=True)
        shape = drawing.convert_to_shape()
        shape.fill.solid()
        shape.fill.fore_color.rgb = rgb(colour(LIGHT, limits.role))
        shape.line.fill.background()
        frame._element.addprevious(shape._element)  # shapes are drawn in document order
        describe(shape, f"Limits {limits.role}", limits.label)


def _at(exhibit: Exhibit, inner: tuple[float, float, float, float], x: float, y: float) -> tuple[float, float]:
    """Return where a point of a scatter is on the slide."""
    (left, top, width, height), (_, ys) = inner, exhibit.marks
    return left + width * exhibit.along(x), top + height * (ys[-1] - y) / (ys[-1] - ys[0])


def _point_names(
    slide: Any,
    exhibit: Exhibit,
    points: list[dict[str, Any]],
    inner: tuple[float, float, float, float],
    language: str,
) -> None:
    """Add the names of points beside them, as far as there is room."""
    for point in points:
        if not point["side"]:
            continue
        bold = point["role"] != "other"
        (x, y), wide = _at(exhibit, inner, point["x"], point["y"]), letters.width(point["name"], bold) * EM
        across = {"left": -ASIDE * EM - wide, "right": ASIDE * EM}.get(point["side"], -wide / 2)
        down = {"above": -1.1 * EM, "below": 1.1 * EM}.get(point["side"], 0)
        place = round(x + across), round(y + down - 0.6 * EM), round(wide), round(1.2 * EM)
        tighten(text_box(slide, point["name"], *place, SIZE, language, bold=bold), align="ctr")


def _legend(slide: Any, entries: list[scatter_grammar.Entry], room: Room, language: str) -> None:
    """Add what the ranges and the line of a scatter are, above it."""
    for entry in entries:
        left, top = round(room[0] + entry.x * EM), round(room[1] + entry.line * scatter_grammar.LINE * EM)
        thick = 0.12 if entry.role == "reference" else 0.8
        swatch = slide.shapes.add_shape(
            MSO_SHAPE.RECTANGLE,
            left,
            round(top + (0.6 - thick / 2) * EM),
            round(scatter_grammar.SWATCH * EM),
            round(thick * EM),
        )
        fill_shape(swatch, entry.role)
        describe(swatch, "Legend", "")
        at = round(left + (scatter_grammar.SWATCH + scatter_grammar.GAP) * EM)
        wide = round(letters.width(entry.words) * EM)
        tighten(text_box(slide, entry.words, at, top, wide, round(1.2 * EM), SIZE, language), align="l")


def fill_shape(shape: Any, role: str) -> None:
    """Fill a shape with the colour of a role, without an outline."""
    shape.fill.solid()
    shape.fill.fore_color.rgb = rgb(colour(LIGHT, role))
    shape.line.fill.background()


def panels(slide: Any, exhibit: Exhibit, room: Room, language: str) -> Any:
    """Add panels: a native chart for each, with its words, its median and its middle half beside it."""
    layout = panel_grammar.layout(exhibit, Translator(language), room[2] / EM)
    frames = []
    for panel in layout.panels:
        frames.append(_panel(slide, panel, room))
    for panel in layout.panels:
        for words in panel.words:
            _panel_words(slide, words, room, language)
    for words in layout.marks:
        _panel_words(slide, words, room, language)
    return frames[0]


def _panel(slide: Any, panel: panel_grammar.Panel, room: Room) -> Any:
    left, top, right, foot = (
        room[place % 2] + round(end * EM) for place, end in enumerate((panel.left, panel.top, panel.right, panel.foot))
    )
    if panel.exhibit.band:
        ends = [room[0] + round(panel.across(end) * EM) for end in (panel.exhibit.band.low, panel.exhibit.band.high)]
        band = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, ends[0], top, ends[1] - ends[0], foot - top)
        fill_shape(band, "band")
        describe(band, "Middle half", panel.exhibit.band.label)
    if panel.exhibit.reference:
        at = room[0] + round(panel.across(panel.exhibit.reference.value) * EM)
        line = slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, at, top, at, foot)
        line.line.color.rgb, line.line.width = rgb(colour(LIGHT, "reference")), Pt(1.5)
        describe(line, "Median", panel.exhibit.reference.label)
    data, drawn = XyData(number_format="General"), list[str]()
    for role in reversed(ROLES):
        if of_role := [dot for dot in panel.dots if dot.role == role]:
            drawn.append(role)
            series = data.add_series(panel.exhibit.title if role == "other" else of_role[0].name)
            for dot in of_role:
                series.add_data_point(dot.value, panel.bottom - dot.y)
    if not drawn:
        data.add_series(panel.exhibit.title)
    bottom = room[1] + round(panel.bottom * EM)
    frame = slide.shapes.add_chart(XL_CHART_TYPE.XY_SCATTER, left, top, right - left, bottom - top, data)
    chart, (low, high) = frame.chart, panel.exhibit.ends
    chart.has_legend, chart.has_title = False, False
    chart.font.size = Pt(SIZE)
    for axis in (chart.category_axis, chart.value_axis):
        axis.has_major_gridlines, axis.visible = False, False
    chart.category_axis.minimum_scale, chart.category_axis.maximum_scale = low, high
    chart.value_axis.minimum_scale, chart.value_axis.maximum_scale = 0, panel.bottom - panel.top
    for series, role in zip(chart.plots[0].series, drawn, strict=False):
        _marked(series, role, 10)
    place_plot(chart, 0.0, 0.0, 1.0, 1.0)
    return frame


def _panel_words(slide: Any, words: panel_grammar.Words, room: Room, language: str) -> None:
    wide = letters.width(words.words, words.bold) * EM
    left = room[0] + words.x * EM - {"left": 0.0, "center": wide / 2, "right": wide}[words.align]
    place = round(left), round(room[1] + (words.y - 0.6) * EM), round(wide), round(1.2 * EM)
    ink = LIGHT.quiet if words.quiet else LIGHT.text
    align = {"left": "l", "center": "ctr", "right": "r"}[words.align]
    tighten(text_box(slide, words.words, *place, SIZE, language, bold=words.bold, ink=ink), align=align)
