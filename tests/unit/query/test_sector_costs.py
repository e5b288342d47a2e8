"""Costs of the sectors: task classes beside the published totals, growth, and who moved the sum."""

import pandas as pd
import pytest

from kuntamittari import settings
from kuntamittari.catalog import task_classes
from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.query import figures, sector_costs
from kuntamittari.query.database import Database
from kuntamittari.query.figures import Group

YEARS = (2015, 2016, 2017, 2018, 2019)
PRICES = {2015: 100.0, 2016: 99.6, 2017: 98.6, 2018: 100.0, 2019: 101.8}  # the price index of public expenditure
TOTALS = task_classes.totals()


@pytest.fixture(scope="module")
def finance() -> pd.DataFrame:
    """The costs of the bundle as they lie in the file, in euros by area, class and year."""
    rows = pd.read_parquet(settings.ROOT / "data" / "finance.parquet")
    return rows.pivot(index=["municipality", "task_class"], columns="year", values="eur")


def real(finance: pd.DataFrame, area: str, sector: str, year: int, prices: int = 2019) -> float:
    """Euros of a sector in an area at the prices of a year, straight from the file."""
    return float(finance.loc[(area, TOTALS[sector]), year]) * PRICES[prices] / PRICES[year]


def test_growth_is_from_the_year_before_where_both_are_known() -> None:
    assert sector_costs.growth({2015: 100.0, 2016: 110.0, 2018: 50.0, 2019: 40.0}) == pytest.approx(
        {2016: 10, 2019: -20}
    )
    assert sector_costs.growth({2019: 40.0, 2018: 50.0}) == pytest.approx({2019: -20}), (
        "in whatever order the years come"
    )
    assert sector_costs.growth({2018: 0.0, 2019: 5.0}) == {} == sector_costs.growth({})
    across = {2014: 50.0, 2015: 100.0, 2016: 110.0, 2022: 110.0, 2023: 40.0, 2024: 44.0}
    assert sector_costs.growth(across, (2015, 2021, 2023)) == pytest.approx({2016: 10, 2024: 10}), (
        "no change across a break"
    )
    assert sector_costs.comparable(across, (2015, 2021, 2023)) == {2023: 40.0, 2024: 44.0}
    assert sector_costs.comparable(across, (2025,)) == across and sector_costs.comparable({}, (2015,)) == {}


@pytest.mark.parametrize("prices", [2019, 2015, None])
def test_costs_of_sectors_are_those_of_the_file_at_the_prices_asked_for(
    prices: int | None, bundle: Database, finance: pd.DataFrame
) -> None:
    found = sector_costs.costs(bundle, sector_costs.sectors(), prices)
    assert list(found) == list(sector_costs.SECTORS)
    for sector in sector_costs.SECTORS:
        assert found[sector] == pytest.approx(
            {year: real(finance, MAINLAND, sector, year, prices or year) for year in YEARS}
        )


@pytest.mark.parametrize("group", ["all", "size-6"])
@pytest.mark.parametrize("sector", sector_costs.SECTORS)
def test_movers_are_the_changes_of_each_member_largest_first(
    sector: str, group: str, bundle: Database, finance: pd.DataFrame
) -> None:
    register = figures.register(bundle)
    loaded = [code for code in figures.groups(bundle)[group]["municipalities"] if register[code]["loaded"]]
    before, after = ({code: real(finance, code, sector, year) for code in loaded} for year in (2017, 2018))
    changes = {code: after[code] - before[code] for code in loaded}
    found, total = sector_costs.movers(bundle, sector, 2018, 2019, Group(group))
    assert total == pytest.approx(sum(changes.values()))
    assert [m.municipality for m in found] == sorted(loaded, key=lambda code: -abs(changes[code]))
    for mover in found:
        code = mover.municipality
        assert (mover.change, mover.percent) == pytest.approx((changes[code], 100 * (after[code] / before[code] - 1)))
        assert mover.share == pytest.approx(100 * changes[code] / total)
    assert sum(mover.share for mover in found) == pytest.approx(100)


def test_nobody_moves_a_year_without_one_before_it(bundle: Database) -> None:
    assert sector_costs.movers(bundle, "all", 2015, 2019, Group("all")) == ([], None)
