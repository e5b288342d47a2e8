"""An indicator of several municipalities as one: sums of what is divided, and why there is no value (docs/methods.md
1, 2, 23).

Pure functions on NumPy arrays of shape (years, members); a missing number is NaN, a missing word None.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from kuntamittari.catalog.statuses import STATUSES
from kuntamittari.stats.group_figures import Flags, Numbers

Words = NDArray[np.object_]
PUBLISHED_RATE, NOT_EVERY_MEMBER = "published_rate", "not_every_member"
# reasons that hold for all municipalities of a year alike
OF_YEAR = ("no_data", "moved", "no_year", "break", "no_price")


@dataclass(frozen=True)
class Definition:
    """What of an indicator its sums depend on: kind and scale of the formula, whether zero means that a task is not
    organised, which side counts the persons that a value rests on, and how many years are taken together."""

    kind: str
    scale: float
    zero_is_missing: bool
    persons_in: Literal["numerator", "denominator"] | None
    years_together: int = 1


def as_one(
    of: Definition, numbers: Mapping[str, Numbers], status: Words, reason: Words, without_part: Flags
) -> tuple[dict[str, Numbers], dict[str, Words]]:
    """Return the members as one municipality: column → number of each year, and status and reason.

    `numbers`: the columns of the table of values, of the members; `without_part`: the years in which none of them
    organises some part of a composite. A sum exists only where every member has the figure.
    """
    years = len(reason)
    nothing, one = np.full(years, np.nan), np.ones(years)
    is_index, has_sum = of.kind == "index", of.kind in ("ratio", "change", "index")
    index, level = np.full(years, is_index), np.full(years, of.kind == "level")
    above, below = _divided(numbers, is_index)
    no_above, no_below = np.isnan(above), np.isnan(below)
    used, used_base = (numbers["input"], numbers["input_base"]) if is_index else (np.ones_like(above),) * 2
    sums = {
        "above": above.sum(axis=1) if has_sum else nothing,
        "below": below.sum(axis=1) if has_sum else nothing,
        "input": used.sum(axis=1) if is_index else one,
        "input_base": used_base.sum(axis=1) if is_index else one,
    }
    hidden_low, hidden_high = _hidden_ends(of.scale, numbers, reason, above, below)
    hidden = np.isnan(sums["above"]) & ~np.isnan(hidden_low) & (sums["below"] > 0)
    no_part, no_input = no_above | np.isnan(used), np.isnan(used_base)
    zero = (sums["input"] == 0) | (sums["input_base"] == 0) if is_index else sums["above"] == 0
    zero |= ~index & (reason == "not_organised").all(axis=1)  # as in several years taken together
    rules: list[tuple[Flags, Words]] = [  # the first that applies (docs/methods.md 2)
        *(((reason == word).any(axis=1), _every(years, word)) for word in OF_YEAR),
        (level, _every(years, PUBLISHED_RATE)),
        (hidden, _every(years, "hidden_count")),
        (np.asarray(no_part.any(axis=1)), _shared(reason, no_part)),
        (zero & of.zero_is_missing, _every(years, "not_organised")),
        (without_part, _every(years, "not_organised_part")),
        (np.asarray((no_below | no_input).any(axis=1)), _shared(reason, no_below | no_input)),
        (sums["below"] == 0, _shared(reason, below == 0, "zero_denominator")),
        (index & ((sums["input"] <= 0) | (sums["input_base"] <= 0)), _every(years, "cost_not_positive")),
        (index & (sums["above"] == 0), _every(years, "no_output")),
    ]
    why, known = np.full(years, None, dtype=object), np.ones(years, bool)
    for applies, because in reversed(rules):
        why[applies], known[applies] = because[applies], False
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient, used_quotient = sums["above"] / sums["below"], sums["input"] / sums["input_base"]
        value = of.scale * quotient / used_quotient - (100 if of.kind == "change" else 0)
    columns = {
        "value": np.where(known, value, np.nan),
        "numerator": 100 * quotient if is_index else sums["above"],
        "denominator": 100 * used_quotient if is_index else sums["below"],
        "base": _base(of, sums),
        "hidden_low": np.where(why == "hidden_count", hidden_low, np.nan),
        "hidden_high": np.where(why == "hidden_count", hidden_high, np.nan),
        **(sums if is_index else dict.fromkeys(sums, nothing)),
    }
    finite = {name: np.where(np.isfinite(column), column, np.nan) for name, column in columns.items()}
    shown = _weakest(status)
    shown[~known] = None
    return finite, {"status": shown, "reason": why}


def _divided(numbers: Mapping[str, Numbers], is_index: bool) -> tuple[Numbers, Numbers]:
    """Return what is divided and by what, of each member."""
    above, below = ("above", "below") if is_index else ("numerator", "denominator")
    return numbers[above], numbers[below]


def _hidden_ends(
    scale: float, numbers: Mapping[str, Numbers], reason: Words, above: Numbers, below: Numbers
) -> tuple[Numbers, Numbers]:
    """Return the ends of the value of each year in which the only counts that members lack are hidden; NaN otherwise,
    and for an unknown upper end."""
    hidden = (reason == "hidden_count") & np.isnan(above)
    counts = (np.where(hidden, numbers[end] * below / scale, above) for end in ("hidden_low", "hidden_high"))
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = (scale * count.sum(axis=1) / below.sum(axis=1) for count in counts)
    return np.where(hidden.any(axis=1), low, np.nan), high


def _every(years: int, word: str) -> Words:
    """Return one word for every year."""
    return np.full(years, word, dtype=object)


def _shared(reason: Words, lacking: Flags, otherwise: str = NOT_EVERY_MEMBER) -> Words:
    """Return the reason of each year that every member has and lacks the figure for, where it is one and the same."""
    first = reason[:, :1]
    same = lacking.all(axis=1) & (reason == first).all(axis=1) & (first[:, 0] != None)  # noqa: E711 - elementwise
    shared = _every(len(reason), otherwise)
    shared[same] = first[same, 0]
    return shared


def _base(of: Definition, sums: Mapping[str, Numbers]) -> Numbers:
    """Return the persons that each value rests on; NaN where it rests on none that are counted."""
    if of.persons_in == "denominator":
        return sums["below"] / of.years_together
    if of.persons_in == "numerator":  # of an index: in the smaller year
        return np.fmin(sums["above"], sums["below"])
    return np.full(len(sums["above"]), np.nan)


def _weakest(status: Words) -> Words:
    """Return the weakest status of each year; the strongest where no member has one (docs/methods.md 15)."""
    weakest = _every(len(status), STATUSES[0])
    for word in STATUSES:
        weakest[(status == word).any(axis=1)] = word
    return weakest
