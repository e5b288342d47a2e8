"""What a place in the group means: the percentile read so that more is better, and the judging word (docs/methods.md
5)."""

import random
from fractions import Fraction
from itertools import product
from statistics import median
from typing import Any

import numpy as np
import pytest

from kuntamittari import settings
from kuntamittari.catalog import loader
from kuntamittari.query import comparisons, figures
from kuntamittari.query.comparisons import Comparison
from kuntamittari.query.database import Database
from kuntamittari.query.snapshot import open_snapshot
from kuntamittari.stats import benchmark
from tests.support.small_data import MakeData, noise_of

pytestmark = pytest.mark.usefixtures("figures_are_computed_once")  # the same ones for every polarity

PRE_PRIMARY = loader.load(settings.PACKAGE / "catalog" / "indicators")["pre_primary_cost_per_6"]
# percentile from the lowest value → percentile and word where higher is better, and where lower is
PLACES = [
    (0.0, 0.0, "weak", 100.0, "strong"),
    (24.9, 24.9, "weak", 75.1, "strong"),
    (25.0, 25.0, "weak", 75.0, "strong"),
    (25.1, 25.1, "middle", 74.9, "middle"),
    (50.0, 50.0, "middle", 50.0, "middle"),
    (74.9, 74.9, "middle", 25.1, "middle"),
    (75.0, 75.0, "strong", 25.0, "weak"),
    (75.1, 75.1, "strong", 24.9, "weak"),
    (100.0, 100.0, "strong", 0.0, "weak"),
    (None, None, None, None, None),
]
CASES = [
    case
    for lowest, as_higher, word_higher, as_lower, word_lower in PLACES
    for case in (
        ("higher", lowest, as_higher, word_higher),
        ("lower", lowest, as_lower, word_lower),
        ("neutral", lowest, as_higher, None),
    )
]


@pytest.mark.parametrize(("polarity", "from_lowest", "percentile", "word"), CASES)
def test_a_place_is_read_by_polarity(
    polarity: str, from_lowest: float | None, percentile: float | None, word: str | None
) -> None:
    read = benchmark.percentile(from_lowest, polarity)
    assert read == (None if percentile is None else pytest.approx(percentile))
    if read is not None:
        assert (
            benchmark.judged(PRE_PRIMARY.model_copy(update={"polarity": polarity}), place(percentile=read), 20)[0]
            == word
        )


def place(**changes: Any) -> dict[str, Any]:
    """A row of a comparison of a hundred that bears the word weak, with some of it changed; the interval of the rank
    is the rank alone, unless the change names it."""
    usual = {"value": 100.0, "denominator": 50.0, "base": 50.0, "percentile": 10.0, "bounds": None}
    usual |= {"expected": None}
    row = usual | changes
    rank = None if row["percentile"] is None else 100.5 - row["percentile"]
    return {"rank_low": rank, "rank_high": rank, "ranked": 100} | row


@pytest.mark.parametrize(
    ("row", "n", "word", "unjudged"),
    [
        ({}, 8, "weak", None),
        ({}, 7, None, "small_group"),
        ({}, 1, None, "small_group"),
        ({"base": 29.0}, 8, None, "small_base"),
        ({"base": 30.0}, 8, "weak", None),
        ({"base": None}, 8, "weak", None),
        ({"value": 0.0}, 8, None, "cost_not_positive"),
        ({"value": -251.0, "percentile": 99.0}, 8, None, "cost_not_positive"),
        ({"denominator": -1.0}, 8, None, "denominator_not_positive"),
        ({"ranked": None, "percentile": None}, 8, None, "not_member"),
        ({"value": None, "percentile": None}, 8, None, None),
        ({"percentile": 20.0, "bounds": {"percentile": [5.0, 25.0], "ranked": 100}}, 8, "weak", None),
        ({"percentile": 10.0, "bounds": {"percentile": [5.0, 25.1]}}, 8, None, "hidden_counts"),
        ({"percentile": 90.0, "bounds": {"percentile": [74.9, 80.0]}}, 8, None, "hidden_counts"),
        ({"rank_low": None, "rank_high": None}, 8, None, "unknown_noise"),
        ({"percentile": 50.0, "rank_low": None, "rank_high": None}, 8, None, "unknown_noise"),
        ({"rank_low": 76, "rank_high": 99}, 8, "weak", None),  # the percentile of rank 76 of 100 is 24.5
        ({"rank_low": 75, "rank_high": 99}, 8, "near", None),
        ({"percentile": 90.0, "rank_low": 1, "rank_high": 25}, 8, "strong", None),
        ({"percentile": 90.0, "rank_low": 1, "rank_high": 26}, 8, "near", None),
        ({"percentile": 50.0, "rank_low": 1, "rank_high": 100}, 8, "middle", None),
    ],
)
def test_a_word_is_given_only_where_the_figures_bear_it(
    row: dict[str, Any], n: int, word: str | None, unjudged: str | None
) -> None:
    assert benchmark.judged(PRE_PRIMARY, place(**row), n) == (word, unjudged)


