"""An update in a process of its own, with a limit to its memory, which can be ended at any moment: what a service sends
can then neither take the memory of the pages nor hold them up.

The process is `python -m kuntamittari.etl.apart` with the number of a pipe. It takes what to do from the pipe, tells
how far it is, and ends with its result or with the other side of the pipe.
"""

import contextlib
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from kuntamittari import settings
from kuntamittari.errors import KuntamittariError

if TYPE_CHECKING:
    from kuntamittari.etl.order import Order
    from kuntamittari.etl.update import Progress

EVERY = 0.5  # seconds between two calls of `progress`, which may raise to cancel


class UpdateError(KuntamittariError):
    """An update that failed; the text is that of the error in its process."""


@dataclass(frozen=True)
class Task:
    """What the process does: the arguments of `update`, and the bytes that it may use."""

    out: Path
    order: "Order"
    base: str | None
    interval: float
    accept_made_up: bool
    memory: int


def update(task: Task, progress: "Callable[[Progress | None], None]") -> None:
    """Update a data directory in another process; on any failure the data in use stay.

    `progress` is called with how far it is, and twice a second in any case: with None before it has begun. Whatever it
    raises ends the process and is raised again; what has been fetched is then discarded. Raises UpdateError where the
    update fails, the process ends by itself, or the system has no room for it.
    """
    from kuntamittari.etl.publish import discard_unfinished

    ours, theirs = Pipe()
    with ours:
        process = _started(theirs)
        try:
            failure = _awaited(ours, task, progress)
        except BaseException:
            _end(process)
            discard_unfinished(task.out)
            raise
        _end(process)
    if failure is not None:
        raise UpdateError(failure)


def _started(pipe: Connection) -> subprocess.Popen:
    """Start the process, whose end of the pipe is closed here. Raises UpdateError."""
    paths = filter(None, (str(settings.PACKAGE.parent), os.environ.get("PYTHONPATH")))
    with pipe:
        try:
            return subprocess.Popen(
                [sys.executable, "-m", "kuntamittari.etl.apart", str(pipe.fileno())],
                pass_fds=[pipe.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
            )
        except OSError as error:
            raise UpdateError(f"The update could not be started ({error.strerror}).") from error


def _end(process: subprocess.Popen) -> None:
    process.kill()
    process.wait()


def _awaited(pipe: Connection, task: Task, progress: "Callable[[Progress | None], None]") -> str | None:
    """Return why the update failed; None where it is in use."""
    last: Progress | None = None
    try:
        pipe.send(task)
        while True:
            if pipe.poll(EVERY):
                told = pipe.recv()
                if isinstance(told, tuple):
                    return told[0]
                last = told
            progress(last)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return (
            f"The update ended before its end; it may use {task.memory // 1_000_000} MB (KUNTAMITTARI_UPDATE_MEMORY)."
        )


def main() -> None:
    """Make one update, and end at once with the other side of the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of a terminal: whoever has started this process ends it in order
    pipe = Connection(int(sys.argv[1]))
    task = pipe.recv()
    limit(task.memory)
    Thread(target=_end_with, args=(pipe,), daemon=True).start()
    pipe.send((result(task, pipe.send),))


def limit(memory: int) -> None:
    """Limit the memory of this process to so many bytes, where the system can."""
    # not the address space, of which the threads of libraries reserve much that they never use
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))


def result(task: Task, tell: "Callable[[Progress], None]") -> str | None:
    """Return why an update failed; None where it is in use."""
    from kuntamittari.etl import update as updating

    try:
        updating.update(
            task.out,
            task.order,
            base=task.base,
            interval=task.interval,
            progress=tell,
            accept_made_up=task.accept_made_up,
        )
    except (KuntamittariError, OSError) as error:
        return str(error)
    except MemoryError:
        most = task.memory // 1_000_000
        return f"The update needs more than the {most} MB that it may use (KUNTAMITTARI_UPDATE_MEMORY)."
    except Exception as error:  # noqa: BLE001 - whatever it is, the page says it in one sentence
        return f"The figures could not be put together ({type(error).__name__}: {str(error)[:200]})."
    return None


def _end_with(pipe: Connection) -> None:
    """End the process when the other side is gone, also by a kill: the lock of the data directory is free then."""
    with contextlib.suppress(EOFError, OSError):
        pipe.recv()
    os._exit(1)


if __name__ == "__main__":
    main()
