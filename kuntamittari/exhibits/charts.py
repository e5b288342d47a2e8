"""Charts as pure functions: a Vega-Lite specification built once per language and theme, data passed separately.

One specification serves every width: where the chart is narrow, names are drawn above their bars (`NARROW`). Encoding
channels are written as objects, since Altair resolves shorthand text more slowly than it builds the rest of a chart.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import altair as alt

from kuntamittari.exhibits.grammar import dots, scatter, shapes
from kuntamittari.exhibits.grammar.colours import LINES, ROLES, STEPS, THEMES, Theme, colour, line_colour
from kuntamittari.i18n import Translator

STEP = 30  # pixels: height of one bar's row
FALL = 32  # pixels: height of one step of a waterfall
LEGEND = 260  # pixels: height of a legend of seven entries in one column
FONT = 14  # pixels: of the words of a page's chart
STRIP = 56  # height of one row of points
PAIR_STEP = 60  # pixels: height of two bars with their name above
PAGE_FRAME = 40  # pixels: height of a chart's axis and margins, beside its rows
NARROW = "width < 520"  # a Vega expression: names are drawn above their bars
# style of a line → its dashes and the shape of its points: plans are told apart by both, each under its status, and so
# are the State Treasury's figures beside the statistics
STYLES = {
    "solid": ([1, 0], "circle"),
    "dashed": ([6, 4], "circle"),
    "dotted": ([2, 4], "circle"),
    "budget": ([2, 4], "square"),
    "budget_amended": ([8, 3, 2, 3], "diamond"),
    "plan": ([4, 2], "triangle-up"),
    "target": ([1, 6], "cross"),
    "reported": ([10, 5], "triangle-down"),
}
DASHES = {style: dashes for style, (dashes, _) in STYLES.items()}
SHAPES = {style: shape for style, (_, shape) in STYLES.items()}
MARKS = {"budget": "□", "budget_amended": "◇", "plan": "△", "target": "✚", "reported": "▽"}  # open shapes in text


def stroke_dash() -> Any:
    """Return the dashes of a line by its style, in the field `dash`."""
    return alt.StrokeDash("dash:N", scale=alt.Scale(domain=list(DASHES), range=list(DASHES.values())), legend=None)


def shape() -> Any:
    """Return the shape of a line's points by its style, in the field `dash`."""
    return alt.Shape("dash:N", scale=alt.Scale(domain=list(SHAPES), range=list(SHAPES.values())), legend=None)


def leader(named: Any, x: Any, theme: Theme) -> Any:
    """Return thin rules from the last points of lines that end early to their names (`label_layout.at_ends`)."""
    return (
        named.transform_filter("datum.label_year > datum.year")
        .mark_rule(color=theme.quiet, strokeWidth=0.7, opacity=0.7)
        .encode(x=x, x2="label_year:Q", y=alt.Y("value:Q"), y2="label_at:Q")
    )


def dash(role: str) -> str:
    """Return the dash style (a key of DASHES) of a role's line, unless the chart sets another."""
    return "dashed" if role == "reference" else "solid"


def around(theme: Theme, size: float) -> dict[str, Any]:
    """Return the style of a copy of words, in the colour of the ground, that interrupts the lines behind them."""
    return {"color": theme.ground, "stroke": theme.ground, "strokeWidth": 0.35 * size, "strokeJoin": "round"}


def expression(text: str) -> Any:
    """Return a Vega expression as a value of a mark or scale."""
    return alt.ExprRef(text)


def _colour(theme: Theme, roles: tuple[str, ...] = ROLES, of: Callable[[Theme, str], str] = colour) -> Any:
    return alt.Color(
        "role:N", scale=alt.Scale(domain=list(roles), range=[of(theme, role) for role in roles]), legend=None
    )


def height(rows: int, step: int) -> int:
    """Return the height in pixels of a chart with a number of rows, `step` pixels each."""
    return rows * step + PAGE_FRAME


def value_axis(theme: Theme) -> alt.Axis:
    """Return an axis of values with a faint grid.

    The chart's parameter `thousands` is the language's thousands separator; where it is not a comma, the decimal mark
    is one.
    """
    label = (
        "replace(replace(replace(format(datum.value, ',.12~g'), '.', '|'), /,/g, thousands), "
        "'|', thousands === ',' ? '.' : ',')"
    )
    return alt.Axis(
        title=None,
        tickCount=5,
        grid=True,
        gridColor=theme.grid,
        domain=False,
        ticks=False,
        labelFontSize=13,
        labelColor=theme.text,
        labelExpr=label,
    )


ROWS = alt.NamedData("rows")  # passed to Streamlit beside the specification
GROUP = alt.NamedData("group")  # one row: the group's figures and their labels


def _layered(height: int, *layers: Any) -> dict[str, Any]:
    # screen readers get the chart as one element with a table beside it: Vega would read out English field names
    config = alt.Config(aria=False, mark=alt.MarkConfig(aria=False), view=alt.ViewConfig(stroke=None))
    # a test validates every chart; validation takes longer than building the chart
    return alt.layer(*layers, data=ROWS, height=height, width="container", config=config).to_dict(validate=False)