def test_what_is_no_cost_may_be_nothing_and_is_judged_all_the_same() -> None:
    loans = loader.indicators()["loans_per_resident"]
    assert benchmark.judged(loans, place(value=0.0, percentile=90.0), 20) == ("strong", None)


def test_costs_that_need_decides_are_never_judged_as_they_are() -> None:
    social_health = loader.indicators()["social_health_cost_per_resident"]
    assert benchmark.judged(social_health, place(percentile=90.0), 20) == (None, "no_expected_cost")
    assert benchmark.judged(social_health, place(percentile=90.0, expected=95.0), 20) == ("strong", None)


@pytest.mark.parametrize("polarity", ["higher", "lower", "neutral"])
def test_a_small_group_judges_nobody(polarity: str) -> None:
    assert benchmark.judged(PRE_PRIMARY.model_copy(update={"polarity": polarity}), place(percentile=50.0), 7)[0] is None


def eight_compared(make_data: MakeData, polarity: str) -> Comparison:
    """Municipalities 001 … 008 at 10, 20 … 80 euros per six-year-old."""
    codes = [f"{n:03}" for n in range(1, 9)]
    place = make_data(
        municipality=[{"code": code, "residents": 9000} for code in codes],
        models=noise_of(PRE_PRIMARY.id, 0.001),
        finance=[
            {"municipality": c, "year": 2018, "task_class": "Esiopetus", "eur": 1000 * n}
            for n, c in enumerate(codes, 1)
        ],
        population=[{"municipality": c, "year": 2018, "age_from": 6, "age_to": 6, "persons": 100} for c in codes],
    )
    indicator = PRE_PRIMARY.model_copy(update={"polarity": polarity})
    return comparisons.compare(Database(open_snapshot(place)), indicator, figures.Group("all"), 2018)


@pytest.mark.parametrize(
    ("polarity", "cheapest", "dearest"),
    [
        ("lower", (1, 93.75, "strong"), (8, 6.25, "weak")),
        ("higher", (8, 6.25, "weak"), (1, 93.75, "strong")),
        ("neutral", (1, 6.25, None), (8, 93.75, None)),
    ],
)
def test_a_comparison_ranks_and_judges_by_polarity(
    make_data: MakeData, polarity: str, cheapest: tuple, dearest: tuple
) -> None:
    comparison = eight_compared(make_data, polarity)
    for code, expected in (("001", cheapest), ("008", dearest)):
        row = comparison.of(code)
        assert row is not None
        assert (row["rank"], row["percentile"], row["judgement"]) == expected


def test_a_comparison_tells_the_groups_figures_apart_from_its_members(make_data: MakeData) -> None:
    comparison = eight_compared(make_data, "lower")
    assert [getattr(comparison, figure) for figure in comparisons.GROUP_FIGURES] == [8, 8, 45, 27.5, 62.5, 10, 80, 45]
    assert [row["municipality"] for row in comparison.rows] == [f"{n:03}" for n in range(1, 9)]
    assert not set(comparisons.GROUP_FIGURES) & set(comparison.rows[0])
    assert comparison.of("999") is None


def test_a_comparison_of_nobody_has_no_rows_and_no_figures(make_data: MakeData) -> None:
    place = Database(open_snapshot(make_data(municipality=[{"code": "001"}])))
    empty = comparisons.compare(place, PRE_PRIMARY, figures.Group("all"), 2018)
    assert empty == Comparison((), 0, 0, None, None, None, None, None, None)


