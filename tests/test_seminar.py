"""The page of the deck: pictures are gathered from any page, put in order, named and kept in the address; and shown
full screen."""

import base64
import json
import re
import zlib
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from browser import NARROW, PATIENCE, Visit, window
from conftest import Served, unfolded, ways
from playwright.sync_api import Browser, Page, expect
from streamlit.testing.v1 import AppTest
from test_browser import HARMLESS, contrast, rgb
from test_catalogue_page import opened
from test_datasets import said
from test_pages import titles, words

from kuntamittari import settings
from kuntamittari.exhibits import deck, page_context, reporting
from kuntamittari.exhibits.deck import Card
from kuntamittari.exhibits.exhibit import Exhibit, table_of
from kuntamittari.exhibits.registry import OF_PAGE
from kuntamittari.i18n import texts
from kuntamittari.query.database import Database
from kuntamittari.ui import sections
from kuntamittari.ui.parts import presentation
from kuntamittari.uploads.workspace import EMPTY

LANGUAGES = settings.LANGUAGES
PLACE = {"kunta": "837", "ryhma": "largest-20", "mittari": "basic_education_cost_per_7_15", "vuosi": "2018"}
FILES = {path: file.removesuffix(".py") for section in sections.SECTIONS for file, path, _ in section.pages}
MARKUP = "<b>Säästö</b> & **5** %"
SEEN = {"width": 1440, "height": 900}


def card(picture: str, headline: str = "", **query: str) -> Card:
    """A picture of Tampere's view, but for some changes."""
    return Card(picture, tuple((PLACE | query).items()), headline)


LOANS, LIBRARY = "loans_per_resident", "library_cost_per_resident"
THREE = (card("definition"), card("definition", mittari=LOANS), card("definition", "Lainat", mittari=LIBRARY))


def gathered(page: AppTest) -> tuple[Card, ...]:
    """The deck that stands in the address."""
    text = page.query_params.get("esitys", "")
    return deck.unpacked(text if isinstance(text, str) else text[0]) if text else ()


def finding_of(bundle: Database, one: Card, language: str = "en") -> str:
    exhibit = reporting.picture(bundle, EMPTY, Card(one.picture, one.query), language)
    assert exhibit is not None
    return exhibit.title.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("path", "picture", "own"),
    [
        ("vertailu", "development", {}),
        ("", "ranking", {}),
        ("kustannukset", "composition", {"luku": "eur"}),
        ("kartta", "map", {}),
        ("ennakointi", "ages_ahead", {"ika": "7-15"}),
        ("tuottavuus", "taken_apart", {}),
        ("indikaattorit", "definition", {}),
    ],
)
def test_a_picture_of_a_page_goes_into_the_address_and_the_deck_lists_it(
    path: str, picture: str, own: dict, bundle: Database
) -> None:
    page = opened(FILES[path], kieli="en", **PLACE, **own)
    assert "esitys" not in page.query_params
    unfolded(page, "take").button(key=f"add-{picture}").click().run()
    assert not page.exception and [toast.value for toast in page.toast] == [texts("en")["deck.added"].format(n=1)]
    [one] = gathered(page)
    assert one.picture == picture and dict(one.query) == PLACE | own and one.headline == ""
    assert ways(page) and all(way.query["esitys"] == deck.packed((one,)) for way in ways(page)), (
        "the deck goes along to every page"
    )
    listed = opened("seminar", kieli="en", esitys=deck.packed((one,)))
    assert finding_of(bundle, one) in said(listed) and listed.text_input(key="headline-0").value == ""
    assert "Slides in the presentation: 1." in said(listed)


@pytest.mark.parametrize("path", OF_PAGE)
def test_every_page_with_pictures_offers_each_of_them_and_no_two_by_one_name(path: str) -> None:
    page = opened(FILES[path], kieli="sv", **PLACE)
    unfolded(page, "take")
    labels = [page.button(key=f"add-{picture}").label for picture in OF_PAGE[path]]
    assert labels == [texts("sv")[f"picture.{picture}"] for picture in OF_PAGE[path]] and len(set(labels)) == len(
        labels
    )


