"""What a figure's place in its group means: percentile by polarity and the judging word (METHODS 5, 14)."""

from typing import Literal

Judgement = Literal["strong", "middle", "weak"]
Trend = Literal["better", "worse", "up", "down", "even"]

LEAST_BASE = 30  # persons in the divisor under which no rank is given
STRONG_FROM, WEAK_TO = 75.0, 25.0
EVEN = 0.01  # share of the first value within which the last counts as unchanged


def percentile(from_lowest: float | None, polarity: str) -> float | None:
    """The percentile 0–100 read so that more is better; a neutral indicator is read from the lowest value."""
    if from_lowest is None:
        return None
    return 100 - from_lowest if polarity == "lower" else from_lowest


def judgement(percentile: float | None, polarity: str, n: int) -> Judgement | None:
    """strong, middle or weak relative to a group of n; None for neutral indicators, without a percentile, and in a group of
    one, which nobody can be compared with."""
    if percentile is None or polarity == "neutral" or n < 2:
        return None
    if percentile >= STRONG_FROM:
        return "strong"
    return "weak" if percentile <= WEAK_TO else "middle"


def trend(first: float, last: float, polarity: str) -> Trend:
    """Where two comparable values of the same municipality lead: better or worse by polarity, up or down where there is none."""
    if abs(last - first) <= EVEN * abs(first):
        return "even"
    rises = last > first
    if polarity == "neutral":
        return "up" if rises else "down"
    return "better" if rises == (polarity == "higher") else "worse"


def quarter(from_lowest: float) -> int:
    """Which quarter of the group a place is in, 1 = the lowest values; for neutral indicators, which nobody judges."""
    return min(int(from_lowest // 25) + 1, 4)
