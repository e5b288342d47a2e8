"""The service as `python app.py` starts it, on a port of its own."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.server import free_port
from kuntamittari import settings

START_SECONDS = 40


@dataclass(frozen=True)
class Served:
    """A server on the bundled data: the port it was given, the address it printed and the file of its output."""

    port: int
    address: str
    log: Path


@contextmanager
def served(log: Path, program: Sequence[str] = ("app.py",), **environment: str) -> Iterator[str]:
    """Run `python app.py` on a free port; give its address once it listens, before anything has been asked of it."""
    command = [sys.executable, *program]
    usual = {"PYTHONUNBUFFERED": "1", "STREAMLIT_SERVER_PORT": str(free_port())}
    with log.open("w") as out:
        process = subprocess.Popen(
            command, cwd=settings.ROOT, env=os.environ | usual | environment, stdout=out, stderr=subprocess.STDOUT
        )
    try:
        yield _address(process, log)
    finally:
        process.terminate()
        try:
            process.wait(2)  # one to which windows are connected waits for them
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def dashboard_served(folder: Path) -> Iterator[Served]:
    """Run a server on the bundled data, with the file of its output in a folder."""
    log, port = folder / "log.txt", free_port()
    with served(log, STREAMLIT_SERVER_PORT=str(port)) as base:
        yield Served(port, base, log)


def _address(process: "subprocess.Popen[bytes]", log: Path) -> str:
    """Return the address that the server prints; it listens before it prints."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        if found := re.search(r"URL: (http://\S+)", log.read_text()):
            return found[1]
        time.sleep(0.05)
    pytest.fail(f"the server did not start:\n{log.read_text()}")
