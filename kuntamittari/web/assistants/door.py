"""The door at /mcp: loads the server of the protocol when it is first asked, and lets each address ask so often.

Until then nothing of the SDK is imported: neither start-up nor memory of a service that nobody asks this way change.
"""

import asyncio
import contextlib
import math
import time
from typing import Any

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from kuntamittari import settings

REFUSED = -32000  # of JSON-RPC: an error of the server's own


class Door:
    """An ASGI application. The server runs in a task of its own, which the first request starts and `close` ends, since
    the SDK keeps a group of tasks open that only the task that opened it may close."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None
        self._opened: asyncio.Future[ASGIApp] | None = None
        self._rate: Any = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a question on, of a client that does not ask too often. Nothing is streamed: the SDK would hold a
        connection that waits for it (GET) open for as long as its client likes."""
        if scope["method"] != "POST":
            await refusal(405, "Only POST is answered here.", {"Allow": "POST"})(scope, receive, send)
            return
        app = await self._app()
        if wait := math.ceil(self._wait(scope)):
            said = f"This address asks too often: ask again in {wait} s."
            await refusal(429, said, {"Retry-After": str(wait)})(scope, receive, send)
            return
        await app({**scope, "path": "/", "raw_path": b"/", "root_path": ""}, receive, send)

    async def close(self) -> None:
        """End the server, where it was started."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        self._task = self._opened = None

    async def _app(self) -> ASGIApp:
        """Return the application, started where it is not yet."""
        if self._task is None or self._opened is None or self._task.done():
            self._opened = asyncio.get_running_loop().create_future()
            self._task = asyncio.create_task(self._run(self._opened), name="mcp")
        return await asyncio.shield(self._opened)

    async def _run(self, opened: "asyncio.Future[ASGIApp]") -> None:
        try:
            created, app, self._rate = await asyncio.to_thread(_created)
            async with created.session_manager.run():
                opened.set_result(app)
                await asyncio.Event().wait()
        except Exception as fault:  # of the import or the start, told to those who wait
            if opened.done():
                raise
            opened.set_exception(fault)

    def _wait(self, scope: Scope) -> float:
        """Return the seconds until an address may ask again; 0 where it may now."""
        from kuntamittari.web.api.rate import who

        per_minute = settings.api_rate()
        client = scope.get("client")
        wait: float = (
            self._rate.wait(who(client[0] if client else ""), per_minute / 60, time.monotonic()) if per_minute else 0
        )
        return wait


def refusal(status: int, message: str, headers: dict[str, str]) -> JSONResponse:
    """Return an error of JSON-RPC, which clients tell the assistant in its words."""
    return JSONResponse({"jsonrpc": "2.0", "id": None, "error": {"code": REFUSED, "message": message}}, status, headers)


def _created() -> tuple[Any, ASGIApp, Any]:
    """Return the server, its application and the rate limit."""
    from kuntamittari.web.api.rate import Rate
    from kuntamittari.web.assistants import server

    created = server.create()
    return created, server.over_http(created), Rate()
