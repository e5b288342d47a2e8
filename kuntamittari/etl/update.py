"""Update a data directory from the official interfaces: fetch, restate to one division year, check, put in use."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from time import monotonic
from typing import Any

import pandas as pd

from kuntamittari.catalog import measures, provenance
from kuntamittari.errors import DataError, MadeUpError, SourceError
from kuntamittari.etl import earlier, fence, optional, raw
from kuntamittari.etl.client import Client, refusing
from kuntamittari.etl.order import Order, size_year
from kuntamittari.etl.publish import (
    SOURCES,
    WHOLE,
    Tables,
    discard_unfinished,
    discarding_refused,
    exclusive,
    refuse_real,
    renew,
    write_tables,
)
from kuntamittari.etl.restate import (
    cells_restated,
    editions_restated,
    mainland_row,
    mainland_sums,
    missing_restated,
    residents,
    restated,
    with_sizes,
)
from kuntamittari.etl.sources import boundaries, classification, sotkanet, statfin, vipunen
from kuntamittari.etl.sources.treasury import cells
from kuntamittari.query.snapshot import write_manifest

WITHOUT_STATUS = ("municipality", "missing_cells")  # tables without figures
TREASURY, AGE_SHARES = "state_treasury", "statfin_age_shares"
# where these fail, the others go on (docs/decisions/0020-what-may-fail.md)
OPTIONAL = (AGE_SHARES, "statfin_vaka", "vipunen", TREASURY)


@dataclass(frozen=True)
class Progress:
    """The progress of an update: steps done and in all, the id of the source that is being fetched, the last URL that
    was requested (empty at the beginning of a step), and how long the step still takes in seconds, where it is long and
    that is known."""

    done: int
    steps: int
    what: str
    address: str
    seconds_left: float = 0.0


Report = Callable[[Progress], None]


def update(
    out: Path,
    order: Order,
    *,
    base: str | None,
    interval: float,
    progress: Report,
    recorded: Path | None = None,
    accept_made_up: bool = False,
) -> list[str]:
    """Load what is ordered into the data directory `out`; on any failure the data in use stay.

    `base` is the base URL that replaces the official hosts, `interval` the seconds between two requests to one host.
    With `recorded`, a data directory (also `out` itself) that holds the raw answers of an earlier update of the same
    years, the tables are computed again from these answers without a request. With `order.since`, only figures from
    that year on are asked for, and those before are taken over from the data in use. `progress` may raise to cancel.
    `accept_made_up`: take answers that a replica says are made up, which makes the data set an invented one; otherwise
    they are refused, as if the service had no such table.

    Returns one line a table: name and rows. Raises SourceError where a service fails and DataError where figures or
    kept answers cannot be used (one sentence a problem), or another update is running. Answers that have been fetched
    are cached in out/.update until an update succeeds or its figures are refused.
    """
    recording = recording_of(recorded, order, accept_made_up) if recorded else None
    with (
        exclusive(out),
        Client(
            base=base,
            interval=interval,
            cache=out / ".update" / "cache",
            recording=recording,
            accept_made_up=accept_made_up,
        ) as client,
        discarding_refused(out),
    ):
        kept = earlier.taken_from(out, order) if order.since else None
        in_use = None if recording else optional.kept_answers(out)

        def attempt(refused: optional.Refused) -> list[str]:
            tables = load(client, order, progress, in_use, kept, refused)
            if tables.origin.interface == provenance.INVENTED:
                refuse_real(out)
            return renew(out, lambda staging: written(tables, order, kept, staging))

        lines = optional.sparing_the_others(attempt, client, OPTIONAL)
        discard_unfinished(out)
    return lines


def written(tables: Tables, order: Order, kept: earlier.Earlier | None, folder: Path) -> dict[str, Any]:
    """Write tables of the country, cut to the scope of the order and completed with the figures that are kept of
    earlier years, into a folder; return their manifest.

    Beside a part of the country, the whole of it is written too, from which models are estimated; with figures kept of
    earlier years there is no whole, and the models are kept.
    """
    if kept is not None:
        manifest = kept.signed(write_tables(kept.completed(tables.in_scope()), order, folder), folder)
        return manifest if order.scope == "all" else kept.with_models(manifest, folder)
    if order.scope != "all":
        (folder / WHOLE).mkdir()
        whole = replace(tables.whole(), origin=replace(tables.origin, answers={}))
        write_manifest(write_tables(whole, replace(order, scope="all"), folder / WHOLE), folder / WHOLE)
    return write_tables(tables.in_scope(), order, folder)


def recording_of(directory: Path, order: Order, accept_made_up: bool = False) -> raw.Recording:
    """Open the raw answers of a data directory for an order.

    Raises DataError where they are of other years, or some are made up and these are not accepted.
    """
    recording = raw.open_recording(directory)
    if recording.interface == provenance.INVENTED and not accept_made_up:
        raise DataError(f"Some of the raw answers in {directory} are made up, and made-up figures are not accepted.")
    if recording.years != order.years:
        years = f"{recording.years[0]}-{recording.years[-1]}"
        raise DataError(f"The raw answers in {directory} are of the years {years}: order these years.")
    return recording


def load(
    client: Client,
    order: Order,
    progress: Report,
    in_use: raw.Recording | None = None,
    kept: earlier.Earlier | None = None,
    refused: optional.Refused = optional.NONE_REFUSED,
) -> Tables:
    """Fetch every source; return the tables of the country, restated to the division year; the register names the
    municipalities in the scope of the order.

    An optional source that fails, or is `refused`, is read from the answers `in_use` where they have it, and else left
    out. With data that are `kept`, sizes are those of these data, and a source may have nothing that is newer. Raises
    SourceError and DataError as `update`.
    """
    client.earlier = in_use
    client.answers.clear()
    first_year, first_outcomes = order.first_year, order.first_outcomes
    this_year = client.origin.retrieved.year
    key_figures = measures.of_source("key_figures").items()
    key_codes = {about["code"]: measure for measure, about in key_figures if "code" in about}
    steps: dict[str, Callable[[], Any]] = {
        "classification": lambda: (
            classification.municipalities(client),
            classification.successors(client),
            classification.former(client),
        ),
        "kta_costs": lambda: costs(client, order),
        "kta_statements": lambda: yearly(client, statfin.STATEMENTS, order.years, statfin.financial_statements),
        "statfin_population": lambda: statfin.population(client, first_year),
        "sotkanet_population": lambda: sotkanet.population(client, range(first_year, this_year)),
        "statfin_age_shares": lambda: (statfin.age_shares(client, first_year), ()),
        "paavo": lambda: statfin.paavo_ages(client, first_year),
        "key_figures": lambda: statfin.key_figures(client, key_codes, first_year),
        "sotkanet_outcomes": lambda: sotkanet.outcomes(
            client, measures.of_source("sotkanet_outcomes"), range(first_outcomes, this_year)
        ),
        "population_projection": lambda: statfin.projection(client),
        "price_index": lambda: statfin.price_index(client),
        "statfin_vaka": lambda: (statfin.children_in_care(client, first_outcomes), ()),
        "vipunen": lambda: vipunen.costs_and_pupils(
            client,
            measures.of_source("vipunen"),
            first_outcomes,
            fetched["price_index"],
            known=fetched["classification"][1],
        ),
        TREASURY: lambda: cells.fetch(client, reporting(), order.packages, order.quarters, order.since or 0),
    }

    def begin(number: int, source: str) -> None:
        client.source, client.ahead = source, 0
        began, before = monotonic(), client.requests

        def told(address: str) -> None:
            pace = (monotonic() - began) / max(client.requests - before, 1)
            progress(Progress(number, len(steps) + 1, source, address, client.ahead * max(pace, client.interval)))

        client.progress = told

    def keys_of(source: str) -> optional.Keys:
        if source == TREASURY:
            return optional.reported
        successor = fetched["classification"][1]
        return optional.aged(successor) if source == AGE_SHARES else optional.measured(successor)

    @cache
    def register_and_scope() -> tuple[pd.DataFrame, pd.DataFrame, set[str]]:
        register, successor, _ = fetched["classification"]
        population = residents(fetched, successor)
        register = (
            kept.sized(register) if kept else with_sizes(register, population, size_year(fetched["kta_costs"]["year"]))
        )
        return (
            population,
            register,
            set(register["code"] if order.scope == "all" else register.loc[register["largest_20"], "code"]),
        )

    def reporting() -> dict[str, cells.Place]:
        """Return the municipalities in scope that may have reported to the State Treasury, merged ones too."""
        _, successor, former = fetched["classification"]
        in_scope = register_and_scope()[2]
        ended = {one["code"]: int(one["ended"]) for some in former.values() for one in some}
        return {
            code: cells.Place(holder, ended.get(code))
            for code, holder in successor.items()
            if holder in in_scope and ended.get(code, this_year) > cells.FIRST_YEAR
        }

    fetched: dict[str, Any] = {}
    absent: dict[str, str] = {}
    left_out: dict[str, list[dict[str, Any]]] = {}
    missing: list[cells.Missing] = []
    older = dict(client.recording.older) if client.recording else {}
    for number, (source, fetch) in enumerate(steps.items()):
        begin(number, source)
        client.progress("")
        read = partial(fenced, client, fetch)
        if source not in OPTIONAL:
            found = required(provenance.sources()[source]["table"], read, may_be_empty=kept is not None)
            fetched[source] = found
            continue
        found = optional.read(client, read, keys_of(source), in_use, kept is not None, refused.get(source, ""))
        if found.frame is not None:
            fetched[source] = found.frame
        if found.left_out:
            left_out[source] = [told(refusal) for refusal in found.left_out]
            missing += [
                figure for refusal in found.left_out if isinstance(refusal, cells.Refusal) for figure in refusal.figures
            ]
        if found.retrieved:
            older[source] = {"reason": found.failure, "retrieved": found.retrieved}
        elif found.failure:
            absent[source] = found.failure
    _, successor, former = fetched["classification"]
    begin(len(steps), "boundaries")
    shapes, land = boundaries.municipalities(client, classification.DIVISION_YEAR, successor)

    population, register, in_scope = register_and_scope()
    mainland = set(register.loc[~register["aland"], "code"])
    projection = fetched["population_projection"].assign(status="forecast")

    def table(frame: pd.DataFrame, keys: list[str], value: str) -> pd.DataFrame:
        return with_mainland(restated(frame, keys, value, successor), keys, value)

    def with_mainland(whole: pd.DataFrame, keys: list[str], value: str) -> pd.DataFrame:
        return pd.concat([whole, mainland_sums(whole, keys, value, mainland)], ignore_index=True)

    def figures(editions: pd.DataFrame | list[pd.DataFrame]) -> list[pd.DataFrame]:
        # a source by itself: each lists municipalities in a division of its own
        counts, rates = editions_restated(editions if isinstance(editions, list) else [editions], successor)
        return [with_mainland(counts, ["year", "measure"], "value"), rates]

    frames = {
        "finance": table(fetched["kta_costs"], ["year", "task_class"], "eur"),
        "statement": table(
            pd.DataFrame(columns=["municipality", "year", "item", "eur"])
            if fetched["kta_statements"] is None
            else fetched["kta_statements"],
            ["year", "item"],
            "eur",
        ),
        "activity": pd.concat(
            [part for source in SOURCES["activity"] if source in fetched for part in figures(fetched[source])]
        ),
        "population": with_mainland(population, ["year", "age_from", "age_to"], "persons"),
        "projection": table(projection, ["year", "age_from", "age_to", "made"], "persons"),
        "price_index": fetched["price_index"],
        "municipality": pd.concat(
            [
                register.assign(
                    loaded=register["code"].isin(in_scope),
                    land_km2=register["code"].map(land).astype(float),
                    neighbours=register["code"].map(boundaries.neighbours(shapes)),
                    former=register["code"].map(former).astype(object).where(register["code"].isin(former), None),
                ),
                mainland_row(),
            ],
            ignore_index=True,
        ).assign(division_year=classification.DIVISION_YEAR),
    }
    if TREASURY in fetched:
        frames["cells"] = cells_restated(fetched[TREASURY], successor, mainland)
        frames["missing_cells"] = missing_restated(missing, successor)
    with_status = {
        name: frame if "status" in frame or name in WITHOUT_STATUS else frame.assign(status="final")
        for name, frame in frames.items()
    }
    return Tables(with_status, shapes, absent, older, client.origin, left_out, what_was_read(client, fetched, older))


def told(refusal: optional.Refusal) -> dict[str, Any]:
    """Return what the manifest says of a refusal; the figures that are missing by it have a table of their own."""
    return {name: value for name, value in vars(refusal).items() if name != "figures"}


def what_was_read(
    client: Client, fetched: Mapping[str, Any], older: Mapping[str, Mapping[str, str]]
) -> dict[str, dict[str, Any]]:
    """Return by source when it was retrieved, in how many answers, and the first and the last of its years (none where
    its figures have no year)."""
    read = {}
    for source, answers in client.answers.items():
        frames = fetched.get(source)
        parts = frames if isinstance(frames, list) else [frames]
        years = [int(y) for part in parts for y in years_of(part).agg(["min", "max"]).dropna()]
        newest = max(answer.retrieved for answer in answers)[:10]
        read[source] = {
            "retrieved": older.get(source, {}).get("retrieved", newest),
            "answers": len(answers),
            "years": [min(years), max(years)] if years else [],
        }
    return read


def years_of(frame: Any) -> pd.Series:
    """Return the years of a source's figures, of reports to the State Treasury their own; none where they have none."""
    if not isinstance(frame, pd.DataFrame):
        return pd.Series(dtype="int64")
    return frame["year"] if "year" in frame else frame["period"].str[:4].astype(int)


