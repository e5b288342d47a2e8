"""Check a data directory: files, raw answers and figures. Each rule about figures is one query in sql/audits that must
return no row."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from kuntamittari.catalog import measures
from kuntamittari.errors import DataError
from kuntamittari.etl import raw
from kuntamittari.etl.optional import FEWEST_COMPARED, SAME_UNIT
from kuntamittari.etl.order import Order
from kuntamittari.query import coverage, figures, values
from kuntamittari.query.audits import offending_rows
from kuntamittari.query.database import Database
from kuntamittari.query.snapshot import file_problems, open_snapshot

EXAMPLES = 3
SAMPLE = 8  # indicators whose table of values is compared with the macros
COUNTRY = "FI"  # the place of national figures (sql/loaded_municipalities.sql)


def problems(directory: Path) -> list[str]:
    """Return one sentence for each defect of files and schemas; where these are whole, of raw answers and figures."""
    try:
        return problems_within(opened(directory))
    except DataError as error:
        return error.problems


def opened(directory: Path) -> Database:
    """Open a data directory. Raises DataError, one sentence for each file that is not what its manifest says."""
    snapshot = open_snapshot(directory)
    if problems := file_problems(snapshot):
        raise DataError(problems)
    return Database(snapshot)


def problems_within(database: Database) -> list[str]:
    """Return one sentence for each defect of raw answers and figures.

    Raw answers are compared with the manifest where they are kept; a data directory may leave them out.
    """
    return [*raw.problems(database.snapshot), *audit_problems(database), *values_problems(database)]


def audit_problems(database: Database) -> list[str]:
    """Return one sentence for each broken rule, with the first rows that break it."""
    sentences = []
    for rule, rows in offending_rows(database).items():
        shown = "; ".join(", ".join(f"{k} {v}" for k, v in row.items()) for row in rows[:EXAMPLES])
        more = f" and {len(rows) - EXAMPLES} more" if len(rows) > EXAMPLES else ""
        sentences.append(f"{rule}: {shown}{more}")
    return sentences


def values_problems(database: Database) -> list[str]:
    """Return a sentence where the table of values is not what the macros compute, for some indicators in turn."""
    indicators = list(figures.catalogue(database).values())
    wrong = values.differing(database, indicators[:: max(1, len(indicators) // SAMPLE)])
    if not wrong:
        return []
    shown = ", ".join(wrong[:EXAMPLES])
    return [f"The table of values differs from the figures of {shown}: run `python -m kuntamittari update` again."]


def losses(in_use: Database, staged: Database) -> list[str]:
    """Name each part and year in which municipalities have figures in use that the staged data, though ordered, lack,
    or in which the figures have become ten times as large or as small, so that their unit has changed.

    A municipality has lost figures where the staged data hold fewer of it than the data in use; another municipality in
    its place does not make up for it. Both numbers of a sentence count only municipalities whose figures are still
    expected (see `_expected`), in the years from which on the order has their part (see `_is_ordered`). A projection
    that a newer one has replaced is not counted. Return no sentence where the data in use cannot be read or are of an
    invented country.
    """
    if in_use.snapshot.invented:
        return []
    try:
        before, after = (coverage.figures_by_municipality(database) for database in (in_use, staged))
        places = _expected(in_use, staged)
    except DataError:
        return []
    pairs = pd.MultiIndex.from_frame(before[["part", "year"]])
    last_residents = after.loc[after["part"] == "population", "year"].max()
    counted = pairs.isin(
        [
            (part, year)
            for part, year in pairs.unique()
            if _is_ordered(part, year, staged.snapshot.manifest, last_residents)
        ]
    )
    replaced = (before["part"] == "projection") & (before["vintage"].max() < after["vintage"].max())
    both = (
        before[counted & before["municipality"].isin({*places, COUNTRY}) & ~replaced]
        .merge(after, how="left", on=["part", "year", "municipality"], suffixes=("", "_left"))
        .fillna({"figures_left": 0})
    )
    had = both.groupby(["part", "year"]).size()
    sentences = []
    for (part, year), lost in both[both["figures_left"] < both["figures"]].groupby(["part", "year"]):
        shown = ", ".join(_loss(row) for row in lost.head(EXAMPLES).to_dict("records"))
        more = f" and {len(lost) - EXAMPLES} more" if len(lost) > EXAMPLES else ""
        before_loss = had[part, year]
        sentences.append(
            f"{part}, year {year}: {before_loss - len(lost)} municipalities, but the data in use have {before_loss}; "
            f"the source has lost figures of {shown}{more}."
        )
    return sentences + _changed_units(both)


def _changed_units(both: pd.DataFrame) -> list[str]:
    """Name each part in which the sizes of most municipalities are no longer of the same order of magnitude."""
    compared = both[(both["size"] > 0) & (both["size_left"] > 0) & (both["figures_left"] == both["figures"])]
    times = (compared["size_left"] / compared["size"]).groupby([compared["part"], compared["year"]])
    national = compared.loc[compared["municipality"] == COUNTRY, "part"].unique()
    enough = (times.size() >= FEWEST_COMPARED) | times.size().index.isin(national, level="part")
    typical = times.median()[enough]
    changed = typical[(typical <= 1 / SAME_UNIT) | (typical >= SAME_UNIT)].reset_index(name="times")
    return [
        f"{part}, year {', '.join(map(str, some['year']))}: the figures are {some['times'].median():.4g} times those "
        "in use; the unit of the source may have changed."
        for part, some in changed.groupby("part")
    ]


def _is_ordered(part: str, year: int, manifest: Mapping[str, Any], last_residents: int) -> bool:
    """Return whether the new data were ordered to have a part in a year: each part has years of its own.

    An optional source that the new data go without is not expected to have any. Where that is the one of the newest
    residents, none are expected after `last_residents`, the last year of the residents that the new data have.
    """
    years = manifest.get("ordered", manifest["years"])
    order = Order(manifest["scope"], tuple(years))
    if part in ("finance", "statement"):
        return min(years) <= year <= max(years)
    if part == "population" and "statfin_age_shares" in manifest.get("absent", {}):
        return order.first_year <= year <= last_residents
    source = measures.source(part) if part in measures.measures() else None
    if source in manifest.get("absent", {}):
        return False
    return year >= (order.first_outcomes if source not in (None, "key_figures") else order.first_year)


def _loss(row: dict[str, Any]) -> str:
    """Return the code of a municipality that has lost figures and, where some are left, how many of how many."""
    left = f" ({row['figures_left']:.0f} of {row['figures']} left)" if row["figures_left"] else ""
    return f"{row['municipality']}{left}"


def _expected(old: Database, new: Database) -> set[str]:
    """Return the codes of the municipalities whose figures in use the new data must have too.

    These are the loaded ones of the new register whose area is as before: figures of the parts of a merged area cannot
    always be put together. One of the largest cities in use that the new register does not load counts too where its
    residents are unknown: a source has lost them, and no larger city has taken its place. So does one that the register
    lacks although it ended in no merger.
    """
    register = figures.register(new)
    ended = {former["code"] for row in register.values() for former in row["former"] or ()}
    codes = set()
    for was in figures.register(old).values():
        now = register.get(was["code"])
        if now is None:
            expected = was["code"] not in ended
        else:
            unranked = was["largest_20"] and now["residents"] is None
            expected = was.get("former") == now["former"] and (now["loaded"] or unranked)
        if expected:
            codes.add(was["code"])
    return codes
