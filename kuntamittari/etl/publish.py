"""Write a data set, check it and put it in use in one step; where anything fails, the data in use stay as they are."""

import fcntl
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from kuntamittari import __version__
from kuntamittari.catalog import provenance
from kuntamittari.catalog.provenance import INVENTED
from kuntamittari.errors import BrokenRuleError, DataError, UnreachableError
from kuntamittari.etl import audits, raw, revisions
from kuntamittari.etl.order import Order, size_year
from kuntamittari.etl.sources import classification
from kuntamittari.etl.writer import write_boundaries, write_ordered, write_table
from kuntamittari.query import figures, need, values
from kuntamittari.query.database import Database
from kuntamittari.query.peers import predictive, structure
from kuntamittari.query.snapshot import (
    ALL_SCHEMAS,
    BOUNDARY,
    MANIFEST,
    MAY_LACK,
    MODELS,
    MODELS_SCHEMA,
    VALUES,
    VALUES_SCHEMA,
    open_snapshot,
    write_manifest,
)
from kuntamittari.query.variation import jumps, models, noise, projection_error

WHOLE = "whole"  # the folder beside staged files that has the whole country, where these are a part of it

if TYPE_CHECKING:
    import geopandas as gpd

SOURCES = {
    "finance": ("kta_costs",),
    "statement": ("kta_statements",),
    "activity": ("sotkanet_outcomes", "key_figures", "statfin_vaka", "vipunen"),
    "population": ("statfin_population", "sotkanet_population", "paavo", "key_figures", "statfin_age_shares"),
    "projection": ("population_projection",),
    "price_index": ("price_index",),
    "municipality": ("classification", "statfin_population", "sotkanet_population"),
    "boundary": ("boundaries",),
    "cells": ("state_treasury",),
    "missing_cells": ("state_treasury",),
}


@dataclass(frozen=True)
class Tables:
    """The tables of the country, of which a data directory may hold a part.

    `frames` has a frame for each table of SCHEMAS and for those of MAY_LACK that were loaded, `boundaries` the columns
    municipality and geometry (EPSG:3067), `absent` the optional sources that are left out with the reason, `older`
    those that failed this time and are as they were retrieved before, with reason and date, `origin` the answers that
    all of it came from, `left_out` by source the parts of it that were refused (each as the fields of its source's
    refusal), `read` by source when it was retrieved, in how many answers, and the first and the last of its years.
    """

    frames: dict[str, pd.DataFrame]
    boundaries: "gpd.GeoDataFrame"
    absent: dict[str, str]
    older: dict[str, dict[str, str]] = field(default_factory=dict)
    origin: raw.Origin = field(default_factory=raw.Origin)
    left_out: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    read: dict[str, dict[str, Any]] = field(default_factory=dict)

    def in_scope(self) -> "Tables":
        """Return the tables without the figures of municipalities that the register has outside the scope.

        Figures of a municipality that it does not have stay, for the audits to find.
        """
        register = self.frames["municipality"]
        outside = set(register.loc[~register["loaded"], "code"])
        frames = {
            name: frame[~frame["municipality"].isin(outside)] if "municipality" in frame else frame
            for name, frame in self.frames.items()
        }
        return replace(self, frames=frames)

    def whole(self) -> "Tables":
        """Return the tables with all municipalities in scope.

        Without the reports to the State Treasury: those are asked for in scope only, and are not of the whole.
        """
        frames = {name: frame for name, frame in self.frames.items() if name not in MAY_LACK}
        return replace(self, frames=frames | {"municipality": frames["municipality"].assign(loaded=True)})


def refuse_real(out: Path) -> None:
    """Raise DataError where a directory holds data that are not invented or cannot be read."""
    if (out / MANIFEST).exists() and not open_snapshot(out).invented:
        raise DataError(
            f"{out} holds figures of real municipalities, which invented ones must not replace: "
            "name another folder with --out."
        )


