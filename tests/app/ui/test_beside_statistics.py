"""A year of which both the statistics and the State Treasury have the costs of a service, which no real year is: both
are shown, on the page, in its slide and in the interface. The municipality is invented."""

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from kuntamittari import settings
from kuntamittari.exhibits import page_context, registry
from kuntamittari.i18n import Translator
from kuntamittari.query.database import Database
from kuntamittari.query.snapshot import open_snapshot
from kuntamittari.web import api
from tests.support.markup import words
from tests.support.pages import opened_at, written
from tests.support.small_data import MakeData

HERE, SCHOOLS = "901", "basic_education_cost_per_7_15"


def reported(year: int, item: str, value: float) -> dict[str, Any]:
    return {
        "municipality": HERE,
        "package": "KKTPP",
        "period": str(year),
        "value_year": year,
        "service": "3051",
        "item": item,
        "value": value,
    }


@pytest.fixture
def data(make_data: MakeData, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Statistics of 2021 and 2022, and the Treasury's figures of 2022 and 2023."""
    ages = {"municipality": HERE, "age_from": 7, "age_to": 15, "persons": 1000}
    everybody = {"municipality": HERE, "age_from": 0, "age_to": 120, "persons": 9000}
    folder = make_data(
        municipality=[{"code": HERE, "residents": 9000}],
        finance=[
            {"municipality": HERE, "year": year, "task_class": "Perusopetus", "eur": eur}
            for year, eur in ((2021, 8_000_000), (2022, 8_500_000))
        ],
        population=[one | {"year": year} for one in (ages, everybody) for year in (2021, 2022, 2023)],
        cells=[
            reported(2022, "Toimintakulut yhteensä", 9_500_000.5),
            reported(2022, "Toimintatuotot yhteensä", 700_000.5),
            reported(2023, "Toimintakulut yhteensä", 9_100_000),
        ],
    )
    monkeypatch.setenv("KUNTAMITTARI_DATA", str(folder))
    return folder


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_the_lines_and_their_table_have_both_figures_of_the_year(language: str, data: Path) -> None:
    t = Translator(language)
    told = words(" ".join(written(opened_at("vertailu", kieli=language, kunta=HERE, mittari=SCHOOLS))))
    name = words(t("budgets.reported"))
    assert f"▽ {name}" in told, "the legend of the open marks"
    assert f"{name} 2022: {words(t.number(8800))} " in told
    assert words(t.number(8500)) in told and words(t.number(9100)) in told, "the statistics' and the year after them"


def test_the_slide_has_both_figures_of_the_year(data: Path) -> None:
    context = page_context.read(
        {"kieli": "en", "kunta": HERE, "ryhma": "all", "mittari": SCHOOLS}, Database(open_snapshot(data))
    )
    exhibit = registry.PICTURES["development"](context)
    assert exhibit and exhibit.series and exhibit.categories == ("2021", "2022", "2023")
    assert exhibit.series["Kunta 901"] == (8000.0, 8500.0, 9100.0)
    assert exhibit.series["According to the State Treasury (experimental)"] == (None, 8800.0, None)
    assert exhibit.dashes and exhibit.dashes[-1] == "reported"


def test_at_fixed_prices_there_is_no_second_line(data: Path) -> None:
    page = opened_at("vertailu", kieli="en", kunta=HERE, mittari=SCHOOLS, hinnat="kiintea")
    assert "▽" not in " ".join(written(page))


def test_the_interface_has_both_figures_of_the_year_apart(data: Path) -> None:
    client = TestClient(api.create())
    answer = client.get("/v1/values", params={"indicator": SCHOOLS, "municipality": HERE}).json()
    assert {row["year"]: row["numerator"] for row in answer["values"]} == {2021: 8e6, 2022: 8.5e6, 2023: 9.1e6}
    assert answer["meta"]["beside_statistics"] == [2022]
    beside = client.get("/v1/beside-statistics", params={"indicator": SCHOOLS, "municipality": HERE}).json()
    assert beside["meta"]["experimental"] is True and "State Treasury" in beside["meta"]["source"]
    [row] = beside["values"]
    assert (row["municipality"], row["year"], row["numerator"], row["value"]) == (HERE, 2022, 8.8e6, 8800)
    everybody = client.get("/v1/beside-statistics", params={"indicator": SCHOOLS}).json()["values"]
    assert row in everybody and {one["year"] for one in everybody} == {2022}


def test_an_indicator_of_no_service_and_a_year_of_one_source_alone_have_nothing_beside(data: Path) -> None:
    client = TestClient(api.create())
    for indicator in ("tax_revenue_per_resident", "library_cost_per_resident", "basic_education_productivity"):
        assert client.get("/v1/beside-statistics", params={"indicator": indicator}).json()["values"] == []
    answer = client.get("/v1/values", params={"indicator": "library_cost_per_resident"}).json()
    assert "beside_statistics" not in answer["meta"]
