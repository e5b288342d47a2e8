"""Measure what a choice on a page costs the server: `python -m bench.pages`.

Every target runs in every round, one after the other, so that a slow moment of the machine affects all alike; each
ratio is paired by round. Processor time is that of the whole server process.
"""

import asyncio
import statistics
from dataclasses import dataclass
from pathlib import Path

from bench import data, measure, server
from bench.session import Session


@dataclass(frozen=True)
class Target:
    """A page to measure: how it is served, name, select box that changes, path (None: the only page) and query."""

    launch: server.Launch
    name: str
    label: str
    path: str | None = None
    query: str = ""


FLOOR = Target(server.tuned("floor"), "floor", "Task")
FLOOR_SPEC = Target(server.tuned("floor", BENCH_CHART="spec"), "floor with a ready chart", "Task")
NAIVE = Target(server.plain("naive"), "naive page", "Task")
COMPARISON = Target(server.dashboard(), "/vertailu", "Mittari", "vertailu")
MAP = Target(server.dashboard(), "/kartta", "Mittari", "kartta", "ryhma=all")
TARGETS = (FLOOR, FLOOR_SPEC, NAIVE, COMPARISON, MAP)
RATIOS = ((COMPARISON.name, FLOOR.name, 1.5), (MAP.name, COMPARISON.name, 1.5))
LEAST_NAIVE = 4


@dataclass
class RerunCost:
    """The cost of a rerun of a target in one round: milliseconds of processor and of waiting, kilobytes, messages."""

    processor: float
    waited: float
    kilobytes: float
    messages: float


async def rerun(target: Target, running: server.Served, times: int, turn: int) -> RerunCost:
    """Change the target's select box `times` times as one user, beginning with the option at `turn`."""
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
        return RerunCost(
            (running.processor - before) * 1000 / times,
            statistics.median(waited) * 1000,
            (session.received - received) / 1024 / times,
            (session.messages - messages) / times,
        )


def warm_up(target: Target, running: server.Served) -> None:
    """Choose every option of a target's select box once, unmeasured."""

    async def every() -> None:
        async with Session(running.base, target.path) as session:
            await session.run(target.query)
            for turn in range(len(session.widgets[target.label].options)):
                session.choose(target.label, turn)
                await session.run()

    asyncio.run(every())


def measure_targets(
    targets: tuple[Target, ...], directory: Path, rounds: int, times: int
) -> dict[str, list[RerunCost]]:
    """Return the figures of every target, one a round, after every option was chosen once."""
    costs: dict[str, list[RerunCost]] = {target.name: [] for target in targets}
    with server.all_served({target.name: target.launch for target in targets}, directory) as running:
        for target in targets:
            warm_up(target, running[target.name])
        for number in range(rounds):
            for target in targets:
                costs[target.name].append(asyncio.run(rerun(target, running[target.name], times, number)))
    return costs


def ratio(costs: dict[str, list[RerunCost]], name: str, other: str) -> float:
    """Return the median ratio of the processor times of two targets, paired by round."""
    return statistics.median(
        one.processor / floor.processor for one, floor in zip(costs[name], costs[other], strict=True)
    )


def main() -> None:
    """Print a line for each target, then the ratios with their targets."""
    parser = data.parser(__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--times", type=int, default=40, help="reruns of a target in a round")
    options = parser.parse_args()
    with data.invented(options.data) as directory:
        costs = measure_targets(TARGETS, directory, options.rounds, options.times)
    for name, rounds in costs.items():
        processor, waited, kilobytes, messages = (
            statistics.median(getattr(one, part) for one in rounds)
            for part in ("processor", "waited", "kilobytes", "messages")
        )
        times = f"processor {processor:6.1f} ms  waited {waited:6.1f} ms"
        print(f"{name:28} {times}  {kilobytes:6.1f} kB in {messages:4.0f} messages")
    for name, other, target in RATIOS:
        measure.line(f"processor time of a choice on {name}, in that on {other}", ratio(costs, name, other), target)
    measure.figure(
        "the naive page's processor time, in ours", ratio(costs, NAIVE.name, COMPARISON.name), LEAST_NAIVE, least=True
    )


if __name__ == "__main__":
    main()