def renew(out: Path, write: Callable[[Path], dict[str, Any]]) -> list[str]:
    """Write a data set into an empty folder, check it and put it in use in `out`.

    `write` puts the files into the folder that it is given and returns their manifest; where they are a part of the
    country, also the tables of the whole into the folder WHOLE inside it, unless it brings the models itself. Returns
    one line a table: name and rows. Raises BrokenRuleError, one sentence a problem; the data in use then stay.
    """
    staging = out / ".update" / "staging"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    manifest = write(staging)
    write_manifest(manifest, staging)
    in_use, staged = _in_use(out), _staged(staging)
    if problems := audits.problems_within(staged) or (in_use and audits.losses(in_use, staged)):
        raise BrokenRuleError(problems)
    manifest["files"][VALUES] = write_values(staged)
    write_manifest(manifest, staging)
    staged = Database(open_snapshot(staging), beside=staged)
    if in_use:
        manifest |= revisions.write(in_use, staged)
    if MODELS not in manifest["files"]:
        manifest["files"][MODELS] = write_models(staged)
    # beside data in use the new files get a folder of their own, so that running readers keep theirs
    folder = f"snapshot-{datetime.now(UTC):%Y%m%dT%H%M%S%f}" if (out / MANIFEST).exists() else "."
    put_in_use(staging, out, folder, manifest)
    return [f"{name}: {entry['rows']} rows" for name, entry in manifest["files"].items()]


def _in_use(out: Path) -> Database | None:
    """Return the data in use in a directory; None where there are none or they cannot be read."""
    try:
        return Database(open_snapshot(out))
    except DataError:
        return None


def _staged(folder: Path) -> Database:
    """Open data that are to be put in use. Raises BrokenRuleError where the files are not what was written."""
    try:
        return audits.opened(folder)
    except DataError as error:
        raise BrokenRuleError(error.problems) from error


def write_values(database: Database) -> dict[str, Any]:
    """Write the values of all indicators beside the files that they follow from; return what the manifest says of them.

    `definitions`: indicator → digest of the definition by which its values are computed, by which a later version of
    the catalogue or of the macros is known; `figures`: digest of the files that they are computed from.
    """
    manifest, file = database.snapshot.manifest, database.snapshot.directory / f"{VALUES}.parquet"
    indicators = list(figures.catalogue(database).values())
    rows = pa.RecordBatchReader.from_batches(VALUES_SCHEMA, values.batches(database, indicators))
    return {
        "path": file.name,
        **write_ordered(rows, VALUES, file),
        "definitions": values.definitions(indicators),
        "figures": values.figures_digest(manifest),
        "retrieved": next(iter(manifest["files"].values()))["retrieved"],
        "sources": [],  # those of the other files, which it follows from
    }


def write_models(database: Database) -> dict[str, Any]:
    """Write what is estimated from the whole country, for the indicators as the data have them, beside their files;
    return what the manifest says of it.

    The country is in the folder WHOLE beside them, where the data are a part of the country. `definitions`: indicator
    (or model, where it is not of one indicator) → digest of the definition that its rows are of.
    """
    folder = database.snapshot.directory
    indicators = list(figures.catalogue(database).values())
    country = Database(open_snapshot(folder / WHOLE)) if (folder / WHOLE).is_dir() else database
    values.compute_together(country, indicators)
    rows = [
        *noise.rows(country, indicators),
        *jumps.rows(country, indicators),
        *structure.rows(country),
        *need.rows(country),
        *predictive.rows(country),
        *projection_error.rows(country, indicators),
    ]
    frame = pd.DataFrame(rows, columns=MODELS_SCHEMA.names)
    return {
        "path": f"{MODELS}.parquet",
        **write_table(frame, MODELS, folder / f"{MODELS}.parquet"),
        "definitions": models.definitions(indicators)
        | {one.MODEL: one.definition() for one in (structure, need, predictive)},
        "retrieved": next(iter(database.snapshot.manifest["files"].values()))["retrieved"],
        "sources": [],  # those of the other files, which it follows from
    }


def discard_unfinished(out: Path) -> None:
    """Remove what an unfinished update left in a data directory; the data in use are not touched."""
    shutil.rmtree(out / ".update", ignore_errors=True)


@contextmanager
def discarding_refused(out: Path) -> Iterator[None]:
    """Discard the cached answers of an update whose figures are refused, or fail in any other way, since they would
    again.

    After an interruption or while a service does not answer, they stay, and the next update goes on from them.
    """
    try:
        yield
    except UnreachableError:
        raise
    except Exception:  # also one that nobody has foreseen
        discard_unfinished(out)
        raise


