"""A deck is one link and a small file: what goes in comes out, what is no deck is refused, and its slides say what the
pages say."""

import base64
import io
import json
import re
import tracemalloc
import zlib
from dataclasses import replace
from typing import Any

import openpyxl
import pypdf
import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st
from pptx import Presentation

from kuntamittari import settings
from kuntamittari.exhibits import deck, page_context, reporting
from kuntamittari.exhibits.deck import Card, DeckError
from kuntamittari.exhibits.exhibit import BY_SERIES, Exhibit
from kuntamittari.exhibits.registry import OF_PAGE, PICTURES
from kuntamittari.exhibits.render import reports
from kuntamittari.i18n import Translator, texts
from kuntamittari.query.database import Database
from kuntamittari.ui import sections
from kuntamittari.uploads.workspace import EMPTY

LANGUAGES = settings.LANGUAGES
BASIC, TAMPERE, FORSSA = "basic_education_cost_per_7_15", "837", "061"  # Forssa is known, but not loaded
SCENARIO = "pohja:12.5,saasto:5,kerta:1"
PLACE = {"kunta": TAMPERE, "ryhma": "largest-20", "mittari": BASIC, "vuosi": "2018"}
HEADLINE = "Säästö: <b>& = 5 %</b>"
BROUGHT = ("by_model", "assessment")  # of what a reader brings; tried in test_desk
WITHOUT_PICTURES = {"/esitys", "/saavutettavuus"}
REASONS = {"broken", "too_long", "no_deck"}


def card(picture: str, headline: str = "", **query: str) -> Card:
    """A picture of Tampere's view, but for some changes."""
    return Card(picture, tuple((PLACE | query).items()), headline)


TEN = (
    card("ranking"),
    card("development", kunnat="091"),
    card("alike", HEADLINE),
    card("pair"),
    card("map"),
    card("composition", luku="eur"),
    card("dearer", kunta="091"),
    card("definition"),
    card("ages_ahead", ika="7-15"),
    card("sectors", "=1+1"),
)


def link(content: bytes) -> str:
    """Content packed as a deck is, by the description of the address alone: zlib, base64 for addresses, no padding."""
    return base64.urlsafe_b64encode(zlib.compress(content, 9)).decode("ascii").rstrip("=")


def link_of(value: Any) -> str:
    return link(json.dumps(value).encode("utf-8"))


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


def leaf_of(bundle: Database, picture: str, language: str) -> Exhibit | None:
    return reporting.picture(bundle, EMPTY, card(picture, skenaario=SCENARIO), language)


def numerals(words: tuple[str, ...]) -> list[str]:
    """The figures in some words, without what separates thousands and decimals."""
    return sorted(number for part in words for number in re.findall(r"\d+", re.sub(r"(?<=\d)[\s.,](?=\d)", "", part)))


@pytest.mark.parametrize("picture", [picture for picture in PICTURES if picture not in BROUGHT])
def test_a_picture_shows_the_same_numbers_in_every_language_and_only_its_words_differ(
    picture: str, bundle: Database
) -> None:
    found = {language: leaf_of(bundle, picture, language) for language in LANGUAGES}
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


def test_every_page_that_shows_figures_has_pictures_and_they_are_made(bundle: Database) -> None:
    pages = {f"/{path}" for path in OF_PAGE}
    assert pages == set(sections.paths()) - WITHOUT_PICTURES
    without = [
        (page, picture)
        for page, listed in OF_PAGE.items()
        for picture in listed
        if picture not in BROUGHT and leaf_of(bundle, picture, "fi") is None
    ]
    assert without == [] and all(OF_PAGE.values())


@pytest.mark.parametrize("language", ["en", "sv"])
def test_a_deck_of_ten_has_ten_slides_in_its_order_under_the_readers_own_headlines(
    language: str, bundle: Database
) -> None:
    asked = page_context.read(PLACE | {"kieli": language, "kunta": "564", "esitys": LINK}, bundle)
    report = reporting.deck(asked, asked.selection.deck)
    assert len(report.exhibits) == 10 and report.language == language
    for one, exhibit in zip(TEN, report.exhibits, strict=True):
        found = PICTURES[one.picture](page_context.read(dict(one.query) | {"kieli": language}, bundle))
        assert found is not None
        assert exhibit.series == found.series and exhibit.rows == found.rows, (
            "of the view of the card, not of the reader's own"
        )
        assert exhibit.title == (one.headline or found.title)
        assert not one.headline or (found.title in exhibit.note and found.note in exhibit.note)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "one", [card("nope"), card("ranking", kunta=FORSSA), card("saving"), Card("", ()), card("ranking", kunta="zzz")]
)
def test_a_slide_is_a_picture_or_says_that_there_are_no_figures(one: Card, language: str, bundle: Database) -> None:
    asked, t = page_context.read(PLACE | {"kieli": language}, bundle), Translator(language)
    context = page_context.read(dict(one.query) | {"kieli": language}, bundle)
    name = context.name(context.selection.municipality)
    exhibit = reporting.slide(asked, one)
    assert name in exhibit.title
    if exhibit.series is None:
        assert exhibit.rows == ((t("deck.no_figures"),),)
    assert reporting.slide(asked, replace(one, headline=HEADLINE)).title == HEADLINE
    [alone] = reporting.deck(asked, [one]).exhibits
    assert alone == exhibit


