"""The pages of the knowledge bank: filters, entries, and the way from a figure to an entry and back in two clicks."""

import re
from datetime import date
from typing import Any

import pytest
import yaml

from kuntamittari import settings
from kuntamittari.catalog import knowledge_bank, loader
from kuntamittari.i18n import texts
from kuntamittari.ui.reference import knowledge_bank as page_of
from tests.support.markup import words
from tests.support.pages import TAMPERE, opened, titles, ways

ENTRIES = knowledge_bank.entries()


def test_there_are_the_nine_themes_the_fourteen_cases_the_proposals_and_the_survey() -> None:
    count = {kind: sum(entry.kind == kind for entry in ENTRIES.values()) for kind in page_of.KINDS}
    assert count["theme"] == 9 and count["survey"] >= 5
    assert sum(entry.kind == "case" and entry.source == "organisation_2010" for entry in ENTRIES.values()) == 14
    for source in ("processes_2010", "organisation_2010"):
        assert sum(entry.kind == "proposal" and entry.source == source for entry in ENTRIES.values()) == 9


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_the_page_lists_every_entry_as_a_link_and_filters_narrow_it(language: str) -> None:
    page = opened("knowledge", kieli=language, **TAMPERE)
    assert not page.exception and f"{len(ENTRIES)}/{len(ENTRIES)}" in " ".join(
        caption for caption in map(str, said(page))
    )
    assert all(f"kirjaus={entry}" in links(page) for entry in ENTRIES)
    narrow = opened("knowledge", kieli=language, laji="survey", **TAMPERE)
    assert all((f"kirjaus={entry.id}" in links(narrow)) is (entry.kind == "survey") for entry in ENTRIES.values())
    kuopio = opened("knowledge", kieli=language, paikka="297", aika="2010", **TAMPERE)
    assert {entry for entry in ENTRIES if f"kirjaus={entry} " in links(kuopio)} == {
        entry.id for entry in ENTRIES.values() if "297" in entry.places and entry.year == 2010
    }
    found = opened("knowledge", kieli=language, haku="palveluseteli", **TAMPERE)
    assert "kirjaus=service_voucher_jyvaskyla" in links(found) and "kirjaus=survey_budget_targets" not in links(found)


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_the_newest_come_first_and_each_entry_shows_how_it_begins(language: str) -> None:
    page = opened("knowledge", kieli=language, **TAMPERE)
    shown = re.findall(r"kirjaus=(\w+)'[^>]*>[^<]*</a><p>(.*?)</p>", " ".join(map(str, said(page))))
    assert len(shown) == len(ENTRIES)
    for entry, beginning in shown:
        whole = words(ENTRIES[entry].text.in_language(language)[0])
        assert len(beginning) > 20 and whole.startswith(words(beginning)), entry
    years = [ENTRIES[entry].year or 0 for entry, _ in shown if ENTRIES[entry].kind == "case"]
    assert (
        years == sorted(years, reverse=True) and years[0] >= 2016 and shown[0][0] == "digital_municipality_experiment"
    )


def test_the_beginning_is_whole_sentences_and_at_least_one() -> None:
    assert page_of.beginning("Yksi. Kaksi on tässä. Kolme.", 22) == "Yksi. Kaksi on tässä."
    assert page_of.beginning("Yksi pitkä virke vuodelta 2010. Toinen.", 5) == "Yksi pitkä virke vuodelta 2010."
    assert page_of.beginning("Kaudella 1. tammikuuta alkaen. Sitten", 31) == "Kaudella 1. tammikuuta alkaen."


def test_a_service_finds_the_entries_whose_indicators_are_of_it() -> None:
    page = opened("knowledge", kieli="en", tehtava="administration", **TAMPERE)
    catalogue = loader.indicators()
    of_it = {e for e, entry in ENTRIES.items() if "administration" in {catalogue[i].service for i in entry.moves}}
    assert len(of_it) > 3 and set(re.findall(r"kirjaus=(\w+)", links(page))) == of_it


def test_without_an_entry_of_the_last_ten_years_the_page_says_of_which_year_the_newest_is() -> None:
    page = opened("knowledge", kieli="en", laji="survey", **TAMPERE)
    assert "the newest is of 2014" in " ".join(map(str, said(page)))


def said(page: Any) -> list[str]:
    return [one.value for one in page.markdown] + [one.body for one in page.get("html")]


