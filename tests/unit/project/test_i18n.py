"""Texts exist in three languages under the same keys and parts, every key the code asks for exists, numbers read as
they are written."""

import ast
from string import Formatter

import pytest

from kuntamittari import settings
from kuntamittari.i18n import Translator, texts
from tests.support.texts import asked

KEYS = texts("fi").keys()
NBSP = "\N{NO-BREAK SPACE}"


def parts(text: str) -> set[str]:
    """The placeholders of a text."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_language_has_the_keys_of_finnish(language: str) -> None:
    assert texts(language).keys() == KEYS


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_text_has_the_same_parts_as_in_finnish(language: str) -> None:
    theirs = {key: parts(text) for key, text in texts(language).items()}
    assert theirs == {key: parts(text) for key, text in texts("fi").items()}


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_no_text_is_empty_or_anything_but_words(language: str) -> None:
    assert [key for key, text in texts(language).items() if not isinstance(text, str) or not text.strip()] == []


def test_every_text_the_code_asks_for_exists() -> None:
    keys = [(where, key.value) for where, _, key in asked() if isinstance(key, ast.Constant)]
    assert len(keys) > 60
    assert [(where, key) for where, key in keys if key not in KEYS] == []


def test_every_text_gets_the_parts_it_has() -> None:
    """A part that is missing fails only when somebody meets the sentence, and one too many is a mistake of some
    language."""
    named = [
        (where, key.value, {part.arg for part in call.keywords})
        for where, call, key in asked()
        if isinstance(key, ast.Constant) and None not in [part.arg for part in call.keywords]
    ]
    assert [
        (where, key, given) for where, key, given in named if key in KEYS and given != parts(texts("fi")[key])
    ] == []


# value and decimals → Finnish and Swedish, English
NUMBERS = [
    (8528.5449, 0, f"8{NBSP}529", "8,529"),
    (8528.5449, 2, f"8{NBSP}528,54", "8,528.54"),
    (1234.5, 1, f"1{NBSP}234,5", "1,234.5"),
    (1.97, 2, "1,97", "1.97"),
    (2, 2, "2,00", "2.00"),
    (0, 0, "0", "0"),
    (0.0, 2, "0,00", "0.00"),
    (1_234_567, 0, f"1{NBSP}234{NBSP}567", "1,234,567"),
    (-1234.5, 1, f"−1{NBSP}234,5", "−1,234.5"),
    (-0.4, 0, "0", "0"),
    (None, 0, "–", "–"),
    (None, 2, "–", "–"),
]


@pytest.mark.parametrize(("value", "decimals", "nordic", "english"), NUMBERS)
def test_a_number_is_written_as_its_readers_write_it(
    value: float | None, decimals: int, nordic: str, english: str
) -> None:
    written = [Translator(language).number(value, decimals) for language in ("fi", "sv", "en")]
    assert written == [nordic, nordic, english]


def test_a_number_without_said_decimals_is_whole() -> None:
    assert Translator("en").number(12.6) == "13"


def test_a_text_is_given_in_the_readers_language_with_its_parts() -> None:
    said = [Translator(language)("chart.break", year=2016) for language in settings.LANGUAGES]
    assert said == ["katko 2016", "avbrott 2016", "break 2016"]


def test_an_unknown_language_or_key_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="'de'"):
        Translator("de")
    with pytest.raises(KeyError, match=r"finding\.nothing"):
        Translator("fi")("finding.nothing")
