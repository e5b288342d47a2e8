"""The ASGI application: the dashboard, /api/v1 and the middleware around both.

Run it with `kuntamittari start`, `python app.py`, `streamlit run app.py` or any ASGI server. The process listens and
serves the browser's files at once, while a thread loads what pages and answers are made with (`load`): a browser takes
as long to start its own part. Therefore nothing that takes time to import is imported at the top of this file
(docs/decisions/0014-served-before-loaded.md).
"""

import asyncio
import contextlib
import gc
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from threading import Thread

from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.file_util import get_static_dir
from streamlit.runtime import get_instance
from streamlit.runtime.stats import CacheStat
from streamlit.starlette import App

from kuntamittari import settings
from kuntamittari.ui import protocol
from kuntamittari.ui.sections import places
from kuntamittari.web import logs
from kuntamittari.web.assets import Assets
from kuntamittari.web.assistants.door import Door
from kuntamittari.web.budgets.messages import FencedWebsockets, Protocol
from kuntamittari.web.desk import Desk, DeskMiddleware
from kuntamittari.web.edge import EdgeMiddleware
from kuntamittari.web.feed import feed
from kuntamittari.web.health import HealthMiddleware

log = logging.getLogger(__name__)

MOST_UPLOADED = 500_000_000  # bytes of uploaded files in memory, of all users; one has at most 20 MB (config.toml)


def room() -> bool:
    """Return whether the uploaded files in memory, of all users, leave room for another."""
    kept = get_instance().uploaded_file_mgr.get_stats()
    return (
        sum(part.byte_length for parts in kept.values() for part in parts if isinstance(part, CacheStat))
        < MOST_UPLOADED
    )


@cache
def loaded() -> Future[None]:
    """Return the future that is done when pages can be made. The first call starts the loading."""
    pages: Future[None] = Future()
    Thread(target=load, args=(pages,), name="load", daemon=True).start()
    return pages


def load(pages: Future[None]) -> None:
    """Import what pages are drawn with, read the data, then complete `pages`. A failure is logged and ends the process
    by SIGTERM."""
    gc.disable()  # nearly every object that is created now stays
    try:
        settings.check()  # again: an ASGI server imports this file and does not run its last lines
        import kuntamittari.exhibits.answers.model

        with ThreadPoolExecutor(1, "read") as beside:
            reading = beside.submit(read)  # DuckDB works outside the interpreter's lock
            import pandas  # noqa: F401  # whole, before Altair looks into what the thread has begun to import

            import kuntamittari.ui.front.answers  # noqa: F401

            reading.result()
        settle()
        pages.set_result(None)
    except BaseException as fault:
        if isinstance(fault, settings.SettingsError):
            log.error("%s", fault)
        else:
            log.exception("The dashboard cannot start.")
        pages.set_exception(fault)
        os.kill(os.getpid(), signal.SIGTERM)


def settle() -> None:
    """Exclude everything imported so far from garbage collection, and turn collection on again.

    Streamlit runs a full collection after every run of a page, which takes six times as long as the page itself while
    the imports are looked through too. They are not collected first: that would delay the first visitor.
    """
    gc.enable()
    gc.freeze()


def read() -> None:
    """Load the catalogue and the data, and compute what the front page shows. Defects of the data are logged only."""
    from kuntamittari.catalog import loader
    from kuntamittari.errors import DataError
    from kuntamittari.exhibits import page_context
    from kuntamittari.exhibits.answers import model
    from kuntamittari.query import database

    try:
        loader.indicators()
        database.current()
    except DataError as error:  # every page and answer says so until the data are corrected
        log.error("%s", error.line)
        return
    with contextlib.suppress(DataError):
        model.preload(page_context.read({}))


@cache
def interface() -> ASGIApp:
    """Return the application of /api. It is imported with its first request, so that pages do not wait for it."""
    from kuntamittari.web import api

    created = api.create()
    settle()
    return created


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    """Pass a request to the application of /api. It is imported in a thread, so that other requests go on."""
    if not interface.cache_info().currsize:
        await asyncio.to_thread(interface)
    await interface()(scope, receive, send)


def desk() -> Desk:
    """Return what a browser may do with its workspace from outside a page."""
    from kuntamittari.ui import workspace

    return Desk(workspace.read, workspace.restore, workspace.WORKSPACES.clear)


def page_failed(error: Exception) -> bool:
    """Show one sentence in place of a page that raised an error; True, so that Streamlit shows nothing itself."""
    from kuntamittari.ui import layout

    return layout.page_failed(error)


@asynccontextmanager
async def lifespan(_: App) -> AsyncIterator[None]:
    """Start the loading when the server starts; when it stops, end the server of assistants and the processes that make
    reports."""
    logs.without_readers()
    loaded()
    yield
    await assistants.close()
    if pool := sys.modules.get("kuntamittari.exhibits.render.pool"):
        pool.POOL.close()


assistants = Door()
app = App(
    settings.PACKAGE / "dashboard.py",
    lifespan=lifespan,
    routes=[Mount("/api", app=answer), Mount("/mcp", app=assistants), Route("/feed.xml", feed)],
    middleware=[
        Middleware(HealthMiddleware, loaded=loaded),
        Middleware(DeskMiddleware, desk=desk),
        Middleware(EdgeMiddleware, places=places(), room=room, loaded=loaded, assets=Assets(Path(get_static_dir()))),
        Middleware(FencedWebsockets, protocol=Protocol(protocol.asked, protocol.answered)),
    ],
    on_script_error=page_failed,
)

if __name__ == "__main__":
    try:
        settings.check()
    except settings.SettingsError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    app.run(config=settings.server_options())
