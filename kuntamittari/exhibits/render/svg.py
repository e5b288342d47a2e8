"""Exhibits as pictures at any font size, as Vega-Lite: for documents, maps on slides and presentations."""

import itertools
import math
import textwrap
from dataclasses import dataclass, replace
from typing import Any

import altair as alt

from kuntamittari.exhibits import text
from kuntamittari.exhibits.charts import (
    ROWS,
    around,
    dash,
    dot_layers,
    expression,
    leader,
    point_marks,
    shape,
    stroke_dash,
)
from kuntamittari.exhibits.exhibit import BECAUSE, BY_SERIES, MOST_IN_ROWS, Exhibit
from kuntamittari.exhibits.grammar import dots, label_layout, letters, map_names, panels, scatter
from kuntamittari.exhibits.grammar.colours import THEMES, Theme, colour, line_colour
from kuntamittari.exhibits.grammar.drawing import Drawing
from kuntamittari.exhibits.grammar.pictures import PLACED, drawn
from kuntamittari.exhibits.render import placed
from kuntamittari.i18n import Translator

LETTERS = 26  # characters of a name on one line, where there is room for more lines
# the following are multiples of the font size
YEAR = 3.4  # width of a year on an axis
THICKEST = 2.6  # largest thickness of a bar
LINE = 2.4  # height of two lines of a name
LETTER = 0.56  # width of a letter
WIDEST_NAMES = 0.55  # largest share of a picture's width for names beside bars
MARGIN = 6  # pixels between a mark or a column and its label
MOST_UP = 8  # marks of an upright axis that have room
SMALLER, STEPS = 0.94, 24  # by how much type is made smaller at a time, and how often at most


@dataclass(frozen=True)
class Canvas:
    """The target of a picture: language of numbers, theme, font and its size, width and height, all in pixels."""

    language: str
    theme: str = "light"
    size: float = 14
    font: str = "sans-serif"
    width: int = 960
    height: int = 480


def picture(exhibit: Exhibit, canvas: Canvas) -> dict[str, Any]:
    """Return an exhibit as a complete Vega-Lite specification that contains its figures.

    Raises KeyError for a table, which has no picture.
    """
    draw = {
        "bars": _bars,
        "dots": _dots,
        "pairs": _pairs,
        "waterfall": _waterfall,
        "lines": _lines,
        "scatter": _scatter,
        "panels": _panels,
        "map": _map,
        "spine": _placed,
        "rug": _placed,
    }
    theme = THEMES[canvas.theme]
    chart = draw[exhibit.kind](exhibit, canvas, theme)
    axis: dict[str, Any] = {
        "labelFont": canvas.font,
        "titleFont": canvas.font,
        "labelFontSize": canvas.size,
        "titleFontSize": canvas.size,
    }
    spec: dict[str, Any] = (
        chart.properties(width=canvas.width, height=canvas.height, background=theme.ground, padding=4)
        .configure_view(stroke=None)
        .configure_axis(
            **axis,
            labelColor=theme.text,
            titleColor=theme.text,
            labelLimit=0,
            titleFontWeight="normal",
            domain=False,
            ticks=False,
            grid=False,
            labelPadding=6,
        )
        .configure_legend(
            labelFontSize=canvas.size,
            labelColor=theme.text,
            title=None,
            orient="top",
            labelLimit=0,
            labelFont=canvas.font,
            symbolSize=canvas.size**2,
        )
        .configure_text(font=canvas.font, fontSize=canvas.size, color=theme.text)
        .to_dict()
    )
    if exhibit.kind in PLACED:  # hundreds of marks, of which the table beside the picture tells
        marks = {"datasets": placed.datasets(_drawing(exhibit, canvas), theme)}
        return spec | marks | {"config": spec["config"] | {"aria": False}}
    return spec | _bound(exhibit, canvas) if exhibit.kind == "dots" else spec


