"""The outlook by the projection of 2024, of which there are three years, and neither totals nor anybody aged 100 or
over: figures are those of the published file, and what it lacks is missing with the reason."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from starlette.testclient import TestClient

from kuntamittari import settings
from kuntamittari.catalog import loader
from kuntamittari.etl.client import Client
from kuntamittari.etl.sources import statfin
from kuntamittari.exhibits import page_context, sector_outlook, text
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.i18n import Translator
from kuntamittari.query import projections
from kuntamittari.query.database import Database
from kuntamittari.query.projections import Edition
from kuntamittari.query.snapshot import open_snapshot
from kuntamittari.stats import outlook
from kuntamittari.web import api
from tests.support import replay as replaying
from tests.support.markup import words
from tests.support.material import shared
from tests.support.pages import opened, said
from tests.support.recorded import computed

YEARS = (2024, 2035, 2040)
PUPILS, ELDERLY = (7, 15), (65, 120)
MANTYHARJU = ("507", "588")  # Pertunmaa was merged into it in 2025
LANGUAGES = settings.LANGUAGES
NAMES = {"fi": "Tampere", "sv": "Tammerfors", "en": "Tampere"}


@pytest.fixture(scope="module")
def published() -> pd.DataFrame:
    """The published file."""
    return pd.read_csv(shared("sources") / "population_projection_2024.csv.gz", dtype={"municipality": str})


@pytest.fixture(scope="module")
def projection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pd.DataFrame]:
    """What the importer reads of the table of 2024."""
    shared("replay")
    process, base = replaying.start("--projection", "2024")
    with Client(base=base, interval=0, cache=tmp_path_factory.mktemp("answers")) as client:
        yield statfin.projection(client)
    replaying.stop(process)


@pytest.fixture(scope="module")
def data(projection: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The municipalities of tests/data with that projection."""
    with pytest.MonkeyPatch.context() as patch:
        recorded = computed(tmp_path_factory.mktemp("recorded") / "data")
        places = set(pd.read_parquet(open_snapshot(recorded).path("population"))["municipality"]) | set(MANTYHARJU)
        patch.setattr(statfin, "projection", lambda _: projection[projection["municipality"].isin(places)])
        return computed(tmp_path_factory.mktemp("ahead") / "data")


@pytest.fixture
def context(data: Path) -> Callable[..., PageContext]:
    database = Database(open_snapshot(data))
    return lambda **query: page_context.read({"kunta": "837", "kieli": "en"} | query, database)


def heads(published: pd.DataFrame, ages: tuple[int, int], *places: str) -> dict[int, int]:
    """Year → residents, in plain pandas."""
    inside = published[published["municipality"].isin(places) & published["age"].between(*ages)]
    return inside.groupby("year")["persons"].sum().to_dict()


def test_the_years_are_those_listed_and_nothing_takes_the_place_of_what_is_missing(
    projection: pd.DataFrame, published: pd.DataFrame
) -> None:
    assert set(projection["made"]) == {2024} and set(projection["year"]) == set(YEARS)
    assert set(zip(projection["age_from"], projection["age_to"], strict=True)) == {(age, age) for age in range(100)}
    municipal = published[published["municipality"] != "SSS"]
    keys = ["municipality", "year", "age"]
    read = projection.rename(columns={"age_from": "age"}).set_index(keys)["persons"].sort_index()
    assert read.eq(municipal.set_index(keys)["persons"].sort_index()).all() and len(read) == len(municipal) == 92_700


