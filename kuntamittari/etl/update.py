"""From the official APIs to a data directory: fetch, restate to one division year, validate, swap in at once."""

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from kuntamittari.catalog import measures, provenance
from kuntamittari.errors import NotThereError, SourceError
from kuntamittari.etl.client import Client
from kuntamittari.etl.publish import SOURCES, Order, Tables, only_one, refused_are_not_kept, renew, write_tables
from kuntamittari.etl.restate import (
    mainland_row,
    mainland_sums,
    merged_shares,
    predecessors,
    residents,
    restated,
    unmerged,
    with_sizes,
)
from kuntamittari.etl.sources import boundaries, classification, sotkanet, statfin, vipunen

CONTEXT_YEARS = (
    5  # residents and outcomes are loaded from so many years before the first costs on, for change over five years
)
OPTIONAL = ("statfin_vaka", "vipunen")  # a service may lack these: the data set then goes without, and says so


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
    with (
        only_one(out),
        Client(base=base, interval=interval, cache=workshop / "cache") as client,
        refused_are_not_kept(workshop),
    ):
        tables = load(client, order, progress)
        lines = renew(out, lambda staging: write_tables(tables, order, base, staging))
        shutil.rmtree(workshop)
    return lines


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
        return pd.concat(
            [whole[whole["municipality"].isin(wanted)], mainland_sums(whole, keys, value, mainland)], ignore_index=True
        )

    def figures(frame: pd.DataFrame) -> list[pd.DataFrame]:
        # a source by itself: each lists municipalities in a division of its own
        counts = frame["measure"].map(measures.is_count)
        rates = pd.concat([unmerged(frame[~counts], successor), merged_shares(frame, successor)])
        return [table(frame[counts], ["year", "measure"], "value"), rates[rates["municipality"].isin(wanted)]]

    frames = {
        "finance": table(got["kta_costs"], ["year", "task_class"], "eur"),
        "statement": table(got["kta_statements"], ["year", "item"], "eur"),
        "activity": pd.concat(
            [part for source in SOURCES["activity"] if source in got for part in figures(got[source])]
        ),
        "population": pd.concat(
            [
                population[population["municipality"].isin(wanted)],
                mainland_sums(population, ["year", "age_from", "age_to"], "persons", mainland),
            ]
        ),
        "projection": table(projection, ["year", "age_from", "age_to", "made"], "persons"),
        "price_index": got["price_index"],
        "municipality": pd.concat(
            [
                register.assign(
                    loaded=register["code"].isin(wanted), predecessors=predecessors(register["code"], successor)
                ),
                mainland_row(),
            ],
            ignore_index=True,
        ).assign(division_year=classification.DIVISION_YEAR),
    }
    finished = {
        name: frame if "status" in frame or name == "municipality" else frame.assign(status="final")
        for name, frame in frames.items()
    }
    return Tables(finished, shapes, absent)


def yearly(
    client: Client, folder: str, years: tuple[int, ...], read: Callable[[Client, str], pd.DataFrame]
) -> pd.DataFrame:
    """The tables of an archive folder, one a year, as one frame. Raises SourceError when a year is not there."""
    available = statfin.yearly_tables(client, folder)
    absent = sorted(set(years) - set(available))
    if absent:
        known = ", ".join(map(str, sorted(available)))
        raise SourceError(f"{folder}: no table for {', '.join(map(str, absent))}; the service has {known}.")
    return pd.concat([read(client, available[year]) for year in years], ignore_index=True)


def years_between(text: str) -> tuple[int, ...]:
    """ "2015-2019" or "2018" as years. Raises ValueError on anything else."""
    span = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", text)
    years = range(int(span[1]), int(span[2] or span[1]) + 1) if span else range(0)
    if not years:
        raise ValueError(text)
    return tuple(years)
