"""What the operator asks of the process: whether it lives (/healthz), whether it can answer readers (/readyz), and its
numbers in the text format of Prometheus (/metrics), where `KUNTAMITTARI_METRICS` is on, to this machine alone."""

import asyncio
import os
import resource
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from kuntamittari import settings
from kuntamittari.web.budgets.counts import COUNTS
from kuntamittari.web.budgets.readers import READERS
from kuntamittari.web.edge import with_headers

LOOPBACK = ("127.0.0.1", "::1")
STATM = Path("/proc/self/statm")
HELP = {
    "choices": "Runs of a page that were asked for",
    "waits": "Messages of pages that had to wait for their budget",
    "refused_pages": "Pages that were refused since an address, or all, had too many open",
    "refused_work": "Requests that were told to come back later",
    "left_out_messages": "Messages that no page of ours sends",
}


class HealthMiddleware:
    """ASGI middleware for the operator. `loaded`: the future that is done when pages and answers can be made."""

    def __init__(self, app: ASGIApp, loaded: Callable[[], Future[None]]):
        self.app, self.loaded = app, loaded

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the operator; pass any other request on."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        if scope["path"] == "/healthz":
            answer: Response = PlainTextResponse("alive\n")
        elif scope["path"] == "/readyz":
            answer = await self._ready()
        elif scope["path"] == "/metrics" and settings.metrics() and is_here(scope):
            answer = PlainTextResponse(await asyncio.to_thread(metrics), media_type="text/plain; version=0.0.4")
        else:
            await self.app(scope, receive, send)
            return
        answer.headers["Cache-Control"] = "no-store"
        await answer(scope, receive, with_headers(send))

    async def _ready(self) -> Response:
        loaded = self.loaded()
        if not loaded.done() or loaded.exception() or not await asyncio.to_thread(has_data):
            return PlainTextResponse("not ready\n", 503, {"Retry-After": "5"})
        return PlainTextResponse("ready\n")


def is_here(scope: Scope) -> bool:
    """Return whether a request comes from this machine itself, and no proxy has passed it on."""
    headers = Headers(scope=scope)
    host = (scope.get("client") or ("",))[0]
    return host in LOOPBACK and not any(name in headers for name in ("x-forwarded-for", "forwarded", "via"))


def has_data() -> bool:
    """Return whether the data in use can be read."""
    from kuntamittari.errors import DataError
    from kuntamittari.query import database

    try:
        database.current()
    except DataError:
        return False
    return True


def metrics() -> str:
    """Return the numbers of the process, in the text format of Prometheus."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    from kuntamittari import __version__
    from kuntamittari.catalog import provenance
    from kuntamittari.errors import DataError
    from kuntamittari.query import database

    for name, about in HELP.items():
        yield f"# HELP kuntamittari_{name}_total {about}"
        yield f"# TYPE kuntamittari_{name}_total counter"
        yield f"kuntamittari_{name}_total {COUNTS[name]}"
    yield from _gauge("open_pages", "Pages that are open", len(READERS.connections))
    yield from _gauge("files_being_made", "Files that are made on demand", READERS.files)
    yield from _cache_lines()
    yield from _gauge("memory_bytes", "Memory of the process of the pages", memory())
    try:
        snapshot = database.current().snapshot
    except DataError:
        return
    yield "# HELP kuntamittari_data_info The version and the data in use"
    yield "# TYPE kuntamittari_data_info gauge"
    yield f'kuntamittari_data_info{{version="{__version__}",data="{snapshot.digest}"}} 1'
    yield "# HELP kuntamittari_source_age_days Days since a source was retrieved"
    yield "# TYPE kuntamittari_source_age_days gauge"
    for age in provenance.ages(snapshot.manifest, datetime.now(UTC).date()):
        yield f'kuntamittari_source_age_days{{source="{age.source}"}} {age.days}'


def _cache_lines() -> Iterator[str]:
    from kuntamittari.errors import DataError
    from kuntamittari.query import database
    from kuntamittari.web.documents import preview, shelf

    sizes = {"documents": len(shelf._kept), "previews": len(preview._kept)}
    with suppress(DataError):
        answers = list(database.current().memory.values())
        sizes["answers_of_data"] = sum(one.cache_info().currsize for one in answers)
    yield "# HELP kuntamittari_cache_entries What is kept in memory, each kind with a most of its own"
    yield "# TYPE kuntamittari_cache_entries gauge"
    for name, size in sizes.items():
        yield f'kuntamittari_cache_entries{{cache="{name}"}} {size}'


def _gauge(name: str, about: str, value: int) -> Iterator[str]:
    yield f"# HELP kuntamittari_{name} {about}"
    yield f"# TYPE kuntamittari_{name} gauge"
    yield f"kuntamittari_{name} {value}"


def memory() -> int:
    """Return the bytes of memory in use; where the system does not tell that, the most so far."""
    try:
        return int(STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most if sys.platform == "darwin" else most * 1024
