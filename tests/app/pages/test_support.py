"""The page of support services, which has no figure of its own until the user enters one."""

import pandas as pd
import pytest
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from kuntamittari import settings
from kuntamittari.exhibits import text
from kuntamittari.i18n import Translator
from kuntamittari.query import figures
from kuntamittari.query.database import Database
from kuntamittari.web import api
from tests.support.markup import words
from tests.support.pages import TAMPERE, alts_of, opened, said, warning_of

LANGUAGES = settings.LANGUAGES
ASKED = "pohja:25,saasto:8,kerta:5"
KEYS = ("support-base", "support-saving", "support-one_off")


# the page


def page_of(language: str = "en", **query: str) -> AppTest:
    return opened("support", kieli=language, **TAMPERE | query)


def values(page: AppTest) -> list[float | None]:
    return [page.number_input(key=key).value for key in KEYS]


def nothing_of_ours(page: AppTest, language: str = "en") -> bool:
    """Whether the page shows no scenario: the boxes are empty, and there is no sum, line or table."""
    t = Translator(language)
    heads = (t("support.balance"), t("support.year"), t("support.never"), t("outlook.unit_thousands") + ",")
    shown = [part for part in heads if words(part) in said(page)]
    return (
        values(page) == [None] * 3
        and words(t("support.nothing")) in said(page)
        and not shown
        and len(alts_of(page)) == 1
        and len(page.dataframe) == 1  # the group's
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_until_a_base_is_entered_nothing_is_reckoned(language: str) -> None:
    page, t = page_of(language), Translator(language)
    assert nothing_of_ours(page, language) and not page.warning
    assert words(t("support.lead")) in said(page) and words(t("support.assumed")) in said(page)


def test_a_saving_without_a_base_is_no_scenario() -> None:
    page = page_of()
    page.number_input(key="support-saving").set_value(8.0).run()
    assert "skenaario" not in page.query_params and "Enter a cost base" in said(page) and len(alts_of(page)) == 1
    page.number_input(key="support-base").set_value(25.0).run()
    assert page.query_params["skenaario"] == "pohja:25,saasto:8,kerta:0", "what was entered before the base is kept"
    assert "2,000 thousand € a year" in said(page) and "pay-back 0.0 years" in said(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_scenario_of_the_address_in_words(language: str, bundle: Database) -> None:
    page, t = page_of(language, skenaario=ASKED), Translator(language)
    residents = figures.register(bundle)["837"]["residents"]
    assert residents > 200_000
    name = "Tammerfors" if language == "sv" else "Tampere"
    euros = {"base": text.money(t, 25e6), "saved": text.money(t, 2e6), "one_off": text.money(t, 5e6)}
    shown = euros | {"saving": t.number(8, 1)}
    pay_back = t("support.years", years=t.number(2.5, 1))
    expected = t("support.finding", name=name, per=t.number(2e6 / residents, 1), pay_back=pay_back, **shown)
    assert words(expected) in said(page) and alts_of(page)[0].endswith(words(expected))
    assert values(page) == [25.0, 8.0, 5.0] and not page.warning
    assert list(page.dataframe[0].value.iloc[:, 1]) == pytest.approx([-5000, -3000, -1000, 1000, 3000, 5000])
    assert words(t("support.nothing")) not in said(page)


def test_the_figures_of_the_address_in_english(bundle: Database) -> None:
    page = page_of(skenaario=ASKED)
    per = 2_000_000 / figures.register(bundle)["837"]["residents"]
    assert (
        f"a saving of 8.0 % is 2,000 thousand € a year or {per:.1f} € per resident. One-off cost 5,000 thousand €, "
        "pay-back 2.5 years." in said(page)
    )


def test_entering_figures_one_by_one_comes_to_the_same_address_and_never_shows_a_stale_sum() -> None:
    page = page_of()
    page.number_input(key="support-base").set_value(25.0).run()
    assert page.query_params["skenaario"] == "pohja:25,saasto:0,kerta:0" and "pay-back never." in said(page)
    page.number_input(key="support-one_off").set_value(5.0).run()
    assert "One-off cost 5,000 thousand €, pay-back never." in said(page)
    page.number_input(key="support-saving").set_value(8.0).run()
    assert page.query_params["skenaario"] == ASKED and "pay-back 2.5 years." in said(page)
    page.selectbox(key="choose-municipality").select("091").run()
    assert page.query_params["skenaario"] == ASKED and "Helsinki: base 25.0 million €" in said(page)
    page.number_input(key="support-base").set_value(None).run()
    assert "skenaario" not in page.query_params and "Enter a cost base" in said(page) and "pay-back" not in said(page)


@pytest.mark.parametrize(
    "bad",
    [
        "pohja:25",
        "pohja:25,saasto:8",
        "pohja:25,saasto:8,kerta:5,muu:1",
        "pohja:0,saasto:8,kerta:5",
        "pohja:25,saasto:101,kerta:5",
        "pohja:5001,saasto:8,kerta:5",
        "pohja:25,saasto:8,kerta:5001",
        "pohja:-25,saasto:8,kerta:5",
        "pohja:abc,saasto:8,kerta:5",
        "pohja:1e3,saasto:8,kerta:5",
        "pohja:nan,saasto:8,kerta:5",
        "<b>x</b>",
    ],
)
def test_a_bad_scenario_is_named_and_nothing_is_reckoned(bad: str) -> None:
    page = page_of(skenaario=bad)
    shortened = bad if len(bad) <= 40 else bad[:40]
    assert f"The scenario “{shortened}" in warning_of(page) and nothing_of_ours(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bad_scenario_is_named_in_the_readers_language(language: str) -> None:
    page = page_of(language, skenaario="pohja:25")
    assert words(Translator(language)("notice.skenaario", value="pohja:25")) in warning_of(page) and nothing_of_ours(
        page, language
    )


def test_a_base_with_four_decimals_that_a_box_takes_is_kept() -> None:
    page = page_of()
    page.number_input(key="support-base").set_value(12.3456).run()
    assert not page.warning and "Enter a cost base" not in said(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_how_often_the_official_class_is_negative(language: str) -> None:
    finance = pd.read_parquet(settings.ROOT / "data" / "finance.parquet")
    own = finance[(finance.task_class == "Tukipalvelut") & (finance.municipality != "MA1")].eur
    assert 0 < (own < 0).sum() < own.count() == 100
    t = Translator(language)
    expected = t("support.no_base", negative=t.number(int((own < 0).sum())), figures=t.number(int(own.count())))
    for query in ({}, {"skenaario": ASKED}):
        assert words(expected) in said(page_of(language, **query))


def test_general_administration_stands_beside_as_the_interface_has_it() -> None:
    indicator = "administration_cost_per_resident"
    params = {"indicator": indicator, "municipality": "837", "year": 2018}
    [row] = TestClient(api.create()).get("/v1/benchmark", params=params).json()["values"]
    expected = (
        f"general administration {row['value']:.0f} € per resident in 2018. "
        f"The median of the group is {row['median']:.0f} (20 largest cities, n = {row['n']})."
    )
    assert expected in said(page_of()) and f"The rank is {text.rank(Translator('en'), row)}" in said(page_of())


def test_a_municipality_outside_the_bundle_has_its_residents_too(bundle: Database) -> None:
    residents = figures.register(bundle)["061"]["residents"]
    page = page_of(kunta="061", skenaario=ASKED)
    assert (
        f"Forssa: base 25.0 million €, a saving of 8.0 % is 2,000 thousand € a year or {2e6 / residents:.1f} € per "
        "resident" in said(page)
    )


def test_at_one_address_each_page_shows_a_table_of_its_own() -> None:
    """Pages keep what they have drawn for an address, and some of them are about an indicator of their own."""
    heads = {
        page: tuple(opened(page, kieli="en", **TAMPERE).dataframe[-1].value.columns)
        for page in ("map", "support", "comparison")
    }
    assert len(set(heads.values())) == len(heads), heads
