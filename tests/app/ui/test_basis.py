"""In what terms figures are: constant prices, a mean of three years, a base year; each in the address, the words and
the numbers."""

import pandas as pd
import pytest
from starlette.testclient import TestClient

from kuntamittari import settings
from kuntamittari.i18n import Translator
from tests.support.markup import words
from tests.support.pages import TAMPERE, alts_of, finding_of, opened, said, titles, unfolded, warning_of

LANGUAGES = settings.LANGUAGES
BASIC, PRODUCTIVITY, UNEMPLOYMENT = "basic_education_cost_per_7_15", "basic_education_productivity", "unemployment_rate"
PRICES = {2015: 100.0, 2016: 99.6, 2017: 98.6, 2018: 100.0, 2019: 101.8}  # the price index of public expenditure
TABLE_PAGES = ("comparison", "card", "costs", "effectiveness", "framework", "map")


def values(interface: TestClient, indicator: str, year: int) -> dict[str, dict]:
    """English name → row of /v1/values in one year, of the largest cities and Mainland Finland."""
    names = {row["code"]: row["name_en"] for row in interface.get("/v1/municipalities").json()["values"]}
    rows = interface.get("/v1/values", params={"indicator": indicator, "year": year}).json()["values"]
    return {names[row["municipality"]]: row for row in rows}


def compared(**query: str):
    """The comparison at an address."""
    return opened("comparison", **{"kieli": "en", **TAMPERE, **query})


def shown(page) -> dict[str, float | None]:
    """Name → value in the table, of municipalities and Mainland Finland."""
    table = page.dataframe[0].value
    rows = zip(table["Municipality"], table.iloc[:, 2], strict=True)
    return {name: None if pd.isna(value) else value for name, value in rows if name not in (MEDIAN, AS_ONE)}


MEDIAN, AS_ONE = "Median (typical member)", "Group as one municipality"


@pytest.mark.parametrize(("year", "base"), [(2019, 2015), (2016, 2015), (2017, 2019), (2019, 2019), (2018, 2015)])
def test_constant_prices_are_the_published_ones_at_the_price_level_of_the_base_year(
    year: int, base: int, interface: TestClient
) -> None:
    page = compared(hinnat="kiintea", perusvuosi=str(base), vuosi=str(year))
    nominal, found = values(interface, BASIC, year), shown(page)
    assert len(found) == len(nominal) == 21 and not page.warning
    for name, value in found.items():
        assert value == pytest.approx(nominal[name]["value"] * PRICES[base] / PRICES[year]), name
    assert f"in {year} (at {base} prices)." in finding_of(page)


def test_without_a_base_year_prices_are_those_of_the_last_year_with_costs(interface: TestClient) -> None:
    page = compared(hinnat="kiintea", vuosi="2016")
    assert "(at 2019 prices)" in finding_of(page)
    expected = values(interface, BASIC, 2016)["Tampere"]["value"] * PRICES[2019] / PRICES[2016]
    assert shown(page)["Tampere"] == pytest.approx(expected)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_finding_says_at_whose_prices_and_of_how_many_years_it_is(language: str) -> None:
    t = Translator(language)
    page = opened(
        "comparison", kieli=language, **TAMPERE | {"vuosi": "2019"}, hinnat="kiintea", perusvuosi="2015", keskiarvo="3"
    )
    assert words(f"({t('basis.constant', year=2015)}, {t('basis.mean')})") in finding_of(page)
    assert words(f"{t('basis.constant', year=2015)} · {t('basis.mean')}") in said(page), "and so does the chart"


def test_median_rank_and_the_group_as_one_follow_the_prices(interface: TestClient) -> None:
    nominal, constant = compared(vuosi="2019"), compared(vuosi="2019", hinnat="kiintea", perusvuosi="2015")
    tables = [page.dataframe[0].value.set_index("Municipality") for page in (nominal, constant)]
    for name in (MEDIAN, AS_ONE):
        assert tables[1].loc[name].iloc[1] == pytest.approx(tables[0].loc[name].iloc[1] * PRICES[2015] / PRICES[2019])
    assert list(tables[0].index) == list(tables[1].index)


@pytest.mark.parametrize("indicator", [UNEMPLOYMENT, "equity_ratio", "children_placed_outside_home", PRODUCTIVITY])
def test_what_is_not_in_euros_does_not_change_with_prices(indicator: str, interface: TestClient) -> None:
    page = compared(mittari=indicator, hinnat="kiintea")
    nominal = values(interface, indicator, 2018)
    for name, value in shown(page).items():
        assert value == pytest.approx(nominal[name]["value"]), name
    assert "prices" not in finding_of(page)


