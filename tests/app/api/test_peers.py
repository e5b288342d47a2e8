"""Peers by structure (docs/methods.md 7) as /v1 answers them."""

from statistics import median
from typing import Any

import pytest
from starlette.testclient import TestClient

from kuntamittari.catalog import structural_variables
from kuntamittari.query.database import Database
from kuntamittari.query.peers import structure
from kuntamittari.stats import peers
from kuntamittari.web import api

YEAR = 2018
TAMPERE, HELSINKI, MUSTASAARI, ALAJARVI, MANTYHARJU = "837", "091", "499", "005", "507"
AGES = {"basic_education": (7, 15), "elderly_care": (65, 120), None: (0, 120)}
BASIC = "basic_education_cost_per_7_15"


# the interface


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(api.create())


def answered(client: TestClient, path: str, **query: Any) -> list[dict[str, Any]]:
    """The values of an answer that must succeed."""
    answer = client.get(f"/v1/{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()["values"]


@pytest.mark.parametrize("service", AGES)
@pytest.mark.parametrize("n", [5, 10, 15])
def test_the_interface_answers_the_municipality_and_then_its_peers(
    client: TestClient, bundle: Database, n: int, service: str | None
) -> None:
    query = {"municipality": TAMPERE, "year": str(YEAR), "n": n} | ({"service": service} if service else {})
    own, *others = answered(client, "peers", **query)
    found = structure.structure(bundle, service, YEAR)
    expected = peers.ranked(
        found, TAMPERE, structural_variables.usual_weights(), peers.candidates(found, TAMPERE, aland=False)
    )[:n]
    assert (own["rank"], own["municipality"], own["distance"], own["values"]) == (0, TAMPERE, 0, found.values[TAMPERE])
    assert [(row["rank"], row["municipality"]) for row in others] == [
        (k, peer.municipality) for k, peer in enumerate(expected, 1)
    ]
    assert [row["distance"] for row in others] == pytest.approx([peer.distance for peer in expected])
    assert [row["parts"] for row in others] == [pytest.approx(peer.parts) for peer in expected]


def test_ten_peers_of_the_last_year_is_what_a_reader_gets_unasked(client: TestClient, bundle: Database) -> None:
    last = str(bundle.snapshot.manifest["years"][-1])
    assert answered(client, "peers", municipality=TAMPERE) == answered(
        client, "peers", municipality=TAMPERE, year=last, n=10
    )


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("peers", {"n": 4}),
        ("peers", {"n": 16}),
        ("peers", {"n": 0}),
        ("peers", {"n": -5}),
        ("peers", {"n": "ten"}),
        ("peers", {"n": "7.5"}),
        ("peers", {"service": "circus"}),
        ("peers", {"service": ""}),
        ("peers", {"municipality": "MA1"}),
        ("peers", {"municipality": "999"}),
        ("peers", {"municipality": "837,091"}),
        ("peers", {"year": "1917"}),
        ("peers", {"aland": "2"}),
        ("peers", {"municipality": "005"}),  # known, but not loaded
        ("values", {"indicator": BASIC, "group": "similar", "municipality": ""}),
        ("values", {"indicator": BASIC, "group": "similar", "municipality": "837,091"}),
        ("values", {"indicator": BASIC, "group": "similar", "municipality": "MA1"}),
        ("values", {"indicator": BASIC, "municipality": TAMPERE, "group": "similar", "kunnat": "091"}),
        ("benchmark", {"indicator": BASIC, "year": "2018", "group": "similar", "municipality": "MA1"}),
        (
            "benchmark",
            {"indicator": BASIC, "year": "2018", "municipality": TAMPERE, "group": "similar", "kunnat": "091"},
        ),
    ],
)
def test_a_question_about_peers_that_has_no_answer_is_refused(
    client: TestClient, path: str, query: dict[str, Any]
) -> None:
    answer = client.get(f"/v1/{path}", params=({"municipality": TAMPERE} if path == "peers" else {}) | query)
    assert answer.status_code == 400, answer.text
    content = answer.json()
    assert list(content) == ["error"] and set(content["error"]) == {"code", "message", "field"}
    assert content["error"]["field"] == list(query)[-1]


def test_the_figures_of_peers_need_their_municipality(client: TestClient) -> None:
    error = client.get("/v1/values", params={"indicator": BASIC, "group": "similar"}).json()["error"]
    assert (error["code"], error["field"]) == ("missing_parameter", "municipality")
    rows = answered(client, "values", indicator=BASIC, group="similar", municipality=TAMPERE, year=str(YEAR))
    alike = [
        p["municipality"]
        for p in answered(client, "peers", municipality=TAMPERE, service="basic_education", year=str(YEAR))
    ]
    assert sorted(row["municipality"] for row in rows) == sorted([TAMPERE, *alike[1:]]) and len(rows) == 11


