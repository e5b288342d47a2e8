"""Residents by age from several sources as one series without overlaps: the first source that has an age gives it."""

from collections.abc import Sequence

import pandas as pd

WHOLE_LIFE = (0, 120)
PLACE_YEAR = ["municipality", "year"]


def in_order_of_precedence(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Bands (municipality, year, age_from, age_to, persons, status) of all parts, each only where it meets no band
    taken before.

    The total 0–120 stands apart from the bands inside it: the first part that has it gives it.
    """
    taken: list[pd.DataFrame] = []
    for part in parts:
        total = (part["age_from"] == WHOLE_LIFE[0]) & (part["age_to"] == WHOLE_LIFE[1])
        before = pd.concat(taken) if taken else part.head(0)
        taken.append(part[~(total & _known_total(part, before)) & ~(~total & _meets(part, before))])
    return pd.concat(taken, ignore_index=True)


def _known_total(part: pd.DataFrame, before: pd.DataFrame) -> pd.Series:
    totals = before[(before["age_from"] == WHOLE_LIFE[0]) & (before["age_to"] == WHOLE_LIFE[1])]
    known = pd.MultiIndex.from_frame(totals[PLACE_YEAR])
    return pd.Series(pd.MultiIndex.from_frame(part[PLACE_YEAR]).isin(known), index=part.index)


def _meets(part: pd.DataFrame, before: pd.DataFrame) -> pd.Series:
    """Which bands of a part hold an age that a band before (the total apart) holds in the same municipality and
    year."""
    single = _ages(before[(before["age_to"] - before["age_from"]) < WHOLE_LIFE[1]])
    asked = _ages(part)
    held = pd.MultiIndex.from_frame(asked[[*PLACE_YEAR, "age"]]).isin(
        pd.MultiIndex.from_frame(single[[*PLACE_YEAR, "age"]])
    )
    return part.index.to_series().isin(asked.index[held])


def _ages(bands: pd.DataFrame) -> pd.DataFrame:
    """One row an age of each band, under the band's own index."""
    ages = [range(first, last + 1) for first, last in zip(bands["age_from"], bands["age_to"], strict=True)]
    return bands[PLACE_YEAR].assign(age=pd.Series(ages, index=bands.index, dtype=object)).explode("age")


def from_share(share: pd.DataFrame, total: pd.DataFrame, age_from: int) -> pd.DataFrame:
    """Residents of `age_from` or over where only their share of all residents is published (percent with one decimal).

    Both frames: municipality, year, value. The product is an approximation and says so in its status.
    """
    both = share.merge(total, on=PLACE_YEAR, suffixes=("_share", "_total"))
    return pd.DataFrame(
        {
            "municipality": both["municipality"],
            "year": both["year"],
            "age_from": age_from,
            "age_to": WHOLE_LIFE[1],
            "persons": both["value_share"] * both["value_total"] / 100,
            "status": "approximate",
        }
    )
