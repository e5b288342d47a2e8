"""Headline and explanation of /kustannukset, slides and reports in all cities of the bundle (docs/methods.md 10)."""

import pytest

from kuntamittari import settings
from kuntamittari.catalog import composites
from kuntamittari.exhibits import page_context, registry
from kuntamittari.query.database import Database
from tests.support.markup import words
from tests.support.pages import opened, said
from tests.support.published import why_dearer

LANGUAGES = settings.LANGUAGES
OPTIONS = ({}, {"ryhma": "similar"}, {"vuosi": "2016"}, {"hinnat": "kiintea", "perusvuosi": "2015"})
ELDERLY, CHILDREN = "elderly_services_cost_per_65", "children_services_cost_per_0_17"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("whole", composites.composite_ids())
def test_every_city_has_one_story_from_headline_to_explanation(whole: str, language: str, bundle: Database) -> None:
    told = 0
    for code in bundle.snapshot.manifest["largest_20"]:
        for options in OPTIONS:
            context = page_context.read({"kunta": code, "kieli": language, "mittari": whole} | options, bundle)
            wrong, found = why_dearer.faults(context, whole)
            assert not wrong, (code, options, wrong, found.sentences if found else None)
            told += found is not None
            for picture in ("composition", "by_service", "dearer"):
                exhibit = registry.PICTURES[picture](context)
                assert exhibit is None or not why_dearer.small_millions(f"{exhibit.title} {exhibit.note}")
                if exhibit and found and picture == "dearer":
                    assert exhibit.title == " ".join(found.sentences), "a slide tells what the page tells"
    assert told >= 60


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("code", "whole"), [("837", ELDERLY), ("091", CHILDREN), ("734", CHILDREN)])
def test_the_page_tells_all_of_it(code: str, whole: str, language: str, bundle: Database) -> None:
    query = {"kunta": code, "kieli": language, "mittari": whole}
    _, found = why_dearer.faults(page_context.read(query, bundle), whole)
    shown = said(opened("costs", **query))
    assert found and all(words(sentence) in shown for sentence in found.sentences)


def test_an_explanation_of_an_earlier_year_says_so(bundle: Database) -> None:
    """The residents aged 75 or over are known for 2018 only."""
    context = page_context.read({"kunta": "837", "kieli": "en", "mittari": ELDERLY}, bundle)
    _, found = why_dearer.faults(context, ELDERLY)
    assert found and found.year == 2018
    assert (
        "The explanation is of 2018, the last year of which every part and age group is known; "
        "the figure that is compared is of 2019."
    ) in found.sentences
    # 18.9 % of residents beside 19.1 %, and yet +14 € of age structure: there are more of the oldest
    assert any(sentence.startswith("Within the age group there are more") for sentence in found.sentences)


def test_a_mean_of_three_years_is_told_from_the_year_that_is_explained(bundle: Database) -> None:
    query = {"kunta": "837", "kieli": "en", "mittari": CHILDREN, "keskiarvo": "3"}
    _, found = why_dearer.faults(page_context.read(query, bundle), CHILDREN)
    assert found and found.sentences[3].endswith("the figure that is compared is the mean of 3 years, to 2019.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_municipality_that_is_the_whole_group_differs_in_nothing(language: str, bundle: Database) -> None:
    """Tampere is the only city of its region in the bundle."""
    query = {"kunta": "837", "kieli": language, "mittari": CHILDREN, "ryhma": "region-06"}
    context = page_context.read(query, bundle)
    _, found = why_dearer.faults(context, CHILDREN)
    assert found and not why_dearer.SIGNED.findall(" ".join(found.sentences))
    number = context.t.number(found.difference.municipality)
    assert found.sentences[0].count(number) == 2, "as much as itself"
