"""Did it move: means before and after a measure on made-up series, beside the group, never across a break."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuntamittari.catalog import loader
from kuntamittari.exhibits.text import before_after as said
from kuntamittari.i18n import Translator
from kuntamittari.stats.before_after import YEARS, compared_over

LIBRARY = loader.indicators()["library_cost_per_resident"]
CHILDREN = loader.indicators()["early_childhood_cost_per_1_6"]  # its class changed in 2016
OWN = {2015: 100.0, 2016: 110.0, 2017: 999.0, 2018: 84.0, 2019: 126.0}
GROUP = {2015: 200.0, 2016: 200.0, 2017: 1.0, 2018: 220.0, 2019: 220.0}


def test_the_means_of_both_sides_leave_out_the_year_of_the_measure() -> None:
    found = compared_over(LIBRARY, OWN, GROUP, 2017)
    assert found is not None
    assert (found.before.years, found.before.municipality, found.before.group) == ((2015, 2016), 105.0, 200.0)
    assert (found.after.years, found.after.municipality, found.after.group) == ((2018, 2019), 105.0, 220.0)
    assert found.municipality == pytest.approx(0.0) and found.group == pytest.approx(10.0)


def test_at_most_three_years_of_each_side_and_those_nearest_to_the_measure() -> None:
    own = {year: float(year) for year in range(2015, 2021)}
    found = compared_over(LIBRARY, own, own, 2019)
    assert found is not None and found.before.years == (2016, 2017, 2018) and found.after.years == (2020,)


def test_a_year_that_the_group_or_the_municipality_lacks_is_on_neither_side() -> None:
    found = compared_over(LIBRARY, OWN | {2019: 0.0}, {year: v for year, v in GROUP.items() if year != 2016}, 2017)
    assert found is not None and found.before.years == (2015,) and found.after.years == (2018, 2019)


def test_no_years_of_one_side_give_no_comparison() -> None:
    assert compared_over(LIBRARY, OWN, GROUP, 2015) is None and compared_over(LIBRARY, OWN, GROUP, 2019) is None
    assert compared_over(LIBRARY, OWN, GROUP, 2010) is None and compared_over(LIBRARY, {}, GROUP, 2017) is None


def test_nothing_is_compared_across_a_break() -> None:
    found = compared_over(CHILDREN, OWN, GROUP, 2017)
    assert found is not None and found.before.years == (2016,), "2015 lies before the break of 2016"
    assert compared_over(CHILDREN, OWN, GROUP, 2015) is None


def test_what_was_nought_has_no_change() -> None:
    found = compared_over(LIBRARY, {2016: 0.0, 2018: 5.0}, {2016: 2.0, 2018: 3.0}, 2017)
    assert found is not None and found.municipality is None and found.group == pytest.approx(50.0)


SERIES = st.dictionaries(st.integers(2015, 2019), st.floats(0.5, 1e6), max_size=5)


@given(SERIES, SERIES, st.integers(2010, 2025))
def test_both_sides_are_of_the_same_years_and_never_of_the_measure_s(
    own: dict[int, float], group: dict[int, float], year: int
) -> None:
    found = compared_over(LIBRARY, own, group, year)
    if found is None:
        return
    assert all(y < year for y in found.before.years) and all(y > year for y in found.after.years)
    for side in (found.before, found.after):
        assert 1 <= len(side.years) <= YEARS and set(side.years) <= own.keys() & group.keys()
        assert min(own[y] for y in side.years) <= side.municipality * (1 + 1e-12) and side.municipality <= max(
            own[y] for y in side.years
        ) * (1 + 1e-12)


def test_the_words_name_the_years_the_figures_and_the_group() -> None:
    words = said(Translator("en"), LIBRARY, "Kunta A", 2017, compared_over(LIBRARY, OWN, GROUP, 2017), sorted(OWN))
    for part in (
        "Kunta A",
        "before (2015–2016) 105.00",
        "after (2018–2019) 105.00",
        "200.00 and 220.00",
        "+10.0 %",
        "Measure 2017",
    ):
        assert part in words
    none = said(Translator("en"), LIBRARY, "Kunta A", 2010, None, sorted(OWN))
    assert "cannot be compared" in none and "2010" in none and "2015–2019" in none
