"""From the official APIs to a data directory: fetch, restate to one division year, validate, swap in at once."""

import fcntl
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from kuntamittari import __version__, check, measures, provenance
from kuntamittari.errors import DataError, NotThereError, SourceError, UnreachableError
from kuntamittari.snapshot import BOUNDARY, MANIFEST, SCHEMAS, open_snapshot, write_boundaries, write_manifest, write_table
from kuntamittari.sources import ages, boundaries, classification, sotkanet, statfin, vipunen
from kuntamittari.sources.client import Client

if TYPE_CHECKING:
    import geopandas as gpd

MAINLAND = "MA1"
MAINLAND_NAMES = {"name_fi": "Manner-Suomi", "name_sv": "Fasta Finland", "name_en": "Mainland Finland"}
LARGEST = 20
SIZE_LIMITS = [5_000, 10_000, 20_000, 50_000, 100_000]  # size classes 1 … 6 by residents
CONTEXT_YEARS = 5  # residents and outcomes are loaded from so many years before the first costs on, for change over five years
FIRST_PAAVO_AGE = 20  # younger ages come year by year from elsewhere
OPTIONAL = ("statfin_vaka", "vipunen")  # a service may lack these: the data set then goes without, and says so
WEAKEST_LAST = ("final", "preliminary", "approximate", "forecast")
RESIDENTS, SHARE_OVER_64 = "key_M411", "key_M478"
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
class Progress:
    """How far an update is: steps done of all, what is being fetched (a source id), and the address asked last."""

    done: int
    steps: int
    what: str
    address: str


Report = Callable[[Progress], None]


def update(out: Path, order: Order, *, base: str | None, interval: float, progress: Report) -> list[str]:
    """Loads `order` into the data directory `out`; on any failure what was there stays in use.

    Returns one line a table: name and rows. Raises SourceError (a service failed) or DataError (the figures did, one
    sentence a problem; or another update is running). `progress` may raise to cancel. Answers already fetched wait in
    out/.update until a run succeeds.
    """
    workshop = out / ".update"
    with only_one(out), Client(base=base, interval=interval, cache=workshop / "cache") as client, refused_are_not_kept(workshop):
        tables = load(client, order, progress)
        lines = renew(out, lambda staging: write_tables(tables, order, base, staging))
        shutil.rmtree(workshop)
    return lines


def renew(out: Path, write: Callable[[Path], dict[str, Any]]) -> list[str]:
    """Has `write` put the files of a data set into an empty folder and return its manifest; puts it in use in `out` when it is sound.

    Returns one line a table: name and rows. Raises DataError, one sentence a problem, and then what was there stays in use.
    """
    staging = out / ".update" / "staging"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    manifest = write(staging)
    write_manifest(manifest, staging)
    problems = check.problems(staging) or check.losses(out, staging)
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
            raise DataError(f"Another update of {out} is running. Wait for it to end, or choose another folder with --out.") from error
        yield


@dataclass(frozen=True)
class Tables:
    """Everything of a data directory, before it is written."""

    frames: dict[str, pd.DataFrame]
    boundaries: "gpd.GeoDataFrame"
    absent: dict[str, str]  # optional source → why it is not in


