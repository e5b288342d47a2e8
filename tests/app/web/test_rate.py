"""How often one may ask the interface."""

import pytest
from starlette.testclient import TestClient

from kuntamittari import settings
from kuntamittari.web import api
from kuntamittari.web.api import rate
from kuntamittari.web.api.rate import Rate, who

# how often one may ask


def test_who_asks_too_often_is_told_when_to_come_back_in_the_shape_of_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUNTAMITTARI_API_RATE", "24")
    with TestClient(api.create(), client=("192.0.2.1", 1)) as one:
        answers = [one.get(f"/v1/search?query={word}") for word in ("koulu", "vanhus", "velka", "vero")]
        assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
        error = answers[2].json()["error"]
        assert list(error) == ["code", "message", "field"] and error["code"] == "too_many_requests"
        assert 1 <= int(answers[2].headers["retry-after"]) <= 3
        tag = answers[0].headers["etag"]
        assert one.get("/v1/search?query=koulu", headers={"If-None-Match": tag}).status_code == 304, (
            "what costs nothing is not counted"
        )
        assert one.get("/v1/search?query=vanhus").status_code == 200, "it is kept"
        assert one.get("/v1/docs").status_code == 200
        described = one.get("/v1/openapi.json").json()["paths"].values()
        assert all("Retry-After" in path["get"]["responses"]["429"]["headers"] for path in described)
        monkeypatch.setenv("KUNTAMITTARI_API_RATE", "0")
        assert one.get("/v1/municipalities").status_code == 200


def test_a_bucket_fills_steadily_up_to_its_room_and_is_of_one_address() -> None:
    bucket = Rate()
    assert [bucket.wait("a", 2, 100) for _ in range(11)] == [0] * 10 + [0.5]
    assert bucket.wait("b", 2, 100) == 0
    assert [bucket.wait("a", 2, 100.75) for _ in range(2)] == [0, 0.25]
    assert [bucket.wait("a", 2, 900) for _ in range(11)] == [0] * 10 + [0.5], "time does not heap it up"
    assert [bucket.wait("c", 0.01, 100) for _ in range(2)] == [0, 100], "the slowest rate lets one through"


def test_the_memory_of_who_asks_stays_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate, "MOST_KEPT", 3)
    bucket = Rate()
    for key in "abcad":
        bucket.wait(key, 1, 0)
    assert list(bucket._buckets) == ["c", "a", "d"], "who has not asked for longest goes"


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_an_address_stands_for_whom_it_can_be_of(host: str, known: str) -> None:
    assert who(host) == known


@pytest.mark.parametrize(("said", "known"), [("", 1200), ("90", 90), ("0", 0)])
def test_the_rate_is_what_the_operator_says_or_the_usual(
    said: str, known: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUNTAMITTARI_API_RATE", said)
    assert settings.api_rate() == known
