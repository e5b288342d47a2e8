"""The outermost layer of the HTTP service: security headers, the page's language, and JSON for every fault under /api."""

import json
import secrets
from collections.abc import Collection
from urllib.parse import parse_qs, parse_qsl, urlencode

from starlette.datastructures import MutableHeaders
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kuntamittari import desk, settings

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "SAMEORIGIN",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
# Streamlit looks for its backend below the page's own path first, which costs two 404s on a deep link; every page of
# ours is one step below the root, so the page's folder is the root, behind a path prefix too
HEAD = b"""<script>window.__streamlit={BACKEND_BASE_URL:new URL(".",location.href).href.slice(0,-1)}</script></head>"""


class Outermost:
    """ASGI middleware around everything, Streamlit's own middleware included."""

    def __init__(self, app: ASGIApp, pages: Collection[str]):
        self.app, self.pages = app, pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        if path == "/api" or path.startswith("/api/"):
            # a mount answers below its path only, so the path itself is asked as its root
            await self.app({**scope, "path": path if path != "/api" else "/api/"}, receive, JsonFaults(with_headers(send)))
        elif wants_page(scope) and self.is_lost(path):
            lost = urlencode([*parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True), ("sivu", path.strip("/"))])
            home = "../" * path.strip("/").count("/") or "./"  # relative, so that a path prefix of a proxy is kept
            await RedirectResponse(f"{home}?{lost}", 307)(scope, receive, with_headers(send))
        elif wants_page(scope):
            scope = {**scope, "headers": without(scope["headers"], b"accept-encoding", b"if-none-match", b"if-modified-since")}
            await self.app(scope, receive, Page(with_headers(send), language(scope), None if has_key(scope) else new_key(scope)))
        else:
            await self.app(scope, receive, with_headers(send))

    def is_lost(self, path: str) -> bool:
        """Whether a document is asked for that is neither a page of ours nor a file of Streamlit's."""
        return (
            (path.rstrip("/") or "/") not in self.pages
            and not path.startswith(("/_", "/static/", "/media/", "/component/"))
            and "." not in path
        )


def with_headers(send: Send) -> Send:
    """A sender that adds the security headers."""

    async def sender(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sender


def wants_page(scope: Scope) -> bool:
    """Whether a browser asks for a document rather than a file of one."""
    accept = dict(scope["headers"]).get(b"accept", b"")
    return scope["method"] == "GET" and b"text/html" in accept


def without(headers: list[tuple[bytes, bytes]], *names: bytes) -> list[tuple[bytes, bytes]]:
    """The request headers less some."""
    return [(name, value) for name, value in headers if name.lower() not in names]


def language(scope: Scope) -> str:
    """The language of the address, when it is one of ours."""
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("kieli", [""])[0]
    return asked if asked in settings.LANGUAGES else settings.default_language()


def has_key(scope: Scope) -> bool:
    """Whether the browser holds the key of a reader's desk, whatever other sites of the same host have put beside it."""
    cookies = b"; ".join(value for name, value in scope["headers"] if name.lower() == b"cookie").decode("latin-1")
    return any(
        name == desk.COOKIE and desk.KEY.fullmatch(value) for name, _, value in (c.strip().partition("=") for c in cookies.split(";"))
    )


def new_key(scope: Scope) -> str:
    """A cookie that names a reader's desk to the server alone, until the browser is closed."""
    secure = "; Secure" if scope.get("scheme") == "https" else ""
    return f"{desk.COOKIE}={secrets.token_urlsafe(32)}; Path=/; HttpOnly; SameSite=Lax{secure}"


class Collected:
    """A sender that holds a whole answer back, to pass it on changed."""

    def __init__(self, send: Send):
        self.send, self.body = send, b""
        self.start: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
            return
        self.body += message.get("body", b"")
        if not message.get("more_body"):
            assert self.start is not None
            await self.finish(self.start, MutableHeaders(scope=self.start))

    async def finish(self, start: Message, headers: MutableHeaders) -> None:
        """Passes the answer on."""
        headers["Content-Length"] = str(len(self.body))
        await self.send(start)
        await self.send({"type": "http.response.body", "body": self.body})


class Page(Collected):
    """Puts the reader's language on <html>, tells the browser where the backend is and gives it a key where it has none."""

    def __init__(self, send: Send, language: str, cookie: str | None):
        super().__init__(send)
        self.language, self.cookie = language, cookie

    async def finish(self, start: Message, headers: MutableHeaders) -> None:
        if headers.get("content-type", "").startswith("text/html"):
            self.body = self.body.replace(b'<html lang="en"', f'<html lang="{self.language}"'.encode(), 1)
            self.body = self.body.replace(b"<title>Streamlit</title>", b"<title>Kuntamittari</title>", 1)
            self.body = self.body.replace(b"</head>", HEAD, 1)
            del headers["etag"]
            del headers["last-modified"]
            if self.cookie:
                headers.append("Set-Cookie", self.cookie)
                headers["Cache-Control"] = "no-store"
        await super().finish(start, headers)


class JsonFaults(Collected):
    """Under /api even a refusal from the layers below is JSON."""

    async def finish(self, start: Message, headers: MutableHeaders) -> None:
        if start["status"] >= 400 and not headers.get("content-type", "").startswith("application/json"):
            error = {"code": "bad_request", "message": "The address cannot be read.", "field": None}
            self.body = json.dumps({"error": error}).encode()
            headers["Content-Type"] = "application/json"
        await super().finish(start, headers)
