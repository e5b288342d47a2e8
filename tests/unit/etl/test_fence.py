"""The fence around what services send: an answer that is too large, too slow, too deep or not finite is refused in one
sentence, and nothing of it is kept."""

import gzip
import itertools
import json
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pandas as pd
import pytest
import stamina

from kuntamittari.errors import SourceError, UnreachableError
from kuntamittari.etl import fence, update
from kuntamittari.etl.client import TransientError
from kuntamittari.etl.sources.treasury import taxonomy
from tests.support.px_service import HEAD, Connect, clients, service

HOST = "https://service.example"


@pytest.fixture
def connect(tmp_path: Path) -> Iterator[Connect]:
    """Clients whose cache is a folder of the test, and whose attempts do not wait."""
    with clients(tmp_path / "cache") as make, stamina.set_testing(True, attempts=2):
        yield make


def kept(folder: Path) -> list[Path]:
    """The answers that are kept."""
    return list((folder / "cache").glob("*"))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b'{"value": [1, Infinity]}', "holds Infinity in place of a number"),
        (b'{"value": [-Infinity]}', "holds -Infinity in place of a number"),
        (b'{"value": [NaN]}', "holds NaN in place of a number"),
        (b'{"value": [1e308]}', "the number 1e308, which no figure can be"),
        (b'{"value": [1e999]}', "the number 1e999, which no figure can be"),
        (b'{"value": [-1000000000000001]}', "the number -1000000000000001, which no figure can be"),
        (b"9" * 5000, "the number 9{40}, which no figure can be"),
        (b"[" * 41 + b"]" * 41, "nested deeper than 40 levels"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "nested deeper than 40 levels"),
    ],
)
def test_json_that_no_figure_can_be_is_refused_with_its_address_and_not_kept(
    answer: bytes, said: str, connect: Connect, tmp_path: Path
) -> None:
    made = connect(answer=lambda _: httpx.Response(200, content=answer))
    with pytest.raises(SourceError, match=rf"^{HOST}/x: the answer .*{said}\.$"):
        made.get(HOST, "/x")
    assert (made.requests, kept(tmp_path)) == (1, []), "asked once: another attempt would bring the same"


def test_json_within_the_limits_is_what_the_standard_reader_gives() -> None:
    answer = b'{"a": [1.5, -2, 1e3, 0, null, true, "Infinity", 1000000000000000], "b": ' + b"[" * 39 + b"]" * 39 + b"}"
    assert fence.loads(answer) == json.loads(answer)
    with pytest.raises(ValueError, match="Expecting value"):
        fence.loads(b"<html>")


def test_an_answer_larger_than_the_limit_is_given_up_before_it_fills_the_memory(
    connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fence, "ANSWER", fence.Limits(most=2_000_000))
    sent = []

    def endless(connection: socket.socket, _: int) -> None:
        connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        while True:
            connection.sendall(b"10000\r\n" + b" " * 0x10000 + b"\r\n")
            sent.append(0x10000)

    with service(endless) as base, pytest.raises(SourceError, match=r"the answer is larger than 2 MB\.$"):
        connect(base).get(HOST, "/x")
    assert 2_000_000 < sum(sent) < 20_000_000 and kept(tmp_path) == []


def drip_head(connection: socket.socket, _: int) -> None:
    connection.sendall(HEAD + b"X-Long: ")
    while True:
        connection.sendall(b"x")
        time.sleep(0.05)


def drip_body(connection: socket.socket, _: int) -> None:
    connection.sendall(HEAD + b"Content-Length: 100000\r\n\r\n")
    while True:
        connection.sendall(b" ")
        time.sleep(0.05)


def silent_body(connection: socket.socket, _: int) -> None:
    """What is whole without its length where its connection ends."""
    connection.sendall(HEAD + b"Connection: close\r\n\r\n[1]")
    time.sleep(20)


@pytest.mark.parametrize("drip", [drip_head, drip_body, silent_body])
def test_a_service_that_drips_is_given_up_in_time_and_its_answer_is_not_taken_for_whole(
    drip: Callable[[socket.socket, int], None], connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fence, "ANSWER", fence.Limits(seconds=0.5))
    with service(drip) as base, pytest.raises(UnreachableError, match="the answer took longer than 0 seconds"):
        connect(base).get(HOST, "/x")
    assert kept(tmp_path) == []


def test_a_drip_on_a_connection_that_was_opened_earlier_is_given_up_too(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fence, "ANSWER", fence.Limits(seconds=0.5))

    def second_drips(connection: socket.socket, _: int) -> None:
        connection.sendall(HEAD + b"Content-Length: 3\r\n\r\n[1]")
        connection.recv(65_536)
        drip_head(connection, 1)

    with service(second_drips) as base:
        made = connect(base)
        assert made.get(HOST, "/first") == [1]
        with pytest.raises(UnreachableError, match="took longer"):
            made.get(HOST, "/second")


