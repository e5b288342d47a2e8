"""Run two replicas behind nginx and kill one of them under load: `python -m bench.replicas`.

nginx runs with deploy/nginx.conf on free ports. A user who is cut off does what a browser does: it connects again and
asks for its address.
"""

import asyncio
import contextlib
import os
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import websockets

from bench import data, measure, server
from bench.pages import COMPARISON, warm_up
from bench.session import PageError, Session

USERS, SECONDS, PAUSE, KILLED_AT = 40, 40, 0.7, 12
GROUPS = ("ryhma=all", "ryhma=largest-20", "ryhma=size-6")
AGAIN = 0.5  # seconds after which a browser tries again
CONFIGURATION = Path(__file__).parent.parent / "deploy" / "nginx.conf"


@dataclass
class Outcome:
    """What the users met."""

    runs: int = 0
    cut: int = 0  # users whose connection broke
    away: list[float] = field(default_factory=list)  # seconds from a break to the next complete page
    wrong: list[str] = field(default_factory=list)  # errors on a page, or another page than that of the address


@contextlib.contextmanager
def proxy(ports: list[int], folder: Path) -> Iterator[str]:
    """Yield the address of nginx with the project's configuration in front of the replicas.

    Exits where nginx is not installed.
    """
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if not program:
        sys.exit("nginx is not installed (Debian: apt-get install nginx-light), so the replicas could not be tried.")
    port = server.free_port()
    text = CONFIGURATION.read_text("utf-8")
    for written, real in (("8500", port), ("8501", ports[0]), ("8502", ports[1])):
        text = re.sub(rf"127\.0\.0\.1:{written}\b", f"127.0.0.1:{real}", text)
    (folder / "nginx.conf").write_text(text, "utf-8")
    process = subprocess.Popen(
        [program, "-p", str(folder), "-c", "nginx.conf", "-g", "daemon off;"], stderr=subprocess.DEVNULL
    )
    try:
        server.wait_until_up(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


async def user(number: int, base: str, until: float, outcome: Outcome) -> None:
    """Run one user until the time is over: choose indicators, and connect again after a broken connection."""
    query, broke, cookie = GROUPS[number % len(GROUPS)], 0.0, f"kuntamittari-desk={os.urandom(24).hex()}"
    while time.monotonic() < until:
        try:
            async with Session(base, "vertailu", cookie) as session:
                await session.run(query)
                while time.monotonic() < until:
                    if broke:
                        outcome.away.append(time.monotonic() - broke)
                        broke = 0.0
                    await asyncio.sleep(random.expovariate(1 / PAUSE))
                    session.choose(COMPARISON.label, random.randrange(8))
                    await session.run()
                    query = session.query
                    outcome.runs += 1
                    if GROUPS[number % len(GROUPS)] not in query:
                        outcome.wrong.append(f"asked {GROUPS[number % len(GROUPS)]}, is at {query}")
        except PageError as error:
            outcome.wrong.append(str(error))
        except (OSError, websockets.WebSocketException, TimeoutError):
            outcome.cut += not broke
            broke = broke or time.monotonic()
            await asyncio.sleep(AGAIN)


async def run_load(base: str, victim: server.Served, users: int) -> Outcome:
    """Run `users` users and kill one replica meanwhile; return what they met."""
    outcome, until = Outcome(), time.monotonic() + SECONDS

    async def kill() -> None:
        await asyncio.sleep(KILLED_AT)
        os.killpg(victim.process.pid, signal.SIGKILL)

    await asyncio.gather(kill(), *(user(number, base, until, outcome) for number in range(users)))
    return outcome


def main() -> None:
    """Print what the users met."""
    parser = data.parser(__doc__)
    parser.add_argument("--users", type=int, default=USERS)
    options = parser.parse_args()
    with (
        data.invented(options.data) as directory,
        tempfile.TemporaryDirectory() as folder,
        contextlib.ExitStack() as stack,
    ):
        replicas = [stack.enter_context(server.served(server.dashboard(), directory)) for _ in range(2)]
        for replica in replicas:
            warm_up(COMPARISON, replica)
        base = stack.enter_context(proxy([int(replica.base.rpartition(":")[2]) for replica in replicas], Path(folder)))
        outcome = asyncio.run(run_load(base, replicas[0], options.users))
    killed = f"one of two replicas killed after {KILLED_AT} s"
    print(f"{options.users} users for {SECONDS} s, {killed}: {outcome.runs} reruns")
    median, most = statistics.median(outcome.away or [0]), max(outcome.away or [0])
    back = f"back on the page of their address: {len(outcome.away)}, after {median:.1f} s, {most:.1f} s at the most"
    print(f"cut off: {outcome.cut} users; {back}")
    measure.figure("users who did not come back", outcome.cut - len(outcome.away), 0)
    measure.figure("errors on a page, or another page than the address says", len(outcome.wrong), 0)
    for fault in sorted(set(outcome.wrong))[:5]:
        print(fault)


if __name__ == "__main__":
    main()
