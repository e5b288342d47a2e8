"""Productivity in every municipality: the index, its parts, and a year's change taken apart."""

import csv

import pytest

from kuntamittari.catalog import areas, loader
from kuntamittari.catalog.indicator import Index, Indicator
from kuntamittari.query import figures, productivity
from kuntamittari.query.database import Database
from kuntamittari.query.productivity import Year
from tests.support.material import shared

CATALOGUE = loader.indicators()
INDICES = [i.id for i in CATALOGUE.values() if isinstance(i.formula, Index)]
BASIC, CHILDHOOD, ELDERLY = "basic_education_productivity", "early_childhood_productivity", "elderly_care_productivity"
GOLDEN = 11  # rows of golden.csv about productivity: none may drop out of the comparison unseen


def everywhere(database: Database, indicator: Indicator) -> dict[str, list[Year]]:
    """Area → its years, of every loaded area at once."""
    areas = [code for code, row in figures.register(database).items() if row["loaded"]]
    return {area: productivity.series(database, indicator, area) for area in areas}


def test_every_golden_figure_of_productivity_is_volume_by_deflated_cost(country: Database) -> None:
    differing, compared = [], 0
    for row in csv.DictReader((shared("sources") / "golden.csv").open(encoding="utf-8")):
        if row["indicator"] not in INDICES:
            continue
        compared += 1
        area = areas.MAINLAND if row["municipality"] == "mainland_total" else row["municipality"]
        [at] = [
            y for y in productivity.series(country, CATALOGUE[row["indicator"]], area) if y.year == int(row["year"])
        ]
        found = [round(at.volume, 4), round(at.cost * 100 / at.price, 4), round(at.index, 2)]
        expected = [float(row[part]) for part in ("numerator", "denominator", "value")]
        if found != expected:
            differing.append(f"{row['indicator']} {row['municipality']} {row['year']}: golden {expected}, ours {found}")
    assert not differing, "\n".join(differing)
    assert compared == GOLDEN


@pytest.mark.parametrize("indicator", INDICES)
def test_the_index_is_volume_times_price_by_cost_in_every_municipality(indicator: str, country: Database) -> None:
    known = [year for years in everywhere(country, CATALOGUE[indicator]).values() for year in years]
    valued = [year for year in known if year.index is not None]
    assert len(valued) > 600, "three years or more of nearly all municipalities"
    wrong = [y for y in valued if abs(100 * y.volume * y.price / (y.cost * 100) - y.index) > 1e-12 * y.index]
    assert not wrong, wrong[:3]
    assert all(year.reason for year in known if year.index is None) and not any(year.reason for year in valued)


@pytest.mark.parametrize("indicator", INDICES)
def test_the_base_year_is_a_hundred_in_every_part(indicator: str, country: Database) -> None:
    base = CATALOGUE[indicator].formula.base_year
    at = [
        y
        for years in everywhere(country, CATALOGUE[indicator]).values()
        for y in years
        if y.year == base and y.index is not None
    ]
    assert len(at) > 200
    assert all((y.volume, y.cost, y.price, y.index) == pytest.approx((100, 100, 100, 100), rel=1e-12) for y in at)


@pytest.mark.parametrize("indicator", INDICES)
def test_the_parts_of_a_change_sum_to_it_in_every_municipality(indicator: str, country: Database) -> None:
    taken = 0
    for years in everywhere(country, CATALOGUE[indicator]).values():
        index = {year.year: year.index for year in years}
        for step in productivity.steps(years):
            assert abs(step.volume + step.cost + step.price - (step.after - step.before)) < 1e-9
            assert (step.before, step.after) == (index[step.year - 1], index[step.year])
            taken += 1
    assert taken > 600


def test_each_part_of_a_change_has_the_sign_of_what_it_does(country: Database) -> None:
    for years in everywhere(country, CATALOGUE[BASIC]).values():
        at = {year.year: year for year in years}
        for step in productivity.steps(years):
            one, two = at[step.year - 1], at[step.year]
            assert (step.volume > 0, step.cost > 0, step.price > 0) == (
                two.volume > one.volume,
                two.cost < one.cost,
                two.price > one.price,
            )


def test_no_change_is_given_over_a_missing_year_or_a_break(country: Database) -> None:
    elderly = productivity.series(country, CATALOGUE[ELDERLY], "837")
    assert [step.year for step in productivity.steps(elderly)] == [2016, 2017, 2018, 2019]
    assert [step.year for step in productivity.steps([year for year in elderly if year.year != 2017])] == [2016, 2019]
    for base, steps in ((2016, [2017, 2018, 2019]), (2019, [2017, 2018, 2019]), (2015, [])):
        years = productivity.series(country, CATALOGUE[CHILDHOOD].based_on(base), "837")
        assert [step.year for step in productivity.steps(years)] == steps, (
            f"the classes of 2015 are others, base {base}"
        )
    assert {y.year: y.reason for y in years} == {2015: None} | dict.fromkeys((2016, 2017, 2018, 2019), "break")


@pytest.mark.parametrize("indicator", INDICES)
def test_another_base_year_changes_no_ratio_of_two_years(indicator: str, country: Database) -> None:
    usual, based = (
        {y.year: y.index for y in productivity.series(country, i, "837") if y.index}
        for i in (CATALOGUE[indicator], CATALOGUE[indicator].based_on(2018))
    )
    assert based[2018] == 100 and len(usual) >= 3
    assert {year: 100 * index / usual[2018] for year, index in usual.items()} == pytest.approx(based, rel=1e-12)


@pytest.mark.parametrize(("area", "index"), [("MA1", 92.9), ("837", 96.5), ("564", 90.4)])
def test_total_productivity_of_education_is_the_one_that_is_published_of_the_method(
    area: str, index: float, country: Database
) -> None:
    found = productivity.over_services(country, figures.catalogue(country), area, 2019)
    assert found and found.years == (2016, 2017, 2018, 2019) and found.services == productivity.EDUCATION
    assert round(float(found.total.index[-1]), 1) == index


def test_a_municipality_without_a_school_of_its_own_has_the_total_of_the_others(country: Database) -> None:
    found = productivity.over_services(country, figures.catalogue(country), "179", 2019)
    assert found and found.left_out == ("upper_secondary_cost_per_16_18",) and len(found.services) == 3
