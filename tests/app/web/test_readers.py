"""One reader never takes the machine from another: messages wait, work has few places, and a hasty reader waits not."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from kuntamittari.settings import BUDGETS
from kuntamittari.web.budgets.messages import TRY_AGAIN, Asked, FencedWebsockets, Protocol
from kuntamittari.web.budgets.readers import Bucket, Connection, Readers
from kuntamittari.web.budgets.work import BusyError, Places, Room
from kuntamittari.web.edge import EdgeMiddleware

Message = MutableMapping[str, Any]


class Clock:
    """A clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock of the test."""
    return Clock()


@pytest.fixture
def readers(clock: Clock) -> Readers:
    """The readers of an empty service."""
    return Readers(clock)


def opened(readers: Readers, host: str) -> Connection:
    """A page that an address has open."""
    connection = readers.open(host)
    assert connection is not None
    return connection


# ── allowances


def test_a_bucket_fills_steadily_to_its_room_and_what_is_taken_beyond_is_paid_back(clock: Clock) -> None:
    bucket = Bucket(2, 10, clock)
    bucket.take(13)
    assert bucket.left == -3
    clock.now += 1
    assert bucket.left == -1
    bucket.take(1_000)
    assert bucket.left == -10, "one costly page is not paid for for ever"
    clock.now += 100
    assert bucket.left == 10


def test_hasty_choices_wait_for_nothing(readers: Readers, clock: Clock) -> None:
    """Ten choices in two seconds, each of which ends the run before it."""
    connection = opened(readers, "192.0.2.1")
    for _ in range(10):
        assert readers.may_run(connection)
        readers.begun(connection)
        with readers.run(connection.key):
            clock.now += 0.2


def test_a_third_run_waits_until_one_has_ended_or_a_second(readers: Readers, clock: Clock) -> None:
    connection = opened(readers, "192.0.2.1")
    connection.runs = BUDGETS.runs
    connection.passed = clock.now
    clock.now += 0.5
    assert not readers.may_run(connection)
    connection.runs -= 1
    assert readers.may_run(connection)
    connection.runs += 1
    clock.now += 0.5
    assert readers.may_run(connection), "a run that hangs does not cut the reader off"


def test_who_asks_without_end_is_slowed_to_a_part_of_the_processor(readers: Readers, clock: Clock) -> None:
    connection = opened(readers, "192.0.2.1")
    began, runs = clock.now, 0
    while clock.now < began + 100:
        if readers.may_run(connection):
            readers.begun(connection)
            connection.seconds.take(0.1 - BUDGETS.run_costs)  # what the run of a page takes
            runs += 1
        clock.now += 0.05
    most = BUDGETS.processor_burst + 100 * BUDGETS.processor
    assert runs * 0.1 == pytest.approx(most, rel=0.05)


def test_an_address_shares_the_machine_only_while_another_wants_it(readers: Readers, clock: Clock) -> None:
    greedy, other = opened(readers, "192.0.2.1"), opened(readers, "192.0.2.2")
    greedy.reader.seconds.take(1_000)
    readers.begun(greedy)
    clock.now += 1
    assert readers.may_run(greedy), "nobody else is here"
    readers.begun(other)
    clock.now += 1
    assert not readers.may_run(greedy) and readers.may_run(other)
    another_page = opened(readers, "192.0.2.1")
    assert not readers.may_run(another_page), "of the same reader"
    clock.now += BUDGETS.contended
    assert readers.may_run(greedy)


def test_an_address_has_few_pages_run_at_once_beside_another(readers: Readers, clock: Clock) -> None:
    pages = [opened(readers, "2001:db8:1:2::1") for _ in range(BUDGETS.reader_runs + 1)]
    readers.begun(opened(readers, "192.0.2.2"))
    for page in pages[:-1]:
        assert readers.may_run(page)
        readers.begun(page)
        assert not readers.may_run(pages[-1]), "until this one is counted"
        readers._count(page, 1)
        clock.now += 2 * BUDGETS.between_runs
    neighbour = opened(readers, "2001:db8:1:2::2")
    assert not readers.may_run(pages[-1]) and not readers.may_run(neighbour), "one network is one reader"
    readers._count(pages[0], -1)
    assert readers.may_run(pages[-1])


def test_a_run_is_counted_once_with_what_it_took_also_where_it_is_ended(readers: Readers) -> None:
    connection = opened(readers, "192.0.2.1")
    with pytest.raises(KeyboardInterrupt), readers.run(connection.key):
        assert (connection.runs, connection.reader.runs) == (1, 1)
        with readers.run(connection.key):
            assert connection.runs == 1, "a part of a page in a run of it"
        began = time.thread_time()
        while time.thread_time() < began + BUDGETS.run_costs + 0.05:
            pass
        raise KeyboardInterrupt
    assert (connection.runs, connection.reader.runs) == (0, 0)
    assert connection.seconds.left <= BUDGETS.processor_burst - 0.05
    assert connection.reader.seconds.left <= BUDGETS.reader_processor_burst - 0.05
    with readers.run(None), readers.run("unknown"):
        pass


def test_pages_beyond_the_number_of_an_address_are_refused_until_one_is_closed(
    readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUNTAMITTARI_CONNECTIONS", "2")
    first, _ = opened(readers, "192.0.2.1"), opened(readers, "192.0.2.1")
    assert readers.open("192.0.2.1") is None
    assert readers.open("192.0.2.2")
    readers.close(first)
    assert readers.open("192.0.2.1")


def test_who_comes_back_has_what_was_left_and_old_addresses_are_forgotten(
    readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = opened(readers, "192.0.2.1")
    first.reader.seconds.take(5)
    readers.close(first)
    assert opened(readers, "192.0.2.1").reader.seconds.left == BUDGETS.reader_processor_burst - 5
    for number in range(BUDGETS.readers_kept + 10):
        readers.close(opened(readers, f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"))
    assert len(readers._readers) == BUDGETS.readers_kept + 1, "besides the one that has a page open"
    assert readers.open("192.0.2.1")


# ── messages of a websocket


def protocol() -> Protocol:
    """Messages that are their own meaning: "kind request"."""

    def asked(content: bytes) -> Asked:
        kind, _, request = content.decode().partition(" ")
        return Asked(kind, request)

    return Protocol(asked, lambda content: content.decode())


Page = Callable[[Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]]


async def visited(readers: Readers, messages: list[bytes], page: Page, host: str = "192.0.2.1") -> list[Message]:
    """What is sent to an address whose page sends messages at once, and then goes."""
    sent: list[Message] = []
    coming: list[Message] = [{"type": "websocket.receive", "bytes": content} for content in messages]
    coming.append({"type": "websocket.disconnect"})

    async def receive() -> Message:
        return coming.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        [named] = [value for name, value in scope["headers"] if name == b"x-kuntamittari-connection"]
        assert named.decode() in readers.connections
        await page(receive, send)

    scope = {"type": "websocket", "client": (host, 1), "headers": [(b"X-Kuntamittari-Connection", b"7")]}
    await FencedWebsockets(app, protocol(), readers)(scope, receive, send)
    return sent


def test_no_message_is_lost_and_their_order_stays(readers: Readers) -> None:
    messages = [b"app_heartbeat", b"stop_script", b"rerun_script", b"file_urls_request"]
    read: list[Any] = []

    async def page(receive: Any, _: Any) -> None:
        while (message := await receive())["type"] == "websocket.receive":
            read.append(message["bytes"])

    asyncio.run(visited(readers, messages, page))
    assert read == messages and readers.connections == {}


def test_a_flood_is_read_as_fast_as_the_allowance_fills(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    readers, read = Readers(clock), 0

    async def hurried(seconds: float) -> None:
        clock.now += seconds

    monkeypatch.setattr(asyncio, "sleep", hurried)

    async def page(receive: Any, _: Any) -> None:
        nonlocal read
        while clock.now < 110 and (await receive())["type"] == "websocket.receive":
            read += 1

    asyncio.run(visited(readers, [b"app_heartbeat"] * 5_000, page))
    assert read == pytest.approx(BUDGETS.messages_burst + 10 * BUDGETS.messages, rel=0.05)
    read, clock.now = 0, 100.0
    readers = Readers(clock)
    asyncio.run(visited(readers, [b"rerun_script"] * 5_000, page))
    assert read <= 10 / BUDGETS.between_runs


def test_what_no_page_of_ours_sends_does_not_reach_streamlit(readers: Readers) -> None:
    read: list[Any] = []

    async def page(receive: Any, _: Any) -> None:
        while (message := await receive())["type"] == "websocket.receive":
            read.append(message["bytes"])

    asyncio.run(visited(readers, [b"clear_cache", b"load_git_info", b"set_run_on_save", b"stop_script"], page))
    assert read == [b"stop_script"]


def test_files_are_made_one_at_a_time_for_a_page_and_a_few_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    readers = Readers(Clock())
    most: list[int] = []

    async def page(receive: Any, send: Any) -> None:
        waiting: list[asyncio.Task[None]] = []

        async def make(name: str) -> None:
            most.append(readers.files)
            await asyncio.sleep(0.02)
            await send({"type": "websocket.send", "bytes": name.encode()})

        while (message := await receive())["type"] == "websocket.receive":
            waiting.append(asyncio.create_task(make(message["bytes"].decode().split()[1])))
        await asyncio.gather(*waiting)

    async def attack(pages: int) -> None:
        asked = [b"backend_operation_request %d" % number for number in range(4)]
        await asyncio.gather(*(visited(readers, asked, page, f"192.0.2.{number % 4}") for number in range(pages)))

    asyncio.run(attack(1))
    assert max(most) == 1 and len(most) == 4, "the next one is read when the one before is sent"
    most.clear()
    asyncio.run(attack(8))
    assert max(most) == BUDGETS.all_files and len(most) == 32
    assert readers.files == 0, "a page that goes gives its places back"


def test_a_file_that_never_comes_does_not_hold_a_place_for_ever(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    readers, read = Readers(clock), []

    async def hurried(seconds: float) -> None:
        clock.now += seconds

    monkeypatch.setattr(asyncio, "sleep", hurried)

    async def page(receive: Any, _: Any) -> None:
        while (await receive())["type"] == "websocket.receive":
            read.append(clock.now)

    asyncio.run(visited(readers, [b"backend_operation_request a", b"backend_operation_request a"], page))
    assert read[1] - read[0] == pytest.approx(BUDGETS.file_seconds, abs=1) and readers.files == 0


def test_a_page_too_many_is_closed_with_the_code_that_says_to_try_again(
    readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUNTAMITTARI_CONNECTIONS", "1")
    opened(readers, "192.0.2.1")

    async def page(*_: Any) -> None:
        raise AssertionError("not passed on")

    assert asyncio.run(visited(readers, [], page)) == [{"type": "websocket.close", "code": TRY_AGAIN}]


# ── places


ROOM = Room(at_once=2, of_one=1, waiting=4, waiting_of_one=2, patience=0.05)


async def at_work(places: Places, reader: str, done: asyncio.Event, log: list[str]) -> None:
    """Hold a place until told otherwise."""
    async with places.place(reader):
        log.append(reader)
        await done.wait()


def test_one_reader_has_one_place_and_another_passes() -> None:
    async def run() -> list[str]:
        places, done, log = Places(ROOM), asyncio.Event(), list[str]()
        tasks = [asyncio.create_task(at_work(places, who, done, log)) for who in ("a", "a", "a", "b")]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        early = list(log)
        done.set()
        await asyncio.gather(*tasks)
        return [*early, "|", *log]

    assert asyncio.run(run()) == ["a", "b", "|", "a", "b", "a", "a"]


def test_a_full_queue_refuses_at_once_and_says_whose_work_fills_it() -> None:
    async def run() -> None:
        places, done, log = Places(ROOM), asyncio.Event(), list[str]()
        tasks = [asyncio.create_task(at_work(places, who, done, log)) for who in ("a", "a", "a", "b", "c", "c")]
        await asyncio.sleep(0)
        with pytest.raises(BusyError) as own:
            await places._wait("a")
        with pytest.raises(BusyError) as all_:
            await places._wait("d")
        assert (own.value.own, all_.value.own) == (True, False) and own.value.wait >= 1
        done.set()
        await asyncio.gather(*tasks)
        assert sorted(log) == ["a", "a", "a", "b", "c", "c"] and not places._working

    asyncio.run(run())


def test_who_has_waited_long_is_told_to_come_back_and_leaves_the_queue() -> None:
    async def run() -> None:
        places, done, log = Places(ROOM), asyncio.Event(), list[str]()
        working = asyncio.create_task(at_work(places, "a", done, log))
        await asyncio.sleep(0)
        with pytest.raises(BusyError):
            await at_work(places, "a", done, log)
        cancelled = asyncio.create_task(at_work(places, "a", done, log))
        await asyncio.sleep(0.01)
        cancelled.cancel()
        await asyncio.gather(cancelled, return_exceptions=True)
        assert not places._queue
        done.set()
        await working
        await at_work(places, "a", done, log)
        assert log == ["a", "a"] and not places._working

    asyncio.run(run())


def test_a_failure_gives_its_place_back() -> None:
    async def run() -> None:
        places = Places(ROOM)
        for _ in range(5):
            with pytest.raises(ValueError, match="defect"):
                async with places.place("a"):
                    raise ValueError("defect")
        assert not places._working

    asyncio.run(run())


def test_a_document_that_would_have_to_wait_long_is_left_out_and_the_application_comes_alone() -> None:
    async def run() -> None:
        edge = EdgeMiddleware.__new__(EdgeMiddleware)
        edge.makers, edge.documents = ThreadPoolExecutor(2), Places(Room(2, 1, 4, 1, 0.05))
        slow, let_go = [], threading.Event()

        def make(scope: Any) -> str:
            slow.append(scope["client"])
            let_go.wait(30)
            return "made"

        def asked(host: str) -> asyncio.Task[str]:
            return asyncio.create_task(edge.in_its_place(make, {"client": (host, 1)}))

        first = asked("192.0.2.1")
        await asyncio.sleep(0.01)
        refused = await asyncio.gather(*(asked("192.0.2.1") for _ in range(3)), return_exceptions=True)
        assert [type(one) for one in refused] == [BusyError] * 3
        other = asked("192.0.2.2")
        await asyncio.sleep(0.01)
        assert len(slow) == 2, "another reader does not wait behind them"
        let_go.set()
        assert await first == await other == "made"
        assert await asked("192.0.2.1") == "made"
        edge.makers.shutdown()

    asyncio.run(run())
