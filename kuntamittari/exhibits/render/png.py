"""Charts as pictures: the specification of the page, drawn by Vega without a browser."""

import textwrap
from typing import Any

import pandas as pd
import vl_convert

WIDTH = 960  # pixels: the width of a slide, with room for names beside their bars
TITLE, SOURCE = 105, 180  # characters on a line of each; longer lines would widen the picture
SCALE = 2.0  # PNG pixels per pixel of the chart
VEGA_LITE = "6.4"


def complete(
    spec: dict[str, Any], data: dict[str, pd.DataFrame], title: str, source: str, text: str, background: str
) -> dict[str, Any]:
    """Return a specification that contains its data, with title and source above it.

    `data`: name of a data source → rows; `text`, `background`: colours.
    """
    rows = {name: frame.astype(object).where(frame.notna(), None).to_dict("records") for name, frame in data.items()}
    spec = spec | {"datasets": rows, "title": heading(title, source, text)}
    return spec | {"width": WIDTH, "background": background, "padding": 16}


def heading(title: str, source: str, ink: str) -> dict[str, Any]:
    """Return title and source as the title of a specification."""
    return {
        "text": textwrap.wrap(title, TITLE),
        "subtitle": textwrap.wrap(source, SOURCE),
        "anchor": "start",
        "offset": 24,
        "fontSize": 18,
        "subtitleFontSize": 11,
        "color": ink,
        "subtitleColor": ink,
    }


def svg(spec: dict[str, Any]) -> bytes:
    """Return a complete specification as SVG."""
    return vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE).encode("utf-8")


def png(spec: dict[str, Any]) -> bytes:
    """Return a complete specification as PNG."""
    return vl_convert.vegalite_to_png(spec, vl_version=VEGA_LITE, scale=SCALE)
