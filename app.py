"""The ASGI application: the dashboard, /api/v1 and what surrounds both. `python app.py`, or any ASGI server.

The browser's part is served from the first moment; what pages and answers are made with is loaded meanwhile (`load`),
since a browser is busy with its own part for as long. So nothing that takes time to import stands at the head of this
file.
"""

import asyncio
import contextlib
import gc
import logging
import os
import signal
from collections.abc import AsyncIterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from threading import Thread

from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.file_util import get_static_dir
from streamlit.runtime import get_instance
from streamlit.runtime.stats import CacheStat
from streamlit.starlette import App

from kuntamittari import settings
from kuntamittari.ui.sections import paths
from kuntamittari.web import logs
from kuntamittari.web.assets import Assets
from kuntamittari.web.edge import EdgeMiddleware

log = logging.getLogger(__name__)

MOST_UPLOADED = (
    500_000_000  # bytes of files that lie in boxes of all readers; each is 20 MB at most (.streamlit/config.toml)
)


def room() -> bool:
    """Whether the uploaded files that lie in memory leave room for another."""
    kept = get_instance().uploaded_file_mgr.get_stats()
    return (
        sum(part.byte_length for parts in kept.values() for part in parts if isinstance(part, CacheStat))
        < MOST_UPLOADED
    )


@cache
def loaded() -> Future[None]:
    """When the pages can be made; begins to load what they need where nobody has."""
    pages: Future[None] = Future()
    Thread(target=load, args=(pages,), name="load", daemon=True).start()
    return pages


def load(pages: Future[None]) -> None:
    """Imports what pages are drawn with and reads the data; the process ends where that fails."""
    gc.disable()  # nearly all that comes into being now stays
    try:
        import kuntamittari.exhibits.selected_figures

        with ThreadPoolExecutor(1, "read") as beside:
            reading = beside.submit(read)  # DuckDB and the interpreter are busy at the same time
            import kuntamittari.ui.parts.comparison
            import kuntamittari.ui.parts.presentation  # noqa: F401

            reading.result()
        settle()
        pages.set_result(None)
    except BaseException as fault:
        log.exception("The dashboard cannot start.")
        pages.set_exception(fault)
        os.kill(os.getpid(), signal.SIGTERM)


def settle() -> None:
    """Freezes what has been imported: Streamlit collects all garbage after every run of a page, which costs six times
    the page itself while the imports are among it. What few things of them are garbage stay: to look for them would
    hold up the first visitor."""
    gc.enable()
    gc.freeze()


def read() -> None:
    """Reads catalogue and data and asks what the first visitor's page will ask."""
    from kuntamittari.catalog import loader
    from kuntamittari.errors import DataError
    from kuntamittari.exhibits import page_context, selected_figures
    from kuntamittari.query import database

    try:
        loader.indicators()
        database.current()
    except DataError as error:  # every page and answer says so until it has been mended
        log.error("%s", error.line)
        return
    with contextlib.suppress(DataError):
        selected_figures.opening(page_context.read({}))


@cache
def interface() -> ASGIApp:
    """The open-data interface, loaded when it is first asked: a page does not wait for it."""
    from kuntamittari.web import api

    made = api.create()
    settle()
    return made


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    """Has the interface answer; its loading holds up nobody else."""
    if not interface.cache_info().currsize:
        await asyncio.to_thread(interface)
    await interface()(scope, receive, send)


def page_failed(error: Exception) -> bool:
    """Says in one sentence that a page could not be shown."""
    from kuntamittari.ui import layout

    return layout.page_failed(error)


@asynccontextmanager
async def lifespan(_: App) -> AsyncIterator[None]:
    """Begins to load when the process does."""
    logs.without_readers()
    loaded()
    yield


app = App(
    settings.PACKAGE / "dashboard.py",
    lifespan=lifespan,
    routes=[Mount("/api", app=answer)],
    middleware=[
        Middleware(EdgeMiddleware, pages=paths(), room=room, loaded=loaded, assets=Assets(Path(get_static_dir())))
    ],
    on_script_error=page_failed,
)

if __name__ == "__main__":
    app.run(config=settings.server_options())
