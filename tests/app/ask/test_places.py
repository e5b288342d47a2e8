"""Assistants have the places of the interface: one address has one, and what is too much is told in words."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from kuntamittari.i18n import Translator
from kuntamittari.settings import BUDGETS
from kuntamittari.web.api.answers import Computed
from kuntamittari.web.assistants import tools
from kuntamittari.web.assistants.door import Door
from kuntamittari.web.budgets.work import COMPUTATIONS

HEADERS = {"Accept": "application/json, text/event-stream", "Host": "127.0.0.1"}
QUEUE = BUDGETS.reader_computations + BUDGETS.reader_computations_wait
GREEDY, OTHER = "192.0.2.1", "192.0.2.2"


class Slow:
    """A tool that takes until it is let go, and counts how many work at once."""

    def __init__(self) -> None:
        self.now = self.most = 0
        self.done, self.lock = threading.Event(), threading.Lock()

    def __call__(self, *_: Any) -> tools.Answer:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        self.done.wait(30)
        with self.lock:
            self.now -= 1
        return {"meta": {}, "values": []}


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    """The tool find_indicator, as slow as the test wants it."""
    made = Slow()
    monkeypatch.setattr(tools, "find_indicator", made)
    monkeypatch.setenv("KUNTAMITTARI_API_RATE", "0")
    return made


async def call(app: Any, host: str, lang: str = "fi") -> dict[str, Any]:
    """The result of one call of the tool, from an address."""
    asked = {"name": "find_indicator", "arguments": {"query": "koulu", "lang": lang}}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": asked}
    transport = httpx.ASGITransport(app, client=(host, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", timeout=60) as client:
        answer = await client.post("/mcp/", json=message, headers=HEADERS)
    assert answer.status_code == 200
    result: dict[str, Any] = answer.json()["result"]
    return result


async def until(true: Callable[[], bool]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(30):
        while not true():
            await asyncio.sleep(0.01)


def with_door(conversation: Callable[[Starlette], Any]) -> Any:
    """What a conversation with a door of its own gives; the door is closed in the end."""

    async def run() -> Any:
        door = Door()
        try:
            return await conversation(Starlette(routes=[Mount("/mcp", door)]))
        finally:
            await door.close()

    return asyncio.run(run())


def test_an_address_has_one_place_and_a_short_queue_and_is_told_so_in_its_language(slow: Slow) -> None:
    async def conversation(app: Starlette) -> list[dict[str, Any]]:
        greedy = [asyncio.create_task(call(app, GREEDY, "sv")) for _ in range(QUEUE + 3)]
        await until(lambda: sum(one.done() for one in greedy) == 3)
        assert slow.now == BUDGETS.reader_computations
        other = asyncio.create_task(call(app, OTHER))
        await until(lambda: slow.now == BUDGETS.reader_computations + 1)
        slow.done.set()
        assert not (await other).get("isError")
        return list(await asyncio.gather(*greedy))

    results = with_door(conversation)
    refused = [one for one in results if one.get("isError")]
    said = Translator("sv")("use.busy_own", n=str(int(BUDGETS.computations_patience / 2)))
    assert len(refused) == 3 and {said in one["content"][0]["text"] for one in refused} == {True}
    assert slow.most == BUDGETS.computations and not COMPUTATIONS._queue


def test_who_asks_the_interface_too_has_the_same_place(slow: Slow) -> None:
    async def made(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"made"})

    async def get(host: str) -> int:
        transport = httpx.ASGITransport(Computed(made, ("/v1/files/",)), client=(host, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return (await client.get("/v1/values")).status_code

    async def conversation(app: Starlette) -> None:
        working = asyncio.create_task(call(app, GREEDY))
        await until(lambda: slow.now == 1)
        waiting = asyncio.create_task(get(GREEDY))
        assert await get(OTHER) == 200, "another reader does not wait"
        assert not waiting.done()
        slow.done.set()
        assert await waiting == 200 and not (await working).get("isError")

    with_door(conversation)


def test_nobody_waits_longer_than_the_patience_of_the_service(slow: Slow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(COMPUTATIONS, "room", COMPUTATIONS.room.__class__(1, 1, 8, 8, 0.05))

    async def conversation(app: Starlette) -> dict[str, Any]:
        working = asyncio.create_task(call(app, GREEDY))
        await until(lambda: slow.now == 1)
        refused = await call(app, OTHER, "en")
        slow.done.set()
        await working
        return refused

    refused = with_door(conversation)
    assert refused["isError"] and Translator("en")("use.busy", n="1") in refused["content"][0]["text"]


def test_a_connection_that_waits_for_news_is_not_held_open(dashboard: Any) -> None:
    answer = httpx.get(f"{dashboard.address.rstrip('/')}/mcp", headers={"Accept": "text/event-stream"}, timeout=60)
    assert answer.status_code == 405 and answer.headers["allow"] == "POST"
