"""Native bars and lines of slides: ranked, in pairs, as steps of a difference, and over the years."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree
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
from pptx.util import Pt

from kuntamittari.exhibits import text
from kuntamittari.exhibits.charts import SHAPES, dash
from kuntamittari.exhibits.exhibit import Exhibit
from kuntamittari.exhibits.grammar import label_layout, letters
from kuntamittari.exhibits.grammar.colours import colour, line_colour
from kuntamittari.exhibits.render import stage, svg
from kuntamittari.exhibits.render.slides.parts import (
    CHART,
    LEADING,
    LIGHT,
    MARGIN,
    PIXEL,
    SIZE,
    WIDTH,
    CategoryData,
    Place,
    Room,
    add_intervals,
    describe,
    fill,
    fill_point,
    inside,
    number_format,
    place_plot,
    readable_on,
    rgb,
    text_box,
    tighten,
    write,
)
from kuntamittari.i18n import Translator

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
EM = SIZE * Pt(1)
MARK = round(1.5 * EM)  # height of the label of a median or a middle half
LABEL = 0.16  # room for a figure beside or within a bar, as a share of the axis
STEP_LABEL = 0.2  # the same beside a step of a waterfall, whose figures are in a column
NAMES = 1.12  # a letter of Arial, in those that pictures reckon with
YEAR = 3.4  # font sizes between two years below lines


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
    data = CategoryData(number_format=number_format(exhibit))
    data.categories = exhibit.categories
    for name, values in series.items():
        data.add_series(name, values)
    frame = slide.shapes.add_chart(kind, *room, data)
    chart, axis = frame.chart, frame.chart.value_axis
    chart.font.size, chart.font.color.rgb = Pt(SIZE), rgb(LIGHT.text)
    chart.has_title, chart.has_legend = False, False
    axis.minimum_scale, axis.maximum_scale = ends
    axis.major_gridlines.format.line.color.rgb = rgb(LIGHT.grid)
    axis.format.line.fill.background()
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = number_format(exhibit), False
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
    chart.category_axis.format.line.color.rgb = rgb(LIGHT.text)
    chart.value_axis.crosses_at = 0
    chart.value_axis.visible = False
    chart.value_axis.has_major_gridlines = False
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 40, 100 if kind == XL_CHART_TYPE.BAR_STACKED else 0
    for bars in plot.series:
        bars.invert_if_negative = False
    return frame


def bars(slide: Any, exhibit: Exhibit, room: Room, language: str) -> Any:
    """Add ranked bars, each figure at the foot of its bar, where neither median nor middle half crosses it."""
    assert exhibit.series is not None
    (low, high), beside = exhibit.ends, _names(exhibit, room)
    frame = _horizontal_bars(slide, exhibit, room, XL_CHART_TYPE.BAR_CLUSTERED, exhibit.series, exhibit.ends)
    [bars], [values] = frame.chart.plots[0].series, exhibit.series.values()
    bars.data_labels.show_value, bars.data_labels.position = True, XL_LABEL_POSITION.INSIDE_BASE
    for index, (role, value) in enumerate(zip(exhibit.roles, values, strict=True)):
        if value is None:
            continue
        fill_point(bars, index, colour(LIGHT, role))
        label = bars.points[index].data_label
        words = exhibit.words[index] if exhibit.words else ""
        need = (letters.width(words, True) + 0.5) * EM / ((0.99 - beside) * room[2]) if words else LABEL
        within = abs(value) > need * (high - low)
        label.font.size, label.font.color.rgb = (
            Pt(SIZE),
            rgb(readable_on(colour(LIGHT, role)) if within else LIGHT.text),
        )
        label.font.bold = role != "other"
        if words:
            ink = readable_on(colour(LIGHT, role)) if within else LIGHT.text
            write(label.text_frame, words, SIZE, language, bold=role != "other", ink=ink)
        # beside a bar shorter than its figure, unless the line of the median might cross it there
        beside_it = not within and value >= 0 and exhibit.reference is None
        label.position = XL_LABEL_POSITION.OUTSIDE_END if beside_it else XL_LABEL_POSITION.INSIDE_BASE
    if any(exhibit.intervals):
        add_intervals(bars, exhibit.intervals, [value or 0.0 for value in values], LIGHT.text)
    # a fixed place for the plot, so that marks can be drawn over it
    mark = MARK / room[3] if exhibit.reference else 0.0
    place = place_plot(frame.chart, beside, mark, 0.99 - beside, 1 - 2 * mark)
    _marks(slide, exhibit, frame, place, language)
    return frame


def _names(exhibit: Exhibit, room: Room) -> float:
    """Return the width of the names beside bars, as a share of the chart's."""
    canvas = svg.fitted(exhibit, stage.canvas(exhibit, "fi", "light", room[3] // PIXEL))
    return min(0.01 + NAMES * svg.beside(exhibit, canvas) * SIZE / (0.75 * canvas.size) * PIXEL / room[2], 0.6)


def _marks(slide: Any, exhibit: Exhibit, frame: Any, place: Place, language: str) -> None:
    """Add the middle half as a band behind the bars and the median as a line over them, each with its label."""
    low, high = exhibit.ends
    left, top, width, height = (round(part) for part in inside(frame, place))
    right = exhibit.marked_right

    def across(value: float) -> int:
        return left + round(width * (value - low) / (high - low))

    def add_label(words: str, x: int, y: int, ink: str) -> None:
        wide = round(letters.width(words) * EM)
        at = min(max(x - wide if right else x, MARGIN), WIDTH - MARGIN - wide)
        box = text_box(slide, words, at, y, wide, MARK, SIZE, language, ink=ink)
        tighten(box, align="r" if right else "l")

    if exhibit.band:
        x, end = across(exhibit.band.low), across(exhibit.band.high)
        band = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, x, top, end - x, height)
        band.fill.solid()
        band.fill.fore_color.rgb = rgb(colour(LIGHT, "band"))
        band.line.fill.background()
        frame._element.addprevious(band._element)  # shapes are drawn in document order
        describe(band, "Middle half", exhibit.band.label)
        add_label(exhibit.band.label, end if right else x, top + height, LIGHT.quiet)
    if exhibit.reference:
        x = across(exhibit.reference.value)
        line = slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, x, top, x, top + height)
        line.line.color.rgb, line.line.width = rgb(colour(LIGHT, "reference")), Pt(1.5)
        describe(line, "Median", exhibit.reference.label)
        add_label(exhibit.reference.label, x, top - MARK, LIGHT.text)


