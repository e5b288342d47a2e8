"""Measure how fast figures are queried: `python -m bench.queries`.

The table of values against the macros, a large data set against a small one, and ours against other libraries.
Every answer is compared before anything is timed.
"""

import argparse
import asyncio
import contextlib
import math
import tempfile
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from unittest import mock

from bench import data, measure
from kuntamittari import cli
from kuntamittari.query import comparisons, figures, values
from kuntamittari.query.database import Database
from kuntamittari.query.figures import Group
from kuntamittari.query.snapshot import open_snapshot

INDICATOR, YEAR, EVERYBODY = "basic_education_cost_per_7_15", 2018, Group("all")
TASK_CLASS, AGE_FROM, AGE_TO = "Perusopetus", 7, 15
MANY_YEARS = 600  # 309 municipalities × 54 tasks × 600 years: ten million figures
MANY, PEER = 1.5, 1.0  # most times as long: the large data set against the small one, ours against Polars
PEERS = {"pandas": "pandas", "polars": "polars", "datasette": "Datasette"}

Answer = tuple[dict[str, tuple[float, int]], tuple[float, float, float]]  # municipality → value and rank; quartiles


@contextlib.contextmanager
def countries(work: Path | None) -> Iterator[tuple[Path, Path]]:
    """Yield two invented countries, of the usual years and of many; kept where a folder is given.

    Raises RuntimeError where `synth` fails.
    """
    with contextlib.ExitStack() as stack:
        folder = work or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        directories = []
        for years in (data.YEARS, MANY_YEARS):
            out = folder / f"years-{years}"
            order = ["synth", "--municipalities", str(data.MUNICIPALITIES), "--years", str(years), "--out", str(out)]
            if not (out / "manifest.json").exists() and cli.main(order):
                raise RuntimeError("The invented country could not be made.")
            directories.append(out)
        yield directories[0], directories[1]


def questions(database: Database) -> dict[str, Callable[[], Any]]:
    """Return what a page asks of an indicator and a year; nothing of it is cached, as for the first reader."""
    indicator = figures.catalogue(database)[INDICATOR]

    def first(ask: Callable[[], Any]) -> Callable[[], Any]:
        def forgotten() -> Any:
            forget(database)
            return ask()

        return forgotten

    return {
        "figures of a year": first(lambda: figures.values(database, indicator, years=[YEAR])),
        "comparison": first(lambda: list(comparisons.compare(database, indicator, EVERYBODY, YEAR).rows)),
    }


def forget(database: Database) -> None:
    """Forget the values of every indicator; what pages share, such as the members of a group, stays."""
    for function in [function for function in database.memory if function.__name__ in ("_read", "_computed")]:
        del database.memory[function]


def read_against_computed(directory: Path, rounds: int) -> None:
    """Print the time of a comparison from the table of values against that of the same one computed by the macros.

    Raises RuntimeError where the answers differ.
    """
    database = Database(open_snapshot(directory))
    indicator = figures.catalogue(database)[INDICATOR]

    def computed() -> Any:
        forget(database)
        with mock.patch.object(values, "_stored", lambda _: None):
            return list(comparisons.compare(database, indicator, EVERYBODY, YEAR).rows)

    read = questions(database)["comparison"]
    if read() != computed():
        raise RuntimeError("The table of values answers otherwise than the macros.")
    seconds = measure.medians({"read": read, "computed": computed}, rounds)
    print_ratio("comparison, read against computed by the macros", seconds["read"], seconds["computed"])


def many_against_few(few: Path, many: Path, rounds: int) -> None:
    """Print the time on ten million costs against that on eighty thousand."""
    one, other = (questions(Database(open_snapshot(directory))) for directory in (many, few))
    for name in one:
        seconds = measure.medians({"many": one[name], "few": other[name]}, rounds)
        print_ratio(f"{name}, {MANY_YEARS} years against {data.YEARS}", seconds["many"], seconds["few"], MANY)


def against_others(directory: Path, rounds: int) -> None:
    """Print our time for value, rank and quartiles of one indicator and year against that of others."""
    database = Database(open_snapshot(directory))
    indicator = figures.catalogue(database)[INDICATOR]

    def ours() -> Answer:
        forget(database)
        compared = comparisons.compare(database, indicator, EVERYBODY, YEAR)
        assert compared.q1 is not None and compared.median is not None and compared.q3 is not None
        return {row["municipality"]: (row["value"], row["rank"]) for row in compared.rows}, (
            compared.q1,
            compared.median,
            compared.q3,
        )

    makers = {"pandas": with_pandas, "polars": with_polars, "datasette": with_datasette}
    with contextlib.ExitStack() as stack:
        installed = {name: stack.enter_context(makers[name](directory)) for name in PEERS if find_spec(name)}
        for name, theirs in installed.items():
            check_equal(PEERS[name], ours(), theirs())
        seconds = measure.medians({"ours": ours, **installed}, rounds)
    for name, title in PEERS.items():
        if name in seconds:
            print_ratio(
                f"value, rank and quartiles, ours against {title}",
                seconds["ours"],
                seconds[name],
                PEER if name == "polars" else None,
            )
        else:
            print(f"value, rank and quartiles, ours against {title}: not installed (requirements-bench.txt)")


