"""The page of the outlook."""

import pandas as pd
import pytest
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from kuntamittari import settings
from kuntamittari.catalog import loader
from kuntamittari.catalog.indicator import Indicator
from kuntamittari.exhibits import text
from kuntamittari.i18n import Translator
from kuntamittari.query import figures
from kuntamittari.query.database import Database
from kuntamittari.stats import outlook
from kuntamittari.stats.outlook import Fan, ProjectionError
from tests.support.markup import words
from tests.support.pages import TAMPERE, alts_of, opened, said
from tests.support.second_computations import counted

LANGUAGES = settings.LANGUAGES
PRICES = {2018: 100.0, 2019: 101.8}  # the price index of public expenditure
ELDERLY = "elderly_care_cost_per_65"
SERVICES = outlook.services(loader.indicators())
MUNICIPAL = [indicator for indicator in SERVICES if indicator.move is None]
MOVE = 2023  # the sum of all services holds the others until then
NAMES = {"fi": "Tampere", "sv": "Tammerfors", "en": "Tampere"}
MOVED = {
    "fi": "Sosiaali- ja terveyspalvelut siirtyivät hyvinvointialueille 1.1.2023.",
    "sv": "Social- och hälsovårdstjänsterna överfördes till välfärdsområdena den 1 januari 2023.",
    "en": "Social and health services moved to the wellbeing services counties on 1 January 2023.",
}
LEFT_OUT = {
    "fi": "Vuodesta 2023 alkaen summassa eivät ole palvelut, jotka eivät enää ole kunnan: lastensuojelu ja "
    f"perhepalvelut, ikääntyneiden hoiva. {MOVED['fi']} Niiden jääminen pois ei ole säästö.",
    "sv": "Från år 2023 ingår i summan inte de tjänster som inte längre är kommunens: barnskydd och familjetjänster, "
    f"äldreomsorg. {MOVED['sv']} Att de fallit bort är ingen inbesparing.",
    "en": "From 2023 on the sum is without services that are no longer the municipality's: child welfare and family "
    f"services, care of older people. {MOVED['en']} Their absence is no saving.",
}
NO_LONGER = {
    "fi": f"{MOVED['fi']} Kustannus ei enää ole kunnan.",
    "sv": f"{MOVED['sv']} Kostnaden är inte längre kommunens.",
    "en": f"{MOVED['en']} The cost is no longer the municipality's.",
}


@pytest.fixture(scope="module")
def projection() -> pd.DataFrame:
    """The projection as it lies in the file."""
    return pd.read_parquet(settings.ROOT / "data" / "projection.parquet")


# the page


def base(interface: TestClient, indicator: Indicator) -> tuple[int, dict]:
    """The last year with a figure of Tampere, and its row of /v1/benchmark."""
    rows = interface.get("/v1/values", params={"indicator": indicator.id, "municipality": "837"}).json()["values"]
    year = max(row["year"] for row in rows if row["value"] is not None)
    [row] = interface.get(
        "/v1/benchmark", params={"indicator": indicator.id, "municipality": "837", "year": year}
    ).json()["values"]
    return year, row


def expected(
    interface: TestClient,
    projection: pd.DataFrame,
    indicators: list[Indicator],
    spread: float = 1.0,
    at_median: bool = False,
) -> list[Fan]:
    """Fans from the interface's numerators at 2019 prices, at the own unit cost or the median's; of several services,
    with those that moved until then."""
    fans = []
    for indicator in indicators:
        year, row = base(interface, indicator)
        cost = row["numerator"] * PRICES[2019] / PRICES[year] * (row["median"] / row["value"] if at_median else 1)
        heads = counted(projection, outlook.ages_of(indicator), ["837"])
        until = MOVE if len(indicators) > 1 and indicator not in MUNICIPAL else None
        fans.append((outlook.fan(cost, heads, spread, missed(indicator)), until))
    return outlook.sum_of_fans(fans)