@cache
def bars(language: str, theme_name: str) -> dict[str, Any]:
    """Return ranked horizontal bars with the group's median and middle half.

    rows: position, name, value, label, reason, role, detail, rank, low and high (the ends of the interval of the value,
    or null), least, median. group: as of `dots.marks`. Parameters: least and most (ends of the axis), count (of rows).
    """
    t, theme = Translator(language), THEMES[theme_name]
    start, end = f"({NARROW}) ? 0 : 140", f"width - (({NARROW}) ? 62 : 76)"
    x_scale = alt.Scale(
        domain=[expression("least"), expression("most")], range=[expression(start), expression(end)], nice=False
    )
    base = alt.Chart(ROWS).encode(y=alt.Y("position:O", axis=None, scale=alt.Scale(paddingInner=0.1)))
    tooltip = [
        alt.Tooltip("name:N", title=t("chart.municipality")),
        alt.Tooltip("detail:N", title=t("chart.value")),
        alt.Tooltip("rank:N", title=t("chart.rank")),
    ]

    names = base.mark_text(
        align=expression(f"({NARROW}) ? 'left' : 'right'"),
        baseline="middle",
        fontSize=14,
        color=theme.text,
        dy=expression(f"({NARROW}) ? -8 : 0"),
        fontWeight=expression("datum.role === 'other' ? 'normal' : 'bold'"),
    ).encode(x=alt.XValue(expression(f"({NARROW}) ? 0 : 132")), text=alt.Text("name:N"))
    bar = base.mark_bar(height=expression(f"({NARROW}) ? 11 : 20"), yOffset=expression(f"({NARROW}) ? 6 : 0")).encode(
        x=alt.X("value:Q", axis=None, scale=x_scale), color=_colour(theme), tooltip=tooltip
    )
    # values have a column of their own, so that neither the median nor the band crosses them
    labels = base.mark_text(
        align="right", baseline="middle", fontSize=14, color=theme.text, dy=expression(f"({NARROW}) ? 6 : 0")
    ).encode(x=alt.XValue(expression("width")), text=alt.Text("label:N"))
    missing = (
        base.transform_filter("datum.value === null")
        .mark_text(
            align="left",
            dx=10,
            baseline="middle",
            fontSize=13,
            fontStyle="italic",
            color=theme.quiet,
            dy=expression(f"({NARROW}) ? 6 : 0"),
        )
        .encode(x=alt.X("least:Q", axis=None), text=alt.Text("reason:N"))
    )
    hollow = (
        base.transform_filter("datum.value === null")
        .mark_point(shape="circle", filled=False, size=40, color=theme.quiet, yOffset=expression(f"({NARROW}) ? 6 : 0"))
        .encode(x=alt.X("least:Q", axis=None))
    )
    # a whisker over the end of the bar: the interval of its value
    ended, lower = base.transform_filter("isValid(datum.low)"), expression(f"({NARROW}) ? 6 : 0")
    whisker = ended.mark_rule(strokeWidth=2, color=theme.text, yOffset=lower).encode(
        x=alt.X("low:Q", axis=None), x2=alt.X2("high:Q")
    )
    ends = [
        ended.mark_tick(thickness=2, size=10, color=theme.text, yOffset=lower).encode(x=alt.X(f"{end}:Q", axis=None))
        for end in ("low", "high")
    ]
    group = alt.Chart(GROUP)
    band = group.mark_rect(color=colour(theme, "band")).encode(x=alt.X("q1:Q", axis=None), x2=alt.X2("q3:Q"))
    # a piece in each row: where names stand above the bars, the line of the median does not cross them
    rule = base.mark_tick(
        orient="vertical",
        thickness=1.5,
        color=colour(theme, "reference"),
        yOffset=lower,
        size=expression(f"({NARROW}) ? 13 : height / count"),
    ).encode(x=alt.X("median:Q", axis=None))
    marks = _header(theme, start, end, FONT)
    return _layered(STEP, band, bar, rule, whisker, *ends, names, labels, hollow, missing, *marks)


