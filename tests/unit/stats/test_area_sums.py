"""Several municipalities as one, by hand: sums, and why there is none."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuntamittari.stats.area_sums import Definition, as_one

NONE = math.nan
RATIO = Definition("ratio", 1.0, False, "denominator")
COLUMNS = ("numerator", "denominator", "hidden_low", "hidden_high", "above", "below", "input", "input_base")


def one_year(of: Definition, without_part: bool = False, **columns: Sequence[Any]) -> dict[str, Any]:
    """The members as one in one year; columns left out are missing, a status that is left out is final."""
    n = len(next(iter(columns.values())))
    numbers = {name: np.array([columns.get(name, [NONE] * n)], dtype=float) for name in COLUMNS}
    reason = columns.get("reason", [None] * n)
    status = columns.get("status", [None if why else "final" for why in reason])
    found, words = as_one(
        of,
        numbers,
        np.array([status], dtype=object),
        np.array([reason], dtype=object),
        np.array([without_part]),
    )
    return {name: None if column[0] != column[0] else column[0] for name, column in (found | words).items()}


def test_a_ratio_is_of_the_sums_and_not_a_mean_of_ratios() -> None:
    got = one_year(RATIO, numerator=[100, 30], denominator=[10, 10])
    assert (got["value"], got["numerator"], got["denominator"], got["base"]) == (6.5, 130, 20, 20)
    assert (got["status"], got["reason"], got["above"]) == ("final", None, None)
    got = one_year(Definition("ratio", 100.0, False, None), numerator=[1, 2], denominator=[10, 50])
    assert (got["value"], got["base"]) == (5.0, None)


def test_missing_is_not_zero() -> None:
    got = one_year(RATIO, numerator=[100, NONE], denominator=[10, 10], reason=[None, "not_reported"])
    assert (got["value"], got["numerator"], got["reason"], got["status"]) == (None, None, "not_every_member", None)
    got = one_year(RATIO, numerator=[NONE, NONE], denominator=[10, 10], reason=["not_reported"] * 2)
    assert got["reason"] == "not_reported"
    got = one_year(RATIO, numerator=[NONE, NONE], denominator=[10, 10], reason=["not_reported", "unusable"])
    assert got["reason"] == "not_every_member"


def test_euros_stand_where_only_residents_are_missing() -> None:
    got = one_year(RATIO, numerator=[100, 30], denominator=[NONE, NONE], reason=["no_population"] * 2)
    assert (got["value"], got["numerator"], got["reason"]) == (None, 130, "no_population")
    got = one_year(RATIO, numerator=[100, 30], denominator=[10, NONE], reason=[None, "no_population"])
    assert (got["value"], got["numerator"], got["reason"]) == (None, 130, "not_every_member")
    got = one_year(RATIO, numerator=[1, 3], denominator=[0, 0], reason=["nobody_of_that_age"] * 2)
    assert (got["value"], got["reason"]) == (None, "nobody_of_that_age")


def test_a_hidden_count_stays_hidden_within_its_bounds() -> None:
    percent = Definition("ratio", 100.0, False, "denominator")
    hidden = {"hidden_low": [NONE, 0], "hidden_high": [NONE, 4], "reason": [None, "hidden_count"]}
    got = one_year(percent, numerator=[6, NONE], denominator=[300, 100], **hidden)
    assert (got["value"], got["reason"], got["hidden_low"], got["hidden_high"]) == (None, "hidden_count", 1.5, 2.5)
    got = one_year(percent, numerator=[6, NONE], denominator=[300, 100], **hidden | {"hidden_high": [NONE, NONE]})
    assert (got["reason"], got["hidden_low"], got["hidden_high"]) == ("hidden_count", 1.5, None)
    got = one_year(
        percent,
        numerator=[6, NONE, NONE],
        denominator=[300, 100, 100],
        hidden_low=[NONE, 0, NONE],
        hidden_high=[NONE, 4, NONE],
        reason=[None, "hidden_count", "not_reported"],
    )
    assert (got["reason"], got["hidden_low"]) == ("not_every_member", None)


def test_a_zero_counts_unless_every_member_has_it() -> None:
    of = Definition("ratio", 1.0, True, "denominator")
    got = one_year(of, numerator=[100, 0], denominator=[10, 10], reason=[None, "not_organised"])
    assert (got["value"], got["reason"]) == (5.0, None)
    got = one_year(of, numerator=[0, 0], denominator=[10, 10], reason=["not_organised"] * 2)
    assert (got["value"], got["reason"]) == (None, "not_organised")
    assert one_year(RATIO, numerator=[0, 0], denominator=[10, 10])["value"] == 0
    lacking = {"numerator": [100, 20], "denominator": [10, 10], "reason": [None, "not_organised_part"]}
    assert one_year(RATIO, **lacking)["value"] == 6
    assert one_year(RATIO, without_part=True, **lacking)["reason"] == "not_organised_part"


@pytest.mark.parametrize("reason", ["no_data", "moved", "no_year", "break", "no_price"])
def test_a_reason_of_the_year_holds_for_the_area(reason: str) -> None:
    got = one_year(RATIO, numerator=[100, 30], denominator=[10, 10], reason=[reason] * 2)
    assert (got["value"], got["reason"]) == (None, reason)


def test_a_published_rate_is_refused() -> None:
    got = one_year(Definition("level", 1.0, False, None), numerator=[30.5, 28.1])
    assert (got["value"], got["numerator"], got["reason"]) == (None, None, "published_rate")


def test_a_change_and_an_index_are_quotients_of_sums() -> None:
    got = one_year(Definition("change", 100.0, False, None), numerator=[110, 330], denominator=[100, 300])
    assert got["value"] == pytest.approx(10)
    index = Definition("index", 100.0, False, "numerator")
    parts = {"above": [10, 30], "below": [20, 20], "input": [50, 70], "input_base": [40, 60]}
    got = one_year(index, **parts)
    assert got["value"] == pytest.approx(100 * (40 / 40) * (100 / 120))
    assert (got["numerator"], got["denominator"], got["base"]) == (100, pytest.approx(120), 40)
    assert (got["above"], got["input_base"]) == (40, 100)
    assert one_year(index, **parts | {"input": [-60, 50]})["reason"] == "cost_not_positive"
    assert one_year(index, **parts | {"input": [-40, 50]})["reason"] is None, (
        "a member's negative cost is part of a sum"
    )
    got = one_year(index, **parts | {"input_base": [NONE, NONE], "reason": ["no_base_year"] * 2})
    assert (got["value"], got["reason"]) == (None, "no_base_year")


def test_a_sum_has_the_weakest_status_of_its_parts() -> None:
    two = {"numerator": [1, 2], "denominator": [1, 1]}
    assert one_year(RATIO, **two, status=["approximate", "final"])["status"] == "approximate"
    assert one_year(RATIO, **two, status=["preliminary", "final"])["status"] == "preliminary"


MEMBERS = st.lists(
    st.tuples(st.integers(0, 10**9), st.integers(1, 10**6), st.sampled_from([None, None, "not_reported", "unusable"])),
    min_size=2,
    max_size=60,
)


@settings(deadline=None)
@given(MEMBERS, st.randoms(use_true_random=False))
def test_the_order_of_members_does_not_matter_and_a_value_lies_between_theirs(members: list, random: Any) -> None:
    def taken(rows: list) -> dict[str, Any]:
        above, below, reason = zip(*rows, strict=True)
        known = [NONE if why else eur for eur, why in zip(above, reason, strict=True)]
        return one_year(RATIO, numerator=known, denominator=below, reason=reason)

    got, shuffled = taken(members), random.sample(members, len(members))
    assert got == taken(shuffled)
    ratios = [eur / heads for eur, heads, why in members if why is None]
    if len(ratios) == len(members):
        assert min(ratios) * (1 - 1e-12) <= got["value"] <= max(ratios) * (1 + 1e-12)
    else:
        assert got["value"] is None and got["reason"] is not None
