"""What the operator asks: alive, ready, and the numbers, which nobody else gets."""

from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from kuntamittari.web import health
from kuntamittari.web.budgets.counts import COUNTS
from kuntamittari.web.budgets.readers import Readers
from kuntamittari.web.budgets.work import BusyError
from kuntamittari.web.health import HealthMiddleware

LOADED: Future[None] = Future()
LOADED.set_result(None)


def asked(loaded: Future[None] = LOADED, host: str = "127.0.0.1") -> TestClient:
    """A client of the middleware around an application that answers everything by "passed on"."""
    return TestClient(HealthMiddleware(PlainTextResponse("passed on"), lambda: loaded), client=(host, 1))


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Numbers that are told."""
    monkeypatch.setenv("KUNTAMITTARI_METRICS", "on")
    yield


def test_alive_at_once_and_ready_when_pages_can_be_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    loading: Future[None] = Future()
    assert asked(loading).get("/healthz").text == "alive\n"
    waiting = asked(loading).get("/readyz")
    assert waiting.status_code == 503 and waiting.headers["retry-after"] == "5"
    loading.set_result(None)
    ready = asked(loading).get("/readyz")
    assert (ready.status_code, ready.text, ready.headers["cache-control"]) == (200, "ready\n", "no-store")
    failed: Future[None] = Future()
    failed.set_exception(OSError())
    assert asked(failed).get("/readyz").status_code == 503
    monkeypatch.setenv("KUNTAMITTARI_DATA", str(tmp_path))
    assert asked(loading).get("/readyz").status_code == 503, "without data it answers nobody"


@pytest.mark.usefixtures("on")
def test_numbers_are_told_without_readers() -> None:
    readers, before = Readers(), dict(COUNTS)
    page = readers.open("192.0.2.77")
    assert page is not None
    readers.begun(page)
    BusyError(1, own=True)
    told = asked().get("/metrics")
    assert told.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = dict(line.rsplit(" ", 1) for line in told.text.splitlines() if not line.startswith("#"))
    assert int(lines["kuntamittari_choices_total"]) == before["choices"] + 1
    assert int(lines["kuntamittari_refused_work_total"]) == before["refused_work"] + 1
    assert int(lines["kuntamittari_memory_bytes"]) > 50_000_000
    assert any(name.startswith('kuntamittari_data_info{version="') for name in lines)
    assert int(lines['kuntamittari_source_age_days{source="kta_costs"}']) >= 0
    assert "192.0.2" not in told.text
    assert told.text.count("# TYPE") == told.text.count("# HELP") >= 10


@pytest.mark.usefixtures("on")
@pytest.mark.parametrize(
    ("host", "headers"),
    [
        ("192.0.2.1", {}),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.1"}),
        ("127.0.0.1", {"Forwarded": "for=192.0.2.1"}),
        ("127.0.0.1", {"Via": "1.1 proxy"}),
    ],
)
def test_nobody_else_gets_the_numbers(host: str, headers: dict[str, str]) -> None:
    assert asked(host=host).get("/metrics", headers=headers).text == "passed on"


def test_numbers_are_off_unless_they_are_switched_on() -> None:
    assert asked().get("/metrics").text == "passed on"
    assert asked().get("/anything").text == asked().post("/healthz").text == "passed on"


def test_memory_is_told_where_the_system_does_not_count_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(health, "STATM", tmp_path / "none")
    assert health.memory() > 50_000_000
