"""The copy of a browser: read and brought back by its own pages alone, by its own key, and never over what is there."""

import json
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

import app
from kuntamittari.ui import workspace as workspaces
from kuntamittari.ui.workspace import WORKSPACES, StoredWorkspace
from kuntamittari.uploads import workspace
from kuntamittari.uploads.assessment import Action, Assessment
from kuntamittari.uploads.own_figures import Figure, Measure
from kuntamittari.uploads.workspace import Workspace
from kuntamittari.web import desk
from kuntamittari.web.desk import DeskMiddleware

KEY = "k" * 43
OWN = Workspace(
    measures=(Measure(id="own_beds", name="Bäddar", unit="st"),),
    figures=(Figure(municipality="837", year=2018, measure="own_beds", value=411.5, status="final"),),
)
ASKED = {"X-Kuntamittari-Desk": "1"}


@pytest.fixture
def client() -> Iterator[TestClient]:
    """A browser with a key, on a server that knows nothing of it."""
    WORKSPACES.clear(KEY)
    yield TestClient(app.app, cookies={"kuntamittari-desk": KEY})
    WORKSPACES.clear(KEY)


def test_what_the_server_has_lost_is_brought_back_as_it_was(client: TestClient) -> None:
    WORKSPACES.put(KEY, StoredWorkspace(OWN))
    tag = WORKSPACES.get(KEY).tag
    copy = client.get("/desk", headers=ASKED)
    assert copy.status_code == 200 and copy.headers["cache-control"] == "no-store"
    assert workspace.of_file(copy.content) == OWN
    assert (copy.headers["cross-origin-resource-policy"], copy.headers["x-content-type-options"]) == (
        "same-origin",
        "nosniff",
    )
    WORKSPACES.clear(KEY)
    assert client.get("/desk", headers=ASKED).status_code == 204
    of = {"X-Kuntamittari-Desk": tag.split("-")[0]}
    assert client.put("/desk", headers=of, content=copy.content).status_code == 204
    assert WORKSPACES.get(KEY).workspace == OWN and WORKSPACES.get(KEY).tag == tag


def test_a_copy_never_takes_the_place_of_what_is_there(client: TestClient) -> None:
    WORKSPACES.put(KEY, StoredWorkspace(OWN))
    other = workspace.file(OWN.model_copy(update={"figures": ()}))
    assert (
        client.put(
            "/desk", headers=ASKED | {"X-Kuntamittari-Desk": WORKSPACES.get(KEY).born}, content=other
        ).status_code
        == 409
    )
    assert WORKSPACES.get(KEY).workspace == OWN
    WORKSPACES.clear(KEY)
    assert client.put("/desk", headers=ASKED, content=workspace.file(workspace.EMPTY)).status_code == 409
    assert workspaces.read(KEY) is None


def test_what_was_begun_after_the_server_had_lost_the_rest_is_laid_over_it(client: TestClient) -> None:
    """A reader who saves before the copy is back would otherwise lose all earlier work."""
    older = OWN.model_copy(update={"assessments": (assessed("Ennen", actions=("a",)), assessed("Toinen", 2019))})
    newer = Workspace(assessments=(assessed("Nyt", part="1.2", actions=("a", "b")),))
    WORKSPACES.put(KEY, StoredWorkspace(newer, born="0000beef"))
    answer = client.put("/desk", headers={"X-Kuntamittari-Desk": "0000abcd"}, content=workspace.file(older))
    both = WORKSPACES.get(KEY)
    assert answer.status_code == 204 and both.born == "0000beef"
    assert (both.workspace.measures, both.workspace.figures) == (OWN.measures, OWN.figures)
    first, second = both.workspace.assessments
    assert first.evidence == {"1.1": "Ennen", "1.2": "Nyt"} and [one.what for one in first.actions] == ["a", "b"]
    assert second == older.assessments[1]


def assessed(words: str, year: int = 2018, part: str = "1.1", actions: tuple[str, ...] = ()) -> Assessment:
    """A self-assessment with one text."""
    to_do = tuple(Action(part="1.1", what=what) for what in actions)
    return Assessment(municipality="837", year=year, evidence={part: words}, actions=to_do)


@pytest.mark.parametrize("headers", [{}, ASKED | {"Sec-Fetch-Site": "cross-site"}, ASKED | {"Sec-Fetch-Site": "none"}])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_another_site_gets_and_changes_nothing(client: TestClient, method: str, headers: dict[str, str]) -> None:
    WORKSPACES.put(KEY, StoredWorkspace(OWN))
    answer = client.request(method, "/desk", headers=headers)
    assert (answer.status_code, answer.content) == (403, b"") and WORKSPACES.get(KEY).workspace == OWN
    assert "access-control-allow-origin" not in answer.headers
    asked_before = client.options("/desk", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in asked_before.headers


def test_without_a_key_there_is_nothing_to_read_or_to_bring_back(client: TestClient) -> None:
    client.cookies.clear()
    for cookie in (None, "x" * 42, "../" * 15):
        headers = ASKED | ({"Cookie": f"kuntamittari-desk={cookie}"} if cookie else {})
        assert client.get("/desk", headers=headers).status_code == 204
        assert client.put("/desk", headers=headers, content=workspace.file(OWN)).status_code == 409


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"[" * 100_000,
        b'{"figures": ' + b"[" * 5_000 + b"]" * 5_000 + b"}",
        json.dumps({"figures": [{"municipality": "837"}]}).encode(),
        b'{"figures": [{"municipality": "837", "year": 2018, "measure": "own_beds", "value": Infinity}]}',
        b"\xff\xfe",
    ],
)
def test_a_copy_that_is_none_is_refused(client: TestClient, content: bytes) -> None:
    assert client.put("/desk", headers=ASKED, content=content).status_code in (400, 409)
    assert WORKSPACES.get(KEY) is None


def test_a_copy_that_is_too_large_is_not_read(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "LARGEST", 1_000)
    assert client.put("/desk", headers=ASKED, content=b" " * 1_001).status_code == 413


def test_one_address_brings_back_a_bounded_number_of_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "RESTORES_AT_ONCE", 2)
    made = DeskMiddleware(app.app, app.desk)
    assert [made._may_restore("a") for _ in range(4)] == [True, True, False, False] and made._may_restore("b")


def test_one_button_wipes_the_memory_of_the_server_too(client: TestClient) -> None:
    WORKSPACES.put(KEY, StoredWorkspace(OWN))
    assert client.delete("/desk", headers=ASKED).status_code == 204
    assert WORKSPACES.get(KEY) is None
