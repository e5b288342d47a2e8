"""The fence around what services send: its size, its time, its depth and its numbers are bounded, so that no answer,
sent by mistake or with intent, takes the memory or the lock of an update."""

import json
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from threading import Timer
from types import TracebackType
from typing import Any
from weakref import WeakSet

import httpx
import pandas as pd

# The largest answer of the whole country has 1.4 MB; parsed, JSON takes up to thirty times its bytes.
MOST_BYTES = 32_000_000
MOST_SECONDS = 300.0  # of a whole answer, its redirects included; the slowest table of a service takes about a minute
# Of a document that is read as a stream, from which little is kept: a taxonomy had 27 GB, 2.5 hours at 3 MB a second.
MOST_STREAMED = 64_000_000_000
MOST_STREAM_SECONDS = 6 * 3600.0
SLOWEST, WINDOW = 20_000, 60.0  # bytes a second, over so many seconds, below which a stream is given up
DEEPEST = 40  # of JSON; the answers of the services have up to ten levels
MOST_OF_A_ROW = 1_000_000  # bytes of a document that is read row by row; its rows have some hundred
LARGEST = 10**15  # of a number, far above the euros of any state: 1e308 becomes infinite as soon as it is added up
LONGEST_NUMBER = 40  # characters: longer ones take long to read
MOST_REDIRECTS = 3  # a service that moves sends on once
ENCODINGS = ("", "identity", "gzip", "deflate")  # one of them: each further one may multiply the size by a thousand
NOT_PUBLIC = (".localhost", ".local", ".internal", ".home.arpa")


class RefusedError(Exception):
    """An answer that is not taken; the text says why and follows the address."""


class TooSlowError(Exception):
    """An answer that took longer than an answer may take."""


@dataclass(frozen=True)
class Limits:
    """What an answer may take: bytes after decoding, seconds in all, and bytes a second (0: any)."""

    most: int = MOST_BYTES
    seconds: float = MOST_SECONDS
    slowest: int = 0


ANSWER = Limits()
STREAM = Limits(MOST_STREAMED, MOST_STREAM_SECONDS, SLOWEST)


class Watch:
    """Ends the connections of a request once its time is over, wherever it waits: also while the head of an answer
    comes byte by byte, for which HTTP clients have no limit in all.

    `trace` is for httpx. `connections` are those opened so far: a request may use one of an earlier request.
    """

    def __init__(self, seconds: float, connections: "WeakSet[Any]"):
        self.ended = False
        self._seconds, self._connections = seconds, connections
        self._timer = Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> "Watch":
        self._timer.start()
        return self

    def __exit__(self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None) -> None:
        self._timer.cancel()
        # an answer without a length looks whole where its connection ends
        if self.ended and (error is None or isinstance(error, Exception)):
            raise TooSlowError(f"the answer took longer than {self._seconds:.0f} seconds") from error

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Take note of a connection that is opened."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._connections.add(info["return_value"])

    def _end(self) -> None:
        self.ended = True
        for connection in list(self._connections):
            with suppress(OSError):  # closed already
                connection.get_extra_info("socket").shutdown(socket.SHUT_RDWR)


def bounded(chunks: Iterator[bytes], limits: Limits, clock: Callable[[], float] = time.monotonic) -> Iterator[bytes]:
    """Yield the bytes of an answer. Raises RefusedError once they are too many, TooSlowError where they come slowly."""
    began = since = clock()
    taken = in_window = 0
    for chunk in chunks:
        taken, in_window, now = taken + len(chunk), in_window + len(chunk), clock()
        if taken > limits.most:
            raise RefusedError(f"the answer is larger than {limits.most / 1e6:,.0f} MB")
        if now - began > limits.seconds:
            raise TooSlowError(f"the answer took longer than {limits.seconds:.0f} seconds")
        if now - since > WINDOW:
            if in_window < limits.slowest * (now - since):
                raise TooSlowError(f"the answer came slower than {limits.slowest / 1000:.0f} kB a second")
            since, in_window = now, 0
        yield chunk


def few(rows: Iterable[list[str]]) -> list[list[str]]:
    """Return the rows that are kept of a stream. Raises RefusedError once their texts are more than an answer holds."""
    kept, letters = list[list[str]](), 0
    for row in rows:
        letters += sum(map(len, row))
        if letters > MOST_BYTES:
            raise RefusedError(f"more than {MOST_BYTES / 1e6:,.0f} MB of the answer would have to be kept")
        kept.append(row)
    return kept


def refuse_encoding(answer: httpx.Response) -> None:
    """Raise RefusedError for an answer that is compressed in another way than once by gzip or deflate."""
    named = answer.headers.get("Content-Encoding", "").strip().lower()
    if named not in ENCODINGS:
        raise RefusedError(f"the answer is compressed as {named[:40]!r}, which is not read")


def next_address(before: httpx.URL, after: httpx.URL) -> httpx.URL:
    """Return where a redirect leads. Raises RefusedError where it leaves https, or the service for this machine or
    network."""
    safe = after.scheme in (before.scheme, "https") and after.scheme in ("http", "https")
    if not safe or (after.host != before.host and not (after.scheme == "https" and _is_public(after.host))):
        raise RefusedError(f"the service sends on to {str(after)[:100]!r}, which is not followed")
    return after


def _is_public(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return "." in host.rstrip(".") and not f".{host.rstrip('.')}".endswith(NOT_PUBLIC)
    return False


def loads(content: bytes) -> Any:
    """Return JSON that is not deeper than DEEPEST and whose numbers are finite and at most LARGEST.

    Raises RefusedError for other JSON, ValueError for anything else.
    """
    try:
        value = json.loads(content, parse_float=_decimal, parse_int=_whole, parse_constant=_constant)
    except RecursionError:
        raise RefusedError(f"the answer is nested deeper than {DEEPEST} levels") from None
    level, depth = [value], 0
    while level := [one for one in level if isinstance(one, dict | list)]:
        depth += 1
        if depth > DEEPEST:
            raise RefusedError(f"the answer is nested deeper than {DEEPEST} levels")
        level = [
            inner
            for one in level
            for inner in (one.values() if isinstance(one, dict) else one)
            if isinstance(inner, dict | list)
        ]
    return value


def _decimal(text: str) -> float:
    value = float(text)
    if not -LARGEST <= value <= LARGEST:
        raise RefusedError(f"the answer holds the number {text[:40]}, which no figure can be")
    return value


def _whole(text: str) -> int:
    if len(text) > LONGEST_NUMBER or abs(value := int(text)) > LARGEST:
        raise RefusedError(f"the answer holds the number {text[:40]}, which no figure can be")
    return value


def _constant(text: str) -> float:
    raise RefusedError(f"the answer holds {text} in place of a number")


def refuse_infinite(read: Any) -> None:
    """Raise RefusedError where a frame that a source was read into, or one in a tuple or list, holds an infinite number
    or one above LARGEST: a text such as "Infinity" becomes one."""
    if isinstance(read, tuple | list):
        for part in read:
            refuse_infinite(part)
    if isinstance(read, pd.DataFrame):
        numbers = read.select_dtypes("number")
        if bool((numbers.abs() > LARGEST).any(axis=None)):
            name = next(str(column) for column in numbers if bool((numbers[column].abs() > LARGEST).any()))
            raise RefusedError(f"the answers hold a number in {name} that no figure can be")
