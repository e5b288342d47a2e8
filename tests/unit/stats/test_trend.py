"""When a trend is read, and in which quarter of the group a value is."""

import pytest

from kuntamittari.catalog import loader
from kuntamittari.stats import benchmark

BASIC, PRODUCTIVITY, UNEMPLOYMENT = "basic_education_cost_per_7_15", "basic_education_productivity", "unemployment_rate"


# The words for where a value leads, and the quarter of a place nobody judges (docs/methods.md 14)


@pytest.mark.parametrize(
    ("beyond", "polarity", "leads"),
    [
        (0.11, "higher", "better"),
        (0.11, "lower", "worse"),
        (0.11, "neutral", "up"),
        (-0.11, "higher", "worse"),
        (-0.11, "lower", "better"),
        (-0.11, "neutral", "down"),
        (0.1, "higher", "usual"),
        (-0.1, "lower", "usual"),
        (0.0, "neutral", "usual"),
    ],
)
def test_a_trend_is_read_by_polarity_where_it_exceeds_usual_variation(beyond: float, polarity: str, leads: str) -> None:
    indicator = loader.indicators()["annual_margin_per_resident"].model_copy(update={"polarity": polarity})
    rows = [{"value": value, "denominator": 100.0, "base": 100.0} for value in (100.0, 110.0)]
    assert benchmark.trend(indicator, beyond, 0.1, rows) == leads


@pytest.mark.parametrize(
    ("indicator", "first", "last", "leads"),
    [
        (BASIC, {"base": 29.0}, {}, None),
        (BASIC, {}, {"base": 29.0}, None),
        (BASIC, {"base": 30.0}, {}, "worse"),
        (BASIC, {"value": 0.0}, {}, None),
        (BASIC, {}, {"value": -1.0}, None),
        ("administration_cost_per_resident", {}, {}, "up"),
        ("social_health_cost_per_resident", {}, {}, "up"),
        (UNEMPLOYMENT, {"base": None}, {"base": None}, "worse"),
        ("annual_margin_of_depreciation", {}, {"denominator": -5.0}, None),
    ],
)
def test_a_trend_is_read_only_where_both_ends_bear_it(
    indicator: str, first: dict, last: dict, leads: str | None
) -> None:
    rows = (
        {"value": 100.0, "denominator": 100.0, "base": 100.0} | first,
        {"value": 200.0, "denominator": 100.0, "base": 100.0} | last,
    )
    assert benchmark.trend(loader.indicators()[indicator], 100.0, 50.0, rows) == leads


@pytest.mark.parametrize(
    ("place", "quarter"),
    [
        (0.0, 1),
        (2.5, 1),
        (24.9, 1),
        (25.0, 2),
        (49.9, 2),
        (50.0, 3),
        (74.9, 3),
        (75.0, 4),
        (99.0, 4),
        (100.0, 4),
    ],
)
def test_a_place_is_in_its_quarter_from_the_lowest(place: float, quarter: int) -> None:
    assert benchmark.quarter(place) == quarter
