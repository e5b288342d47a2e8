"""Faults with readers: a server killed again and again while they choose, and two new data sets made at once."""

import asyncio
import contextlib
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import websockets

from bench import server
from bench.pages import COMPARISON
from bench.session import PageError, Session

READERS, KILLS = 5, 20
SEED = 27  # the same moments each time
LATEST = 3.0  # seconds after its first answer in which a server is killed
PATIENCE = 90  # seconds for a first answer on a busy machine, and for readers to see that it is gone
SIZES = ("309", "303")

Row = Callable[[str, str, str, str, str], None]


async def read_until_lost(base: str, answered: asyncio.Event, outcome: Counter[str]) -> None:
    """Choose without a pause, as one reader, until the connection is lost."""
    with contextlib.suppress(OSError, websockets.WebSocketException):
        async with Session(base, COMPARISON.path) as session:
            await session.run("ryhma=all")
            while True:
                session.choose(COMPARISON.label, random.randrange(8))
                try:
                    await session.run()
                    outcome["choices"] += 1
                    answered.set()
                except PageError:
                    outcome["errors"] += 1
    outcome["lost"] += 1


async def killed_under(running: server.Served, after: float, outcome: Counter[str]) -> None:
    """Let readers choose, and kill the server meanwhile."""
    answered = asyncio.Event()
    readers = [asyncio.create_task(read_until_lost(running.base, answered, outcome)) for _ in range(READERS)]
    await asyncio.wait_for(answered.wait(), PATIENCE)
    await asyncio.sleep(after)
    running.process.send_signal(signal.SIGKILL)
    await asyncio.wait_for(asyncio.gather(*readers), PATIENCE)


def checked(data: Path) -> str:
    """Return what `kuntamittari check` says of a data directory."""
    command = [sys.executable, "-m", "kuntamittari", "check", str(data)]
    told = subprocess.run(command, cwd=server.ROOT, capture_output=True, text=True, check=False)
    return "nothing" if told.returncode == 0 else (told.stdout + told.stderr).strip()[-200:]


def kill_faults(data: Path, row: Row) -> None:
    """Print a server that is killed at random moments while readers choose."""
    moments, port, starts = random.Random(SEED), server.free_port(), list[float]()
    outcome = Counter[str]()
    for _ in range(KILLS):
        begun = time.monotonic()
        with server.served(server.dashboard(), data, port=port) as running:
            starts.append(time.monotonic() - begun)
            asyncio.run(killed_under(running, moments.uniform(0.2, LATEST), outcome))
    row(
        f"server killed (−9) at {KILLS} random moments under {READERS} readers",
        f"{outcome['choices']} choices answered, {outcome['errors']} errors on pages, "
        f"{outcome['lost']} connections lost",
        f"up again after {max(starts):.0f} s at most",
        "–",
        checked(data),
    )


def twice_at_once(data: Path, row: Row) -> None:
    """Print two commands that put new data in use in the same directory at the same moment."""
    made = [sys.executable, "-m", "kuntamittari", "synth", "--years", "2", "--out", str(data), "--municipalities"]
    both = [
        subprocess.Popen([*made, size], cwd=server.ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for size in SIZES
    ]
    told = [one.communicate()[0].strip().replace(str(data), "DATA") for one in both]
    codes = ", ".join(str(one.returncode) for one in both)
    row(
        "two new data sets made at once",
        " · ".join(words[-120:] for words in told),
        "–",
        f"exit {codes}",
        checked(data),
    )


def together_faults(scratch: Path, row: Row) -> None:
    """Print the faults of this module."""
    data = scratch / "data"
    shutil.copytree(server.ROOT / "data", data)
    kill_faults(data, row)
    twice_at_once(scratch / "country", row)
