"""The outlook: projected age groups times today's real costs, for one service or all."""

import pandas as pd
import pytest

from kuntamittari import settings
from kuntamittari.catalog import loader
from kuntamittari.catalog.indicator import Indicator, Level
from kuntamittari.query import figures, projections
from kuntamittari.query.database import Database
from kuntamittari.query.figures import Group
from kuntamittari.stats import outlook
from kuntamittari.stats.outlook import Fan, ProjectionError
from tests.support.second_computations import counted

LARGEST = Group("largest-20")
HEADS = {2019: 200.0, 2020: 210.0, 2021: 150.0}
SERVICES = outlook.services(loader.indicators())


@pytest.fixture(scope="module")
def projection() -> pd.DataFrame:
    """The projection as it lies in the file."""
    return pd.read_parquet(settings.ROOT / "data" / "projection.parquet")


@pytest.mark.parametrize("spread", [0.0, 0.5, 1.0, 2.0])
def test_the_fan_starts_at_todays_cost_and_opens_from_there(spread: float) -> None:
    first, *rest = outlook.fan(1000.0, HEADS, spread)
    assert first == Fan(2019, 1000.0, 1000.0, 1000.0)
    for point in rest:
        assert point.middle == pytest.approx(1000 * HEADS[point.year] / 200)
        assert (point.low < point.middle < point.high) if spread else (point.low == point.middle == point.high)


def test_the_edges_of_the_fan_are_the_unit_cost_compounded() -> None:
    points = {point.year: point for point in outlook.fan(1000.0, HEADS, 1.0)}
    assert (points[2020].low, points[2020].high) == pytest.approx((1050 * 0.99, 1050 * 1.01))
    assert (points[2021].low, points[2021].high) == pytest.approx((750 * 0.99**2, 750 * 1.01**2))


@pytest.mark.parametrize("heads", [{}, {2019: 0.0, 2020: 5.0}])
def test_an_age_group_with_nobody_in_the_first_year_has_no_index_and_no_fan(heads: dict[int, float]) -> None:
    assert outlook.index(heads) == {} and outlook.fan(1000.0, heads, 1.0) == []


def test_years_are_in_order_whatever_order_they_come_in() -> None:
    assert list(outlook.index(dict(reversed(HEADS.items())))) == [2019, 2020, 2021]
    assert outlook.index(HEADS) == pytest.approx({2019: 1, 2020: 1.05, 2021: 0.75})


def test_fans_together_are_their_sum_in_the_years_that_all_have() -> None:
    one = [Fan(2019, 1, 1, 1), Fan(2020, 2, 3, 4), Fan(2021, 9, 9, 9)]
    other = [Fan(2019, 10, 10, 10), Fan(2020, 20, 30, 40)]
    assert outlook.sum_of_fans([(one, None), (other, None)]) == [Fan(2019, 11, 11, 11), Fan(2020, 22, 33, 44)]
    assert outlook.sum_of_fans([(one, None)]) == one and outlook.sum_of_fans([]) == []


def test_a_service_is_counted_until_it_is_no_longer_municipal() -> None:
    one = [Fan(2019, 1, 1, 1), Fan(2020, 2, 3, 4), Fan(2021, 9, 9, 9)]
    other = [Fan(2019, 10, 10, 10), Fan(2020, 20, 30, 40), Fan(2021, 50, 50, 50)]
    assert outlook.sum_of_fans([(one, None), (other, 2021)]) == [
        Fan(2019, 11, 11, 11),
        Fan(2020, 22, 33, 44),
        Fan(2021, 9, 9, 9),
    ]
    assert outlook.sum_of_fans([(one, None), (other, 2019)]) == one
    assert outlook.sum_of_fans([(one, 2020)]) == one[:1], "and nothing is a sum of nothing"


MISSED = ProjectionError(2019, 2000, {2019: 0.01, 2020: 0.04, 2021: 0.03}, 0.5)


def test_the_error_is_the_measured_one_never_falls_and_grows_with_the_horizon() -> None:
    # of residents at the end of 2018, so the horizon of 2021 is 3 years, of 2030 12: √(12 ÷ 3) = 2
    assert [MISSED.of(year) for year in (2019, 2020, 2021, 2030)] == pytest.approx([0.01, 0.04, 0.04, 0.08])
    assert MISSED.last == 2021 and ProjectionError(2019, 0, {2021: 0.06}, 1.0).of(2019) == pytest.approx(0.02)


