"""An update in a process of its own: it may fail, be cancelled or use too much memory, and the pages and the figures in
use stay as they are."""

import os
import signal
import socket
import subprocess
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from kuntamittari import settings
from kuntamittari.etl import apart
from kuntamittari.etl.order import Order
from kuntamittari.etl.publish import exclusive
from kuntamittari.query.snapshot import open_snapshot
from tests.support.px_service import HEAD, service

LARGEST = b"[" + b"[]," * 10_000_000 + b"[]]"  # within the size of an answer, but not when it is read


def task(out: Path, base: str, memory: int = 4_000_000_000) -> apart.Task:
    """An update of one year from a service."""
    return apart.Task(out, Order("largest-20", (2018,)), base, 0, accept_made_up=False, memory=memory)


def no_answer(connection: socket.socket, _: int) -> None:
    """Take a request and say nothing."""
    time.sleep(120)


def large_answer(connection: socket.socket, _: int) -> None:
    """Send JSON that takes a hundred times its bytes."""
    connection.sendall(HEAD + b"Content-Length: %d\r\n\r\n" % len(LARGEST) + LARGEST)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen]:
    """The processes of updates, in order."""
    processes, start = list[subprocess.Popen](), apart._started

    def noted(pipe: Connection) -> subprocess.Popen:
        processes.append(start(pipe))
        return processes[-1]

    monkeypatch.setattr(apart, "_started", noted)
    return processes


def wait_until_free(out: Path) -> None:
    """Wait until no update holds a directory."""
    while True:
        try:
            with exclusive(out):
                return
        except apart.KuntamittariError:
            time.sleep(0.05)


def test_the_process_tells_how_far_it_is_and_puts_the_figures_in_use(
    tmp_path: Path, replay: str, started: list[subprocess.Popen]
) -> None:
    told = []
    apart.update(task(tmp_path / "data", replay), told.append)
    assert {state.done for state in told if state} >= set(range(10)), "each step is told"
    assert open_snapshot(tmp_path / "data").manifest["years"] == [2018]
    assert [process.poll() is None for process in started] == [False]


def test_cancelled_while_a_service_says_nothing_it_ends_at_once_and_lets_the_directory_go(
    tmp_path: Path, started: list[subprocess.Popen]
) -> None:
    out, seen = tmp_path / "data", []

    def cancel(state: object) -> None:
        seen.append(state)
        if state is not None and len(seen) > 3:
            assert [process.poll() for process in started] == [None]
            raise KeyboardInterrupt

    with service(no_answer) as base, pytest.raises(KeyboardInterrupt):
        apart.update(task(out, base), cancel)
    assert [process.returncode for process in started] == [-signal.SIGKILL] and not (out / ".update").exists()
    with exclusive(out):
        pass


def test_an_answer_that_takes_more_memory_than_it_may_ends_in_a_sentence(tmp_path: Path) -> None:
    with (
        service(large_answer) as base,
        pytest.raises(apart.UpdateError, match=r"more than the 700 MB that it may use \(KUNTAMITTARI_UPDATE_MEMORY\)"),
    ):
        apart.update(task(tmp_path / "data", base, memory=700_000_000), lambda _: None)
    assert not (tmp_path / "data" / ".update").exists(), "the answer is not kept"


def test_a_process_that_is_killed_is_said_to_have_ended(tmp_path: Path, started: list[subprocess.Popen]) -> None:
    def kill(state: object) -> None:
        if state is not None:
            started[0].kill()

    with (
        service(no_answer) as base,
        pytest.raises(apart.UpdateError, match=r"^The update ended before its end; it may use 4000 MB"),
    ):
        apart.update(task(tmp_path / "data", base), kill)


def test_it_ends_with_the_process_that_has_started_it(tmp_path: Path) -> None:
    out = tmp_path / "data"
    program = (
        "import sys, pathlib; from kuntamittari.etl import apart; from tests.app.etl import test_apart\n"
        "start = apart._started\n"
        "apart._started = lambda pipe: print((process := start(pipe)).pid, flush=True) or process\n"
        "task = test_apart.task(pathlib.Path(sys.argv[1]), sys.argv[2])\n"
        "apart.update(task, lambda state: state and print('begun', flush=True))"
    )
    with service(no_answer) as base:
        pages = subprocess.Popen(
            [sys.executable, "-c", program, str(out), base], stdout=subprocess.PIPE, text=True, cwd=settings.ROOT
        )
        assert pages.stdout is not None
        updating = int(pages.stdout.readline())
        assert pages.stdout.readline() == "begun\n"
        with pytest.raises(apart.KuntamittariError), exclusive(out):
            pass
        os.kill(pages.pid, signal.SIGKILL)
        pages.wait()
        wait_until_free(out)
        while Path(f"/proc/{updating}").exists():
            time.sleep(0.05)


def test_what_nobody_has_foreseen_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object, **__: object) -> None:
        raise OverflowError("cannot convert float infinity to integer")

    monkeypatch.setattr("kuntamittari.etl.update.update", failing)
    said = apart.result(task(tmp_path, "http://127.0.0.1:1"), lambda _: None)
    assert said == "The figures could not be put together (OverflowError: cannot convert float infinity to integer)."