def fitted(exhibit: Exhibit, canvas: Canvas) -> Canvas:
    """Return the canvas with a font small enough for every bar to have its name, less the room for names and labels."""
    if exhibit.kind in ("lines", "scatter", "map"):
        return canvas
    if exhibit.kind in PLACED:
        return _smaller(exhibit, canvas)
    if exhibit.kind == "panels":
        depth = panels.layout(exhibit, Translator(canvas.language), canvas.width / canvas.size).depth
        size = min(canvas.size, canvas.height / depth)
        return replace(canvas, size=size, width=round(canvas.width * size / canvas.size), height=round(depth * size))
    if exhibit.kind == "dots":
        room = replace(canvas, height=round(canvas.height - (dots.HEADER + dots.AXIS) * canvas.size))
        layout = _dot_layout(exhibit, room)
        if layout.in_rows:
            return room
        size = min(canvas.size, canvas.height / (layout.depth + dots.HEADER + dots.AXIS))
        return replace(canvas, size=size, height=round(layout.depth * size))
    lines = len(exhibit.categories) * (2 if exhibit.kind == "pairs" else 1)
    drawn_height = canvas.height - _marked(exhibit, canvas)
    fitted_canvas = replace(canvas, size=min(canvas.size, 0.8 * drawn_height / lines), height=drawn_height)
    fitted_canvas = replace(
        fitted_canvas, size=fitted_canvas.size * min(1.0, WIDEST_NAMES * canvas.width / beside(exhibit, fitted_canvas))
    )
    return replace(fitted_canvas, width=canvas.width - beside(exhibit, fitted_canvas))


def _smaller(exhibit: Exhibit, canvas: Canvas) -> Canvas:
    """Return the canvas with the largest type in which a picture of `PLACED` fits it, as high as the picture is."""
    sizes = (canvas.size * SMALLER**step for step in range(STEPS))
    drawings = ((size, _drawing(exhibit, replace(canvas, size=size))) for size in sizes)
    size, drawing = next(
        (found for found in drawings if found[1].depth * found[0] <= canvas.height + 1),
        (canvas.size, _drawing(exhibit, canvas)),
    )
    return replace(canvas, size=size, height=round(drawing.depth * size))


def _drawing(exhibit: Exhibit, canvas: Canvas) -> Drawing:
    depth = canvas.height / canvas.size
    return drawn(exhibit, Translator(canvas.language), canvas.width / canvas.size, depth)


def _placed(exhibit: Exhibit, canvas: Canvas, theme: Theme) -> Any:
    return placed.chart(_drawing(exhibit, canvas), canvas.size)


def height(exhibit: Exhibit, t: Translator, width: float, size: float) -> int:
    """Return the height in pixels that a picture so wide needs in type so large; 0 where any height will do."""
    if exhibit.kind in ("lines", "scatter", "map", "table"):
        return 0
    if exhibit.kind == "panels":
        return math.ceil(panels.layout(exhibit, t, width / size).depth * size) + 1
    if exhibit.kind in PLACED:
        return math.ceil(drawn(exhibit, t, width / size, math.inf).depth * size) + 1
    if exhibit.kind == "dots":
        rows = dots.known(exhibit) * dots.row_height(width, size) / size
        depth = rows if dots.known(exhibit) <= MOST_IN_ROWS else dots.strip(exhibit, t, wide=True).depth
        return math.ceil((depth + dots.HEADER + dots.AXIS) * size) + 1
    return round(len(exhibit.categories) * (2 if exhibit.kind == "pairs" else 1) * (size + MARGIN + 1))


def _marked(exhibit: Exhibit, canvas: Canvas) -> int:
    """Return the height in pixels that labels of a reference and a band take above and below the drawing."""
    return round(2 * (canvas.size + MARGIN)) if exhibit.reference else 0


def beside(exhibit: Exhibit, canvas: Canvas) -> int:
    """Return the width in pixels that the names of bars take beside the drawing."""
    return round(min(_letters(exhibit, canvas), max(len(name) for name, _ in _names(exhibit))) * canvas.size * 0.5)


def _letters(exhibit: Exhibit, canvas: Canvas) -> int:
    """Return the characters of a name on one line: all of them, unless there is room for a second line."""
    names = [name for name, _ in _names(exhibit)]
    longest = max(map(len, names))
    if canvas.height / len(exhibit.categories) < LINE * canvas.size:
        return longest
    return next(
        (n for n in range(LETTERS, longest) if all(len(textwrap.wrap(name, n)) <= 2 for name in names)), longest
    )


