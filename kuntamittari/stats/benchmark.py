"""Percentile by polarity, verdict and trend words, and the reasons why none is given (docs/methods.md 5, 14, 19).

Pages, the API, files and reports all take these words from here.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from kuntamittari.catalog.indicator import Indicator

Judgement = Literal["strong", "near", "middle", "weak"]
Trend = Literal["better", "worse", "up", "down", "usual"]
Unjudged = Literal[
    "neutral",
    "no_expected_cost",
    "not_member",
    "small_base",
    "cost_not_positive",
    "denominator_not_positive",
    "small_group",
    "hidden_counts",
    "unknown_noise",
    "not_organised_part",
    "kept_task",
]

LEAST_BASE = 30  # persons in the denominator below which nothing is ranked or judged
LEAST_GROUP = 8  # members with a value below which nothing is judged
STRONG_FROM, WEAK_TO = 75.0, 25.0  # percentiles
FEWEST_POINTS = 4  # comparable years that a trend word takes


def percentile(from_lowest: float | None, polarity: str) -> float | None:
    """Return the percentile 0–100 turned so that more is better; None without one (docs/methods.md 5).

    `from_lowest` counts from the lowest value; a neutral indicator keeps that order.
    """
    if from_lowest is None:
        return None
    return 100 - from_lowest if polarity == "lower" else from_lowest


def judgement(percentile: float) -> Judgement:
    """Return the quarter of a percentile: strong from 75, weak up to 25, otherwise middle (docs/methods.md 5)."""
    if percentile >= STRONG_FROM:
        return "strong"
    return "weak" if percentile <= WEAK_TO else "middle"


def judged(indicator: Indicator, row: Mapping[str, Any], n: int) -> tuple[Judgement | None, Unjudged | None]:
    """Return the verdict for a row of a comparison and None, or None and the reason why there is none.

    `row`: value, denominator, base, rank_low and rank_high (the 90 % interval of the rank), ranked, percentile
    bounds (None, or a mapping whose `percentile` holds the percentile at both ends that hidden counts allow) and
    expected (cost a head; None where it is not known), ranks being those of the deviation from it where that is judged;
    `n`: members of the group with a value. Strong and weak are "near" the border where a part of the interval is
    outside that quarter. Both results are None where the row has no value (docs/methods.md 5).
    """
    if row["value"] is None:
        return None, None
    if reason := _unjudged(indicator, row, n):
        return None, reason
    percentiles = row["bounds"]["percentile"] if row["bounds"] else [row["percentile"]]
    judgements = {judgement(value) for value in percentiles}
    if len(judgements) > 1:
        return None, "hidden_counts"
    if row["rank_low"] is None:
        return None, "unknown_noise"
    [word] = judgements
    return ("near" if word != "middle" and not is_firm(indicator, row) else word), None


def is_firm(indicator: Indicator, row: Mapping[str, Any]) -> bool:
    """Return whether both ends of the interval of a row's rank have the verdict of its percentile."""
    of = (row["bounds"] or row)["ranked"]  # with those whose count is hidden
    ends = (percentile_of_rank(indicator, row[end], of) for end in ("rank_low", "rank_high"))
    return {judgement(end) for end in ends} == {judgement(row["percentile"])}


def percentile_of_rank(indicator: Indicator, rank: int, ranked: int) -> float:
    """Return the percentile of a rank that no other member shares; more is better."""
    from_first = 100 * (rank - 0.5) / ranked
    return from_first if indicator.polarity == "neutral" else 100 - from_first


def _unjudged(indicator: Indicator, row: Mapping[str, Any], n: int) -> Unjudged | None:
    """Return why a value gets no verdict whatever its percentile; None where nothing prevents one."""
    if indicator.polarity == "neutral":
        return "neutral"
    if indicator.judged_by == "expected_cost" and row["expected"] is None:
        return "no_expected_cost"
    if row["ranked"] is None:
        return "not_member"
    if is_small_base(row["base"]):
        return "small_base"
    if reason := _not_positive(indicator, row):
        return reason
    return "small_group" if n < LEAST_GROUP else None


def _not_positive(
    indicator: Indicator, row: Mapping[str, Any]
) -> Literal["cost_not_positive", "denominator_not_positive"] | None:
    """Return why a quotient cannot be judged: its cost is zero or an income, or its denominator is negative."""
    if indicator.is_cost and row["value"] <= 0:
        return "cost_not_positive"
    return "denominator_not_positive" if (row["denominator"] or 0) < 0 else None


def is_small_base(base: float | None) -> bool:
    """Return whether a figure rests on fewer than 30 persons; False where it rests on no counted persons (None)."""
    return base is not None and base < LEAST_BASE


def trend(indicator: Indicator, beyond: float, usual: float, ends: Sequence[Mapping[str, Any]]) -> Trend | None:
    """Return the trend word for the change of one municipality over comparable years (docs/methods.md 19).

    `beyond`: its change less that of the group's median, `usual`: the largest change that is within usual variation,
    both on the scale of noise; `ends`: the rows of the first and the last year with value, denominator and base. The
    word is better or worse by polarity, and up or down where there is no better direction. None where an end rests on
    too few persons, or is a cost of zero or below.
    """
    if any(is_small_base(row["base"]) for row in ends):
        return None
    if not abs(beyond) > usual:
        return "usual"
    if indicator.polarity == "neutral" or indicator.judged_by == "expected_cost":
        return "up" if beyond > 0 else "down"
    if any(_not_positive(indicator, row) for row in ends):
        return None
    return "better" if (beyond > 0) == (indicator.polarity == "higher") else "worse"


def quarter(from_lowest: float) -> int:
    """Return the quarter of the group, 1 (the lowest values) to 4; for neutral indicators (docs/methods.md 5)."""
    return min(int(from_lowest // 25) + 1, 4)
