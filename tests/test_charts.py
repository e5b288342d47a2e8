"""Charts are Vega-Lite: pages make them without asking (charts._layered), so this does."""

from collections.abc import Callable
from typing import Any

import altair as alt
import pytest
from jsonschema.exceptions import ValidationError

from kuntamittari import charts
from kuntamittari.settings import LANGUAGES

CHARTS = [name for name, made in vars(charts).items() if hasattr(made, "cache_info")]


def drawn(name: str, language: str, theme: str) -> dict[str, Any]:
    """A chart by the name of its function."""
    made: Callable[[str, str], dict[str, Any]] = getattr(charts, name)
    return made(language, theme)


@pytest.mark.parametrize("theme", charts.THEMES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_is_valid(name: str, language: str, theme: str) -> None:
    alt.LayerChart.from_dict(drawn(name, language, theme))


def test_a_chart_that_is_no_vega_lite_is_found() -> None:
    spec = drawn("bars", "fi", "light")
    with pytest.raises(ValidationError):
        alt.LayerChart.from_dict(spec | {"layer": [*spec["layer"], {"mark": "bars"}]})
