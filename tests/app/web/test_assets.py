"""The browser's part: complete, named before it is asked for, and served while the pages are still being loaded."""

import asyncio
import re
import signal
import subprocess
import sys
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send
from streamlit.file_util import get_static_dir

import app
from kuntamittari import settings
from kuntamittari.web import edge
from kuntamittari.web.assets import Assets
from kuntamittari.web.edge import PARTS, EdgeMiddleware

BUILD = Path(get_static_dir())
HEAVY = {"altair", "duckdb", "fastapi", "numpy", "pandas", "pyarrow", "pydantic"}


@pytest.fixture(scope="module")
def assets() -> Assets:
    """Streamlit's own build."""
    return Assets(BUILD)


def test_every_file_is_answered_as_it_is_and_may_be_kept_for_good(assets: Assets) -> None:
    client = TestClient(app.app)
    for path in sorted(assets.names)[::25]:
        answer = client.get(path)
        assert answer.content == (BUILD / path[1:]).read_bytes() and "immutable" in answer.headers["cache-control"], (
            path
        )
        assert answer.headers["x-content-type-options"] == "nosniff" and answer.headers["content-length"] == str(
            len(answer.content)
        )
    kinds = {path.rpartition(".")[2]: client.get(path).headers["content-type"] for path in assets.names}
    assert "javascript" in kinds["js"] and kinds["css"].startswith("text/css") and kinds["woff2"] == "font/woff2"


@pytest.mark.parametrize(
    "path",
    [
        "/static/../index.html",
        "/static/js/../../index.html",
        "/static",
        "/static/js",
        "//static/js/x",
        "/index.html",
        "/static/js/..%2f",
        "",
    ],
)
def test_nothing_else_is_read(assets: Assets, path: str) -> None:
    assert assets.get(path) is None


def test_the_document_names_all_that_its_parts_import(assets: Assets) -> None:
    page = TestClient(app.app).get("/vertailu", headers={"Accept": "text/html"}).text
    named = set(re.findall(r'<link rel="modulepreload" crossorigin href="\.([^"]+)">', page)) | set(
        re.findall(r'src="\.([^"]+)"', page)
    )
    [listed] = re.findall(r"(\[[^\[\]]*\])\.forEach\(\(module\) => import\(", page)
    run = re.findall(r'"\.(/static/js/[^"]+)"', listed)
    assert len(run) == len(PARTS) and set(run) <= named <= assets.names
    for path in named:
        imported = set(re.findall(r'(?:from|import)"\./([^"]+\.js)"', (BUILD / path[1:]).read_text(encoding="utf-8")))
        assert {f"/static/js/{name}" for name in imported} <= named, path


def test_a_part_that_the_build_has_not_is_left_out_with_a_warning(
    assets: Assets, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = assets.modules(["Selectbox", "Teleporter"])
    assert found == assets.modules(["Selectbox"]) and assets.needed([*found, "./static/js/gone.js"])
    assert [line.getMessage().split(":")[0] for line in caplog.records] == [
        "Streamlit has no module Teleporter",
        "Streamlit has no file ./static/js/gone.js",
    ]
    monkeypatch.setattr(edge, "PARTS", ("Teleporter",))
    client = TestClient(outermost(Future(), []))
    assert client.get("/vertailu", headers={"Accept": "text/html"}).text == "made", "and the service starts"


def outermost(loaded: Future[None], reached: list[str]) -> EdgeMiddleware:
    """The layer around an application that notes what reaches it."""

    async def inside(scope: Scope, receive: Receive, send: Send) -> None:
        reached.append(scope["path"])
        if scope["type"] == "http":
            await PlainTextResponse("made")(scope, receive, send)

    return EdgeMiddleware(
        inside, [("nav.compare", [("vertailu", "nav.comparison")])], lambda: True, lambda: loaded, Assets(BUILD)
    )


@pytest.mark.parametrize(
    "scope",
    [{"type": "websocket", "path": "/_stcore/stream"}, {"type": "http", "method": "GET", "path": "/api/v1/values"}],
)
def test_what_needs_the_data_waits_for_them_and_goes_on(scope: dict[str, Any]) -> None:
    loaded, reached = Future[None](), list[str]()

    async def asked() -> None:
        async def send(_: object) -> None:
            pass

        answer = asyncio.create_task(
            outermost(loaded, reached)({"headers": [], "query_string": b"", **scope}, send, send)
        )  # type: ignore
        left = asyncio.create_task(
            outermost(loaded, reached)({"headers": [], "query_string": b"", **scope}, send, send)
        )  # type: ignore
        await asyncio.sleep(0.05)
        assert not reached
        left.cancel()  # who leaves takes the others' answer along no more than the data
        await asyncio.sleep(0.05)
        loaded.set_result(None)
        await answer

    asyncio.run(asked())
    assert reached == [scope["path"]]


def test_the_document_and_its_files_do_not_wait(assets: Assets) -> None:
    client = TestClient(outermost(Future(), []))
    assert client.get("/vertailu", headers={"Accept": "text/html"}).text == "made"
    assert client.get(min(assets.names)).status_code == 200


def test_a_dashboard_that_cannot_be_loaded_ends_its_process(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[int] = []
    monkeypatch.setattr(app.os, "kill", lambda _, which: ended.append(which))

    def broken() -> None:
        raise ImportError("no such library")

    monkeypatch.setattr(app, "read", broken)
    pages: Future[None] = Future()
    app.load(pages)
    assert ended == [signal.SIGTERM] and isinstance(pages.exception(), ImportError)


def test_the_process_listens_before_it_has_imported_what_pages_are_made_with() -> None:
    said = subprocess.run(
        [sys.executable, "-c", "import sys, app; print(*sys.modules)"],
        cwd=settings.ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert not HEAVY & set(said.split())