@cache
def pairs(language: str, theme_name: str) -> dict[str, Any]:
    """Return a name above one or two bars: the municipality's and the group's.

    rows: position, order (0 or 1), role, name, value, label, who, detail. Parameters: least and most (ends of the
    axis).
    """
    t, theme = Translator(language), THEMES[theme_name]
    x_scale = alt.Scale(
        domain=[expression("least"), expression("most")], range=[expression("0"), expression("width - 84")], nice=False
    )
    base = alt.Chart(ROWS).encode(y=alt.Y("position:O", axis=None, scale=alt.Scale(paddingInner=0.05)))
    tooltip = [alt.Tooltip("who:N", title=t("chart.municipality")), alt.Tooltip("detail:N", title=t("chart.value"))]
    lower = "datum.order * 20 - 4"
    names = (
        base.transform_filter("datum.order === 0")
        .mark_text(align="left", baseline="middle", fontSize=14, color=theme.text, dy=-22)
        .encode(x=alt.XValue(0), text=alt.Text("name:N"))
    )

    def bar(order: int) -> Any:
        return (
            base.transform_filter(f"datum.order === {order}")
            .mark_bar(height=16, yOffset=order * 20 - 4)
            .encode(
                x=alt.X("value:Q", axis=None, scale=x_scale if order == 0 else alt.Undefined),
                color=_colour(theme),
                tooltip=tooltip,
            )
        )

    labels = base.mark_text(
        align="right", baseline="middle", fontSize=14, color=theme.text, dy=expression(lower)
    ).encode(x=alt.XValue(expression("width")), text=alt.Text("label:N"))
    return _layered(PAIR_STEP, bar(0), bar(1), names, labels)


@cache
def lines(language: str, theme_name: str) -> dict[str, Any]:
    """Return values over the years: one line a series, interrupted at breaks, named at its last point.

    rows: series, segment, year, value, band_low, band_high (a band around the line, or null), role, name, detail, dash,
    weight, label_at and label_year (null except at the last point), and breaks and measures as rows with `break_label`
    and is_break. Parameters: low and high (ends of the axis), first, last, years (with a label), thousands.
    """
    t, theme = Translator(language), THEMES[theme_name]
    # room to the right of the last year for the names of the lines
    x_scale = alt.Scale(
        domain=[expression("first"), expression("last")],
        range=[expression("14"), expression(f"width - (({NARROW}) ? 112 : 170)")],
    )
    y_scale = alt.Scale(domain=[expression("low"), expression("high")], zero=False, nice=False)
    axis = alt.Axis(
        title=None,
        format="d",
        labelFlush=False,
        labelOverlap=True,
        tickMinStep=1,
        grid=False,
        labelFontSize=13,
        values=expression("years"),
        labelColor=theme.text,
        domainColor=theme.grid,
        tickColor=theme.grid,
    )
    x = alt.X("year:Q", scale=x_scale, axis=axis)
    y = alt.Y("value:Q", scale=y_scale, axis=value_axis(theme))
    ink = _colour(theme, LINES, line_colour)
    detail = [alt.Detail("series:N"), alt.Detail("segment:N")]
    base = alt.Chart(ROWS)
    valued = base.transform_filter("isValid(datum.value)")
    line = valued.mark_line().encode(
        x=x,
        y=y,
        color=ink,
        detail=detail,
        strokeDash=stroke_dash(),
        strokeWidth=alt.StrokeWidth("weight:O", sort=["thin", "thick"], scale=alt.Scale(range=[1.8, 3.5]), legend=None),
    )
    tooltip = [
        alt.Tooltip("name:N", title=t("chart.municipality")),
        alt.Tooltip("year:Q", title=t("chart.year"), format="d"),
        alt.Tooltip("detail:N", title=t("chart.value")),
    ]
    points = (
        valued.transform_filter("datum.role !== 'plan'")
        .mark_point(filled=True, size=55, opacity=1)
        .encode(x=x, y=y, color=ink, tooltip=tooltip)
    )
    # hollow, so that a plan shows beside the actual of the same year
    plans = (
        valued.transform_filter("datum.role === 'plan'")
        .mark_point(size=110, opacity=1, strokeWidth=2, fill=theme.ground)
        .encode(x=x, y=y, color=ink, shape=shape(), tooltip=tooltip)
    )
    named = base.transform_filter("isValid(datum.label_at)")
    names = named.mark_text(
        align="left",
        dx=10,
        fontSize=14,
        baseline="middle",
        color=theme.text,
        fontWeight=expression("datum.role === 'chosen' ? 'bold' : 'normal'"),
    ).encode(x=alt.X("label_year:Q"), y=alt.Y("label_at:Q"), text=alt.Text("name:N"))
    leaders = leader(named, x, theme)
    band = (
        base.transform_filter("isValid(datum.band_low)")
        .mark_area(color=colour(theme, "band"), opacity=0.9)
        .encode(x=x, y=alt.Y("band_low:Q"), y2=alt.Y2("band_high:Q"), detail=detail)
    )
    breaks = base.transform_filter("isValid(datum.break_label)")
    break_rule = breaks.mark_rule(strokeDash=[3, 3], color=theme.quiet).encode(x=x)
    # a narrow chart has no room for the words of breaks between the names of the lines; the text below it has them
    hidden = expression(f"({NARROW}) && datum.is_break ? 0 : 1")
    break_text = breaks.mark_text(
        align="left", dx=4, baseline="top", fontSize=12, color=theme.quiet, opacity=hidden
    ).encode(x=x, y=alt.YValue(0), text=alt.Text("break_label:N"))
    return _layered(340, band, break_rule, break_text, leaders, line, plans, points, names)


