"""A drawing of marks at their places as Vega-Lite."""

from typing import Any

import altair as alt

from kuntamittari.exhibits.charts import expression
from kuntamittari.exhibits.grammar.colours import CELLS, Theme, cell, colour
from kuntamittari.exhibits.grammar.drawing import Drawing, Row


def ink(theme: Theme, name: str) -> str:
    """Return the colour of a role, of a part of a theme, or of a verdict's cell: `cell-` its ground, `ink-` its ink."""
    kind, _, verdict = name.partition("-")
    if kind in ("cell", "ink") and verdict in CELLS:
        return cell(theme, verdict)[kind == "ink"]
    return getattr(theme, name) if name in ("text", "quiet", "ground", "grid") else colour(theme, name)


def chart(drawing: Drawing, theme: Theme, size: float) -> Any:
    """Return a drawing as a layered chart; `size`: of the font, in pixels."""

    def rows(listed: list[Row]) -> Any:
        inked = ({name: ink(theme, row[name]) for name in ("ink", "edge") if row.get(name)} for row in listed)
        return alt.Chart(alt.Data(values=[row | colours for row, colours in zip(listed, inked, strict=True)]))

    across = alt.Scale(domain=[0, drawing.width], range=[0, drawing.width * size], nice=False, zero=False)
    down = alt.Scale(domain=[0, drawing.depth], range=[0, drawing.depth * size], nice=False, zero=False)
    x, y = alt.X("x:Q", scale=across, axis=None), alt.Y("y:Q", scale=down, axis=None)
    both: dict[str, Any] = {"x": x, "y": y}
    ends: dict[str, Any] = both | {"x2": "x2:Q", "y2": "y2:Q"}
    painted, told = alt.Color("ink:N", scale=None), alt.Description("said:N")
    edge: Any = {"stroke": expression("datum.edge || null"), "strokeWidth": 0.1 * size}
    thick: Any = expression(f"datum.thick * {size}")
    layers = [
        rows(drawing.areas).mark_rect(cornerRadius=0.12 * size, **edge).encode(color=painted, description=told, **ends),
        rows(drawing.lines).mark_rule(strokeWidth=thick).encode(color=painted, **ends),
        rows(drawing.paths)
        .mark_line(strokeWidth=thick)
        .encode(color=painted, detail="path:N", order="order:Q", description=told, **both),
        rows(drawing.points)
        .mark_point(filled=True, opacity=1, stroke=theme.ground, strokeWidth=0.06 * size)
        .encode(
            color=painted,
            shape=alt.Shape("shape:N", scale=None),
            size=alt.Size("area:Q", scale=None),
            description=told,
            **both,
        )
        .transform_calculate(area=f"pow(datum.size * {size}, 2)"),
        rows(drawing.words)
        .mark_text(
            baseline="middle",
            align=expression("datum.align"),
            fontWeight=expression("datum.bold ? 'bold' : 'normal'"),
            fontSize=expression(f"datum.size * {size}"),
            angle=expression("datum.turned ? -90 : 0"),
        )
        .encode(text="words:N", color=painted, **both),
    ]
    listed = (drawing.areas, drawing.lines, drawing.paths, drawing.points, drawing.words)
    return alt.layer(*(layer for layer, marks in zip(layers, listed, strict=True) if marks))
