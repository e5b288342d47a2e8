"""The fence around a websocket: its messages are read as fast as the reader's budget allows, and none is dropped.

What is not read fills the buffers of the connection, until its sender has to wait. So nobody is cut off, and a reader
who makes hasty choices within the budget waits for nothing.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kuntamittari.settings import BUDGETS
from kuntamittari.web.budgets.counts import COUNTS
from kuntamittari.web.budgets.readers import HEADER, READERS, Connection, Readers

FIRST_LOOK, LONGEST_LOOK = 0.005, 0.1  # seconds between two looks at whether a message may pass
# what no page of ours sends: it would empty the caches of all readers, look into the working copy, or end the session
NOT_OURS = ("clear_cache", "load_git_info", "set_run_on_save", "debug_disconnect_websocket", "debug_shutdown_runtime")
TRY_AGAIN = 1013  # the code with which a websocket is closed for want of room; the page tries again by itself


class Asked(NamedTuple):
    """What a message asks for, as the protocol names it (empty: nothing), and the name of its request."""

    kind: str
    request: str = ""


@dataclass(frozen=True)
class Protocol:
    """How messages are read: what one from a page asks for, and the request on demand that one to it answers."""

    asked: Callable[[bytes], Asked]
    answered: Callable[[bytes], str]


class FencedWebsockets:
    """ASGI middleware that passes websockets to the application within the budgets of their readers."""

    def __init__(self, app: ASGIApp, protocol: Protocol, readers: Readers = READERS):
        self.app, self.protocol, self.readers = app, protocol, readers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; refuse a websocket of a reader who has too many open."""
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return
        connection = self.readers.open((scope.get("client") or ("",))[0])
        if connection is None:
            await send({"type": "websocket.close", "code": TRY_AGAIN})
            return
        fence = Fence(connection, self.readers, self.protocol, receive, send)
        name = HEADER.lower().encode()
        headers = [(key, value) for key, value in scope["headers"] if key.lower() != name]
        named = {**scope, "headers": [*headers, (name, connection.key.encode())]}
        try:
            await self.app(named, fence.receive, fence.send)
        finally:
            fence.close()


class Fence:
    """The receiver and sender of one websocket."""

    def __init__(self, connection: Connection, readers: Readers, protocol: Protocol, receive: Receive, send: Send):
        self.connection, self.readers, self.protocol = connection, readers, protocol
        self._receive, self._send = receive, send
        self._making: dict[str, float] = {}  # what is being made on demand, by its request, and since when

    async def receive(self) -> Message:
        """Return the next message as soon as it may be acted on. One that no page of ours sends is left out."""
        while True:
            message = await self._receive()
            content = message.get("bytes")
            if message["type"] != "websocket.receive" or content is None:
                return message
            await self._until(lambda: self.connection.messages.left >= 1)
            self.connection.messages.take(1)
            kind, request = self.protocol.asked(content)
            if kind in NOT_OURS:
                COUNTS["left_out_messages"] += 1
                continue
            if kind == "rerun_script":
                await self._until(lambda: self.readers.may_run(self.connection))
                self.readers.begun(self.connection)
            elif kind == "backend_operation_request":
                await self._to_make(request)
            return message

    async def send(self, message: Message) -> None:
        """Send a message; one that answers a request on demand makes room for the next."""
        await self._send(message)
        content = message.get("bytes")
        if self._making and content is not None and len(content) < BUDGETS.answer_on_demand:
            self._end(self.protocol.answered(content))

    def close(self) -> None:
        """Give back what the connection still had."""
        for _ in self._making:
            self.readers.making(self.connection, -1)
        self._making.clear()
        self.readers.close(self.connection)

    async def _to_make(self, request: str) -> None:
        """Wait until what a request asks for may be made, and note it; one of the same name is not made meanwhile."""
        await self._until(lambda: self._may_make() and request not in self._making)
        self._making[request] = self.readers.clock()
        self.readers.making(self.connection, 1)

    def _may_make(self) -> bool:
        now = self.readers.clock()
        for request, since in list(self._making.items()):
            if now - since > BUDGETS.file_seconds:  # it does not come any more
                self._end(request)
        return self.readers.may_make(self.connection)

    def _end(self, request: str) -> None:
        if self._making.pop(request, None) is not None:
            self.readers.making(self.connection, -1)

    @staticmethod
    async def _until(allowed: Callable[[], bool]) -> None:
        pause = FIRST_LOOK
        if not allowed():
            COUNTS["waits"] += 1
        while not allowed():
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_LOOK)
