"""Servers to measure: started on a free port of this machine, stopped by process id; what a process and its children
use."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STARTS_WITHIN = 120  # seconds
UVICORN = (
    sys.executable,
    "-m",
    "uvicorn",
    "--host",
    "127.0.0.1",
    "--port",
    "{port}",
    "--log-level",
    "warning",
    "--ws-per-message-deflate",
    "false",
)

Way = tuple[list[str], dict[str, str]]  # a command with {port} in it, and its environment


@dataclass(frozen=True)
class Served:
    """A running server: its address and process."""

    base: str
    process: subprocess.Popen

    @property
    def processor(self) -> float:
        """Seconds of processor time used up to now."""
        ticks = sum(int(field) for pid in self.tree() for field in _fields(pid, 11, 13))
        return ticks / os.sysconf("SC_CLK_TCK")

    @property
    def memory(self) -> float:
        """Megabytes of memory in use, what is shared with other processes by its share."""
        return sum(_share(pid) for pid in self.tree()) / 1024

    def tree(self) -> list[int]:
        """The process and what it has started."""
        found = [self.process.pid]
        for pid in found:
            with contextlib.suppress(OSError):
                found += [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        return found

    def open_files(self) -> int:
        """How many files and connections the process holds open."""
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def served(way: Way, directory: Path, log: Path | None = None, port: int | None = None) -> Iterator[Served]:
    """A page served over a data directory, from when it answers; stopped in the end."""
    command, environment = way
    port = port or free_port()
    with contextlib.ExitStack() as stack:
        out = stack.enter_context(log.open("ab")) if log else subprocess.DEVNULL
        process = subprocess.Popen(
            [part.format(port=port) for part in command],
            cwd=ROOT,
            stdout=out,
            stderr=out,
            start_new_session=True,
            env=os.environ | environment | {"KUNTAMITTARI_DATA": str(directory)},
        )
        try:
            answered(f"http://127.0.0.1:{port}", process)
            yield Served(f"http://127.0.0.1:{port}", process)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@contextlib.contextmanager
def all_served(ways: Mapping[str, Way], directory: Path) -> Iterator[dict[str, Served]]:
    """Several pages by name, those of one command and environment from one server."""
    with contextlib.ExitStack() as stack:
        known: dict[str, Served] = {}
        for way in ways.values():
            if str(way) not in known:
                known[str(way)] = stack.enter_context(served(way, directory))
        yield {name: known[str(way)] for name, way in ways.items()}


def answered(base: str, process: subprocess.Popen | None = None) -> None:
    """Waits until a server answers. Raises RuntimeError where it has ended, OSError where it never does."""
    end = time.monotonic() + STARTS_WITHIN
    while True:
        if process and process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
        try:
            urllib.request.urlopen(f"{base}/_stcore/health", timeout=30).read()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.01)


def ours() -> Way:
    """The dashboard, as its users are served."""
    return [*UVICORN, "app:app"], {}


def tuned(page: str, **environment: str) -> Way:
    """A page of bench/apps with the care that ours gets: no waiting for acknowledgements, the imports frozen out of
    garbage collection."""
    return [*UVICORN, "bench.apps.serve:app"], {"BENCH_PAGE": page, **environment}


def plain(page: str) -> Way:
    """A page of bench/apps as Streamlit starts it by itself."""
    start = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        f"bench/apps/{page}.py",
        "--server.port",
        "{port}",
        "--server.address",
        "127.0.0.1",
    ]
    return [*start, "--runner.postScriptGC", "true"], {}


def _fields(pid: int, first: int, end: int) -> list[str]:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[first:end]
    return []


def _share(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
