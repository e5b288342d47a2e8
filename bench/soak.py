"""Ten minutes of work with new data put in use every minute: `python -m bench.soak`. Memory, open files and temporary
files must not grow, no page may fail, and no page may hold figures of two vintages. The vintages are invented countries
of different size, so that each number of municipalities on a page says of which it is."""

import argparse
import asyncio
import random
import re
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from bench import measure, server
from bench.data import YEARS
from bench.pages import COMPARISON, Target, warmed
from bench.session import PageError, Session
from kuntamittari import cli

READERS, MINUTES, PAUSE, EVERY = 20, 10, 1.0, 60
SIZES = (309, 303)
MEMBERS = re.compile(r"\bn = (\d+)")
MOST_GROWTH = 1.1  # memory at the end in that of the first third
MOST_FILES = 20  # more open files or connections than in the first third


@dataclass
class Met:
    """What the readers met: re-runs by vintage, how often there was another, faults, and pages of two vintages."""

    vintages: int = 0
    runs: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)


async def reader(base: str, target: Target, until: float, met: Met) -> None:
    """One reader, who stays for a while, goes, and comes again as another."""
    while time.monotonic() < until:
        async with Session(base, target.path) as session:
            await session.run("ryhma=all")
            for _ in range(random.randrange(20, 60)):
                await asyncio.sleep(random.expovariate(1 / PAUSE))
                session.choose(target.label, random.randrange(8))
                try:
                    await session.run()
                except PageError as error:
                    met.faults.append(str(error))
                sizes = {size for words in session.words for size in MEMBERS.findall(words)} & {
                    str(size) for size in SIZES
                }
                if len(sizes) > 1:
                    met.mixed.append(f"{sorted(sizes)} at {session.query}")
                for size in sizes:
                    met.runs[size] = met.runs.get(size, 0) + 1
                if time.monotonic() > until:
                    return


async def swapped(directory: Path, until: float, met: Met) -> None:
    """Puts the other vintage in use every minute."""
    while (left := until - time.monotonic()) > EVERY:
        await asyncio.sleep(min(EVERY, left))
        met.vintages += 1
        await asyncio.to_thread(made, SIZES[met.vintages % 2], directory)


def made(size: int, directory: Path) -> None:
    """An invented country of so many municipalities, put in use as an update is."""
    if cli.main(["synth", "--municipalities", str(size), "--years", str(YEARS), "--out", str(directory)]):
        raise RuntimeError("The invented country could not be made.")


async def watched(running: server.Served, temporary: Path, until: float) -> list[tuple[float, int, int]]:
    """Megabytes, open files and temporary files, every ten seconds."""
    seen = []
    while time.monotonic() < until:
        await asyncio.sleep(10)
        seen.append((running.memory, running.open_files(), len(list(temporary.iterdir()))))
    return seen


async def worked(
    running: server.Served, directory: Path, temporary: Path, until: float, met: Met
) -> list[tuple[float, int, int]]:
    """Readers at work while data are put in use; what was seen of the server."""
    readers = [reader(running.base, COMPARISON, until, met) for _ in range(READERS)]
    others = asyncio.gather(swapped(directory, until, met), *readers)
    seen = await watched(running, temporary, until)
    await others
    return seen


def main() -> None:
    """Prints what was met and what grew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=MINUTES)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        directory, temporary = Path(folder) / "country", Path(folder) / "temporary"
        temporary.mkdir()
        made(SIZES[0], directory)
        command, environment = server.ours()
        with server.served((command, environment | {"TMPDIR": str(temporary)}), directory) as running:
            warmed(COMPARISON, running)
            met, until = Met(), time.monotonic() + options.minutes * 60

            seen = asyncio.run(worked(running, directory, temporary, until, met))
    third = max(len(seen) // 3, 1)
    early, late = ([max(column) for column in zip(*part, strict=True)] for part in (seen[:third], seen[-third:]))
    runs = ", ".join(f"{number} of {size} municipalities" for size, number in met.runs.items())
    print(f"{options.minutes:g} minutes, {READERS} readers at a time, re-runs: {runs}; new data {met.vintages} times")
    print(
        f"most in the first third and in the last: memory {early[0]:.0f} and {late[0]:.0f} MB, open files {early[1]} and {late[1]}"
    )
    measure.line("memory of the last third, in that of the first", late[0] / early[0], MOST_GROWTH)
    measure.figure("open files more than in the first third", late[1] - early[1], MOST_FILES)
    measure.figure("temporary files more than in the first third", late[2] - early[2], 0)
    measure.figure("faults", len(met.faults), 0)
    measure.figure("pages of two vintages", len(met.mixed), 0)
    for fault in sorted({*met.faults, *met.mixed})[:5]:
        print(fault)


if __name__ == "__main__":
    main()
