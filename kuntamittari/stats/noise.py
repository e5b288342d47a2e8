"""How much a figure of one year varies by itself, and what that leaves open of ranks (docs/methods.md 18)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import interpolate, special

from kuntamittari.stats.group_figures import Numbers

LEVEL = 0.9  # of every interval: the only place that says so
FEWEST_YEARS = 3  # comparable years that a line is fitted to
FEWEST_MUNICIPALITIES = 20  # that a line is fitted to, and half of all
LEAST_VARIANCE = 1e-6  # of one municipality; a series that happens to stand still says nothing of its noise
# a member's own draw, in standard deviations: where the others before it are counted, and a finer grid between
NODES, DRAWS = np.linspace(-3.2, 3.2, 11), np.linspace(-3.2, 3.2, 65)
BETWEEN = interpolate.make_interp_spline(NODES, np.eye(len(NODES)))(DRAWS).T  # from NODES to DRAWS
WEIGHTS = np.exp(-(DRAWS**2) / 2) / np.exp(-(DRAWS**2) / 2).sum()
TAILS = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)
USUAL = 1.96  # standard deviations of a difference within which it is usual variation (docs/methods.md 19)
REACH = float(special.ndtri(TAILS[1]))  # standard deviations to each side of a value


@dataclass(frozen=True)
class Line:
    """The standard deviation of one year's figure by size: ln s² = intercept + slope · ln residents.

    It is of a stretch of comparable years, `first_year` to `last_year`, and was fitted to `municipalities`.
    """

    first_year: int
    last_year: int
    intercept: float
    slope: float
    municipalities: int

    def deviations(self, residents: Numbers) -> Numbers:
        """Return the standard deviation of each municipality, NaN for one without residents."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(residents > 0, np.exp((self.intercept + self.slope * np.log(residents)) / 2), np.nan)


def fitted(values: Numbers, years: tuple[int, ...], residents: Numbers) -> Line | None:
    """Return the line of a stretch of comparable years; None with too few years or municipalities.

    `values`: shape (years, municipalities), on the scale on which noise is measured (logarithms of what is compared as
    a ratio), NaN without one. A year that fewer than half as many municipalities have as the year of most does not
    count, nor does a municipality that lacks a year that does.
    """
    known = ~np.isnan(values)
    having = known.sum(axis=1)
    counted = (having > 0) & (2 * having >= having.max(initial=0))
    if counted.sum() < FEWEST_YEARS:
        return None
    stretch = values[counted] - np.nanmedian(values[counted], axis=1, keepdims=True)
    whole = known[counted].all(axis=0) & (residents > 0)
    if whole.sum() < max(FEWEST_MUNICIPALITIES, len(residents) / 2):
        return None
    size = np.log(residents[whole])
    variance = np.maximum((np.diff(stretch[:, whole], axis=0) ** 2).mean(axis=0) / 2, LEAST_VARIANCE)
    slope, intercept = np.polyfit(size, np.log(variance), 1)
    # a line through logarithms is below the mean
    intercept += np.log(variance.mean() / np.exp(intercept + slope * size).mean())
    named = [year for year, counts in zip(years, counted, strict=True) if counts]
    return Line(named[0], named[-1], float(intercept), float(slope), int(whole.sum()))


def rank_ends(
    values: Numbers, deviations: Numbers, at: NDArray[np.int64], highest_first: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the 5 % and the 95 % end of the ranks of some members, among all of a group.

    `values`, `deviations`: of every member that is ranked, on the scale of noise; `at`: the places of the members asked
    for. Every figure is drawn anew around its value, with its own deviation. Given a member's own draw, each of the
    others is before it or not by itself, so that its rank is nearly normal; the ends are quantiles of the mixture over
    its draws. They are never beyond the member's present rank.
    """
    first = -values if highest_first else values
    ahead, spread = np.empty((2, len(at), len(NODES)))
    for row, place in enumerate(at):
        own = first[place] + NODES * deviations[place]
        chances = special.ndtr((own[:, None] - first) / deviations)
        chances[:, place] = 0
        ahead[row] = chances.sum(axis=1)
        spread[row] = ahead[row] - np.einsum("nm,nm->n", chances, chances)
    ahead, spread = ahead @ BETWEEN, np.sqrt(np.maximum(spread @ BETWEEN, LEAST_VARIANCE))
    low, high = (_quantile(ahead, spread, len(values), tail) for tail in TAILS)
    present = 1 + np.searchsorted(np.sort(first), first[at])
    return np.minimum(low, present), np.maximum(high, present)


def _quantile(ahead: Numbers, spread: Numbers, most: int, tail: float) -> NDArray[np.int64]:
    """Return for each row the first rank, up to `most`, that has the chance `tail` to be reached or to be better.

    `ahead`, `spread`: shape (rows, draws), mean and deviation of the number of members before it.
    """
    low, high = np.ones(len(ahead), int), np.full(len(ahead), most)
    while (low < high).any():
        middle = (low + high) // 2
        # half a place to spare, since ranks are whole
        reached = special.ndtr((middle[:, None] - 0.5 - ahead) / spread) @ WEIGHTS >= tail
        low, high = np.where(reached, low, np.minimum(middle + 1, high)), np.where(reached, middle, high)
    return low


def between(values: Numbers, deviations: Numbers, centre: float) -> float:
    """Return how much municipalities differ from each other beyond their noise, as a variance to be added to it.

    The additive over-dispersion of Spiegelhalter (2005), by the moments of deviations from `centre` in units of noise;
    a tenth of them at each end is drawn in to the next one first, so that a few far ones do not widen it.
    """
    known = np.isfinite(values) & (deviations > 0)
    if known.sum() < 2:
        return 0.0
    apart = (values[known] - centre) / deviations[known]
    dispersion = float((np.clip(apart, *np.quantile(apart, (0.1, 0.9))) ** 2).mean())
    weights, n = deviations[known] ** -2, int(known.sum())
    beyond = n * dispersion - (n - 1)
    return max(0.0, beyond / float(weights.sum() - (weights**2).sum() / weights.sum()))
