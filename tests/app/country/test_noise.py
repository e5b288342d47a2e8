"""Noise by size, intervals and firm verdicts, computed a second time in plain pandas from the published files, with
20 000 draws in place of our quantiles (docs/methods.md 5, 18)."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from kuntamittari import settings
from kuntamittari.catalog import loader
from kuntamittari.exhibits import page_context
from kuntamittari.query import comparisons, figures
from kuntamittari.query.database import Database
from kuntamittari.query.figures import Group
from kuntamittari.query.snapshot import open_snapshot
from kuntamittari.query.variation import noise
from tests.support.published.second_way import SECOND_WAY, mainland, prices

YEAR, DRAWS = 2019, 20_000
RELATIVE = ("basic_education_cost_per_7_15", "pre_primary_cost_per_6", "library_cost_per_resident")
ABSOLUTE, INDEX = "annual_result_per_resident", "basic_education_productivity"
ASKED = (*RELATIVE, ABSOLUTE, INDEX)
PLACES = ("837", "049", "905", "507", "235")
GROUPS = ("all", "largest-20", "region-06")
UNIT_COST = "basic_education_cost_per_7_15"  # of INDEX


@cache
def series(name: str) -> pd.DataFrame:
    """Years × mainland municipalities of the stretch that holds YEAR, at constant prices, on the scale of noise."""
    indicator = loader.indicators()[name]
    wide = SECOND_WAY[UNIT_COST if name == INDEX else name]().unstack("municipality")[mainland()]
    wide = wide[[indicator.stretch(year) == indicator.stretch(YEAR) for year in wide.index]].dropna(how="all")
    if name == ABSOLUTE:
        wide = wide.mul(prices()[wide.index[-1]] / prices().reindex(wide.index), axis=0)
    return wide if name == ABSOLUTE else np.log(wide.where(wide > 0))


def second_line(name: str, residents: pd.Series) -> pd.Series:
    """The standard deviation of every mainland municipality."""
    level = series(name)
    level = level.sub(level.median(axis=1), axis=0).dropna(axis=1)
    variance = (level.diff().iloc[1:] ** 2).mean() / 2
    variance = variance.clip(lower=1e-6)
    size = np.log(residents[variance.index])
    slope, intercept = np.polyfit(size, np.log(variance), 1)
    fitted = np.exp(intercept + slope * size)
    deviation = np.sqrt(np.exp(intercept + slope * np.log(residents)) * variance.mean() / fitted.mean())
    if name == ABSOLUTE:  # at the prices of YEAR
        return deviation * prices()[YEAR] / prices()[series(name).index[-1]]
    return deviation * (np.sqrt(2) if name == INDEX else 1)


@pytest.fixture(scope="module")
def residents(country: Database) -> pd.Series:
    register = figures.register(country)
    return pd.Series({code: float(register[code]["residents"]) for code in mainland()})


@pytest.mark.parametrize("name", ASKED)
def test_the_noise_of_every_municipality_equals_its_second_computation(
    name: str, country: Database, residents: pd.Series
) -> None:
    indicator = figures.catalogue(country)[name]
    ours = noise.deviations(country, indicator, YEAR, mainland(), page_context.Basis())
    assert ours == pytest.approx(second_line(name, residents)[mainland()].to_numpy(), rel=1e-8)


def test_noise_by_size_is_of_the_order_that_is_published_of_the_method(country: Database) -> None:
    lines = {name: noise.line(country, loader.indicators()[name], YEAR) for name in RELATIVE[:2]}
    sizes = np.array([2_000.0, 200_000.0])
    assert all(lines.values())
    [basic, pre_primary] = [line.deviations(sizes) for line in lines.values() if line]
    assert basic == pytest.approx([0.054, 0.017], rel=0.1) and pre_primary[0] == pytest.approx(0.245, rel=0.1)


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("name", ASKED)
def test_rank_intervals_and_firm_verdicts_equal_those_of_draws(
    name: str, group: str, country: Database, residents: pd.Series
) -> None:
    indicator = figures.catalogue(country)[name]
    found = comparisons.compare(country, indicator, Group(group), YEAR)
    ranked = [row for row in found.rows if row["rank"] and row["base"] != 0]
    codes = [row["municipality"] for row in ranked]
    level = SECOND_WAY[name]().xs(YEAR, level="year")[codes].to_numpy()
    level = level if name == ABSOLUTE else np.log(level)
    deviation = second_line(name, residents)[codes].to_numpy()
    drawn = level + deviation * np.random.default_rng(18).standard_normal((DRAWS, len(codes)))
    drawn = -drawn if indicator.polarity == "higher" else drawn
    ranks = drawn.argsort(axis=1).argsort(axis=1) + 1
    low, high = (np.quantile(ranks, end, axis=0) for end in (0.05, 0.95))
    near = 1 if len(codes) <= 30 else 0.02 * len(codes)
    for place, row in enumerate(ranked):
        ends = (min(low[place], row["rank"]), max(high[place], row["rank"]))
        assert abs(row["rank_low"] - ends[0]) <= near and abs(row["rank_high"] - ends[1]) <= near, row
        if len(codes) < 8:
            assert row["unjudged"] == "small_group"
            continue
        # a verdict can differ only where an end is as near to the limit of the quarter as the two ways may differ
        quarter = 0.25 * len(codes) + 0.5
        strong, weak = ends[1] + near < quarter, ends[0] - near > len(codes) + 1 - quarter
        if strong or weak:
            assert (row["judgement"], row["firm"]) == ("strong" if strong else "weak", True), row
        if ends[1] - near > quarter and ends[0] + near < len(codes) + 1 - quarter:
            assert row["judgement"] not in ("strong", "weak"), row


def test_half_of_the_verdicts_of_a_large_group_hold(country: Database) -> None:
    rows = comparisons.compare(country, loader.indicators()[RELATIVE[0]], Group("all"), YEAR).rows
    words = pd.Series([row["judgement"] for row in rows]).value_counts()
    assert words["strong"] + words["weak"] == pytest.approx(77, abs=3) and words["near"] + 77 == pytest.approx(
        146, abs=3
    )
    widths = [row["rank_high"] - row["rank_low"] for row in rows]
    assert np.median(widths) == pytest.approx(63, abs=2)


def test_the_bundle_has_the_very_lines_of_the_whole_country(country: Database) -> None:
    bundle = Database(open_snapshot(settings.ROOT / "data"))
    assert len(figures.groups(bundle)["all"]["municipalities"]) > 0
    for name, indicator in figures.catalogue(bundle).items():
        whole = noise._lines(country, figures.catalogue(country)[name])
        part = noise._lines(bundle, indicator)
        assert set(whole) == set(part), name
        for stretch, line in whole.items():
            assert vars(part[stretch]) == pytest.approx(vars(line), rel=1e-8), name


@pytest.mark.parametrize("code", PLACES)
def test_an_index_has_no_interval_in_its_base_year(code: str, country: Database) -> None:
    row = comparisons.compare(country, loader.indicators()[INDEX], Group("all"), 2015, [code]).of(code)
    assert row and row["value"] == 100 and row["rank_low"] is None and row["unjudged"] == "unknown_noise"
