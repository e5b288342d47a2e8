"""A leaf as a picture in any size of type: Vega-Lite for documents, for a map on a slide and for the screen of a seminar room."""

import itertools
import math
import textwrap
from dataclasses import dataclass, replace
from typing import Any

import altair as alt

from kuntamittari import labels, text
from kuntamittari.charts import THEMES, Theme, expression
from kuntamittari.i18n import Translator
from kuntamittari.leaves import Leaf

LETTERS = 26  # of a name before it goes on to the next line, where there is room for lines
YEAR = 3.4  # type that a year takes on an axis
THICKEST = 2.6  # type that a bar is thick where there are few
LINE = 2.4  # type that two lines of a name take
MOST_NAMED = 25  # points of a scatter that are named one by one
USUAL_SIZE = 13  # pixels of type that `labels` reckons with


@dataclass(frozen=True)
class Canvas:
    """What a picture is drawn for: the theme, pixels of type, the language of numbers, the font, and pixels across and down."""

    language: str
    theme: str = "light"
    size: float = 14
    font: str = "sans-serif"
    width: int = 960
    height: int = 480


def picture(leaf: Leaf, canvas: Canvas) -> dict[str, Any]:
    """A leaf as a complete Vega-Lite specification with its figures inside. Raises KeyError for a table, which is words."""
    draw = {"bars": _bars, "pairs": _pairs, "stacked": _stacked, "waterfall": _waterfall, "lines": _lines, "scatter": _scatter, "map": _map}
    theme = THEMES[canvas.theme]
    chart = draw[leaf.kind](leaf, canvas, theme)
    axis: dict[str, Any] = {"labelFont": canvas.font, "titleFont": canvas.font, "labelFontSize": canvas.size, "titleFontSize": canvas.size}
    return (
        chart.properties(width=canvas.width, height=canvas.height, background=theme.ground, padding=4)
        .configure_view(stroke=None)
        .configure_axis(**axis, labelColor=theme.text, titleColor=theme.text, labelLimit=0, titleFontWeight="normal", domain=False,
                        ticks=False, grid=False, labelPadding=6)
        .configure_legend(labelFontSize=canvas.size, labelColor=theme.text, title=None, orient="top", labelLimit=0, labelFont=canvas.font,
                          symbolSize=canvas.size**2)
        .configure_text(font=canvas.font, fontSize=canvas.size, color=theme.text)
        .to_dict()
    )  # fmt: skip


def fitted(leaf: Leaf, canvas: Canvas) -> Canvas:
    """The canvas with type small enough for every bar to have its name, and with room for the names within its width."""
    if leaf.kind in ("lines", "scatter", "map"):
        return canvas
    lines = len(leaf.categories) * (2 if leaf.kind == "pairs" else 1)
    smaller = replace(canvas, size=min(canvas.size, 0.8 * canvas.height / lines))
    return replace(smaller, width=canvas.width - beside(leaf, smaller))


def beside(leaf: Leaf, canvas: Canvas) -> int:
    """Pixels that the names of bars take beside the drawing."""
    return round(min(_letters(leaf, canvas), max(map(len, leaf.categories))) * canvas.size * 0.5)


def _letters(leaf: Leaf, canvas: Canvas) -> int:
    """How many letters of a name stand on one line: as many as there are, unless there is room for a second line."""
    return LETTERS if canvas.height / len(leaf.categories) >= LINE * canvas.size else max(map(len, leaf.categories))


def _rows(leaf: Leaf, canvas: Canvas) -> list[dict[str, Any]]:
    """One row for each figure, with its words."""
    t, letters = Translator(canvas.language), _letters(leaf, canvas)
    assert leaf.series is not None
    return [
        {"series": name, "order": number, "at": at, "value": value,
         "name": textwrap.fill(category, letters),
         "label": t.number(value, leaf.decimals), "strong": leaf.chosen in (category, name)}
        for number, (name, values) in enumerate(leaf.series.items())
        for at, (category, value) in enumerate(zip(leaf.categories, values, strict=True)) if value is not None
    ]  # fmt: skip