@pytest.mark.parametrize(
    ("indicator", "year"), [(BASIC, 2018), (BASIC, 2019), (BASIC, 2017), ("loans_per_resident", 2018)]
)
def test_a_mean_is_the_sum_of_three_numerators_by_the_sum_of_three_denominators(
    indicator: str, year: int, interface: TestClient
) -> None:
    page = compared(mittari=indicator, keskiarvo="3", vuosi=str(year))
    years = [values(interface, indicator, y) for y in (year - 2, year - 1, year)]
    found = shown(page)
    assert len(found) == 21 and f"in {year} (three-year mean)." in finding_of(page)
    for name, value in found.items():
        parts = [sum(rows[name][part] for rows in years) for part in ("numerator", "denominator")]
        assert value == pytest.approx(parts[0] / parts[1]), name


def test_a_mean_at_constant_prices_puts_every_year_at_the_same_prices_first(interface: TestClient) -> None:
    found = shown(compared(keskiarvo="3", hinnat="kiintea", perusvuosi="2019", vuosi="2018"))
    years = {year: values(interface, BASIC, year) for year in (2016, 2017, 2018)}
    for name in ("Tampere", "Helsinki", "Vantaa"):
        above = sum(rows[name]["numerator"] * PRICES[2019] / PRICES[year] for year, rows in years.items())
        assert found[name] == pytest.approx(above / sum(rows[name]["denominator"] for rows in years.values()))


@pytest.mark.parametrize(
    "indicator", [UNEMPLOYMENT, "tertiary_education_share", "operating_cost_real_growth", PRODUCTIVITY]
)
def test_a_mean_concerns_ratios_alone(indicator: str, interface: TestClient) -> None:
    page, published = compared(mittari=indicator, keskiarvo="3"), values(interface, indicator, 2018)
    assert "in 2018" in finding_of(page) and "three-year mean" not in finding_of(page) and not page.warning
    assert {name: value for name, value in shown(page).items() if value is not None} == pytest.approx(
        {name: row["value"] for name, row in published.items() if row["value"] is not None}
    )


@pytest.mark.parametrize(("year", "kept"), [("2015", False), ("2016", False), ("2017", True), ("2019", True)])
def test_a_year_without_two_years_before_it_has_no_mean_and_is_named(year: str, kept: bool) -> None:
    page = compared(keskiarvo="3", vuosi=year)
    words = "" if kept else ", newest figures 2019"
    assert f"in {year if kept else 2019} (three-year mean{words})" in finding_of(page) and not page.warning
    options = ["newest (2019)", "2019", "2018", "2017", *([] if kept else [f"{year} (no figures)"])]
    assert page.selectbox(key="choose-year").options == options


@pytest.mark.parametrize("page", [*TABLE_PAGES, "rug"])
@pytest.mark.parametrize(
    ("indicator", "terms"),
    [
        ("elderly_services_cost_per_65", {"keskiarvo": "3"}),
        ("elderly_care_productivity", {"perusvuosi": "2017"}),
        ("early_childhood_productivity", {"perusvuosi": "2015"}),
    ],
)
def test_every_page_stands_where_terms_leave_an_indicator_without_figures(
    page: str, indicator: str, terms: dict
) -> None:
    rug = {"nakyma": "matto"} if page == "rug" else {}
    at = opened("card" if page == "rug" else page, kieli="en", **TAMPERE | {"mittari": indicator} | terms | rug)
    assert not at.error and len(titles(at)) == 1


@pytest.mark.parametrize("base", [2015, 2016, 2017, 2019])
def test_productivity_is_a_hundred_in_its_base_year(base: int) -> None:
    page = compared(mittari=PRODUCTIVITY, perusvuosi=str(base), vuosi=str(base))
    found = shown(page)
    assert len(found) == 21 and list(found.values()) == pytest.approx([100.0] * 21)
    assert f"{base} = 100" in finding_of(page)
    assert base == 2015 or "2015 = 100" not in f"{said(page)} {list(page.dataframe[0].value)} {alts_of(page)}"


