"""Figures that changed from the year before far more than those of their size class (docs/methods.md 6)."""

import math
from statistics import median

import pytest

from kuntamittari.catalog import loader
from kuntamittari.query import comparisons, figures
from kuntamittari.query.database import Database
from kuntamittari.query.snapshot import open_snapshot
from kuntamittari.query.variation import jumps
from tests.support.small_data import MakeData

SCHOOLS, CHANGES = "basic_education_cost_per_7_15", (1.01, 1.02, 1.03, 1.04, 1.05, 1.06, 1.07, 1.08, 1.60)
CODES = [f"{n:03}" for n in range(1, len(CHANGES) + 1)]
JUMPED = CODES[-1]


def data(make_data: MakeData, codes: list[str] = CODES, last: int = 2019, size_class: int | None = 2) -> Database:
    """Nine municipalities of one size whose costs rose by some per cent, one by sixty, from the year before `last`."""
    euros = [
        {"municipality": code, "year": year, "task_class": "Perusopetus", "eur": round(8_000_000 * times)}
        for code, change in zip(codes, CHANGES, strict=False)
        for year, times in ((last - 1, 1.0), (last, change))
    ]
    ages = [
        {"municipality": code, "year": year, "age_from": 7, "age_to": 15, "persons": 1000}
        for code in codes
        for year in (last - 1, last)
    ]
    places = [{"code": code, "residents": 9000, "size_class": size_class} for code in codes]
    return Database(open_snapshot(make_data(municipality=places, finance=euros, population=ages)))


def doubtful(database: Database, year: int) -> dict[str, list[str]]:
    compared = comparisons.compare(database, loader.indicators()[SCHOOLS], figures.Group("all"), year)
    return {row["municipality"]: row["doubtful"] for row in compared.rows}


def test_the_one_that_jumped_is_doubtful_and_no_other(make_data: MakeData) -> None:
    database = data(make_data)
    found = doubtful(database, 2019)
    assert "jump" in found.pop(JUMPED) and not any("jump" in reasons for reasons in found.values())
    assert not any("jump" in reasons for reasons in doubtful(database, 2018).values()), "nothing lies before"
    logs = [math.log(change) for change in CHANGES]
    middle = median(logs)
    expected = (middle, median(abs(one - middle) for one in logs))
    assert jumps.usual(database, loader.indicators()[SCHOOLS]) == {(2019, 2): pytest.approx(expected)}


YOUNG = "children_services_cost_per_0_17"


@pytest.mark.parametrize(("jumping", "flagged"), [("Perusopetus", True), ("Nuorisotoiminta", False)])
def test_a_sum_says_which_large_part_of_it_jumped(make_data: MakeData, jumping: str, flagged: bool) -> None:
    """The sum itself did not: what one service cost more another cost less. A service of less than a twentieth of the
    euros is not named."""
    size = {"Perusopetus": 8_000_000, "Nuorisotoiminta": 100_000}
    euros = [
        {"municipality": code, "year": year, "task_class": name, "eur": round(size.get(name, 1_000_000) * times)}
        for code, change in zip(CODES, CHANGES, strict=True)
        for year in (2018, 2019)
        for name in loader.indicators()[YOUNG].task_classes
        for times in [change if year == 2019 and name == jumping else 1.0]
    ]
    ages = [
        {"municipality": code, "year": year, "age_from": first, "age_to": last, "persons": 1000}
        for code in CODES
        for year in (2018, 2019)
        for first, last in ((0, 0), (1, 6), (7, 15), (16, 17), (18, 18), (19, 120))
    ]
    places = [{"code": code, "residents": 9000, "size_class": 2} for code in CODES]
    database = Database(open_snapshot(make_data(municipality=places, finance=euros, population=ages)))
    young = figures.catalogue(database)[YOUNG]
    found = jumps.jumped_parts(database, young, 2019)
    assert {code: [part.id for part in parts] for code, parts in found.items()} == (
        {JUMPED: [SCHOOLS]} if flagged else {}
    )
    compared = comparisons.compare(database, young, figures.Group("all"), 2019)
    assert {row["municipality"] for row in compared.rows if "jump_of_part" in row["doubtful"]} == set(found)
    assert jumps.jumped_parts(database, figures.catalogue(database)[SCHOOLS], 2019) == {}, "no sum of services"


def test_across_a_break_in_a_small_class_or_without_a_class_nothing_is_said(make_data: MakeData) -> None:
    indicator = loader.indicators()[SCHOOLS]
    assert jumps.usual(data(make_data, last=2021), indicator) == {}
    assert jumps.usual(data(make_data, codes=CODES[2:]), indicator) == {}
    unknown = data(make_data, size_class=None)
    assert jumps.usual(unknown, indicator) == {} and not jumps.jumped(unknown, indicator, 2019)


def test_a_share_and_an_index_have_no_jumps() -> None:
    catalogue = loader.indicators()
    assert not any(jumps.has_jumps(catalogue[name]) for name in ("equity_ratio", "basic_education_productivity"))
