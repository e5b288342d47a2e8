"""Terms in a sentence: the first place of each, and only whole words."""

import re

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from kuntamittari import settings
from kuntamittari.catalog import glossary

LANGUAGES = settings.LANGUAGES
SEEN = {name: about["seen"] for name, about in glossary.terms().items() if "seen" in about}


def terms_in(words: str, language: str, known: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    return [(part, term) for part, term in glossary.pieces(words, language, known) if term]


def test_every_term_that_is_seen_is_seen_in_three_languages_and_none_in_nothing() -> None:
    assert set(glossary.terms()) - set(SEEN) == {"quality"}
    for name, seen in SEEN.items():
        assert list(seen) == list(LANGUAGES), name
        assert not [pattern for pattern in seen.values() if re.fullmatch(pattern, "")], name


@pytest.mark.parametrize(
    ("language", "words", "found"),
    [
        (
            "en",
            "Median 12 and the middle half; the median again.",
            [("Median", "median"), ("middle half", "middle_half")],
        ),
        (
            "en",
            "Peers differ by rank, the price index by year.",
            [("Peers", "peer"), ("rank", "rank"), ("price index", "price_index")],
        ),
        ("en", "The frontier is the efficiency frontier.", [("frontier", "frontier")]),
        ("en", "Ranking of medianly grouped frankness", []),
        ("fi", "Mediaanin yläpuolella, Sija 3/20, mediaani 5", [("Mediaanin", "median"), ("Sija", "rank")]),
        ("fi", "Ryhmä yhtenä kuntana maksaa", [("Ryhmä yhtenä kuntana", "group_as_one")]),
        ("fi", "laskettu kiinteissä hinnoissa", [("kiinteissä hinnoissa", "constant_prices")]),
        (
            "sv",
            "Medianen och kvartilerna, plats 3",
            [("Medianen", "median"), ("kvartilerna", "middle_half"), ("plats", "rank")],
        ),
        ("sv", "En arbetsplats i mediandebatten", []),
    ],
)
def test_the_first_place_of_each_term_is_found_and_only_whole_words(language: str, words: str, found: list) -> None:
    assert terms_in(words, language) == found


def test_a_term_that_is_known_already_is_ordinary_words() -> None:
    assert glossary.pieces("The median.", "en", {"median"}) == [("The median.", None)]
    assert glossary.pieces("Median, rank", "en", ("median",)) == [("Median, ", None), ("rank", "rank")]
    assert glossary.pieces("", "en") == [] and glossary.pieces("median", "en") == [("median", "median")]


WORDS = [
    "median",
    "Mediaani",
    "medianen",
    "rank",
    "sija",
    "plats",
    "index",
    "break",
    "katko",
    "middle half",
    "ja",
    "<b>",
    "5 %",
    "–",
    "net costs",
    "vuosikate",
    "group as one municipality",
    "x",
]
SENTENCE = st.builds(
    str.join, st.sampled_from([" ", "", "\n"]), st.lists(st.sampled_from(WORDS), max_size=12)
) | st.text(max_size=60)


@effort(deadline=None)
@given(SENTENCE, st.sampled_from(LANGUAGES), st.sets(st.sampled_from(list(SEEN))))
def test_the_pieces_are_the_sentence_and_each_term_is_marked_once(words: str, language: str, known: set[str]) -> None:
    found = glossary.pieces(words, language, known)
    assert "".join(part for part, _ in found) == words and all(part for part, _ in found)
    marked = [term for _, term in found if term]
    assert len(marked) == len(set(marked)) and not known & set(marked)
    for part, term in found:
        assert term is None or re.fullmatch(SEEN[term][language], part, re.IGNORECASE)