def test_a_municipality_is_compared_with_itself_and_its_ten_peers(client: TestClient) -> None:
    [row] = answered(client, "benchmark", indicator=BASIC, municipality=TAMPERE, year=str(YEAR), group="similar")
    alike = [
        p["municipality"]
        for p in answered(client, "peers", municipality=TAMPERE, service="basic_education", year=str(YEAR))
    ]
    figures = answered(client, "values", indicator=BASIC, municipality=",".join(alike), year=str(YEAR))
    assert (row["n"], row["members"], row["member"], row["municipality"], row["group"]) == (
        11,
        11,
        True,
        TAMPERE,
        "similar",
    )
    assert len(figures) == 11
    assert row["median"] == pytest.approx(median(f["value"] for f in figures))
    assert row["ratio_of_sums"] == pytest.approx(
        sum(f["numerator"] for f in figures) / sum(f["denominator"] for f in figures)
    )
    assert row["rank"] == 1 + sum(f["value"] < row["value"] for f in figures)


# of the same need, and neighbours


def test_peers_of_the_same_need_have_two_variables(client: TestClient) -> None:
    own, *others = answered(client, "peers", municipality=TAMPERE, service="basic_education", group="same-need", n=5)
    assert set(own["values"]) == {"population", "expected_cost"} and len(others) == 5
    apart = [row["distance"] for row in others]
    assert apart == sorted(apart) and all(row["near_in_size"] for row in others), "there is no bound of sizes"
    for row in others:
        assert sum(row["parts"].values()) == pytest.approx(row["distance"] ** 2)
    [compared] = answered(client, "benchmark", indicator=BASIC, municipality=TAMPERE, year="2019", group="same-need")
    assert compared["group"] == "same-need" and compared["members"] == 11 and compared["ranked"] == 11


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("peers", {"municipality": TAMPERE, "service": "library"}),
        ("benchmark", {"municipality": TAMPERE, "indicator": "library_cost_per_resident", "year": "2019"}),
        ("benchmark", {"municipality": TAMPERE, "indicator": "loans_per_resident", "year": "2019"}),
        ("gaps", {"municipality": TAMPERE}),
    ],
)
def test_need_that_is_not_known_is_refused_with_the_reason(client: TestClient, path: str, query: dict) -> None:
    answer = client.get(f"/v1/{path}", params=query | {"group": "same-need"})
    error = answer.json()["error"]
    assert answer.status_code == 400 and (error["code"], error["field"]) == ("unknown_need", "group")
    assert error["message"].endswith("ask for group=similar.")


def test_need_of_a_municipality_that_is_not_loaded_is_refused(client: TestClient) -> None:
    query = {"municipality": "061", "service": "basic_education", "group": "same-need"}
    answer = client.get("/v1/peers", params=query)
    assert answer.status_code == 400 and "061 are not loaded" in answer.json()["error"]["message"]


def test_neighbours_are_a_group_and_their_lack_is_told(client: TestClient) -> None:
    query = {"indicator": BASIC, "year": "2018", "group": "neighbours"}
    [tampere] = answered(client, "benchmark", municipality=TAMPERE, **query)
    assert (tampere["group"], tampere["members"]) == ("similar", 11), "in the bundle it has no neighbour"
    values = answered(client, "values", indicator=BASIC, year="2018", group="neighbours", municipality=HELSINKI)
    assert len(values) == 11, "Espoo and Vantaa alone are loaded"


def test_the_deviation_stands_beside_the_figure(client: TestClient) -> None:
    query = {"municipality": TAMPERE, "year": "2018", "group": "largest-20"}
    [basic] = answered(client, "benchmark", indicator=BASIC, **query)
    assert basic["deviation"] == pytest.approx(100 * (basic["value"] / basic["expected"] - 1))
    assert basic["deviation_rank_low"] <= basic["deviation_rank"] <= basic["deviation_rank_high"]
    [social] = answered(client, "benchmark", indicator="social_health_cost_per_resident", **query)
    assert social["judgement"] in ("strong", "near", "middle", "weak") and social["unjudged"] is None
    [library] = answered(client, "benchmark", indicator="library_cost_per_resident", **query)
    assert library["expected"] is library["deviation"] is None