def fenced(client: Client, fetch: Callable[[], Any]) -> Any:
    """Return what was read of the client's source; where that fails, its answers are forgotten.

    Raises SourceError for a number that no figure can be.
    """
    with client.forgetting(), refusing(client.source):
        found = fetch()
        fence.refuse_infinite(found)
    return found


def required(table: str, read: Callable[[], Any], *, may_be_empty: bool) -> Any:
    """Return what was read of a source without which there is no update.

    Raises SourceError where it holds no figure, unless it `may_be_empty`, and for an answer of a form that its reader
    does not foresee.
    """
    try:
        found = read()
    except (SourceError, DataError):
        raise
    except optional.UNREADABLE as error:
        raise SourceError(f"{table}: the answer came in an unknown form ({error!r}).") from error
    return found if may_be_empty else with_figures(table, found)


def with_figures(table: str, fetched: Any) -> Any:
    """Return what was fetched of a table. Raises SourceError where it holds no figure."""
    if isinstance(fetched, pd.DataFrame) and fetched.empty:
        raise SourceError(f"{table}: the service answered without a single figure.")
    return fetched


def costs(client: Client, order: Order) -> pd.DataFrame:
    """Return net operating costs of the years that the service has.

    Raises SourceError where it has none of the years ordered, unless these are all that are newer.
    """
    frame = yearly(client, statfin.COSTS, order.years, statfin.net_operating_costs)
    if frame is not None:
        return frame
    if order.since:
        return pd.DataFrame(columns=["municipality", "year", "task_class", "eur"])
    listed = ", ".join(map(str, sorted(statfin.yearly_tables(client, statfin.COSTS)))) or "none of any year"
    raise SourceError(f"{statfin.COSTS}: no table for {', '.join(map(str, order.years))}; the service has {listed}.")


def yearly(
    client: Client, folder: str, years: tuple[int, ...], read: Callable[[Client, str], pd.DataFrame]
) -> pd.DataFrame | None:
    """Return the tables of an archive folder, one a year, as one frame; None where it has none of the years.

    A year that the folder does not list is left out, and so is one whose figures are made up. Raises SourceError where
    a table holds no figure.
    """
    listed = statfin.yearly_tables(client, folder)
    frames = []
    for year in sorted(set(years) & set(listed)):
        with suppress(MadeUpError):
            frames.append(with_figures(listed[year], read(client, listed[year])))
    return pd.concat(frames, ignore_index=True) if frames else None


def years_between(text: str) -> tuple[int, ...]:
    """Return the years of a span such as "2015-2019", or of "2018" alone. Raises ValueError for anything else."""
    span = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", text)
    years = range(int(span[1]), int(span[2] or span[1]) + 1) if span else range(0)
    if not years:
        raise ValueError(text)
    return tuple(years)
