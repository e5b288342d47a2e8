"""Servers to measure: started on a free port, stopped by process id; the resources of a process and its children."""

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

Launch = tuple[list[str], dict[str, str]]  # a command with {port} in it, and its environment


@dataclass(frozen=True)
class Served:
    """A running server: its address and its process."""

    base: str
    process: subprocess.Popen

    @property
    def processor(self) -> float:
        """Seconds of processor time used so far."""
        ticks = sum(int(field) for pid in self.tree() for field in _fields(pid, 11, 13))
        return ticks / os.sysconf("SC_CLK_TCK")

    @property
    def memory(self) -> float:
        """Megabytes of memory in use; memory shared with other processes counts by its share."""
        return sum(_share(pid) for pid in self.tree()) / 1024

    @property
    def own_memory(self) -> float:
        """Megabytes of memory in use by the process itself."""
        return _share(self.process.pid) / 1024

    def tree(self) -> list[int]:
        """Return the ids of the process and of everything it has started."""
        pids = [self.process.pid]
        for pid in pids:
            with contextlib.suppress(OSError):  # a child belongs to the thread that started it
                for thread in Path(f"/proc/{pid}/task").iterdir():
                    pids += [int(child) for child in (thread / "children").read_text().split()]
        return pids

    def open_files(self) -> int:
        """Return the number of files and connections that the process holds open."""
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))


def free_port() -> int:
    """Return a port on which nothing listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def served(launch: Launch, directory: Path, log: Path | None = None, port: int | None = None) -> Iterator[Served]:
    """Yield a page served over a data directory, once it answers; stop the server in the end."""
    command, environment = launch
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
            wait_until_up(f"http://127.0.0.1:{port}", process)
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
def all_served(launches: Mapping[str, Launch], directory: Path) -> Iterator[dict[str, Served]]:
    """Yield several pages by name; those of one command and environment share a server."""
    with contextlib.ExitStack() as stack:
        started: dict[str, Served] = {}
        for launch in launches.values():
            if str(launch) not in started:
                started[str(launch)] = stack.enter_context(served(launch, directory))
        yield {name: started[str(launch)] for name, launch in launches.items()}


def wait_until_up(base: str, process: subprocess.Popen | None = None) -> None:
    """Wait until a server answers. Raises RuntimeError where it has ended, OSError where it never does."""
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


def dashboard() -> Launch:
    """Return how the dashboard is served to its users."""
    return [*UVICORN, "app:app"], {}


def tuned(page: str, **environment: str) -> Launch:
    """Return how a page of bench/apps is served with the tuning of the dashboard.

    There is no waiting for acknowledgements, and imports are frozen out of garbage collection.
    """
    return [*UVICORN, "bench.apps.serve:app"], {"BENCH_PAGE": page, **environment}


def plain(page: str) -> Launch:
    """Return how Streamlit itself serves a page of bench/apps."""
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
