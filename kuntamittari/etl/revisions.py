"""What an update changes in the figures that have been shown: written beside the new figures, before the swap."""

from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from kuntamittari.etl.writer import write_table
from kuntamittari.query import figures, values
from kuntamittari.query.database import Database
from kuntamittari.query.history.revisions import EVERY_PLACE, Cause
from kuntamittari.query.snapshot import REVISIONS, REVISIONS_SCHEMA, VALUES, Snapshot

KEYS = ["indicator", "year", "municipality"]
MOST_KEPT = 24  # earlier data sets whose changes are kept
SAME = 1e-9  # relative difference up to which a figure is unchanged, computed by another machine


def write(in_use: Database, staged: Database) -> dict[str, Any]:
    """Write the figures that the staged data set changes, and those that earlier updates changed, into its folder.

    Returns what the manifest of the staged ones gets: `files` with the table, and `former`, the data sets that were in
    use before with the time of their replacement. Where the data in use are not of the same country, real or invented,
    there is nothing to compare with, and no table.
    """
    old, new = in_use.snapshot, staged.snapshot
    if old.invented != new.invented:
        return {}
    replaced = datetime.now(UTC).replace(tzinfo=None)
    former = [
        *old.manifest.get("former", []),
        {
            "data_version": old.digest,
            "retrieved": old.manifest["retrieved"],
            "replaced": replaced.isoformat(timespec="seconds"),
        },
    ][-MOST_KEPT:]
    kept = pd.DataFrame(columns=REVISIONS_SCHEMA.names)
    if old.has(REVISIONS):
        kept = pd.read_parquet(old.path(REVISIONS))
        kept = kept[kept["data_version"].isin({one["data_version"] for one in former})]
    found = changes(in_use, staged).assign(data_version=old.digest, replaced=replaced)
    rows = pd.concat([part for part in (kept, found) if len(part)] or [kept], ignore_index=True)
    entry = {
        "path": f"{REVISIONS}.parquet",
        **write_table(rows, REVISIONS, new.directory / f"{REVISIONS}.parquet"),
        "retrieved": new.manifest["retrieved"][:10],
        "sources": [],  # those of the other files, whose figures it has
    }
    return {"former": former, "files": new.manifest["files"] | {REVISIONS: entry}}


def changes(in_use: Database, staged: Database) -> pd.DataFrame:
    """Return the figures that differ between two data sets: indicator, year, municipality, before, after, cause.

    Only of areas that both have loaded and of indicators that both have. A year of which the old one has no figure at
    all is one row, without a municipality. Empty where one of them brings no table of values of its own figures.
    """
    old, new = in_use.snapshot, staged.snapshot
    old_values, new_values = _values(old), _values(new)
    if old_values is None or new_values is None:
        return pd.DataFrame(columns=[*KEYS, "before", "after", "cause"])
    loaded = [{code for code, row in figures.register(one).items() if row["loaded"]} for one in (in_use, staged)]
    places, indicators = loaded[0] & loaded[1], {*old_values["indicator"]} & {*new_values["indicator"]}
    before, after = (
        table[table["municipality"].isin(places) & table["indicator"].isin(indicators)].dropna(subset=["value"])
        for table in (old_values, new_values)
    )
    both = before.merge(after, how="outer", on=KEYS, suffixes=("_before", "_after"))
    both = both.rename(columns={"value_before": "before", "value_after": "after"})
    apart = (both["before"] - both["after"]).abs() > SAME * both[["before", "after"]].abs().max(axis=1)
    both = both[apart | (both["before"].isna() != both["after"].isna())]
    had = pd.MultiIndex.from_frame(before[["indicator", "year"]].drop_duplicates())
    is_new = ~pd.MultiIndex.from_frame(both[["indicator", "year"]]).isin(had)
    years = both.loc[is_new, ["indicator", "year"]].drop_duplicates().assign(municipality=EVERY_PLACE)
    definitions = [one.manifest["files"][VALUES]["definitions"] for one in (old, new)]
    redefined = {i for i in indicators if definitions[0].get(i) != definitions[1].get(i)}
    rows = pd.concat([both[~is_new], years.reindex(columns=both.columns)], ignore_index=True)
    causes: dict[bool, Cause] = {True: "definition", False: "figures"}
    return rows.assign(cause=rows["indicator"].isin(redefined).map(causes))


def _values(snapshot: Snapshot) -> pd.DataFrame | None:
    """Return the table of values of a data set; None where it has none that is of its figures and can be read."""
    manifest = snapshot.manifest
    if not snapshot.has(VALUES) or manifest["files"][VALUES].get("figures") != values.figures_digest(manifest):
        return None
    try:
        return pq.read_table(snapshot.path(VALUES), columns=[*KEYS, "value"]).to_pandas()
    except values.UNREADABLE:
        return None
