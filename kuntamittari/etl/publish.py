"""Write a data set, check it and put it in use at once; what was in use stays where anything fails."""

import fcntl
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from kuntamittari import __version__
from kuntamittari.catalog import provenance
from kuntamittari.errors import DataError, SourceError, UnreachableError
from kuntamittari.etl import audits
from kuntamittari.etl.sources import classification
from kuntamittari.etl.writer import write_boundaries, write_manifest, write_table
from kuntamittari.query.snapshot import BOUNDARY, MANIFEST, SCHEMAS, open_snapshot

if TYPE_CHECKING:
    import geopandas as gpd

SOURCES = {
    "finance": ("kta_costs",),
    "statement": ("kta_statements",),
    "activity": ("sotkanet_outcomes", "key_figures", "statfin_vaka", "vipunen"),
    "population": ("statfin_population", "sotkanet_population", "paavo", "key_figures"),
    "projection": ("population_projection",),
    "price_index": ("price_index",),
    "municipality": ("classification", "sotkanet_population"),
    "boundary": ("boundaries",),
}


@dataclass(frozen=True)
class Order:
    """What to load: `scope` is largest-20 or all, `years` the years of costs and statements."""

    scope: str
    years: tuple[int, ...]


@dataclass(frozen=True)
class Tables:
    """Everything of a data directory, before it is written."""

    frames: dict[str, pd.DataFrame]
    boundaries: "gpd.GeoDataFrame"
    absent: dict[str, str]  # optional source → why it is not in


def renew(out: Path, write: Callable[[Path], dict[str, Any]]) -> list[str]:
    """Has `write` put the files of a data set into an empty folder and return its manifest; puts it in use in `out`
    when it is sound.

    Returns one line a table: name and rows. Raises DataError, one sentence a problem, and then what was there stays in
    use.
    """
    staging = out / ".update" / "staging"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    manifest = write(staging)
    write_manifest(manifest, staging)
    problems = audits.problems(staging) or audits.losses(out, staging)
    if problems:
        raise DataError(problems)
    # beside data in use the new files get a folder of their own, so that running readers keep theirs
    folder = f"snapshot-{datetime.now(UTC):%Y%m%dT%H%M%S%f}" if (out / MANIFEST).exists() else "."
    put_in_use(staging, out, folder, manifest)
    return [f"{name}: {entry['rows']} rows" for name, entry in manifest["files"].items()]


def forget(out: Path) -> None:
    """Removes what an unfinished update left in a data directory; the data in use are not touched."""
    shutil.rmtree(out / ".update", ignore_errors=True)


@contextmanager
def refused_are_not_kept(workshop: Path) -> Iterator[None]:
    """Forgets the answers of a run whose figures were refused: kept, they would be refused again tomorrow. Answers of a
    run that was interrupted or met a silent service stay, and the next run goes on from them."""
    try:
        yield
    except UnreachableError:
        raise
    except (DataError, SourceError):
        shutil.rmtree(workshop)
        raise


@contextmanager
def only_one(out: Path) -> Iterator[None]:
    """Holds the directory for one update; the operating system lets go when the process ends, however it ends."""
    out.mkdir(parents=True, exist_ok=True)
    with (out / ".update.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DataError(
                f"Another update of {out} is running. Wait for it to end, or choose another folder with --out."
            ) from error
        yield


def write_tables(tables: Tables, order: Order, base: str | None, folder: Path) -> dict[str, Any]:
    """Writes the files of a data set into a folder; returns its manifest."""
    written = {name: write_table(tables.frames[name], name, folder / f"{name}.parquet") for name in SCHEMAS}
    written[BOUNDARY] = write_boundaries(tables.boundaries, folder / f"{BOUNDARY}.parquet")
    facts = {
        "scope": order.scope,
        "years": list(order.years),
        "division_year": classification.DIVISION_YEAR,
        "interface": "official" if base is None else "replica",
        "absent": tables.absent,
    }
    sources = {name: [i for i in ids if i not in tables.absent] for name, ids in SOURCES.items()}
    return describe(written, tables.frames["municipality"], sources, facts)


def put_in_use(staging: Path, out: Path, folder: str, manifest: dict[str, Any]) -> None:
    """Moves the staged files into `out` and points its manifest at them, in this order; drops snapshots before the
    last."""
    try:
        in_use = snapshot_folders(open_snapshot(out).manifest)
    except DataError:  # nothing there, or nothing that could be read: nothing to keep
        in_use = set()
    (out / folder).mkdir(exist_ok=True)
    for name, entry in manifest["files"].items():
        entry["path"] = entry["path"] if folder == "." else f"{folder}/{entry['path']}"
        (staging / f"{name}.parquet").replace(out / entry["path"])
    write_manifest(manifest, out)
    for old in out.glob("snapshot-*"):
        if old.name not in in_use | {folder}:
            shutil.rmtree(old, ignore_errors=True)


def describe(
    written: dict[str, dict], register: pd.DataFrame, sources: Mapping[str, Sequence[str]], facts: dict[str, Any]
) -> dict[str, Any]:
    """The manifest: what was loaded, from where, under which licence, and each file's rows and sha256. `facts`: scope,
    years, division_year, interface, absent."""
    retrieved = datetime.now(UTC)

    def entry(name: str) -> dict[str, Any]:
        known = [{"id": i, **provenance.sources()[i]} for i in sources[name]]
        return {"path": f"{name}.parquet", **written[name], "retrieved": retrieved.date().isoformat(), "sources": known}

    return {
        "generator": f"kuntamittari {__version__}",
        **facts,
        "size_year": max(facts["years"]),
        "largest_20": sorted(register.loc[register["largest_20"], "code"]),
        "retrieved": retrieved.isoformat(timespec="seconds"),
        "files": {name: entry(name) for name in written},
    }


def snapshot_folders(manifest: dict[str, Any]) -> set[str]:
    """The folders a manifest's files lie in."""
    return {str(Path(entry["path"]).parent) for entry in manifest["files"].values()}