def test_the_edition_travels_with_the_figures(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert projections.edition(Database(open_snapshot(data))) == Edition(2024, YEARS)
    monkeypatch.setenv("KUNTAMITTARI_DATA", str(data))
    meta = TestClient(api.create()).get("/v1/municipalities").json()["meta"]
    assert meta["projection"] == {"made": 2024, "years": list(YEARS)}


@pytest.mark.parametrize(
    ("municipality", "ages"), [("837", PUPILS), ("837", (15, 64)), ("507", PUPILS), ("507", (1, 6))]
)
def test_an_age_group_is_the_sum_of_its_years_of_age(
    municipality: str, ages: tuple[int, int], data: Path, published: pd.DataFrame, context: Callable[..., PageContext]
) -> None:
    asked = context(kunta=municipality)
    found = projections.projected(
        asked.data, [ages, ELDERLY, (75, 120), (0, 120)], asked.group_of(asked.indicator), municipality
    )
    assert found == {ages: heads(published, ages, *(MANTYHARJU if municipality == "507" else (municipality,)))}
    assert sorted(found[ages]) == list(YEARS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_the_edition_its_years_and_what_is_missing(
    language: str, data: Path, published: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUNTAMITTARI_DATA", str(data))
    t = Translator(language)
    page = opened("outlook", kunta="837", kieli=language)
    assert f"{words(t('outlook.made', year=2024, years='2024, 2035, 2040'))} {t('outlook.points')}" in said(page)
    elderly = text.ages(t, *ELDERLY)
    assert words(t("outlook.not_projected", year=2024, names=elderly)) in said(page), "65 or over is the usual choice"
    service = f"{text.service(t, 'elderly_care')} ({elderly})"
    assert words(t("outlook.not_projected", year=2024, names=service)) not in said(page), "care is not in the sum"
    assert f"{text.service(t, 'elderly_care')} 2019" not in said(page), "no cost of care is in the sum"
    page.selectbox(key="outlook-ages").select(PUPILS).run()
    pupils = heads(published, PUPILS, "837")
    [costs, table] = page.dataframe
    assert dict(zip(map(int, table.value.iloc[:, 0]), table.value.iloc[:, 1], strict=True)) == pupils
    change = text.projected(t, NAMES[language], text.ages(t, *PUPILS), pupils, 2024)
    assert "2024" in change.rpartition("(")[2] and words(change) in said(page)
    assert list(map(int, costs.value.iloc[:, 0])) == list(YEARS)
    names = ", ".join(text.ages(t, *ages) for ages in ((1, 6), (6, 6), PUPILS, (16, 18)))
    assert words(t("outlook.no_error", ages=names)) in said(page), "nothing that came after 2024 is known by age"
    assert t("outlook.fan", spread=t.number(1, 1)) in said(page)


def test_costs_are_those_of_today_by_the_projected_change_from_its_first_year(
    data: Path, published: pd.DataFrame, context: Callable[..., PageContext]
) -> None:
    finance = pd.read_parquet(data / "finance.parquet").query("municipality == '837' and year == 2019")
    [cost] = finance.loc[finance["task_class"] == "Perusopetus", "eur"]
    pupils = heads(published, PUPILS, "837")
    exhibit = sector_outlook.costs_ahead(context(palvelu="basic_education_cost_per_7_15"))
    assert exhibit is not None and exhibit.categories == tuple(map(str, YEARS)) and exhibit.series is not None
    middle = exhibit.series["Unit cost stays"]
    assert middle == pytest.approx([cost / 1e6 * pupils[year] / pupils[2024] for year in YEARS])
    assert "population projection of 2024" in exhibit.title and "made in 2024" in exhibit.note
    assert "Population projection" in exhibit.source


def test_the_report_leaves_out_what_the_projection_lacks_and_says_so(context: Callable[..., PageContext]) -> None:
    exhibit = sector_outlook.every_age(context())
    assert exhibit is not None and exhibit.series is not None
    assert list(exhibit.series) == ["aged 1–6", "aged 7–15", "aged 15–64"] and exhibit.roles[0] == "chosen"
    assert exhibit.title.startswith("Tampere, aged 1–6: ") and exhibit.categories == tuple(map(str, YEARS))
    assert "no figure for: aged 65 or over, aged 75 or over." in exhibit.note
    assert sector_outlook.ages_ahead(context()) is None, "65 or over is the usual choice"
    costs = sector_outlook.costs_ahead(context())
    assert costs is not None and "no figure for" not in costs.note
    left_out = costs.note.partition("Left out of the sum, as no longer the municipality's: ")[2]
    assert "care of older people" in left_out.partition(".")[0]
    assert not any(part.startswith("Care of older people 20") for part in costs.note.split("; "))
    services = {indicator.service for indicator in outlook.services(loader.indicators())}
    assert "elderly_care" in services, "or nothing would be left out"


def test_a_service_without_projected_residents_has_the_reason_and_no_costs(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUNTAMITTARI_DATA", str(data))
    page = opened("outlook", kunta="837", kieli="en", palvelu="elderly_care_cost_per_65")
    assert not page.dataframe
    reason = "Years of age are missing from the population projection of 2024, so there is no figure for: "
    assert f"{reason}aged 65 or over." in said(page)
    assert f"{reason}Care of older people (aged 65 or over)." in said(page)