@cache
def strip(language: str, theme_name: str) -> dict[str, Any]:
    """Return rows of points on one axis, each with its middle half as a band and its median as a tick, where known.

    rows: position, row (its name), name, value, detail, role; group: position, q1, q3, median, detail. Parameters:
    least and most (ends of the axis), thousands.
    """
    t, theme = Translator(language), THEMES[theme_name]
    start, end = expression(f"({NARROW}) ? 8 : 230"), expression("width - 12")
    x_scale = alt.Scale(domain=[expression("least"), expression("most")], range=[start, end], nice=False)
    y = alt.Y("position:O", axis=None, scale=alt.Scale(paddingInner=0.1))
    x = alt.X("value:Q", scale=x_scale, axis=value_axis(theme))
    points = alt.Chart(ROWS).encode(y=y)
    drop = expression(f"({NARROW}) ? 10 : 0")  # room for the name above the row where the chart is narrow
    point = (
        points.mark_point(filled=True, opacity=0.9, yOffset=drop)
        .encode(
            x=x,
            color=_colour(theme, ROLES, line_colour),
            size=alt.Size(
                "role:O",
                sort=list(ROLES),
                scale=alt.Scale(domain=list(ROLES), range=[170, 110, 110, 110, 60]),
                legend=None,
            ),
            shape=_shape_of_role(),
            order=alt.Order("front:Q"),
            tooltip=[
                alt.Tooltip("name:N", title=t("chart.municipality")),
                alt.Tooltip("detail:N", title=t("chart.value")),
            ],
        )
        .transform_filter("isValid(datum.value)")
        .transform_calculate(front="datum.role === 'chosen' ? 2 : datum.role === 'other' ? 0 : 1")
    )
    groups = alt.Chart(GROUP).encode(y=y).transform_filter("isValid(datum.median)")
    band = groups.mark_bar(height=26, color=colour(theme, "band"), yOffset=drop).encode(
        x=alt.X("q1:Q", scale=x_scale), x2=alt.X2("q3:Q")
    )
    middle = groups.mark_tick(thickness=3, size=26, color=colour(theme, "reference"), yOffset=drop).encode(
        x=alt.X("median:Q", scale=x_scale), tooltip=[alt.Tooltip("detail:N", title=t("chart.median"))]
    )
    names = (
        alt.Chart(GROUP)
        .encode(y=y)
        .mark_text(
            align=expression(f"({NARROW}) ? 'left' : 'right'"),
            baseline="middle",
            fontSize=14,
            color=theme.text,
            limit=340,
            dy=expression(f"({NARROW}) ? -14 : 0"),
        )
        .encode(x=alt.XValue(expression(f"({NARROW}) ? 0 : 218")), text=alt.Text("row:N"))
    )
    return _layered(STRIP, band, middle, point, names)


@cache
def waterfall(language: str, theme_name: str) -> dict[str, Any]:
    """Return the steps of a difference from zero: each bar begins where the one before ended.

    rows: position, name, start, end, role (one of `STEPS`), label, detail. Parameters: least and most (ends of the
    axis).
    """
    t, theme = Translator(language), THEMES[theme_name]
    start, end = f"({NARROW}) ? 0 : 330", f"width - (({NARROW}) ? 70 : 84)"
    x_scale = alt.Scale(
        domain=[expression("least"), expression("most")], range=[expression(start), expression(end)], nice=False
    )
    base = alt.Chart(ROWS).encode(y=alt.Y("position:O", axis=None, scale=alt.Scale(paddingInner=0.1)))
    names = base.mark_text(
        align=expression(f"({NARROW}) ? 'left' : 'right'"),
        baseline="middle",
        fontSize=expression(f"({NARROW}) ? (width < 340 ? 11.5 : 13) : 14"),
        color=theme.text,
        dy=expression(f"({NARROW}) ? -9 : 0"),
        fontWeight=expression("datum.role === 'total' ? 'bold' : 'normal'"),
        limit=expression(f"({NARROW}) ? width : 322"),
    ).encode(x=alt.XValue(expression(f"({NARROW}) ? 0 : 322")), text=alt.Text("name:N"))
    bar = base.mark_bar(height=expression(f"({NARROW}) ? 11 : 18"), yOffset=expression(f"({NARROW}) ? 6 : 0")).encode(
        x=alt.X("start:Q", axis=None, scale=x_scale),
        x2=alt.X2("end:Q"),
        color=_colour(theme, STEPS),
        tooltip=[alt.Tooltip("name:N", title=t("why.part")), alt.Tooltip("detail:N", title=t("chart.value"))],
    )
    labels = base.mark_text(
        align="right", baseline="middle", fontSize=14, color=theme.text, dy=expression(f"({NARROW}) ? 6 : 0")
    ).encode(x=alt.XValue(expression("width")), text=alt.Text("label:N"))
    # a narrow chart has names above the bars, where no line may cross them
    zero_line = (
        base.transform_calculate(nought="0")
        .mark_tick(
            orient="vertical",
            thickness=1,
            color=theme.text,
            yOffset=expression(f"({NARROW}) ? 6 : 0"),
            size=expression(f"({NARROW}) ? 13 : {FALL}"),
        )
        .encode(x=alt.X("nought:Q", axis=None))
    )
    return _layered(STEP, bar, zero_line, names, labels)


