"""The page of the whole sector: growth, the largest movers, and the user's own targets."""

import pandas as pd
import pyarrow as pa
import pytest
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from kuntamittari import settings
from kuntamittari.catalog import task_classes
from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.i18n import Translator
from kuntamittari.query import figures, sector_costs
from kuntamittari.query.database import Database
from kuntamittari.query.figures import Group
from tests.support.markup import words
from tests.support.pages import TAMPERE, alts_of, opened, said, warning_of

LANGUAGES = settings.LANGUAGES
YEARS = (2015, 2016, 2017, 2018, 2019)
PRICES = {2015: 100.0, 2016: 99.6, 2017: 98.6, 2018: 100.0, 2019: 101.8}  # the price index of public expenditure
TOTALS = task_classes.totals()
TARGET_KEYS = {"all": "kaikki", "education_culture": "koulutus", "social_health": "sote"}


@pytest.fixture(scope="module")
def finance() -> pd.DataFrame:
    """The costs of the bundle as they lie in the file, in euros by area, class and year."""
    rows = pd.read_parquet(settings.ROOT / "data" / "finance.parquet")
    return rows.pivot(index=["municipality", "task_class"], columns="year", values="eur")


def real(finance: pd.DataFrame, area: str, sector: str, year: int, prices: int = 2019) -> float:
    """Euros of a sector in an area at the prices of a year, straight from the file."""
    return float(finance.loc[(area, TOTALS[sector]), year]) * PRICES[prices] / PRICES[year]


def test_real_growth_of_the_mainland_is_that_of_the_interface(bundle: Database, interface: TestClient) -> None:
    growth = sector_costs.growth(sector_costs.costs(bundle, sector_costs.sectors(), 2019)["all"])
    rows = interface.get(
        "/v1/values", params={"indicator": "operating_cost_real_growth", "municipality": "MA1"}
    ).json()["values"]
    published = {row["year"]: row["value"] for row in rows if row["value"] is not None}
    assert growth == pytest.approx(published, rel=1e-9) and list(growth) == [2016, 2017, 2018, 2019]
    assert growth[2018] == pytest.approx(1.767188, abs=1e-6)


# the page


def page_of(language: str = "en", **query: str) -> AppTest:
    return opened("national", kieli=language, **TAMPERE | query)


def signed(value: float) -> str:
    """As a table or sentence gives a change."""
    return f"{value:+,.1f}".replace("-", "−")


def lines_of(page: AppTest) -> pd.DataFrame:
    """The points of the first chart."""
    [rows] = [d for d in page.get("vega_lite_chart")[0].proto.datasets if d.name == "rows"]
    return pa.ipc.open_stream(rows.data.data).read_all().to_pandas()