def _names(**more: Any) -> alt.Y:
    axis = alt.Axis(title=None, labelExpr="split(datum.label, '\\n')")
    return alt.Y("name:N", sort=alt.EncodingSortField("at", op="min"), axis=axis, **more)


def _hidden(rows: list[dict[str, Any]]) -> alt.X:
    """The axis of bars: not drawn, since each bar has its figure, with room for it at the ends."""
    values = [row["value"] for row in rows]
    low, high = min(0, *values), max(0, *values)
    room = 0.12 * (high - low or 1)
    left = 1.6 * room if low < 0 else 0  # between a figure and the name beside it
    return alt.X("value:Q", axis=None, scale=alt.Scale(domain=[low - left, high + room], nice=False))


def _with_figures(bars: Any, canvas: Canvas) -> Any:
    figures = bars.mark_text(
        align=expression("datum.value < 0 ? 'right' : 'left'"), dx=expression("datum.value < 0 ? -5 : 5"), baseline="middle"
    ).encode(text="label:N", color=alt.value(THEMES[canvas.theme].text))  # fmt: skip
    return alt.layer(bars, figures)


def _bars(leaf: Leaf, canvas: Canvas, theme: Theme) -> Any:
    colour = alt.condition("datum.strong", alt.value(theme.chosen), alt.value(theme.other))
    return _single(_rows(leaf, canvas), canvas, colour)


def _single(rows: list[dict[str, Any]], canvas: Canvas, colour: Any) -> Any:
    bars = alt.Chart(alt.Data(values=rows)).mark_bar(size=_thick(rows, canvas))
    return _with_figures(bars.encode(y=_names(), x=_hidden(rows), color=colour), canvas)


def _thick(rows: list[dict[str, Any]], canvas: Canvas) -> float:
    return min(THICKEST * canvas.size, 0.88 * canvas.height / len(rows))


def _waterfall(leaf: Leaf, canvas: Canvas, theme: Theme) -> Any:
    rows, t = _rows(leaf, canvas), Translator(canvas.language)
    for row in rows:
        row["label"] = text.signed(t, row["value"], leaf.decimals)
    colour = alt.condition("datum.value > 0", alt.value(theme.compared[0]), alt.value(theme.compared[1]))
    return _single(rows, canvas, colour)


def _pairs(leaf: Leaf, canvas: Canvas, theme: Theme) -> Any:
    rows = _rows(leaf, canvas)
    assert leaf.series is not None
    order = list(leaf.series)
    scale = alt.Scale(domain=order, range=[theme.chosen, theme.other, *theme.compared][: len(order)])
    bars = alt.Chart(alt.Data(values=rows)).mark_bar().encode(
        y=_names(scale=alt.Scale(paddingInner=0.25)), x=_hidden(rows), yOffset=alt.YOffset("series:N", sort=order),
        color=alt.Color("series:N", scale=scale),
    )  # fmt: skip
    return _with_figures(bars, canvas)


def _stacked(leaf: Leaf, canvas: Canvas, theme: Theme) -> Any:
    rows = _rows(leaf, canvas)
    assert leaf.series is not None
    scale = alt.Scale(domain=list(leaf.series), range=list(theme.kinds)[: len(leaf.series)])
    legend = alt.Legend(columns=max(1, round(canvas.width / (canvas.size * 18))))
    x = alt.X(
        "value:Q", stack="zero", axis=alt.Axis(title=leaf.unit, grid=True, gridColor=theme.grid, tickCount=5, labelExpr=_thousands(canvas))
    )
    return alt.Chart(alt.Data(values=rows)).mark_bar(stroke=theme.ground).encode(
        y=_names(), x=x, order="order:O", color=alt.Color("series:N", scale=scale, legend=legend)
    )  # fmt: skip