def test_views_are_gathered_one_after_another_as_they_were_seen() -> None:
    page = opened("comparison", kieli="en", **PLACE)
    unfolded(page, "take").button(key="add-ranking").click().run()
    page.selectbox(key="choose-municipalitysidebar").select("564").run()
    unfolded(page, "take").button(key="add-ranking").click().run()
    unfolded(page, "take").button(key="add-development").click().run()
    assert [(one.picture, dict(one.query)["kunta"]) for one in gathered(page)] == [
        ("ranking", "837"),
        ("ranking", "564"),
        ("development", "564"),
    ]
    assert all("esitys" not in dict(one.query) for one in gathered(page)), "a deck does not hold itself"


def test_a_picture_without_figures_is_not_added_and_the_reader_is_told() -> None:
    page = opened("comparison", kieli="en", **PLACE | {"kunta": "061"})
    unfolded(page, "take").button(key="add-ranking").click().run()
    assert [toast.value for toast in page.toast] == [
        texts("en")["deck.no_figures"]
    ] and "esitys" not in page.query_params


def edited(cards: tuple[Card, ...] = THREE, **query: str) -> AppTest:
    return opened("seminar", kieli="en", esitys=deck.packed(cards), **PLACE, **query)


@pytest.mark.parametrize(
    ("key", "order"),
    [("down-0", (1, 0, 2)), ("up-2", (0, 2, 1)), ("up-1", (1, 0, 2)), ("remove-1", (0, 2)), ("remove-0", (1, 2))],
)
def test_slides_move_and_go_with_their_headlines(key: str, order: tuple[int, ...], bundle: Database) -> None:
    page = edited()
    page.button(key=key).click().run()
    wanted = tuple(THREE[number] for number in order)
    assert not page.exception and gathered(page) == wanted
    assert [box.value for box in page.text_input] == [one.headline for one in wanted]
    titles = [words(block.value) for block in page.markdown if re.match(r"\*\*\d+\. ", block.value)]
    assert [title.partition(". ")[0].strip("*") for title in titles] == [str(n + 1) for n in range(len(wanted))]
    assert all(finding_of(bundle, one) in title for one, title in zip(wanted, titles, strict=True))
    assert page.query_params["kunta"] == "837", "the view stays"


def test_the_first_goes_no_higher_and_the_last_no_lower() -> None:
    page = edited()
    ends = {key: page.button(key=key).disabled for key in ("up-0", "down-0", "up-1", "down-1", "up-2", "down-2")}
    assert [key for key, disabled in ends.items() if disabled] == ["up-0", "down-2"]


def test_a_headline_of_ones_own_goes_into_the_address_and_an_emptied_one_out_of_it(bundle: Database) -> None:
    page = edited()
    page.text_input(key="headline-1").set_value(f"  {MARKUP} ").run()
    assert [one.headline for one in gathered(page)] == ["", MARKUP, "Lainat"]
    assert page.text_input(key="headline-1").value == MARKUP and finding_of(bundle, THREE[1]) in said(page)
    page.text_input(key="headline-1").set_value("").run()
    assert gathered(page) == THREE


def test_the_last_slide_removed_leaves_an_empty_deck_that_says_what_to_do() -> None:
    page = edited(THREE[:1])
    page.button(key="remove-0").click().run()
    assert "esitys" not in page.query_params and page.info[0].value == texts("en")["deck.empty"] and not page.exception


def test_every_control_of_a_slide_is_told_from_those_of_the_others() -> None:
    page = edited()
    labels = [button.label for button in page.button] + [box.label for box in page.text_input]
    assert len(labels) > 12 and len(set(labels)) == len(labels)


def test_the_whole_link_stands_on_the_page_and_opens_the_same_deck_in_another_language(bundle: Database) -> None:
    [link] = [block.value for block in edited().code if "esitys=" in block.value]
    query = {part: values[0] for part, values in parse_qs(link.partition("?")[2]).items()}
    assert query.keys() == {"esitys"}
    swedish = opened("seminar", kieli="sv", **query)
    assert not swedish.warning and gathered(swedish) == THREE
    assert all(finding_of(bundle, one, "sv") in said(swedish) for one in THREE)


FULL = (card("map"),) * deck.MOST_CARDS
MARKS = "".join(chr(0x4E00 + n * 7919 % 20_000) for n in range(20_000))  # characters that hardly compress


def of_words() -> tuple[Card, ...]:
    """A deck of long headlines, as long as a link may be: not one slide more goes in."""
    cards = [card("definition")]
    for length in (deck.LONGEST_HEADLINE, 20, 1):
        while True:
            more = Card("definition", (("kunta", "837"),), MARKS[len(cards) * 200 :][:length])
            try:
                deck.packed((*cards, more))
            except deck.DeckError:
                break
            cards.append(more)
    return tuple(cards)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("cards", [FULL, of_words()], ids=["of slides", "of words"])