def load(client: Client, order: Order, progress: Report) -> Tables:
    """Every table, restated to the division year and cut to the scope of the order."""
    first_year = min(order.years) - CONTEXT_YEARS
    sotkanet_years = range(first_year, datetime.now(UTC).year)
    key_codes = {about["code"]: measure for measure, about in measures.of_source("key_figures").items()}
    steps: dict[str, Callable[[], Any]] = {
        "classification": lambda: (classification.municipalities(client), classification.successors(client)),
        "kta_costs": lambda: yearly(client, statfin.COSTS, order.years, statfin.net_operating_costs),
        "kta_statements": lambda: yearly(client, statfin.STATEMENTS, order.years, statfin.financial_statements),
        "statfin_population": lambda: statfin.population(client, first_year),
        "sotkanet_population": lambda: sotkanet.population(client, sotkanet_years),
        "paavo": lambda: statfin.paavo_ages(client),
        "key_figures": lambda: statfin.key_figures(client, key_codes, first_year),
        "sotkanet_outcomes": lambda: sotkanet.outcomes(client, measures.of_source("sotkanet_outcomes"), sotkanet_years),
        "population_projection": lambda: statfin.projection(client),
        "price_index": lambda: statfin.price_index(client),
        "statfin_vaka": lambda: statfin.children_in_care(client, first_year),
        "vipunen": lambda: vipunen.volumes(client, measures.of_source("vipunen"), first_year),
    }
    got: dict[str, Any] = {}
    absent: dict[str, str] = {}
    for done, (what, fetch) in enumerate(steps.items()):

        def report(address: str, done: int = done, what: str = what) -> None:
            progress(Progress(done, len(steps) + 1, what, address))

        client.progress = report
        report("")
        try:
            got[what] = fetch()
        except NotThereError as error:
            if what not in OPTIONAL:
                raise
            absent[what] = str(error)
            continue
        if isinstance(got[what], pd.DataFrame) and got[what].empty:
            raise SourceError(f"{provenance.sources()[what]['table']}: the service answered without a single figure.")
    register, successor = got["classification"]
    client.progress = lambda address: progress(Progress(len(steps), len(steps) + 1, "boundaries", address))
    shapes = boundaries.municipalities(client, classification.DIVISION_YEAR, successor)

    population = residents(got, successor)
    register = with_sizes(register, population, max(order.years))
    mainland = set(register.loc[~register["aland"], "code"])
    wanted = set(register.loc[register["largest_20"], "code"]) if order.scope == "largest-20" else set(register["code"])
    projection = got["population_projection"].assign(status="forecast")

    def table(frame: pd.DataFrame, keys: list[str], value: str) -> pd.DataFrame:
        whole = restated(frame, keys, value, successor)
        return pd.concat([whole[whole["municipality"].isin(wanted)], mainland_sums(whole, keys, value, mainland)], ignore_index=True)

    def figures(frame: pd.DataFrame) -> list[pd.DataFrame]:
        # a source by itself: each lists municipalities in a division of its own
        counts = frame["measure"].map(measures.is_count)
        rates = pd.concat([unmerged(frame[~counts], successor), merged_shares(frame, successor)])
        return [table(frame[counts], ["year", "measure"], "value"), rates[rates["municipality"].isin(wanted)]]

    frames = {
        "finance": table(got["kta_costs"], ["year", "task_class"], "eur"),
        "statement": table(got["kta_statements"], ["year", "item"], "eur"),
        "activity": pd.concat([part for source in SOURCES["activity"] if source in got for part in figures(got[source])]),
        "population": pd.concat([
            population[population["municipality"].isin(wanted)],
            mainland_sums(population, ["year", "age_from", "age_to"], "persons", mainland),
        ]),
        "projection": table(projection, ["year", "age_from", "age_to", "made"], "persons"),
        "price_index": got["price_index"],
        "municipality": pd.concat(
            [register.assign(loaded=register["code"].isin(wanted), predecessors=predecessors(register["code"], successor)), mainland_row()],
            ignore_index=True,
        ).assign(division_year=classification.DIVISION_YEAR),
    }  # fmt: skip
    finished = {
        name: frame if "status" in frame or name == "municipality" else frame.assign(status="final") for name, frame in frames.items()
    }
    return Tables(finished, shapes, absent)


def yearly(client: Client, folder: str, years: tuple[int, ...], read: Callable[[Client, str], pd.DataFrame]) -> pd.DataFrame:
    """The tables of an archive folder, one a year, as one frame. Raises SourceError when a year is not there."""
    available = statfin.yearly_tables(client, folder)
    absent = sorted(set(years) - set(available))
    if absent:
        known = ", ".join(map(str, sorted(available)))
        raise SourceError(f"{folder}: no table for {', '.join(map(str, absent))}; the service has {known}.")
    return pd.concat([read(client, available[year]) for year in years], ignore_index=True)


def residents(got: dict[str, pd.DataFrame], successor: dict[str, str]) -> pd.DataFrame:
    """Residents by age in the division year, each age from the first source that has it (FRAMEWORK, "what exists where")."""
    paavo, key = got["paavo"], got["key_figures"]
    over_64 = ages.from_share(
        key[key["measure"] == SHARE_OVER_64].drop(columns="measure"), key[key["measure"] == RESIDENTS].drop(columns="measure"), 65
    )
    parts = [got["statfin_population"], got["sotkanet_population"], paavo[paavo["age_from"] >= FIRST_PAAVO_AGE], over_64]
    keys = ["year", "age_from", "age_to"]
    return ages.in_order_of_precedence([restated(part, keys, "persons", successor) for part in parts])


def restated(frame: pd.DataFrame, keys: list[str], value: str, successor: dict[str, str]) -> pd.DataFrame:
    """Sums of a figure in the municipalities of the division year, with the weakest status (METHODS 13).

    A municipality gets a figure only where every earlier municipality that the source lists for that year inside its
    present area has one: a part is not passed off as the whole.
    """
    frame = frame if "status" in frame else frame.assign(status=WEAKEST_LAST[0])
    unknown = sorted(set(frame["municipality"]) - set(successor))
    if unknown:
        raise SourceError(f"Municipality codes unknown to the classification service: {', '.join(unknown)}.")
    if frame.duplicated(["municipality", *keys]).any():
        twice = frame[frame.duplicated(["municipality", *keys])].iloc[0]
        raise DataError(f"The source gives {value} twice for municipality {twice['municipality']}, {twice[keys].to_dict()}.")
    if value == "persons" and (frame[value] < 0).any():  # here, since a sum would hide it
        below = frame[frame[value] < 0].iloc[0]
        raise DataError(f"Numbers of residents are not negative: municipality {below['municipality']}, {below[[*keys, value]].to_dict()}.")
    moved = frame.assign(origin=frame["municipality"], municipality=frame["municipality"].map(successor), rank=rank_of(frame["status"]))
    parts = moved.groupby(["municipality", "year"])["origin"].nunique().rename("parts")
    sums = moved.groupby(["municipality", *keys]).agg(total=(value, "sum"), found=("origin", "size"), rank=("rank", "max")).reset_index()
    sums = sums.join(parts, on=["municipality", "year"])
    return named(sums[sums["found"] == sums["parts"]], keys, value)


