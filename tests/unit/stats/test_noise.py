"""Lines of noise and rank intervals on simulated figures whose truth is known (docs/methods.md 18)."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuntamittari.stats import noise

YEARS = (2015, 2016, 2017, 2018, 2019)
SIZES = np.exp(np.linspace(np.log(1_000), np.log(600_000), 292))
DRAWS = 20_000


def truth(size: np.ndarray) -> np.ndarray:
    """The standard deviation of a municipality of a size."""
    return np.exp((-1.9 - 0.5 * np.log(size)) / 2)


def drawn(seed: int) -> np.ndarray:
    """Years × municipalities: levels that stay, a common course, and noise by size."""
    random = np.random.default_rng(seed)
    levels = np.log(9_000) + 0.15 * random.standard_normal(len(SIZES))
    course = np.array([0, 0.01, 0.02, 0.05, 0.06])[:, None]
    return levels + course + truth(SIZES) * random.standard_normal((len(YEARS), len(SIZES)))


def test_a_line_finds_the_deviation_that_the_figures_were_drawn_with() -> None:
    found = [noise.fitted(drawn(seed), YEARS, SIZES) for seed in range(30)]
    deviations = np.array([line.deviations(np.array([2_000.0, 200_000.0])) for line in found if line])
    assert deviations.mean(axis=0) == pytest.approx(truth(np.array([2_000.0, 200_000.0])), rel=0.05)
    assert {(line.first_year, line.last_year, line.municipalities) for line in found if line} == {(2015, 2019, 292)}


def test_intervals_of_values_cover_nine_tenths_of_the_truth() -> None:
    inside = []
    for seed in range(40):
        values = drawn(seed)
        line = noise.fitted(values, YEARS, SIZES)
        assert line
        true = values[-1] - truth(SIZES) * noise_of(seed)
        inside.append(np.abs(values[-1] - true) <= noise.REACH * line.deviations(SIZES))
    assert 0.88 <= np.mean(inside) <= 0.92


def noise_of(seed: int) -> np.ndarray:
    """The standard normal draws of the last year of `drawn`."""
    random = np.random.default_rng(seed)
    random.standard_normal(len(SIZES))
    return random.standard_normal((len(YEARS), len(SIZES)))[-1]


def test_too_few_years_or_municipalities_have_no_line() -> None:
    values = drawn(1)
    assert noise.fitted(values[:2], YEARS[:2], SIZES) is None
    assert noise.fitted(values[:, :19], YEARS, SIZES[:19]) is None
    assert noise.fitted(values[:, :20], YEARS, SIZES[:20]) is not None
    assert noise.fitted(np.full_like(values, np.nan), YEARS, SIZES) is None
    for known, has_line in ((145, False), (146, True)):  # of 292: reports that come in one by one are a part
        some = np.where(np.arange(len(SIZES)) < known, values, np.nan)
        assert (noise.fitted(some, YEARS, SIZES) is not None) is has_line


def test_a_year_of_a_few_does_not_count_and_one_that_lacks_a_year_is_left_out() -> None:
    values = drawn(2)
    values[4, 140:] = np.nan  # less than half of the municipalities have reported
    values[1, 0] = np.nan
    line, without = noise.fitted(values, YEARS, SIZES), noise.fitted(values[:4, 1:], YEARS[:4], SIZES[1:])
    assert line and without and (line.last_year, line.municipalities) == (2018, 291)
    # the medians of a year are of all that have it
    assert line.intercept == pytest.approx(without.intercept, abs=0.1)


def test_figures_that_stand_still_are_no_less_noisy_than_the_least() -> None:
    line = noise.fitted(np.zeros((5, 292)), YEARS, SIZES)
    assert line and line.deviations(SIZES) == pytest.approx(np.full(292, 0.001))


def test_nobody_lives_there_and_nothing_is_known() -> None:
    line = noise.fitted(drawn(3), YEARS, SIZES)
    assert line and np.isnan(line.deviations(np.array([0.0, np.nan]))).all()


@pytest.mark.parametrize("n", [3, 8, 20, 30, 100, 292])
@pytest.mark.parametrize("highest_first", [False, True])
def test_rank_intervals_are_those_of_draws(n: int, highest_first: bool) -> None:
    random = np.random.default_rng(n)
    values, deviations = random.standard_normal(n), random.uniform(0.02, 1.0, n)
    low, high = noise.rank_ends(values, deviations, np.arange(n), highest_first)
    draws = values + deviations * random.standard_normal((DRAWS, n))
    ranks = (-draws if highest_first else draws).argsort(axis=1).argsort(axis=1) + 1
    present = (-values if highest_first else values).argsort().argsort() + 1
    tolerance = 1 if n <= 30 else 0.02 * n
    ends = np.quantile(ranks, 0.05, axis=0), np.quantile(ranks, 0.95, axis=0)
    assert np.abs(low - np.minimum(ends[0], present)).max() <= tolerance
    assert np.abs(high - np.maximum(ends[1], present)).max() <= tolerance


def test_one_place_is_the_same_alone_and_among_all() -> None:
    random = np.random.default_rng(7)
    values, deviations = random.standard_normal(50), random.uniform(0.02, 1.0, 50)
    whole = noise.rank_ends(values, deviations, np.arange(50), False)
    for place in (0, 17, 49):
        alone = noise.rank_ends(values, deviations, np.array([place]), False)
        assert (alone[0][0], alone[1][0]) == (whole[0][place], whole[1][place])


def test_what_is_certainly_lower_or_higher_is_counted_for_certain() -> None:
    values, deviations = np.array([-np.inf, 0.0, np.inf]), np.ones(3)
    low, high = noise.rank_ends(values, deviations, np.array([1]), False)
    assert (low[0], high[0]) == (2, 2)


# figures that differ by less than a computer adds to them have no order that could stay
LEVELS = st.floats(-5, 5).map(lambda level: round(level, 6))


@settings(deadline=None)
@given(
    st.lists(st.tuples(LEVELS, st.floats(0.001, 2)), min_size=2, max_size=40),
    LEVELS,
    st.floats(0.01, 100),
)
def test_intervals_hold_the_rank_move_with_the_scale_and_never_shrink_to_nothing(
    members: list[tuple[float, float]], further: float, scale: float
) -> None:
    values, deviations = (np.array(column) for column in zip(*members, strict=True))
    at = np.arange(len(values))
    low, high = noise.rank_ends(values, deviations, at, False)
    present = 1 + (values[None, :] < values[:, None]).sum(axis=1)
    assert (low >= 1).all() and (low <= present).all() and (present <= high).all() and (high <= len(values)).all()
    wider = noise.rank_ends(np.append(values, further), np.append(deviations, 0.5), at, False)
    # a member more moves an end by one place, or by two where the quantile steps over a whole number: an interval is
    # never narrowed to nothing
    assert np.abs(wider[0] - low - 0.5).max() <= 1.5 and np.abs(wider[1] - high - 0.5).max() <= 1.5
    assert ((wider[1] - wider[0]) >= (high - low) - 2).all()
    # euros or thousands of euros: in logarithms a constant is added
    moved = noise.rank_ends(values + np.log(scale), deviations, at, False)
    assert np.abs(moved[0] - low).max() <= 1 and np.abs(moved[1] - high).max() <= 1