def test_the_fan_is_widened_by_the_error_of_the_projection_but_for_todays_cost() -> None:
    first, *rest = outlook.fan(1000.0, HEADS, 1.0, MISSED)
    assert first == Fan(2019, 1000.0, 1000.0, 1000.0)
    assert [(p.year, p.low, p.middle, p.high) for p in rest] == [
        (2020, pytest.approx(1050 * 0.99 * 0.96), pytest.approx(1050), pytest.approx(1050 * 1.01 * 1.04)),
        (2021, pytest.approx(750 * 0.99**2 * 0.96), pytest.approx(750), pytest.approx(750 * 1.01**2 * 1.04)),
    ]
    assert outlook.fan(1000.0, HEADS, 1.0, ProjectionError(2019, 0, {2020: 1.2}, 1.0))[1].low == 0, "never below zero"


def test_the_growth_of_errors_is_fitted_within_each_series_and_kept_in_bounds() -> None:
    def errors(exponent: float) -> dict[tuple, tuple[int, float]]:
        return {
            (ages, size, 2018 + h): (h, level * h**exponent)
            for ages, size, level in ((7, 0, 0.02), (7, 1, 0.01), (65, 0, 0.003))
            for h in (1, 2, 3)
        }

    assert outlook.growth(errors(0.7)) == pytest.approx(0.7)
    assert (outlook.growth(errors(0.2)), outlook.growth(errors(1.4))) == (0.5, 1.0)
    single = {key: value for key, value in errors(0.7).items() if value[0] == 2}
    assert outlook.growth(single) == outlook.growth({}) == 0.5, "one horizon tells no growth"
    assert outlook.growth({(7, 0, 2019): (1, 0.0), (7, 0, 2020): (2, 0.1)}) == 0.5, "nor does an error of zero"


@pytest.mark.parametrize(
    ("residents", "size"), [(0, 0), (1_999, 0), (2_000, 2_000), (9_999, 2_000), (10_000, 10_000), (700_000, 10_000)]
)
def test_sizes_begin_at_their_least_residents(residents: int, size: int) -> None:
    assert outlook.size_of(residents) == size


def test_every_service_with_an_age_group_of_its_own_has_one_cost() -> None:
    services = {indicator.service: outlook.ages_of(indicator) for indicator in SERVICES}
    assert services == {
        "early_childhood": (1, 6),
        "pre_primary": (6, 6),
        "basic_education": (7, 15),
        "upper_secondary": (16, 18),
        "child_welfare": (0, 17),
        "elderly_care": (65, 120),
    }
    with pytest.raises(ValueError, match="loans_per_resident"):
        outlook.ages_of(_without_ages())


def _without_ages() -> Indicator:
    """An indicator that divides by something else than residents."""
    return loader.indicators()["loans_per_resident"].model_copy(
        update={"formula": Level(kind="level", measure="key_M499")}
    )


@pytest.mark.parametrize("ages", [(65, 120), (75, 120), (1, 6), (15, 64), (0, 120)])
def test_the_projection_is_the_sum_of_its_years_of_age(
    ages: tuple[int, int], bundle: Database, projection: pd.DataFrame
) -> None:
    found = projections.projected(bundle, [ages], LARGEST, "837")[ages]
    assert found == counted(projection, ages, ["837"])
    assert sorted(found) == list(range(2019, 2041))


@pytest.mark.parametrize("group", ["largest-20", "size-6", "region-01"])
def test_a_group_as_one_is_the_sum_of_its_members(group: str, bundle: Database, projection: pd.DataFrame) -> None:
    register = figures.register(bundle)
    members = [code for code in figures.groups(bundle)[group]["municipalities"] if register[code]["loaded"]]
    found = projections.projected(bundle, [(65, 120), (7, 15)], Group(group), None)
    each = [projections.projected(bundle, [(65, 120), (7, 15)], Group(group), code) for code in members]
    assert len(members) > 2
    for ages in ((65, 120), (7, 15)):
        assert (
            found[ages]
            == {year: sum(heads[ages][year] for heads in each) for year in found[ages]}
            == counted(projection, ages, members)
        )


def test_several_age_groups_at_once_are_as_each_alone(bundle: Database) -> None:
    asked = [(1, 6), (6, 6), (65, 120), (1, 6)]
    together = projections.projected(bundle, asked, LARGEST, "837")
    assert together == {ages: projections.projected(bundle, [ages], LARGEST, "837")[ages] for ages in asked}
    assert projections.projected(bundle, asked, LARGEST, "061") == {}
    assert projections.edition(bundle) == (2019, tuple(range(2019, 2041)))