def mainland_sums(frame: pd.DataFrame, keys: list[str], value: str, mainland: set[str]) -> pd.DataFrame:
    """Rows of area MA1: the sum where every mainland municipality has the figure, else no row."""
    inside = frame[frame["municipality"].isin(mainland)].assign(rank=lambda f: rank_of(f["status"]))
    sums = inside.groupby(keys).agg(total=(value, "sum"), found=("municipality", "nunique"), rank=("rank", "max")).reset_index()
    return named(sums[sums["found"] == len(mainland)].assign(municipality=MAINLAND), keys, value)


def rank_of(status: pd.Series) -> pd.Series:
    """Statuses as numbers, the weakest highest."""
    return status.map(WEAKEST_LAST.index)


def named(sums: pd.DataFrame, keys: list[str], value: str) -> pd.DataFrame:
    """Sums under the name of their figure, with the status that their rank stands for."""
    statuses = sums["rank"].map(dict(enumerate(WEAKEST_LAST)))
    return sums.assign(status=statuses).rename(columns={"total": value})[["municipality", *keys, value, "status"]].reset_index(drop=True)


def unmerged(frame: pd.DataFrame, successor: dict[str, str]) -> pd.DataFrame:
    """Published rates of municipalities whose area the source lists as one: rates of merged ones cannot be added up."""
    moved = frame.assign(origin=frame["municipality"], municipality=frame["municipality"].map(successor))
    parts = moved.groupby(["municipality", "year"])["origin"].transform("nunique")
    return moved[(parts == 1) & (moved["origin"] == moved["municipality"])].drop(columns="origin").assign(status="final")


def merged_shares(frame: pd.DataFrame, successor: dict[str, str]) -> pd.DataFrame:
    """Shares of the residents in merged municipalities: those of the parts put together by their residents (METHODS 13), and
    so approximate, since published shares are rounded."""
    keys = ["year", "measure"]
    residents_ = frame[frame["measure"] == RESIDENTS][["municipality", "year", "value"]].rename(columns={"value": "residents"})
    shares = frame[frame["measure"].isin(measures.shares_of_residents())].merge(residents_, on=["municipality", "year"])
    moved = shares["municipality"].map(successor)
    shares = shares[moved.groupby([moved, shares["year"], shares["measure"]]).transform("size") > 1]
    above = restated(shares.assign(value=shares["value"] * shares["residents"]), keys, "value", successor)
    below = restated(shares[["municipality", *keys, "residents"]], keys, "residents", successor)["residents"]
    return above.assign(value=above["value"] / below, status="approximate")


def predecessors(codes: pd.Series, successor: dict[str, str]) -> pd.Series:
    """The codes of municipalities that ended inside each, by comma; None where there are none."""
    ended: dict[str, list[str]] = {}
    for old, new in sorted(successor.items()):
        if old != new:
            ended.setdefault(new, []).append(old)
    return codes.map({code: ",".join(old) for code, old in ended.items()}).astype(object).where(codes.isin(ended), None)


def with_sizes(register: pd.DataFrame, population: pd.DataFrame, year: int) -> pd.DataFrame:
    """The register with residents at 31 December of `year`, and by them largest_20 and size_class."""
    whole = population[(population["age_from"] == 0) & (population["age_to"] == 120) & (population["year"] == year)]
    persons = register["code"].map(whole.set_index("municipality")["persons"])
    order = persons.rank(method="first", ascending=False)
    size = pd.cut(persons, [0, *SIZE_LIMITS, float("inf")], labels=False, right=False) + 1
    return register.assign(residents=persons.astype("Int64"), largest_20=order <= LARGEST, size_class=size.astype("Int8"))


def mainland_row() -> pd.DataFrame:
    """MA1 in the register: a reference area with a name and no grouping."""
    return pd.DataFrame([{"code": MAINLAND, **MAINLAND_NAMES, "aland": False, "largest_20": False, "loaded": True}])


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


def describe(
    written: dict[str, dict], register: pd.DataFrame, sources: Mapping[str, Sequence[str]], facts: dict[str, Any]
) -> dict[str, Any]:
    """The manifest: what was loaded, from where, under which licence, and each file's rows and sha256. `facts`: scope, years,
    division_year, interface, absent."""
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


def put_in_use(staging: Path, out: Path, folder: str, manifest: dict[str, Any]) -> None:
    """Moves the staged files into `out` and points its manifest at them, in this order; drops snapshots before the last."""
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


def snapshot_folders(manifest: dict[str, Any]) -> set[str]:
    """The folders a manifest's files lie in."""
    return {str(Path(entry["path"]).parent) for entry in manifest["files"].values()}


def years_between(text: str) -> tuple[int, ...]:
    """ "2015-2019" or "2018" as years. Raises ValueError on anything else."""
    span = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", text)
    years = range(int(span[1]), int(span[2] or span[1]) + 1) if span else range(0)
    if not years:
        raise ValueError(text)
    return tuple(years)