@contextmanager
def exclusive(out: Path) -> Iterator[None]:
    """Hold a data directory for one update; the operating system lets go however the process ends.

    Raises DataError where another update holds it.
    """
    out.mkdir(parents=True, exist_ok=True)
    with (out / ".update.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DataError(
                f"Another update of {out} is running. Wait for it to end, or choose another folder with --out."
            ) from error
        yield


def write_tables(tables: Tables, order: Order, folder: Path) -> dict[str, Any]:
    """Write the files of a data set and the raw answers that it came from into a folder; return its manifest."""
    loaded = [name for name in ALL_SCHEMAS if name in tables.frames]
    files = {name: write_table(tables.frames[name], name, folder / f"{name}.parquet") for name in loaded}
    files[BOUNDARY] = write_boundaries(tables.boundaries, folder / f"{BOUNDARY}.parquet")
    facts = {
        "scope": order.scope,
        "years": sorted(map(int, tables.frames["finance"]["year"].unique())),
        "ordered": list(order.years),
        "division_year": classification.DIVISION_YEAR,
        "interface": tables.origin.interface,
        "absent": tables.absent,
        "left_out": tables.left_out,
        "older": tables.older,
        "read": tables.read,
    }
    if "cells" in tables.frames:
        facts["packages"] = sorted(tables.frames["cells"]["package"].unique())
    sources = {
        name: [INVENTED] if provenance.is_invented(facts) else [i for i in ids if i not in tables.absent]
        for name, ids in SOURCES.items()
    }
    manifest = describe(files, tables.frames["municipality"], sources, facts, tables.origin.retrieved)
    if tables.origin.answers:
        manifest["raw"] = raw.write(tables.origin.answers, folder / raw.FOLDER)
    return manifest


def put_in_use(staging: Path, out: Path, folder: str, manifest: dict[str, Any]) -> None:
    """Move the staged files into a folder of `out`, then replace its manifest; drop snapshots that are no longer kept.

    The snapshot that was in use until now is kept, since open readers still read it; those before it are dropped, raw
    answers included.
    """
    try:
        in_use = snapshot_folders(open_snapshot(out).manifest)
    except DataError:  # no data in use, or none that can be read: nothing to keep
        in_use = set()
    (out / folder).mkdir(exist_ok=True)
    for name, entry in manifest["files"].items():
        entry["path"] = _inside(folder, entry["path"])
        (staging / f"{name}.parquet").replace(out / entry["path"])
    for entry in (manifest[name] for name in raw.ENTRIES if name in manifest):
        answers = staging / entry["path"]
        entry["path"] = _inside(folder, entry["path"])
        if answers.exists():  # they may be left out, as in the bundle
            raw.move(answers, out / entry["path"])
    write_manifest(manifest, out)
    for old in out.glob("snapshot-*"):
        if old.name not in in_use | {folder}:
            shutil.rmtree(old, ignore_errors=True)


def _inside(folder: str, path: str) -> str:
    return path if folder == "." else f"{folder}/{path}"


def describe(
    files: dict[str, dict[str, Any]],
    register: pd.DataFrame,
    sources: Mapping[str, Sequence[str]],
    facts: dict[str, Any],
    retrieved: datetime,
) -> dict[str, Any]:
    """Return the manifest of a data set: what was loaded, from where, when and under which licence.

    `files` has rows and sha256 by table, `register` the municipalities, `sources` source ids by table, `facts` scope,
    years (of costs), division_year, interface and whatever else the manifest says of the whole.
    """

    def entry(name: str) -> dict[str, Any]:
        described = [{"id": i, **provenance.sources()[i]} for i in sources[name]]
        return {
            "path": f"{name}.parquet",
            **files[name],
            "retrieved": retrieved.date().isoformat(),
            "sources": described,
        }

    return {
        "generator": f"kuntamittari {__version__}",
        **facts,
        "size_year": size_year(facts["years"]),
        "largest_20": sorted(register.loc[register["largest_20"], "code"]),
        "retrieved": retrieved.isoformat(timespec="seconds"),
        "files": {name: entry(name) for name in files},
    }


def snapshot_folders(manifest: dict[str, Any]) -> set[str]:
    """Return the folders that hold a manifest's files."""
    return {str(Path(entry["path"]).parent) for entry in manifest["files"].values()}
