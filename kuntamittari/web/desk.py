"""The workspace of a browser, given to its own pages alone: the browser keeps a copy, and brings it back where the
server has lost it (web/keep)."""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from kuntamittari.settings import BUDGETS
from kuntamittari.web import cookie
from kuntamittari.web.budgets.readers import Bucket, who
from kuntamittari.web.budgets.work import BusyError, Places, Room
from kuntamittari.web.edge import with_headers

PATH = "/desk"
# only a script of our own pages can send it: another site would have to ask first, and is told no
ASKED_BY = "x-kuntamittari-desk"
BORN = re.compile(r"[0-9a-f]{8}")  # with PUT, the header says which workspace the copy is of
LARGEST = 20_000_000  # bytes, as of an uploaded file
# copies that one address brings back: each is needed once, after the server has lost what it had
RESTORES, RESTORES_AT_ONCE = 1 / 30, 60  # a second, and at once: a class behind one line
SECONDS = 300  # for a workspace to come, as for a file
ROOM = Room(BUDGETS.workbooks, 1, BUDGETS.workbooks_wait, 2, 30)


@dataclass(frozen=True)
class Desk:
    """What is done with the workspace of a key: read it (None: there is none), bring one back, forget it.

    `restore` is also told which workspace it is a copy of, and returns whether it was taken: not where the server still
    has that one. It raises ValueError for what is none.
    """

    read: Callable[[str], bytes | None]
    restore: Callable[[str, bytes, str], bool]
    forget: Callable[[str], None]


class DeskMiddleware:
    """ASGI middleware that answers GET, PUT and DELETE of PATH to a page of ours with the browser's own key."""

    def __init__(self, app: ASGIApp, desk: Callable[[], Desk]):
        self.app, self.desk = app, desk
        self.places, self._restores = Places(ROOM), OrderedDict[str, Bucket]()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request for the workspace; pass any other on."""
        if scope["type"] != "http" or scope["path"] != PATH or scope["method"] not in ("GET", "PUT", "DELETE"):
            await self.app(scope, receive, send)
            return
        answer = await self._answer(scope, receive)
        answer.headers["Cache-Control"] = "no-store"
        await answer(scope, receive, with_headers(send))

    async def _answer(self, scope: Scope, receive: Receive) -> Response:
        headers = Headers(scope=scope)
        key = cookie.key_of(scope)
        if ASKED_BY not in headers or headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return Response(status_code=403)
        if key is None:
            return Response(status_code=409 if scope["method"] == "PUT" else 204)
        content = b""
        reader = who((scope.get("client") or ("",))[0])
        if scope["method"] == "PUT":
            if not self._may_restore(reader):
                return Response(status_code=429, headers={"Retry-After": str(round(1 / RESTORES))})
            try:
                async with asyncio.timeout(SECONDS):
                    content = await _body(receive)
            except TimeoutError:
                return Response(status_code=408)
            if len(content) > LARGEST:
                return Response(status_code=413, headers={"Connection": "close"})
        try:
            async with self.places.place(reader):
                born = headers[ASKED_BY] if BORN.fullmatch(headers[ASKED_BY]) else ""
                return await asyncio.to_thread(self._done, scope["method"], key, content, born)
        except BusyError as error:
            return Response(status_code=503, headers={"Retry-After": str(error.wait)})

    def _may_restore(self, reader: str) -> bool:
        """Return whether a reader may bring another copy back, which is then counted."""
        bucket = self._restores.pop(reader, None) or Bucket(RESTORES, RESTORES_AT_ONCE)
        self._restores[reader] = bucket
        if len(self._restores) > BUDGETS.readers_kept:
            self._restores.popitem(last=False)
        if bucket.left < 1:
            return False
        bucket.take(1)
        return True

    def _done(self, method: str, key: str, content: bytes, born: str) -> Response:
        desk = self.desk()
        if method == "GET":
            found = desk.read(key)
            return Response(found, 200, media_type="application/json") if found else Response(status_code=204)
        if method == "DELETE":
            desk.forget(key)
            return Response(status_code=204)
        try:
            return Response(status_code=204 if desk.restore(key, content, born) else 409)
        except ValueError:
            return Response(status_code=400)


async def _body(receive: Receive) -> bytes:
    """Return the body of a request, or a little more than LARGEST of it."""
    parts, size = list[bytes](), 0
    while size <= LARGEST:
        message = await receive()
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            break
    return b"".join(parts)
