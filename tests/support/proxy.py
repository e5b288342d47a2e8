"""A reverse proxy that serves the application under a path prefix, as `location /prefix/` of nginx does."""

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send


class StrippingProxy:
    """ASGI application that removes a path prefix and names it in X-Forwarded-Prefix; other paths are not its own."""

    def __init__(self, app: ASGIApp, prefix: str):
        self.app, self.prefix = app, prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if not path.startswith(f"{self.prefix}/"):
            await PlainTextResponse("another service of this host", 410)(scope, receive, send)
            return
        headers = [*scope["headers"], (b"x-forwarded-prefix", self.prefix.encode())]
        stripped = path.removeprefix(self.prefix)
        await self.app({**scope, "path": stripped, "raw_path": stripped.encode(), "headers": headers}, receive, send)
