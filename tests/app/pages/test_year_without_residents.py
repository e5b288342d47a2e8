"""A year with costs of which no residents are known yet: euros with the reason, and no figure per resident."""

import shutil
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from starlette.testclient import TestClient

from kuntamittari import settings
from kuntamittari.catalog import loader
from kuntamittari.etl import audits, publish
from kuntamittari.etl.order import Order
from kuntamittari.etl.publish import Tables
from kuntamittari.exhibits import page_context, text
from kuntamittari.exhibits.standings import card
from kuntamittari.i18n import Translator
from kuntamittari.query.database import Database
from kuntamittari.query.snapshot import MODELS, SCHEMAS, open_snapshot, write_manifest
from kuntamittari.web import api
from tests.support.markup import words
from tests.support.pages import BASIC, opened, said

YEAR = 2026
HELSINKI_AND_ESPOO = ("091", "049")
LIBRARY = "library_cost_per_resident"
AGES = {BASIC: (7, 15), LIBRARY: (0, 120)}
CLASSES = {BASIC: "Perusopetus", LIBRARY: "Kirjastotoiminta"}


def write(out: Path, *known: str) -> Path:
    """Write the bundle with the costs of 2019 as those of 2026, too, and with residents of 2026 in `known` alone."""
    bundle = open_snapshot(settings.ROOT / "data")
    frames = {name: pd.read_parquet(bundle.path(name)) for name in SCHEMAS}
    for name in ("finance", "population"):
        of_2019 = frames[name][frames[name]["year"] == 2019]
        again = of_2019 if name == "finance" else of_2019[of_2019["municipality"].isin(known)]
        frames[name] = pd.concat([frames[name], again.assign(year=YEAR)])
    tables = Tables(frames, gpd.read_parquet(bundle.path("boundary")), {})
    out.mkdir()
    manifest = publish.write_tables(tables, Order("largest-20", (2015, 2016, 2017, 2018, 2019, YEAR)), out)
    manifest["files"][MODELS] = bundle.manifest["files"][MODELS]  # a part of the country cannot have lines of its own
    shutil.copyfile(bundle.path(MODELS), out / bundle.path(MODELS).name)
    write_manifest(manifest, out)
    return out


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Costs of 2026, and residents of 2026 nowhere."""
    return write(tmp_path_factory.mktemp("without") / "data")


@pytest.fixture(autouse=True)
def in_use(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUNTAMITTARI_DATA", str(data))


def euros(data: Path, indicator: str) -> int:
    """The costs of Tampere in the year, straight from the file."""
    finance = pd.read_parquet(data / "finance.parquet")
    [row] = finance[
        (finance["municipality"] == "837") & (finance["year"] == YEAR) & (finance["task_class"] == CLASSES[indicator])
    ].itertuples()
    return row.eur


def sentence(data: Path, indicator: str, language: str, key: str = "euros_alone") -> str:
    t = Translator(language)
    return words(
        t(
            f"missing.{key}",
            year=YEAR,
            euros=t.number(euros(data, indicator)),
            ages=text.ages(t, *AGES[indicator]),
        )
    )


def test_a_cost_year_without_any_residents_is_no_defect_but_one_with_some_is(data: Path, tmp_path: Path) -> None:
    assert audits.problems(data) == []
    [said_of] = audits.problems(write(tmp_path / "some", *HELSINKI_AND_ESPOO))
    assert "municipality 092, year 2026, missing residents" in said_of and "and 16 more" in said_of


@pytest.mark.parametrize("indicator", AGES)
def test_the_interface_has_the_euros_and_the_reason(data: Path, indicator: str) -> None:
    asked = {"indicator": indicator, "municipality": "837", "year": str(YEAR)}
    service = TestClient(api.create())
    [row] = service.get("/v1/values", params=asked).json()["values"]
    assert (row["value"], row["reason"], row["numerator"]) == (None, "no_population", euros(data, indicator))
    [row] = service.get("/v1/benchmark", params=asked).json()["values"]
    assert (row["value"], row["reason"], row["numerator"]) == (None, "no_population", euros(data, indicator))
    assert row["median"] is None


@pytest.mark.parametrize("language", settings.LANGUAGES)
@pytest.mark.parametrize("indicator", AGES)
@pytest.mark.parametrize("year", [str(YEAR), ""])
def test_the_comparison_says_the_euros_and_why_there_is_nothing_per_resident(
    data: Path, language: str, indicator: str, year: str
) -> None:
    page = opened("comparison", kunta="837", kieli=language, mittari=indicator, **({"vuosi": year} if year else {}))
    assert sentence(data, indicator, language) in said(page)


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_the_card_says_the_same_beside_the_newest_figure(data: Path, language: str) -> None:
    card = opened("card", kunta="837", kieli=language, vuosi=str(YEAR))
    assert sentence(data, BASIC, language) in said(card), "among the findings"
    drawn = " ".join(words(block.proto.body) for block in card.get("html"))
    assert all(sentence(data, indicator, language, "euros_short") in drawn for indicator in AGES)


def test_the_report_says_the_euros_where_the_municipality_has_no_figure(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = write(tmp_path / "data", *HELSINKI_AND_ESPOO)
    context = page_context.read({"kunta": "837", "kieli": "en", "vuosi": str(YEAR)}, Database(open_snapshot(out)))
    label = text.capital(context.catalogue[BASIC].label.en)
    [row] = [row for row in card.standing(context).rows if row[0] == label]
    assert words(row[1]) == sentence(data, BASIC, "en")
    monkeypatch.setenv("KUNTAMITTARI_DATA", str(out))
    for page in ("card", "framework"):
        drawn = opened(page, kunta="837", kieli="en", vuosi=str(YEAR)).get("html")
        assert sentence(data, BASIC, "en") in " ".join(words(block.proto.body) for block in drawn), page


def test_constant_prices_are_those_of_the_last_cost_year_with_a_price_index(data: Path) -> None:
    """The index ends with 2024; costs are of 2015–2019 and 2026."""
    context = page_context.read({"kunta": "837", "kieli": "en"}, Database(open_snapshot(data)))
    assert (context.price_year, context.reference_year) == (2019, YEAR)
    assert page_context.read({}, Database(open_snapshot(settings.ROOT / "data"))).price_year == 2019
    page = opened("outlook", kunta="837", kieli="en")
    assert "at 2019 prices" in said(page) and len(page.dataframe) == 2


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param({}, True, id="euros without residents"),
        pytest.param({"reason": "not_reported", "numerator": None}, False, id="no euros either"),
        pytest.param({"reason": None, "value": 8.0, "denominator": 5.0}, False, id="a figure"),
        pytest.param({"reason": "nobody_of_that_age", "denominator": 0.0}, False, id="nobody of that age"),
    ],
)
def test_euros_are_told_only_where_the_residents_alone_are_unknown(change: dict, told: bool) -> None:
    row = {"year": 2026, "value": None, "numerator": 12_345_000.0, "denominator": None, "reason": "no_population"}
    said_of = text.euros_alone(Translator("fi"), loader.indicators()[LIBRARY], row | change)
    assert words(said_of) == (
        "Euroina vuonna 2026: 12 345 000 €; asukasta kohden ei lukua, koska väkiluku (kaikki) puuttuu." if told else ""
    )
    assert text.euros_alone(Translator("fi"), loader.indicators()["unemployment_rate"], row | change) == ""
