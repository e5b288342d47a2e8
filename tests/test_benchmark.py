"""What a place in the group means: the percentile read so that more is better, and the judging word (METHODS 5)."""

import pytest
from conftest import MakeData

from kuntamittari import benchmark, catalog, figures, settings
from kuntamittari.database import Database
from kuntamittari.figures import Comparison
from kuntamittari.snapshot import open_snapshot

PRE_PRIMARY = catalog.load(settings.PACKAGE / "indicators")["pre_primary_cost_per_6"]

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
def test_a_place_is_read_by_polarity(polarity: str, from_lowest: float | None, percentile: float | None, word: str | None) -> None:
    read = benchmark.percentile(from_lowest, polarity)
    assert read == (None if percentile is None else pytest.approx(percentile))
    assert benchmark.judgement(percentile, polarity, n=20) == word


@pytest.mark.parametrize("polarity", ["higher", "lower", "neutral"])
def test_a_group_of_one_judges_nobody(polarity: str) -> None:
    assert benchmark.judgement(50.0, polarity, n=1) is None


def four_compared(make_data: MakeData, polarity: str) -> Comparison:
    """Municipalities 001 … 004 at 10, 20, 30 and 40 euros per six-year-old."""
    codes = ["001", "002", "003", "004"]
    place = make_data(
        municipality=[{"code": code} for code in codes],
        finance=[{"municipality": c, "year": 2018, "task_class": "Esiopetus", "eur": 1000 * n} for n, c in enumerate(codes, 1)],
        population=[{"municipality": c, "year": 2018, "age_from": 6, "age_to": 6, "persons": 100} for c in codes],
    )
    indicator = PRE_PRIMARY.model_copy(update={"polarity": polarity})
    return figures.compare(Database(open_snapshot(place)), indicator, figures.Group("all"), 2018)


@pytest.mark.parametrize(
    ("polarity", "cheapest", "dearest"),
    [
        ("lower", (1, 87.5, "strong"), (4, 12.5, "weak")),
        ("higher", (4, 12.5, "weak"), (1, 87.5, "strong")),
        ("neutral", (1, 12.5, None), (4, 87.5, None)),
    ],
)
def test_a_comparison_ranks_and_judges_by_polarity(make_data: MakeData, polarity: str, cheapest: tuple, dearest: tuple) -> None:
    comparison = four_compared(make_data, polarity)
    for code, expected in (("001", cheapest), ("004", dearest)):
        row = comparison.of(code)
        assert row is not None
        assert (row["rank"], row["percentile"], row["judgement"]) == expected


def test_a_comparison_tells_the_groups_figures_apart_from_its_members(make_data: MakeData) -> None:
    comparison = four_compared(make_data, "lower")
    assert [getattr(comparison, figure) for figure in figures.GROUP_FIGURES] == [4, 4, 25, 17.5, 32.5, 10, 40, 25]
    assert [row["municipality"] for row in comparison.rows] == ["001", "002", "003", "004"]
    assert not set(figures.GROUP_FIGURES) & set(comparison.rows[0])
    assert comparison.of("999") is None


def test_a_comparison_of_nobody_has_no_rows_and_no_figures(make_data: MakeData) -> None:
    place = Database(open_snapshot(make_data(municipality=[{"code": "001"}])))
    empty = figures.compare(place, PRE_PRIMARY, figures.Group("all"), 2018)
    assert empty == Comparison((), 0, 0, None, None, None, None, None, None)
