"""Validators for answers, which change only with the data, the catalogue and the version: 304 to a client that has the
answer."""

import hashlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kuntamittari import __version__, settings
from kuntamittari.catalog import loader
from kuntamittari.errors import DataError
from kuntamittari.query import database
from kuntamittari.web.api import addresses
from kuntamittari.web.api.answers import TAG

# Seconds for which a client may use its answer without asking. Answers hold addresses of the service as the request
# names it, so no shared cache gives them to other clients.
FOR_A_WHILE = "private, max-age=60, must-revalidate"


class Validated:
    """ASGI middleware that sets ETag and Cache-Control on answers of the API, and answers If-None-Match without
    computing the answer."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD") or not (tag := validator(scope)):
            await self.app(scope, receive, send)
            return
        known = {part.strip().removeprefix("W/") for part in Headers(scope=scope).get("if-none-match", "").split(",")}
        if tag in known:
            headers = MutableHeaders({"ETag": f"W/{tag}", "Cache-Control": FOR_A_WHILE, "Vary": "Accept-Encoding"})
            await send({"type": "http.response.start", "status": 304, "headers": headers.raw})
            await send({"type": "http.response.body", "body": b""})
            return
        held = False

        async def marked(message: Message) -> None:
            nonlocal held
            if message["type"] == "http.response.start" and message["status"] == 200:
                headers = MutableHeaders(raw=message["headers"])
                headers["ETag"], headers["Cache-Control"] = f"W/{tag}", FOR_A_WHILE
                if "*" in known:  # the client has whatever there is: then only that there is an answer had to be known
                    held = True
                    kept = {name: headers[name] for name in ("ETag", "Cache-Control", "Vary") if name in headers}
                    message = {**message, "status": 304, "headers": MutableHeaders(kept).raw}
            elif held:
                message = {**message, "body": b""}
            await send(message)

        await self.app({**scope, TAG: tag}, receive, marked)


def validator(scope: Scope) -> str | None:
    """Return a hash, in quotation marks, of all that an answer depends on: the version, the data, the catalogue, the
    provider, the request and the address under which the service is reached; None without data."""
    try:
        vintage = f"{__version__} {database.current().snapshot.digest} {loader.indicators().digest}"
    except DataError:
        return None
    named = settings.provider(), settings.provider_type(), settings.feedback()  # in the catalogue
    path = scope["path"].removeprefix(scope.get("root_path", ""))
    asked = f"{addresses.of_api(scope)}{path}?{scope.get('query_string', b'').decode('latin-1')}"
    question = f"{vintage} {named} {asked}"
    return f'"{hashlib.sha256(question.encode()).hexdigest()[:24]}"'