# the whole engine beside a small one written from docs/methods.md 5 and 6
POLARITIES = ("higher", "lower", "neutral")
PERSONS, OUTSIDER = 100, "999"
TIES = {
    "no ties": lambda level, n: level,
    "everyone the same": lambda level, n: 7,
    "the two lowest tied": lambda level, n: max(level, 2),
    "half the same": lambda level, n: n // 4 + 1 if n // 4 < level <= n // 4 + (n + 1) // 2 else level,
}
MISSING = {
    "nobody missing": lambda place, own: False,
    "every third missing": lambda place, own: place % 3 == 0,
    "itself missing": lambda place, own: place == own,
}


def group_of(n: int, ties: str, missing: str) -> tuple[dict[str, float | None], str]:
    """Code → euros per six-year-old of n municipalities, and the code of the one that looks at the others."""
    levels = random.Random(n).sample(range(1, n + 1), n)
    own = n // 2
    costs = {
        f"{place + 1:03}": None if MISSING[missing](place, own) else 10.0 * TIES[ties](level, n)
        for place, level in enumerate(levels)
    }
    return costs, f"{own + 1:03}"


def opened(make_data: MakeData, costs: dict[str, float | None], persons: dict[str, int] | None = None) -> Database:
    """A data set where the municipalities have those costs per six-year-old, beside one that costs a lot and is in no
    group."""
    heads = dict.fromkeys([*costs, OUTSIDER], PERSONS) | (persons or {})
    spent = {code: cost for code, cost in (costs | {OUTSIDER: 9999.0}).items() if cost is not None}
    place = make_data(
        municipality=[{"code": code, "residents": 9000} for code in heads],
        models=noise_of(PRE_PRIMARY.id, 0.001),
        finance=[
            {"municipality": c, "year": 2018, "task_class": "Esiopetus", "eur": round(cost * heads[c])}
            for c, cost in spent.items()
        ],
        population=[{"municipality": c, "year": 2018, "age_from": 6, "age_to": 6, "persons": heads[c]} for c in heads],
    )
    return Database(open_snapshot(place))


def compared(database: Database, polarity: str, codes: list[str], chosen: tuple[str, ...] = ()) -> Comparison:
    """The municipalities of those codes among themselves."""
    indicator = PRE_PRIMARY.model_copy(update={"polarity": polarity})
    return comparisons.compare(database, indicator, figures.Group("own", tuple(codes)), 2018, chosen)


def expected_place(own: float | None, known: list[float], polarity: str) -> dict[str, Any]:
    """What docs/methods.md 5 and 6 say of one figure among those known, itself with them."""
    if own is None:
        return {"value": None, "rank": None, "percentile": None, "judgement": None, "outlier": False}
    less, equal = sum(v < own for v in known), sum(v == own for v in known)
    read = 100 * (less + Fraction(equal, 2)) / len(known)
    if polarity == "lower":
        read = 100 - read
    word = "strong" if read >= 75 else "weak" if read <= 25 else "middle"
    middle = median(known)
    spread = 1.4826 * median(abs(v - middle) for v in known)
    return {
        "value": own,
        "rank": 1 + (len(known) - less - equal if polarity == "higher" else less),
        "percentile": pytest.approx(float(read)),
        "judgement": None if polarity == "neutral" or len(known) < 8 else word,
        "outlier": spread > 0 and abs(own - middle) / spread > 3.5,
    }


def expected_group(known: list[float], members: int) -> dict[str, Any]:
    """The figures of a group in which those are known; everybody has as many six-year-olds."""
    if not known:
        return {"n": 0, "members": members} | dict.fromkeys(comparisons.GROUP_FIGURES[2:])
    q1, middle, q3 = np.quantile(known, [0.25, 0.5, 0.75], method="linear")
    spread = {
        "median": middle,
        "q1": q1,
        "q3": q3,
        "min": min(known),
        "max": max(known),
        "ratio_of_sums": sum(known) / len(known),
    }
    return {"n": len(known), "members": members} | {name: pytest.approx(figure) for name, figure in spread.items()}


