"""The dashboard with nothing at /mcp: nothing of kuntamittari.web.assistants can be imported."""

import sys
from types import ModuleType

from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send


class Nothing:
    """What stands at /mcp instead."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("", 404)(scope, receive, send)

    async def close(self) -> None:
        """End nothing."""


package, door = ModuleType("kuntamittari.web.assistants"), ModuleType("kuntamittari.web.assistants.door")
door.Door = Nothing  # type: ignore[attr-defined]
sys.modules |= {package.__name__: package, door.__name__: door}

import app as whole  # noqa: E402

app = whole.app
