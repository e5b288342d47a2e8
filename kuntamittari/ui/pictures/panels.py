"""Panels of dots, drawn from the exhibit of slides and files; as markup where a member has a row."""

import html
from collections.abc import Callable

import pandas as pd
import streamlit as st

from kuntamittari.exhibits import charts
from kuntamittari.exhibits.exhibit import Exhibit
from kuntamittari.exhibits.grammar import panels
from kuntamittari.exhibits.grammar.colours import THEMES, line_colour
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.render import png, reports, svg, tables
from kuntamittari.exhibits.render.svg import Canvas
from kuntamittari.ui import chart_walk, downloads
from kuntamittari.ui.element_cache import cached_elements
from kuntamittari.ui.parts import comparison

PICTURE = 1200, 18  # pixels of width and of the font of a picture file


def draw(context: PageContext, exhibit: Exhibit, file: str) -> None:
    """Draw panels with a row for each member, their points for the keyboard, and their files.

    `file` is the name of the files without an ending, unique on the page.
    """

    def draw_part() -> None:
        st.html(markup(context, exhibit))
        chart_walk.draw(context, rows(context, exhibit))

    cached_elements(context, f"panels {file}", draw_part)
    files(context, exhibit, file)


def rows(context: PageContext, exhibit: Exhibit) -> pd.DataFrame:
    """Return one row for each dot: the head of its panel, its name, role and value, and its figure in words."""
    return pd.DataFrame(
        [
            {"row": panel.title, "name": name, "role": role, "value": value, "detail": f"{figure} {panel.unit}"}
            for panel in exhibit.panels
            for name, role, value, figure in zip(
                panel.categories,
                panel.roles,
                *(panel.series or {}).values(),
                panels.figures(panel, context.t),
                strict=True,
            )
        ]
    )


def markup(context: PageContext, exhibit: Exhibit) -> str:
    """Return panels as markup: in each a row a member, with its name, its dot between the ends of the axis and its
    figure."""
    return f"<div class='km-panels'>{''.join(_panel(context, panel) for panel in exhibit.panels)}</div>"


def _panel(context: PageContext, panel: Exhibit) -> str:
    about = f" <span>{html.escape(panel.note)}</span>" if panel.note else ""
    assert panel.series is not None
    [values] = panel.series.values()
    track = _marks(panel)
    lines = "".join(
        f"<li class='km-{role}'><span>{html.escape(name)}</span><span class='km-track'{track}>"
        f"{_dot(panel, role, value)}</span><b>{html.escape(figure)}</b></li>"
        for name, role, value, figure in zip(
            panel.categories, panel.roles, values, panels.figures(panel, context.t), strict=True
        )
    )
    return f"<section><h4>{html.escape(panel.title)}{about}</h4><ol>{lines}</ol></section>"


def _along(panel: Exhibit, value: float) -> float:
    low, high = panel.ends
    return 100 * (value - low) / (high - low)


def _marks(panel: Exhibit) -> str:
    """Return the style of a row that draws the middle half and the median of its panel."""
    theme, layers = THEMES[comparison.theme()], list[str]()
    if panel.reference:
        at = _along(panel, panel.reference.value)
        layers.append(f"linear-gradient({theme.text} 0 0) {at:.1f}% 0 / 1px 100% no-repeat")
    if panel.band:
        start, end = _along(panel, panel.band.low), _along(panel, panel.band.high)
        wide = max(end - start, 0.5)
        left = 100 * start / (100 - wide) if wide < 100 else 0.0
        layers.append(f"linear-gradient({theme.band} 0 0) {left:.1f}% 0 / {wide:.1f}% 100% no-repeat")
    layers.append(f"linear-gradient({theme.grid} 0 0) 0 50% / 100% 1px no-repeat")
    return f" style='background: {', '.join(layers)}'"


def _dot(panel: Exhibit, role: str, value: float | None) -> str:
    if value is None:
        return ""
    ink = line_colour(THEMES[comparison.theme()], role)
    return f"<i style='left:{_along(panel, value):.1f}%;background:{ink}'></i>"


def strips(context: PageContext, exhibit: Exhibit, alt: str) -> comparison.Drawing:
    """Return panels of many members as a chart, a strip each."""
    points = rows(context, exhibit)
    place = {panel.title: position for position, panel in enumerate(exhibit.panels)}
    points["position"] = points["row"].map(place)
    groups = [
        {
            "position": position,
            "row": panel.title,
            "median": panel.reference.value if panel.reference else None,
            "q1": panel.band.low if panel.band else None,
            "q3": panel.band.high if panel.band else None,
            "detail": panel.reference.label if panel.reference else "",
        }
        for position, panel in enumerate(exhibit.panels)
    ]
    low, high = exhibit.panels[0].ends
    parameters = {"least": low, "most": high, "thousands": comparison.thousands_separator(context.t)}
    spec = charts.strip(context.t.language, comparison.theme()) | {"height": charts.height(len(groups), charts.STRIP)}
    return comparison.Drawing(spec, {"rows": points, "group": pd.DataFrame(groups)}, parameters, alt)


def files(context: PageContext, exhibit: Exhibit, file: str) -> None:
    """Draw the download menu of panels: PNG, SVG and their figures, made when they are asked for."""

    def picture(write: Callable[[dict[str, object]], bytes]) -> bytes:
        wide, size = PICTURE
        depth = panels.layout(exhibit, context.t, wide / size).depth
        canvas = Canvas(context.t.language, comparison.theme(), size, width=wide, height=round(depth * size) + 1)
        heading = png.heading(exhibit.title, exhibit.source, THEMES[comparison.theme()].text)
        return write(svg.picture(exhibit, svg.fitted(exhibit, canvas)) | {"title": heading, "padding": 16})

    def figures() -> bytes:
        about = (("title", exhibit.title), ("source", exhibit.source))
        return tables.parquet(tables.Table(reports.frame(exhibit, context.t), about, ("", "")))

    def buttons() -> None:
        for label, make, name, media in (
            ("PNG", lambda: picture(png.png), f"{file}.png", "image/png"),
            ("SVG", lambda: picture(png.svg), f"{file}.svg", "image/svg+xml"),
            ("Parquet", figures, f"{file}_chart.parquet", tables.FORMATS["parquet"]),
        ):
            st.download_button(label, make, name, media, key=f"{file}-{label}", on_click="ignore")

    downloads.menu(context.t("files.chart"), buttons)
