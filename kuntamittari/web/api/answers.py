"""Answers of the API are computed a few at a time, and the finished ones are kept as bytes while there is room."""

from collections import OrderedDict
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kuntamittari.settings import BUDGETS
from kuntamittari.web.budgets.readers import who
from kuntamittari.web.budgets.work import COMPUTATIONS, BusyError

TAG = "kuntamittari.tag"  # in the scope: the validator of the answer, which says all that it depends on
BUSY = {
    True: (429, "too_many_requests", "This address has many requests waiting; Retry-After says when to try again."),
    False: (503, "busy", "The service is busy; Retry-After says when to try again."),
}


@dataclass(frozen=True)
class Answer:
    """A finished answer."""

    start: Message
    body: bytes


class Kept:
    """Finished answers by key. Where they are more than `most` bytes, the one not asked for longest goes."""

    def __init__(self, most: int = BUDGETS.answers_kept, largest: int = BUDGETS.answer_kept):
        self.most, self.largest, self.bytes = most, largest, 0
        self._answers: OrderedDict[tuple[str, bool], Answer] = OrderedDict()

    def get(self, key: tuple[str, bool]) -> Answer | None:
        """Return an answer; None where it is not kept."""
        if key in self._answers:
            self._answers.move_to_end(key)
        return self._answers.get(key)

    def put(self, key: tuple[str, bool], answer: Answer) -> None:
        """Keep an answer, unless it is large."""
        if len(answer.body) > self.largest:
            return
        if earlier := self._answers.pop(key, None):
            self.bytes -= len(earlier.body)
        self._answers[key] = answer
        self.bytes += len(answer.body)
        while self.bytes > self.most:
            self.bytes -= len(self._answers.popitem(last=False)[1].body)


class Computed:
    """ASGI middleware that computes an answer in a place of its reader, unless it is kept, and then sends it: how fast
    a client reads does not hold the place."""

    def __init__(self, app: ASGIApp, cheap: tuple[str, ...]):
        self.app, self.cheap = app, cheap
        self.kept = Kept()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; 429 or 503 with Retry-After where there is no place. `cheap` begin paths of mere files."""
        path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        if scope["type"] != "http" or path.startswith(self.cheap):
            await self.app(scope, receive, send)
            return
        tag = scope.get(TAG)
        key = (tag or "", "gzip" in Headers(scope=scope).get("accept-encoding", ""))
        answer = self.kept.get(key) if tag else None
        if answer is None:
            try:
                async with COMPUTATIONS.place(who((scope.get("client") or ("",))[0])):
                    answer = await self._computed(scope, receive)
            except BusyError as error:
                status, code, message = BUSY[error.own]
                content = {"error": {"code": code, "message": message, "field": None}}
                refused = JSONResponse(content, status, {"Retry-After": str(error.wait)})
                await refused(scope, receive, send)
                return
            if tag and answer.start["status"] == 200:
                self.kept.put(key, answer)
        await send({**answer.start, "headers": list(answer.start["headers"])})
        await send({"type": "http.response.body", "body": answer.body})

    async def _computed(self, scope: Scope, receive: Receive) -> Answer:
        """Return the answer of the application. Raises as it does; RuntimeError where there is none."""
        start: Message | None = None
        parts = list[bytes]()

        async def collect(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
            else:
                parts.append(message.get("body", b""))

        await self.app(scope, receive, collect)
        if start is None:
            raise RuntimeError("There is no answer.")
        body = b"".join(parts)
        MutableHeaders(raw=start["headers"])["Content-Length"] = str(len(body))
        return Answer(start, body)
