"""What protects the service and its users (SECURITY.md): headers, origins, uploads; each holds when it is tried."""

import asyncio
import re
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import Future
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit.file_util import get_static_dir
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec
from websockets.exceptions import ConnectionClosed, InvalidStatus

import app
from kuntamittari.web import edge
from kuntamittari.web.assets import Assets
from kuntamittari.web.edge import DOCS, NOTHING, EdgeMiddleware, is_foreign
from tests.support.server import Served
from tests.support.websocket import opened, session_of

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Encoding": "gzip"}


# what every answer says of itself


@pytest.fixture(scope="module")
def client() -> TestClient:
    """Everything the process serves."""
    return TestClient(app.app, follow_redirects=False)


DOCUMENTS = ("/", "/vertailu?kieli=sv", DOCS)
OTHERS = (
    "/favicon.png",
    "/_stcore/health",
    "/media/nope.png",
    "/api/v1/municipalities",
    "/api/nope",
    "/api/v1/values",
    "/api/v1/openapi.json",
    "/api/v1/docs-assets/swagger-ui.css",
)


@pytest.mark.parametrize("path", [*DOCUMENTS, *OTHERS])
def test_every_answer_says_what_a_browser_may_do_with_it(client: TestClient, path: str) -> None:
    headers = client.get(path, headers=BROWSER).headers
    assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "same-origin")
    assert headers["cross-origin-opener-policy"] == "same-origin" and "camera=()" in headers["permissions-policy"]
    assert headers["cross-origin-resource-policy"] == ("cross-origin" if path.startswith("/api") else "same-origin")
    document = path in DOCUMENTS
    assert headers["x-frame-options"] == ("SAMEORIGIN" if document else "DENY")
    assert (headers["content-security-policy"] == NOTHING) is not document
    assert ("frame-ancestors 'self'" if document else "frame-ancestors 'none'") in headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/nope", "//x.fi/a"])
def test_the_document_of_an_unknown_page_runs_and_loads_nothing_and_has_its_own_style(
    client: TestClient, path: str
) -> None:
    answer = client.get(path, headers=BROWSER)
    policy = dict(part.strip().partition(" ")[::2] for part in answer.headers["content-security-policy"].split(";"))
    [style] = re.findall("<style>(.*?)</style>", answer.text, re.DOTALL)
    assert policy == {
        "style-src": f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'",
        **dict.fromkeys(("default-src", "base-uri", "form-action", "frame-ancestors"), "'none'"),
    }
    assert (answer.status_code, answer.headers["x-frame-options"]) == (404, "DENY")
    assert answer.headers["x-content-type-options"] == "nosniff" and "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_document_may_run_its_own_scripts_and_no_others(client: TestClient, path: str) -> None:
    app.loaded().result()
    client.get(path, headers=BROWSER)  # sets the cookie, without which an answer is not kept
    answer = client.get(path, headers=BROWSER)
    again = client.get(path, headers=BROWSER | {"If-None-Match": answer.headers.get("etag", "x")})
    assert again.status_code == (200 if path == DOCS else 304)
    assert again.headers["content-security-policy"] == answer.headers["content-security-policy"]
    policy = dict(part.strip().partition(" ")[::2] for part in answer.headers["content-security-policy"].split(";"))
    inline = re.findall(r"<script>(.*?)</script>", answer.text, re.DOTALL)
    hashes = {f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in inline}
    assert inline and set(policy["script-src"].split()) == {"'self'", "'wasm-unsafe-eval'", "blob:", *hashes}
    assert (
        policy["default-src"] == policy["base-uri"] == policy["form-action"] == "'none'" and "object-src" not in policy
    )
    assert all(
        ":" not in source or source in ("data:", "blob:") for sources in policy.values() for source in sources.split()
    )


def test_the_policy_is_of_the_document_at_hand() -> None:
    assert edge.policy(b"<script>a()</script>") != edge.policy(b"<script>b()</script>")
    assert "sha256" not in edge.policy(b"<script src='x'></script><p onclick='a()'>")


