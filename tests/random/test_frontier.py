"""The efficiency frontier beside an implementation of our own in another form, and a textbook case."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kuntamittari.errors import InputError
from kuntamittari.stats import frontier
from tests.support.second_computations import by_hand, by_prices

CLOSE = 1e-7
CASE = tuple[np.ndarray, np.ndarray]


@st.composite
def cases(draw: st.DrawFn) -> CASE:
    """1–3 inputs and 1–3 outputs, at least three variables, and as few units as they take or up to four more; figures
    come in whole and broken numbers, with ties."""
    m, s = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    assume(m + s >= 3)
    units = max(m * s, 3 * (m + s)) + draw(st.integers(0, 4))
    figure = st.one_of(st.integers(1, 6).map(float), st.floats(0.5, 20.0, width=32))
    output = st.one_of(figure, st.just(0.0))
    x = draw(st.lists(st.lists(figure, min_size=m, max_size=m), min_size=units, max_size=units))
    y = draw(st.lists(st.lists(output, min_size=s, max_size=s).filter(any), min_size=units, max_size=units))
    return np.array(x), np.array(y)


ASKED = settings(deadline=None, max_examples=40, derandomize=True)


@ASKED
@given(cases())
def test_the_shares_are_those_of_the_dual_problem_and_of_plain_loops(case: CASE) -> None:
    x, y = case
    for unit, found in enumerate(frontier.efficiency(x, y)):
        assert found.vrs == pytest.approx(by_prices(x, y, unit, variable=True), abs=CLOSE)
        assert found.crs == pytest.approx(by_prices(x, y, unit, variable=False), abs=CLOSE)
        assert found.fdh == pytest.approx(by_hand(x, y, unit), abs=CLOSE)


@ASKED
@given(cases())
def test_the_three_frontiers_lie_one_inside_the_other(case: CASE) -> None:
    places = frontier.efficiency(*case)
    for found in places:
        assert 0 < found.crs <= found.vrs + CLOSE <= found.fdh + 2 * CLOSE <= 1 + 3 * CLOSE
        assert found.scale == found.crs / found.vrs
    for kind in ("vrs", "crs", "fdh"):
        assert max(getattr(found, kind) for found in places) == pytest.approx(1, abs=CLOSE), (
            f"somebody is on the frontier: {kind}"
        )


@ASKED
@given(cases())
def test_the_peers_are_on_the_frontier_and_their_mix_does_what_the_share_says(case: CASE) -> None:
    x, y = case
    places = frontier.efficiency(x, y)
    for unit, found in enumerate(places):
        assert sum(found.peers.values()) == pytest.approx(1, abs=len(x) * frontier.NEGLIGIBLE)
        assert all(
            weight > 0 and places[peer].vrs == pytest.approx(1, abs=CLOSE) for peer, weight in found.peers.items()
        )
        mix_x = sum(weight * x[peer] for peer, weight in found.peers.items())
        mix_y = sum(weight * y[peer] for peer, weight in found.peers.items())
        room = 20 * len(x) * frontier.NEGLIGIBLE  # weights too small to name are left out of the mix
        assert (mix_x <= found.vrs * x[unit] + room).all() and (mix_y >= y[unit] - room).all()


@ASKED
@given(cases(), st.data())
def test_the_unit_of_measurement_changes_no_share(case: CASE, data: st.DataObject) -> None:
    x, y = case
    factor = st.sampled_from([1e-6, 0.01, 3.0, 1000.0, 1e7])
    scaled_x, scaled_y = (
        a * np.array(data.draw(st.lists(factor, min_size=a.shape[1], max_size=a.shape[1]))) for a in (x, y)
    )
    for one, other in zip(frontier.efficiency(x, y), frontier.efficiency(scaled_x, scaled_y), strict=True):
        assert (one.vrs, one.crs, one.fdh) == pytest.approx((other.vrs, other.crs, other.fdh), abs=CLOSE)


@ASKED
@given(cases())
def test_without_a_peer_a_share_is_never_lower(case: CASE) -> None:
    x, y = case
    for unit, found in enumerate(frontier.efficiency(x, y)):
        left = frontier.without(x, y, unit, list(found.peers))
        assert set(left) == set(found.peers) - {unit}
        for peer, share in left.items():
            assert found.vrs - CLOSE <= share <= 1 + CLOSE
            assert share == pytest.approx(by_prices(x, y, unit, variable=True, left_out=(peer,)), abs=CLOSE)


# Cooper, Seiford & Tone, Data Envelopment Analysis (2007), the two-input, one-output supermarkets A–I: employees and
# floor area per unit of sales. By hand: the frontier goes through E (2, 4), D (4, 2) and C (8, 1), on the lines x₁ + x₂
# = 6 and x₁ + 4 x₂ = 12; the share is 6 / (x₁ + x₂) or 12 / (x₁ + 4 x₂), whichever line the ray to the unit meets: A
# 6/7, G 6/10, and B 12/19, F 12/13, H 12/15.5, I 12/16. All outputs are equal, so returns to scale make no difference.
# With free disposal the share is max(x₁'/x₁, x₂'/x₂) of the best single unit: D for all but A and F, which D does not
# beat in everything by a share.
SHOPS = {
    "A": ((4, 3), 6 / 7, 1),
    "B": ((7, 3), 12 / 19, 2 / 3),
    "C": ((8, 1), 1, 1),
    "D": ((4, 2), 1, 1),
    "E": ((2, 4), 1, 1),
    "F": ((5, 2), 12 / 13, 1),
    "G": ((6, 4), 6 / 10, 2 / 3),
    "H": ((5.5, 2.5), 12 / 15.5, 0.8),
    "I": ((6, 2.5), 12 / 16, 0.8),
}


def test_the_supermarkets_of_the_textbook() -> None:
    inputs = np.array([place for place, _, _ in SHOPS.values()])
    names = list(SHOPS)
    found = dict(zip(names, frontier.efficiency(inputs, np.ones((len(SHOPS), 1))), strict=True))
    for name, (_, share, single) in SHOPS.items():
        assert (found[name].vrs, found[name].crs, found[name].fdh, found[name].scale) == pytest.approx(
            (share, share, single, 1), abs=1e-9
        ), name
    # A shrinks to (24/7, 18/7) = 5/7 of D and 2/7 of E
    assert {names[peer]: weight for peer, weight in found["A"].peers.items()} == pytest.approx(
        {"D": 5 / 7, "E": 2 / 7}, abs=1e-9
    )
    # without D the frontier goes straight from E (2, 4) to F (5, 2), on 2 x₁ + 3 x₂ = 16: 16/17; without E nobody has
    # less x₁ than A
    left = frontier.without(inputs, np.ones((len(SHOPS), 1)), 0, [3, 4])
    assert left == pytest.approx({3: 16 / 17, 4: 1.0}, abs=1e-9)


BEATEN = (5, 6, 7, 8, 9)  # inputs of units that others beat in everything, so that there are enough units


def test_what_of_the_inefficiency_comes_of_size() -> None:
    # one input, two equal outputs: (x, y) = (2, 2), (4, 8), (8, 10), (6, 5), and five that (4, 8) beats. The best ratio
    # is 8/4 = 2, so with constant returns the share is y / (2x). With variable returns the frontier goes from (2, 2)
    # over (4, 8) to (8, 10): an output of 5 takes an input of 3, half of the 6 of the last unit; the best single unit
    # with enough takes 4 of its 6.
    inputs, output = (np.array([[float(n)] for n in of]) for of in ((2, 4, 8, 6, *BEATEN), (2, 8, 10, 5, *[1] * 5)))
    found = frontier.efficiency(inputs, np.hstack([output, output]))[:4]
    assert [e.crs for e in found] == pytest.approx([1 / 2, 1, 5 / 8, 5 / 12])
    assert [e.vrs for e in found] == pytest.approx([1, 1, 1, 1 / 2])
    assert [e.fdh for e in found] == pytest.approx([1, 1, 1, 2 / 3])
    assert [e.scale for e in found] == pytest.approx([1 / 2, 1, 5 / 8, 5 / 6])
    assert found[3].peers == pytest.approx({0: 1 / 2, 1: 1 / 2})


def test_twins_share_the_frontier_and_one_without_peers_has_none_to_leave_out() -> None:
    x, y = np.array([[1.0, 2.0]] * 3 + [[2.0, 4.0]] * 6), np.array([[3.0]] * 9)
    assert [e.vrs for e in frontier.efficiency(x, y)] == pytest.approx([1] * 3 + [0.5] * 6)
    x[0] = 0.5  # better than all: its own peer, so there is no other to leave out
    best = frontier.efficiency(x, y)[0]
    assert (best.vrs, best.crs, best.fdh, best.peers) == (pytest.approx(1), pytest.approx(1), 1, {0: pytest.approx(1)})
    assert frontier.without(x, y, 0, list(best.peers)) == {}


TWO, ONE = [[1.0, 2.0], [3.0, 4.0]], [[1.0], [2.0]]


@pytest.mark.parametrize(
    ("inputs", "outputs", "code"),
    [
        (ONE, ONE, "too_few_variables"),
        ([[1.0, 2.0, 3.0]] * 2, np.empty((2, 0)), "too_few_variables"),
        (np.empty((2, 0)), [[1.0, 2.0, 3.0]] * 2, "too_few_variables"),
        ([[1.0, 0.0], [3.0, 4.0]], ONE, "not_positive"),
        ([[1.0, -2.0], [3.0, 4.0]], ONE, "not_positive"),
        ([[1.0, float("nan")], [3.0, 4.0]], ONE, "not_positive"),
        ([[1.0, float("inf")], [3.0, 4.0]], ONE, "not_positive"),
        (TWO, [[1.0], [-2.0]], "not_positive"),
        (TWO, [[1.0], [float("nan")]], "not_positive"),
        (TWO, [[1.0], [0.0]], "no_output"),
        (TWO, [[0.0, 0.0], [1.0, 0.0]], "no_output"),
    ],
)
def test_figures_that_make_no_frontier_are_refused(inputs: list, outputs: list, code: str) -> None:
    x, y = np.array(inputs), np.array(outputs)
    for asked in (
        lambda: frontier.efficiency(x, y),
        lambda: frontier.without(x, y, 0, [1]),
        lambda: frontier.checked(x, y),
    ):
        with pytest.raises(InputError) as refused:
            asked()
        assert (refused.value.field, refused.value.code) == ("variables", code)


def test_an_output_that_some_or_all_lack_is_no_hindrance_beside_another() -> None:
    found = frontier.efficiency(np.array(TWO * 6), np.array([[1.0, 0.0], [2.0, 0.0]] * 6))
    assert [e.vrs for e in found] == pytest.approx([1] * 12)


# by hand: 1 × 2: max(2, 9); 3 × 3: max(9, 18); 6 × 7: max(42, 39); 6 × 6: 36 both ways
@pytest.mark.parametrize(("m", "s", "needed"), [(1, 2, 9), (2, 1, 9), (3, 3, 18), (6, 6, 36), (6, 7, 42)])
def test_fewer_units_than_the_variables_take_are_refused(m: int, s: int, needed: int) -> None:
    generator = np.random.default_rng(11)
    x, y = generator.uniform(1, 2, (needed, m)), generator.uniform(1, 2, (needed, s))
    assert frontier.least(m, s) == needed and len(frontier.efficiency(x, y)) == needed
    for asked in (frontier.efficiency, frontier.checked, lambda a, b: frontier.without(a, b, 0, [1])):
        with pytest.raises(InputError, match=f"at least {needed}") as refused:
            asked(x[1:], y[1:])
        assert (refused.value.field, refused.value.code) == ("units", "too_few_units")


def test_three_hundred_municipalities_have_their_places() -> None:
    generator = np.random.default_rng(2019)
    size = generator.lognormal(9, 1.2, (300, 1))
    outputs = size * generator.uniform(0.05, 0.2, (300, 3))
    inputs = outputs * generator.lognormal(9, 0.2, (300, 3))
    places = frontier.efficiency(inputs, outputs)
    assert len(places) == 300 and all(0 < e.crs <= e.vrs + CLOSE <= e.fdh + 2 * CLOSE <= 1 + 3 * CLOSE for e in places)
    scaled = inputs / inputs.mean(axis=0), outputs / outputs.mean(axis=0)
    for unit in range(0, 300, 30):
        expected = tuple(by_prices(*scaled, unit, variable) for variable in (True, False))
        assert (places[unit].vrs, places[unit].crs) == pytest.approx(expected, abs=1e-6)
    assert 3 < sum(e.vrs > 1 - frontier.ON_FRONTIER for e in places) < 150