def _names(exhibit: Exhibit) -> list[tuple[str, str]]:
    """Return for each category its name, and why it has no figure, if it says so."""
    if exhibit.kind != "bars" or exhibit.series is None:
        return [(name, "") for name in exhibit.categories]
    [values] = exhibit.series.values()
    parts = [
        name.partition(BECAUSE) if value is None else (name, "", "")
        for name, value in zip(exhibit.categories, values, strict=True)
    ]
    return [(name, reason) for name, _, reason in parts]


def _rows(exhibit: Exhibit, canvas: Canvas) -> list[dict[str, Any]]:
    """Return one row for each figure, with its texts and role; the label is empty without a figure."""
    t, letters = Translator(canvas.language), _letters(exhibit, canvas)
    assert exhibit.series is not None
    return [
        {
            "series": name,
            "order": number,
            "at": index,
            "value": value,
            "name": textwrap.fill(category, letters),
            "reason": reason,
            "label": exhibit.words[index] if exhibit.words else _figure(t, value, exhibit.decimals),
            "role": exhibit.roles[number if exhibit.kind in BY_SERIES else index],
        }
        for number, (name, values) in enumerate(exhibit.series.items())
        for index, ((category, reason), value) in enumerate(zip(_names(exhibit), values, strict=True))
    ]


def _figure(t: Translator, value: float | None, decimals: int) -> str:
    return "" if value is None else t.number(value, decimals)


def _down(**more: Any) -> alt.Y:
    """Return the axis of names, in the order of the exhibit."""
    return alt.Y("name:N", sort=alt.EncodingSortField("at", op="min"), axis=None, **more)


def _named(base: Any, canvas: Canvas, theme: Theme, bold: str) -> Any:
    """Return the names of bars beside them, centred on the bar; `bold`: an expression for those in bold."""
    lifted = expression(f"{-0.55 * canvas.size} * (split(datum.name, '\\n').length - 1)")
    return (
        base.transform_filter("datum.order === 0")
        .mark_text(
            align="right",
            baseline="middle",
            lineBreak="\n",
            dy=lifted,
            fontWeight=expression(f"{bold} ? 'bold' : 'normal'"),
        )
        .encode(x=alt.XValue(-MARGIN), text="name:N", color=alt.value(theme.text))
    )


def _across(field: str, exhibit: Exhibit, rows: list[dict[str, Any]], canvas: Canvas, **more: Any) -> alt.X:
    """Return the axis of bars; it is not drawn, since each bar has its figure in a separate column."""
    label_width = max(len(row["label"]) for row in rows) * LETTER * canvas.size + MARGIN
    scale = alt.Scale(domain=list(exhibit.ends), range=[0, canvas.width - label_width], nice=False)
    return alt.X(f"{field}:Q", axis=None, scale=scale, **more)


def _ink(theme: Theme, rows: list[dict[str, Any]]) -> alt.Color:
    """The colours of the roles that there are."""
    roles = list(dict.fromkeys(row["role"] for row in rows))
    return alt.Color(
        "role:N", scale=alt.Scale(domain=roles, range=[colour(theme, role) for role in roles]), legend=None
    )


def _figures(base: Any, canvas: Canvas, theme: Theme) -> Any:
    """The figure of each bar, in a column at the right."""
    return base.mark_text(align="right", baseline="middle").encode(
        x=alt.XValue(canvas.width), text="label:N", color=alt.value(theme.text)
    )


def _bars(exhibit: Exhibit, canvas: Canvas, theme: Theme) -> Any:
    rows = _rows(exhibit, canvas)
    base = alt.Chart(alt.Data(values=rows)).encode(y=_down())
    bars = base.mark_bar(size=_thick(rows, canvas)).encode(
        x=_across("value", exhibit, rows, canvas), color=_ink(theme, rows)
    )
    missing = base.transform_filter("datum.value === null").encode(x=alt.XDatum(0, axis=None))
    hollow = missing.mark_point(filled=False, size=canvas.size * 3, color=theme.quiet, xOffset=MARGIN)
    reasons = missing.mark_text(align="left", baseline="middle", fontStyle="italic", dx=3 * MARGIN).encode(
        text="reason:N", color=alt.value(theme.text)
    )
    behind, before = _marks(exhibit, canvas, theme)
    for row, ends in zip(rows, exhibit.intervals, strict=False):
        row |= {"low": ends[0], "high": ends[1]} if ends else {}
    ended = base.transform_filter("isValid(datum.low)")
    whisker = ended.mark_rule(color=theme.text, strokeWidth=2).encode(x=alt.X("low:Q", axis=None), x2="high:Q")
    before = [whisker, *before] if any(exhibit.intervals) else before
    names = _named(base, canvas, theme, "datum.role !== 'other'")
    return alt.layer(*behind, bars, *before, hollow, reasons, _figures(base, canvas, theme), names)


