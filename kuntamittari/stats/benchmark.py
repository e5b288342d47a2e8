"""What a figure's place in its group means: percentile by polarity, and the judging word where the figures bear one
(docs/methods.md 5, 14).

Every door (pages, interface, files, reports) takes its words from here.
"""

from collections.abc import Mapping
from typing import Any, Literal

from kuntamittari.catalog.indicator import Indicator

Judgement = Literal["strong", "middle", "weak"]
Trend = Literal["better", "worse", "up", "down", "even"]
Unjudged = Literal[
    "neutral",
    "no_expected_cost",
    "not_member",
    "small_base",
    "cost_not_positive",
    "denominator_not_positive",
    "small_group",
    "hidden_counts",
    "not_organised_part",
]

LEAST_BASE = 30  # persons in the divisor under which nothing is ranked or judged
LEAST_GROUP = 8  # members with a value under which nobody is judged
STRONG_FROM, WEAK_TO = 75.0, 25.0
EVEN = 0.01  # share of the first value within which the last counts as unchanged


def percentile(from_lowest: float | None, polarity: str) -> float | None:
    """The percentile 0–100 read so that more is better; a neutral indicator is read from the lowest value."""
    if from_lowest is None:
        return None
    return 100 - from_lowest if polarity == "lower" else from_lowest


def judgement(percentile: float) -> Judgement:
    """strong, middle or weak, by the quarter of the group that a percentile lies in."""
    if percentile >= STRONG_FROM:
        return "strong"
    return "weak" if percentile <= WEAK_TO else "middle"


def judged(indicator: Indicator, row: Mapping[str, Any], n: int) -> tuple[Judgement | None, Unjudged | None]:
    """The word for a row of a comparison and None, or None and why no word is given (both None where there is no
    value).

    row: value, denominator, base, member, percentile, and bounds (None, or `percentile` at both ends that hidden counts
    allow); n: members of the group with a value.
    """
    if row["value"] is None:
        return None, None
    if reason := _unjudged(indicator, row, n):
        return None, reason
    places = row["bounds"]["percentile"] if row["bounds"] else [row["percentile"]]
    words = {judgement(place) for place in places}
    return (words.pop(), None) if len(words) == 1 else (None, "hidden_counts")


def _unjudged(indicator: Indicator, row: Mapping[str, Any], n: int) -> Unjudged | None:
    """Why a value is never judged, whatever its place."""
    if indicator.polarity == "neutral":
        return "neutral"
    if indicator.judged_by == "expected_cost":
        return "no_expected_cost"
    if not row["member"]:
        return "not_member"
    if small(row["base"]):
        return "small_base"
    if reason := _not_positive(indicator, row):
        return reason
    return "small_group" if n < LEAST_GROUP else None


def _not_positive(
    indicator: Indicator, row: Mapping[str, Any]
) -> Literal["cost_not_positive", "denominator_not_positive"] | None:
    """Why a quotient says nothing of better or worse: the cost is nothing or an income, or the divisor is below
    zero."""
    if indicator.is_cost and row["value"] <= 0:
        return "cost_not_positive"
    return "denominator_not_positive" if (row["denominator"] or 0) < 0 else None


def small(base: float | None) -> bool:
    """Whether a figure rests on too few persons; never where it rests on none that are counted."""
    return base is not None and base < LEAST_BASE


def trend(indicator: Indicator, first: Mapping[str, Any], last: Mapping[str, Any]) -> Trend | None:
    """Where two comparable values of the same municipality lead: better or worse by polarity, up or down where there is
    none; None where either rests on too few persons, or is no positive cost. Rows: value, denominator, base."""
    if small(first["base"]) or small(last["base"]):
        return None
    if abs(last["value"] - first["value"]) <= EVEN * abs(first["value"]):
        return "even"
    rises = last["value"] > first["value"]
    if indicator.polarity == "neutral" or indicator.judged_by == "expected_cost":
        return "up" if rises else "down"
    if _not_positive(indicator, first) or _not_positive(indicator, last):
        return None
    return "better" if rises == (indicator.polarity == "higher") else "worse"


def quarter(from_lowest: float) -> int:
    """Which quarter of the group a place is in, 1 = the lowest values; for neutral indicators, which nobody judges."""
    return min(int(from_lowest // 25) + 1, 4)