def _lines(leaf: Leaf, canvas: Canvas, theme: Theme) -> Any:
    rows = _rows(leaf, canvas)
    assert leaf.series is not None
    values = [row["value"] for row in rows]
    margin = (max(values) - min(values) or abs(max(values)) or 1) * 0.08
    low, high = min(values) - margin, max(values) + margin
    for row in rows:
        row["year"], row["words"] = row["at"], textwrap.fill(row["series"], LETTERS)
    tallest = max(row["words"].count("\n") + 1 for row in rows)
    # one name takes its lines, of the height that there is
    labels.at_ends(rows, low, high, share=min(0.2, tallest * 1.25 * canvas.size / canvas.height))
    widest = max(len(line) for row in rows for line in row["words"].split("\n"))
    order = sorted(leaf.series, key=lambda name: name != leaf.chosen)
    scale = alt.Scale(domain=order, range=[theme.chosen, *theme.compared, theme.quiet, theme.text, theme.other][: len(order)])
    drawn = round(canvas.width - widest * canvas.size * 0.56 - 30)
    every = math.ceil(len(leaf.categories) * canvas.size * YEAR / drawn)
    shown = list(range(0, len(leaf.categories), every))
    span = alt.Scale(domain=[0, max(len(leaf.categories) - 1, 1)], range=[10, drawn + 10])
    years = alt.Axis(title=None, values=shown, labelExpr=f"{list(leaf.categories)}[datum.value]", labelFlush=False)
    x = alt.X("year:Q", scale=span, axis=years)
    y = alt.Y("value:Q", scale=alt.Scale(domain=[low, high], nice=False, zero=False), axis=alt.Axis(
        title=None, tickCount=5, grid=True, gridColor=theme.grid, labelExpr=_thousands(canvas)))  # fmt: skip
    base = alt.Chart(alt.Data(values=rows)).encode(x=x, y=y, color=alt.Color("series:N", scale=scale, legend=None))
    thick = alt.condition("datum.strong", alt.value(5), alt.value(2.5))
    line = base.mark_line().encode(
        strokeWidth=thick, detail="series:N", strokeDash=alt.condition("datum.strong", alt.value([1, 0]), alt.value([7, 4]))
    )
    points = base.mark_point(filled=True, size=canvas.size * 5, opacity=1)
    weight: Any = expression("datum.strong ? 'bold' : 'normal'")
    names = base.transform_filter("isValid(datum.label_at)").mark_text(
        align="left", dx=10, baseline="middle", lineBreak="\n", fontWeight=weight
    ).encode(y=alt.Y("label_at:Q"), text="words:N", color=alt.value(theme.text))  # fmt: skip
    return alt.layer(line, points, names)


def _thousands(canvas: Canvas) -> str:
    """How an axis writes its numbers in the reader's language."""
    thousand = Translator(canvas.language).number(1000)[1:2]
    point = Translator(canvas.language).number(0.5, 1)[1:2]
    written = "replace(replace(replace(format(datum.value, ',.12~g'), /\\./g, '{point}'), /,(?=\\d{{3}})/g, '{thousand}'), '−', '–')"
    if point == ",":  # the comma that parts thousands goes first, or it would be taken for the other
        written = "replace(replace(replace(format(datum.value, ',.12~g'), /,/g, '{thousand}'), /\\./g, ','), '−', '–')"
    return written.format(point=point, thousand=thousand)


