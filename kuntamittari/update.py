"""From the official APIs to a data directory: fetch, restate to one division year, validate, swap in at once."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from kuntamittari import __version__, check, provenance
from kuntamittari.errors import DataError, SourceError
from kuntamittari.snapshot import MANIFEST, SCHEMAS, open_snapshot, write_manifest, write_table
from kuntamittari.sources import classification, sotkanet, statfin
from kuntamittari.sources.client import Client

MAINLAND = "MA1"
MAINLAND_NAMES = {"name_fi": "Manner-Suomi", "name_sv": "Fasta Finland", "name_en": "Mainland Finland"}
LARGEST = 20
SIZE_LIMITS = [5_000, 10_000, 20_000, 50_000, 100_000]  # size classes 1 … 6 by residents
FIRST_PAAVO_AGE = 20  # younger ages come from Sotkanet, year by year
SOURCES = {
    "finance": ("kta_costs",),
    "population": ("sotkanet_population", "paavo"),
    "price_index": ("price_index",),
    "municipality": ("classification", "sotkanet_population"),
}


@dataclass(frozen=True)
class Order:
    """What to load: `scope` is largest-20 or all, `years` the years of costs and residents."""

    scope: str
    years: tuple[int, ...]


def update(out: Path, order: Order, *, base: str | None, interval: float, progress: Callable[[str], None]) -> list[str]:
    """Loads `order` into the data directory `out`; on any failure what was there stays in use.

    Returns one line a table: name and rows. Raises SourceError (a service failed) or DataError (the figures did,
    one sentence a problem). Answers already fetched wait in out/.update until a run succeeds.
    """
    workshop = out / ".update"
    with Client(base=base, interval=interval, cache=workshop / "cache", progress=progress) as client:
        tables = load(client, order)
    retrieved = datetime.now(UTC)
    # beside data in use the new files get a folder of their own, so that running readers keep theirs
    folder = f"snapshot-{retrieved:%Y%m%dT%H%M%S%f}" if (out / MANIFEST).exists() else "."
    staging = workshop / "staging"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    written = {name: write_table(tables[name], name, staging / f"{name}.parquet") for name in SCHEMAS}
    manifest = describe(tables, order, written, retrieved, base)
    write_manifest(manifest, staging)
    problems = check.problems(staging)
    if problems:
        raise DataError(problems)
    put_in_use(staging, out, folder, manifest)
    shutil.rmtree(workshop)
    return [f"{name}: {written[name]['rows']} rows" for name in SCHEMAS]


def load(client: Client, order: Order) -> dict[str, pd.DataFrame]:
    """Every table of a data directory, restated to the division year and cut to the scope of the order."""
    register = classification.municipalities(client)
    successor = classification.successors(client)
    available = statfin.yearly_tables(client, statfin.COSTS)
    absent = sorted(set(order.years) - set(available))
    if absent:
        known = ", ".join(map(str, sorted(available)))
        raise SourceError(f"No table of net operating costs for {', '.join(map(str, absent))}; the service has {known}.")
    costs = pd.concat([statfin.net_operating_costs(client, available[year]) for year in order.years], ignore_index=True)
    ages = sotkanet.population(client, order.years)
    older = statfin.paavo_ages(client)
    older = older[(older["age_from"] >= FIRST_PAAVO_AGE) & older["year"].isin(order.years)]
    prices = statfin.price_index(client)

    finance = restated(costs, ["year", "task_class"], "eur", successor)
    population = pd.concat(
        [restated(part, ["year", "age_from", "age_to"], "persons", successor) for part in (ages, older)], ignore_index=True
    )
    register = with_sizes(register, population, max(order.years))
    mainland = set(register.loc[~register["aland"], "code"])
    wanted = set(register.loc[register["largest_20"], "code"]) if order.scope == "largest-20" else set(register["code"])
    register = pd.concat([register.assign(loaded=register["code"].isin(wanted)), mainland_row()], ignore_index=True)

    def scoped(frame: pd.DataFrame, keys: list[str], value: str) -> pd.DataFrame:
        whole = pd.concat([frame[frame["municipality"].isin(wanted)], mainland_sums(frame, keys, value, mainland)])
        return whole.assign(status="final")

    return {
        "finance": scoped(finance, ["year", "task_class"], "eur"),
        "population": scoped(population, ["year", "age_from", "age_to"], "persons"),
        "price_index": prices.assign(status="final"),
        "municipality": register.assign(division_year=classification.DIVISION_YEAR),
    }


def restated(frame: pd.DataFrame, keys: list[str], value: str, successor: dict[str, str]) -> pd.DataFrame:
    """Sums of a figure in the municipalities of the division year (METHODS 13).

    A municipality gets a figure only where every earlier municipality that the source lists for that year inside its
    present area has one: a part is not passed off as the whole.
    """
    unknown = sorted(set(frame["municipality"]) - set(successor))
    if unknown:
        raise SourceError(f"Municipality codes unknown to the classification service: {', '.join(unknown)}.")
    if frame.duplicated(["municipality", *keys]).any():
        twice = frame[frame.duplicated(["municipality", *keys])].iloc[0]
        raise DataError(f"The source gives {value} twice for municipality {twice['municipality']}, {twice[keys].to_dict()}.")
    moved = frame.assign(origin=frame["municipality"], municipality=frame["municipality"].map(successor))
    parts = moved.groupby(["municipality", "year"])["origin"].nunique().rename("parts")
    sums = moved.groupby(["municipality", *keys]).agg(total=(value, "sum"), found=("origin", "size")).reset_index()
    sums = sums.join(parts, on=["municipality", "year"])
    whole = sums[sums["found"] == sums["parts"]]
    return whole.rename(columns={"total": value})[["municipality", *keys, value]].reset_index(drop=True)


def mainland_sums(frame: pd.DataFrame, keys: list[str], value: str, mainland: set[str]) -> pd.DataFrame:
    """Rows of area MA1: the sum where every mainland municipality has the figure, else no row."""
    inside = frame[frame["municipality"].isin(mainland)]
    sums = inside.groupby(keys).agg(total=(value, "sum"), found=("municipality", "nunique")).reset_index()
    whole = sums[sums["found"] == len(mainland)].rename(columns={"total": value})
    return whole.assign(municipality=MAINLAND)[["municipality", *keys, value]]


def with_sizes(register: pd.DataFrame, population: pd.DataFrame, year: int) -> pd.DataFrame:
    """The register with residents at 31 December of `year`, and by them largest_20 and size_class."""
    whole = population[(population["age_from"] == 0) & (population["age_to"] == 120) & (population["year"] == year)]
    residents = register["code"].map(whole.set_index("municipality")["persons"])
    order = residents.rank(method="first", ascending=False)
    size = pd.cut(residents, [0, *SIZE_LIMITS, float("inf")], labels=False, right=False) + 1
    return register.assign(residents=residents.astype("Int64"), largest_20=order <= LARGEST, size_class=size.astype("Int8"))


def mainland_row() -> pd.DataFrame:
    """MA1 in the register: a reference area with a name and no grouping."""
    return pd.DataFrame([{"code": MAINLAND, **MAINLAND_NAMES, "aland": False, "largest_20": False, "loaded": True}])


def describe(
    tables: dict[str, pd.DataFrame], order: Order, written: dict[str, dict], retrieved: datetime, base: str | None
) -> dict[str, Any]:
    """The manifest: what was loaded, from where, under which licence, and each file's rows and sha256."""
    register = tables["municipality"]

    def entry(name: str) -> dict[str, Any]:
        known = [{"id": i, **provenance.sources()[i]} for i in SOURCES[name]]
        return {"path": f"{name}.parquet", **written[name], "retrieved": retrieved.date().isoformat(), "sources": known}

    return {
        "generator": f"kuntamittari {__version__}",
        "scope": order.scope,
        "years": list(order.years),
        "division_year": classification.DIVISION_YEAR,
        "size_year": max(order.years),
        "largest_20": sorted(register.loc[register["largest_20"], "code"]),
        "retrieved": retrieved.isoformat(timespec="seconds"),
        "interface": "official" if base is None else "replica",
        "files": {name: entry(name) for name in SCHEMAS},
    }


def put_in_use(staging: Path, out: Path, folder: str, manifest: dict[str, Any]) -> None:
    """Moves the staged files into `out` and points its manifest at them, in this order; drops snapshots before the last."""
    in_use = snapshot_folders(open_snapshot(out).manifest) if folder != "." else set()
    (out / folder).mkdir(exist_ok=True)
    for name in SCHEMAS:
        entry = manifest["files"][name]
        entry["path"] = entry["path"] if folder == "." else f"{folder}/{entry['path']}"
        (staging / f"{name}.parquet").replace(out / entry["path"])
    write_manifest(manifest, out)
    for old in out.glob("snapshot-*"):
        if old.name not in in_use | {folder}:
            shutil.rmtree(old, ignore_errors=True)


def snapshot_folders(manifest: dict[str, Any]) -> set[str]:
    """The folders a manifest's files lie in."""
    return {str(Path(entry["path"]).parent) for entry in manifest["files"].values()}


def years_between(text: str) -> tuple[int, ...]:
    """ "2015-2019" or "2018" as years. Raises ValueError on anything else."""
    first, _, last = text.partition("-")
    years = tuple(range(int(first), int(last or first) + 1))
    if not years:
        raise ValueError(text)
    return years