# what Streamlit's own fences are said to do


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://localhost:1", "http://127.0.0.1:1", "http://["]
)
def test_a_page_of_another_origin_cannot_open_a_websocket(dashboard: Served, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        opened(dashboard.address, origin)
    assert refused.value.response.status_code == 403


def test_a_foreign_origin_is_told_without_asking_anybody() -> None:
    """Streamlit would ask a service elsewhere for the address of this machine, in the one thread that answers
    everybody."""

    def scope(**headers: str) -> dict[str, Any]:
        return {"headers": [(name.encode(), value.encode()) for name, value in headers.items()]}

    assert is_foreign(scope(host="kunta.example", origin="https://evil.example"))
    assert is_foreign(scope(host="kunta.example", origin="https://kunta.example:444"))
    assert not is_foreign(scope(host="Kunta.example", origin="https://kunta.example"))
    assert not is_foreign(scope(host="kunta.example")), "programs say no origin"


SECRET = "Salainen;Åäö;4711"


@pytest.fixture(scope="module")
def upload(dashboard: Served) -> Iterator[tuple[httpx.Client, str, str]]:
    """A session's box for files: a client with its cookie, the address of a file and the token that goes with it."""
    with (
        opened(dashboard.address, dashboard.address) as socket,
        httpx.Client(base_url=dashboard.address, timeout=60) as client,
    ):
        session = session_of(socket)
        client.get("/_stcore/health")
        yield client, f"/_stcore/upload_file/{session}/one", client.cookies["_streamlit_xsrf"]


def body(size: int) -> Iterator[bytes]:
    """A file sent without saying how long it is."""
    yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="Salainen.csv"\r\n\r\n'
    for _ in range(size):
        yield SECRET.encode().ljust(1_000_000)
    yield b"\r\n--b--\r\n"


def test_a_file_is_taken_from_the_page_itself_alone_and_none_that_is_too_large(
    upload: tuple[httpx.Client, str, str],
) -> None:
    client, file, token = upload
    given = {"file": ("Salainen.csv", SECRET.encode(), "text/csv")}
    known, forged = {"X-Xsrftoken": token}, {"X-Xsrftoken": "2|aa|bb|1"}
    assert [client.put(file, files=given, headers=headers).status_code for headers in ({}, forged, known)] == [
        403,
        403,
        204,
    ]
    assert client.delete(file).status_code == 403
    assert client.put("/_stcore/upload_file/another/one", files=given, headers=known).status_code == 400
    large = {"file": ("Salainen.csv", b"x" * 21_000_000, "text/csv")}
    assert client.put(file, files=large, headers=known).status_code == 413
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    assert [client.put(file, content=body(size), headers=known | kind).status_code for size in (1, 25)] == [204, 413]


def test_a_message_that_is_too_large_ends_the_connection(dashboard: Served) -> None:
    with opened(dashboard.address, None) as socket, pytest.raises(ConnectionClosed):
        socket.send(b"\0" * 25_000_001)
        while True:
            socket.recv(timeout=30)


def test_files_are_refused_where_there_is_no_room_or_they_come_too_slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    async def taken(request: Request) -> PlainTextResponse:
        await asyncio.sleep(float(request.query_params["after"]))
        return PlainTextResponse("taken")

    monkeypatch.setattr(edge, "UPLOAD_SECONDS", 0.5)
    box = Starlette(routes=[Route("/file", taken, methods=["PUT"])])
    ready, assets = Future[None](), Assets(Path(get_static_dir()))
    codes = [
        TestClient(EdgeMiddleware(box, (), lambda room=room: room, lambda: ready, assets))
        .put(f"/file?after={after}")
        .status_code  # type: ignore
        for room, after in ((True, 0), (True, 30), (False, 0))
    ]
    assert codes == [200, 408, 503]


def test_there_is_room_until_the_files_of_all_readers_are_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    box = MemoryUploadedFileManager("/_stcore/upload_file")
    monkeypatch.setattr(app, "get_instance", lambda: SimpleNamespace(uploaded_file_mgr=box))
    monkeypatch.setattr(app, "MOST_UPLOADED", 1_000)
    room = []
    for reader in ("one", "another"):
        room.append(app.room())
        box.add_file(reader, UploadedFileRec(file_id=reader, name="a.csv", type="text/csv", data=b"x" * 600))
    assert [*room, app.room()] == [True, True, False]
    box.remove_session_files("one")
    assert app.room(), "who leaves makes room"
