"""Work for ten minutes while new data are put in use every minute: `python -m bench.soak`.

With `--data DIRECTORY` readers open every page of that data set, with every group and language, from a fresh process;
new data are put in use once, in the middle. `--plot FILE.svg` draws memory, threads and descriptors over the minutes.

Memory, open files and temporary files must not grow, no page may fail, and no page may mix figures of two vintages. The
vintages are invented countries of different size, so the number of municipalities on a page tells its vintage.
"""

import argparse
import asyncio
import json
import random
import re
import shutil
import tempfile
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import altair as alt
import pyarrow.parquet as pq
import vl_convert

from bench import measure, server
from bench.data import YEARS
from bench.first import PAGES
from bench.pages import COMPARISON, Target, warm_up
from bench.session import PageError, Session
from kuntamittari import cli

USERS, MINUTES, PAUSE, EVERY = 20, 10, 1.0, 60
SIZES = (309, 303)
LANGUAGES, GROUPS = ("fi", "sv", "en"), ("all", "largest-20", "similar", "same-need")
GROUPINGS = {"region": "region_code", "wellbeing": "wellbeing_code", "grouping": "grouping_code", "size": "size_class"}
NEXT_DAY = "2026-12-31T00:00:00+00:00"  # of the update in the middle: other words of the same figures
MEMBERS = re.compile(r"\bn = (\d+)")
MOST_GROWTH = 1.1  # memory of the last third in that of the first
MOST_FILES = 20  # more open files or connections than in the first third


class Sample(NamedTuple):
    """What a server has in use: megabytes, open files, temporary files, threads."""

    memory: float
    files: int
    temporary: int
    threads: int


@dataclass
class Outcome:
    """What the users met: new vintages, reruns by vintage, errors, and pages that mixed two vintages."""

    vintages: int = 0
    runs: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)


async def user(base: str, target: Target, until: float, outcome: Outcome) -> None:
    """Run one user who stays for a while, leaves, and comes again as another."""
    while time.monotonic() < until:
        async with Session(base, target.path) as session:
            await session.run("ryhma=all")
            for _ in range(random.randrange(20, 60)):
                await asyncio.sleep(random.expovariate(1 / PAUSE))
                session.choose(target.label, random.randrange(8))
                try:
                    await session.run()
                except PageError as error:
                    outcome.faults.append(str(error))
                sizes = {size for words in session.words for size in MEMBERS.findall(words)} & {
                    str(size) for size in SIZES
                }
                if len(sizes) > 1:
                    outcome.mixed.append(f"{sorted(sizes)} at {session.query}")
                for size in sizes:
                    outcome.runs[size] = outcome.runs.get(size, 0) + 1
                if time.monotonic() > until:
                    return


async def walker(base: str, data: Path, until: float, outcome: Outcome) -> None:
    """Run one reader who opens one page after the other, each with another group, language and municipality."""
    register = pq.read_table(data / "municipality.parquet").to_pydict()
    groups = [f"{kind}-{code}" for kind, column in GROUPINGS.items() for code in sorted({*register[column]} - {None})]
    places = [str(code) for code in register["code"]]
    while time.monotonic() < until:
        path = random.choice(PAGES)
        query = {
            "kieli": random.choice(LANGUAGES),
            "ryhma": random.choice([*GROUPS, *groups]),
            "kunta": random.choice(places),
        }
        async with Session(base, path) as session:
            try:
                await session.run(urlencode(query))
                outcome.runs[path] = outcome.runs.get(path, 0) + 1
            except PageError as error:
                outcome.faults.append(f"/{path}?{urlencode(query)}: {error}")
            await asyncio.sleep(random.expovariate(1 / PAUSE))


async def touch_once(directory: Path, until: float, outcome: Outcome) -> None:
    """Put the same figures in use as a new data set, in the middle."""
    await asyncio.sleep((until - time.monotonic()) / 2)
    manifest, beside = directory / "manifest.json", directory / "manifest.new"
    beside.write_text(json.dumps(json.loads(manifest.read_text("utf-8")) | {"retrieved": NEXT_DAY}), "utf-8")
    beside.replace(manifest)
    outcome.vintages += 1


async def swap_data(directory: Path, until: float, outcome: Outcome) -> None:
    """Put the other vintage in use every minute."""
    while (left := until - time.monotonic()) > EVERY:
        await asyncio.sleep(min(EVERY, left))
        outcome.vintages += 1
        await asyncio.to_thread(make_country, SIZES[outcome.vintages % 2], directory)


def make_country(size: int, directory: Path) -> None:
    """Make an invented country of `size` municipalities and put it in use as an update does.

    Raises RuntimeError where `synth` fails.
    """
    if cli.main(["synth", "--municipalities", str(size), "--years", str(YEARS), "--out", str(directory)]):
        raise RuntimeError("The invented country could not be made.")


