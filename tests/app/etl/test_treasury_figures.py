"""The State Treasury's figures from the replay server: the published ones to the cent, made-up ones by their
identities."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from starlette.testclient import TestClient

from kuntamittari.etl.client import Client
from kuntamittari.etl.order import packages_for
from kuntamittari.etl.sources.treasury import cells
from kuntamittari.etl.sources.treasury.cells import Place
from kuntamittari.etl.sources.treasury.packages import packages
from kuntamittari.exhibits import page_context, reporting
from kuntamittari.exhibits.render import reports
from kuntamittari.i18n import Translator
from kuntamittari.query.database import Database
from kuntamittari.query.snapshot import open_snapshot
from kuntamittari.web import api
from tests.support.material import shared
from tests.support.pages import card_rows, opened, opened_at
from tests.support.small_data import MakeData

ESPOO, KAUNIAINEN = "049", "235"
KUOPIO, JUUPAJOKI, OULU = "297", "177", "564"
ITEMS = {
    "operating_expenses": "Toimintakulut yhteensä",
    "personnel": "Henkilöstökulut yhteensä",
    "services": "Palvelujen ostot",
    "materials": "Aineet, tarvikkeet ja tavarat",
    "grants": "Avustukset",
    "other_expenses": "Muut toimintakulut",
    "annual_result": "Tilikauden tulos +/-",
    "surplus": "Tilikauden ylijäämä (alijäämä) +/-",
    "annual_margin": "Vuosikate +/-",
    "depreciation": "Poistot ja arvonalentumiset",
    "investments": "Investointimenot",
}
INDICATORS = {
    "operating_expenses_per_resident": "operating_expenses",
    "staff_cost_per_resident": "personnel",
    "purchased_services_per_resident": "services",
    "goods_cost_per_resident": "materials",
    "grants_paid_per_resident": "grants",
    "other_expenses_per_resident": "other_expenses",
    "annual_margin_per_resident": "annual_margin",
    "annual_margin_of_depreciation": "annual_margin",
    "annual_result_per_resident": "annual_result",
    "investment_per_resident": "investments",
    "annual_surplus_per_resident": "surplus",
}
DIVISORS = {"annual_margin_of_depreciation": "depreciation"}  # items that an indicator divides by
RESIDENTS = {ESPOO: 325_716, KAUNIAINEN: 10_318}  # on 31 December 2025


def fetched(
    base: str,
    cache: Path,
    *codes: str,
    quarters: bool = False,
    made_up: bool = False,
    services: str = "statistics",
) -> tuple[pd.DataFrame, list[str]]:
    with Client(base=base, interval=0, cache=cache, accept_made_up=made_up) as client:
        places = {code: Place(code, None) for code in codes}
        found, refusals = cells.fetch(client, places, packages_for(services), quarters)
    return found, [refusal.reason for refusal in refusals]


def published(name: str) -> list[dict[str, str]]:
    with (shared("sources") / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def real(start_replay: Callable[..., str], tmp_path: Path) -> pd.DataFrame:
    """What the replay server has of the two real municipalities without its made-up figures."""
    return fetched(start_replay("--no-made-up"), tmp_path / "answers", ESPOO, KAUNIAINEN)[0]


def test_the_published_accounts_of_2025_and_the_budget_of_2023_are_there_to_the_cent(real: pd.DataFrame) -> None:
    ours = real.set_index(["package", "municipality", "column", "value_year", "item"])["value"].to_dict()
    accounts = {
        ("KKNR", row["municipality"], "actual", 2025, ITEMS[row["item"]]): float(row["value_eur"])
        for row in published("state_treasury_kknr_2025.csv")
    }
    columns = {
        "budget_year": "budget",
        "plan_plus_1": "plan_1",
        "plan_plus_2": "plan_2",
        "previous_year_amended": "budget_amended",
    }
    names = {item.label: name for name, item in packages()["KTAS"].items.items()}
    budget = {
        ("KTAS", ESPOO, columns[row["column"]], int(row["value_year"]), names[row["label_fi"]]): float(row["value_eur"])
        for row in published("state_treasury_ktas_espoo_2023.csv")
    }
    assert (len(accounts), len(budget)) == (22, 32)
    assert ours == accounts | budget


def test_the_interface_gives_the_published_accounts_as_numerators_and_says_why_there_is_no_value(
    real: pd.DataFrame, make_data: MakeData, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = [{"code": code} for code in (ESPOO, KAUNIAINEN)]
    data = make_data(municipality=places, cells=real.to_dict("records"))
    known = {(r["municipality"], r["item"]): float(r["value_eur"]) for r in published("state_treasury_kknr_2025.csv")}
    monkeypatch.setenv("KUNTAMITTARI_DATA", str(data))
    client = TestClient(api.create())
    for indicator, item in INDICATORS.items():
        answered = client.get("/v1/values", params={"indicator": indicator, "year": 2025})
        assert answered.status_code == 200, answered.text
        answer = answered.json()["values"]
        assert {row["municipality"]: row["numerator"] for row in answer} == {
            code: known[code, item] for code in (ESPOO, KAUNIAINEN)
        }
        per_resident = indicator.endswith("per_resident")
        assert {row["reason"] for row in answer} == {"no_population" if per_resident else None}


@pytest.fixture
def accounts_of_2025(real: pd.DataFrame, make_data: MakeData, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The two municipalities with their real accounts and their published residents, in use."""
    with (shared("sources") / "age_shares_2025.csv").open(encoding="utf-8") as file:
        residents = {row["municipality"]: int(row["population"]) for row in csv.DictReader(file)}
    assert {code: residents[code] for code in RESIDENTS} == RESIDENTS
    data = make_data(
        municipality=[{"code": code, "residents": persons} for code, persons in RESIDENTS.items()],
        population=[
            {"municipality": code, "year": 2025, "age_from": 0, "age_to": 120, "persons": persons}
            for code, persons in RESIDENTS.items()
        ],
        # a data set has a year of costs; this one has no figure in it
        finance=[{"municipality": ESPOO, "year": 2025, "task_class": "Käyttötalous yhteensä", "eur": None}],
        cells=real.to_dict("records"),
    )
    monkeypatch.setenv("KUNTAMITTARI_DATA", str(data))
    return data