def target_lines(page: AppTest) -> dict[str, dict[int, float]]:
    """Sector → year → the point of its target line."""
    drawn = lines_of(page)
    drawn = drawn[drawn.series.str.endswith("-target")]
    assert (drawn.dash == "dashed").all()
    return {
        series.removesuffix("-target"): dict(zip(own.year, own.value, strict=True))
        for series, own in drawn.groupby("series")
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_finding_is_the_real_growth_of_the_interface(
    language: str, interface: TestClient, finance: pd.DataFrame
) -> None:
    page, t = page_of(language), Translator(language)
    params = {"indicator": "operating_cost_real_growth", "municipality": "MA1", "year": 2018}
    [row] = interface.get("/v1/values", params=params).json()["values"]
    total = real(finance, MAINLAND, "all", 2018) / 1e9
    growth = f"+{t.number(row['value'], 1)}"
    expected = words(t("national.finding", year=2018, growth=growth, total=t.number(total, 1), prices=2019))
    assert expected in said(page) and alts_of(page)[0].endswith(expected)


def test_the_table_of_growth_and_the_lines_are_each_sectors_own(finance: pd.DataFrame) -> None:
    page = page_of()
    table, drawn = page.dataframe[0].value.set_index("Year"), lines_of(page)
    for column, sector in zip(table.columns, sector_costs.SECTORS, strict=True):
        euros = {year: real(finance, MAINLAND, sector, year) for year in YEARS}
        assert table[column].to_dict() == pytest.approx(
            {str(y): 100 * (euros[y] / euros[y - 1] - 1) for y in YEARS[1:]}
        )
        own = drawn[drawn.series == sector]
        assert dict(zip(own.year, own.value, strict=True)) == pytest.approx(
            {y: 100 * euros[y] / euros[2015] for y in YEARS}
        )
    assert target_lines(page) == {}, "no target is ours"


@pytest.mark.parametrize("sector", sector_costs.SECTORS)
def test_the_page_shows_the_ten_largest_movers_and_the_sum_of_all(sector: str, bundle: Database) -> None:
    page = page_of()
    page.selectbox(key="movers-sector").select(sector).run()
    found, total = sector_costs.movers(bundle, sector, 2018, 2019, Group("all"))
    table = page.dataframe[-1].value
    names = figures.register(bundle)
    assert list(table["Municipality"]) == [names[m.municipality]["name_en"] for m in found[:10]]
    shown = [tuple(row) for row in table.iloc[:, 1:].itertuples(index=False)]
    assert shown == [pytest.approx((m.change / 1e6, m.percent, m.share)) for m in found[:10]]
    assert f"20 loaded municipalities of 292, {signed(total / 1e6)} million € in all" in said(page)


def test_movers_follow_the_chosen_year_and_prices(bundle: Database) -> None:
    page = page_of(vuosi="2016", hinnat="kiintea", perusvuosi="2015")
    found, total = sector_costs.movers(bundle, "all", 2016, 2015, Group("all"))
    assert page.dataframe[-1].value.iloc[0, 1] == pytest.approx(found[0].change / 1e6)
    assert (
        f"2016 against the year before, at 2015 prices: 20 loaded municipalities of 292, {signed(total / 1e6)}"
        in said(page)
    )
    assert "% in 2016 at constant prices" in said(page) and "(at 2015 prices)" in said(page)


@pytest.mark.parametrize(
    ("asked", "targets"),
    [
        ("kaikki:1", {"all": 1.0}),
        ("sote:-0.5", {"social_health": -0.5}),
        ("kaikki:1.5,koulutus:0,sote:20", {"all": 1.5, "education_culture": 0.0, "social_health": 20.0}),
        ("sote:-20.0", {"social_health": -20.0}),
    ],
)
def test_a_target_of_the_address_draws_its_line(asked: str, targets: dict[str, float]) -> None:
    page = page_of(tavoite=asked)
    assert not page.warning
    assert {s: page.number_input(key=f"target-{s}").value for s in sector_costs.SECTORS} == dict.fromkeys(
        sector_costs.SECTORS
    ) | targets
    expected = {
        sector: {year: 100 * (1 + target / 100) ** (year - 2015) for year in YEARS}
        for sector, target in targets.items()
    }
    found = target_lines(page)
    assert found.keys() == expected.keys() and all(
        found[sector] == pytest.approx(expected[sector]) for sector in expected
    )


@pytest.mark.parametrize("sector", sector_costs.SECTORS)
def test_entering_a_target_writes_it_into_the_address(sector: str) -> None:
    page = page_of()
    page.number_input(key=f"target-{sector}").set_value(1.3).run()
    assert page.query_params["tavoite"] == f"{TARGET_KEYS[sector]}:1.3" and list(target_lines(page)) == [sector]
    assert not page.warning


@pytest.mark.parametrize("sector", sector_costs.SECTORS)
def test_emptying_a_target_takes_it_out_of_the_address(sector: str) -> None:
    page = page_of(tavoite=f"{TARGET_KEYS[sector]}:1.3")
    page.number_input(key=f"target-{sector}").set_value(None).run()
    assert "tavoite" not in page.query_params and target_lines(page) == {}


def test_targets_add_up_in_the_address_and_stay_beside_other_choices() -> None:
    page = page_of(tavoite="sote:-0.5")
    page.number_input(key="target-all").set_value(2.0).run()
    assert page.query_params["tavoite"] == "kaikki:2,sote:-0.5"
    page.selectbox(key="choose-year").select(2016).run()
    assert page.query_params["tavoite"] == "kaikki:2,sote:-0.5" and page.query_params["vuosi"] == "2016"
    assert set(target_lines(page)) == {"all", "social_health"} and "% in 2016" in said(page)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "bad", ["kaikki:abc", "kaikki", "muu:1", "kaikki:21", "sote:-20.5", "kaikki:1e1", ":", "kaikki:<b>"]
)
def test_a_bad_target_is_named_and_the_good_ones_hold(bad: str, language: str) -> None:
    page = page_of(language, tavoite=f"{bad},sote:1")
    assert Translator(language)("notice.tavoite", value=bad) in warning_of(page)
    assert list(target_lines(page)) == ["social_health"]


def test_a_target_with_two_decimals_that_a_box_takes_is_kept() -> None:
    page = page_of()
    page.number_input(key="target-all").set_value(1.25).run()
    assert not page.warning and "all" in target_lines(page)


def test_a_service_whose_class_changed_has_no_change_over_the_years_and_its_lines_are_parted() -> None:
    page = opened("national", kieli="en", **TAMPERE | {"mittari": "early_childhood_cost_per_1_6"})
    [services] = [d.value for d in page.dataframe if "2015, million €" in d.value.columns]
    rows = services.set_index("Part")
    assert pd.isna(rows.loc["Early childhood education", "Change, %"]) and rows.loc[
        "Early childhood education", "Note"
    ].startswith("Break 2016")
    assert (
        rows.drop("Early childhood education")["Change, %"].notna().all() and rows.loc["Basic education", "Note"] == ""
    )
    drawn = [chart for chart in page.get("vega_lite_chart") if "early childhood" in chart.proto.alt.lower()]
    [rows] = [d for d in drawn[0].proto.datasets if d.name == "rows"]
    points = pa.ipc.open_stream(rows.data.data).read_pandas()
    segments = points.dropna(subset="value").groupby("year")["segment"].unique().map(list).to_dict()
    assert segments[2015] != segments[2016] and points["break_label"].dropna().tolist() == ["break 2016"]
