"""The whole sector: task classes beside the published totals, growth, who moved the sum, and the reader's own
targets."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest
from test_catalogue_page import opened
from test_datasets import said
from test_pages import TAMPERE, alts_of, warning_of, words

from kuntamittari import settings
from kuntamittari.catalog import loader, task_classes
from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.i18n import Translator
from kuntamittari.query import figures, sector_costs
from kuntamittari.query.database import Database
from kuntamittari.query.figures import Group
from kuntamittari.query.snapshot import open_snapshot

LANGUAGES = settings.LANGUAGES
YEARS = (2015, 2016, 2017, 2018, 2019)
PRICES = {2015: 100.0, 2016: 99.6, 2017: 98.6, 2018: 100.0, 2019: 101.8}  # the price index of public expenditure
TOTALS = task_classes.totals()
TARGET_KEYS = {"all": "kaikki", "education_culture": "koulutus", "social_health": "sote"}


@pytest.fixture(scope="module")
def country(whole_country: Path) -> Database:
    return Database(open_snapshot(whole_country))


@pytest.fixture(scope="module")
def finance() -> pd.DataFrame:
    """The costs of the bundle as they lie in the file, in euros by area, class and year."""
    rows = pd.read_parquet(settings.ROOT / "data" / "finance.parquet")
    return rows.pivot(index=["municipality", "task_class"], columns="year", values="eur")


def real(finance: pd.DataFrame, area: str, sector: str, year: int, prices: int = 2019) -> float:
    """Euros of a sector in an area at the prices of a year, straight from the file."""
    return float(finance.loc[(area, TOTALS[sector]), year]) * PRICES[prices] / PRICES[year]


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("group", TOTALS)
def test_the_task_classes_sum_to_the_published_total_in_every_municipality(
    group: str, year: int, whole_country: Path
) -> None:
    finance = pd.read_parquet(open_snapshot(whole_country).path("finance"))
    rows = finance[finance.year == year].pivot(index="municipality", columns="task_class", values="eur")
    classes = sorted(set().union(*task_classes.groups().values()) if group == "all" else task_classes.groups()[group])
    assert classes == sorted(task_classes.of_total(TOTALS[group]))
    assert len(rows) == 309 and not rows[classes].isna().any(axis=None), "308 municipalities and MA1, every class"
    apart = rows[classes].sum(axis=1) - rows[TOTALS[group]]
    assert not apart[apart != 0].to_dict()


@pytest.mark.parametrize(
    ("indicator", "published"),
    [("education_culture_cost_per_resident", "key_M497"), ("social_health_cost_per_resident", "key_M498")],
)
def test_costs_per_resident_are_the_published_key_figures(
    indicator: str, published: str, country: Database, whole_country: Path
) -> None:
    activity = pd.read_parquet(open_snapshot(whole_country).path("activity"))
    key = activity[(activity.measure == published) & (activity.year == 2018)].set_index("municipality").value
    ours = {
        r["municipality"]: r["value"]
        for r in figures.values(country, loader.indicators()[indicator], years=[2018]).to_pylist()
    }
    equal = {code for code, value in ours.items() if code in key and abs(value - key[code]) <= 0.05 + 1e-9}
    assert len(equal) >= 305
    # the key figures of 2018 are of municipalities as they were before a later merger, and not of the mainland
    register = figures.register(country)
    assert all(register[code]["predecessors"] for code in ours.keys() - equal - {MAINLAND})


def test_the_mainland_is_the_sum_of_its_municipalities(country: Database, whole_country: Path) -> None:
    finance = pd.read_parquet(open_snapshot(whole_country).path("finance"))
    mainland = [code for code, row in figures.register(country).items() if code != MAINLAND and not row["aland"]]
    inside = finance[finance.municipality.isin(mainland)].groupby(["task_class", "year"]).eur.sum()
    one = finance[finance.municipality == MAINLAND].set_index(["task_class", "year"]).eur
    # each municipality is published in whole thousands, and so is the sum
    assert ((inside - one).abs() <= 500 * (len(mainland) + 1)).all() and len(one) == 54 * len(YEARS)


def test_growth_is_from_the_year_before_where_both_are_known() -> None:
    assert sector_costs.growth({2015: 100.0, 2016: 110.0, 2018: 50.0, 2019: 40.0}) == pytest.approx(
        {2016: 10, 2019: -20}
    )
    assert sector_costs.growth({2019: 40.0, 2018: 50.0}) == pytest.approx({2019: -20}), (
        "in whatever order the years come"
    )
    assert sector_costs.growth({2018: 0.0, 2019: 5.0}) == {} == sector_costs.growth({})
    across = {2014: 50.0, 2015: 100.0, 2016: 110.0, 2022: 110.0, 2023: 40.0, 2024: 44.0}
    assert sector_costs.growth(across, (2015, 2021, 2023)) == pytest.approx({2016: 10, 2024: 10}), (
        "no change across a break"
    )
    assert sector_costs.comparable(across, (2015, 2021, 2023)) == {2023: 40.0, 2024: 44.0}
    assert sector_costs.comparable(across, (2025,)) == across and sector_costs.comparable({}, (2015,)) == {}


@pytest.mark.parametrize("prices", [2019, 2015, None])
def test_costs_of_sectors_are_those_of_the_file_at_the_prices_asked_for(
    prices: int | None, bundle: Database, finance: pd.DataFrame
) -> None:
    found = sector_costs.costs(bundle, sector_costs.sectors(), prices)
    assert list(found) == list(sector_costs.SECTORS)
    for sector in sector_costs.SECTORS:
        assert found[sector] == pytest.approx(
            {year: real(finance, MAINLAND, sector, year, prices or year) for year in YEARS}
        )


def test_real_growth_of_the_mainland_is_that_of_the_interface(bundle: Database, interface: TestClient) -> None:
    growth = sector_costs.growth(sector_costs.costs(bundle, sector_costs.sectors(), 2019)["all"])
    rows = interface.get(
        "/v1/values", params={"indicator": "operating_cost_real_growth", "municipality": "MA1"}
    ).json()["values"]
    published = {row["year"]: row["value"] for row in rows if row["value"] is not None}
    assert growth == pytest.approx(published, rel=1e-9) and list(growth) == [2016, 2017, 2018, 2019]
    assert growth[2018] == pytest.approx(1.767188, abs=1e-6)


@pytest.mark.parametrize("group", ["all", "size-6"])
@pytest.mark.parametrize("sector", sector_costs.SECTORS)
def test_movers_are_the_changes_of_each_member_largest_first(
    sector: str, group: str, bundle: Database, finance: pd.DataFrame
) -> None:
    loaded = [c for c in figures.groups(bundle)[group]["municipalities"] if figures.register(bundle)[c]["loaded"]]
    before, after = ({code: real(finance, code, sector, year) for code in loaded} for year in (2017, 2018))
    changes = {code: after[code] - before[code] for code in loaded}
    found, total = sector_costs.movers(bundle, sector, 2018, 2019, Group(group))
    assert total == pytest.approx(sum(changes.values()))
    assert [m.municipality for m in found] == sorted(loaded, key=lambda code: -abs(changes[code]))
    for mover in found:
        code = mover.municipality
        assert (mover.change, mover.percent) == pytest.approx((changes[code], 100 * (after[code] / before[code] - 1)))
        assert mover.share == pytest.approx(100 * changes[code] / total)
    assert sum(mover.share for mover in found) == pytest.approx(100)


def test_nobody_moves_a_year_without_one_before_it(bundle: Database) -> None:
    assert sector_costs.movers(bundle, "all", 2015, 2019, Group("all")) == ([], None)


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
