"""After the move of social and health services no page shows their end as a saving (docs/methods.md 12, 16)."""

import shutil
from pathlib import Path

import pandas as pd
import pytest
from starlette.testclient import TestClient

from kuntamittari import settings
from kuntamittari.catalog import loader, services, task_classes
from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.etl.writer import write_table
from kuntamittari.exhibits import page_context, registry
from kuntamittari.i18n import Translator
from kuntamittari.query.snapshot import open_snapshot, write_manifest
from kuntamittari.web import api
from tests.support import later_country
from tests.support.markup import words
from tests.support.pages import card_rows, findings, opened, said, written

LANGUAGES = settings.LANGUAGES
ELDERLY, CHILDREN, ALL = "elderly_care_cost_per_65", "children_services_cost_per_0_17", "operating_cost_per_resident"
REASON = services.breaks()["wellbeing_counties"]["reason"]
CATALOGUE = loader.indicators()


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return later_country.made(tmp_path_factory.mktemp("later") / "data")


@pytest.fixture(autouse=True)
def in_use(country: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUNTAMITTARI_DATA", str(country))


@pytest.fixture
def place(country: Path) -> str:
    """The largest municipality of the country."""
    register = pd.read_parquet(country / "municipality.parquet")
    return str(register[register["loaded"] & (register["code"] != MAINLAND)].sort_values("residents")["code"].iloc[-1])


@pytest.fixture
def keeper(place: str, country: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The same municipality, as one that organises social and health services itself (so does Helsinki).

    In a copy of the country: which tasks have moved is read when the data are opened.
    """
    kept = {label: task_classes.Move(move.year, (place,), move.reason) for label, move in task_classes.moves().items()}
    monkeypatch.setattr(task_classes, "moves", lambda: kept)
    monkeypatch.setenv("KUNTAMITTARI_DATA", str(shutil.copytree(country, tmp_path / "kept")))
    return place


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_newest_figure_of_care_is_of_its_last_municipal_year_and_says_so(language: str, place: str) -> None:
    page, t = opened("comparison", kieli=language, kunta=place, mittari=ELDERLY), Translator(language)
    [finding] = findings(page)
    assert t("year.newest", year=2022) in finding
    assert finding.endswith(words(t("moved.whole", reason=REASON[language], name="")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sum_without_what_moved_says_that_this_is_no_saving(language: str, place: str, country: Path) -> None:
    page, t = opened("costs", kieli=language, kunta=place, mittari=CHILDREN), Translator(language)
    [finding] = findings(page)
    assert "2024" in finding and words(t("moved.without", reason=REASON[language], name="")) in finding
    finance = pd.read_parquet(country / "finance.parquet")
    classes = [label for label in CATALOGUE[CHILDREN].costs if label not in task_classes.moves()]
    rows = finance[(finance["municipality"] == place) & (finance["year"] == 2024)]
    assert len(page.dataframe[0].value) == len(classes) + 1 and len(classes) == 5
    interface = TestClient(api.create())
    query = {"indicator": CHILDREN, "municipality": place, "year": "2024"}
    [row] = interface.get("/v1/values", params=query).json()["values"]
    assert row["numerator"] == rows[rows["task_class"].isin(classes)]["eur"].sum()
    why = [words(block.value) for block in page.markdown]
    assert any(words(t("moved.without", reason=REASON[language], name="")) in paragraph for paragraph in why), (
        "the explanation of the difference says it too"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_open_with_what_the_municipality_has_and_offer_the_rest(language: str, place: str) -> None:
    page, t = opened("card", kieli=language, kunta=place), Translator(language)

    def label(indicator: str) -> str:
        return CATALOGUE[indicator].label[language][:1].upper() + CATALOGUE[indicator].label[language][1:]

    assert label(CHILDREN) in card_rows(page) and label(ALL) in card_rows(page)
    assert not {label(ELDERLY), label("specialised_care_cost_per_resident")} & card_rows(page).keys()
    page.toggle(key="card-everything").set_value(True).run()
    cells = card_rows(page)[label(ELDERLY)]
    assert t("year.newest", year=2022) in cells[0] and t("moved.short", year=2023) in cells[0] and cells[-1] == "2022"
    assert not any(cell.startswith("0 ") for cell in cells)


@pytest.mark.parametrize("language", LANGUAGES)
def test_with_newer_statements_services_are_shown_as_of_the_last_year_by_service(
    language: str, place: str, country: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when costs by service end in 2022 and the finances of municipalities go on: care is shown, with its year."""
    out = shutil.copytree(country, tmp_path / "until")
    snapshot = open_snapshot(out)
    manifest, finance = snapshot.manifest, pd.read_parquet(snapshot.path("finance"))
    manifest["years"] = [year for year in manifest["years"] if year < 2023]
    manifest["files"]["finance"] |= write_table(finance[finance["year"] < 2023], "finance", snapshot.path("finance"))
    write_manifest(manifest, out)
    monkeypatch.setenv("KUNTAMITTARI_DATA", str(out))
    t, rows = Translator(language), card_rows(opened("card", kieli=language, kunta=place))
    for indicator in (ELDERLY, "library_cost_per_resident", "loans_per_resident"):
        label = CATALOGUE[indicator].label[language]
        cells = rows[label[:1].upper() + label[1:]]
        year = 2024 if indicator == "loans_per_resident" else 2022
        assert cells[-1] == str(year) and (t("year.newest", year=year) in cells[0]) == (year == 2022), indicator
        assert (t("moved.short", year=2023) in cells[0]) == (indicator == ELDERLY)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_framework_says_of_a_figure_that_its_task_has_moved(language: str, place: str) -> None:
    page, t = opened("framework", kieli=language, kunta=place), Translator(language)
    assert f"{t('year.newest', year=2022)}, {t('moved.short', year=2023)}" in " ".join(map(words, written(page)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_whole_sector_has_no_growth_over_the_move_and_no_sector_without_a_task(language: str, place: str) -> None:
    page, t = opened("national", kieli=language, kunta=place), Translator(language)
    grown = page.dataframe[0].value.set_index(t("chart.year"))
    total, social = t("national.all"), t("national.social_health")
    assert pd.isna(grown.loc["2023", total]) and abs(grown.loc["2024", total]) < 20
    assert grown.loc[["2023", "2024"], social].isna().all()
    sentence = t("moved.sector", sector=social[:1].upper() + social[1:], reason=REASON[language])
    assert words(sentence) in said(page)
    listed = page.dataframe[1].value
    [row] = [
        row for row in listed.itertuples(index=False) if row[0].lower() == CATALOGUE[ELDERLY].label[language].lower()
    ]
    assert row[1] > 0 and pd.isna(row[2]) and pd.isna(row[3]) and REASON[language] in row[4]
    page.selectbox(key="movers-sector").select("social_health").run()
    assert words(t("how.break", year=2023, reason=REASON[language])) in said(page)
    context = page_context.read({"kieli": language, "kunta": place})
    exhibit = registry.PICTURES["sectors"](context)
    assert (
        exhibit
        and exhibit.categories == ("2023", "2024")
        and set(exhibit.series)
        == {
            total,
            t("national.education_culture"),
        }
    )
    assert all(series[0] == 100 for series in exhibit.series.values()) and sentence in exhibit.note


@pytest.mark.parametrize("language", LANGUAGES)
def test_lines_and_changes_end_at_the_move(language: str, place: str) -> None:
    context = page_context.read({"kieli": language, "kunta": place, "mittari": ALL})
    exhibit = registry.PICTURES["development"](context)
    assert exhibit and exhibit.categories == ("2023", "2024")
    context = page_context.read({"kieli": language, "kunta": place, "mittari": ELDERLY})
    exhibit = registry.PICTURES["development"](context)
    assert exhibit and exhibit.categories == ("2021", "2022")


def test_the_interface_gives_the_reason_and_never_a_zero(place: str) -> None:
    interface = TestClient(api.create())
    for indicator in (ELDERLY, "social_health_cost_per_resident", "elderly_care_productivity"):
        rows = interface.get("/v1/values", params={"indicator": indicator, "municipality": place}).json()["values"]
        after = {row["year"]: (row["value"], row["reason"]) for row in rows if row["year"] >= 2023}
        assert after == {2023: (None, "moved"), 2024: (None, "moved")}, indicator
    query = {"indicator": ELDERLY, "municipality": place, "year": "2024", "group": "all"}
    [row] = interface.get("/v1/benchmark", params=query).json()["values"]
    assert (row["value"], row["median"], row["n"], row["reason"]) == (None, None, 0, "moved")


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_that_keeps_the_task_has_its_figures_and_is_compared_without_it(language: str, keeper: str) -> None:
    t, own = Translator(language), page_context.read({"kieli": language, "kunta": keeper}).name(keeper)
    page = opened("outlook", kieli=language, kunta=keeper)
    told = said(page)
    assert words(t("moved.kept", reason=REASON[language], name=own)) in told
    assert "2022" in told and t("moved.left_out", services="|", reason="").partition("|")[0] not in told
    [finding] = findings(opened("costs", kieli=language, kunta=keeper, mittari=CHILDREN))
    assert words(t("moved.kept_part", reason=REASON[language], name=own)) in finding
    [finding] = findings(opened("comparison", kieli=language, kunta=keeper, mittari=ALL, ryhma="all"))
    assert words(t("moved.kept_total", reason=REASON[language], name=own)) in finding
    assert words(t("unjudged.kept_task")) in finding
    rows = card_rows(opened("card", kieli=language, kunta=keeper))
    label = CATALOGUE[ELDERLY].label[language]
    assert label[:1].upper() + label[1:] in rows, "it has the task"
