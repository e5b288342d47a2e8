"""What a choice on a page costs the server: `python -m bench.pages`. Every target runs in every round, one after the
other, so that a slow moment of the machine falls on all alike; each ratio is paired by round. Processor time is that of
the whole server process."""

import asyncio
import statistics
from dataclasses import dataclass
from pathlib import Path

from bench import data, measure, server
from bench.session import Session


@dataclass(frozen=True)
class Target:
    """A page to measure: how it is served, its name, the select box that is changed, its path (None: the only one) and
    address."""

    way: server.Way
    name: str
    label: str
    path: str | None = None
    query: str = ""


FLOOR = Target(server.tuned("floor"), "floor", "Task")
FLOOR_SPEC = Target(server.tuned("floor", BENCH_CHART="spec"), "floor with a ready chart", "Task")
NAIVE = Target(server.plain("naive"), "naive page", "Task")
COMPARISON = Target(server.ours(), "/vertailu", "Mittari", "vertailu")
MAP = Target(server.ours(), "/kartta", "Mittari", "kartta", "ryhma=all")
TARGETS = (FLOOR, FLOOR_SPEC, NAIVE, COMPARISON, MAP)
RATIOS = ((COMPARISON.name, FLOOR.name, 1.5), (MAP.name, COMPARISON.name, 1.5))
LEAST_NAIVE = 4


@dataclass
class Figures:
    """One target in one round, each per re-run: processor and waiting time in milliseconds, kilobytes and messages
    sent."""

    processor: float
    waited: float
    kilobytes: float
    messages: float


async def rerun(target: Target, running: server.Served, times: int, turn: int) -> Figures:
    """Changes the target's select box so often, one after the other, as one reader. The turn says with which option to
    begin."""
    async with Session(running.base, target.path) as session:
        await session.run(target.query)
        await session.run()
        for warm in range(2):
            session.choose(target.label, turn + warm)
            await session.run()
        before, received, messages = running.processor, session.received, session.messages
        waited = []
        for step in range(times):
            session.choose(target.label, turn + step)
            waited.append(await session.run())
        return Figures(
            (running.processor - before) * 1000 / times,
            statistics.median(waited) * 1000,
            (session.received - received) / 1024 / times,
            (session.messages - messages) / times,
        )


def warmed(target: Target, running: server.Served) -> None:
    """Has every option of a target's select box taken once, unmeasured."""

    async def every() -> None:
        async with Session(running.base, target.path) as session:
            await session.run(target.query)
            for turn in range(len(session.widgets[target.label].options)):
                session.choose(target.label, turn)
                await session.run()

    asyncio.run(every())


def measured(targets: tuple[Target, ...], directory: Path, rounds: int, times: int) -> dict[str, list[Figures]]:
    """The figures of every target, one a round; every option is taken once before, unmeasured."""
    found: dict[str, list[Figures]] = {target.name: [] for target in targets}
    with server.all_served({target.name: target.way for target in targets}, directory) as running:
        for target in targets:
            warmed(target, running[target.name])
        for number in range(rounds):
            for target in targets:
                found[target.name].append(asyncio.run(rerun(target, running[target.name], times, number)))
    return found


def ratio(found: dict[str, list[Figures]], name: str, other: str) -> float:
    """The median of the processor time of one in that of the other, paired by round."""
    return statistics.median(
        one.processor / floor.processor for one, floor in zip(found[name], found[other], strict=True)
    )


def main() -> None:
    """Prints a line a target, then the ratios with what they should be."""
    parser = data.parser(__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--times", type=int, default=40, help="re-runs of a target in a round")
    options = parser.parse_args()
    with data.invented(options.data) as directory:
        found = measured(TARGETS, directory, options.rounds, options.times)
    for name, rounds in found.items():
        processor, waited, kilobytes, messages = (
            statistics.median(getattr(one, part) for one in rounds)
            for part in ("processor", "waited", "kilobytes", "messages")
        )
        print(
            f"{name:28} processor {processor:6.1f} ms  waited {waited:6.1f} ms  {kilobytes:6.1f} kB in {messages:4.0f} messages"
        )
    for name, other, target in RATIOS:
        measure.line(f"processor time of a choice on {name}, in that on {other}", ratio(found, name, other), target)
    measure.figure(
        "the naive page's processor time, in ours", ratio(found, NAIVE.name, COMPARISON.name), LEAST_NAIVE, least=True
    )


if __name__ == "__main__":
    main()
