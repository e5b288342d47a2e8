"""A drawing of marks at their places as Vega-Lite."""

from typing import Any

import altair as alt

from kuntamittari.exhibits.charts import expression
from kuntamittari.exhibits.grammar.colours import CELLS, Theme, cell, colour
from kuntamittari.exhibits.grammar.drawing import Drawing, Row

MARKS = ("areas", "lines", "paths", "points", "words")


def ink(theme: Theme, name: str) -> str:
    """Return the colour of a role, of a part of a theme, or of a verdict's cell: `cell-` its ground, `ink-` its ink."""
    kind, _, verdict = name.partition("-")
    if kind in ("cell", "ink") and verdict in CELLS:
        return cell(theme, verdict)[kind == "ink"]
    return getattr(theme, name) if name in ("text", "quiet", "ground", "grid") else colour(theme, name)


def chart(drawing: Drawing, size: float) -> Any:
    """Return a drawing as a layered chart of `datasets`; `size`: of the font, in pixels."""
    across = alt.Scale(domain=[0, drawing.width], range=[0, drawing.width * size], nice=False, zero=False)
    down = alt.Scale(domain=[0, drawing.depth], range=[0, drawing.depth * size], nice=False, zero=False)
    x, y = alt.X("x:Q", scale=across, axis=None), alt.Y("y:Q", scale=down, axis=None)
    both: dict[str, Any] = {"x": x, "y": y}
    ends: dict[str, Any] = both | {"x2": "x2:Q", "y2": "y2:Q"}
    painted, told = alt.Color("ink:N", scale=None), alt.Description("said:N")
    thick, edge = expression(f"datum.thick * {size}"), expression("datum.edge || null")
    base = {name: alt.Chart(alt.NamedData(name)) for name in MARKS}
    layers = {
        "areas": base["areas"]
        .mark_rect(stroke=edge, strokeWidth=thick)
        .encode(color=painted, description=told, **ends),
        "lines": base["lines"].mark_rule(strokeWidth=thick).encode(color=painted, **ends),
        "paths": base["paths"]
        .mark_line()
        .encode(
            color=painted,
            detail="path:N",
            order="order:Q",
            description=told,
            strokeWidth=alt.StrokeWidth("thick:Q", scale=alt.Scale(domain=[0, 1], range=[0, size]), legend=None),
            **both,
        ),
        "points": base["points"]
        .transform_calculate(area=f"pow(datum.size * {size}, 2)")
        .mark_point(filled=True, opacity=1, stroke=edge, strokeWidth=0.06 * size)
        .encode(
            color=painted,
            shape=alt.Shape("shape:N", scale=None),
            size=alt.Size("area:Q", scale=None),
            description=told,
            **both,
        ),
        "words": base["words"]
        .mark_text(
            baseline="middle",
            align=expression("datum.align"),
            fontWeight=expression("datum.bold ? 'bold' : 'normal'"),
            fontSize=expression(f"datum.size * {size}"),
            angle=expression("datum.turned ? -90 : 0"),
        )
        .encode(text="words:N", color=painted, **both),
    }
    return alt.layer(*(layer for name, layer in layers.items() if getattr(drawing, name)))


def datasets(drawing: Drawing, theme: Theme) -> dict[str, list[Row]]:
    """Return the data of `chart`."""
    return {
        name: [row | {part: ink(theme, row[part]) for part in ("ink", "edge") if row.get(part)} for row in listed]
        for name in MARKS
        if (listed := getattr(drawing, name))
    }
