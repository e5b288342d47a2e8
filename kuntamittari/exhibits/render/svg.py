"""A leaf as a picture in any size of type: Vega-Lite for documents, for a map on a slide and for the screen of a
seminar room."""

import itertools
import math
import textwrap
from dataclasses import dataclass, replace
from typing import Any

import altair as alt

from kuntamittari.exhibits import label_layout, text
from kuntamittari.exhibits.charts import DASHES, THEMES, Theme, colour, dash, expression, line_colour
from kuntamittari.exhibits.exhibit import BECAUSE, BY_SERIES, Exhibit, around
from kuntamittari.i18n import Translator

LETTERS = 26  # of a name before it goes on to the next line, where there is room for lines
YEAR = 3.4  # type that a year takes on an axis
THICKEST = 2.6  # type that a bar is thick where there are few
LINE = 2.4  # type that two lines of a name take
LETTER = 0.56  # type that a letter takes
WIDEST_NAMES = 0.55  # of a picture, for the names beside bars
MARGIN = 6  # pixels between a mark or a column and its words
MOST_NAMED = 25  # points of a scatter that are named one by one
USUAL_SIZE, PAGE = 13, 900  # pixels of type and of width that `labels` reckons with


@dataclass(frozen=True)
class Canvas:
    """What a picture is drawn for: the theme, pixels of type, the language of numbers, the font, and pixels across and
    down."""

    language: str
    theme: str = "light"
    size: float = 14
    font: str = "sans-serif"
    width: int = 960
    height: int = 480


