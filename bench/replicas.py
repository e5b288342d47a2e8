"""Two replicas behind nginx, one of them killed while people work: `python -m bench.replicas`. The nginx is that of
deploy/nginx.conf, on free ports. A reader who is cut off does what a browser does: she connects anew and asks for the
address she was at."""

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
from bench.pages import COMPARISON, warmed
from bench.session import PageError, Session

READERS, SECONDS, PAUSE, KILLED_AT = 40, 40, 0.7, 12
GROUPS = ("ryhma=all", "ryhma=largest-20", "ryhma=size-6")
AGAIN = 0.5  # seconds after which a browser tries again
CONFIGURATION = Path(__file__).parent.parent / "deploy" / "nginx.conf"


@dataclass
class Met:
    """What the readers met."""

    runs: int = 0
    cut: int = 0  # readers whose connection broke
    away: list[float] = field(default_factory=list)  # seconds from a break to the next complete page
    wrong: list[str] = field(default_factory=list)  # errors on a page, or another page than that of the address


@contextlib.contextmanager
def proxied(ports: list[int], folder: Path) -> Iterator[str]:
    """nginx with the project's own configuration before the replicas; gives its address. Exits where nginx is not
    installed."""
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
        server.answered(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


async def reader(number: int, base: str, until: float, met: Met) -> None:
    """One reader: takes one indicator after the other until the time is over, and connects anew where she is cut
    off."""
    query, broke, cookie = GROUPS[number % len(GROUPS)], 0.0, f"kuntamittari-desk={os.urandom(24).hex()}"
    while time.monotonic() < until:
        try:
            async with Session(base, "vertailu", cookie) as session:
                await session.run(query)
                while time.monotonic() < until:
                    if broke:
                        met.away.append(time.monotonic() - broke)
                        broke = 0.0
                    await asyncio.sleep(random.expovariate(1 / PAUSE))
                    session.choose(COMPARISON.label, random.randrange(8))
                    await session.run()
                    query = session.query
                    met.runs += 1
                    if GROUPS[number % len(GROUPS)] not in query:
                        met.wrong.append(f"asked {GROUPS[number % len(GROUPS)]}, is at {query}")
        except PageError as error:
            met.wrong.append(str(error))
        except (OSError, websockets.WebSocketException, TimeoutError):
            met.cut += not broke
            broke = broke or time.monotonic()
            await asyncio.sleep(AGAIN)


async def worked(base: str, victim: server.Served, readers: int) -> Met:
    """So many readers at work, one replica killed in the middle."""
    met, until = Met(), time.monotonic() + SECONDS

    async def kill() -> None:
        await asyncio.sleep(KILLED_AT)
        os.killpg(victim.process.pid, signal.SIGKILL)

    await asyncio.gather(kill(), *(reader(number, base, until, met) for number in range(readers)))
    return met


def main() -> None:
    """Prints what the readers met."""
    parser = data.parser(__doc__)
    parser.add_argument("--readers", type=int, default=READERS)
    options = parser.parse_args()
    with (
        data.invented(options.data) as directory,
        tempfile.TemporaryDirectory() as folder,
        contextlib.ExitStack() as stack,
    ):
        replicas = [stack.enter_context(server.served(server.ours(), directory)) for _ in range(2)]
        for replica in replicas:
            warmed(COMPARISON, replica)
        base = stack.enter_context(
            proxied([int(replica.base.rpartition(":")[2]) for replica in replicas], Path(folder))
        )
        met = asyncio.run(worked(base, replicas[0], options.readers))
    print(
        f"{options.readers} readers for {SECONDS} s, one of two replicas killed after {KILLED_AT} s: {met.runs} re-runs"
    )
    median, most = statistics.median(met.away or [0]), max(met.away or [0])
    print(
        f"cut off: {met.cut} readers; back on a page of their own address: {len(met.away)}, after {median:.1f} s, {most:.1f} s at the most"
    )
    measure.figure("readers who did not come back", met.cut - len(met.away), 0)
    measure.figure("errors on a page, or another page than the address says", len(met.wrong), 0)
    for fault in sorted(set(met.wrong))[:5]:
        print(fault)


if __name__ == "__main__":
    main()
