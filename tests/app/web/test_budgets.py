"""Budgets in the service itself: a run is counted for its connection, floods wait, and caches are nobody's to empty."""

import time
from pathlib import Path

import httpx
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection

from tests.support.server import Served, served
from tests.support.websocket import opened

FINISHED = {ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY}


def run_message(query: str = "") -> bytes:
    """What asks for a run of the front page."""
    asked = BackMsg()
    asked.rerun_script.query_string = query
    return asked.SerializeToString()


def run(socket: ClientConnection, query: str = "") -> float:
    """Run the front page; return the seconds until it is finished."""
    began = time.monotonic()
    socket.send(run_message(query))
    while True:
        told = ForwardMsg()
        told.ParseFromString(socket.recv(timeout=120, decode=False))
        if told.WhichOneof("type") == "script_finished" and told.script_finished in FINISHED:
            return time.monotonic() - began


def test_a_flood_on_one_page_leaves_another_its_answers_and_ends_with_it(dashboard: Served) -> None:
    with opened(dashboard.address, None) as other:
        run(other)
        flooding = opened(dashboard.address, None)
        message = run_message()
        for _ in range(3_000):
            flooding.send(message)
        assert [run(other, f"kunta={code}") for code in ("837", "091", "049")]
        flooding.socket.close()
        assert run(other)
    assert httpx.get(f"{dashboard.address}/_stcore/health").status_code == 200


def test_a_page_cannot_empty_the_caches_of_all(dashboard: Served) -> None:
    with opened(dashboard.address, None) as socket:
        run(socket)
        socket.send(BackMsg(clear_cache=True).SerializeToString())
        assert run(socket), "the page goes on"
    assert "clear" not in dashboard.log.read_text("utf-8").lower()


def test_pages_beyond_the_number_of_an_address_are_refused(tmp_path: Path) -> None:
    with served(tmp_path / "log", KUNTAMITTARI_CONNECTIONS="2") as base:
        with opened(base, None) as first, opened(base, None):
            run(first)
            with pytest.raises(InvalidStatus, match="HTTP 403"):
                opened(base, None)
        with opened(base, None) as again:
            assert run(again)