def _scatter(leaf: Leaf, canvas: Canvas, theme: Theme) -> Any:
    assert leaf.series is not None and leaf.middles is not None
    xs, ys = leaf.series.values()
    rows: list[dict[str, Any]] = [
        {"name": name, "x": x, "y": y, "role": "chosen" if name == leaf.chosen else "other", "residents": 0.0}
        for name, x, y in zip(leaf.categories, xs, ys, strict=True) if x is not None and y is not None
    ]  # fmt: skip
    ends = {f"{axis}_{end}": pick(row[axis] for row in rows) for axis in "xy" for end, pick in (("least", min), ("most", max))}
    for axis in "xy":
        margin = (ends[f"{axis}_most"] - ends[f"{axis}_least"] or 1) * 0.1
        ends[f"{axis}_least"] -= margin
        ends[f"{axis}_most"] += margin
    for row, side in zip(rows, labels.beside_points(rows, ends, canvas.size / USUAL_SIZE * 900 / canvas.width), strict=True):
        row["side"] = side if len(rows) <= MOST_NAMED or row["role"] == "chosen" else ""
    axes = [
        alt.Axis(title=textwrap.wrap(head, 60), grid=True, gridColor=theme.grid, labelExpr=_thousands(canvas), tickCount=5)
        for head in leaf.heads
    ]
    x = alt.X("x:Q", scale=alt.Scale(domain=[ends["x_least"], ends["x_most"]], nice=False, zero=False), axis=axes[0])
    y = alt.Y("y:Q", scale=alt.Scale(domain=[ends["y_least"], ends["y_most"]], nice=False, zero=False), axis=axes[1])
    base = alt.Chart(alt.Data(values=rows))
    colour = alt.condition("datum.role === 'chosen'", alt.value(theme.chosen), alt.value(theme.other))
    points = base.mark_circle(opacity=1, size=canvas.size * 12, stroke=theme.ground).encode(x=x, y=y, color=colour)
    names = base.transform_filter("datum.side !== ''").mark_text(
        align=expression("{left: 'right', right: 'left'}[datum.side] || 'center'"),
        dx=expression("{left: -12, right: 12}[datum.side] || 0"),
        dy=expression("{above: -16, below: 16}[datum.side] || 0"), baseline="middle",
        fontWeight=expression("datum.role === 'chosen' ? 'bold' : 'normal'"),
    ).encode(x=alt.X("x:Q"), y=alt.Y("y:Q"), text="name:N")  # fmt: skip
    middle = alt.Chart(alt.Data(values=[{"x": leaf.middles[0], "y": leaf.middles[1]}]))
    dashed: dict[str, Any] = {"color": theme.text, "strokeDash": [4, 3]}
    return alt.layer(points, middle.mark_rule(**dashed).encode(x=alt.X("x:Q")), middle.mark_rule(**dashed).encode(y=alt.Y("y:Q")), names)


def _map(leaf: Leaf, canvas: Canvas, theme: Theme) -> Any:
    shapes = [
        {"type": "Feature", "level": leaf.limits[area.level - 1] if area.level else None, "strong": area.name == leaf.chosen,
         "geometry": {"type": "MultiPolygon", "coordinates": [[_clockwise(ring)] for ring in area.rings]}}
        for area in leaf.areas
    ]  # fmt: skip
    scale = alt.Scale(domain=list(leaf.limits), range=list(theme.classes)[: len(leaf.limits)])
    known = alt.Color("level:N", scale=scale, legend=alt.Legend(orient="left"), sort=list(leaf.limits))
    colour = alt.condition("datum.level != null", known, alt.value(theme.no_figure))
    base = alt.Chart(alt.Data(values=shapes)).project("identity", reflectY=True)
    drawn = base.mark_geoshape(stroke=theme.ground, strokeWidth=0.6).encode(color=colour)
    chosen = base.transform_filter("datum.strong").mark_geoshape(filled=False, stroke=theme.compared[0], strokeWidth=4)
    return alt.layer(drawn, chosen)


def _clockwise(ring: tuple[tuple[float, float], ...]) -> list[tuple[float, float]]:
    """A closed ring in the sense in which Vega fills its inside."""
    closed = [*ring, ring[0]] if ring[0] != ring[-1] else list(ring)
    area = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in itertools.pairwise(closed))
    return closed if area < 0 else closed[::-1]
