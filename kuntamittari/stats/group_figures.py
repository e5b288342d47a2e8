"""Figures of a group: order statistics, ranks, percentiles, outliers and what hidden counts leave open.

Pure functions on NumPy arrays; a missing value is NaN (docs/methods.md 2, 5, 6, 14).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

OUTLIER = 3.5  # median absolute deviations, scaled to the standard deviation, beyond which a value is an outlier
TO_STANDARD_DEVIATION = 1.4826
UNKNOWN_END = 1e300  # an unknown upper end is above every other value
KNOWN_TO = 1e200


def or_none(value: float) -> float | None:
    """Return a number, None for NaN."""
    return None if value != value else float(value)


def quantiles(values: Numbers, shares: tuple[float, ...]) -> Numbers:
    """Return the quantiles of each row of values, NaN for a row without any; between two values they are linear.

    `values`: shape (…, n); the result has the shape (shares, …).
    """
    if not values.shape[-1]:
        return np.full((len(shares), *values.shape[:-1]), np.nan)
    ordered = np.sort(values, axis=-1)  # NaN comes last
    last = np.maximum(np.count_nonzero(~np.isnan(values), axis=-1) - 1, 0)

    def at(share: float) -> Numbers:
        below = np.floor(last * share).astype(int)
        low, high = (
            np.take_along_axis(ordered, place[..., None], axis=-1)[..., 0]
            for place in (below, np.minimum(below + 1, last))
        )
        with np.errstate(over="ignore"):
            return np.where(low == high, low, low + (high - low) * (last * share - below))

    return np.array([at(share) for share in shares])


def total(values: Numbers) -> Numbers:
    """Return the sum of each row of values, NaN for a row without any."""
    known = ~np.isnan(values)
    return np.where(known.any(axis=-1), np.where(known, values, 0.0).sum(axis=-1), np.nan)


@dataclass(frozen=True)
class Standing:
    """The places of the members of a group, one entry a member.

    `rank`: from 1, the best first; 0 without one; `ranked`: number of ranked members; `from_lowest`: percentile from
    the lowest value, NaN without one; `outlier`: whether the value is far from the median.
    """

    rank: NDArray[np.int64]
    ranked: int
    from_lowest: Numbers
    outlier: Flags


def standing(values: Numbers, counted: Flags, based: Flags, highest_first: bool) -> Standing:
    """Return ranks, percentiles and outliers (docs/methods.md 5, 6, 14).

    `values`: of all areas shown; `counted`: which of them are members; `based`: which rest on enough persons to be
    ranked. Percentiles count half of the members with an equal value.
    """
    known = counted & ~np.isnan(values)
    ranked = known & based
    ordered = np.sort(values[known])
    below, upto = np.searchsorted(ordered, values, "left"), np.searchsorted(ordered, values, "right")
    share = 100.0 * (below + 0.5 * (upto - below)) / max(len(ordered), 1)
    first = -values if highest_first else values
    rank = np.where(ranked, 1 + np.searchsorted(np.sort(first[ranked]), first, "left"), 0)
    middle = quantiles(ordered, (0.5,))[0]
    spread = TO_STANDARD_DEVIATION * quantiles(np.abs(ordered - middle), (0.5,))[0]
    far = np.abs(values - middle) > OUTLIER * spread if spread > 0 else np.zeros(len(values), bool)
    return Standing(rank, int(ranked.sum()), np.where(ranked, share, np.nan), far)


@dataclass(frozen=True)
class HiddenEnds:
    """What hidden counts leave open in a group, one entry a member.

    `rank`, `from_lowest`: shape (2, n), the ends of rank and percentile, NaN where the member has none; `ranked`:
    number of members that may be ranked; `n`: members with a value or a hidden one; `median`, `q1`, `q3`,
    `ratio_of_sums`: both ends, NaN for an unknown upper end.
    """

    rank: Numbers
    from_lowest: Numbers
    ranked: int
    n: int
    median: Numbers
    q1: Numbers
    q3: Numbers
    ratio_of_sums: Numbers


def hidden_ends(
    values: Numbers, low: Numbers, high: Numbers, below: Numbers, based: Flags, highest_first: bool
) -> HiddenEnds:
    """Return the bounds of a group's figures, each hidden count being anything from zero to the largest that is hidden
    (docs/methods.md 2).

    One entry a member: `values`, NaN where hidden or missing; `low`, `high`: the ends of a hidden value, NaN without
    one, `high` also where it is unknown; `below`: the denominator; `based`: as of `standing`.
    """
    known = ~np.isnan(values)
    taken = known | ~np.isnan(low)
    ends = np.array(
        [np.where(known, values, low), np.where(known, values, np.where(np.isnan(high), UNKNOWN_END, high))]
    )[:, taken]
    n, ranked = int(taken.sum()), based[taken]
    lows, highs = ends

    def counts(of: Flags) -> tuple[Numbers, ...]:
        one = values[:, None]
        pairs = (highs < one, lows < one, lows > one, highs > one)
        return tuple((pair & of).sum(axis=1).astype(float) for pair in pairs)

    surely_less, maybe_less, surely_more, maybe_more = counts(np.ones(n, bool))
    rank_less = counts(ranked)
    places = np.array((rank_less[2], rank_less[3]) if highest_first else (rank_less[0], rank_less[1])) + 1
    # half of the equal values count: those neither certainly below nor possibly above
    shares = (
        100.0
        * np.array(
            [surely_less + 0.5 * (n - surely_less - maybe_more), maybe_less + 0.5 * (n - maybe_less - surely_more)]
        )
        / max(n, 1)
    )
    shown = known & based
    weights = below[taken]
    with np.errstate(over="ignore"):
        sums = (ends * weights).sum(axis=1) / weights.sum() if weights.sum() else np.full(2, np.nan)
    q1, median, q3 = quantiles(ends, (0.25, 0.5, 0.75))
    return HiddenEnds(
        np.where(shown, places, np.nan),
        np.where(shown, shares, np.nan),
        int(ranked.sum()),
        n,
        *(np.where(figure < KNOWN_TO, figure, np.nan) for figure in (median, q1, q3, sums)),
    )


def classes(values: Numbers, number: int) -> NDArray[np.int64]:
    """Return the class of each value, 1 (the lowest) to `number`, as equally large as ties allow; 0 without a value."""
    edges = quantiles(values, tuple(k / number for k in range(1, number)))
    return np.where(np.isnan(values), 0, 1 + (edges[:, None] < values).sum(axis=0))


def rank_correlation(x: Numbers, y: Numbers) -> float | None:
    """Return Spearman's correlation of two rows of values, ties sharing their mean rank; None where it is undefined."""
    if len(x) < 2 or len(set(x)) < 2 or len(set(y)) < 2:
        return None
    return float(np.corrcoef(mean_ranks(x), mean_ranks(y))[0, 1])


def mean_ranks(values: Numbers) -> Numbers:
    """Return the rank of each value from 1, the lowest first; equal ones share their mean rank.

    SciPy has it too, but takes longer to import than a page to draw.
    """
    _, place, number = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(number) - (number - 1) / 2)[place]


def listed(values: NDArray[Any]) -> list[Any]:
    """Return an array as Python numbers, None for NaN."""
    return [None if value != value else value for value in values.tolist()]
