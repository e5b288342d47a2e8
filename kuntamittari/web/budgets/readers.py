"""Whom work is done for: a reader is an address, a connection one page that it has open."""

import itertools
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import IPv4Address, IPv6Network, ip_address

from kuntamittari import settings
from kuntamittari.settings import BUDGETS
from kuntamittari.web.budgets.counts import COUNTS

ONE_READER = 64  # bits of an IPv6 address that identify a client: it may choose the others itself
HEADER = "X-Kuntamittari-Connection"  # names a connection to the run of a page; what a client sends under it is dropped


def who(host: str) -> str:
    """Return the client that an address stands for: an IPv4 address, the network of an IPv6 address, or the text itself
    if it is neither."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv4Address):
        return str(address)
    return str(address.ipv4_mapped or IPv6Network((address.packed, ONE_READER), strict=False))


class Bucket:
    """An allowance that fills steadily up to its room; what is taken may exceed it once, and is then paid back."""

    def __init__(self, a_second: float, room: float, clock: Callable[[], float] = time.monotonic):
        self.a_second, self.room, self._clock = a_second, room, clock
        self._left, self._then = room, clock()

    @property
    def left(self) -> float:
        """What may be taken now; below zero where more was."""
        now = self._clock()
        self._left, self._then = min(self.room, self._left + (now - self._then) * self.a_second), now
        return self._left

    def take(self, amount: float) -> None:
        """Take an amount, down to as much below zero as there is room above it."""
        self._left = max(-self.room, self.left - amount)


class Reader:
    """An address: its open pages, what is made for it at this moment, and its seconds of the processor."""

    def __init__(self, address: str, clock: Callable[[], float] = time.monotonic):
        self.address = address
        self.connections = self.runs = self.files = 0
        self.passed = -1.0  # when it last had a run begin
        self.seconds = Bucket(BUDGETS.reader_processor, BUDGETS.reader_processor_burst, clock)


class Connection:
    """A page that is open: its runs and files at this moment, its messages and its seconds of the processor."""

    def __init__(self, key: str, reader: Reader, clock: Callable[[], float] = time.monotonic):
        self.key, self.reader = key, reader
        self.runs = self.files = 0
        self.passed = -1.0  # when it last had a run begin
        self.messages = Bucket(BUDGETS.messages, BUDGETS.messages_burst, clock)
        self.seconds = Bucket(BUDGETS.processor, BUDGETS.processor_burst, clock)


class Readers:
    """The readers with open pages. Connections come and go in the event loop, runs in threads of their own."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self.clock = clock
        self.files = 0
        self.connections: dict[str, Connection] = {}
        self._readers: OrderedDict[str, Reader] = OrderedDict()
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._last: list[tuple[Reader, float]] = []  # the two readers that last had a run begin, and when

    def open(self, host: str) -> Connection | None:
        """Return a new connection of an address; None where it, or all of them, have too many."""
        address = who(host)
        reader = self._readers.get(address) or Reader(address, self.clock)
        if reader.connections >= settings.connections() or len(self.connections) >= BUDGETS.all_connections:
            COUNTS["refused_pages"] += 1
            return None
        self._readers[address] = reader
        self._readers.move_to_end(address)
        reader.connections += 1
        made = Connection(str(next(self._numbers)), reader, self.clock)
        self.connections[made.key] = made
        self._forget()
        return made

    def close(self, connection: Connection) -> None:
        """Forget a connection; the reader stays, or opening anew would fill its allowance."""
        del self.connections[connection.key]
        connection.reader.connections -= 1

    def _forget(self) -> None:
        """Forget the readers without open pages that have not come for longest, where they are many."""
        for address in list(self._readers)[: max(0, len(self._readers) - BUDGETS.readers_kept)]:
            if not self._readers[address].connections:
                del self._readers[address]

    def may_run(self, connection: Connection) -> bool:
        """Return whether a page may run for a connection now.

        A run that follows another at once ends it, so a connection has two runs at most for a moment; where it has more
        it waits until one has ended, or a second. Its reader shares the machine only while others want it too.
        """
        now, reader = self.clock(), connection.reader
        since = now - connection.passed
        if connection.runs >= BUDGETS.runs and since < 1:
            return False
        if since < BUDGETS.between_runs or connection.seconds.left <= 0:
            return False
        if not self._others(reader, now):
            return True
        if now - reader.passed < BUDGETS.between_runs:
            return False
        return reader.runs < BUDGETS.reader_runs and reader.seconds.left > 0

    def _others(self, reader: Reader, now: float) -> bool:
        """Return whether another reader had a page run within the last seconds."""
        return any(other is not reader and now - then < BUDGETS.contended for other, then in self._last)

    def begun(self, connection: Connection) -> None:
        """Note that a run has been asked for."""
        COUNTS["choices"] += 1
        connection.passed = connection.reader.passed = now = self.clock()
        connection.seconds.take(BUDGETS.run_costs)
        self._last = [(connection.reader, now), *(last for last in self._last if last[0] is not connection.reader)][:2]

    def may_make(self, connection: Connection) -> bool:
        """Return whether a file, or another part of a page that is made on demand, may be made for a connection now."""
        return (
            connection.files < BUDGETS.files
            and connection.reader.files < BUDGETS.reader_files
            and self.files < BUDGETS.all_files
        )

    def making(self, connection: Connection, change: int) -> None:
        """Note that a file is begun (1) or finished (-1)."""
        connection.files += change
        connection.reader.files += change
        self.files += change

    @contextmanager
    def run(self, key: str | None) -> Iterator[None]:
        """Count a run of a page for the connection of a key, in the thread that makes it, and take its processor time.

        A run inside another one is part of it. Without a key, as in tests of single pages, nothing is counted.
        """
        connection = self.connections.get(key or "")
        if connection is None or getattr(_inside, "counted", False):
            yield
            return
        reader, began = connection.reader, time.thread_time()
        _inside.counted = True
        self._count(connection, 1)
        try:
            yield
        finally:
            _inside.counted = False
            self._count(connection, -1)
            spent = time.thread_time() - began
            with self._lock:
                connection.seconds.take(max(0.0, spent - BUDGETS.run_costs))
                reader.seconds.take(spent)

    def _count(self, connection: Connection, change: int) -> None:
        with self._lock:
            connection.runs += change
            connection.reader.runs += change


_inside = threading.local()
READERS = Readers()