@cache
def gaps(language: str, theme_name: str) -> dict[str, Any]:
    """Return differences as bars to both sides of zero; a row without a value is a heading of the rows below it.

    rows: position, name, value, label, detail, role (chosen or other). Parameters: least and most (ends of the axis).
    """
    t, theme = Translator(language), THEMES[theme_name]
    start, end = f"({NARROW}) ? 0 : 270", f"width - (({NARROW}) ? 70 : 84)"
    x_scale = alt.Scale(
        domain=[expression("least"), expression("most")], range=[expression(start), expression(end)], nice=False
    )
    base = alt.Chart(ROWS).encode(y=alt.Y("position:O", axis=None, scale=alt.Scale(paddingInner=0.1)))
    valued, lower = base.transform_filter("isValid(datum.value)"), expression(f"({NARROW}) ? 6 : 0")
    names = valued.mark_text(
        align=expression(f"({NARROW}) ? 'left' : 'right'"),
        baseline="middle",
        fontSize=14,
        color=theme.text,
        dy=expression(f"({NARROW}) ? -9 : 0"),
        fontWeight=expression("datum.role === 'other' ? 'normal' : 'bold'"),
        limit=expression(f"({NARROW}) ? width : 262"),
    ).encode(x=alt.XValue(expression(f"({NARROW}) ? 0 : 262")), text=alt.Text("name:N"))
    headings = (
        base.transform_filter("!isValid(datum.value)")
        .mark_text(align="left", baseline="middle", fontSize=13, color=theme.quiet, dy=4, limit=expression("width"))
        .encode(x=alt.XValue(0), text=alt.Text("name:N"))
    )
    bar = valued.mark_bar(height=expression(f"({NARROW}) ? 11 : 18"), yOffset=lower).encode(
        x=alt.X("value:Q", axis=None, scale=x_scale),
        color=_colour(theme),
        tooltip=[alt.Tooltip("name:N", title=t("peers.service")), alt.Tooltip("detail:N", title=t("chart.value"))],
    )
    labels = valued.mark_text(align="right", baseline="middle", fontSize=14, color=theme.text, dy=lower).encode(
        x=alt.XValue(expression("width")), text=alt.Text("label:N")
    )
    # a narrow chart has names above the bars, where no line may cross them
    zero_line = (
        valued.transform_calculate(nought="0")
        .mark_tick(
            orient="vertical",
            thickness=1,
            color=theme.text,
            yOffset=lower,
            size=expression(f"({NARROW}) ? 13 : {FALL}"),
        )
        .encode(x=alt.X("nought:Q", axis=None))
    )
    return _layered(STEP, bar, zero_line, names, headings, labels)


@cache
def quadrants(language: str, theme_name: str) -> dict[str, Any]:
    """Return municipalities by two indicators, with lines at the group's medians, sized by residents.

    rows: x, y, residents, role, name, side and narrow_side (side of the point on which the name is drawn in a wide and
    in a narrow chart; empty where there is no room), x_detail, y_detail. group: x_median, y_median, x_title, y_title
    (broken after the first comma where the chart is narrow). Parameters: x_least, x_most, y_least, y_most (ends of the
    axes), thousands.
    """
    t, theme = Translator(language), THEMES[theme_name]
    x = alt.X(
        "x:Q",
        scale=alt.Scale(domain=[expression("x_least"), expression("x_most")], nice=False, zero=False),
        axis=value_axis(theme),
    )
    y = alt.Y(
        "y:Q",
        scale=alt.Scale(domain=[expression("y_least"), expression("y_most")], nice=False, zero=False),
        axis=value_axis(theme),
    )
    base = alt.Chart(ROWS)
    points = base.mark_point(filled=True, opacity=0.9, stroke=theme.ground, strokeWidth=1).encode(
        x=x,
        y=y,
        color=_colour(theme, ROLES, line_colour),
        shape=_shape_of_role(),
        size=alt.Size("residents:Q", scale=alt.Scale(range=[50, 900], zero=True), legend=None),
        order=alt.Order("residents:Q", sort="descending"),
        tooltip=[
            alt.Tooltip("name:N", title=t("chart.municipality")),
            alt.Tooltip("x_detail:N", title=t("pair.cost")),
            alt.Tooltip("y_detail:N", title=t("pair.outcome")),
        ],
    )
    with_side = base.transform_calculate(at=f"({NARROW}) ? datum.narrow_side : datum.side")
    about: dict[str, Any] = {
        "align": expression("{left: 'right', right: 'left'}[datum.at] || 'center'"),
        "dx": expression("{left: -12, right: 12}[datum.at] || 0"),
        "dy": expression("{above: -16, below: 16}[datum.at] || 0"),
        "baseline": "middle",
        "fontSize": 13,
        "fontWeight": expression("datum.role === 'other' ? 'normal' : 'bold'"),
    }
    named = with_side.transform_filter("datum.at !== ''").encode(
        x=alt.X("x:Q"), y=alt.Y("y:Q"), text=alt.Text("name:N")
    )
    halo, names = named.mark_text(**about, **around(theme, 13)), named.mark_text(**about, color=theme.text)
    group = alt.Chart(GROUP)
    upright = group.mark_rule(color=colour(theme, "reference"), strokeDash=[4, 3]).encode(x=alt.X("x_median:Q"))
    level = group.mark_rule(color=colour(theme, "reference"), strokeDash=[4, 3]).encode(y=alt.Y("y_median:Q"))
    title_style: dict[str, Any] = {
        "fontSize": 13,
        "color": theme.quiet,
        "limit": expression("width"),
        "lineBreak": "\n",
    }

    def title(field: str) -> Any:
        return expression(f"({NARROW}) ? replace(datum.{field}, ', ', '\\n') : datum.{field}")

    x_title = group.mark_text(text=title("x_title"), align="right", baseline="top", **title_style).encode(
        x=alt.XValue(expression("width")), y=alt.YValue(expression("height + 34"))
    )
    y_title = group.mark_text(text=title("y_title"), align="left", baseline="top", **title_style).encode(
        x=alt.XValue(0), y=alt.YValue(expression(f"({NARROW}) ? -36 : -20"))
    )
    return _layered(540, points, upright, level, halo, names, x_title, y_title)


