"""Measure readers' choices while ten reports are made at once: `python -m bench.meanwhile`.

Some readers choose one indicator after the other on /vertailu, all of which they have chosen before. Ten others order
the whole report of a municipality each, slides and documents in turn, and look at it every second, as a browser does.
"""

import asyncio
import contextlib
import random
import statistics
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench import data, measure, server
from bench.pages import COMPARISON, Target
from bench.session import PageError, Session

READERS, REPORTS = 5, 10
OPTIONS, PAUSE = 12, 0.5  # indicators that are chosen, and the mean number of seconds between two choices
ALONE = 10.0  # seconds for which readers choose before the reports are ordered
SETTLE = 4.0  # seconds from the last report to the last look at the memory
CARD = Target(server.dashboard(), "/kuntakortti", "", "kuntakortti")
MOST_P95 = 0.25


@dataclass
class Meanwhile:
    """Seconds of choices before and while reports were made, of each report, and megabytes of the server."""

    alone: list[float] = field(default_factory=list)
    beside: list[float] = field(default_factory=list)
    reports: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)
    own: list[float] = field(default_factory=list)  # of these, of the process of the pages
    lasted: float = 0.0

    def line(self) -> str:
        """Return the result in one line."""
        alone, beside = (
            f"median {statistics.median(seconds) * 1000:.0f} ms, p95 {p95(seconds) * 1000:.0f} ms of {len(seconds)}"
            for seconds in (self.alone, self.beside)
        )
        return (
            f"choices alone: {alone}; meanwhile: {beside}; {len(self.reports)} reports in {self.lasted:.0f} s, the "
            f"first after {min(self.reports):.1f} s; MB of the pages before {self.own[0]:.0f}, afterwards "
            f"{self.own[-1]:.0f}, with all processes before {self.megabytes[0]:.0f}, most {max(self.megabytes):.0f}; "
            f"faults {len(self.faults)} {self.faults[:3]}"
        )


def p95(seconds: list[float]) -> float:
    """Return the seconds within which 95 % of the choices were finished."""
    return statistics.quantiles(seconds, n=20)[-1]


@contextlib.contextmanager
def memory(running: server.Served, into: list[float]) -> Iterator[None]:
    """Note the memory of the server and its processes four times a second."""

    async def watch() -> None:
        while True:
            into.append(running.memory)
            await asyncio.sleep(0.25)

    watching = asyncio.create_task(watch())
    yield
    watching.cancel()


def downloaded(address: str) -> bytes:
    """Return a file of the server."""
    with urllib.request.urlopen(address, timeout=60) as answer:
        return answer.read()


async def measured(running: server.Served, codes: list[str]) -> Meanwhile:
    """Return the result of readers and of one report a municipality, all ordered at the same moment."""
    result, ordered, over = Meanwhile(), asyncio.Event(), asyncio.Event()
    ready, settled = asyncio.Barrier(len(codes) + 1), asyncio.Barrier(READERS + 1)

    async def reader(number: int) -> None:
        async with Session(running.base, COMPARISON.path) as session:
            await session.run(COMPARISON.query)
            for option in range(OPTIONS):
                session.choose(COMPARISON.label, option)
                await session.run()
            await settled.wait()
            while not over.is_set():
                await asyncio.sleep(random.expovariate(1 / PAUSE))
                number += 1
                session.choose(COMPARISON.label, number % OPTIONS)
                into = result.beside if ordered.is_set() else result.alone
                try:
                    into.append(await session.run())
                except PageError as error:
                    result.faults.append(str(error))

    async def report(code: str, form: str) -> None:
        async with Session(running.base, CARD.path) as session:
            await session.run(f"kunta={code}")
            session.open("take")
            await session.run()
            await ready.wait()
            await ordered.wait()
            begun = time.perf_counter()
            try:
                session.press(f"order-municipality-{form}")
                await session.run()
                while not session.files:
                    await asyncio.sleep(1)
                    session.fragment = session.repeated
                    await session.run()
                content = await asyncio.to_thread(downloaded, running.base + session.files[0])
                result.reports.append(time.perf_counter() - begun)
                if not content.startswith({"pdf": b"%PDF", "pptx": b"PK"}[form]):
                    result.faults.append(f"{code}.{form} is none")
            except PageError as error:
                result.faults.append(str(error))

    asked = [asyncio.create_task(report(code, ("pptx", "pdf")[number % 2])) for number, code in enumerate(codes)]
    await ready.wait()
    readers = [asyncio.create_task(reader(number)) for number in range(READERS)]
    await settled.wait()
    await asyncio.sleep(ALONE)
    result.own.append(running.own_memory)
    with memory(running, result.megabytes):
        begun = time.perf_counter()
        ordered.set()
        await asyncio.gather(*asked)
        result.lasted = time.perf_counter() - begun
    over.set()
    await asyncio.gather(*readers)
    await asyncio.sleep(SETTLE)
    result.own.append(running.own_memory)
    return result


def main() -> None:
    """Print the result and the target."""
    parser = data.parser(__doc__)
    parser.add_argument("--reports", type=int, default=REPORTS)
    options = parser.parse_args()
    with data.invented(options.data) as directory, server.served(server.dashboard(), directory) as running:
        from kuntamittari.query import database, figures

        register = figures.register(database.current(directory))
        loaded = sorted(code for code, row in register.items() if row["loaded"])
        result = asyncio.run(measured(running, loaded[:: len(loaded) // options.reports][: options.reports]))
    print(result.line(), flush=True)
    measure.figure("p95 of choices while reports are made, s", p95(result.beside), MOST_P95)
    measure.line("p95 of choices while reports are made, in that before", p95(result.beside) / p95(result.alone))
    measure.figure("faults", len(result.faults), 0)


if __name__ == "__main__":
    main()
