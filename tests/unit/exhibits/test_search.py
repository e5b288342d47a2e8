"""The search: everyday words in three languages, names in any form, and what is not known."""

import pytest

from kuntamittari.catalog import loader, services
from kuntamittari.exhibits.search import everyday
from kuntamittari.exhibits.search.search import MOST_ENTRIES, MOST_OF_KIND, MOST_PLACES, Found, search
from kuntamittari.i18n import LANGUAGES, Translator
from kuntamittari.query import figures
from kuntamittari.query.database import Database

LOANS, TAX, OLDER, SCHOOL, CARE = (
    "loans_per_resident",
    "tax_revenue_per_resident",
    "elderly_services_cost_per_65",
    "basic_education_cost_per_7_15",
    "early_childhood_cost_per_1_6",
)


def found(data: Database, query: str, language: str = "fi") -> list[Found]:
    return search(data, Translator(language), query)


def first(data: Database, query: str, language: str = "fi") -> dict[str, str]:
    return dict(found(data, query, language)[0].choices)


@pytest.mark.parametrize(
    ("query", "language", "indicator"),
    [
        ("päiväkoti", "fi", CARE),
        ("paivakodin", "fi", CARE),
        ("dagis", "sv", CARE),
        ("nursery", "en", CARE),
        ("vanhus", "fi", OLDER),
        ("vanhusten palvelut", "fi", OLDER),
        ("mummo", "fi", OLDER),
        ("koulu", "fi", SCHOOL),
        ("skola", "sv", SCHOOL),
        ("paljonko koulu maksaa", "fi", SCHOOL),
        ("vero", "fi", TAX),
        ("taxes", "en", TAX),
        ("velka", "fi", LOANS),
        ("velan", "fi", LOANS),
        ("lån", "sv", LOANS),
        ("paivakto", "fi", CARE),
    ],
)
def test_everyday_words_find_what_they_mean(bundle: Database, query: str, language: str, indicator: str) -> None:
    assert first(bundle, query, language) == {"mittari": indicator}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("jyvaskyla", "179"),
        ("Åbo", "853"),
        ("abo", "853"),
        ("TAMMERF", "837"),
        ("mantyh", "507"),
        ("Turussa", "853"),
        ("Honkajoki", "214"),
        ("koski tl", "284"),
        ("Hämeenlina", "109"),
    ],
)
def test_a_municipality_is_found_in_any_form_of_its_name(bundle: Database, query: str, code: str) -> None:
    assert first(bundle, query) == {"kunta": code}


@pytest.mark.parametrize(
    ("query", "language"),
    [
        ("Alajärven päiväkoti", "fi"),
        ("päiväkoti Alajärvi", "fi"),
        ("daghem i Alajärvi", "sv"),
        ("Alajärvi nursery", "en"),
    ],
)
def test_a_municipality_and_a_subject_go_together(bundle: Database, query: str, language: str) -> None:
    assert first(bundle, query, language) == {"mittari": CARE, "kunta": "005"}
    assert found(bundle, query, language)[0].label.startswith("Alajärvi: ")


def test_a_former_municipality_leads_to_its_successor_and_says_so(bundle: Database) -> None:
    [one] = [result for result in found(bundle, "honkajoki") if result.kind == "municipality"]
    assert one.label == "Kankaanpää" and "Honkajoki on nyt osa tätä kuntaa" in one.note


def test_indicators_without_figures_stand_last_and_lead_to_what_they_mean(bundle: Database) -> None:
    results = [one for one in found(bundle, "opettaja") if one.kind == "indicator"]
    t = Translator("fi")
    with_figures = [bool(figures.years(bundle, loader.indicators()[one.choices["mittari"]])) for one in results]
    assert with_figures == sorted(with_figures, reverse=True)
    for one, has in zip(results, with_figures, strict=True):
        assert (one.path == "vertailu") == has and (one.group == t("search.no_figures")) == (not has)


def test_entries_of_the_bank_are_found_by_their_names(bundle: Database) -> None:
    assert {one.choices["kirjaus"] for one in found(bundle, "palveluseteli") if one.kind == "entry"}


@pytest.mark.parametrize(
    "query", ["", " ", "?", "x", "qqqqqqqq", "<script>", "%", "a" * 5_000, "é" * 40, "\0", "(" * 50]
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_nonsense_finds_nothing_and_harms_nothing(bundle: Database, query: str, language: str) -> None:
    assert [one for one in found(bundle, query, language) if one.kind != "municipality"] == []


@pytest.mark.parametrize("query", ["kunta", "kustannukset", "an", "palvelu"])
def test_a_list_stays_short(bundle: Database, query: str) -> None:
    kinds = [one.kind for one in found(bundle, query)]
    assert kinds.count("municipality") <= MOST_PLACES and kinds.count("entry") <= MOST_ENTRIES
    assert kinds.count("indicator") + kinds.count("municipality") > 0 and kinds.count("indicator") <= MOST_OF_KIND


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_indicator_is_found_first_by_its_own_name(bundle: Database, language: str) -> None:
    missed = [
        indicator.id
        for indicator in figures.catalogue(bundle).values()
        if {"mittari": indicator.id} not in [dict(one.choices) for one in found(bundle, indicator.name[language])]
    ]
    assert missed == []


def test_every_service_has_everyday_words() -> None:
    assert set(everyday.by_subject()) >= set(services.services())