async def watch(running: server.Served, temporary: Path, until: float) -> list[Sample]:
    """Return what is in use every ten seconds."""
    samples = list[Sample]()
    while time.monotonic() < until:
        await asyncio.sleep(10)
        threads = len(list(Path(f"/proc/{running.process.pid}/task").iterdir()))
        samples.append(Sample(running.memory, running.open_files(), len(list(temporary.iterdir())), threads))
    return samples


async def run_load(
    running: server.Served,
    directory: Path,
    temporary: Path,
    until: float,
    outcome: Outcome,
    options: argparse.Namespace,
) -> list[Sample]:
    """Run users while data are put in use; return what `watch` measured."""
    if options.data:
        users = [walker(running.base, options.data, until, outcome) for _ in range(options.readers)]
        changes = touch_once(directory, until, outcome)
    else:
        users = [user(running.base, COMPARISON, until, outcome) for _ in range(options.readers)]
        changes = swap_data(directory, until, outcome)
    others = asyncio.gather(changes, *users)
    samples = await watch(running, temporary, until)
    await others
    return samples


def caches(base: str) -> str:
    """Return how much each cache of the server holds."""
    with urllib.request.urlopen(f"{base}/metrics", timeout=60) as answer:
        told = answer.read().decode()
    found = re.findall(r'cache_entries\{cache="(\w+)"\} (\d+)', told)
    return ", ".join(f"{size} {name.replace('_', ' ')}" for name, size in found)


def draw(samples: list[Sample], file: Path) -> None:
    """Draw memory, threads and descriptors over the minutes, each on its own axis from zero."""
    rows = [
        {"minute": number / 6, "what": what, "value": value}
        for number, sample in enumerate(samples, 1)
        for what, value in (("MB", sample.memory), ("threads", sample.threads), ("descriptors", sample.files))
    ]
    lines = alt.Chart(alt.Data(values=rows)).mark_line().encode(x="minute:Q", y=alt.Y("value:Q", title=None))
    chart = (
        lines.properties(width=640, height=140).facet(row=alt.Row("what:N", title=None)).resolve_scale(y="independent")
    )
    file.write_text(vl_convert.vegalite_to_svg(chart.to_dict()), "utf-8")


def main() -> None:
    """Print what the users met and what grew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=MINUTES)
    parser.add_argument("--readers", type=int, default=USERS)
    parser.add_argument("--data", type=Path, help="every page of this data set, in place of one of an invented country")
    parser.add_argument("--plot", type=Path, help="an SVG file of memory, threads and descriptors")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        directory, temporary = Path(folder) / "country", Path(folder) / "temporary"
        temporary.mkdir()
        if options.data:
            shutil.copytree(options.data, directory, ignore=shutil.ignore_patterns("raw", ".update*"))
        else:
            make_country(SIZES[0], directory)
        command, environment = server.dashboard()
        with server.served(
            (command, environment | {"TMPDIR": str(temporary), "KUNTAMITTARI_METRICS": "on"}), directory
        ) as running:
            if not options.data:
                warm_up(COMPARISON, running)
            outcome, until = Outcome(), time.monotonic() + options.minutes * 60
            samples = asyncio.run(run_load(running, directory, temporary, until, outcome, options))
            kept = caches(running.base)
    third = max(len(samples) // 3, 1)
    early, late = ([max(column) for column in zip(*part, strict=True)] for part in (samples[:third], samples[-third:]))
    what = "/{}" if options.data else "{} municipalities"
    runs = ", ".join(f"{number} of {what.format(name)}" for name, number in outcome.runs.items())
    print(f"kept at the end: {kept}")
    if options.plot:
        draw(samples, options.plot)
    print(
        f"{options.minutes:g} minutes, {options.readers} users at a time, "
        f"reruns: {runs}; new data {outcome.vintages} times"
    )
    memory = f"memory {early[0]:.0f} and {late[0]:.0f} MB"
    threads = f"threads {early[3]} and {late[3]}"
    print(f"most in the first third and in the last: {memory}, open files {early[1]} and {late[1]}, {threads}")
    measure.line("memory of the last third, in that of the first", late[0] / early[0], MOST_GROWTH)
    measure.figure("open files more than in the first third", late[1] - early[1], MOST_FILES)
    measure.figure("temporary files more than in the first third", late[2] - early[2], 0)
    measure.figure("faults", len(outcome.faults), 0)
    measure.figure("pages of two vintages", len(outcome.mixed), 0)
    for fault in sorted({*outcome.faults, *outcome.mixed})[:5]:
        print(fault)


if __name__ == "__main__":
    main()
