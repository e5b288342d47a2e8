"""Measure many users at once on one process: `python -m bench.load`.

Each speaks the dashboard's websocket protocol and chooses one indicator after the other on /vertailu, first at full
speed, then with pauses between choices. At last all of them are of another municipality, group and year, and each of
their choices is one that nobody has made before.
"""

import asyncio
import contextlib
import random
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from bench import data, measure, server
from bench.pages import COMPARISON, FLOOR, Target, warm_up
from bench.session import PageError, Session
from kuntamittari.query import figures
from kuntamittari.query.database import Database
from kuntamittari.query.snapshot import open_snapshot

USERS = 50
LEAST_PER_SECOND, MOST_P95, MOST_P95_CALM, MOST_MEGABYTES = 60, 0.8, 0.06, 1.0


@dataclass
class Crowd:
    """The result of a crowd of users: seconds of each rerun, errors, and what the server used."""

    users: int
    seconds: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    lasted: float = 0.0
    megabytes: float = 0.0  # a user
    processor: float = 0.0  # seconds

    @property
    def p95(self) -> float:
        """Seconds within which 95 % of the reruns were finished."""
        return statistics.quantiles(self.seconds, n=20)[-1]

    def line(self, name: str) -> str:
        """Return the result as one line under a name."""
        reruns = len(self.seconds)
        return (
            f"{name}: {self.users} users, {reruns} reruns, {reruns / self.lasted:.0f} a second, "
            f"median {statistics.median(self.seconds) * 1000:.0f} ms, p95 {self.p95 * 1000:.0f} ms, "
            f"processor {self.processor * 1000 / reruns:.1f} ms a rerun, {self.megabytes:.2f} MB a user, "
            f"faults {len(self.faults)} {sorted(set(self.faults))[:3] if self.faults else ''}"
        )


async def crowd(
    target: Target, running: server.Served, users: int, times: int, pause: float, queries: Sequence[str] = ()
) -> Crowd:
    """Return the result of users who each change the target's select box `times` times.

    `pause` is the mean number of seconds between two choices; `queries` one of each user, that of the target if empty.
    """
    result, opened = Crowd(users), asyncio.Barrier(users)
    before, mark = running.memory, {"begun": 0.0, "processor": 0.0}

    async def user(number: int) -> None:
        async with Session(running.base, target.path) as session:
            await asyncio.sleep(number * 0.02)
            await session.run(queries[number] if queries else target.query)
            await opened.wait()
            if not number:
                mark["begun"], mark["processor"] = time.perf_counter(), running.processor
            for step in range(times):
                await asyncio.sleep(random.expovariate(1 / pause) if pause else 0)
                session.choose(target.label, number + step)
                try:
                    result.seconds.append(await session.run())
                except PageError as error:
                    result.faults.append(str(error))
            await opened.wait()
            if not number:
                result.lasted, result.processor = (
                    time.perf_counter() - mark["begun"],
                    running.processor - mark["processor"],
                )
                result.megabytes = (running.memory - before) / users
            await opened.wait()

    await asyncio.gather(*(user(number) for number in range(users)))
    return result


def strangers(directory: Path, users: int) -> list[str]:
    """Return a query for each user and one more: no two of one municipality, few of the same group and year."""
    database = Database(open_snapshot(directory))
    groups = figures.groups(database)
    years = database.snapshot.manifest["years"]
    members = [(group, code) for group, row in groups.items() for code in row["municipalities"] or ()]
    random.Random(1).shuffle(members)
    chosen = {code: group for group, code in members}
    return [
        urlencode({"kunta": code, "ryhma": group, "vuosi": years[number % len(years)]})
        for number, (code, group) in zip(range(users + 1), chosen.items(), strict=False)
    ]


@contextlib.contextmanager
def warmed_up(target: Target, directory: Path) -> Iterator[server.Served]:
    """Yield the target's server after every option was chosen once."""
    with server.served(target.launch, directory) as running:
        warm_up(target, running)
        yield running


def main() -> None:
    """Print the results of the crowds and their targets."""
    parser = data.parser(__doc__)
    parser.add_argument("--users", type=int, default=USERS)
    options = parser.parse_args()
    with data.invented(options.data) as directory:
        with warmed_up(FLOOR, directory) as running:
            print(asyncio.run(crowd(FLOOR, running, options.users, 10, 0)).line("floor, at full speed"), flush=True)
        with warmed_up(COMPARISON, directory) as running:
            fast = asyncio.run(crowd(COMPARISON, running, options.users, 20, 0))
            print(fast.line("/vertailu, at full speed"), flush=True)
            calm = asyncio.run(crowd(COMPARISON, running, options.users, 8, 5))
            print(calm.line("/vertailu, 5 s between choices"), flush=True)
        with server.served(COMPARISON.launch, directory) as running:
            first, *queries = strangers(directory, options.users)
            asyncio.run(crowd(COMPARISON, running, 1, 1, 0, [first]))  # imports modules and reads texts
            new = asyncio.run(crowd(COMPARISON, running, options.users, 10, 0, queries))
            print(new.line("/vertailu, each of another place, at full speed"), flush=True)
    measure.figure("reruns a second", len(fast.seconds) / fast.lasted, LEAST_PER_SECOND, least=True)
    measure.figure("p95 at full speed, s", fast.p95, MOST_P95)
    measure.figure("p95 with 5 s between choices, s", calm.p95, MOST_P95_CALM)
    measure.figure(
        "reruns a second, each of another place", len(new.seconds) / new.lasted, LEAST_PER_SECOND, least=True
    )
    measure.figure("p95, each of another place, s", new.p95, MOST_P95)
    measure.figure("MB a user", fast.megabytes, MOST_MEGABYTES)
    measure.figure("faults", len(fast.faults) + len(calm.faults) + len(new.faults), 0)


if __name__ == "__main__":
    main()
