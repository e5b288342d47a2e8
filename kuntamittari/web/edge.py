"""The outermost layer of the HTTP service: security headers, the document's language, our scripts (edge.js, words.js)
and style in it, HEAD wherever GET is answered, addresses as they were meant, and JSON for every error under /api.

A path that differs from that of a page in capitals, in a slash at its end or in the mark that ended a sentence leads to
the page; any other unknown path is 404 with a link to the start page. Every address in an answer is relative to the
path requested, so that it also leads there behind a proxy that removes a path prefix.
"""

import asyncio
import gzip
import json
import logging
import re
from base64 import b64encode
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import sha256
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import parse_qs, parse_qsl, urlencode

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kuntamittari import settings
from kuntamittari.exhibits import links
from kuntamittari.settings import BUDGETS
from kuntamittari.web import cookie, lost, style, words
from kuntamittari.web.assets import Assets
from kuntamittari.web.budgets.readers import who
from kuntamittari.web.budgets.work import BusyError, Places, Room

if TYPE_CHECKING:
    from kuntamittari.web.documents.shelf import Made

log = logging.getLogger(__name__)
Place = tuple[str, Sequence[tuple[str, str]]]
R = TypeVar("R")

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
# The policy of a document. What it allows beside files of this origin:
#   script 'sha256-…'          the scripts in the document itself: Streamlit's and edge.js
#   script blob:               the script of a component (full screen of a presentation), the worker threads of the map
#   script 'wasm-unsafe-eval'  the library of the map compiles WebAssembly
#   style 'unsafe-inline'      Streamlit makes its styles in the browser
#   img data: blob:            sparklines and slides in the page, pictures that are saved
#   font data:                 a font in Streamlit's style sheet
#   connect data:              the empty base map; nothing is sent anywhere
DOCUMENT = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' blob: {scripts}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' data:; manifest-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
DOCS = "/api/v1/docs"
MCP = "/mcp"  # a mount, which answers only below its path
FEED = "/feed.xml"
NEWS = f'<link rel="alternate" type="application/atom+xml" title="Kuntamittari" href="{FEED[1:]}">'
RELATIVE = (DOCS, "/api/v1/openapi.json")  # hold addresses relative to their own, which has no slash at its end
UPLOAD_SECONDS = 300  # a file of 20 MB over the slowest mobile connection
REFUSAL = ("bad_request", "The address cannot be read.")
FAULT = ("internal_error", "The answer could not be made. The fault is ours and was logged.")
# Our scripts, at the end of the head. EdgeMiddleware puts the addresses of PARTS in the place of the name MODULES.
KEEP = ("keep/store.js", "keep/typed.js", "keep/brought.js")
NAMES = ("search.js", "names.js", *KEEP, "edge.js")
SCRIPTS = [(settings.PACKAGE / "web" / name).read_bytes() for name in NAMES]
HEAD = b"<script>" + b"".join(SCRIPTS) + b"</script>"
# The modules of Streamlit that nearly every page is drawn with. Named in the document they are loaded while the browser
# starts, not one after the other as it draws.
PARTS = ("rehype-raw", "Selectbox", "ButtonGroup", "Multiselect", "ArrowVegaLiteChart", "DataFrame", "Html")
# Our style is the last of the document: it overrides Streamlit's own, and no page has to send it.
FOOT = b"<style>" + style.sheet() + b"</style></body>"
# small files beside the documents (kuntamittari/web/documents/files.py), and the name of the front page's picture
FILES = ("/robots.txt", "/sitemap.xml", "/llms.txt", "/favicon.svg", "/favicon.png", "/favicon.ico")
FRONT = "etusivu"
HEIGHT = "Kuntamittari-Height"  # of a bare document in pixels, for who frames it
DOCUMENTS = Room(
    BUDGETS.documents,
    BUDGETS.reader_documents,
    BUDGETS.documents_wait,
    BUDGETS.reader_documents_wait,
    BUDGETS.documents_patience,
)
LEAST_COMPRESSED, LEVEL = 1000, 5  # bytes from which an answer is compressed, and how much


