"""Reports made by processes of their own, so that no page waits while one is made and their memory is given back.

A thread hands its process (`maker.py`) one order after the other. ProcessPoolExecutor is not used: where its processes
are renewed it stops for ever on Python 3.11 while more orders wait (CPython issue 115634), it cannot cancel what has
begun, and one process that dies ends the orders of all.
"""

import contextlib
import logging
import os
import subprocess
import sys
import time
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, field
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from threading import Condition, Thread

from kuntamittari import settings
from kuntamittari.exhibits.render.reports import Order
from kuntamittari.settings import BUDGETS

log = logging.getLogger(__name__)

MOST_WAITING = 20  # orders, besides those that are being made
MOST_MADE = 20  # reports of one process, whose memory grows with each
LONGEST = 180  # seconds that a report may take
IDLE = 300  # seconds after which a process without orders ends
NICENESS = 10  # of a process: pages go first where both want the processor


class ReportError(Exception):
    """A report that was not made; `reason` is a key of the texts under `making`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(eq=False)
class Job:
    """An order of a reader, an address, and its report, which is there once `made` is done."""

    order: Order
    reader: str = ""
    made: Future[bytes] = field(default_factory=Future)
    since: float = field(default_factory=time.monotonic)


class Maker:
    """A process that makes reports (`maker.py`); another one takes its place where it has ended or made many."""

    def __init__(self) -> None:
        self._process: subprocess.Popen | None = None
        self._pipe: Connection | None = None
        self._left = 0

    def start(self) -> Connection:
        """Start the process if there is none that can go on, and return its pipe. Raises OSError."""
        if self._process and self._pipe and self._process.poll() is None and self._left:
            return self._pipe
        self.end()
        self._pipe, theirs = Pipe()
        paths = filter(None, (str(settings.PACKAGE.parent), os.environ.get("PYTHONPATH")))
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "kuntamittari.exhibits.render.maker", str(theirs.fileno()), str(NICENESS)],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
            )
        self._left = MOST_MADE
        return self._pipe

    def make(self, order: Order) -> bytes:
        """Return the report of an order. Raises ReportError."""
        try:
            pipe = self.start()
            self._left -= 1
            pipe.send(order)
            if not pipe.poll(LONGEST):
                raise EOFError
            report, reason, defect = pipe.recv()
        except (EOFError, OSError):  # it has died or hangs, or there is no memory for it
            self.end()
            raise ReportError("ended") from None
        if defect:
            log.error("A report could not be made: %s", defect)
        if reason:
            raise ReportError(reason)
        return report

    def kill(self) -> None:
        """End the process from another thread; what it makes is then said to have ended."""
        if process := self._process:
            process.kill()

    def end(self) -> None:
        """End the process and forget it."""
        if self._process and self._pipe:
            self._process.kill()
            self._process.wait()
            self._pipe.close()
        self._process = self._pipe = None


class Pool:
    """Makes reports in the order of their arrival, `most` at once (default: KUNTAMITTARI_REPORT_WORKERS)."""

    def __init__(self, most: int | None = None, idle: float = IDLE) -> None:
        self._most, self._idle_seconds = most, idle
        self._changed = Condition()
        self._waiting = deque[Job]()
        self._making = dict[Job, Maker]()
        self._threads = self._idle = 0
        self._closed = False

    def order(self, order: Order, reader: str = "") -> Job:
        """Return the job of an order, which has failed already where too many wait, of all or of one known reader."""
        job = Job(order, reader)
        with self._changed:
            own = sum(other.reader == reader for other in [*self._waiting, *self._making])
            if len(self._waiting) >= MOST_WAITING or (reader and own >= BUDGETS.reports_of_one):
                job.made.set_exception(ReportError("busy"))
                return job
            self._closed = False
            self._waiting.append(job)
            if len(self._waiting) > self._idle:
                self._add_thread()
            self._changed.notify()
        return job

    def warm_up(self) -> None:
        """Start a process where there is none, so that the first report does not wait for its imports."""
        with self._changed:
            if not self._threads:
                self._closed = False
                self._add_thread()

    def place(self, job: Job) -> int:
        """Return the place of a job in the queue, from 1; 0 where it waits no more."""
        with self._changed:
            return self._waiting.index(job) + 1 if job in self._waiting else 0

    def cancel(self, job: Job) -> None:
        """Take a job out of the queue, or end the process that makes it."""
        with self._changed:
            if job in self._waiting:
                self._waiting.remove(job)
                job.made.set_exception(ReportError("cancelled"))
            elif maker := self._making.get(job):
                maker.kill()

    def close(self) -> None:
        """End all processes; an order that comes later starts one again."""
        with self._changed:
            self._closed = True
            for job in [*self._waiting, *self._making]:
                self.cancel(job)
            self._changed.notify_all()

    def _add_thread(self) -> None:
        if self._threads < (self._most or settings.report_workers()):
            self._threads += 1
            Thread(target=self._work, name="reports", daemon=True).start()

    def _work(self) -> None:
        """Make what waits, until there was nothing for a while."""
        maker = Maker()
        with contextlib.suppress(OSError):  # the order says so
            maker.start()
        while job := self._next(maker):
            result: bytes | ReportError
            try:
                result = maker.make(job.order)
            except ReportError as error:
                result = error
            with self._changed:  # from now on nobody ends the process because of this job
                del self._making[job]
            if isinstance(result, ReportError):
                job.made.set_exception(result)
            else:
                job.made.set_result(result)
        maker.end()

    def _next(self, maker: Maker) -> Job | None:
        with self._changed:
            self._idle += 1
            self._changed.wait_for(lambda: self._waiting or self._closed, self._idle_seconds)
            self._idle -= 1
            if not self._waiting:
                self._threads -= 1
                return None
            job = self._waiting.popleft()
            self._making[job] = maker
            return job


POOL = Pool()
