"""Gaps (docs/methods.md 24) as /v1 answers them, beside a computation in plain pandas of the published files."""

from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pandas as pd
import pytest
from starlette.testclient import TestClient

from kuntamittari import settings
from kuntamittari.catalog import knowledge_bank
from kuntamittari.exhibits import gaps, page_context
from kuntamittari.query.database import Database
from kuntamittari.web import api
from tests.support.published.second_way import COSTS_PER_HEAD

YEAR, NORMAL = 2019, 1.6448536269514722
TAMPERE, HELSINKI, KOTKA = "837", "091", "285"
OF_DIFFERENCES = (
    "administration_cost_per_resident",
    "support_services_cost_per_resident",
)  # costs that may be negative
WHOLES = {"elderly_services_cost_per_65", "elderly_care_cost_per_75", "operating_cost_per_resident"}


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(api.create())


def answered(client: TestClient, path: str, **query: Any) -> dict[str, Any]:
    answer = client.get(f"/v1/{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


@cache
def table(name: str) -> pd.DataFrame:
    return pd.read_parquet(settings.ROOT / "data" / f"{name}.parquet")


@cache
def heads(first: int, last: int) -> pd.Series:
    """Municipality → persons of an age group: of its own row, or else of its years of age."""
    persons = table("population").query("year == @YEAR")
    whole = persons[(persons.age_from == first) & (persons.age_to == last)]
    single = persons[(persons.age_from == persons.age_to) & persons.age_from.between(first, last)]
    return (whole if len(whole) else single).groupby("municipality").persons.sum()


def unit_costs(indicator: str) -> pd.Series:
    """Municipality → euros per head."""
    classes, ages, *not_organised = COSTS_PER_HEAD[indicator]
    rows = table("finance")
    rows = rows[(rows.year == YEAR) & rows.task_class.isin(classes)]
    cost = rows.groupby("municipality").eur.sum()
    return (cost[cost != 0] if not_organised else cost) / heads(*ages)


def apart(indicator: str, one: float, other: float) -> float:
    """How much more one cost is than another, on the scale of its noise."""
    return one - other if indicator in OF_DIFFERENCES else float(np.log(one / other))


def deviation(indicator: str, residents: float) -> float:
    lines = table("models").query("model == 'noise' and subject == @indicator and first_year <= @YEAR <= last_year")
    terms = lines.set_index("term").value
    return float(np.exp((terms.intercept + terms.slope * np.log(residents)) / 2))


@pytest.mark.parametrize("municipality", [TAMPERE, HELSINKI, KOTKA])
def test_gaps_are_those_of_plain_pandas(client: TestClient, municipality: str) -> None:
    answer = answered(client, "gaps", municipality=municipality, year=YEAR)
    rows = {row["indicator"]: row for row in answer["values"]}
    left_out = {one["indicator"] for one in answer["meta"]["left_out"]}
    assert len(rows) == len(answer["values"]) and len(rows) > 12
    assert rows.keys() | left_out == COSTS_PER_HEAD.keys() - WHOLES and not rows.keys() & left_out
    residents = table("municipality").set_index("code").residents
    for indicator, row in rows.items():
        asked = {"municipality": municipality, "service": row["service"], "year": YEAR}
        peers = [peer["municipality"] for peer in answered(client, "peers", **asked)["values"]]
        values, (_, ages, *_) = unit_costs(indicator), COSTS_PER_HEAD[indicator]
        of_members = values.reindex(peers).dropna()
        own, median, users = values[municipality], of_members.median(), heads(*ages)[municipality]
        assert (row["value"], row["median"], row["n"]) == (pytest.approx(own), pytest.approx(median), len(of_members))
        assert row["euros"] == pytest.approx((own - median) * users, abs=0.01) and row["year"] == YEAR
        beyond = abs(apart(indicator, own, median)) / deviation(indicator, residents[municipality])
        assert row["firm"] is bool(beyond > NORMAL), indicator
        by_age = [reason for reason in row["reasons"] if reason["reason"] == "age_group"]
        assert bool(by_age) is (ages != (0, 120))
        if by_age:
            everybody = heads(0, 120)
            shares = (heads(*ages) / everybody).reindex(of_members.index)
            euros = (users - everybody[municipality] * shares.median()) * median
            assert by_age[0]["euros"] == pytest.approx(euros, abs=0.01)
        cheaper = [
            code
            for code in peers[1:]
            if values.get(code, 0) > 0
            and apart(indicator, own, values[code])
            > NORMAL * np.hypot(*(deviation(indicator, residents[one]) for one in (municipality, code)))
        ]
        named = row["example"]["municipality"] if row["example"] else None
        assert named is None or (row["euros"] > 0 and row["example"]["word"] == "costs_less")
        assert named is None or row["example"]["value"] == pytest.approx(values[named])
        # those that are nearer have doubtful figures; where nobody is named all of them have
        nearer = cheaper[: cheaper.index(named)] if named else cheaper if row["euros"] > 0 else []
        asked = {"indicator": indicator, "year": YEAR, "group": "own", "kunnat": ",".join(peers)}
        assert all(answered(client, "benchmark", municipality=one, **asked)["values"][0]["doubtful"] for one in nearer)


def test_firm_ones_come_first_by_euros(client: TestClient) -> None:
    for municipality in (TAMPERE, HELSINKI, KOTKA):
        rows = answered(client, "gaps", municipality=municipality, group="largest-20")["values"]
        keys = [(row["firm"] is not True, -row["euros"]) for row in rows]
        assert keys == sorted(keys) and {row["firm"] for row in rows} == {True, False}


def test_links_lead_from_the_gap_to_the_peer_and_to_the_case(client: TestClient) -> None:
    rows = answered(client, "gaps", municipality=TAMPERE)["values"]
    cases = 0
    for row in rows:
        assert (row["example"] is None and row["case"] is None) or row["euros"] > 0
        path, query = urlsplit(row["link"]).path, dict(parse_qsl(urlsplit(row["link"]).query))
        assert path == "/vertailu" and query["mittari"] == row["indicator"] and query["kunta"] == TAMPERE
        if row["example"]:
            assert dict(parse_qsl(urlsplit(row["example"]["link"]).query))["kunnat"] == row["example"]["municipality"]
        if row["case"]:
            cases += 1
            link = urlsplit(row["case"]["link"])
            assert link.path == "/tietopankki" and dict(parse_qsl(link.query))["kirjaus"] == row["case"]["id"]
            entry = knowledge_bank.entries()[row["case"]["id"]]
            assert row["indicator"] in entry.moves or row["service"] in entry.services
    assert cases


def test_the_page_and_the_interface_say_the_same(client: TestClient, bundle: Database) -> None:
    for group in ("similar", "largest-20", "size-6"):
        context = page_context.read({"kunta": TAMPERE, "ryhma": group, "kieli": "en"}, bundle)
        shown, _ = gaps.of(context)
        rows = answered(client, "gaps", municipality=TAMPERE, group=group)["values"]
        assert [(gap.indicator.id, gap.euros, gap.firm) for gap in shown] == [
            (row["indicator"], row["euros"], row["firm"]) for row in rows
        ]
        assert all(gaps.sentence(context.t, gap) in row["text"] for gap, row in zip(shown, rows, strict=True))


def test_the_year_is_at_most_the_one_asked_for(client: TestClient) -> None:
    assert {row["year"] for row in answered(client, "gaps", municipality=TAMPERE, year=2017)["values"]} == {2017}
    early = answered(client, "gaps", municipality=TAMPERE, year=2012)
    assert early["values"] == [] and {one["reason"] for one in early["meta"]["left_out"]} == {"no_year"}


def test_a_small_group_has_euros_and_no_word(client: TestClient) -> None:
    rows = answered(client, "gaps", municipality=TAMPERE, group="own", kunnat=f"{TAMPERE},{HELSINKI}")["values"]
    assert rows and {(row["firm"], row["unfirm"], row["n"]) for row in rows} == {(None, "small_group", 2)}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"municipality": "999"}, "municipality"),
        ({"municipality": "MA1"}, "municipality"),
        ({"municipality": "005"}, "municipality"),  # known, but not loaded
        ({"municipality": f"{TAMPERE},{HELSINKI}"}, "municipality"),
        ({}, "municipality"),
        ({"municipality": TAMPERE, "group": "circus"}, "group"),
        ({"municipality": TAMPERE, "group": "own"}, "kunnat"),
        ({"municipality": TAMPERE, "kunnat": HELSINKI}, "kunnat"),
        ({"municipality": TAMPERE, "year": "1917"}, "year"),
        ({"municipality": TAMPERE, "year": "2018,2019"}, "year"),
        ({"municipality": TAMPERE, "aland": "2"}, "aland"),
        ({"municipality": TAMPERE, "indicator": "library_cost_per_resident"}, "parameter"),
    ],
)
def test_a_question_without_an_answer_is_refused(client: TestClient, query: dict[str, str], field: str) -> None:
    answer = client.get("/v1/gaps", params=query)
    assert answer.status_code == 400 and answer.json()["error"]["field"] == field
