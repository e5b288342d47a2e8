"""A deck is one link and a small file: what goes in comes out, what is no deck is refused, and its slides say what the
pages say."""

import base64
import json
import re
import tracemalloc
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from kuntamittari import settings
from kuntamittari.exhibits import deck, page_context, reporting
from kuntamittari.exhibits.deck import Card, DeckError
from kuntamittari.exhibits.exhibit import BY_SERIES, Exhibit
from kuntamittari.exhibits.registry import PICTURES
from kuntamittari.i18n import texts
from kuntamittari.query.database import Database
from kuntamittari.uploads.workspace import EMPTY
from tests.support.exhibits import HEADLINE, PLACE, TAMPERE, TEN, card, link, link_of

LANGUAGES = settings.LANGUAGES
SCENARIO = "pohja:12.5,saasto:5,kerta:1"
BROUGHT = ("by_model", "assessment", "survey_rounds")  # of what a reader brings; tried in test_desk
TREASURY = ("year_so_far", "budgets")  # of what the bundle has not of Tampere; tried in test_budgets
REASONS = {"broken", "too_long", "no_deck"}


def refused(text: str) -> str | None:
    """Why a link is no deck; None where it is one. Any other exception fails the test."""
    try:
        deck.unpacked(text)
    except DeckError as error:
        return error.reason
    return None


def refused_file(content: bytes) -> str | None:
    """Why a file is no deck; None where it is one."""
    try:
        deck.of_file(content)
    except DeckError as error:
        return error.reason
    return None


