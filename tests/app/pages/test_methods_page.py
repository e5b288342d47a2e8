"""The page of methods: docs/methods.md whole or by section, and the links of other pages to the sections that apply."""

import re

import pytest

from kuntamittari import settings
from kuntamittari.catalog import loader
from kuntamittari.exhibits import page_context
from kuntamittari.i18n import Translator
from kuntamittari.query.database import Database
from kuntamittari.ui.layout import METHODS, SECTION
from kuntamittari.ui.parts import methods
from tests.support.markup import words
from tests.support.pages import BASIC, TAMPERE, opened, ways

NUMBERS = range(1, 25)
CHILDREN, INDEX = "children_services_cost_per_0_17", "basic_education_productivity"


def english(page: object) -> list[str]:
    """Return the parts of a page that are marked as English."""
    return [block.value for block in page.markdown if "lang='en'" in block.value and "km-methods" in block.value]


def sections_linked(page: object) -> list[int]:
    """Return the sections to which a page links outside the menu, in order."""
    return [int(way.query[SECTION]) for way in ways(page) if way.page == METHODS and SECTION in way.query]


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_the_whole_document_is_shown_in_english_under_a_title_in_the_users_language(language: str) -> None:
    page, t = opened("methods", kieli=language), Translator(language)
    parts = english(page)
    titles = [match[1] for part in parts for match in [re.search(r"^## (\d+)\. ", part, re.MULTILINE)] if match]
    assert titles == [str(number) for number in NUMBERS]
    [headline] = [words(block.value) for block in page.markdown if "<h1>" in block.value]
    assert headline == t("nav.methods") + t("methods.lead")
    [contents] = [block.value for block in page.markdown if "km-contents" in block.value]
    for number in NUMBERS:
        assert f"<a href='#m-{number}'>" in contents and t(f"methods.section_{number}") in words(contents)
        assert any(f"id='m-{number}'" in part for part in parts)


def test_nothing_of_the_document_but_its_contents_is_left_out() -> None:
    text = (settings.ROOT / "docs" / "methods.md").read_text("utf-8")
    before, rest = text.split("## Contents\n")
    shown = "".join([methods.document().introduction, *(s.text for s in methods.document().sections.values())])
    kept = [line for line in (before + rest.partition("\n## ")[2]).splitlines() if line and not line.startswith("#")]
    missing = [line for line in kept if line not in shown and not re.match(r"1\. Ratios", line)]
    assert missing == []


def test_titles_in_english_are_those_of_the_document() -> None:
    titles = {number: section.title for number, section in methods.document().sections.items()}
    assert titles == {number: Translator("en")(f"methods.section_{number}") for number in NUMBERS}


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_one_section_is_shown_alone_with_links_to_every_other(language: str) -> None:
    page = opened("methods", kieli=language, kohta="5")
    [part] = english(page)
    assert "## 5. Percentile and verdict" in part and "mid-rank" in part
    assert set(sections_linked(page)) == set(NUMBERS)
    assert Translator(language)("methods.whole") in [way.label for way in ways(page) if way.page == METHODS]


def test_a_citation_is_a_link_to_its_section_and_a_formula_is_left_as_it_is() -> None:
    [part] = english(opened("methods", kieli="en", kohta="5"))
    assert re.search(r"<a href='menetelmat\?[^']*kohta=14' target='_self'>methods 14</a>", part)
    [first] = english(opened("methods", kieli="en", kohta="1"))
    assert "(C_b / P_b) / (C_t / P_t)           (methods 4)" in first


def test_an_unknown_section_is_named_and_the_whole_document_shown() -> None:
    page = opened("methods", kieli="en", kohta="99")
    assert len(english(page)) == len(NUMBERS) + 1
    assert "kohta" in page.warning[0].value and "99" in page.warning[0].value


@pytest.mark.parametrize(
    ("page", "query", "sections"),
    [
        ("comparison", {"mittari": BASIC}, {1, 5, 6, 12, 13, 14, 18}),
        ("comparison", {"mittari": BASIC, "hinnat": "kiintea"}, {1, 3, 5, 6, 12, 13, 14, 18}),
        ("comparison", {"mittari": BASIC, "ryhma": "similar"}, {1, 5, 6, 7, 12, 13, 14, 18}),
        ("comparison", {"mittari": CHILDREN}, {1, 6, 9, 12, 13, 14, 18}),
        ("productivity", {"mittari": INDEX}, {3, 4, 5, 6, 11, 12, 13, 14, 18, 20}),
        ("costs", {"mittari": CHILDREN}, {1, 3, 6, 9, 10, 12, 13, 14, 18}),
        ("costs", {"kuva": "erot"}, {1, 5, 6, 10, 18, 24}),
        ("card", {}, {3, 5, 6, 14, 18, 19}),
        ("card", {"nakyma": "matto"}, {5, 6, 14, 18}),
        ("framework", {}, {1, 5, 14, 18, 20}),
        ("peers", {}, {7}),
        ("effectiveness", {}, {1, 6}),
        ("map", {"mittari": BASIC}, {1, 5, 6, 12, 13, 14, 18}),
        ("outlook", {}, {16}),
        ("datasets", {}, {2, 13, 15}),
    ],
)
def test_a_page_links_to_the_sections_by_which_its_figures_are_computed(
    page: str, query: dict[str, str], sections: set[int]
) -> None:
    assert set(sections_linked(opened(page, **TAMPERE | query))) == sections


def test_the_catalogue_links_to_the_methods_also_of_an_indicator_without_figures() -> None:
    awaited = next(i for i, indicator in loader.indicators().items() if indicator.awaited)
    for asked in (BASIC, awaited):
        page = opened("indicators", kieli="sv", mittari=asked)
        assert "Metoder" in [way.label for way in ways(page) if way.page == METHODS and way.query["kieli"] == "sv"]


def test_sections_are_of_every_kind_of_formula(bundle: Database) -> None:
    for indicator in loader.indicators().values():
        context = page_context.read(TAMPERE | {"mittari": indicator.id}, bundle)
        sections = methods.sections_of(context, indicator)
        assert set(sections) <= set(NUMBERS), indicator.id
        assert bool(sections) is (indicator.formula is not None), indicator.id
        assert ({1, 4} & set(sections)) or not sections, indicator.id