def test_a_full_deck_says_so_and_loses_nothing(cards: tuple[Card, ...], language: str) -> None:
    page = opened(
        "indicators",
        kieli=language,
        esitys=deck.packed(cards),
        kunnat="091,092,049,564,853",
        painot="vaesto:2",
        **PLACE,
    )
    before = page.query_params["esitys"]
    unfolded(page, "take").button(key="add-definition").click().run()
    assert [toast.value for toast in page.toast] == [texts(language)["deck.too_long"].format(most=40)]
    assert page.query_params["esitys"] == before and not page.exception and not page.warning


def test_a_headline_past_the_longest_link_is_refused_with_words_and_the_deck_stays() -> None:
    cards = of_words()
    page = edited(cards)
    page.text_input(key="headline-0").set_value(MARKS[-deck.LONGEST_HEADLINE :]).run()
    assert gathered(page) == cards, "loses nothing"
    assert [toast.value for toast in page.toast] == [texts("en")["deck.too_long"].format(most=40)]


def load(page: AppTest, content: bytes) -> AppTest:
    page.file_uploader(key="deck-file").set_value(("esitys.json", content, "application/json")).run()
    assert not page.exception
    return page


@pytest.mark.parametrize("before", [(), THREE[:1]], ids=["empty", "in place of another"])
def test_a_saved_deck_is_opened_from_its_file(before: tuple[Card, ...], bundle: Database) -> None:
    page = load(
        opened("seminar", kieli="en", **PLACE, **({"esitys": deck.packed(before)} if before else {})),
        deck.file(THREE[::-1]),
    )
    assert gathered(page) == THREE[::-1] and not page.error
    assert [box.value for box in page.text_input] == ["Lainat", "", ""]
    page.button(key="remove-0").click().run()
    assert gathered(page) == THREE[1::-1], "the file that is still there does not come back"


WRONG = {
    "another file": (b"\x89PNG", "no_deck"),
    "other JSON": (b'{"format": "x"}', "no_deck"),
    "cut": (deck.file(THREE)[:-9], "no_deck"),
    "too large": (deck.file(THREE) + b" " * deck.LARGEST, "no_deck"),
    "too many slides": (deck.file((*FULL, card("map"))), "too_long"),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("content", "reason"), WRONG.values(), ids=WRONG)
def test_a_wrong_file_is_refused_with_words_and_the_deck_stays(content: bytes, reason: str, language: str) -> None:
    page = load(opened("seminar", kieli=language, esitys=deck.packed(THREE), **PLACE), content)
    [box] = page.error
    assert box.value == texts(language)[f"deck.{reason}"].format(most=40) and gathered(page) == THREE


def test_a_broken_link_opens_an_empty_deck_with_a_notice() -> None:
    page = opened("seminar", kieli="en", esitys=deck.packed(THREE)[:-5], **PLACE)
    [notice] = page.warning
    assert "esitys" in notice.value and texts("en")["deck.broken"] in words(notice.value) and page.info


@pytest.mark.parametrize(
    "slide",
    [
        ["map", "kunta=837", "\ud800"],
        ["definition", "kunta=837", "a\x00b"],
        ["x" * 300, "kunta", "<i>"],
        ["map", "esitys=x&dia=1&kieli=zz", ""],
        ["dearer", "kunta=837&ryhma=own&vuosi=2018", ""],
    ],
)
@pytest.mark.parametrize("shown", [{}, {"dia": "1"}], ids=["in the list", "full screen"])
def test_no_slide_of_a_link_breaks_the_page(slide: list[str], shown: dict[str, str]) -> None:
    text = base64.urlsafe_b64encode(zlib.compress(json.dumps([slide]).encode())).decode().rstrip("=")
    page = opened("seminar", kieli="en", esitys=text, **PLACE, **shown)
    assert not page.error and texts("en")["error.page"] not in said(page)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("1", 1),
        ("3", 3),
        ("4", 3),
        ("0", 1),
        ("99999999999999999999", 3),
        ("", None),
        ("-1", None),
        ("²", None),
        ("x", None),
    ],
)
def test_a_slide_of_the_address_is_one_of_the_deck(asked: str, found: int | None, bundle: Database) -> None:
    context = page_context.read(PLACE | {"esitys": deck.packed(THREE), "dia": asked}, bundle)
    assert presentation.shown(context, presentation.PATH) == found
    assert presentation.shown(context, "vertailu") is None
    assert presentation.shown(page_context.read(PLACE | {"dia": asked}, bundle), presentation.PATH) is None, (
        "no deck, no slide"
    )