@contextlib.contextmanager
def with_pandas(directory: Path) -> Iterator[Callable[[], Answer]]:
    """Yield the question in pandas, as a page of a few lines would: whole tables read into memory once."""
    import pandas as pd

    snapshot = open_snapshot(directory)
    finance, population = (pd.read_parquet(snapshot.path(table)) for table in ("finance", "population"))

    def ask() -> Answer:
        of_year = finance[
            (finance["task_class"] == TASK_CLASS) & (finance["year"] == YEAR) & (finance["municipality"] != "MA1")
        ]
        aged = population[
            (population["year"] == YEAR) & (population["age_from"] >= AGE_FROM) & (population["age_to"] <= AGE_TO)
        ]
        value = (of_year.set_index("municipality")["eur"] / aged.groupby("municipality")["persons"].sum()).dropna()
        rank, (q1, median, q3) = value.rank(method="min").astype(int), value.quantile([0.25, 0.5, 0.75])
        return {code: (value[code], rank[code]) for code in value.index}, (q1, median, q3)

    yield ask


@contextlib.contextmanager
def with_polars(directory: Path) -> Iterator[Callable[[], Answer]]:
    """Yield the question in Polars, lazily from the files as its documentation shows."""
    import polars as pl

    snapshot = open_snapshot(directory)

    def ask() -> Answer:
        finance, population = (pl.scan_parquet(snapshot.path(table)) for table in ("finance", "population"))
        cost = finance.filter(
            pl.col("task_class") == TASK_CLASS, pl.col("year") == YEAR, pl.col("municipality") != "MA1"
        )
        aged = population.filter(pl.col("year") == YEAR, pl.col("age_from") >= AGE_FROM, pl.col("age_to") <= AGE_TO)
        heads = aged.group_by("municipality").agg(pl.col("persons").sum())
        value = cost.join(heads, on="municipality").select("municipality", value=pl.col("eur") / pl.col("persons"))
        rows = value.with_columns(
            rank=pl.col("value").rank("min"),
            **{
                name: pl.col("value").quantile(at, "linear")
                for name, at in (("q1", 0.25), ("median", 0.5), ("q3", 0.75))
            },
        ).collect()
        first = rows.row(0, named=True)
        listed = zip(rows["municipality"].to_list(), rows["value"].to_list(), rows["rank"].to_list(), strict=True)
        return {code: (one, rank) for code, one, rank in listed}, (first["q1"], first["median"], first["q3"])

    yield ask


@contextlib.contextmanager
def with_datasette(directory: Path) -> Iterator[Callable[[], Answer]]:
    """Yield the question to Datasette's JSON interface in this process, on an indexed SQLite file."""
    import sqlite3

    import pandas as pd
    from datasette.app import Datasette

    snapshot, text = open_snapshot(directory), (Path(__file__).parent / "peer.sql").read_text("utf-8")
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner() as runner:
        file = Path(folder) / "country.db"
        with contextlib.closing(sqlite3.connect(file)) as connection:
            for table, index in (("finance", ["task_class", "year"]), ("population", ["year", "age_from"])):
                pd.read_parquet(snapshot.path(table)).set_index(index).to_sql(table, connection)
        served = Datasette([str(file)])
        parameters = {
            "sql": text,
            "task_class": TASK_CLASS,
            "age_from": AGE_FROM,
            "age_to": AGE_TO,
            "year": YEAR,
            "_shape": "array",
        }

        def ask() -> Answer:
            rows = runner.run(served.client.get("/country.json", params=parameters)).json()
            first = rows[0]
            return {row["municipality"]: (row["value"], row["rank"]) for row in rows}, (
                first["q1"],
                first["median"],
                first["q3"],
            )

        yield ask


def check_equal(name: str, ours: Answer, theirs: Answer) -> None:
    """Raise RuntimeError where two answers differ."""
    same = ours[0].keys() == theirs[0].keys() and all(
        math.isclose(value, theirs[0][code][0]) and rank == theirs[0][code][1]
        for code, (value, rank) in ours[0].items()
    )
    if not same or not all(math.isclose(one, other) for one, other in zip(ours[1], theirs[1], strict=True)):
        raise RuntimeError(f"{name} answers otherwise: {theirs[1]} where ours are {ours[1]}.")


def print_ratio(name: str, one: float, other: float, target: float | None = None) -> None:
    """Print how many times as long one takes as another; seconds."""
    measure.line(name, one / other, target, f"{1000 * one:.1f} ms / {1000 * other:.1f} ms")


def main() -> None:
    """Print every ratio on a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--work", type=Path, help="folder in which the invented countries are kept (default: a temporary one)"
    )
    parser.add_argument("--rounds", type=int, default=measure.ROUNDS)
    options = parser.parse_args()
    with countries(options.work) as (few, many):
        read_against_computed(few, options.rounds)
        many_against_few(few, many, options.rounds)
        against_others(few, options.rounds)


if __name__ == "__main__":
    main()
