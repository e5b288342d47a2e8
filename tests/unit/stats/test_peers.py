"""Peers by structure (docs/methods.md 7), by hand on a few."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuntamittari.stats import peers

MEASURES = {"urbanisation": "key_M408", "swedish": "key_M404", "unemployment": "sotkanet_181", "education": "key_M486"}
WEIGHTS = {
    "population": 2.0,
    "density": 1.0,
    "urbanisation": 1.0,
    "age_share": 1.0,
    "age_change": 1.0,
    **dict.fromkeys(list(MEASURES)[1:], 1.0),
}


# by hand


def made(z: dict[str, dict[str, float]], aland: tuple[str, ...] = ()) -> peers.Structure:
    """A structure of given z; the figures themselves play no part in a distance."""
    return peers.Structure(tuple(WEIGHTS), {}, {}, z, frozenset(aland))


def order(found: peers.Structure, municipality: str, **weights: float) -> list[str]:
    """The codes in order of likeness, by the given weights and none on other variables."""
    ranked = peers.ranked(found, municipality, dict.fromkeys(WEIGHTS, 0.0) | weights, found.z)
    return [peer.municipality for peer in ranked]


OWN_Z = {"population": 0.0, "education": 0.0, "swedish": 0.0}
FOUR = made(
    {
        "001": OWN_Z,
        "002": {"population": 1.0, "education": 4.0, "swedish": -2.0},
        "003": {"population": -2.0, "education": 1.0, "swedish": 3.0},
        "004": {"population": 3.0, "education": -2.0, "swedish": 1.0},
    }
)


@pytest.mark.parametrize(
    ("variable", "expected"),
    [("population", ["002", "003", "004"]), ("education", ["003", "004", "002"]), ("swedish", ["004", "002", "003"])],
)
@pytest.mark.parametrize("weight", [0.5, 1.0, 5.0])
def test_the_only_variable_with_a_weight_decides_alone(variable: str, expected: list[str], weight: float) -> None:
    assert order(FOUR, "001", **{variable: weight}) == expected


def test_a_variable_without_weight_is_in_no_part_and_not_left_out() -> None:
    [peer] = peers.ranked(FOUR, "001", dict.fromkeys(WEIGHTS, 0.0) | {"education": 3.0}, ["002"])
    assert (peer.distance, peer.parts, peer.left_out) == (4.0, {"education": 16.0}, ())
    assert (peer.size, peer.near_in_size) == (None, True), "without residents nobody is far in size"


@pytest.mark.parametrize(
    ("population", "education", "expected"),
    [(1, 1, ["002", "003"]), (2, 1, ["002", "003"]), (1, 2, ["003", "002"]), (1, 5, ["003", "002"])],
)
def test_a_heavier_variable_brings_nearer_those_alike_in_it(
    population: float, education: float, expected: list[str]
) -> None:
    """002 is alike in population, 003 in education and a little farther away by equal weights."""
    found = made(
        {
            "001": {"population": 0.0, "education": 0.0},
            "002": {"population": 0.0, "education": 2.0},
            "003": {"population": 2.1, "education": 0.0},
        }
    )
    assert order(found, "001", population=population, education=education) == expected


def test_a_heavier_weight_everywhere_changes_no_distance() -> None:
    once, thrice = (peers.ranked(FOUR, "001", {v: times * w for v, w in WEIGHTS.items()}, FOUR.z) for times in (1, 3))
    assert [p.municipality for p in once] == [p.municipality for p in thrice]
    assert [p.distance for p in once] == pytest.approx([p.distance for p in thrice])


def test_a_variable_missing_for_a_pair_is_left_out_and_the_rest_rescaled() -> None:
    """Weights 2, 1 and 1: (2·1² + 1·2²) ÷ 3 = 2 without education, (2·1² + 1·3² + 1·1²) ÷ 4 = 3 with it."""
    found = made(
        {
            "001": OWN_Z,
            "002": {"population": 1.0, "swedish": 2.0},
            "003": {"population": 1.0, "education": 3.0, "swedish": 1.0},
        }
    )
    lacking, whole = peers.ranked(found, "001", WEIGHTS, found.z)
    assert (lacking.municipality, lacking.left_out) == ("002", ("education",))
    assert lacking.distance == pytest.approx(2**0.5)
    assert lacking.parts == pytest.approx({"population": 2 / 3, "swedish": 4 / 3})
    assert (whole.municipality, whole.left_out) == ("003", ())
    assert whole.distance == pytest.approx(3**0.5)
    assert whole.parts == pytest.approx({"population": 2 / 4, "education": 9 / 4, "swedish": 1 / 4})
    [seen_from_the_other] = [p for p in peers.ranked(found, "002", WEIGHTS, found.z) if p.municipality == "001"]
    assert (seen_from_the_other.distance, seen_from_the_other.left_out) == (lacking.distance, ("education",))


def test_those_with_nothing_in_common_are_no_peers() -> None:
    found = made({"001": {"population": 0.0}, "002": {"education": 0.0}, "003": {"population": 9.0}})
    assert order(found, "001", **WEIGHTS) == ["003"]
    assert order(found, "002", **WEIGHTS) == []
    assert order(found, "001") == [], "no weight on anything"
    assert order(found, "999", **WEIGHTS) == [], "without figures"


@pytest.mark.parametrize("asked", [["004", "002", "003"], ["002", "003", "004"], ["003", "004", "002"]])
def test_those_equally_alike_come_by_code(asked: list[str]) -> None:
    found = made({"001": OWN_Z, "002": {"population": 1.0}, "003": {"population": -1.0}, "004": {"population": 1.0}})
    assert [peer.municipality for peer in peers.ranked(found, "001", WEIGHTS, asked)] == ["002", "003", "004"]


@pytest.mark.parametrize(("aland", "expected"), [(False, {"002"}), (True, {"002", "035", "478"})])
def test_aland_comes_in_when_it_is_asked_for(aland: bool, expected: set[str]) -> None:
    found = made(dict.fromkeys(["001", "002", "035", "478"], OWN_Z), aland=("035", "478"))
    assert set(peers.candidates(found, "001", aland)) == expected


# the bound of sizes


def sized(residents: dict[str, float], z: dict[str, float], bounded: bool = True) -> peers.Structure:
    """A structure of given residents, whose likeness is one variable."""
    values = {code: {"population": persons} for code, persons in residents.items()}
    alike = {code: {"education": one} for code, one in z.items()}
    return peers.Structure(tuple(WEIGHTS), {}, values, alike, frozenset(), bounded)


SIZES = {"001": 1000.0, "002": 5000.0, "003": 5001.0, "004": 200.0, "005": 199.0, "006": 20000.0}
ALIKE = {"001": 0.0, "002": 3.0, "003": 0.1, "004": 2.0, "005": 0.2, "006": 0.0}


def test_those_beyond_five_times_the_size_come_last_the_nearest_in_size_first() -> None:
    found = peers.ranked(sized(SIZES, ALIKE), "001", dict.fromkeys(WEIGHTS, 1.0), ALIKE)
    assert [peer.municipality for peer in found] == ["004", "002", "003", "005", "006"]
    assert [peer.near_in_size for peer in found] == [True, True, False, False, False]
    assert [peer.size for peer in found] == pytest.approx([0.2, 5, 5.001, 0.199, 20])


def test_without_the_bound_likeness_alone_decides() -> None:
    found = peers.ranked(sized(SIZES, ALIKE, bounded=False), "001", dict.fromkeys(WEIGHTS, 1.0), ALIKE)
    assert [peer.municipality for peer in found] == ["006", "003", "005", "004", "002"]
    assert all(peer.near_in_size for peer in found)


def test_the_nearest_alone_are_the_first_of_all() -> None:
    structure, weights = sized(SIZES, ALIKE), dict.fromkeys(WEIGHTS, 1.0)
    whole = peers.ranked(structure, "001", weights, ALIKE)
    codes, parts, sizes = peers.nearest(structure, "001", weights, ALIKE, 3)
    assert codes == [peer.municipality for peer in whole[:3]]
    assert parts.sum(axis=1) == pytest.approx([peer.distance**2 for peer in whole[:3]])
    assert sizes == pytest.approx([peer.size for peer in whole[:3]])


# how well peers predict


def test_a_figure_is_missed_by_its_distance_from_the_median_of_its_peers() -> None:
    cost = {code: math.log(value) for code, value in {"001": 110.0, "002": 100.0, "003": 90.0, "004": 300.0}.items()}
    peers_of = {"001": ["002", "003", "004"], "002": ["001", "003"], "003": ["009"], "009": ["001"]}
    missed = peers.missed(cost, peers_of)
    assert missed == pytest.approx({"001": math.log(1.1), "002": 0.0}), "of those with a figure and a peer with one"


@given(st.lists(st.tuples(st.floats(0.1, 1e5), st.sampled_from("abc")), max_size=12))
def test_what_the_others_of_a_class_miss_is_what_peers_who_are_all_of_them_miss(drawn: list[tuple[float, str]]) -> None:
    cost = {f"{number:03}": math.log(value) for number, (value, _) in enumerate(drawn)}
    class_of = {f"{number:03}": name for number, (_, name) in enumerate(drawn)}
    others = {code: [one for one in cost if one != code and class_of[one] == class_of[code]] for code in cost}
    assert peers.missed_by_class(cost, class_of) == pytest.approx(peers.missed(cost, others), abs=1e-12)