def test_full_screen_turns_by_its_buttons_and_ends_in_the_list() -> None:
    page = edited()
    [start] = [button for button in page.button if button.label == texts("en")["deck.show"]]
    page = start.click().run()
    assert page.query_params["dia"] == "1" and not titles(page) and not page.sidebar.selectbox, (
        "nothing of the page around it"
    )
    for label, wanted in (("next", "2"), ("next", "3"), ("back", "2"), ("end", None)):
        [button] = [button for button in page.button if button.label == texts("en")[f"deck.{label}"]]
        assert not button.disabled
        page = button.click().run()
        assert page.query_params.get("dia") == wanted and gathered(page) == THREE and not page.exception
    assert titles(page) == [texts("en")["deck.title"]]


# What only a browser can show

TEN = (
    card("ranking"),
    card("development", kunnat="091"),
    card("alike", MARKUP),
    card("pair"),
    card("map"),
    card("composition", luku="eur"),
    card("dearer", kunta="091"),
    card("definition"),
    card("ages_ahead", ika="7-15"),
    card("sectors"),
)
expect.set_options(timeout=PATIENCE)


@pytest.fixture
def visit(browser: Browser, dashboard: Served) -> Iterator[Callable[..., Visit]]:
    """visit(query, **options) opens the page of the deck in a profile of its own, which knows nothing of those
    before."""
    contexts = []

    def open_(query: dict[str, Any], **options: object) -> Visit:
        contexts.append(window(browser, **{"viewport": SEEN} | options))
        contexts[-1].set_default_timeout(2 * PATIENCE)
        return Visit(contexts[-1], dashboard.address).go(f"/esitys?{urlencode(query)}")

    yield open_
    for context in contexts:
        context.close()


Open = Callable[..., Visit]


def troubles(reader: Visit) -> list[str]:
    return [trouble for trouble in reader.troubles if HARMLESS not in trouble]


def slide_of(bundle: Database, one: Card, language: str) -> Exhibit:
    return reporting.slide(page_context.read(PLACE | {"kieli": language}, bundle), one)


def cells(page: Page) -> list[str]:
    """The figures of the slide that is shown, without what separates thousands and decimals."""
    found = page.locator(".km-slide table tbody td").all_text_contents()
    return [re.sub(r"(?<=\d)[\s.,](?=\d)", "", cell) for cell in found]


def turned(reader: Visit, number: int, title: str) -> None:
    """Waits until a slide is the one that is shown."""
    expect(reader.page.locator(".km-slide h1")).to_have_text(title)
    expect(reader.page.get_by_text(f"{number}/{len(TEN)}", exact=True)).to_be_visible()
    expect(reader.page.get_by_role("button", name=texts(reader.language)["deck.end"])).to_be_enabled()
    reader.page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()


