"""Streamlit's own words: each that we translate is in the version in use, and is said in every language."""

import re
from functools import cache
from pathlib import Path

import pytest
import streamlit

from kuntamittari.i18n import texts
from kuntamittari.settings import LANGUAGES
from kuntamittari.web import words

STATIC = Path(streamlit.__file__).parent / "static" / "static" / "js"
HOLE = re.compile(r"\{(\w+)\}")
# put together from parts in Streamlit's code
IN_PARTS = {
    "group mark container": " mark container",
    "{n} of {all} results": " of ${",
    "{n} of 1 result": " result${",
    "{n} results": " result${",
    "1 result": " result${",
    "{n} options available.": " available.",
    "1 option available.": " available.",
    "You can only select up to {n} options. Remove an option first.": ". Remove an option first.",
    "You can only select up to {n} option. Remove an option first.": "You can only select up to ${",
    "Press Enter to apply": "Press Enter to ${",
    "Press Enter to submit form": "submit form",
    "Press Ctrl+Enter to apply": "+Enter to ${",
    "Press Ctrl+Enter to submit form": "+Enter to ${",
    "Press ⌘+Enter to apply": "+Enter to ${",
    "Press ⌘+Enter to submit form": "+Enter to ${",
    "Select {n} matches": " matches`",
    "{n}MB per file": " per file",
}


@cache
def browser_part() -> str:
    """All code of Streamlit's browser part, with the marks of ⌘ and … as they are."""
    return "\n".join(path.read_text(encoding="utf-8") for path in STATIC.glob("*.js"))


@pytest.mark.parametrize("original", words.ORIGINALS)
def test_streamlit_still_says_what_we_translate(original: str) -> None:
    for part in [IN_PARTS[original]] if original in IN_PARTS else HOLE.sub("\0", original).split("\0"):
        assert part in browser_part(), f"{original!r}: changed in Streamlit; correct it in web/words.yaml"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_keeps_what_it_names_and_none_is_left_over(language: str) -> None:
    said = {key: text for key, text in texts(language).items() if key.startswith("streamlit.")}
    assert set(said) == {f"streamlit.{key}" for key in words.ORIGINALS.values()}
    for original, key in words.ORIGINALS.items():
        assert set(HOLE.findall(said[f"streamlit.{key}"])) <= set(HOLE.findall(original)), key


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_nothing_stays_english(language: str) -> None:
    same = {text for text in words.ORIGINALS if text not in words.pairs(language)}
    assert same <= {"Dollar", "Euro", "Yen", "Median", "Format"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_script_ends_where_its_element_ends(language: str) -> None:
    script = words.script(language)
    assert script.count(b"</script") == 1 and script.count(b"<script") == 1
    assert b"WORDS" not in script.replace(b"writes WORDS", b"") and b"LOCALE;" not in script