def _marks(exhibit: Exhibit, canvas: Canvas, theme: Theme) -> tuple[list[Any], list[Any]]:
    """Return the band, drawn behind the bars, and the reference, drawn over them, each with its label."""
    behind, before, right = [], [], exhibit.marked_right
    if exhibit.band:
        band = alt.Chart(
            alt.Data(values=[{"low": exhibit.band.low, "high": exhibit.band.high, "label": exhibit.band.label}])
        )
        behind.append(band.mark_rect(color=colour(theme, "band")).encode(x=alt.X("low:Q", axis=None), x2="high:Q"))
        below = band.mark_text(align="right" if right else "center", baseline="top", color=theme.quiet)
        before.append(below.encode(x=alt.X("high:Q", axis=None), y=alt.YValue(canvas.height + MARGIN), text="label:N"))
    if exhibit.reference:
        reference = alt.Chart(alt.Data(values=[{"value": exhibit.reference.value, "label": exhibit.reference.label}]))
        line = reference.mark_rule(color=colour(theme, "reference"), strokeWidth=2).encode(
            x=alt.X("value:Q", axis=None)
        )
        above = reference.mark_text(align="right" if right else "left", baseline="bottom", color=theme.text)
        before += [line, above.encode(x=alt.X("value:Q", axis=None), y=alt.YValue(-MARGIN), text="label:N")]
    return behind, before


def _thick(rows: list[dict[str, Any]], canvas: Canvas) -> float:
    return min(THICKEST * canvas.size, 0.88 * canvas.height / len(rows))


def _dot_layout(exhibit: Exhibit, canvas: Canvas) -> dots.Layout:
    t = Translator(canvas.language)
    rows = dots.fits_rows(exhibit, canvas.width, canvas.height, canvas.size)
    return dots.rows(exhibit, t) if rows else dots.strip(exhibit, t, canvas.width >= dots.NARROW * canvas.size)


def _dots(exhibit: Exhibit, canvas: Canvas, theme: Theme) -> Any:
    form = "rows" if _dot_layout(exhibit, canvas).in_rows else "strip"
    return alt.layer(*dot_layers(form, canvas.language, canvas.theme, canvas.size), data=ROWS)


def _bound(exhibit: Exhibit, canvas: Canvas) -> dict[str, Any]:
    """Return the data sets and parameters of dots."""
    layout, t = _dot_layout(exhibit, canvas), Translator(canvas.language)
    parameters = [{"name": name, "value": value} for name, value in layout.parameters(exhibit, t).items()]
    return {"datasets": {"rows": layout.rows, "group": [layout.group]}, "params": parameters}


def _waterfall(exhibit: Exhibit, canvas: Canvas, theme: Theme) -> Any:
    rows, t = _rows(exhibit, canvas), Translator(canvas.language)
    for row, (start, end) in zip(rows, exhibit.spans, strict=True):
        row |= {"start": start, "end": end, "label": text.signed(t, row["value"], exhibit.decimals)}
    base = alt.Chart(alt.Data(values=rows)).encode(y=_down())
    bars = base.mark_bar(size=_thick(rows, canvas)).encode(
        x=_across("start", exhibit, rows, canvas), x2="end:Q", color=_ink(theme, rows)
    )
    zero = alt.Chart(alt.Data(values=[{"zero": 0}])).mark_rule(color=theme.text).encode(x=alt.X("zero:Q", axis=None))
    return alt.layer(bars, zero, _figures(base, canvas, theme), _named(base, canvas, theme, "datum.role === 'total'"))


def _pairs(exhibit: Exhibit, canvas: Canvas, theme: Theme) -> Any:
    rows = _rows(exhibit, canvas)
    assert exhibit.series is not None
    order = list(exhibit.series)
    scale = alt.Scale(domain=order, range=[colour(theme, role) for role in exhibit.roles])
    both = alt.Chart(alt.Data(values=rows)).encode(y=_down(scale=alt.Scale(paddingInner=0.25)))
    base = both.encode(yOffset=alt.YOffset("series:N", sort=order))
    bars = base.mark_bar().encode(x=_across("value", exhibit, rows, canvas), color=alt.Color("series:N", scale=scale))
    return alt.layer(bars, _figures(base, canvas, theme), _named(both, canvas, theme, "false"))