@pytest.mark.parametrize(("n", "ties", "missing"), list(product([1, 2, 19, 300], TIES, MISSING)))
def test_every_place_in_a_group_is_the_one_of_the_rules(make_data: MakeData, n: int, ties: str, missing: str) -> None:
    costs, own = group_of(n, ties, missing)
    known = [cost for cost in costs.values() if cost is not None]
    database = opened(make_data, costs)
    for polarity in POLARITIES:
        comparison = compared(database, polarity, list(costs), chosen=(own,))
        group = {name: getattr(comparison, name) for name in comparisons.GROUP_FIGURES}
        assert group == expected_group(known, members=n), polarity
        assert len(comparison.rows) == n and comparison.of(OUTSIDER) is None
        places = {cost: expected_place(cost, known, polarity) for cost in {*costs.values()}}
        for row in comparison.rows:
            place = places[costs[row["municipality"]]]
            assert {name: row[name] for name in place} == place, (polarity, row["municipality"])
            assert row["member"] and (row["reason"] is None) == (row["value"] is not None)
        ranks = [row["rank"] for row in comparison.rows if row["rank"] is not None]
        assert ranks == sorted(ranks) and len(ranks) == len(known), "in order of rank, those without a figure last"
        mine = comparison.of(own)
        assert mine is not None and {name: mine[name] for name in places[costs[own]]} == places[costs[own]]


@pytest.mark.parametrize("polarity", POLARITIES)
def test_one_beside_the_group_is_shown_and_counted_in_nothing(make_data: MakeData, polarity: str) -> None:
    costs, _ = group_of(19, "no ties", "nobody missing")
    comparison = compared(opened(make_data, costs), polarity, list(costs), chosen=(OUTSIDER,))
    row = comparison.of(OUTSIDER)
    assert row is not None and (row["member"], row["value"]) == (False, 9999)
    assert (row["rank"], row["percentile"], row["judgement"]) == (None, None, None)
    assert (comparison.n, comparison.members, comparison.max) == (19, 19, 190)


@pytest.mark.parametrize(
    ("costs", "flagged"),
    [
        # median 100 and MAD 1: the limit is 3.5 · 1.4826 = 5.1891 either way
        ([99, 100, 101, 90, 105.18], [90]),
        ([99, 100, 101, 90, 105.19], [90, 105.19]),
        ([99, 100, 101, 110, 94.82], [110]),
        ([99, 100, 101, 110, 94.81], [94.81, 110]),
        ([100, 100, 100, 100, 999], []),
        ([100, 100, 100], []),
        ([100, 999], []),
        ([100], []),
    ],
)
def test_a_figure_far_from_the_median_is_flagged(make_data: MakeData, costs: list[float], flagged: list[float]) -> None:
    by_code = {f"{place:03}": cost for place, cost in enumerate(costs, 1)}
    database = opened(make_data, by_code)
    for polarity in POLARITIES:
        comparison = compared(database, polarity, list(by_code))
        assert sorted(row["value"] for row in comparison.rows if row["outlier"]) == flagged, polarity


@pytest.mark.parametrize(
    ("persons", "higher", "lower"),
    [(1, (None, 2, 1), (None, 1, 2)), (29, (None, 2, 1), (None, 1, 2)), (30, (3, 2, 1), (1, 2, 3))],
)
def test_a_base_under_thirty_persons_has_no_rank_and_takes_none(
    make_data: MakeData, persons: int, higher: tuple, lower: tuple
) -> None:
    costs = {"001": 10.0, "002": 20.0, "003": 30.0}
    database = opened(make_data, costs, {"001": persons})
    for polarity, ranks in (("higher", higher), ("lower", lower), ("neutral", lower)):
        comparison = compared(database, polarity, list(costs))
        by_code = {row["municipality"]: row["rank"] for row in comparison.rows}
        assert (by_code["001"], by_code["002"], by_code["003"]) == ranks
        places = {row["municipality"]: row["percentile"] for row in comparison.rows}
        assert (places["001"] is None) == (persons < 30) and None not in (places["002"], places["003"])
        assert (comparison.n, comparison.members, comparison.median) == (3, 3, 20)