class EdgeMiddleware:
    """ASGI middleware around everything, Streamlit's own middleware included.

    `places`: the navigation: key of a title, its pages as (path, key of the title). `room`: whether memory has room for
    another uploaded file. `loaded`: the future that is done when pages and answers can be made. `assets`: the files of
    Streamlit's browser part.
    """

    def __init__(
        self,
        app: ASGIApp,
        places: Sequence[Place],
        room: Callable[[], bool],
        loaded: Callable[[], Future[None]],
        assets: Assets,
    ):
        self.app, self.places, self.room, self.loaded, self.assets = app, places, room, loaded, assets
        self.pages = {f"/{path}" for _, pages in places for path, _ in pages}
        self.pictures = {f"{path if path != '/' else f'/{FRONT}'}.png" for path in self.pages}
        self.makers, self.documents = ThreadPoolExecutor(BUDGETS.documents, "document"), Places(DOCUMENTS)
        modules = assets.modules(PARTS)
        links = "".join(f'<link rel="modulepreload" crossorigin href="{module}">' for module in assets.needed(modules))
        self.head = f"{NEWS}{links}".encode() + HEAD.replace(b"MODULES", json.dumps(modules).encode())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and is_foreign(scope):
            # Streamlit refuses it too, but first asks a foreign service for the address of this machine, and every
            # other request waits meanwhile
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] == "websocket":
            await self.ready()
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["method"] == "HEAD":
            scope, send = {**scope, "method": "GET"}, without_body(send)
        path = scope["path"]
        if path == "/api" or path.startswith("/api/"):
            await self.interface(scope, receive, with_headers(send, "cross-origin"))
        elif path.rstrip("/") in (MCP, FEED):
            await self.ready()
            path = FEED if path == FEED else f"{MCP}/"
            await self.app({**scope, "path": path}, receive, with_headers(send, "cross-origin"))
        elif scope["method"] == "PUT":
            await self.upload(scope, receive, with_headers(send))
        elif scope["method"] == "GET" and (asset := self.assets.get(path)):
            await asset(scope, receive, with_headers(send))
        elif scope["method"] == "GET" and (path in FILES or path in self.pictures):
            await self.ready()
            try:
                answer = await self.in_its_place(self.file, scope)
            except BusyError as error:
                answer = busy(error)
            await answer(scope, receive, with_headers(send))
        elif scope["method"] == "GET" and (better := self.elsewhere(scope)):
            await better(scope, receive, with_headers(send))
        elif scope["method"] == "GET" and path in self.pages:
            await self.page(scope, receive, with_headers(send))
        else:
            await self.app(scope, receive, with_headers(send))

    async def page(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a page: its document, and the application that takes its place; 304 to a browser that has it.

        Before pages can be made, the application is sent alone (docs/decisions/0014-served-before-loaded.md).
        """
        loaded = self.loaded()
        made = None
        if loaded.done() and not loaded.exception():
            try:
                made = await self.in_its_place(self.document, scope)
            except BusyError as error:
                if asks_for_bare(scope):
                    await busy(error)(scope, receive, send)
                    return
        if made and made.height:
            await bare_answer(made, scope)(scope, receive, send)
            return
        spoken = language(scope)
        key = None if cookie.has_key(scope) else cookie.new_key(scope)
        await self.app(as_a_whole(scope), receive, Page(send, scope, words.script(spoken) + self.head, made, key))

    async def in_its_place(self, make: Callable[[Scope], R], scope: Scope) -> R:
        """Return what a thread makes of a request, in a place of its reader. Raises BusyError where there is none."""
        async with self.documents.place(who((scope.get("client") or ("",))[0])):
            return await asyncio.get_running_loop().run_in_executor(self.makers, make, scope)

    def file(self, scope: Scope) -> Response:
        """Return the answer to a request for a small file beside the documents; 503 where the data cannot be read."""
        from kuntamittari.errors import DataError
        from kuntamittari.web.documents import files

        try:
            return files.answer(scope, self.places) or lost.page(scope["path"], "./", [], language(scope))
        except DataError as error:
            log.error("%s", error.line)
            return PlainTextResponse("The data cannot be read.", 503)

    def document(self, scope: Scope) -> "Made | None":
        """Return the document of an address; None where the data cannot be read, or it cannot be made. The application
        then tells the reader."""
        from kuntamittari.errors import DataError  # here, since app.py imports this file before it listens
        from kuntamittari.web.documents import shelf

        try:
            return shelf.of_request(scope, self.places)
        except DataError as error:
            log.error("%s", error.line)
        except Exception:
            log.exception("A document could not be made.")
        return None

    async def ready(self) -> None:
        """Wait until pages and answers can be made. A client that disconnects does not cancel the loading."""
        await asyncio.shield(asyncio.wrap_future(self.loaded()))

    async def upload(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass an upload on; 503 if the uploaded files in memory leave no room, 408 if it takes longer than
        UPLOAD_SECONDS. Streamlit checks its size and that a page of ours sends it."""
        if not self.room():
            await PlainTextResponse("No room for another file. Try again later.", 503)(scope, receive, send)
            return
        try:
            async with asyncio.timeout(UPLOAD_SECONDS):
                await self.app(scope, receive, send)
        except TimeoutError:
            await PlainTextResponse("The file came too slowly.", 408, {"Connection": "close"})(scope, receive, send)

    async def interface(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request to /api, where every error is JSON."""
        path = scope["path"].rstrip("/")
        if path != scope["path"] and path in RELATIVE:
            await RedirectResponse(root_of(scope["path"]) + path[1:], 307)(scope, receive, send)
            return
        # a mount answers only below its path, so its path itself is requested as its root
        asked = {**scope, "path": path if path != "/api" else "/api/"}
        faults = JsonFaults(send)
        try:
            await self.ready()
            await self.app(as_a_whole(asked) if path == DOCS else asked, receive, faults)
        except Exception:
            await faults.failed()
            raise

    def elsewhere(self, scope: Scope) -> Response | None:
        """Return the answer to a request whose address is not that of a page or file, or has parameters that were added
        on its way: a redirect to the page that is meant, or 404. None for any other address."""
        path, root = scope["path"], root_of(scope["path"])
        given = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        query = links.cleaned(given)
        meant = f"/{links.trimmed(path.strip('/')).rstrip('/').lower()}"
        if meant in self.pages:
            address = (root + meant[1:] or "./") + (f"?{urlencode(query)}" if query else "")
            return RedirectResponse(address, 307) if (meant, query) != (path, given) else None
        if path.startswith(("/_stcore/", "/media/", "/component/")) or path in self.assets.at_the_top:
            return None
        return lost.page(path, root or "./", query, language(scope))


def with_headers(send: Send, readers: str = "same-origin") -> Send:
    """Return a sender that adds the security headers.

    `readers` is the value of Cross-Origin-Resource-Policy: the sites that may use the answer.
    """

    async def sender(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("Cross-Origin-Resource-Policy", readers)
            # documents have their own policy (Collected); anything else loads nothing if a browser takes it for one
            policy = headers.setdefault("Content-Security-Policy", NOTHING)
            framed = {"'none'": "DENY", "'self'": "SAMEORIGIN"}.get(policy.rpartition("frame-ancestors ")[2])
            if framed:  # the older header cannot name other sites
                headers.setdefault("X-Frame-Options", framed)
        await send(message)

    return sender


def busy(error: BusyError) -> Response:
    """Return the answer to who asks for more documents at once than are made: when to try again."""
    status = 429 if error.own else 503
    return PlainTextResponse("Busy. Try again later.", status, {"Retry-After": str(error.wait)})


def asks_for_bare(scope: Scope) -> bool:
    """Return whether a request is for a document without the application."""
    return parse_qs(scope["query_string"].decode("latin-1")).get("muoto") == ["upotus"]


def bare_answer(made: "Made", scope: Scope) -> Response:
    """Return the answer with a document alone, which any cache may keep; 304 to a browser that has it."""
    from kuntamittari.web.documents import bare

    headers = {
        "ETag": f'W/"{made.tag}"',
        "Cache-Control": "private, max-age=300, must-revalidate",  # it holds addresses as the request names them
        "Vary": "Accept-Encoding",
        "Content-Security-Policy": bare.policy(),
        HEIGHT: str(made.height),
    }
    asked = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
    if made.tag in asked.get(b"if-none-match", ""):
        return Response(status_code=304, headers=headers)
    content = bare.page(made.head, made.body, made.language).encode()
    if "gzip" in asked.get(b"accept-encoding", ""):
        content, headers["Content-Encoding"] = gzip.compress(content, LEVEL, mtime=0), "gzip"
    return Response(content, headers=headers, media_type="text/html")


def without_body(send: Send) -> Send:
    """Return a sender for the answer to HEAD, which is that to GET without its body."""

    async def sender(message: Message) -> None:
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    return sender


def root_of(path: str) -> str:
    """Return the root of the service as an address relative to a path; empty where the path is one step below it."""
    return "../" * (path.count("/") - 1)


def as_a_whole(scope: Scope) -> Scope:
    """Return the request without the headers that ask for a compressed, partial or no answer, so that the answer can
    be changed."""
    left_out = (b"accept-encoding", b"if-none-match", b"if-modified-since")
    return {**scope, "headers": [(name, value) for name, value in scope["headers"] if name.lower() not in left_out]}


def is_foreign(scope: Scope) -> bool:
    """Return whether a page of another origin opens a websocket, which would carry the user's cookie.

    Programs other than browsers send no origin and are let through.
    """
    headers = {name.lower(): value.decode("latin-1").lower() for name, value in scope["headers"]}
    return b"origin" in headers and headers[b"origin"].partition("://")[2] != headers.get(b"host")


def policy(document: bytes) -> str:
    """Return the Content-Security-Policy of a document: it may run the scripts that it holds, by their hashes, and
    those of its origin, and load nothing from elsewhere."""
    hashes = (b64encode(sha256(script).digest()).decode() for script in SCRIPT.findall(document))
    return DOCUMENT.format(scripts=" ".join(f"'sha256-{digest}'" for digest in hashes))


def language(scope: Scope) -> str:
    """Return the language of the address, the default language if it has none of ours."""
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("kieli", [""])[0]
    return links.meant(asked, settings.LANGUAGES) or settings.default_language()


class Collected:
    """A sender that collects a whole answer, so that a subclass can change it before it is sent."""

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

    def packed(self, headers: MutableHeaders) -> None:
        """Compress the answer, where a subclass does so."""

    async def finish(self, start: Message, headers: MutableHeaders) -> None:
        """Send the answer; a document with its policy."""
        if headers.get("content-type", "").startswith("text/html") and start["status"] != 304:
            headers["Content-Security-Policy"] = policy(self.body)
        self.packed(headers)
        headers["Content-Length"] = str(len(self.body))
        await self.send(start)
        await self.send({"type": "http.response.body", "body": self.body})


class Page(Collected):
    """Put a document, our scripts and our style into Streamlit's document, and set the cookie of the workspace if the
    browser has none.

    `scripts`: what every page has in its head; `made`: the document, None without one.
    """

    def __init__(self, send: Send, scope: Scope, scripts: bytes, made: "Made | None", cookie: str | None):
        super().__init__(send)
        self.asked = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        self.language, self.scripts, self.made, self.cookie = language(scope), scripts, made, cookie

    async def finish(self, start: Message, headers: MutableHeaders) -> None:
        if headers.get("content-type", "").startswith("text/html"):
            self.body = self.written()
            del headers["etag"]
            del headers["last-modified"]
            if self.cookie:
                headers.append("Set-Cookie", self.cookie)
                headers["Cache-Control"] = "no-store"
            elif self.made:
                tag = f'"{sha256(self.body).hexdigest()[:24]}"'
                headers["ETag"], headers["Cache-Control"] = f"W/{tag}", "private, no-cache"
                if tag in self.asked.get(b"if-none-match", ""):
                    headers["Content-Security-Policy"] = policy(self.body)
                    start["status"], self.body = 304, b""
            headers["Vary"] = "Accept-Encoding, Cookie"
        await super().finish(start, headers)

    def written(self) -> bytes:
        """Return Streamlit's document with ours in it."""
        page = self.body.replace(b'<html lang="en"', f'<html lang="{self.language}"'.encode(), 1)
        if self.made:
            from kuntamittari.web.documents import shell

            return shell.together(page, self.made, self.scripts).replace(b"</body>", FOOT, 1)
        page = page.replace(b"<title>Streamlit</title>", b"<title>Kuntamittari</title>", 1)
        return page.replace(b"</head>", self.scripts + b"</head>", 1).replace(b"</body>", FOOT, 1)

    def packed(self, headers: MutableHeaders) -> None:
        """Compress the answer where the browser takes that."""
        if "gzip" in self.asked.get(b"accept-encoding", "") and len(self.body) >= LEAST_COMPRESSED:
            self.body = gzip.compress(self.body, LEVEL, mtime=0)
            headers["Content-Encoding"] = "gzip"


class JsonFaults(Collected):
    """Turn every error under /api into JSON, also those of the layers below that answer in plain text."""

    sent = False

    async def finish(self, start: Message, headers: MutableHeaders) -> None:
        if start["status"] >= 400 and not headers.get("content-type", "").startswith("application/json"):
            code, message = FAULT if start["status"] >= 500 else REFUSAL
            self.body = json.dumps({"error": {"code": code, "message": message, "field": None}}).encode()
            headers["Content-Type"] = "application/json"
        self.sent = True
        await super().finish(start, headers)

    async def failed(self) -> None:
        """Answer 500 where an error came before the end of the answer; an answer that was sent stays."""
        if not self.sent:
            start: Message = {"type": "http.response.start", "status": 500, "headers": []}
            self.body = b""
            await self.finish(start, MutableHeaders(scope=start))
