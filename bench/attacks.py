"""Measure readers' choices while somebody attacks the service: `python -m bench.attacks`.

Some readers choose one indicator after the other on /vertailu, and one opens a page anew every second, first alone and
then beside each attack. Each has an address of its own on this machine, and the attacker one. Between two attacks the
service has some seconds of peace.
"""

import asyncio
import contextlib
import itertools
import random
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from http.client import HTTPConnection

from bench import data, measure, server
from bench.meanwhile import memory, p95
from bench.pages import COMPARISON
from bench.session import PageError, Session

READERS, OPTIONS, PAUSE = 5, 12, 0.5
ATTACKER = "127.0.0.2"  # another address of this machine
LASTS, PEACE = 20.0, 8.0  # seconds of an attack, and between two
CALLS = 20  # of the API a second
NEVER = 120.0  # seconds, where nothing was answered in time
MOST_P95, MOST_PAGE, MOST_MEMORY = 0.5, 2.0, 1.5


@dataclass
class Beside:
    """Seconds of choices and of pages that were opened beside an attack, and megabytes of the server."""

    choices: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    sent: int = 0

    def line(self, name: str) -> str:
        """Return the result as one line under a name."""
        return (
            f"{name}: {self.sent} sent; choices median {statistics.median(self.choices or [NEVER]) * 1000:.0f} ms, p95 "
            f"{self.p95 * 1000:.0f} ms, longest {max(self.choices or [NEVER]):.1f} s of {len(self.choices)}; pages "
            f"median {statistics.median(self.pages or [NEVER]):.2f} s, longest {self.longest_page:.2f} s; MB first "
            f"{self.megabytes[0]:.0f}, most {max(self.megabytes):.0f}; faults {len(self.faults)} {self.faults[:3]}"
        )

    @property
    def p95(self) -> float:
        """Seconds within which 95 % of the choices were finished."""
        return p95(self.choices) if len(self.choices) > 1 else NEVER

    @property
    def longest_page(self) -> float:
        """Seconds that the slowest page took."""
        return max(self.pages, default=NEVER)


Attack = Callable[[str, Beside], Coroutine[None, None, None]]


@contextlib.asynccontextmanager
async def deaf(base: str) -> AsyncIterator[Session]:
    """Yield a page that has run once, from the attacker's address."""
    async with Session(base, COMPARISON.path, source=ATTACKER) as session:
        await session.run(COMPARISON.query)
        yield session


async def sending(base: str, into: Beside, pause: float, reading: bool) -> None:
    """Ask for a run of the whole page again and again, on one connection."""
    async with deaf(base) as session:

        async def read() -> None:
            async for _ in session.socket:
                pass

        listening = asyncio.create_task(read()) if reading else None
        message = session.request()
        try:
            while True:
                await session.socket.send(message)
                into.sent += 1
                await asyncio.sleep(pause)
        finally:
            if listening:
                listening.cancel()
            session.socket.transport.abort()


async def flood(base: str, into: Beside) -> None:
    """Send messages as fast as they are taken, and read nothing."""
    await sending(base, into, 0, reading=False)


async def twenty(base: str, into: Beside) -> None:
    """Send twenty messages a second."""
    await sending(base, into, 1 / 20, reading=True)


async def two_hundred(base: str, into: Beside) -> None:
    """Send two hundred messages a second."""
    await sending(base, into, 1 / 200, reading=True)


async def many_pages(base: str, into: Beside) -> None:
    """Send five messages a second on each of thirty connections."""
    await asyncio.gather(*(sending(base, into, 1 / 5, reading=True) for _ in range(30)))


async def emptying(base: str, into: Beside) -> None:
    """Ask again and again for the caches of the pages to be emptied."""
    from streamlit.proto.BackMsg_pb2 import BackMsg

    async with deaf(base) as session:
        while True:
            await session.socket.send(BackMsg(clear_cache=True).SerializeToString())
            into.sent += 1
            await asyncio.sleep(0.05)


async def calls(base: str, into: Beside, address: str) -> None:
    """Ask for one indicator after the other at an address, twenty times a second, which is the allowance of the API."""
    from kuntamittari.catalog import loader

    numbers = itertools.cycle(loader.indicators())

    def call(indicator: str) -> None:
        host, port = base.removeprefix("http://").split(":")
        connection = HTTPConnection(host, int(port), timeout=60, source_address=(ATTACKER, 0))
        with contextlib.closing(connection), contextlib.suppress(OSError):
            connection.request("GET", address.format(indicator=indicator, number=into.sent))
            connection.getresponse().read()

    async with asyncio.TaskGroup() as group:
        while True:
            group.create_task(asyncio.to_thread(call, next(numbers)))
            into.sent += 1
            await asyncio.sleep(1 / CALLS)


async def as_json(base: str, into: Beside) -> None:
    """Ask for figures as JSON."""
    await calls(base, into, "/api/v1/values?indicator={indicator}&format=json&utm_source={number}")


async def as_parquet(base: str, into: Beside) -> None:
    """Ask for figures as Parquet."""
    await calls(base, into, "/api/v1/values?indicator={indicator}&format=parquet&utm_source={number}")