@pytest.mark.browser
def test_a_deck_of_ten_views_survives_its_link_a_reload_another_browser_and_another_language(
    visit: Open, bundle: Database
) -> None:
    link, numbers = deck.packed(TEN), dict[str, list[list[str]]]()
    for language in ("en", "sv"):
        reader, numbers[language] = visit({"kieli": language, "esitys": link, "dia": 1}), []
        for number, one in enumerate(TEN, 1):
            exhibit = slide_of(bundle, one, language)
            turned(reader, number, exhibit.title)
            numbers[language].append(cells(reader.page))
            heads = table_of(exhibit, page_context.read({"kieli": language}, bundle).t)[0]
            assert reader.page.locator(".km-slide thead th").all_text_contents() == list(heads)
            reader.page.keyboard.press("ArrowRight")
        last = slide_of(bundle, TEN[-1], language).title
        turned(reader, 10, last)
        assert reader.query["dia"] == "10" and reader.query["esitys"] == link, "past the last there is nothing"
        reader.page.reload()
        turned(reader, 10, last)
        reader.page.keyboard.press("ArrowLeft")
        turned(reader, 9, slide_of(bundle, TEN[8], language).title)
        assert reader.language == language and troubles(reader) == []
    figures_ = [number for number, one in enumerate(TEN) if one.picture not in ("map", "definition")]
    assert all(numbers["en"][n] and numbers["en"][n] == numbers["sv"][n] for n in figures_)


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_full_screen_is_large_named_whole_and_nothing_but_the_slide(visit: Open, scheme: str, bundle: Database) -> None:
    cards = (
        TEN[3],
        card("ranking", MARKUP),
        card("map"),
        card("standing"),
        card("datasets"),
    )  # a long finding, a short one, tables
    reader = visit({"kieli": "fi", "esitys": deck.packed(cards), **PLACE}, color_scheme=scheme)
    page, style = reader.page, "(element, name) => getComputedStyle(element)[name]"
    page.get_by_role("button", name=texts("fi")["deck.show"]).click()
    for number, one in enumerate(cards, 1):
        exhibit = slide_of(bundle, one, "fi")
        heading = page.locator(".km-slide h1")
        expect(heading).to_have_text(exhibit.title)
        page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
        for part in ("stSidebar", "stHeader", "stToolbar"):
            expect(page.get_by_test_id(part).locator("visible=true")).to_have_count(0)
        behind = rgb(page.get_by_test_id("stApp").evaluate(style, "backgroundColor"))
        assert float(heading.evaluate(style, "fontSize").removesuffix("px")) >= 24
        assert contrast(rgb(heading.evaluate(style, "color")), behind) >= 4.5
        shown = page.locator(".km-slide img:visible, .km-slide > table:visible")
        expect(shown).to_have_count(1)
        if exhibit.kind != "table":
            finding = slide_of(bundle, Card(one.picture, one.query), "fi").title
            assert finding in (shown.get_attribute("alt") or ""), "also where the headline is the reader's own"
            assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
            drawing = base64.b64decode((shown.get_attribute("src") or "").partition(",")[2]).decode("utf-8")
            inks = {
                rgb(str(tuple(int(ink[n : n + 2], 16) for n in (0, 2, 4))))
                for ink in re.findall(r"<text[^>]*fill=\"#(\w{6})\"", drawing)
            }
            assert inks and all(contrast(ink, behind) >= 4.5 for ink in inks)
        for what in (
            heading,
            shown,
            page.locator(".km-slide > p"),
            page.get_by_text(f"{number}/{len(cards)}", exact=True),
        ):
            box = what.bounding_box()
            assert box is not None
            assert box["x"] >= 0 and box["x"] + box["width"] <= SEEN["width"] + 1, f"slide {number} is too wide"
            assert box["y"] >= 0 and box["y"] + box["height"] <= SEEN["height"] + 1, (
                f"slide {number} ends below the window"
            )
        page.keyboard.press("ArrowRight")
    full = "() => document.fullscreenElement !== null"
    page.get_by_role("button", name=texts("fi")["deck.full_screen"]).click()
    page.wait_for_function(full)
    page.get_by_role("button", name=texts("fi")["deck.full_screen"]).click()
    page.wait_for_function(f"() => !({full})()")
    page.keyboard.press("Escape")
    expect(page.locator("h1")).to_have_text(texts("fi")["deck.title"])
    expect(page.get_by_test_id("stSidebar")).to_be_visible()
    assert "dia" not in reader.query and troubles(reader) == []


@pytest.mark.browser
def test_at_390_pixels_no_slide_and_nothing_of_the_list_scrolls_sideways(visit: Open, bundle: Database) -> None:
    cards = (card("ranking", MARKUP), card("pair"), card("map"), card("definition"))
    parts = "[...document.querySelectorAll('html, [data-testid=stMain], .km-slide')]"
    wide = f"() => {parts}.map(e => [e.className || e.tagName, e.scrollWidth - e.clientWidth]).filter(([, more]) => more > 1)"
    reader = visit({"kieli": "fi", "esitys": deck.packed(cards), **PLACE}, viewport=NARROW, has_touch=True)
    expect(reader.page.get_by_text(texts("fi")["deck.keep"])).to_be_visible()
    assert reader.page.evaluate(wide) == []
    for number, one in enumerate(cards, 1):
        reader.go(f"/esitys?{urlencode({'kieli': 'fi', 'esitys': deck.packed(cards), 'dia': number})}")
        expect(reader.page.locator(".km-slide h1")).to_have_text(slide_of(bundle, one, "fi").title)
        assert reader.page.evaluate(wide) == [], f"slide {number}"
        shown = reader.page.locator(".km-slide img:visible")
        if one.picture != "definition":
            expect(shown).to_have_count(1)
            box = shown.bounding_box()
            assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= NARROW["width"]
    assert troubles(reader) == []