def _lines(exhibit: Exhibit, canvas: Canvas, theme: Theme) -> Any:
    rows = [row for row in _rows(exhibit, canvas) if row["value"] is not None]
    assert exhibit.series is not None
    low, high = exhibit.ends
    dashes = exhibit.dashes or tuple(map(dash, exhibit.roles))
    for row in rows:
        row |= {"year": row["at"], "words": textwrap.fill(row["series"], LETTERS), "dash": dashes[row["order"]]}
    lines = {row["series"]: row["words"].count("\n") + 1 for row in rows}
    label_layout.at_ends(rows, low, high, share=min(0.2, 1.25 * canvas.size / canvas.height), lines=lines)
    longest = max(len(line) for row in rows for line in row["words"].split("\n"))
    drawn_width = round(canvas.width - longest * canvas.size * LETTER - 30)
    step = math.ceil(len(exhibit.categories) * canvas.size * YEAR / drawn_width)
    years_shown = list(range(0, len(exhibit.categories), step))
    year_scale = alt.Scale(domain=[0, max(len(exhibit.categories) - 1, 1)], range=[2 * canvas.size, drawn_width + 10])
    years = alt.Axis(
        title=None, values=years_shown, labelExpr=f"{list(exhibit.categories)}[datum.value]", labelFlush=False
    )
    x = alt.X("year:Q", scale=year_scale, axis=years)
    y = alt.Y(
        "value:Q",
        scale=alt.Scale(domain=[low, high], nice=False, zero=False),
        axis=alt.Axis(title=None, tickCount=5, grid=True, gridColor=theme.grid, labelExpr=_thousands(canvas)),
    )
    scale = alt.Scale(domain=list(exhibit.series), range=[line_colour(theme, role) for role in exhibit.roles])
    base = alt.Chart(alt.Data(values=rows)).encode(x=x, y=y, color=alt.Color("series:N", scale=scale, legend=None))
    line = base.transform_filter("datum.role !== 'band'")
    stroke_width = alt.condition("datum.role === 'chosen'", alt.value(5), alt.value(2.5))
    weight: Any = expression("datum.role === 'chosen' ? 'bold' : 'normal'")
    named = base.transform_filter("isValid(datum.label_at)")
    names = named.mark_text(align="left", dx=10, baseline="middle", lineBreak="\n", fontWeight=weight).encode(
        x=alt.X("label_year:Q"), y=alt.Y("label_at:Q"), text="words:N", color=alt.value(theme.text)
    )
    edges = [
        [row for row in rows if row["series"] == name]
        for name, role in zip(exhibit.series, exhibit.roles, strict=True)
        if role == "band"
    ]
    area = (
        [{"year": low["year"], "low": low["value"], "high": high["value"]} for low, high in zip(*edges, strict=True)]
        if edges
        else []
    )
    band = (
        alt.Chart(alt.Data(values=area))
        .mark_area(color=colour(theme, "band"), opacity=0.9)
        .encode(x=x, y=alt.Y("low:Q"), y2="high:Q")
    )
    return alt.layer(
        *([band] if area else []),
        leader(named, x, theme).encode(color=alt.value(theme.quiet)),
        line.mark_line().encode(strokeWidth=stroke_width, detail="series:N", strokeDash=stroke_dash()),
        line.transform_filter("datum.role === 'plan'")
        .mark_point(size=canvas.size * 8, opacity=1, strokeWidth=2, fill=theme.ground)
        .encode(shape=shape()),
        line.transform_filter("datum.role !== 'plan'").mark_point(filled=True, size=canvas.size * 5, opacity=1),
        names,
    )


def _thousands(canvas: Canvas) -> str:
    """Return a Vega expression that writes an axis's numbers as the user's language does."""
    thousand = Translator(canvas.language).number(1000)[1:2]
    point = Translator(canvas.language).number(0.5, 1)[1:2]
    expression_text = (
        "replace(replace(format(datum.value, ',.12~g'), /\\./g, '{point}'), /,(?=\\d{{3}})/g, '{thousand}')"
    )
    if point == ",":  # thousands first, or their commas would be confused with the decimal comma
        expression_text = "replace(replace(format(datum.value, ',.12~g'), /,/g, '{thousand}'), /\\./g, ',')"
    return expression_text.format(point=point, thousand=thousand)


