"""Join residents by age from several sources into one series without overlaps (docs/methods.md 13)."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

WHOLE_LIFE = (0, 120)
PLACE_YEAR = ["municipality", "year"]


def in_order_of_precedence(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the age bands of all parts; a band is left out where it overlaps one of an earlier part in the same
    municipality and year.

    Columns: municipality, year, age_from, age_to, persons, status. The total (0–120) does not count as a band: it comes
    from the first part that has it.
    """
    taken: list[pd.DataFrame] = []
    for part in parts:
        total = (part["age_from"] == WHOLE_LIFE[0]) & (part["age_to"] == WHOLE_LIFE[1])
        before = pd.concat(taken) if taken else part.head(0)
        taken.append(part[~(total & _has_total(part, before)) & ~(~total & _overlaps(part, before))])
    return pd.concat(taken, ignore_index=True)


def _has_total(part: pd.DataFrame, before: pd.DataFrame) -> pd.Series:
    """Return for each row of a part whether the rows before have a total of its municipality and year."""
    totals = before[(before["age_from"] == WHOLE_LIFE[0]) & (before["age_to"] == WHOLE_LIFE[1])]
    with_total = pd.MultiIndex.from_frame(totals[PLACE_YEAR])
    return pd.Series(pd.MultiIndex.from_frame(part[PLACE_YEAR]).isin(with_total), index=part.index)


def _overlaps(part: pd.DataFrame, before: pd.DataFrame) -> pd.Series:
    """Return for each band of a part whether a band before (totals apart) shares an age with it in the same
    municipality and year."""
    ages_before = _ages(before[(before["age_to"] - before["age_from"]) < WHOLE_LIFE[1]])
    ages = _ages(part)
    shared = pd.MultiIndex.from_frame(ages[[*PLACE_YEAR, "age"]]).isin(
        pd.MultiIndex.from_frame(ages_before[[*PLACE_YEAR, "age"]])
    )
    return part.index.to_series().isin(ages.index[shared])


def _ages(bands: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each age of each band, under the band's index."""
    years = (bands["age_to"] - bands["age_from"] + 1).to_numpy("int64")  # an empty part may have no type
    place = np.repeat(np.arange(len(bands)), years)
    since_first = np.arange(len(place)) - np.repeat(years.cumsum() - years, years)
    return bands[PLACE_YEAR].iloc[place].assign(age=bands["age_from"].to_numpy()[place] + since_first)


def from_share(share: pd.DataFrame, total: pd.DataFrame, age_from: int, age_to: int = WHOLE_LIFE[1]) -> pd.DataFrame:
    """Return residents of an age group, where only its share is published (percent with one decimal).

    `share` (percent) and `total` (persons) have municipality, year, value. The product has the status approximate.
    """
    both = share.merge(total, on=PLACE_YEAR, suffixes=("_share", "_total"))
    return pd.DataFrame(
        {
            "municipality": both["municipality"],
            "year": both["year"],
            "age_from": age_from,
            "age_to": age_to,
            "persons": both["value_share"] * both["value_total"] / 100,
            "status": "approximate",
        }
    )
