"""Terms explained where they are used: on a page a button for each and one meaning."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from kuntamittari import settings
from kuntamittari.catalog import glossary
from tests.support.pages import TAMPERE, opened, written

LANGUAGES = settings.LANGUAGES


def explained(page: AppTest) -> tuple[list[str], list[str]]:
    """The terms with a button, and those with a meaning, in order."""
    buttons = [term for markup in written(page) for term in re.findall(r"popovertarget='term-(\w+)'", markup)]
    return buttons, [
        term for block in page.markdown for term in re.findall(r"<div popover id='term-(\w+)'", block.value)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["comparison", "costs", "assessment", "organisation", "survey"])
def test_on_a_page_each_term_has_one_button_and_one_meaning(name: str, language: str) -> None:
    page = opened(name, kieli=language, **TAMPERE)
    buttons, meanings = explained(page)
    assert len(buttons) == len(set(buttons)) and sorted(meanings) == sorted(buttons)
    html = " ".join(block.value for block in page.markdown if "<div popover" in block.value)
    assert all(glossary.terms()[term]["term"][language] in html for term in buttons)
    if name == "comparison":
        assert {"median", "rank", "middle_half"} <= set(buttons)


def test_a_run_of_the_page_explains_its_terms_anew_and_a_language_in_its_own_words() -> None:
    page = opened("comparison", kieli="en", **TAMPERE)
    first = explained(page)
    page.selectbox(key="choose-year").select(2016).run()
    assert explained(page) == first and first[0]


def test_words_around_a_term_stay_words() -> None:
    page = opened("comparison", kieli="en", **TAMPERE | {"ryhma": "<b>median</b>"})
    assert not [markup for markup in written(page) if "<b>median</b>" in markup]