def test_another_base_year_divides_every_year_by_the_same_figure(interface: TestClient) -> None:
    usual = {year: values(interface, PRODUCTIVITY, year) for year in (2017, 2019)}
    for name, value in shown(compared(mittari=PRODUCTIVITY, perusvuosi="2017", vuosi="2019")).items():
        assert value == pytest.approx(100 * usual[2019][name]["value"] / usual[2017][name]["value"]), name


@pytest.mark.parametrize(
    ("key", "on", "part"),
    [
        ("constant_prices", True, {"hinnat": "kiintea"}),
        ("averaged", True, {"keskiarvo": "3"}),
        ("base_year", 2017, {"perusvuosi": "2017"}),
    ],
)
@pytest.mark.parametrize("page", ["comparison", "overview", "card", "costs"])
def test_terms_go_to_the_address_from_every_page_and_leave_it_when_they_are_usual(
    page: str, key: str, on: bool | int, part: dict
) -> None:
    at = unfolded(opened(page, kieli="en", **TAMPERE), "basis")
    box = at.selectbox if key == "base_year" else at.toggle
    box(key=f"choose-{key}").set_value(on).run()
    assert not at.exception and at.query_params == {"kieli": "en", **TAMPERE, **part}
    at = unfolded(at, "basis")
    box = at.selectbox if key == "base_year" else at.toggle
    assert box(key=f"choose-{key}").value == on
    box(key=f"choose-{key}").set_value(type(on)(0)).run()
    assert at.query_params == {"kieli": "en", **TAMPERE}


@pytest.mark.parametrize("language", LANGUAGES)
def test_terms_in_use_stand_in_the_bar(language: str) -> None:
    t = Translator(language)
    at = opened("indicators", kieli=language, **TAMPERE, hinnat="kiintea", keskiarvo="3")
    [button] = [part for part in at.main.children[0].children.values() if part.type == "popover"]
    assert words(button.proto.popover.label) == words(f"{t('basis.constant', year=2019)}, {t('basis.mean')}")


BAD = {
    "perusvuosi": "1999",
    "keskiarvo": "5",
    "hinnat": "halpa",
    "n": "99",
    "painot": "zzz:1",
    "rinnalla": "xxx_cost",
    "nakyma": "kartta",
    "jarjestys": "koko",
}


@pytest.mark.parametrize("page", ["comparison", "peers", "card", "effectiveness"])
def test_every_bad_part_of_the_address_is_named_and_the_page_stands(page: str) -> None:
    at = opened(page, kieli="en", **TAMPERE, **BAD)
    notice = warning_of(at)
    assert len(notice.splitlines()) == 1 + len(BAD) and all(value in notice for value in BAD.values())
    assert "Tampere" in said(at) and not at.error


@pytest.mark.parametrize("part", BAD)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_bad_part_alone_is_named_in_the_readers_language(language: str, part: str) -> None:
    at = opened("comparison", kieli=language, **TAMPERE, **{part: BAD[part]})
    t, [line] = Translator(language), warning_of(at).splitlines()[1:]
    assert BAD[part] in line and warning_of(at).startswith(t("notice.title"))
    before = t(f"notice.{part}", value=BAD[part], used="§").partition("§")[0]
    assert line.removeprefix("- ").startswith(words(before))


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("perusvuosi", "2024"),
        ("perusvuosi", "0"),
        ("keskiarvo", "2"),
        ("keskiarvo", "-3"),
        ("n", "4"),
        ("n", "16"),
        ("n", "10.5"),
        ("rinnalla", "<b>"),
        ("nakyma", "MATTO"),
        ("jarjestys", "nimi,vaesto"),
        ("painot", "vaesto:6"),
        ("painot", "vaesto=1"),
    ],
)
def test_values_just_outside_what_is_known_are_named_too(part: str, value: str) -> None:
    at = opened("comparison", kieli="en", **TAMPERE, **{part: value})
    assert value in warning_of(at) and finding_of(at).startswith("Tampere: basic education 8,529")


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("perusvuosi", "2015"),
        ("keskiarvo", "1"),
        ("keskiarvo", "3"),
        ("n", "5"),
        ("n", "15"),
        ("rinnalla", UNEMPLOYMENT),
        ("nakyma", "matto"),
        ("jarjestys", "mittari"),
        ("jarjestys", "vaesto"),
        ("painot", "vaesto:0,ika:5,muutos:0.5"),
        ("hinnat", "nimellinen"),
    ],
)
def test_every_known_value_stands_without_a_notice(part: str, value: str) -> None:
    assert not opened("comparison", kieli="en", **TAMPERE, **{part: value}).warning