def _scatter(exhibit: Exhibit, canvas: Canvas, theme: Theme) -> Any:
    rows = scatter.points(exhibit, canvas.size * scatter.PAGE / canvas.width, canvas.height / canvas.width)
    marks = exhibit.marks
    wide, tall = ([at[0], at[-1]] for at in marks)
    scales = [
        alt.Scale(type="log", domain=wide, nice=False)
        if exhibit.logarithmic
        else alt.Scale(domain=wide, nice=False, zero=False),
        alt.Scale(domain=tall, nice=False, zero=False),
    ]
    room = canvas.width / canvas.size / (1 + max(len(f"{mark:,.0f}") for mark in marks[0]) * LETTER)
    shown = [marks[0][:: math.ceil(len(marks[0]) / room)], marks[1][:: math.ceil(len(marks[1]) / MOST_UP)]]
    axes = [
        alt.Axis(
            title=textwrap.wrap(head, 60),
            grid=not exhibit.ranges,
            gridColor=theme.grid,
            labelExpr=_thousands(canvas),
            values=list(at),
        )
        for head, at in zip(exhibit.heads, shown, strict=True)
    ]
    x, y = alt.X("x:Q", scale=scales[0], axis=axes[0]), alt.Y("y:Q", scale=scales[1], axis=axes[1])
    base = alt.Chart(alt.Data(values=rows))
    front = base.transform_calculate(front="datum.role === 'other' ? 0 : 1").encode(order=alt.Order("front:Q"))
    circles = point_marks(front, theme, x, y, canvas.size * (0.6 if len(rows) > scatter.CROWD else 1))
    about: dict[str, Any] = {
        "align": expression("{left: 'right', right: 'left'}[datum.side] || 'center'"),
        "dx": expression("{left: -12, right: 12}[datum.side] || 0"),
        "dy": expression("{above: -16, below: 16}[datum.side] || 0"),
        "baseline": "middle",
        "fontWeight": expression("datum.role === 'other' ? 'normal' : 'bold'"),
    }
    named = base.transform_filter("datum.side !== ''").encode(x=alt.X("x:Q"), y=alt.Y("y:Q"), text="name:N")
    halo = named.mark_text(**about, **around(theme, canvas.size))  # a name that meets a line interrupts it
    behind = [
        alt.Chart(alt.Data(values=[{"x": at, "low": low, "high": high} for at, low, high in limits.points]))
        .mark_area(color=colour(theme, limits.role))
        .encode(x=alt.X("x:Q"), y=alt.Y("low:Q"), y2="high:Q")
        for limits in exhibit.ranges
    ]
    lines = list[Any]()
    dashed: dict[str, Any] = {"color": colour(theme, "reference"), "strokeDash": [4, 3]}
    if exhibit.middles:
        middle = alt.Chart(alt.Data(values=[{"x": exhibit.middles[0], "y": exhibit.middles[1]}]))
        lines = [middle.mark_rule(**dashed).encode(**{axis: f"{axis}:Q"}) for axis in ("x", "y")]
    if exhibit.reference:
        at = alt.Chart(alt.Data(values=[{"y": exhibit.reference.value}]))
        lines = [at.mark_rule(color=colour(theme, "reference"), strokeWidth=1.5).encode(y=alt.Y("y:Q"))]
    legend = _legend(exhibit, canvas, theme)
    return alt.layer(*behind, *lines, circles, halo, named.mark_text(**about), *legend)


def _legend(exhibit: Exhibit, canvas: Canvas, theme: Theme) -> list[Any]:
    """Return what the ranges and the line of a scatter are, above it."""
    entries, lines = scatter.legend(exhibit, canvas.width / canvas.size)
    rows: list[dict[str, Any]] = [
        {
            "x": entry.x * canvas.size,
            "to": (entry.x + scatter.SWATCH) * canvas.size,
            "at": (entry.x + scatter.SWATCH + scatter.GAP) * canvas.size,
            "y": (entry.line - lines + 0.25) * scatter.LINE * canvas.size,
            "role": entry.role,
            "words": entry.words,
        }
        for entry in entries
    ]
    found = []
    for row in rows:
        one = alt.Chart(alt.Data(values=[row]))
        thick = 1.5 if row["role"] == "reference" else 0.8 * canvas.size
        found += [
            one.mark_rule(color=colour(theme, row["role"]), strokeWidth=thick).encode(
                x=alt.XValue(row["x"]), x2=alt.X2Value(row["to"]), y=alt.YValue(row["y"])
            ),
            one.mark_text(align="left", baseline="middle").encode(
                x=alt.XValue(row["at"]), y=alt.YValue(row["y"]), text="words:N"
            ),
        ]
    return found


