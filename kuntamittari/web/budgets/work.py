"""Places for work of one kind: so many at once, fewer for one reader, and a short queue in which nobody waits long."""

import asyncio
import math
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from kuntamittari.settings import BUDGETS
from kuntamittari.web.budgets.counts import COUNTS


class BusyError(Exception):
    """There is no place: `wait` is the number of seconds after which to try again, `own` whether the reader's own work
    fills the queue."""

    def __init__(self, wait: float, own: bool):
        super().__init__("busy")
        COUNTS["refused_work"] += 1
        self.wait, self.own = max(1, math.ceil(wait)), own


@dataclass(frozen=True)
class Room:
    """How much is done at once and how much waits, of all and of one reader; `patience`: seconds that one waits."""

    at_once: int
    of_one: int
    waiting: int
    waiting_of_one: int
    patience: float


class Places:
    """The places for one kind of work. All of it happens in the event loop, so it needs no lock."""

    def __init__(self, room: Room):
        self.room = room
        self._working: Counter[str] = Counter()
        self._queue: deque[tuple[str, asyncio.Future[None]]] = deque()

    @asynccontextmanager
    async def place(self, reader: str) -> AsyncIterator[None]:
        """Hold a place for a reader. Who comes first is first, but a reader who has no more places lets others pass.

        Raises BusyError where the queue is full, or no place has become free in time.
        """
        if self._free(reader) and not any(self._free(other) for other, _ in self._queue):
            self._working[reader] += 1
        else:
            await self._wait(reader)
        try:
            yield
        finally:
            self._working -= Counter([reader])
            self._admit()

    def _free(self, reader: str) -> bool:
        return self._working.total() < self.room.at_once and self._working[reader] < self.room.of_one

    async def _wait(self, reader: str) -> None:
        own = sum(1 for other, _ in self._queue if other == reader) >= self.room.waiting_of_one
        if own or len(self._queue) >= self.room.waiting:
            raise BusyError(self.room.patience / 2, own)
        entry = (reader, asyncio.get_running_loop().create_future())
        self._queue.append(entry)
        try:
            await asyncio.wait_for(asyncio.shield(entry[1]), self.room.patience)
        except BaseException as error:
            if entry[1].done():  # admitted at the same moment
                self._working -= Counter([reader])
                self._admit()
            else:
                self._queue.remove(entry)
            if isinstance(error, TimeoutError):
                raise BusyError(self.room.patience / 2, own=False) from None
            raise

    def _admit(self) -> None:
        """Give free places to those who wait."""
        for entry in list(self._queue):
            reader, admitted = entry
            if self._free(reader):
                self._queue.remove(entry)
                self._working[reader] += 1
                admitted.set_result(None)


# of the interface and of the tools of assistants, which compute the same answers: who asks both ways has one place
COMPUTATIONS = Places(
    Room(
        BUDGETS.computations,
        BUDGETS.reader_computations,
        BUDGETS.computations_wait,
        BUDGETS.reader_computations_wait,
        BUDGETS.computations_patience,
    )
)