def of_2025(item: str) -> dict[str, float]:
    """Municipality → the published euros of an item."""
    rows = published("state_treasury_kknr_2025.csv")
    return {row["municipality"]: float(row["value_eur"]) for row in rows if row["item"] == item}


def test_every_published_item_is_in_an_indicator() -> None:
    assert {*INDICATORS.values(), *DIVISORS.values()} == set(ITEMS)


def test_the_published_accounts_stand_to_the_cent_in_the_table_of_the_comparison(accounts_of_2025: Path) -> None:
    for indicator, item in INDICATORS.items():
        page = opened_at("vertailu", kieli="en", kunta=ESPOO, ryhma="all", vuosi="2025", mittari=indicator)
        [table] = [one.value for one in page.dataframe if "Municipality" in one.value.columns]
        rows = table.set_index("Municipality")
        parts = [rows.columns[at] for at in (2, 3)]
        shown = {code: rows.loc[f"Kunta {code}", parts].tolist() for code in (ESPOO, KAUNIAINEN)}
        assert {code: euros for code, (euros, _) in shown.items()} == of_2025(item)
        if divisor := DIVISORS.get(indicator):
            assert {code: below for code, (_, below) in shown.items()} == of_2025(divisor)


def test_the_card_has_the_published_accounts_per_resident(accounts_of_2025: Path) -> None:
    t = Translator("en")
    for code, residents in RESIDENTS.items():
        page = opened("card", kieli="en", kunta=code, ryhma="all", vuosi="2025")
        [value, *_, year] = card_rows(page)["Annual contribution margin"]
        assert value.startswith(f"{t.number(of_2025('annual_margin')[code] / residents)} ") and year == "2025"


def test_the_workbook_of_the_comparison_has_the_published_accounts(accounts_of_2025: Path) -> None:
    data = Database(open_snapshot(accounts_of_2025))
    for indicator, item in INDICATORS.items():
        query = {"kieli": "en", "kunta": ESPOO, "ryhma": "all", "vuosi": "2025", "mittari": indicator}
        report = reporting.page(page_context.read(query, data), "vertailu")
        book = openpyxl.load_workbook(io.BytesIO(reports.FORMATS["xlsx"].render(report)))
        lines = [line for sheet in book.worksheets for line in sheet.iter_rows(values_only=True)]
        divisors = of_2025(DIVISORS[indicator]) if indicator in DIVISORS else RESIDENTS
        times = 100 if indicator in DIVISORS else 1
        for code, euros in of_2025(item).items():
            [value] = [line[1] for line in lines if line[0] == f"Kunta {code}" and isinstance(line[1], float)]
            assert round(value * divisors[code] / times, 2) == euros