def point_marks(base: Any, theme: Theme, x: Any, y: Any, size: float = FONT, drop: Any = 0) -> Any:
    """Return a point a municipality, in the colour and shape of its role."""
    areas = [share * size**2 for share in (1.02, 0.64, 0.64, 0.64, 0.28)]
    return base.mark_point(filled=True, opacity=0.95, stroke=theme.ground, strokeWidth=0.8, yOffset=drop).encode(
        x=x,
        y=y,
        color=_colour(theme, ROLES, line_colour),
        size=alt.Size("role:N", sort=list(ROLES), scale=alt.Scale(domain=list(ROLES), range=areas), legend=None),
        shape=_shape_of_role(),
    )


def _shape_of_role() -> Any:
    scale = alt.Scale(domain=list(shapes.OF_ROLE), range=list(shapes.OF_ROLE.values()))
    return alt.Shape("role:N", scale=scale, legend=None)


def dot_layers(form: str, language: str, theme_name: str, size: float) -> Any:
    """Return a comparison as dots (`grammar/dots.py`): `rows` with a name and a figure beside each, or one `strip`.

    Data sets and fields as in `dots.Layout`; rows also have the group's median. Parameters: least and most (ends of the
    axis), names and figures (widths of the columns of rows, in font sizes), depth (height of a strip, likewise),
    thousands. `size`: of the font, in pixels.
    """
    return (_dot_rows if form == "rows" else _dot_strip)(Translator(language), THEMES[theme_name], size)


@cache
def dot_rows(language: str, theme_name: str) -> dict[str, Any]:
    """Return a comparison as rows of dots for a page; see `dot_layers`."""
    return _layered(STEP, *dot_layers("rows", language, theme_name, FONT))


@cache
def dot_strip(language: str, theme_name: str) -> dict[str, Any]:
    """Return a comparison as one strip of dots for a page; see `dot_layers`."""
    return _layered(STEP, *dot_layers("strip", language, theme_name, FONT))


def _of_member(t: Translator) -> list[Any]:
    return [
        alt.Tooltip("name:N", title=t("chart.municipality")),
        alt.Tooltip("detail:N", title=t("chart.value")),
        alt.Tooltip("interval:N", title=t("dots.interval")),
        alt.Tooltip("rank:N", title=t("chart.rank")),
    ]


def _across(field: str, start: str, end: str, em: str, size: float) -> Any:
    """Return where a centred label of so many font sizes stands so that neither edge of the picture cuts it."""
    return alt.XValue(expression(_held(field, start, end, em, size)))


def _held(field: str, start: str, end: str, em: str, size: float, aside: str = "0") -> str:
    """Return an expression for the middle of a label of so many font sizes; `aside`: how far it is from its value."""
    at = f"({aside}) + ({start}) + (datum.{field} - least) / (most - least) * (({end}) - ({start}))"
    half = f"datum.{em} * {size} / 2"
    return f"max({half}, min(width - {half}, {at}))"


def _header(theme: Theme, start: str, end: str, size: float) -> list[Any]:
    """Return the labels of the group's middle half and, below it, of its median, above a picture."""
    return [
        alt.Chart(GROUP)
        .mark_text(fontSize=size, color=ink, baseline="middle")
        .encode(
            x=_across(field, start, end, em, size),
            y=alt.YValue(-lines * size),
            text=alt.Text(f"{label}:N"),
        )
        for field, em, label, lines, ink in (
            ("middle", "band_em", "band_label", 2.1, theme.quiet),
            ("median", "median_em", "median_label", 0.75, theme.text),
        )
    ]


