"""The outermost layer of the HTTP service: security headers, the page's language, and JSON for every fault under
/api."""

import asyncio
import json
import re
from base64 import b64encode
from collections.abc import Callable, Collection
from concurrent.futures import Future
from hashlib import sha256
from urllib.parse import parse_qs, parse_qsl, urlencode

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kuntamittari import settings
from kuntamittari.web import cookie
from kuntamittari.web.assets import Assets

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
# What a document may do. Beyond this origin alone:
#   the scripts that stand in the document itself, by their hashes: Streamlit's and HEAD
#   script blob: the script of a component (the full screen of a presentation) and the threads of the map
#   script 'wasm-unsafe-eval': the library of the map compiles WebAssembly
#   style 'unsafe-inline': Streamlit makes its styles in the browser
#   img data: and blob:: trends and slides in the page, pictures that are saved
#   font data:: a font in Streamlit's style sheet
#   connect data:: the empty base of the map; nothing is sent anywhere
DOCUMENT = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' blob: {scripts}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' data:; manifest-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
DOCS = "/api/v1/docs"
UPLOAD_SECONDS = 300  # a file of 20 MB over the slowest mobile line
# Streamlit looks for its backend below the page's own path first, which costs two 404s on a deep link; every page of
# ours is one step below the root, so the page's folder is the root, behind a path prefix too. A link of ours (in the
# menu, or with target="_self"; unless it says hreflang) goes to its page as Back and Forward do, without loading the
# dashboard anew; on a phone the menu makes way. A link of the menu or to another language takes along what is chosen as
# soon as somebody turns to it: both stand still while choices on the page change (ui/body.py).
HEAD = b"""<script>window.__streamlit={BACKEND_BASE_URL:new URL(".",location.href).href.slice(0,-1)};
const chosen=event=>{const way=event.target.closest?.(":is(.km-menu,.km-languages) a"),language=way?.closest(".km-languages")&&way.hreflang;
if(language){const here=new URLSearchParams(location.search);here.set("kieli",language);way.search=here}
else if(way&&!way.hreflang)way.search=document.querySelector("[data-chosen]")?.dataset.chosen??""};
for(const kind of ["pointerover","focusin","click"])addEventListener(kind,chosen,true);
addEventListener("click",event=>{
const way=event.target.closest(':is(.km-menu a,a[target="_self"]):not([hreflang]):not([download]):not([href^="#"])');
if(!way||event.button||event.ctrlKey||event.metaKey||event.shiftKey||event.altKey)return;
event.preventDefault();history.pushState(null,"",way.href);dispatchEvent(new PopStateEvent("popstate"));
if(innerWidth<768&&way.closest("nav"))document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click()});
addEventListener("load",()=>PARTS.forEach(part=>import(part)))</script></head>"""
# What nearly every page is drawn with: named in the document, they come while the browser starts, not one after the
# other as it draws.
PARTS = ("rehype-raw", "Selectbox", "Multiselect", "ArrowVegaLiteChart", "DataFrame", "Html")
# our style stands last in the document: it wins over Streamlit's own, and no page has to send it
FOOT = b"<style>" + (settings.PACKAGE / "ui" / "style.css").read_bytes() + b"</style></body>"