def test_a_slide_without_figures_is_the_one_that_has_none(bundle: Database) -> None:
    asked, t = page_context.read(PLACE, bundle), Translator(settings.default_language())
    mixed = (
        card("nope"),
        TEN[0],
        card("alike", kunta=FORSSA),
        TEN[7],
        card("saving"),
        card("definition", kunta=FORSSA),
    )
    said = [reporting.slide(asked, one).rows == ((t("deck.no_figures"),),) for one in mixed]
    assert said == [True, False, True, False, True, False], "what an indicator is needs no municipality"


@pytest.fixture(scope="module")
def ten(bundle: Database) -> reporting.Report:
    return reporting.deck(page_context.read(PLACE | {"kieli": "sv"}, bundle), TEN)


def test_the_slides_of_a_deck_of_ten_open_with_their_titles_in_order(ten: reporting.Report) -> None:
    slides = list(Presentation(io.BytesIO(reports.FORMATS["pptx"].made(ten))).slides)
    assert [slide.shapes.title.text_frame.text for slide in slides[1:]] == [exhibit.title for exhibit in ten.exhibits]
    notes = slides[3].notes_slide.notes_text_frame.text
    assert notes.startswith(HEADLINE) and ten.exhibits[2].note in notes


def bookmarks(entries: list[Any]) -> list[Any]:
    """Every bookmark of a document in order, however deep it stands."""
    return [found for entry in entries for found in (bookmarks(entry) if isinstance(entry, list) else [entry])]


def test_the_document_of_a_deck_of_ten_opens_with_every_headline_in_order(ten: reporting.Report) -> None:
    document = pypdf.PdfReader(io.BytesIO(reports.FORMATS["pdf"].made(ten)))
    titles = [exhibit.title for exhibit in ten.exhibits]
    heads = [head for head in bookmarks(document.outline) if str(head.title) in titles]
    assert [str(head.title) for head in heads] == titles
    pages = [document.get_destination_page_number(head) or 0 for head in heads]
    assert pages == sorted(set(pages)) and pages[0] > 0, "each on a page of its own, after the first"
    said = re.sub(r"\s+", "", document.pages[pages[2]].extract_text())
    assert re.sub(r"\s+", "", ten.exhibits[2].note)[:40] in said, "the finding stands below the reader's own headline"


def test_the_workbook_of_a_deck_of_ten_has_a_sheet_of_figures_for_each_and_runs_no_headline(
    ten: reporting.Report,
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(reports.FORMATS["xlsx"].made(ten)))
    sheets = [book[name] for name in book.sheetnames]
    assert len(sheets) == 11
    for sheet, exhibit in zip(sheets, ten.exhibits, strict=False):
        if exhibit.series is not None:
            columns = list(sheet.iter_cols(min_col=2, min_row=2, values_only=True))
            assert columns == [pytest.approx(values) for values in exhibit.series.values()]
    about = {row[1].value: row[1].data_type for row in sheets[-1].iter_rows()}
    assert {exhibit.title for exhibit in ten.exhibits} <= set(about) and about["=1+1"] == "s"


HEADLINES = {
    "control characters": "\x00\x0b\x1b",
    "lines": "a\nb\tc",
    "no characters": "\ufffe\uffff",
    "a picture": "Säästö 🙂",
    "a tick and an arrow": "✓ 100 ➜ 90 €",
    "another script": "Приклад 例",
    "markup": "#let x = [*_$@]",
}


@pytest.mark.parametrize("form", reports.FORMATS)
@pytest.mark.parametrize("headline", HEADLINES.values(), ids=HEADLINES)
def test_no_headline_of_a_link_breaks_a_file(form: str, headline: str, bundle: Database) -> None:
    asked = page_context.read(
        PLACE | {"esitys": link_of([["definition", "kunta=837", headline], ["ranking", "kunta=837", headline]])}, bundle
    )
    if asked.selection.deck:  # or it is refused
        assert len(reports.FORMATS[form].made(reporting.deck(asked, asked.selection.deck))) > 1000
    else:
        assert asked.notices


@pytest.mark.parametrize("form", reports.FORMATS)
@pytest.mark.parametrize("picture", ["ranking", "alike", "pair", "by_service", "dearer"])
def test_a_group_of_one_goes_into_every_file(picture: str, form: str, bundle: Database) -> None:
    """Nothing differs from a group that is the municipality itself: a picture of no bars, or of one."""
    asked = page_context.read(PLACE, bundle)
    made = reports.FORMATS[form].made(reporting.deck(asked, [card(picture, ryhma="own")]))
    assert made.startswith(b"%PDF" if form == "pdf" else b"PK")
