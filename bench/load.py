"""Many readers at once on one process: `python -m bench.load`. Each speaks the dashboard's own websocket protocol and
takes one indicator after the other on /vertailu; all at full speed first, then as people do, with a pause between
choices."""

import asyncio
import contextlib
import random
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench import data, measure, server
from bench.pages import COMPARISON, FLOOR, Target, warmed
from bench.session import PageError, Session

READERS = 50
LEAST_PER_SECOND, MOST_P95, MOST_P95_CALM, MOST_MEGABYTES = 60, 0.8, 0.06, 1.0


@dataclass
class Crowd:
    """What so many readers met: seconds of each re-run, faults, and what the server used."""

    readers: int
    seconds: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    lasted: float = 0.0
    megabytes: float = 0.0  # a reader
    processor: float = 0.0  # seconds

    @property
    def p95(self) -> float:
        """Seconds within which nineteen of twenty re-runs were finished."""
        return statistics.quantiles(self.seconds, n=20)[-1]

    def said(self, name: str) -> str:
        """One line."""
        return (
            f"{name}: {self.readers} readers, {len(self.seconds)} re-runs, {len(self.seconds) / self.lasted:.0f} a second, median "
            f"{statistics.median(self.seconds) * 1000:.0f} ms, p95 {self.p95 * 1000:.0f} ms, processor "
            f"{self.processor * 1000 / len(self.seconds):.1f} ms a re-run, {self.megabytes:.2f} MB a reader, faults {len(self.faults)} "
            f"{sorted(set(self.faults))[:3] if self.faults else ''}"
        )


async def crowd(target: Target, running: server.Served, readers: int, times: int, pause: float) -> Crowd:
    """So many readers who change the target's select box so many times each, after a pause of so many seconds in the
    mean."""
    met, opened = Crowd(readers), asyncio.Barrier(readers)
    before, mark = running.memory, {"begun": 0.0, "processor": 0.0}

    async def reader(number: int) -> None:
        async with Session(running.base, target.path) as session:
            await asyncio.sleep(number * 0.02)
            await session.run(target.query)
            await opened.wait()
            if not number:
                mark["begun"], mark["processor"] = time.perf_counter(), running.processor
            for step in range(times):
                await asyncio.sleep(random.expovariate(1 / pause) if pause else 0)
                session.choose(target.label, number + step)
                try:
                    met.seconds.append(await session.run())
                except PageError as error:
                    met.faults.append(str(error))
            await opened.wait()
            if not number:
                met.lasted, met.processor = time.perf_counter() - mark["begun"], running.processor - mark["processor"]
                met.megabytes = (running.memory - before) / readers
            await opened.wait()

    await asyncio.gather(*(reader(number) for number in range(readers)))
    return met


@contextlib.contextmanager
def warm(target: Target, directory: Path) -> Iterator[server.Served]:
    """The target's server with every option taken once."""
    with server.served(target.way, directory) as running:
        warmed(target, running)
        yield running


def main() -> None:
    """Prints what the crowd met, beside what it should."""
    parser = data.parser(__doc__)
    parser.add_argument("--readers", type=int, default=READERS)
    options = parser.parse_args()
    with data.invented(options.data) as directory:
        with warm(FLOOR, directory) as running:
            print(asyncio.run(crowd(FLOOR, running, options.readers, 10, 0)).said("floor, at full speed"), flush=True)
        with warm(COMPARISON, directory) as running:
            fast = asyncio.run(crowd(COMPARISON, running, options.readers, 20, 0))
            print(fast.said("/vertailu, at full speed"), flush=True)
            calm = asyncio.run(crowd(COMPARISON, running, options.readers, 8, 5))
            print(calm.said("/vertailu, 5 s between choices"), flush=True)
    measure.figure("re-runs a second", len(fast.seconds) / fast.lasted, LEAST_PER_SECOND, least=True)
    measure.figure("p95 at full speed, s", fast.p95, MOST_P95)
    measure.figure("p95 with 5 s between choices, s", calm.p95, MOST_P95_CALM)
    measure.figure("MB a reader", fast.megabytes, MOST_MEGABYTES)
    measure.figure("faults", len(fast.faults) + len(calm.faults), 0)


if __name__ == "__main__":
    main()