def pairs(slide: Any, exhibit: Exhibit, room: Room, language: str) -> Any:
    """Add bars of two sides, one below the other."""
    assert exhibit.series is not None
    frame = _horizontal_bars(slide, exhibit, room, XL_CHART_TYPE.BAR_CLUSTERED, exhibit.series, _wider(exhibit))
    plot = frame.chart.plots[0]
    plot.has_data_labels = True
    plot.data_labels.font.size = Pt(SIZE)
    plot.data_labels.position = XL_LABEL_POSITION.OUTSIDE_END
    for bars, role in zip(plot.series, exhibit.roles, strict=True):
        fill(bars, colour(LIGHT, role))
    _legend(frame.chart)
    beside = _names(exhibit, room)
    place_plot(frame.chart, beside, MARK / room[3], 0.99 - beside, 1 - MARK / room[3])
    return frame


def waterfall(slide: Any, exhibit: Exhibit, room: Room, language: str) -> Any:
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
            fill_point(side, index, colour(LIGHT, role))
        label = figures.points[index].data_label
        write(
            label.text_frame,
            text.signed(t, value or 0.0, exhibit.decimals),
            SIZE,
            language,
            bold=role == "total",
        )
        label.position = XL_LABEL_POSITION.INSIDE_END
    beside = _names(exhibit, room)
    place_plot(frame.chart, beside, 0.0, 0.99 - beside, 1.0)
    return frame


def lines(slide: Any, exhibit: Exhibit, room: Room, language: str) -> Any:
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
        fill(width_, colour(LIGHT, "band"))
    for line in chart.plots[len(chart.plots) - 1].series:
        ink, stands_out = rgb(line_colour(LIGHT, named[line.name])), named[line.name] == "chosen"
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
    """Add the names of lines at their ends, moved apart so that none overlap, and as many years as have room."""
    assert exhibit.series is not None
    (low, high), t, names = exhibit.ends, Translator(language), stage.line_names(exhibit)
    rows: list[dict[str, Any]] = [
        {"series": name, "role": role, "year": year, "value": value}
        for (name, values), role in zip(exhibit.series.items(), exhibit.roles, strict=True)
        for year, value in enumerate(values)
        if value is not None
    ]
    bold = exhibit.roles.index("chosen") if "chosen" in exhibit.roles else -1
    name_width = EM * (
        0.3 + max(letters.width(line, at == bold) for at, lines in enumerate(names.values()) for line in lines)
    )
    figure_width = EM * (0.6 + max(letters.width(t.number(end, exhibit.decimals)) for end in (low, high)))
    x, plot_width = figure_width / frame.width, 1 - (1.2 * EM + name_width + figure_width) / frame.width
    foot = 2.2 * EM / frame.height
    left, top, width, height = inside(frame, place_plot(frame.chart, x, 0.03, plot_width, 0.97 - foot))
    last = max(len(exhibit.categories) - 1, 1)
    year_em = max(YEAR, *(letters.width(year) + 1 for year in exhibit.categories))
    skip = etree.Element(f"{CHART}tickLblSkip", val=str(max(1, math.ceil(last * year_em * EM / width))))
    frame.chart.category_axis._element.xpath("c:noMultiLvlLbl")[0].addprevious(skip)
    label_layout.at_ends(rows, low, high, EM * LEADING / height, {name: len(of) for name, of in names.items()})
    for row in rows:
        if "label_at" in row:
            right = left + width * row["label_year"] / last + 0.5 * EM
            centre = top + height * (high - row["label_at"]) / (high - low)
            if row["label_year"] > row["year"]:
                start = left + width * row["year"] / last, top + height * (high - row["value"]) / (high - low)
                leader = slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, *map(round, (*start, right, centre)))
                leader.line.width, leader.line.color.rgb, leader.shadow.inherit = Pt(0.5), rgb(LIGHT.quiet), False
            tall = len(names[row["series"]]) * EM * LEADING
            box = round(right), round(centre - tall / 2), round(name_width), round(tall)
            words = text_box(slide, row["series"], *box, SIZE, language, bold=row["role"] == "chosen").text_frame
            words.margin_left = words.margin_right = words.margin_top = words.margin_bottom = 0
            words.vertical_anchor = MSO_ANCHOR.MIDDLE


def _legend(chart: Any) -> None:
    """Add a legend above the chart."""
    chart.has_legend = True
    chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False


def _wider(exhibit: Exhibit) -> tuple[float, float]:
    """Return the ends of an exhibit's axis with room for figures at the ends of bars."""
    low, high = exhibit.ends
    room = (LABEL if exhibit.kind == "pairs" else STEP_LABEL) * (high - low)
    return (low - room if low < 0 and exhibit.kind == "pairs" else low), high + room