def picture(exhibit: Exhibit, canvas: Canvas) -> dict[str, Any]:
    """A leaf as a complete Vega-Lite specification with its figures inside. Raises KeyError for a table, which is
    words."""
    draw = {
        "bars": _bars,
        "pairs": _pairs,
        "stacked": _stacked,
        "waterfall": _waterfall,
        "lines": _lines,
        "scatter": _scatter,
        "map": _map,
    }
    theme = THEMES[canvas.theme]
    chart = draw[exhibit.kind](exhibit, canvas, theme)
    axis: dict[str, Any] = {
        "labelFont": canvas.font,
        "titleFont": canvas.font,
        "labelFontSize": canvas.size,
        "titleFontSize": canvas.size,
    }
    return (
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


def fitted(exhibit: Exhibit, canvas: Canvas) -> Canvas:
    """The canvas with type small enough for every bar to have its name, and with room for the names and for the labels
    of the marks."""
    if exhibit.kind in ("lines", "scatter", "map"):
        return canvas
    lines = len(exhibit.categories) * (2 if exhibit.kind == "pairs" else 1)
    marked = canvas.height - _marked(exhibit, canvas)
    smaller = replace(canvas, size=min(canvas.size, 0.8 * marked / lines), height=marked)
    smaller = replace(smaller, size=smaller.size * min(1.0, WIDEST_NAMES * canvas.width / beside(exhibit, smaller)))
    return replace(smaller, width=canvas.width - beside(exhibit, smaller))


def _marked(exhibit: Exhibit, canvas: Canvas) -> int:
    """Pixels that the labels of a reference and of a band take above and below the drawing."""
    return round(2 * (canvas.size + MARGIN)) if exhibit.reference else 0


def beside(exhibit: Exhibit, canvas: Canvas) -> int:
    """Pixels that the names of bars take beside the drawing."""
    return round(min(_letters(exhibit, canvas), max(len(name) for name, _ in _names(exhibit))) * canvas.size * 0.5)


def _letters(exhibit: Exhibit, canvas: Canvas) -> int:
    """How many letters of a name stand on one line: as many as there are, unless there is room for a second line."""
    names = [name for name, _ in _names(exhibit)]
    longest = max(map(len, names))
    if canvas.height / len(exhibit.categories) < LINE * canvas.size:
        return longest
    return next(
        (n for n in range(LETTERS, longest) if all(len(textwrap.wrap(name, n)) <= 2 for name in names)), longest
    )


def _names(exhibit: Exhibit) -> list[tuple[str, str]]:
    """The name of each category, and why it has no figure, where that is said."""
    if exhibit.kind != "bars" or exhibit.series is None:
        return [(name, "") for name in exhibit.categories]
    [values] = exhibit.series.values()
    parted = [
        name.partition(BECAUSE) if value is None else (name, "", "")
        for name, value in zip(exhibit.categories, values, strict=True)
    ]
    return [(name, reason) for name, _, reason in parted]


def _rows(exhibit: Exhibit, canvas: Canvas) -> list[dict[str, Any]]:
    """One row for each figure, with its words and its role; without a label where there is no figure."""
    t, letters = Translator(canvas.language), _letters(exhibit, canvas)
    assert exhibit.series is not None
    return [
        {
            "series": name,
            "order": number,
            "at": at,
            "value": value,
            "name": textwrap.fill(category, letters),
            "reason": reason,
            "label": "" if value is None else t.number(value, exhibit.decimals),
            "role": exhibit.roles[number if exhibit.kind in BY_SERIES else at],
        }
        for number, (name, values) in enumerate(exhibit.series.items())
        for at, ((category, reason), value) in enumerate(zip(_names(exhibit), values, strict=True))
    ]


def _down(**more: Any) -> alt.Y:
    """The axis of names, in the order of the leaf."""
    return alt.Y("name:N", sort=alt.EncodingSortField("at", op="min"), axis=None, **more)


def _named(base: Any, canvas: Canvas, theme: Theme, bold: str) -> Any:
    """The names of bars beside them, each middle line at its bar; `bold` says which stand out."""
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
    """The axis of bars: not drawn, since each bar has its figure, in a column of its own that no mark runs through."""
    column = max(len(row["label"]) for row in rows) * LETTER * canvas.size + MARGIN
    scale = alt.Scale(domain=list(exhibit.ends), range=[0, canvas.width - column], nice=False)
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
    names = _named(base, canvas, theme, "datum.role !== 'other'")
    return alt.layer(*behind, bars, *before, hollow, reasons, _figures(base, canvas, theme), names)


def _marks(exhibit: Exhibit, canvas: Canvas, theme: Theme) -> tuple[list[Any], list[Any]]:
    """The band behind the bars, the reference before them, with their labels."""
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
        line = reference.mark_rule(color=colour(theme, "median"), strokeWidth=2).encode(x=alt.X("value:Q", axis=None))
        above = reference.mark_text(align="right" if right else "left", baseline="bottom", color=theme.text)
        before += [line, above.encode(x=alt.X("value:Q", axis=None), y=alt.YValue(-MARGIN), text="label:N")]
    return behind, before


def _thick(rows: list[dict[str, Any]], canvas: Canvas) -> float:
    return min(THICKEST * canvas.size, 0.88 * canvas.height / len(rows))


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


def _stacked(exhibit: Exhibit, canvas: Canvas, theme: Theme) -> Any:
    rows, t = _rows(exhibit, canvas), Translator(canvas.language)
    assert exhibit.series is not None
    for row in rows:
        whole = sum(values[row["at"]] or 0.0 for values in exhibit.series.values())
        row["label"] = t.number(whole, exhibit.decimals) if row["order"] == 0 else ""
    scale = alt.Scale(domain=list(exhibit.series), range=[colour(theme, role) for role in exhibit.roles])
    legend = alt.Legend(columns=max(1, round(canvas.width / (canvas.size * 18))))
    x = _across("value", exhibit, rows, canvas, stack="zero")
    base = alt.Chart(alt.Data(values=rows)).encode(y=_down())
    bars = base.mark_bar(stroke=theme.ground).encode(
        x=x, order="order:O", color=alt.Color("series:N", scale=scale, legend=legend)
    )
    return alt.layer(bars, _figures(base, canvas, theme), _named(base, canvas, theme, "false"))


def _lines(exhibit: Exhibit, canvas: Canvas, theme: Theme) -> Any:
    rows = [row for row in _rows(exhibit, canvas) if row["value"] is not None]
    assert exhibit.series is not None
    low, high = exhibit.ends
    dashes = exhibit.dashes or tuple(map(dash, exhibit.roles))
    for row in rows:
        row |= {"year": row["at"], "words": textwrap.fill(row["series"], LETTERS), "dash": dashes[row["order"]]}
    tallest = max(row["words"].count("\n") + 1 for row in rows)
    # one name takes its lines, of the height that there is
    label_layout.at_ends(rows, low, high, share=min(0.2, tallest * 1.25 * canvas.size / canvas.height))
    widest = max(len(line) for row in rows for line in row["words"].split("\n"))
    drawn = round(canvas.width - widest * canvas.size * LETTER - 30)
    every = math.ceil(len(exhibit.categories) * canvas.size * YEAR / drawn)
    shown = list(range(0, len(exhibit.categories), every))
    span = alt.Scale(domain=[0, max(len(exhibit.categories) - 1, 1)], range=[2 * canvas.size, drawn + 10])
    years = alt.Axis(title=None, values=shown, labelExpr=f"{list(exhibit.categories)}[datum.value]", labelFlush=False)
    x = alt.X("year:Q", scale=span, axis=years)
    y = alt.Y(
        "value:Q",
        scale=alt.Scale(domain=[low, high], nice=False, zero=False),
        axis=alt.Axis(title=None, tickCount=5, grid=True, gridColor=theme.grid, labelExpr=_thousands(canvas)),
    )
    scale = alt.Scale(domain=list(exhibit.series), range=[line_colour(theme, role) for role in exhibit.roles])
    base = alt.Chart(alt.Data(values=rows)).encode(x=x, y=y, color=alt.Color("series:N", scale=scale, legend=None))
    line = base.transform_filter("datum.role !== 'band'")
    stroke = alt.StrokeDash("dash:N", scale=alt.Scale(domain=list(DASHES), range=list(DASHES.values())), legend=None)
    thick = alt.condition("datum.role === 'chosen'", alt.value(5), alt.value(2.5))
    weight: Any = expression("datum.role === 'chosen' ? 'bold' : 'normal'")
    names = (
        base.transform_filter("isValid(datum.label_at)")
        .mark_text(align="left", dx=10, baseline="middle", lineBreak="\n", fontWeight=weight)
        .encode(y=alt.Y("label_at:Q"), text="words:N", color=alt.value(theme.text))
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
        line.mark_line().encode(strokeWidth=thick, detail="series:N", strokeDash=stroke),
        line.mark_point(filled=True, size=canvas.size * 5, opacity=1),
        names,
    )


def _thousands(canvas: Canvas) -> str:
    """How an axis writes its numbers in the reader's language."""
    thousand = Translator(canvas.language).number(1000)[1:2]
    point = Translator(canvas.language).number(0.5, 1)[1:2]
    written = "replace(replace(format(datum.value, ',.12~g'), /\\./g, '{point}'), /,(?=\\d{{3}})/g, '{thousand}')"
    if point == ",":  # the comma that parts thousands goes first, or it would be taken for the other
        written = "replace(replace(format(datum.value, ',.12~g'), /,/g, '{thousand}'), /\\./g, ',')"
    return written.format(point=point, thousand=thousand)


def points(exhibit: Exhibit, size: float) -> tuple[list[dict[str, Any]], dict[str, float]]:
    """The points of a scatter, each with its role and the side on which its name stands (empty where it has none), and
    the ends of the axes. `size` is that of type, in pixels of a picture as wide as a page."""
    assert exhibit.series is not None
    xs, ys = exhibit.series.values()
    rows: list[dict[str, Any]] = [
        {"name": name, "x": x, "y": y, "role": role, "residents": 0.0}
        for name, role, x, y in zip(exhibit.categories, exhibit.roles, xs, ys, strict=True)
        if x is not None and y is not None
    ]
    ends: dict[str, float] = {}
    for axis in "xy":
        ends[f"{axis}_least"], ends[f"{axis}_most"], _ = around([row[axis] for row in rows])
    for row, side in zip(rows, label_layout.beside_points(rows, ends, size / USUAL_SIZE), strict=True):
        row["side"] = side if len(rows) <= MOST_NAMED or row["role"] != "other" else ""
    return rows, ends


def _scatter(exhibit: Exhibit, canvas: Canvas, theme: Theme) -> Any:
    assert exhibit.middles is not None
    rows, ends = points(exhibit, canvas.size * PAGE / canvas.width)
    axes = [
        alt.Axis(
            title=textwrap.wrap(head, 60), grid=True, gridColor=theme.grid, labelExpr=_thousands(canvas), tickCount=5
        )
        for head in exhibit.heads
    ]
    x = alt.X("x:Q", scale=alt.Scale(domain=[ends["x_least"], ends["x_most"]], nice=False, zero=False), axis=axes[0])
    y = alt.Y("y:Q", scale=alt.Scale(domain=[ends["y_least"], ends["y_most"]], nice=False, zero=False), axis=axes[1])
    base = alt.Chart(alt.Data(values=rows))
    front = base.transform_calculate(front="datum.role === 'other' ? 0 : 1")
    circles = front.mark_circle(opacity=1, size=canvas.size * 12, stroke=theme.ground).encode(
        x=x, y=y, color=_ink(theme, rows), order=alt.Order("front:Q")
    )
    names = (
        base.transform_filter("datum.side !== ''")
        .mark_text(
            align=expression("{left: 'right', right: 'left'}[datum.side] || 'center'"),
            dx=expression("{left: -12, right: 12}[datum.side] || 0"),
            dy=expression("{above: -16, below: 16}[datum.side] || 0"),
            baseline="middle",
            fontWeight=expression("datum.role === 'other' ? 'normal' : 'bold'"),
        )
        .encode(x=alt.X("x:Q"), y=alt.Y("y:Q"), text="name:N")
    )
    middle = alt.Chart(alt.Data(values=[{"x": exhibit.middles[0], "y": exhibit.middles[1]}]))
    dashed: dict[str, Any] = {"color": colour(theme, "median"), "strokeDash": [4, 3]}
    return alt.layer(
        circles,
        middle.mark_rule(**dashed).encode(x=alt.X("x:Q")),
        middle.mark_rule(**dashed).encode(y=alt.Y("y:Q")),
        names,
    )


def _map(exhibit: Exhibit, canvas: Canvas, theme: Theme) -> Any:
    shapes = [
        {
            "type": "Feature",
            "level": exhibit.limits[area.level - 1] if area.level else None,
            "strong": role == "chosen",
            "geometry": {"type": "MultiPolygon", "coordinates": [[_clockwise(ring)] for ring in area.rings]},
        }
        for area, role in zip(exhibit.areas, exhibit.roles, strict=True)
    ]
    scale = alt.Scale(domain=list(exhibit.limits), range=list(theme.classes)[: len(exhibit.limits)])
    known = alt.Color("level:N", scale=scale, legend=alt.Legend(orient="left"), sort=list(exhibit.limits))
    shade = alt.condition("datum.level != null", known, alt.value(theme.no_figure))
    base = alt.Chart(alt.Data(values=shapes)).project("identity", reflectY=True)
    drawn = base.mark_geoshape(stroke=theme.ground, strokeWidth=0.6).encode(color=shade)
    chosen = base.transform_filter("datum.strong").mark_geoshape(
        filled=False, stroke=colour(theme, "compared-1"), strokeWidth=4
    )
    return alt.layer(drawn, chosen)


def _clockwise(ring: tuple[tuple[float, float], ...]) -> list[tuple[float, float]]:
    """A closed ring in the sense in which Vega fills its inside."""
    closed = [*ring, ring[0]] if ring[0] != ring[-1] else list(ring)
    area = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in itertools.pairwise(closed))
    return closed if area < 0 else closed[::-1]