def scattered(count: int, length: int) -> tuple[Card, ...]:
    """Cards whose headlines hardly compress."""
    source = "".join(f"{zlib.crc32(str(n).encode()):08x}" for n in range(count * length // 8 + 1))
    return tuple(Card("map", (("kunta", TAMPERE),), source[n * length : (n + 1) * length]) for n in range(count))


LETTERS = st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co", "Zl", "Zp"))  # what can be written
WORDS = st.text(LETTERS, max_size=12)
PAIRS = st.lists(st.tuples(st.text(LETTERS, max_size=6), st.text(LETTERS, max_size=6)), max_size=3).map(tuple)
CARDS = st.lists(st.builds(Card, WORDS, PAIRS, WORDS), min_size=1, max_size=5).map(tuple)


@effort(max_examples=80, deadline=None)
@given(CARDS)
def test_any_deck_comes_back_from_its_link_as_it_was(cards: tuple[Card, ...]) -> None:
    text = deck.packed(cards)
    assert deck.unpacked(text) == cards
    assert re.fullmatch(r"[A-Za-z0-9_-]+", text), "the link needs no escapes"


@effort(max_examples=40, deadline=None)
@given(CARDS)
def test_any_deck_comes_back_from_its_file_as_it_was(cards: tuple[Card, ...]) -> None:
    content = deck.file(cards)
    assert deck.of_file(content) == cards
    assert deck.of_file(b"\xef\xbb\xbf" + content) == cards, "a file that an editor has given a mark of its encoding"


def test_ten_views_of_every_page_are_a_short_link_and_a_small_file_that_a_person_can_read() -> None:
    assert len(deck.packed(TEN)) < deck.LONGEST_LINK / 5
    content = deck.file(TEN)
    assert len(content) < 5_000 and HEADLINE.encode() in content
    assert deck.packed(()) == "", "without slides the address says nothing of a deck"


def test_a_view_with_an_emptied_choice_comes_back_as_it_was(bundle: Database) -> None:
    """An emptied choice stands in the address (`panokset=`), and so in the card of the view."""
    query = page_context.read(PLACE | {"panokset": ""}, bundle).selection.query()
    assert query["panokset"] == ""
    cards = (Card("ranking", tuple((part, value) for part, value in query.items() if part != "kieli")),)
    assert deck.unpacked(deck.packed(cards)) == cards


def test_a_deck_holds_so_many_slides_and_no_more() -> None:
    most = (Card("map", ()),) * deck.MOST_CARDS
    assert deck.unpacked(deck.packed(most)) == deck.of_file(deck.file(most)) == most
    with pytest.raises(DeckError) as said:
        deck.packed((*most, Card("map", ())))
    assert said.value.reason == "too_long"
    assert refused(link_of([["map", "", ""]] * (deck.MOST_CARDS + 1))) == "too_long"
    assert refused_file(deck.file((*most, Card("map", ())))) == "too_long"


def test_a_deck_is_as_long_as_an_address_may_be_and_no_longer() -> None:
    sizes = [len(link_of([[c.picture, "kunta=837", c.headline] for c in scattered(n, 200)])) for n in range(1, 41)]
    fits = sum(size <= deck.LONGEST_LINK for size in sizes)
    assert 10 < fits < 40
    assert deck.unpacked(deck.packed(scattered(fits, 200))) == scattered(fits, 200)
    for count in (fits + 1, deck.MOST_CARDS):
        with pytest.raises(DeckError) as said:
            deck.packed(scattered(count, 200))
        assert said.value.reason == "too_long"
        assert refused(link_of([[c.picture, "kunta=837", c.headline] for c in scattered(count, 200)])) == "too_long"
        assert refused_file(deck.file(scattered(count, 200))) == "too_long"


def test_a_headline_from_elsewhere_is_cut_where_ours_would_end() -> None:
    long = "ä" * (deck.LONGEST_HEADLINE + 50)
    [from_link] = deck.unpacked(link_of([["map", "kunta=837", long]]))
    [from_file] = deck.of_file(json.dumps({"format": deck.FORMAT, "slides": [["map", "kunta=837", long]]}).encode())
    assert from_link.headline == from_file.headline == long[: deck.LONGEST_HEADLINE]


def test_a_link_that_unpacks_to_millions_is_refused_before_it_is_unpacked() -> None:
    bomb = link(b"[" + b" " * 4_000_000 + b"]")
    assert len(bomb) < deck.LONGEST_LINK
    tracemalloc.start()
    assert refused(bomb) == "broken"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10 * deck.LARGEST


LINK = deck.packed(TEN)


def test_no_part_of_a_link_is_taken_for_a_deck() -> None:
    assert {refused(LINK[:end]) for end in range(len(LINK))} == {"broken"}
    assert {refused(LINK[start:]) for start in range(1, len(LINK), 7)} == {"broken"}


@effort(max_examples=100, deadline=None)
@given(st.integers(0, len(LINK) - 1), st.text(max_size=3))
def test_a_changed_link_is_the_same_deck_or_none(at: int, put: str) -> None:
    changed = LINK[:at] + put + LINK[at + 1 :]
    if refused(changed) is None:
        assert deck.unpacked(changed) == TEN
    else:
        assert refused(changed) == "broken"


@effort(max_examples=150, deadline=None)
@given(
    st.text(max_size=200)
    | st.binary(max_size=200).map(lambda raw: base64.urlsafe_b64encode(raw).decode())
    | st.binary().map(link)
)
def test_no_text_is_more_than_refused(text: str) -> None:
    assert refused(text) in {None, "broken"}


@effort(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_no_file_is_more_than_refused(content: bytes) -> None:
    assert refused_file(content) == "no_deck"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)


def is_deck(value: Any) -> bool:
    """Whether JSON is a list of three words each."""
    return isinstance(value, list) and all(
        isinstance(one, list) and [type(part) for part in one] == [str] * 3 for one in value
    )


@effort(max_examples=150, deadline=None)
@given(JSON | st.lists(st.lists(JSON, min_size=3, max_size=3), max_size=3))
def test_of_other_shapes_none_is_a_deck(value: Any) -> None:
    assert refused(link_of(value)) == (None if is_deck(value) else "broken")
    assert refused_file(json.dumps(value).encode()) == "no_deck"
    in_file = refused_file(json.dumps({"format": deck.FORMAT, "slides": value}).encode())
    assert (in_file is None) == is_deck(value) and in_file in {None, *REASONS}


UNREADABLE = {
    "nested": b"[" * 100_000,
    "nested and closed": b"[" * 90_000 + b"]" * 90_000,
    "a number of many digits": b"9" * 10_000,
    "no end": b'[["map","kunta=837","',
    "no text": b'[["map","kunta=\xff\xfe","x"]]',
    "nothing": b"",
}


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_refused(content: bytes) -> None:
    assert refused(link(content)) == "broken"
    assert refused_file(content) == "no_deck"
    assert refused_file(b'{"format": "%s", "slides": %s}' % (deck.FORMAT.encode(), content)) == "no_deck"


@pytest.mark.parametrize("slide", [["map", "kunta=837", "\ud800"], ["map", "kunta=\udfff", ""], ["\ud83d", "", ""]])
def test_half_a_character_is_refused_or_can_be_linked_on(slide: list[str], bundle: Database) -> None:
    """JSON can hold half of a pair of surrogates; what is read must be writable again, since every link of a page
    carries it."""
    text, file = link_of([slide]), json.dumps({"format": deck.FORMAT, "slides": [slide]}).encode()
    assert refused_file(file) in {None, *REASONS}
    if refused(text) is None:
        assert deck.unpacked(deck.packed(deck.unpacked(text)))
    assert page_context.read(PLACE | {"esitys": text}, bundle).selection.query()


def test_other_files_are_no_decks() -> None:
    whole = deck.file(TEN)
    others = (
        b"\x89PNG\r\n\x1a\n",
        b"[]",
        b"null",
        b'{"format": "something"}',
        b'{"slides": []}',
        whole[:-5],
        whole.decode().encode("utf-16"),
    )
    assert {refused_file(content) for content in others} == {"no_deck"}
    assert refused_file(whole + b" " * deck.LARGEST) == "no_deck"
    assert refused_file(whole + b" " * 1000) is None


@pytest.mark.parametrize("slides", [None, [["map", "kunta=837"]], [["map", 837, ""]], {"map": ""}])
def test_a_file_whose_slides_are_none_is_not_said_to_be_a_link(slides: Any) -> None:
    reason = refused_file(json.dumps({"format": deck.FORMAT, "slides": slides}).encode())
    assert reason and "link" not in texts("en")[f"deck.{reason}"]


BAD_LINKS = {
    "cut": (LINK[:-4], "broken"),
    "words": ("<script>", "broken"),
    "no ASCII": ("ääkköset", "broken"),
    "too long": ("A" * (deck.LONGEST_LINK + 1), "too_long"),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("text", "reason"), BAD_LINKS.values(), ids=BAD_LINKS)
def test_a_bad_deck_in_the_address_is_named_and_the_rest_of_the_view_is_whole(
    text: str, reason: str, language: str, bundle: Database
) -> None:
    asked = PLACE | {"kieli": language, "kunnat": "091", "kartta": "rajat"}
    found, usual = page_context.read(asked | {"esitys": text}, bundle), page_context.read(asked, bundle)
    [notice] = found.notices
    assert "esitys" in notice and texts(language)[f"deck.{reason}"].format(most=40) in notice
    assert found.selection == usual.selection and not usual.notices
    assert "esitys" not in found.selection.query()


def test_a_deck_goes_along_with_every_change_of_the_view(bundle: Database) -> None:
    found = page_context.read(PLACE | {"esitys": LINK, "kieli": "sv"}, bundle)
    assert found.selection.deck == TEN and not found.notices
    assert found.selection.query(municipality="091", language="en")["esitys"] == LINK


def exhibit_of(bundle: Database, picture: str, language: str) -> Exhibit | None:
    return reporting.picture(bundle, EMPTY, card(picture, skenaario=SCENARIO), language)


def numerals(words: tuple[str, ...]) -> list[str]:
    """The figures in some words, without what separates thousands and decimals."""
    return sorted(number for part in words for number in re.findall(r"\d+", re.sub(r"(?<=\d)[\s.,](?=\d)", "", part)))


@pytest.mark.parametrize("picture", [picture for picture in PICTURES if picture not in (*BROUGHT, *TREASURY)])
def test_a_picture_shows_the_same_numbers_in_every_language_and_only_its_words_differ(
    picture: str, bundle: Database
) -> None:
    found = {language: exhibit_of(bundle, picture, language) for language in LANGUAGES}
    exhibits = [exhibit for exhibit in found.values() if exhibit is not None]
    assert len(exhibits) == len(LANGUAGES), "the bundle has figures of Tampere for every picture"
    assert len({exhibit.title for exhibit in exhibits}) == len(LANGUAGES)
    first = exhibits[0]
    for exhibit in exhibits:
        assert not re.search(
            r"\{[a-z_]*\}|\bNone\b|\bnan\b",
            f"{exhibit.title} {exhibit.unit} {exhibit.note} {exhibit.source} {exhibit.rows}",
        )
        assert (exhibit.kind, exhibit.decimals, exhibit.middles) == (first.kind, first.decimals, first.middles)
        assert len(exhibit.categories) == len(first.categories) and [len(row) for row in exhibit.rows] == [
            len(row) for row in first.rows
        ]
        assert numerals(exhibit.limits) == numerals(first.limits)
        assert [sorted(map(str, values)) for values in (exhibit.series or {}).values()] == [
            sorted(map(str, values)) for values in (first.series or {}).values()
        ]
        assert numerals((exhibit.title,)) == numerals((first.title,))
        assert exhibit.roles == first.roles and len(exhibit.roles) == len(
            exhibit.series or () if exhibit.kind in BY_SERIES else exhibit.categories
        )
        if picture in ("standing", "worklife"):
            assert [numerals(row[1:]) for row in exhibit.rows] == [numerals(row[1:]) for row in first.rows]
