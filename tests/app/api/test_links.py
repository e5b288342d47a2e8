"""Each answer names the data it is from, their licence and the page that shows the same."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from starlette.testclient import TestClient

from kuntamittari.exhibits import page_context
from kuntamittari.query import database
from kuntamittari.ui.sections import paths
from kuntamittari.web import api

BASIC = "basic_education_cost_per_7_15"
OF_TAMPERE = {"municipality": "837", "indicator": BASIC}
QUESTIONS = {
    "/v1/municipalities": ({}, "/", {}),
    "/v1/indicators": ({}, "/indikaattorit", {}),
    f"/v1/indicators/{BASIC}": ({}, "/indikaattorit", {"mittari": BASIC}),
    "/v1/search": ({"query": "koulu", "lang": "sv"}, "/", {"kieli": "sv"}),
    "/v1/values": (
        {"indicator": BASIC, "municipality": "837,091,049", "year": "2018"},
        "/vertailu",
        {"mittari": BASIC, "kunta": "837", "kunnat": "091,049", "vuosi": "2018"},
    ),
    "/v1/benchmark": (
        OF_TAMPERE | {"year": "2018", "group": "own", "kunnat": "837,091"},
        "/vertailu",
        {"mittari": BASIC, "kunta": "837", "ryhma": "own", "kunnat": "837,091", "vuosi": "2018"},
    ),
    "/v1/peers": ({"municipality": "837", "n": "5"}, "/verrokit", {"kunta": "837", "ryhma": "similar", "n": "5"}),
    "/v1/gaps": (
        {"municipality": "alue:Seutu:837,091", "group": "largest-20"},
        "/kustannukset",
        {"alue": "Seutu:091,837", "ryhma": "largest-20", "kuva": "erot"},
    ),
    "/v1/verify": (
        {"text": "Tampere perusopetus 8 529 € 2018", "lang": "sv"},
        "/vertailu",
        {"kieli": "sv", "kunta": "837", "mittari": BASIC, "vuosi": "2018", "ryhma": "largest-20"},
    ),
    "/v1/year": ({"municipality": "837"}, "/kuntakortti", {"kunta": "837", "ryhma": "largest-20"}),
    "/v1/budgets": (OF_TAMPERE, "/vertailu", {"mittari": BASIC, "kunta": "837", "ryhma": "largest-20"}),
    "/v1/beside-statistics": (OF_TAMPERE, "/vertailu", {"mittari": BASIC, "kunta": "837"}),
}
WITHOUT_META = {"/v1/datapackage", "/v1/files/{name}", "/v1/catalog", "/v1/croissant", "/v1/indicators/{id}"}


def test_the_questions_are_of_every_address_that_answers_with_meta() -> None:
    described = TestClient(api.create()).get("/v1/openapi.json").json()["paths"]
    assert described.keys() - WITHOUT_META <= QUESTIONS.keys()


@pytest.mark.parametrize("path", QUESTIONS)
def test_an_answer_names_data_version_licence_and_the_page_of_the_same_view(path: str) -> None:
    query, page, shown = QUESTIONS[path]
    asked = TestClient(api.create(), base_url="https://figures.example").get(
        path, params=query, headers={"X-Forwarded-Prefix": "/kunta"}
    )
    about = asked.json()["meta"]
    assert (about["data_version"], about["licence"]) == (database.current().snapshot.digest, "CC BY 4.0")
    link = urlsplit(about["link"])
    assert (link.scheme, link.netloc) == ("https", "figures.example")
    assert link.path.removeprefix("/kunta") == page and page in paths()
    chosen = dict(parse_qsl(link.query))
    assert chosen == shown
    assert page_context.read(chosen).notices == ()
    assert "X-Forwarded-Prefix" in asked.headers["vary"]
