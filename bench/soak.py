"""Work for ten minutes while new data are put in use every minute: `python -m bench.soak`.

Memory, open files and temporary files must not grow, no page may fail, and no page may mix figures of two vintages. The
vintages are invented countries of different size, so the number of municipalities on a page tells its vintage.
"""

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
from bench.pages import COMPARISON, Target, warm_up
from bench.session import PageError, Session
from kuntamittari import cli

USERS, MINUTES, PAUSE, EVERY = 20, 10, 1.0, 60
SIZES = (309, 303)
MEMBERS = re.compile(r"\bn = (\d+)")
MOST_GROWTH = 1.1  # memory of the last third in that of the first
MOST_FILES = 20  # more open files or connections than in the first third


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


async def watch(running: server.Served, temporary: Path, until: float) -> list[tuple[float, int, int]]:
    """Return (megabytes, open files, temporary files) of every ten seconds."""
    samples = []
    while time.monotonic() < until:
        await asyncio.sleep(10)
        samples.append((running.memory, running.open_files(), len(list(temporary.iterdir()))))
    return samples


async def run_load(
    running: server.Served, directory: Path, temporary: Path, until: float, outcome: Outcome
) -> list[tuple[float, int, int]]:
    """Run users while data are put in use; return what `watch` measured."""
    users = [user(running.base, COMPARISON, until, outcome) for _ in range(USERS)]
    others = asyncio.gather(swap_data(directory, until, outcome), *users)
    samples = await watch(running, temporary, until)
    await others
    return samples


def main() -> None:
    """Print what the users met and what grew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=MINUTES)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        directory, temporary = Path(folder) / "country", Path(folder) / "temporary"
        temporary.mkdir()
        make_country(SIZES[0], directory)
        command, environment = server.dashboard()
        with server.served((command, environment | {"TMPDIR": str(temporary)}), directory) as running:
            warm_up(COMPARISON, running)
            outcome, until = Outcome(), time.monotonic() + options.minutes * 60
            samples = asyncio.run(run_load(running, directory, temporary, until, outcome))
    third = max(len(samples) // 3, 1)
    early, late = ([max(column) for column in zip(*part, strict=True)] for part in (samples[:third], samples[-third:]))
    runs = ", ".join(f"{number} of {size} municipalities" for size, number in outcome.runs.items())
    print(f"{options.minutes:g} minutes, {USERS} users at a time, reruns: {runs}; new data {outcome.vintages} times")
    memory = f"memory {early[0]:.0f} and {late[0]:.0f} MB"
    print(f"most in the first third and in the last: {memory}, open files {early[1]} and {late[1]}")
    measure.line("memory of the last third, in that of the first", late[0] / early[0], MOST_GROWTH)
    measure.figure("open files more than in the first third", late[1] - early[1], MOST_FILES)
    measure.figure("temporary files more than in the first third", late[2] - early[2], 0)
    measure.figure("faults", len(outcome.faults), 0)
    measure.figure("pages of two vintages", len(outcome.mixed), 0)
    for fault in sorted({*outcome.faults, *outcome.mixed})[:5]:
        print(fault)


if __name__ == "__main__":
    main()