def _dot_axis(theme: Theme, start: str, end: str, size: float) -> alt.Axis:
    """Return an axis below dots, with as many round marks as have room beside each other."""
    axis = value_axis(theme)
    room = f"(({end}) - ({start}))"
    apart = f"step * max(1, ceil((most - least) / step * mark_em * {size} / {room}))"
    axis.values, axis.tickCount = expression(f"sequence(least, most + step / 2, {apart})"), alt.Undefined
    axis.orient, axis.labelFontSize, axis.labelOverlap = "bottom", 0.93 * size, False
    return axis


def _dot_rows(t: Translator, theme: Theme, size: float) -> list[Any]:
    narrow = f"width < {dots.NARROW * size}"
    start = f"({narrow}) ? {size} : (names + 0.4) * {size}"
    end = f"width - (({narrow}) ? {size} : (figures + 0.4) * {size})"
    axis = _dot_axis(theme, start, end, size)
    axis.gridOpacity = expression(f"({narrow}) ? 0 : 1")  # no line crosses a name
    scale = alt.Scale(
        domain=[expression("least"), expression("most")],
        range=[expression(start), expression(end)],
        nice=False,
        zero=False,
    )
    x = alt.X("value:Q", scale=scale, axis=axis)
    base = alt.Chart(ROWS).encode(y=alt.Y("position:O", axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0)))
    lower = expression(f"({narrow}) ? {0.5 * size} : 0")
    upper = expression(f"({narrow}) ? {-0.55 * size} : 0")
    bold = expression("datum.role === 'other' ? 'normal' : 'bold'")
    written: dict[str, Any] = {"baseline": "middle", "fontSize": size, "color": theme.text, "dy": upper}
    names = base.mark_text(**written, align=expression(f"({narrow}) ? 'left' : 'right'"), fontWeight=bold).encode(
        x=alt.XValue(expression(f"({narrow}) ? 0 : names * {size}")), text=alt.Text("name:N")
    )
    figures = base.mark_text(**written, align="right", fontWeight=bold).encode(
        x=alt.XValue(expression("width")), text=alt.Text("figure:N")
    )
    band = (
        alt.Chart(GROUP).mark_rect(color=colour(theme, "band")).encode(x=alt.X("q1:Q", scale=scale), x2=alt.X2("q3:Q"))
    )
    # a piece in each row: where names stand above the dots, the line of the median does not cross them
    reference = base.mark_tick(
        orient="vertical",
        thickness=0.12 * size,
        color=colour(theme, "reference"),
        yOffset=lower,
        size=expression(f"({narrow}) ? {size} : height / count"),
    ).encode(x=alt.X("median:Q", scale=scale))
    whiskers = (
        base.transform_filter("isValid(datum.low)")
        .mark_rule(
            yOffset=lower,
            strokeWidth=expression(f"datum.role === 'other' ? {0.1 * size} : {0.18 * size}"),
            opacity=expression("datum.role === 'other' ? 0.55 : 1"),
        )
        .encode(x=alt.X("low:Q", scale=scale), x2=alt.X2("high:Q"), color=_colour(theme, ROLES, line_colour))
    )
    points = point_marks(base, theme, x, alt.Undefined, size, lower).encode(tooltip=_of_member(t))
    return [band, reference, whiskers, points, names, figures, *_header(theme, start, end, size)]


def _dot_strip(t: Translator, theme: Theme, size: float) -> list[Any]:
    start, end = f"{size}", f"width - {size}"
    axis = _dot_axis(theme, start, end, size)
    axis.grid, axis.ticks, axis.tickColor = False, True, theme.quiet  # no line crosses a name
    scale = alt.Scale(
        domain=[expression("least"), expression("most")],
        range=[expression(start), expression(end)],
        nice=False,
        zero=False,
    )
    down = alt.Scale(domain=[expression("depth"), 0], nice=False, zero=False)
    x, y = alt.X("value:Q", scale=scale, axis=axis), alt.Y("at:Q", scale=down, axis=None)
    beside = alt.Y("label_at:Q", scale=down, axis=None)
    base, group = alt.Chart(ROWS), alt.Chart(GROUP)
    band = group.mark_rect(color=colour(theme, "band")).encode(x=alt.X("q1:Q", scale=scale), x2=alt.X2("q3:Q"))
    reference = (
        group.transform_calculate(top="0", foot="strip")
        .mark_rule(color=colour(theme, "reference"), strokeWidth=0.12 * size)
        .encode(x=alt.X("median:Q", scale=scale), y=alt.Y("top:Q", scale=down, axis=None), y2=alt.Y2("foot:Q"))
    )
    whiskers = (
        base.transform_filter("datum.lane && isValid(datum.low)")
        .mark_rule(strokeWidth=0.18 * size)
        .encode(x=alt.X("low:Q", scale=scale), x2="high:Q", y=y, color=_colour(theme, ROLES, line_colour))
    )
    points = point_marks(base, theme, x, y, size).encode(tooltip=_of_member(t))
    aside = f"datum.side * (0.9 + datum.em / 2) * {size}"
    own = (
        base.transform_filter("datum.lane")
        .mark_text(fontSize=size, fontWeight="bold", baseline="middle", color=theme.text)
        .encode(
            x=alt.XValue(expression(_held("edge", start, end, "em", size, aside))), y=beside, text=alt.Text("label:N")
        )
    )
    # the label of the highest goes a line further down where both would not fit beside each other
    low, high = (_held(f"{which}_value", start, end, f"{which}_em", size) for which in ("low", "high"))
    together = f"{high} - {low} < ((datum.low_em + datum.high_em) / 2 + 0.6) * {size}"
    ends = [
        base.transform_filter(f"datum.end === '{which}'")
        .mark_text(fontSize=size, baseline="middle", color=theme.text, dy=drop)
        .encode(x=_across("value", start, end, "em", size), y=beside, text="label:N")
        for which, drop in (("low", 0), ("high", expression(f"{together} ? {dots.END * size} : 0")))
    ]
    return [band, reference, whiskers, points, own, *ends, *_header(theme, start, end, size)]