def _panels(exhibit: Exhibit, canvas: Canvas, theme: Theme) -> Any:
    """Return panels at their places, each axis as a line across its rows or as a band across its strip."""
    placed = panels.layout(exhibit, Translator(canvas.language), canvas.width / canvas.size)
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, canvas.width / canvas.size], nice=False, zero=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[placed.depth, 0], nice=False, zero=False))
    bands, lines, tracks, found = (list[dict[str, Any]]() for _ in range(4))
    words = list[panels.Words]()
    for number, panel in enumerate(placed.panels):
        if panel.exhibit.band:
            low, high = panel.exhibit.band.low, panel.exhibit.band.high
            bands.append({"x": panel.across(low), "x2": panel.across(high), "y": panel.top, "y2": panel.foot})
        if panel.exhibit.reference:
            at = panel.across(panel.exhibit.reference.value)
            lines.append({"x": at, "x2": at, "y": panel.top, "y2": panel.foot, "median": number})
        tracks += [{"x": panel.left, "x2": panel.right, "y": dot.y} for dot in panel.dots if exhibit.in_rows]
        found += [
            {"x": dot.x, "y": dot.y, "role": dot.role, "panel": number, "front": dot.role != "other"}
            for dot in panel.dots
        ]
        words += panel.words
    written = [
        {"x": one.x, "y": one.y, "words": one.words, "align": one.align, "bold": one.bold, "quiet": one.quiet}
        for one in (*words, *placed.marks)
    ]

    def of(rows: list[dict[str, Any]]) -> Any:
        return alt.Chart(alt.Data(values=rows)).encode(x=x, y=y)

    layers = [
        of(bands).mark_rect(color=colour(theme, "band")).encode(x2="x2:Q", y2="y2:Q"),
        of(tracks).mark_rule(color=theme.grid).encode(x2="x2:Q"),
        of(lines).mark_rule(color=colour(theme, "reference"), strokeWidth=0.1 * canvas.size).encode(y2="y2:Q"),
        point_marks(of(found).encode(order=alt.Order("front:Q"), detail="panel:N"), theme, x, y, 0.85 * canvas.size),
        of(written)
        .mark_text(
            align=expression("datum.align"),
            baseline="middle",
            fontWeight=expression("datum.bold ? 'bold' : 'normal'"),
            color=expression(f"datum.quiet ? '{theme.quiet}' : '{theme.text}'"),
        )
        .encode(text="words:N"),
    ]
    drawn = zip(layers, (bands, tracks, lines, found, written), strict=True)
    return alt.layer(*(layer for layer, rows in drawn if rows))


def _map(exhibit: Exhibit, canvas: Canvas, theme: Theme) -> Any:
    shapes = [
        {
            "type": "Feature",
            "ink": theme.classes[area.level - 1] if area.level else theme.no_figure,
            "strong": role == "chosen",
            "geometry": {"type": "MultiPolygon", "coordinates": [[_clockwise(ring)] for ring in area.rings]},
        }
        for area, role in zip(exhibit.areas, exhibit.roles, strict=True)
    ]
    base = alt.Chart(alt.Data(values=shapes)).project("identity", reflectY=True)
    areas = base.mark_geoshape(stroke=theme.ground, strokeWidth=0.6).encode(fill=alt.Fill("ink:N", scale=None))
    lines = [
        {"type": "Feature", "loaded": False, "geometry": {"type": "MultiLineString", "coordinates": exhibit.hatching}}
    ]
    hatching = (
        alt.Chart(alt.Data(values=lines))
        .project("identity", reflectY=True)
        .mark_geoshape(filled=False, stroke=colour(theme, "hatch"), strokeWidth=1)
        .encode(detail="loaded:N")
    )
    # a thin line between two pale ones: seen on every class, and the fill stays in view
    chosen = base.transform_filter("datum.strong")
    outlines = [
        chosen.mark_geoshape(filled=False, stroke=ink, strokeWidth=width).encode(detail="strong:N")
        for width, ink in ((5, theme.ground), (2.5, colour(theme, "outline")))
    ]
    named = alt.Chart(alt.Data(values=_names_on_map(exhibit, canvas))).project("identity", reflectY=True)
    named = named.encode(longitude="x:Q", latitude="y:Q", text="name:N")
    lifted: dict[str, Any] = {"dy": expression("-datum.up"), "fontWeight": "bold", "baseline": "middle"}
    halo = named.mark_text(**lifted, **around(theme, canvas.size))
    hatched = [hatching] if exhibit.hatching else []
    return alt.layer(areas, *hatched, *outlines, halo, named.mark_text(**lifted), *_map_legend(exhibit, canvas, theme))


