"""The replay server, which answers as the official services did when they were recorded, and data sets that the
project's own update loads from it, once for all workers of a run."""

import fcntl
import pickle
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.material import SHARED

if TYPE_CHECKING:  # the update takes longer to import than most tests to run
    from kuntamittari.etl.publish import Order, Tables

REPLAY = SHARED / "replay"
Process = subprocess.Popen[str]
YEARS = (2015, 2016, 2017, 2018, 2019)


def start(*options: str) -> tuple[Process, str]:
    """Start a replay server with the given options; return its process and its base URL."""
    command = [sys.executable, str(REPLAY / "server.py"), "--port", "0", "--calls", "100000", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def stop(process: Process) -> None:
    """Kill a replay server."""
    process.kill()
    process.wait()


@dataclass(frozen=True)
class Loaded:
    """What the update made of an order; all workers of a run read the same files.

    `answers`: the folder of the services' answers, as kept while the update runs; `data`: the data directory;
    `tables_file`: the tables before they were written, where these are kept; `requests`: how many were sent.
    """

    answers: Path
    data: Path
    tables_file: Path
    requests: int

    @property
    def tables(self) -> "Tables":
        """Return a new copy of the tables."""
        return pickle.loads(self.tables_file.read_bytes())


@contextmanager
def made_once(folder: Path) -> Iterator[bool]:
    """Tell whether the content of a common folder is still to be made; the other workers wait for the first one."""
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield not (folder / "made").exists()
        (folder / "made").touch()


def loaded(folder: Path, order: "Order", base: str, *, keep_tables: bool) -> Loaded:
    """Load an order from the replay server at `base` into a folder, once a run."""
    from kuntamittari.etl import update as updating
    from kuntamittari.etl.client import Client

    answers, data, kept, asked = (folder / name for name in ("answers", "data", "tables.pickle", "requests"))
    with made_once(folder) as missing:
        if missing:
            with Client(base=base, interval=0, cache=answers) as client, pytest.MonkeyPatch.context() as patch:
                tables = updating.load(client, order, lambda _: None)
                asked.write_text(str(client.requests))
                patch.setattr(updating, "load", lambda *_: tables)
                updating.update(data, order, base=base, interval=0, progress=lambda _: None)
            if keep_tables:
                kept.write_bytes(pickle.dumps(tables))
    return Loaded(answers, data, kept, int(asked.read_text()))


def files(directory: Path) -> dict[str, bytes]:
    """Return every file but those of an unfinished update: its path in the directory, and its content."""
    found = {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()}
    return {name: content for name, content in found.items() if not name.startswith(".update")}
