"""Field case 18: programs ask with HEAD first, write codes as numbers, end a path with a slash and read faults."""

from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send
from streamlit.file_util import get_static_dir

import app
from kuntamittari.ui.sections import places
from kuntamittari.web.api import routes
from kuntamittari.web.assets import Assets
from kuntamittari.web.edge import EdgeMiddleware

BASIC = "basic_education_cost_per_7_15"
VALUES = f"/api/v1/values?indicator={BASIC}&year=2018&municipality="
ANSWERED = (
    VALUES + "091",
    VALUES + "091&format=csv",
    VALUES + "091&format=parquet",
    "/api/v1/indicators",
    "/api/v1/catalog",
    "/api/v1/openapi.json",
    "/api/v1/docs",
    "/api/v1/docs-assets/swagger-ui.css",
    "/api/v1/nothing",
    "/api/v1/values",
    "/api",
    "/",
    "/vertailu?kunta=091",
    "/vertailut/",
    "/VERTAILU/",
    "/favicon.png",
    "/manifest.json",
    "/_stcore/health",
)


@pytest.fixture
def client() -> TestClient:
    """Everything the process serves."""
    return TestClient(app.app, follow_redirects=False)


@pytest.mark.parametrize("accept", ["*/*", "text/html"])
@pytest.mark.parametrize("path", [*ANSWERED, min(Assets(Path(get_static_dir())).names)])
def test_head_is_answered_as_get_without_the_body(client: TestClient, path: str, accept: str) -> None:
    def headers(answer: Any) -> dict[str, str]:
        return {name: value for name, value in answer.headers.items() if name not in ("date", "set-cookie")}

    said = {"Accept": accept, "Accept-Encoding": "identity", "Cookie": ""}
    asked, head = (client.request(method, path, headers=said) for method in ("GET", "HEAD"))
    assert (head.status_code, head.content) == (asked.status_code, b"") and head.status_code < 405
    assert headers(head) == headers(asked)
    assert "content-length" not in asked.headers or int(head.headers["content-length"]) == len(asked.content)


def test_who_has_the_answer_is_told_so_for_head_too(client: TestClient) -> None:
    tag = client.head(VALUES + "091").headers["etag"]
    assert client.head(VALUES + "091", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("written", ["91", "091", "91.0", "KU091", "ku%2091"])
def test_a_code_written_as_a_number_is_understood_at_every_door(client: TestClient, written: str) -> None:
    for path in (
        VALUES + written,
        f"/api/v1/benchmark?indicator={BASIC}&year=2018&municipality={written}",
        f"/api/v1/peers?municipality={written}",
    ):
        answer = client.get(path)
        assert answer.status_code == 200 and answer.json()["values"][0]["municipality"] == "091", path
    listed = client.get(f"/api/v1/values?indicator={BASIC}&year=2018&group=own&kunnat=49,{written},837").json()
    assert [row["municipality"] for row in listed["values"]] == ["049", "091", "837"]


@pytest.mark.parametrize("written", ["0837", "8370", "1", "91.5", "Espoo"])
def test_what_is_no_code_is_refused_as_it_was_written(client: TestClient, written: str) -> None:
    answer = client.get(VALUES + written)
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert (error["code"], error["field"]) == ("unknown_municipality", "municipality") and repr(written) in error[
        "message"
    ]


@pytest.mark.parametrize(
    "path",
    ["/api/v1/values/?indicator=" + BASIC, "/api/v1/indicators/", f"/api/v1/indicators/{BASIC}/", "/api/v1/catalog//"],
)
def test_a_slash_at_the_end_of_a_path_changes_nothing(client: TestClient, path: str) -> None:
    with_slash, without = client.get(path), client.get(path.replace("/?", "?").rstrip("/"))
    assert (with_slash.status_code, with_slash.content) == (200, without.content)


@pytest.mark.parametrize("path", ["/api/v1/docs", "/api/v1/openapi.json"])
def test_what_holds_relative_addresses_is_found_without_the_slash(client: TestClient, path: str) -> None:
    moved = client.get(f"{path}/")
    assert moved.status_code == 307 and moved.headers["location"] == f"../../..{path}"


@pytest.mark.parametrize("name", ["utm_source", "fbclid", "_"])
def test_what_was_added_to_a_link_or_against_caches_is_ignored(client: TestClient, name: str) -> None:
    assert client.get(f"{VALUES}091&{name}=1").json() == client.get(VALUES + "091").json()


FAULTS = {
    "404": ("GET", "/api/v1/nothing", {}, 404, "not_found"),
    "404 of a file": ("GET", "/api/v1/docs-assets/nothing.js", {}, 404, "not_found"),
    "405": ("POST", "/api/v1/values", {}, 405, "method_not_allowed"),
    "422 of the framework": ("GET", "/api/v1/peers?municipality=837&n=x", {}, 400, "invalid_parameter"),
    "of a path": ("GET", "/api/v1/indicators/nothing", {}, 404, "unknown_id"),
    "a foreign method": (
        "OPTIONS",
        "/api/v1/values",
        {"Origin": "https://a.example", "Access-Control-Request-Method": "DELETE"},
        400,
        "bad_request",
    ),
}


@pytest.mark.parametrize(("method", "path", "headers", "status", "code"), FAULTS.values(), ids=FAULTS)
def test_every_fault_is_json(
    client: TestClient, method: str, path: str, headers: dict[str, str], status: int, code: str
) -> None:
    answer = client.request(method, path, headers={"Accept": "text/html"} | headers)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/json")
    assert answer.json()["error"]["code"] == code


@pytest.mark.parametrize(("method", "place"), [("GET", "049,092,853"), ("HEAD", "049,092,564")])  # not asked before
def test_a_fault_of_ours_is_json(monkeypatch: pytest.MonkeyPatch, method: str, place: str) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(routes, "meta", broken)
    answer = TestClient(app.app, raise_server_exceptions=False).request(method, VALUES + place)
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/json")
    assert method == "HEAD" or answer.json()["error"]["code"] == "internal_error"
    assert "secret" not in answer.text


@pytest.mark.parametrize("answered", [False, True], ids=["raised", "plain text"])
def test_a_fault_below_the_interface_is_json_too(answered: bool) -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        if not answered:
            raise RuntimeError("secret")
        await PlainTextResponse("Internal Server Error: secret", 500)(scope, receive, send)

    ready = Future[None]()
    ready.set_result(None)
    edge = EdgeMiddleware(broken, places(), lambda: True, lambda: ready, Assets(Path(get_static_dir())))
    answer = TestClient(edge, raise_server_exceptions=False).get("/api/v1/values")
    assert answer.status_code == 500
    assert answer.json()["error"] == {
        "code": "internal_error",
        "message": "The answer could not be made. The fault is ours and was logged.",
        "field": None,
    }