def test_made_up_figures_keep_the_identities_in_every_municipality_and_period_that_was_read(
    replay: str, make_data: MakeData, tmp_path: Path
) -> None:
    codes = (ESPOO, KAUNIAINEN, KUOPIO, JUUPAJOKI)
    found, reasons = fetched(replay, tmp_path / "answers", *codes, quarters=True, made_up=True)
    places = [{"code": code} for code in codes]
    data = Database(open_snapshot(make_data(municipality=places, cells=found.to_dict("records"))))
    assert data.query("audits/treasury_sums").num_rows == 0
    assert not [reason for reason in reasons if "differs" in reason]
    totals = found[(found["item"] == "Toimintakulut yhteensä") & (found["column"] == "actual")]
    assert totals.groupby("municipality").size().min() >= 11
    # Juupajoki's accounts of 2025 are provisional only, and the newest quarter is nobody's final one
    assert (JUUPAJOKI, "2025C12") not in set(zip(found["municipality"], found["period"], strict=True))
    assert set(found[found["period"] == "2026C09"]["status"]) == {"preliminary"}


def test_a_defect_of_a_cell_that_is_not_wanted_leaves_out_nothing(
    start_replay: Callable[..., str], replay: str, tmp_path: Path
) -> None:
    """The replay gives Kuopio's internal income of 2024 twice."""
    sound, _ = fetched(replay, tmp_path / "sound", KUOPIO, OULU, made_up=True)
    found, reasons = fetched(start_replay("--treasury-defects"), tmp_path / "spoilt", KUOPIO, OULU, made_up=True)
    pd.testing.assert_frame_equal(found, sound)
    assert not [reason for reason in reasons if "two values" in reason]


def test_costs_of_services_and_the_group_are_the_sums_of_their_parts_and_agree_with_the_accounts(
    replay: str, make_data: MakeData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the replay makes up agrees with itself: the gross costs of education are those of its class, the taxes of
    the group are the municipality's own."""
    found, reasons = fetched(replay, tmp_path / "answers", OULU, made_up=True, services="treasury")
    year = found[(found["municipality"] == OULU) & (found["value_year"] == 2024) & (found["column"] == "actual")]
    value = year.set_index(["package", "service", "item"])["value"].to_dict()
    schools = {item: eur for (package, service, item), eur in value.items() if (package, service) == ("KKTPP", "3051")}
    assert set(schools) == {
        "Toimintakulut yhteensä",
        "Poistot ja arvonalentumiset",
        "Vyörytyskulut",
        "Toimintatuotot yhteensä",
    }
    assert (
        value["TOTT", "basic_education", "Käyttökustannukset yhteensä"]
        > sum(schools.values()) - 2 * (schools["Toimintatuotot yhteensä"])
    ), "gross costs have internal ones too"
    assert value["KKOTR", "", "Verotulot"] == value["KKNR", "", "Verotulot"]
    assert not [reason for reason in reasons if "differs" in reason or "no number has" in reason]

    data = make_data(municipality=[{"code": OULU}], cells=found.to_dict("records"))
    monkeypatch.setenv("KUNTAMITTARI_DATA", str(data))
    client = TestClient(api.create())
    basic = client.get("/v1/values", params={"indicator": "basic_education_cost_per_7_15", "year": 2024}).json()
    numerators = {row["municipality"]: row["numerator"] for row in basic["values"]}
    income = schools.pop("Toimintatuotot yhteensä")
    assert numerators[OULU] == pytest.approx(sum(schools.values()) - income, abs=0.001)
    asked = {"indicator": "basic_education_cost_per_pupil_treasury", "municipality": OULU, "year": 2024}
    pupils = client.get("/v1/values", params=asked).json()
    [row] = pupils["values"]
    assert pupils["meta"]["experimental"] is True
    assert row["numerator"] == value["TOTT", "basic_education", "Käyttökustannukset yhteensä"]
    assert row["value"] == row["numerator"] / value["TOTT", "basic_education", "Oppilasmäärä"]
    ratio = client.get(
        "/v1/values", params={"indicator": "group_equity_ratio", "municipality": OULU, "year": 2024}
    ).json()
    equity = sum(value["KKOTR", "", item] for item in ("Oma pääoma yhteensä", "Vähemmistöosuudet", "Konsernireservi"))
    assert ratio["meta"]["experimental"] is True and ratio["values"][0]["numerator"] == pytest.approx(equity, abs=0.001)
