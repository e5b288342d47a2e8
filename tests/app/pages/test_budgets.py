"""Quarters on the card and budgets on the comparison, on pages and in the interface, of invented municipalities."""

import io

import pandas as pd
import pytest
from starlette.testclient import TestClient

from kuntamittari import settings
from kuntamittari.exhibits import budgets, page_context
from kuntamittari.exhibits.render import tables
from kuntamittari.i18n import Translator
from kuntamittari.query.database import Database
from kuntamittari.query.snapshot import open_snapshot
from kuntamittari.ui.parts.budgets import figures
from kuntamittari.web import api
from tests.support.budgets import HERE, TABLES, THIRD
from tests.support.markup import words
from tests.support.pages import card_rows, findings, opened, opened_at, said, written
from tests.support.small_data import MakeData

SPENT = "operating_expenses_per_resident"


@pytest.fixture
def invented(make_data: MakeData, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUNTAMITTARI_DATA", str(make_data(**TABLES)))


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_the_card_says_how_the_year_goes(language: str, invented: None) -> None:
    page, t = opened("card", kieli=language, kunta=HERE), Translator(language)
    gone = t("year_so_far.gone", year=2026, gone="50", span=t("year_so_far.span_6", year=2026))
    assert [finding for finding in findings(page) if words(finding).startswith(words(gone))]
    label = {"fi": "Toimintakulut", "sv": "Verksamhetens kostnader", "en": "Operating expenses"}[language]
    cells = card_rows(page, "km-card km-year")[label]
    assert cells[0].startswith(words(t.number(3300))) and cells[-1].startswith(words(t.number(50, 1)))
    assert words(t("year_so_far.seasons")) in words(said(page))
    assert words(t("year_so_far.preliminary")) in words(said(page))


def test_the_card_says_how_to_bring_what_is_not_there(invented: None) -> None:
    assert "Kunta 903: no quarterly reports are loaded" in said(opened("card", kieli="en", kunta=THIRD))


def test_the_card_of_the_bundle_says_that_no_quarters_are_loaded() -> None:
    assert "There are no figures yet of how the year goes" in said(opened("card", kieli="en", kunta="049"))


def test_the_comparison_has_budgets_beside_the_accounts_and_their_marks(invented: None) -> None:
    page = opened_at("vertailu", kieli="en", kunta=HERE, mittari=SPENT)
    told = words(" ".join(written(page)))
    assert "Open marks: ◇ Amended budget, □ Budget, △ Financial plan." in told
    assert "Amended budget 2025: 6,500 € per resident." in told
    assert "Operating expenses: budget beside the accounts, difference in per cent of the actual: 2024: −10.0 %" in told
    assert "Financial plan (2026)" in told and "140.0 million €" in told


def test_an_indicator_that_no_budget_has_says_nothing_of_budgets() -> None:
    page = opened_at("vertailu", kieli="en", kunta="049", mittari="equity_ratio")
    assert "Budget and actual" not in said(page)


@pytest.fixture
def client(invented: None) -> TestClient:
    return TestClient(api.create())


def test_the_interface_answers_how_the_year_goes(client: TestClient) -> None:
    answer = client.get("/v1/year", params={"municipality": HERE, "group": "all"}).json()
    assert (answer["meta"]["period"], answer["meta"]["gone"]) == ("2026C06", 50)
    assert answer["meta"]["periods"] == ["2024C12", "2025C06", "2025C12", "2026C06"]
    [row] = [row for row in answer["values"] if row["indicator"] == SPENT]
    expected = {"to_date": 66e6, "before": 60e6, "budget": 132e6, "per_resident": 3300, "status": "preliminary"}
    assert {key: row[key] for key in expected} == expected
    assert row["change"] == pytest.approx(10) and (row["used"], row["used_before"]) == (50, 48)
    assert (row["used_median"], row["used_n"], row["members"]) == (45, 2, 3)
    earlier = client.get("/v1/year", params={"municipality": HERE, "group": "all", "period": "2025C12"}).json()
    assert [row["per_resident"] for row in earlier["values"] if row["indicator"] == SPENT] == [6250]


def test_the_interface_names_the_periods_it_has_and_answers_nothing_of_who_has_none(client: TestClient) -> None:
    refused = client.get("/v1/year", params={"municipality": HERE, "group": "all", "period": "2026C07"})
    assert refused.status_code == 400 and "2026C06" in refused.json()["error"]["message"]
    answer = client.get("/v1/year", params={"municipality": THIRD, "group": "all"}).json()
    assert answer["values"] == [] and answer["meta"]["period"] is None


def test_the_interface_answers_how_budgets_met_the_accounts(client: TestClient) -> None:
    asked = {"indicator": SPENT, "municipality": HERE, "group": "all"}
    rows = client.get("/v1/budgets", params=asked).json()["values"]
    found = {(row["year"], row["column"]): (row["eur"], row["value"], row["difference"], row["n"]) for row in rows}
    assert found == {
        (2024, "budget"): (99e6, None, pytest.approx(-10), 1),
        (2025, "budget"): (120e6, 6000, pytest.approx(-4), 2),
        (2025, "budget_amended"): (130e6, 6500, pytest.approx(4), 1),
        (2026, "budget"): (132e6, None, None, 0),
        (2026, "plan_1"): (123e6, None, None, 0),
        (2027, "plan_1"): (140e6, 7000, None, 0),
    }
    assert client.get("/v1/budgets", params=asked | {"indicator": "equity_ratio"}).json()["values"] == []


def test_the_table_of_the_year_is_a_file(make_data: MakeData) -> None:
    context = page_context.read(
        {"kunta": HERE, "ryhma": "all", "kieli": "en"}, Database(open_snapshot(make_data(**TABLES)))
    )
    exhibit = budgets.year_so_far(context)
    assert exhibit
    content = tables.render(tables.Table(figures(exhibit), (), ("", ""), "en"), "csv")
    read = pd.read_csv(io.BytesIO(content), sep=None, engine="python", encoding="utf-8-sig")
    [row] = read[read.iloc[:, 0] == "Operating expenses"].to_dict("records")
    assert (row["to_date"], row["Period"]) == (66_000_000, "2026C06")