def links(page: Any) -> str:
    """Every link of the list; an id ends where the address does or goes on."""
    return " ".join(re.findall(r"href='([^']*)'", " ".join(map(str, said(page))))).replace("&amp;", " ") + " "


def test_a_choice_of_the_filters_goes_into_the_address_and_what_is_unknown_is_said() -> None:
    page = opened("knowledge", kieli="en", **TAMPERE)
    page.text_input(key="knowledge-search").set_value("procurement").run()
    assert page.query_params["haku"] in ("procurement", ["procurement"])
    page.selectbox(key="knowledge-laji").set_value("survey").run()
    assert page.query_params["laji"] in ("survey", ["survey"])
    assert "kirjaus=survey_procurement_skills" in links(page) and "kirjaus=procurement" not in links(page).replace(
        "procurement_", ""
    )
    assert "nothing" in " ".join(
        one.value for one in opened("knowledge", kieli="en", teema="nothing", **TAMPERE).warning
    )


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_an_entry_says_what_it_is_where_from_and_leads_to_its_indicators(language: str) -> None:
    entry = ENTRIES["oral_health_enterprise_vantaa"]
    page = opened("knowledge", kieli=language, kirjaus=entry.id, **TAMPERE)
    told = " ".join(map(str, said(page)))
    assert not page.exception and titles(page) == [entry.name.in_language(language)[0]]
    assert words(entry.text.in_language(language)[0])[:60] in words(told)
    assert knowledge_bank.sources()[entry.source].title.in_language(language)[0] in told and "2010" in told
    indicator = loader.indicators()[entry.moves[0]]
    assert texts(language)["knowledge.to_indicator"].format(label=indicator.label[language]) in [
        way.label for way in ways(page)
    ]
    assert texts(language)["knowledge.no_proof"] in [one.value for one in page.info]


def test_from_an_indicator_to_an_entry_and_back_is_two_clicks() -> None:
    indicator = ENTRIES["oral_health_enterprise_vantaa"].moves[0]
    first = opened("comparison", kieli="en", **TAMPERE | {"mittari": indicator})
    names = {ENTRIES[e].name.en for e in ENTRIES if indicator in ENTRIES[e].moves}
    assert names and names <= {way.label for way in ways(first)}
    entry = opened("knowledge", kieli="en", kirjaus="oral_health_enterprise_vantaa", **TAMPERE)
    [back] = [way for way in ways(entry) if way.label.startswith("Open the comparison")]
    assert back.page == "vertailu" and back.query["mittari"] == indicator


def test_an_unknown_entry_shows_the_bank() -> None:
    page = opened("knowledge", kieli="en", kirjaus="nothing", **TAMPERE)
    assert titles(page) == [texts("en")["knowledge.title"]]


def test_a_proposed_case_is_checked_as_the_bank_checks_and_given_as_a_file() -> None:
    page = opened("knowledge", kieli="sv", **TAMPERE)
    page.text_input(key="propose-name").set_value("Ny tjänst").run()
    [warning] = [one.value for one in page.warning]
    told = texts("sv")
    assert all(told[key] in warning for key in ("knowledge.theme", "knowledge.form_text", "knowledge.form_source"))
    assert told["knowledge.form_name"] not in warning and not [
        one for one in page.get("download_button") if one.label == texts("sv")["knowledge.form_file"]
    ]
    page.text_area(key="propose-text").set_value("Vi gjorde så här.").run()
    page.text_input(key="propose-source").set_value("Stadens rapport").run()
    page.text_input(key="propose-year").set_value("2018").run()
    page.multiselect(key="propose-themes").set_value(["measurement"]).run()
    assert not page.warning and not page.exception
    draft = knowledge_bank.draft(
        "sv",
        {
            "name": "Ny",
            "text": "T",
            "source": "S",
            "year": "2018",
            "contact": "",
            "claimed": "",
            "measured": "",
            "obstacles": "",
        },
        "837",
        ["measurement"],
        [],
        [],
        date(2026, 12, 1),
    )
    assert knowledge_bank.problems_of(draft) == [] and yaml.safe_load(knowledge_bank.file_of(draft)) == draft
    assert draft["name"] == {"fi": "Ny", "sv": "Ny"} and "effect" not in draft
    assert "added: 2026-12-01\n" in knowledge_bank.file_of(draft).decode()
    assert knowledge_bank.problems_of(draft | {"year": "soon"}) == ["year"]