def _map_legend(exhibit: Exhibit, canvas: Canvas, theme: Theme) -> list[Any]:
    """Return the classes of a map, and what else its municipalities are, to its left."""
    entries, size = map_names.legend(exhibit, Translator(canvas.language), theme), canvas.size
    left = -size * (2.4 + max(letters.width(words) for words in entries))
    rows: list[dict[str, Any]] = [
        {"y": (number + 0.5) * 1.5 * size, "ink": ink, "words": words}
        for number, (words, ink) in enumerate(entries.items())
    ]
    base = alt.Chart(alt.Data(values=rows)).encode(
        y=alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[canvas.height, 0], nice=False, zero=False))
    )
    swatches = base.mark_square(size=size**2, opacity=1).encode(
        x=alt.XValue(left + size / 2), color=alt.Color("ink:N", scale=None)
    )
    words = base.mark_text(align="left", baseline="middle").encode(
        x=alt.XValue(left + 1.6 * size), text="words:N", color=alt.value(theme.text)
    )
    if all(area.loaded for area in exhibit.areas):
        return [swatches, words]
    [y] = [row["y"] for row in rows[-1:]]
    hatches = [
        {"x": left + part * size, "x2": left + min(part + 0.4, 1) * size, "y": y + 0.5 * size, "y2": y - 0.5 * size}
        for part in (0.0, 0.3, 0.6)
    ]
    drawn = [
        alt.Chart(alt.Data(values=[{}]))
        .mark_rule(color=colour(theme, "hatch"))
        .encode(x=alt.XValue(row["x"]), x2=alt.X2Value(row["x2"]), y=alt.YValue(row["y"]), y2=alt.Y2Value(row["y2"]))
        for row in hatches
    ]
    return [swatches, *drawn, words]


def _names_on_map(exhibit: Exhibit, canvas: Canvas) -> list[dict[str, Any]]:
    """Return the names of a map with their places on its plane, and how many pixels each is lifted."""
    corners = [point for area in exhibit.areas for ring in area.rings for point in ring]
    west, east = min(x for x, _ in corners), max(x for x, _ in corners)
    south, north = min(y for _, y in corners), max(y for _, y in corners)
    scale = min(canvas.width / (east - west), canvas.height / (north - south))
    roles = {area.name: role for area, role in zip(exhibit.areas, exhibit.roles, strict=True)}
    known = sorted((area for area in exhibit.areas if area.named), key=lambda area: area.named)
    middles, boxes = dict[str, tuple[float, float]](), dict[str, map_names.Box]()
    for area in known:
        xs, ys = zip(*max(area.rings, key=len), strict=True)
        middles[area.name] = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
        boxes[area.name] = (scale * min(xs), -scale * max(ys), scale * max(xs), -scale * min(ys))
    own = next((name for name in boxes if roles[name] == "chosen"), None)
    return [
        {"name": name, "x": middles[name][0], "y": middles[name][1], "up": up}
        for name, up in map_names.placed(boxes, own, canvas.size).items()
    ]


def _clockwise(ring: tuple[tuple[float, float], ...]) -> list[tuple[float, float]]:
    """Return a closed ring in the direction in which Vega fills its inside."""
    closed = [*ring, ring[0]] if ring[0] != ring[-1] else list(ring)
    area = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in itertools.pairwise(closed))
    return closed if area < 0 else closed[::-1]