async def documents(base: str, into: Beside) -> None:
    """Open pages as documents, each of another address."""
    await calls(base, into, "/vertailu?kunta=837&mittari={indicator}&muoto=upotus&verrokit={number}")


async def files(base: str, into: Beside) -> None:
    """Ask sixty times for a file of a page at once, again and again. Raises PageError where the page offers none."""
    from streamlit.proto.BackMsg_pb2 import BackMsg

    async with deaf(base) as session:
        menu = next(widget for widget in session.fragments if "menu" in widget)
        session.opened, session.fragment = menu, session.fragments[menu]
        await session.run()
        if not session.deferred:
            raise PageError("the page offers no file")

        async def read() -> None:
            async for _ in session.socket:
                pass

        listening = asyncio.create_task(read())
        try:
            while True:
                for number in range(60):
                    message = BackMsg()
                    message.backend_operation_request.request_id = f"{into.sent}-{number}"
                    message.backend_operation_request.deferred_file.file_id = session.deferred[number % 3]
                    await session.socket.send(message.SerializeToString())
                into.sent += 60
                await asyncio.sleep(5)
        finally:
            listening.cancel()


ATTACKS: dict[str, Attack | None] = {
    "nobody": None,
    "a flood of messages": flood,
    "20 messages a second": twenty,
    "200 messages a second": two_hundred,
    "30 pages, 5 messages a second": many_pages,
    "emptying of caches": emptying,
    "60 files at once": files,
    "1 200 documents a minute": documents,
    "1 200 calls a minute, JSON": as_json,
    "1 200 calls a minute, Parquet": as_parquet,
}


async def attacked(running: server.Served, name: str, into: Beside) -> None:
    """Attack for a while, from a process of its own."""
    if ATTACKS[name] is None:
        await asyncio.sleep(LASTS)
        return
    command = [sys.executable, "-m", "bench.attacks", name, "--attack", running.base]
    attacker = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE, cwd=server.ROOT)
    try:
        await asyncio.wait_for(attacker.wait(), LASTS)
        into.faults.append("the attack ended")
    except TimeoutError:
        attacker.kill()
    assert attacker.stdout is not None
    into.sent = int((await attacker.stdout.read()).split()[-1])


async def alone(base: str, name: str) -> None:
    """Attack without end, and tell every second how much was sent."""
    attack, into = ATTACKS[name], Beside()
    assert attack is not None
    attacking = asyncio.create_task(attack(base, into))
    while not attacking.done():
        print(into.sent, flush=True)
        await asyncio.sleep(1)
    await attacking


async def measured(running: server.Served, wanted: list[str]) -> dict[str, Beside]:
    """Return the result beside each attack."""
    results: dict[str, Beside] = {}
    now = Beside()
    over, warm = asyncio.Event(), asyncio.Barrier(READERS + 1)

    async def reader(number: int) -> None:
        async with Session(running.base, COMPARISON.path, source=f"127.0.1.{number + 1}") as session:
            await session.run(COMPARISON.query)
            for option in range(OPTIONS):
                session.choose(COMPARISON.label, option)
                await session.run()
            await warm.wait()
            while not over.is_set():
                await asyncio.sleep(random.expovariate(1 / PAUSE))
                number += 1
                session.choose(COMPARISON.label, number % OPTIONS)
                into = now
                try:
                    into.choices.append(await session.run())
                except PageError as error:
                    into.faults.append(str(error))

    async def visitor() -> None:
        while not over.is_set():
            into, begun = now, time.perf_counter()
            async with Session(running.base, COMPARISON.path, source="127.0.1.100") as session:
                await session.run(COMPARISON.query)
            into.pages.append(time.perf_counter() - begun)
            await asyncio.sleep(1)

    readers = [asyncio.create_task(reader(number)) for number in range(READERS)]
    await warm.wait()
    visiting = asyncio.create_task(visitor())
    for name in wanted:
        now = results[name] = Beside()
        with memory(running, now.megabytes):
            await attacked(running, name, now)
        now = Beside()
        await asyncio.sleep(PEACE)  # what waits for an answer is counted for the attack beside which it was asked
        print(results[name].line(name), flush=True)
    over.set()
    await asyncio.gather(*readers, visiting)
    return results


def main() -> None:
    """Print the result beside each attack, and the targets."""
    parser = data.parser(__doc__)
    parser.add_argument("attacks", nargs="*", choices=[[], *ATTACKS], help="default: all")
    parser.add_argument("--attack", metavar="BASE", help="only attack the service at this address, without end")
    options = parser.parse_args()
    if options.attack:
        asyncio.run(alone(options.attack, options.attacks[0]))
        return
    with data.invented(options.data) as directory, server.served(server.dashboard(), directory) as running:
        results = asyncio.run(measured(running, options.attacks or list(ATTACKS)))
    for name, result in results.items():
        measure.figure(f"p95 of choices beside {name}, s", result.p95, MOST_P95)
        measure.figure(f"longest page beside {name}, s", result.longest_page, MOST_PAGE)
    most = max(max(result.megabytes) for result in results.values())
    measure.figure("most memory, times that before", most / next(iter(results.values())).megabytes[0], MOST_MEMORY)
    measure.figure("faults", sum(len(result.faults) for result in results.values()), 0)


if __name__ == "__main__":
    main()
