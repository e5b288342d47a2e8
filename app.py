"""The ASGI application: the dashboard, /api/v1 and what surrounds both. `python app.py`, or any ASGI server."""

import contextlib
import gc
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.middleware import Middleware
from starlette.routing import Mount
from streamlit.runtime import get_instance
from streamlit.runtime.stats import CacheStat
from streamlit.starlette import App

from kuntamittari import address, api, catalog, database, logs, settings, views
from kuntamittari.errors import DataError
from kuntamittari.ui.frame import page_failed, paths
from kuntamittari.web import Outermost

log = logging.getLogger(__name__)

MOST_UPLOADED = 500_000_000  # bytes of files that lie in boxes of all readers; each is 20 MB at most (.streamlit/config.toml)


def room() -> bool:
    """Whether the uploaded files that lie in memory leave room for another."""
    kept = get_instance().uploaded_file_mgr.get_stats()
    return sum(part.byte_length for parts in kept.values() for part in parts if isinstance(part, CacheStat)) < MOST_UPLOADED


@asynccontextmanager
async def lifespan(_: App) -> AsyncIterator[None]:
    """Reads catalogue and data before the first visit, then freezes what was imported: Streamlit collects all garbage
    after every run of a page, which costs six times the page itself while the imports are among it."""
    import kuntamittari.ui.comparison
    import kuntamittari.ui.seminar  # noqa: F401  what every page is drawn with, before the freeze

    logs.without_readers()
    try:
        catalog.indicators()
        database.current()
    except DataError as error:  # every page and answer says so until it has been mended
        log.error("%s", error.line)
    gc.collect()
    gc.freeze()
    threading.Thread(target=look_ahead, name="look-ahead", daemon=True).start()
    yield


def look_ahead() -> None:
    """Asks what the first visitor's page will ask, while her browser still loads the dashboard."""
    with contextlib.suppress(DataError):
        views.opening(address.read({}))


app = App(
    settings.PACKAGE / "dashboard.py",
    lifespan=lifespan,
    routes=[Mount("/api", app=api.create())],
    middleware=[Middleware(Outermost, pages=paths(), room=room)],
    on_script_error=page_failed,
)

if __name__ == "__main__":
    app.run(config=settings.server_options())
