"""Rules of the methods that a page shows."""

import pytest

from kuntamittari import settings
from kuntamittari.catalog import loader
from kuntamittari.i18n import Translator
from tests.support.markup import words
from tests.support.pages import page_at

CATALOGUE = loader.load(settings.PACKAGE / "catalog" / "indicators")


# 5: a judging word is relative to the group, and the page says so


@pytest.mark.parametrize("polarity", ["lower", "neutral"])
def test_a_page_that_judges_says_that_it_is_relative_to_the_group(polarity: str) -> None:
    asked = next(i for i in CATALOGUE.values() if i.polarity == polarity and i.formula)
    page = page_at("comparison.py", kieli="en", kunta="837", mittari=asked.id)
    said = " ".join(words(block.value) for block in page.markdown)
    assert (words(Translator("en")("judgement.note")) in said) is (polarity != "neutral")
