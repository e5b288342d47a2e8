"""Charts are Vega-Lite: pages make them without asking (charts._layered), so this does."""

import re
from collections.abc import Callable
from typing import Any

import altair as alt
import pytest
from jsonschema.exceptions import ValidationError

from kuntamittari.exhibits import charts
from kuntamittari.exhibits.grammar import colours
from kuntamittari.exhibits.render import png
from kuntamittari.settings import LANGUAGES
from tests.support.exhibits import light, scales

SEEN = (("fi", "light"), ("sv", "dark"), ("en", "light"))  # words and colours have nothing to do with each other
CHARTS = [name for name, made in vars(charts).items() if hasattr(made, "cache_info")]


def drawn(name: str, language: str, theme: str) -> dict[str, Any]:
    """A chart by the name of its function."""
    made: Callable[[str, str], dict[str, Any]] = getattr(charts, name)
    return made(language, theme)


def test_charts_are_seen_in_every_language_and_theme() -> None:
    assert {language for language, _ in SEEN} == set(LANGUAGES) and {theme for _, theme in SEEN} == set(colours.THEMES)


@pytest.mark.parametrize(("language", "theme"), SEEN)
@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_is_valid(name: str, language: str, theme: str) -> None:
    alt.LayerChart.validate(drawn(name, language, theme))


POINTS = ("lines", "dot_rows", "dot_strip", "strip", "funnel", "quadrants")  # lines and points are darker than bars


@pytest.mark.parametrize("theme", colours.THEMES)
@pytest.mark.parametrize(
    "name", ["bars", "dot_rows", "pairs", "lines", "strip", "waterfall", "quadrants", "dot_strip", "funnel", "gaps"]
)
def test_a_role_has_one_colour_in_every_chart(name: str, theme: str) -> None:
    of = colours.line_colour if name in POINTS else colours.colour
    roles = {"lines": colours.LINES, "waterfall": colours.STEPS}.get(name, colours.ROLES)
    found = list(scales(drawn(name, "fi", theme)))
    assert found and all(scale == {role: of(colours.THEMES[theme], role) for role in roles} for scale in found)


@pytest.mark.parametrize("theme", colours.THEMES.values(), ids=colours.THEMES)
def test_roles_that_stand_beside_each_other_have_different_colours(theme: colours.Theme) -> None:
    for together in (
        colours.ROLES,
        ("chosen", *colours.PARTS),
        colours.STEPS,
        ("favourable", "unfavourable", "reference", "band"),
    ):
        assert len({colours.colour(theme, role) for role in together}) == len(together)
    with pytest.raises(KeyError):
        colours.colour(theme, "favourite")


@pytest.mark.parametrize("theme", colours.THEMES.values(), ids=colours.THEMES)
def test_every_line_stands_out_from_the_ground(theme: colours.Theme) -> None:
    """WCAG 1.4.11: three to one for what is needed to read a picture; the pale bars of the others have names and
    figures beside them."""
    ground = light(theme.ground)
    for ink in {colours.line_colour(theme, role) for role in (*colours.LINES, *colours.STEPS)}:
        brighter, darker = sorted((light(ink), ground), reverse=True)
        assert (brighter + 0.05) / (darker + 0.05) >= 3, ink


@pytest.mark.parametrize(
    ("language", "thousands", "written"),
    [("fi", "\N{NO-BREAK SPACE}", "−1\N{NO-BREAK SPACE}500"), ("en", ",", "−1,500")],
)
def test_the_minus_of_an_axis_is_the_true_one(language: str, thousands: str, written: str) -> None:
    rows = [
        {
            "series": "a",
            "segment": 0,
            "year": year,
            "value": value,
            "role": "chosen",
            "name": "a",
            "dash": "solid",
            "weight": "thick",
            "detail": "",
        }
        for year, value in ((2018, -1_500.0), (2019, 500.0))
    ]
    values = {"low": -1_500, "high": 500, "first": 2018, "last": 2019, "years": [2018, 2019], "thousands": thousands}
    spec = charts.lines(language, "light") | {
        "params": [{"name": name, "value": value} for name, value in values.items()]
    }
    ticks = re.findall(
        r"<text[^>]*>([^<]+)</text>", png.svg(spec | {"datasets": {"rows": rows}, "width": 600}).decode()
    )
    assert written in ticks and not [tick for tick in ticks if tick[0] in "-–"]


def test_a_chart_that_is_no_vega_lite_is_found() -> None:
    spec = drawn("bars", "fi", "light")
    with pytest.raises(ValidationError):
        alt.LayerChart.validate(spec | {"layer": [*spec["layer"], {"mark": "bars"}]})
