"""Answers are computed a few at a time and kept as bytes: a client that asks without end gets the machine no other
reader needs."""

import asyncio
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from kuntamittari.settings import BUDGETS
from kuntamittari.web import api
from kuntamittari.web.api.answers import Answer, Computed, Kept
from kuntamittari.web.budgets.work import COMPUTATIONS

LIBRARY = "/v1/values?indicator=library_cost_per_resident"
HEADERS = {"type": "http.response.start", "status": 200, "headers": []}


def test_a_finished_answer_is_given_again_as_the_same_bytes_and_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    computed: list[str] = []
    honest = Computed._computed

    async def noted(self: Computed, scope: Any, receive: Any) -> Answer:
        computed.append(scope["path"])
        return await honest(self, scope, receive)

    monkeypatch.setattr(Computed, "_computed", noted)
    with TestClient(api.create()) as client:
        plain = {"Accept-Encoding": "identity"}
        first, second = client.get(LIBRARY), client.get(LIBRARY)
        assert first.content == second.content and dict(first.headers) == dict(second.headers)
        assert len(computed) == 1
        unpacked = client.get(LIBRARY, headers=plain)
        assert unpacked.content == first.content and "content-encoding" not in unpacked.headers
        assert first.headers["content-encoding"] == "gzip" and len(computed) == 2
        of_another_site = client.get(LIBRARY, headers={"Origin": "https://other.example"})
        assert of_another_site.headers["access-control-allow-origin"] == "*" and len(computed) == 2
        assert "access-control-allow-origin" not in client.get(LIBRARY).headers
        for _ in range(2):
            assert client.get("/v1/values?indicator=nothing").status_code == 400
        assert len(computed) == 4, "an error is not kept"


def test_what_is_kept_is_bounded_and_the_oldest_goes() -> None:
    kept = Kept(most=30, largest=12)
    for name in "abc":
        kept.put((name, True), Answer(HEADERS, b"x" * 10))
    assert kept.get(("a", True)) is not None
    kept.put(("d", True), Answer(HEADERS, b"x" * 10))
    assert [name for name, _ in kept._answers] == ["c", "a", "d"] and kept.bytes == 30
    kept.put(("e", True), Answer(HEADERS, b"x" * 13))
    assert kept.get(("e", True)) is None, "one large answer does not drive out the others"
    kept.put(("a", True), Answer(HEADERS, b"x" * 2))
    assert kept.bytes == 22
    assert kept.get(("a", False)) is None


class Slow:
    """An application whose answers take until they are let go, and that counts how many it makes at once."""

    def __init__(self) -> None:
        self.now = self.most = 0
        self.done = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.now += 1
        self.most = max(self.most, self.now)
        await self.done.wait()
        self.now -= 1
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"made"})


async def asked(app: Any, host: str, number: int) -> httpx.Response:
    transport = httpx.ASGITransport(app, client=(host, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        return await client.get(f"/v1/values?x={number}")


def test_a_client_that_asks_much_at_once_has_one_place_and_a_short_queue() -> None:
    async def run() -> None:
        app = Slow()
        computed = Computed(app, "/v1/files/")
        most = BUDGETS.reader_computations_wait + BUDGETS.reader_computations
        greedy = [asyncio.create_task(asked(computed, "192.0.2.1", number)) for number in range(most + 5)]
        refused, _ = await asyncio.wait(greedy, timeout=1, return_when=asyncio.FIRST_COMPLETED)
        for _ in range(50):
            await asyncio.sleep(0)
        assert app.now == BUDGETS.reader_computations
        other = asyncio.create_task(asked(computed, "192.0.2.2", 0))
        for _ in range(50):
            await asyncio.sleep(0)
        assert app.now == 2, "another reader does not wait behind it"
        app.done.set()
        given = await asyncio.gather(*greedy)
        assert (await other).status_code == 200
        assert sorted(answer.status_code for answer in given) == [200] * most + [429] * 5
        busy = next(answer for answer in given if answer.status_code == 429)
        assert busy.json()["error"]["code"] == "too_many_requests" and int(busy.headers["retry-after"]) >= 1
        assert app.most == 2 and refused

    asyncio.run(run())


def test_many_clients_are_told_that_the_service_is_busy() -> None:
    async def run() -> None:
        app = Slow()
        computed = Computed(app, "/v1/files/")
        most = BUDGETS.computations + BUDGETS.computations_wait
        tasks = [asyncio.create_task(asked(computed, f"192.0.2.{number}", 0)) for number in range(most + 3)]
        await asyncio.wait(tasks, timeout=1, return_when=asyncio.FIRST_COMPLETED)
        app.done.set()
        given = await asyncio.gather(*tasks)
        assert [answer.status_code for answer in given].count(503) == 3 and app.most == BUDGETS.computations
        busy = next(answer for answer in given if answer.status_code == 503)
        assert busy.json()["error"]["code"] == "busy" and int(busy.headers["retry-after"]) >= 1

    asyncio.run(run())


def test_who_reads_slowly_holds_no_place() -> None:
    async def run() -> None:
        app = Slow()
        app.done.set()
        computed, reading = Computed(app, "/v1/files/"), asyncio.Event()

        async def never(_: Any) -> None:
            await reading.wait()

        scope = {"type": "http", "path": "/v1/values", "headers": [], "client": ("192.0.2.1", 1)}
        slow = asyncio.create_task(computed(scope, None, never))  # type: ignore[arg-type]
        for _ in range(20):
            await asyncio.sleep(0)
        assert not slow.done() and not COMPUTATIONS._working
        assert (await asked(computed, "192.0.2.1", 1)).status_code == 200
        reading.set()
        await slow

    asyncio.run(run())


def test_the_description_says_that_the_service_may_be_busy() -> None:
    with TestClient(api.create()) as client:
        described = client.get("/v1/openapi.json").json()["paths"].values()
    assert all("Retry-After" in path["get"]["responses"]["503"]["headers"] for path in described)