@cache
def funnel(language: str, theme_name: str) -> dict[str, Any]:
    """Return municipalities by residents (logarithmic) and value, within two funnels around the group's median.

    rows: name, role, residents, value, detail, people. group: one row a size: residents, low, high, wide_low,
    wide_high, median. legend: role, ink, words, x and line (`grammar/scatter.py`), narrow_x and narrow_line (where the
    chart is narrow), lines and narrow_lines. Parameters: first, last (ends of residents), least, most (ends of values),
    marks (of residents), thousands.
    """
    t, theme = Translator(language), THEMES[theme_name]
    sizes = value_axis(theme)
    sizes.values, sizes.grid, sizes.labelOverlap = expression("marks"), False, True
    x = alt.X(
        "residents:Q",
        scale=alt.Scale(type="log", domain=[expression("first"), expression("last")], nice=False),
        axis=sizes,
    )
    y = alt.Y(
        "value:Q",
        scale=alt.Scale(domain=[expression("least"), expression("most")], nice=False, zero=False),
        axis=value_axis(theme),
    )
    group, base = alt.Chart(GROUP), alt.Chart(ROWS)
    wide, near = (
        group.mark_area(color=colour(theme, role)).encode(x=x, y=alt.Y(f"{which}low:Q"), y2=alt.Y2(f"{which}high:Q"))
        for role, which in (("band", "wide_"), ("noise", ""))
    )
    middle = group.mark_line(strokeWidth=1.5, color=colour(theme, "reference")).encode(x=x, y=alt.Y("median:Q"))
    points = point_marks(base, theme, x, y).encode(
        tooltip=[
            alt.Tooltip("name:N", title=t("chart.municipality")),
            alt.Tooltip("people:N", title=t("funnel.residents")),
            alt.Tooltip("detail:N", title=t("chart.value")),
        ]
    )
    names = (
        base.transform_filter("datum.role !== 'other'")
        .transform_calculate(left="log(datum.residents / first) > 0.6 * log(last / first)")
        .mark_text(
            align=expression("datum.left ? 'right' : 'left'"),
            dx=expression("datum.left ? -11 : 11"),
            fontSize=14,
            baseline="middle",
            color=theme.text,
            fontWeight="bold",
        )
        .encode(x=x, y=y, text=alt.Text("name:N"))
    )
    return _layered(420, wide, near, middle, points, names, *_scatter_legend(theme))


def _scatter_legend(theme: Theme) -> list[Any]:
    """Return what the ranges and the line of a scatter are, above it."""
    left = f"(({NARROW}) ? datum.narrow_x : datum.x) * {FONT}"
    line = f"({NARROW}) ? datum.narrow_line - datum.narrow_lines : datum.line - datum.lines"
    entries = alt.Chart(alt.NamedData("legend")).encode(
        y=alt.YValue(expression(f"({line} + 0.25) * {scatter.LINE * FONT}"))
    )
    swatches = entries.mark_square(size=(0.9 * FONT) ** 2, opacity=1).encode(
        x=alt.XValue(expression(f"{left} + {FONT / 2}")), color=alt.Color("ink:N", scale=None)
    )
    words = entries.mark_text(align="left", baseline="middle", fontSize=FONT, color=theme.text).encode(
        x=alt.XValue(expression(f"{left} + {(scatter.SWATCH + scatter.GAP) * FONT}")), text=alt.Text("words:N")
    )
    return [swatches.transform_filter("datum.role !== 'reference'"), _legend_line(entries, left, theme), words]


def _legend_line(entries: Any, left: str, theme: Theme) -> Any:
    return (
        entries.transform_filter("datum.role === 'reference'")
        .mark_rule(color=colour(theme, "reference"), strokeWidth=1.5)
        .encode(x=alt.XValue(expression(left)), x2=alt.X2Value(expression(f"{left} + {scatter.SWATCH * FONT}")))
    )