def test_a_stream_slower_than_any_line_is_given_up_and_a_fast_one_is_not() -> None:
    def came(bytes_a_second: int, seconds: int) -> tuple[Iterator[bytes], Callable[[], float]]:
        now = [0.0]

        def chunks() -> Iterator[bytes]:
            for _ in range(seconds):
                now[0] += 1
                yield b"x" * bytes_a_second

        return chunks(), lambda: now[0]

    slow, slow_clock = came(fence.SLOWEST - 1, 120)
    with pytest.raises(fence.TooSlowError, match="slower than 20 kB a second"):
        list(fence.bounded(slow, fence.STREAM, slow_clock))
    fast, fast_clock = came(fence.SLOWEST, 120)
    assert len(list(fence.bounded(fast, fence.STREAM, fast_clock))) == 120
    long, long_clock = came(fence.SLOWEST, int(fence.MOST_STREAM_SECONDS) + 2)
    with pytest.raises(fence.TooSlowError, match="longer than 21600 seconds"):
        for _ in fence.bounded(long, fence.STREAM, long_clock):
            pass


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "zstd", "gzip,deflate"])
def test_an_answer_compressed_more_than_once_is_refused_before_it_is_unpacked(encoding: str, connect: Connect) -> None:
    packed = gzip.compress(gzip.compress(b" " * 1_000_000))
    made = connect(
        answer=lambda _: httpx.Response(200, headers={"Content-Encoding": encoding}, stream=httpx.ByteStream(packed))
    )
    with pytest.raises(SourceError, match=rf"compressed as '{encoding}', which is not read"):
        made.get(HOST, "/x")


def test_redirects_are_counted_and_each_is_a_request(connect: Connect) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        number = int(request.url.path[1:])
        return httpx.Response(302, headers={"Location": f"/{number - 1}"}) if number else httpx.Response(200, json=[1])

    made = connect(answer=answer)
    assert made.get(HOST, "/3") == [1] and made.requests == len(asked) == 4
    with pytest.raises(SourceError, match="sends on more than 3 times"):
        made.get(HOST, "/9")
    assert made.requests == len(asked) == 8


@pytest.mark.parametrize(
    "target",
    [
        "http://service.example/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://localhost/x",
        "https://db.internal/x",
        "https://router.local./x",
        "http://other.example/x",
        "file:///etc/passwd",
    ],
)
def test_a_redirect_to_this_machine_or_network_or_out_of_https_is_not_followed(target: str, connect: Connect) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(302, headers={"Location": target})

    with pytest.raises(SourceError, match="which is not followed"):
        connect(answer=answer).get(HOST, "/x")
    assert asked == [f"{HOST}/x"]


def test_a_redirect_to_another_public_service_is_followed(connect: Connect) -> None:
    made = connect(
        answer=lambda request: (
            httpx.Response(200, json=[1])
            if request.url.host == "new.example"
            else httpx.Response(308, headers={"Location": "https://new.example/y"})
        )
    )
    assert made.post(HOST, "/x", {"a": 1}) == [1]


# ── answers whose reader fails are forgotten


@pytest.mark.parametrize("failure", [KeyError("value"), OverflowError("too large"), ZeroDivisionError()])
def test_whatever_a_reader_raises_its_answers_are_forgotten_and_those_of_others_stay(
    failure: Exception, connect: Connect, tmp_path: Path
) -> None:
    made = connect(answer=lambda _: httpx.Response(200, json=[1]))
    made.source = "paavo"
    made.get(HOST, "/good")
    good = kept(tmp_path)
    made.source = "price_index"

    def read() -> None:
        made.get(HOST, "/good")
        made.get(HOST, "/bad")
        raise failure

    with pytest.raises(SourceError, match=r"^Index: the answer came in an unknown form \("):
        update.required("Index", lambda: update.fenced(made, read), may_be_empty=False)
    assert kept(tmp_path) == good


def test_a_service_that_does_not_answer_keeps_what_has_come(connect: Connect, tmp_path: Path) -> None:
    made = connect(answer=lambda request: httpx.Response(503 if request.url.path == "/bad" else 200, json=[1]))
    made.source = "paavo"
    with pytest.raises(UnreachableError):
        update.fenced(made, lambda: [made.get(HOST, "/good"), made.get(HOST, "/bad")])
    assert len(kept(tmp_path)) == 1


@pytest.mark.parametrize("value", [float("inf"), -float("inf"), 1e308])
def test_a_text_that_became_infinite_is_refused(value: float, connect: Connect) -> None:
    frames = ([pd.DataFrame({"name": ["a"]})], (pd.DataFrame({"name": ["a", "b"], "value": [1.0, value]}), ()))
    made = connect(answer=lambda _: httpx.Response(200))
    made.source = "vipunen"
    with pytest.raises(SourceError, match="vipunen: the answers hold a number in value that no figure can be"):
        update.fenced(made, lambda: frames)
    whole = pd.DataFrame({"name": ["a", "b"], "value": [1.0, float("nan")]})
    assert update.fenced(made, lambda: whole) is whole


# ── streams


def test_a_row_of_a_taxonomy_without_an_end_is_refused() -> None:
    def chunks() -> Iterator[bytes]:
        yield b'[{"tunnusluku": "'
        while True:
            yield b"x" * 100_000

    with pytest.raises(fence.RefusedError, match="a row of the answer is larger than 1 MB"):
        list(taxonomy.rows(chunks()))
    with pytest.raises(TransientError):
        list(taxonomy.rows(iter([b"[{}"])))


def test_rows_of_a_taxonomy_are_any_number_while_each_is_small() -> None:
    row = b'{"tunnusluku": "' + b"x" * 10_000 + b'"},'
    assert sum(1 for _ in taxonomy.rows(iter([b"[", *[row] * 500, b"{}]"]))) == 501


def test_what_is_kept_of_a_stream_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fence, "MOST_BYTES", 1_000_000)
    assert fence.few([["a"], ["b"]]) == [["a"], ["b"]]
    with pytest.raises(fence.RefusedError, match="more than 1 MB of the answer would have to be kept"):
        fence.few(itertools.repeat(["x" * 1000]))