def missed(indicator: Indicator) -> ProjectionError | None:
    """The error of the projection in municipalities of Tampere's size, as the models of the bundle have it."""
    models = pd.read_parquet(settings.ROOT / "data" / "models.parquet")
    rows = models[(models["model"] == "projection") & (models["subject"] == indicator.id)]
    by_year = rows[(rows["part"] == "10000") & (rows["term"] == "error")].set_index("last_year")["value"].to_dict()
    growth = rows.loc[rows["term"] == "growth", "value"]
    return ProjectionError(2019, 10_000, by_year, float(growth.iloc[0])) if by_year else None


def fan_of(page: AppTest) -> dict[int, tuple[float, ...]]:
    """Year → low, middle and high in the table of costs."""
    table = page.dataframe[0].value
    return {int(row[0]): tuple(row[1:]) for row in table.itertuples(index=False)}


def same(page: AppTest, fans: list[Fan], divisor: dict[int, float] | None = None) -> bool:
    found = fan_of(page)
    wanted = {p.year: tuple(v / (divisor[p.year] if divisor else 1e6) for v in (p.low, p.middle, p.high)) for p in fans}
    return found.keys() == wanted.keys() and all(found[y] == pytest.approx(wanted[y], rel=1e-9) for y in wanted)


def sentence(language: str, service: str, fans: list[Fan]) -> str:
    """The finding that these fans make, in the years with the same services."""
    t = Translator(language)
    fans = fans if service != t("outlook.all") else [fan for fan in fans if fan.year >= MOVE]
    shown = {
        key: t.number(value / 1e6, 1)
        for key, value in (
            ("now", fans[0].middle),
            ("then", fans[-1].middle),
            ("low", fans[-1].low),
            ("high", fans[-1].high),
        )
    }
    return words(
        t(
            "outlook.finding",
            name=NAMES[language],
            service=service[:1].lower() + service[1:],
            first=fans[0].year,
            last=2040,
            made=2019,
            unit=t("outlook.unit_millions"),
            **shown,
        )
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_finding_is_every_service_at_the_prices_of_the_last_year(
    language: str, interface: TestClient, projection: pd.DataFrame
) -> None:
    page, t = opened("outlook", kieli=language, **TAMPERE), Translator(language)
    fans = expected(interface, projection, SERVICES)
    assert sentence(language, t("outlook.all"), fans) in said(page) and same(page, fans)
    assert alts_of(page)[0].endswith(sentence(language, t("outlook.all"), fans))
    assert words(t("outlook.lead")) in said(page) and words(t("outlook.made", year=2019, years="2019–2040")) in said(
        page
    )
    assert t("outlook.points") not in said(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_costs_of_each_service_are_of_the_year_that_the_page_says(
    language: str, interface: TestClient, projection: pd.DataFrame
) -> None:
    page, t, elderly = opened("outlook", kieli=language, **TAMPERE), Translator(language), loader.indicators()[ELDERLY]
    years = {indicator.service: base(interface, indicator)[0] for indicator in SERVICES}
    assert set(years.values()) == {2019}
    assert all(f"{text.service(t, i.service)} {years[i.service]}" in said(page) for i in SERVICES)
    assert LEFT_OUT[language] in said(page)
    page.selectbox(key="outlook-service").select(ELDERLY).run()
    fans = expected(interface, projection, [elderly])
    assert base(interface, elderly)[1]["numerator"] == pytest.approx(fans[0].middle)
    named = f"{text.service(t, 'elderly_care')} ({t('moved.short', year=2023)})"
    assert sentence(language, named, fans) in said(page) and same(page, fans)
    assert f"{text.service(t, 'elderly_care')} 2019." in said(page) and "2018" not in said(page)
    assert NO_LONGER[language] in said(page) and LEFT_OUT[language] not in said(page)


def test_at_the_median_costs_change_by_the_ratio_of_the_unit_costs(
    interface: TestClient, projection: pd.DataFrame
) -> None:
    page, elderly = opened("outlook", kieli="en", **TAMPERE), loader.indicators()[ELDERLY]
    page.toggle(key="outlook-median").set_value(True).run()
    assert same(page, expected(interface, projection, SERVICES, at_median=True))
    assert "at the median of the group (20 largest cities)" in said(page)
    page.selectbox(key="outlook-service").select(ELDERLY).run()
    at_median = fan_of(page)
    page.toggle(key="outlook-median").set_value(False).run()
    own, (_, row) = fan_of(page), base(interface, elderly)
    assert (
        row["median"] / row["value"] == pytest.approx(at_median[2019][1] / own[2019][1], rel=1e-12)
        and row["median"] != row["value"]
    )
    for year in own:
        assert at_median[year] == pytest.approx(tuple(value * row["median"] / row["value"] for value in own[year]))


@pytest.mark.parametrize("spread", [0.0, 2.0])
def test_the_reader_sets_how_far_the_fan_opens(spread: float, interface: TestClient, projection: pd.DataFrame) -> None:
    page = opened("outlook", kieli="en", **TAMPERE)
    page.select_slider(key="outlook-spread").set_value(spread).run()
    assert same(
        page, expected(interface, projection, SERVICES, spread)
    ) and f"falls or rises {spread:.1f} % a year" in said(page)


def test_costs_per_resident_of_working_age_are_by_the_same_projection(
    interface: TestClient, projection: pd.DataFrame
) -> None:
    page = opened("outlook", kieli="en", **TAMPERE)
    page.toggle(key="outlook-per").set_value(True).run()
    workers = counted(projection, (15, 64), ["837"])
    fans = expected(interface, projection, SERVICES)
    assert same(page, fans, workers)
    [first] = [fan for fan in fans if fan.year == MOVE]
    assert f"{first.middle / workers[MOVE]:,.0f} € per 15–64-year-old in {MOVE}" in said(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_age_group_is_shown_beside_the_group_and_the_mainland(
    language: str, projection: pd.DataFrame, bundle: Database
) -> None:
    page, t = opened("outlook", kieli=language, **TAMPERE), Translator(language)
    members = list(figures.groups(bundle)["largest-20"]["municipalities"])
    for ages in ((65, 120), (7, 15)):
        page.selectbox(key="outlook-ages").select(ages).run()
        table = page.dataframe[1].value
        for column, places in enumerate((["837"], members, ["MA1"]), 1):
            assert dict(zip(map(int, table.iloc[:, 0]), table.iloc[:, column], strict=True)) == counted(
                projection, ages, places
            )
        heads = counted(projection, ages, ["837"])
        asked = {"now": t.number(heads[2019]), "first": 2019, "then": t.number(heads[2040]), "last": 2040}
        told = t("outlook.change", name="NAME", ages="AGES", percent="PERCENT", made=2019, **asked)
        assert words(told.partition("AGES")[2].partition("PERCENT")[0]) in said(page)


def test_choices_leave_no_stale_figure(interface: TestClient, projection: pd.DataFrame) -> None:
    page = opened("outlook", kieli="en", **TAMPERE)
    for indicator in SERVICES:
        page.selectbox(key="outlook-service").select(indicator.id).run()
        assert same(page, expected(interface, projection, [indicator])), indicator.id


def test_the_chosen_base_year_sets_the_prices(interface: TestClient, projection: pd.DataFrame) -> None:
    page = opened("outlook", kieli="en", hinnat="kiintea", perusvuosi="2018", **TAMPERE)
    found, usual = fan_of(page), expected(interface, projection, SERVICES)
    assert found[2019][1] == pytest.approx(
        usual[0].middle / 1e6 * PRICES[2018] / PRICES[2019]
    ) and "at 2018 prices" in said(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_municipality_outside_the_bundle_has_no_outlook(language: str) -> None:
    page = opened("outlook", kieli=language, **TAMPERE | {"kunta": "061"})
    assert words(Translator(language)("outlook.none")) in said(page)
    assert len(page.dataframe) <= 1, "no costs are drawn"