class EdgeMiddleware:
    """ASGI middleware around everything, Streamlit's own middleware included. `pages` are the paths of ours; `room`
    says whether another uploaded file has room in memory; `loaded` when pages and answers can be made; `assets` are the
    browser's part of Streamlit."""

    def __init__(
        self,
        app: ASGIApp,
        pages: Collection[str],
        room: Callable[[], bool],
        loaded: Callable[[], Future[None]],
        assets: Assets,
    ):
        self.app, self.pages, self.room, self.loaded, self.assets = app, pages, room, loaded, assets
        modules = assets.modules(PARTS)
        links = "".join(f'<link rel="modulepreload" crossorigin href="{module}">' for module in assets.needed(modules))
        self.head = links.encode() + HEAD.replace(b"PARTS", json.dumps(modules).encode())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and is_foreign(scope):
            # Streamlit refuses it too, but asks a service elsewhere for the address of this machine first, and
            # everybody waits
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] == "websocket":
            await self.ready()
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        if path == "/api" or path.startswith("/api/"):
            # a mount answers below its path only, so the path itself is asked as its root
            asked = {**scope, "path": path if path != "/api" else "/api/"}
            await self.ready()
            await self.app(
                as_a_whole(asked) if path == DOCS else asked, receive, JsonFaults(with_headers(send, "cross-origin"))
            )
        elif scope["method"] == "PUT":
            await self.upload(scope, receive, with_headers(send))
        elif wants_page(scope) and self.is_lost(path):
            lost = urlencode(
                [*parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True), ("sivu", path.strip("/"))]
            )
            home = "../" * path.strip("/").count("/") or "./"  # relative, so that a path prefix of a proxy is kept
            await RedirectResponse(f"{home}?{lost}", 307)(scope, receive, with_headers(send))
        elif wants_page(scope):
            page = Page(
                with_headers(send), self.head, language(scope), None if cookie.has_key(scope) else cookie.new_key(scope)
            )
            await self.app(as_a_whole(scope), receive, page)
        elif scope["method"] == "GET" and (asset := self.assets.get(path)):
            await asset(scope, receive, with_headers(send))
        else:
            await self.app(scope, receive, with_headers(send))

    async def ready(self) -> None:
        """Waits until pages and answers can be made. Who leaves meanwhile does not end the loading for the others."""
        await asyncio.shield(asyncio.wrap_future(self.loaded()))

    async def upload(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Takes a file, unless those that lie in memory leave no room or it comes too slowly. How large one may be, and
        whether the page of ours sends it, is looked at by Streamlit."""
        if not self.room():
            await PlainTextResponse("No room for another file. Try again later.", 503)(scope, receive, send)
            return
        try:
            async with asyncio.timeout(UPLOAD_SECONDS):
                await self.app(scope, receive, send)
        except TimeoutError:
            await PlainTextResponse("The file came too slowly.", 408, {"Connection": "close"})(scope, receive, send)

    def is_lost(self, path: str) -> bool:
        """Whether a document is asked for that is neither a page of ours nor a file of Streamlit's."""
        return (
            (path.rstrip("/") or "/") not in self.pages
            and not path.startswith(("/_", "/static/", "/media/", "/component/"))
            and "." not in path
        )


def with_headers(send: Send, readers: str = "same-origin") -> Send:
    """A sender that adds the security headers; `readers` are the sites that may use the answer."""

    async def sender(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("Cross-Origin-Resource-Policy", readers)
            # a document brings a policy of its own (Collected); all else loads nothing, should a browser take it for
            # one
            framed = headers.setdefault("Content-Security-Policy", NOTHING) != NOTHING
            headers.setdefault("X-Frame-Options", "SAMEORIGIN" if framed else "DENY")
        await send(message)

    return sender


def wants_page(scope: Scope) -> bool:
    """Whether a browser asks for a document rather than a file of one."""
    accept = dict(scope["headers"]).get(b"accept", b"")
    return scope["method"] == "GET" and b"text/html" in accept


def as_a_whole(scope: Scope) -> Scope:
    """A request whose answer comes plain and whole, so that it can be changed."""
    left_out = (b"accept-encoding", b"if-none-match", b"if-modified-since")
    return {**scope, "headers": [(name, value) for name, value in scope["headers"] if name.lower() not in left_out]}


def is_foreign(scope: Scope) -> bool:
    """Whether a page of another origin opens a websocket: it would come with the reader's cookie. Programs send no
    origin."""
    headers = {name.lower(): value.decode("latin-1").lower() for name, value in scope["headers"]}
    return b"origin" in headers and headers[b"origin"].partition("://")[2] != headers.get(b"host")


def policy(document: bytes) -> str:
    """What a document of ours may do: run the scripts that stand in it and those of its origin, and load nothing from
    elsewhere."""
    hashes = (b64encode(sha256(script).digest()).decode() for script in SCRIPT.findall(document))
    return DOCUMENT.format(scripts=" ".join(f"'sha256-{digest}'" for digest in hashes))


def language(scope: Scope) -> str:
    """The language of the address, when it is one of ours."""
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("kieli", [""])[0]
    return asked if asked in settings.LANGUAGES else settings.default_language()


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
        """Passes the answer on; a document with what it may do."""
        if headers.get("content-type", "").startswith("text/html"):
            headers["Content-Security-Policy"] = policy(self.body)
        headers["Content-Length"] = str(len(self.body))
        await self.send(start)
        await self.send({"type": "http.response.body", "body": self.body})


class Page(Collected):
    """Puts the reader's language on <html> and our style into the document, tells the browser where the backend is and
    gives it a key where it has none."""

    def __init__(self, send: Send, head: bytes, language: str, cookie: str | None):
        super().__init__(send)
        self.head, self.language, self.cookie = head, language, cookie

    async def finish(self, start: Message, headers: MutableHeaders) -> None:
        if headers.get("content-type", "").startswith("text/html"):
            self.body = self.body.replace(b'<html lang="en"', f'<html lang="{self.language}"'.encode(), 1)
            self.body = self.body.replace(b"<title>Streamlit</title>", b"<title>Kuntamittari</title>", 1)
            self.body = self.body.replace(b"</head>", self.head, 1).replace(b"</body>", FOOT, 1)
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
