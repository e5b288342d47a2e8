"""The gap between a municipality's service and that of the typical peer (docs/methods.md 24)."""

import numpy as np

from kuntamittari.stats.group_figures import Flags, Numbers
from kuntamittari.stats.noise import REACH


def own_users(unit_cost: float, median: float, users: float) -> float:
    """Return what the municipality's own users cost more than they would at the median unit cost, in euros a year."""
    return (unit_cost - median) * users


def number_of_users(users: float, share: float, typical_share: float, median: float) -> float:
    """Return what the users cost at the median unit cost beyond those whom the typical peer of the same size has, in
    euros a year.

    `share`, `typical_share`: users by residents. With `own_users` it sums to the cost less what the typical share would
    cost at the median.
    """
    return users * (1 - typical_share / share) * median


def firmly_above(value: Numbers | float, deviation: Numbers | float, other: Numbers, other_deviation: Numbers) -> Flags:
    """Return whether values are above others by more than the 90 % interval of their difference.

    All on the scale of noise; deviations are of one year's figure. False where a deviation is unknown (NaN).
    """
    return np.asarray(value - other > REACH * np.sqrt(deviation**2 + other_deviation**2))
