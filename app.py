"""The ASGI application: the dashboard, /api/v1 and what surrounds both. `python app.py`, or any ASGI server."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.middleware import Middleware
from starlette.routing import Mount
from streamlit.starlette import App

from kuntamittari import api, catalog, database, settings
from kuntamittari.ui.frame import page_failed, paths
from kuntamittari.web import Outermost


@asynccontextmanager
async def lifespan(_: App) -> AsyncIterator[None]:
    """Reads catalogue and data before the first visit, then freezes what was imported: Streamlit collects all garbage
    after every run of a page, which costs six times the page itself while the imports are among it."""
    import pandas  # noqa: F401  imported here, before the freeze

    catalog.indicators()
    database.current()
    gc.collect()
    gc.freeze()
    yield


app = App(
    settings.PACKAGE / "dashboard.py",
    lifespan=lifespan,
    routes=[Mount("/api", app=api.create())],
    middleware=[Middleware(Outermost, pages=paths())],
    on_script_error=page_failed,
)

if __name__ == "__main__":
    app.run(config=settings.server_options())
