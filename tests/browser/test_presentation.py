"""The deck in a real browser: its link, full screen, and a narrow window."""

import base64
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

from kuntamittari.exhibits import deck, page_context, reporting
from kuntamittari.exhibits.deck import Card
from kuntamittari.exhibits.exhibit import Exhibit, table_of
from kuntamittari.i18n import texts
from kuntamittari.query.database import Database
from tests.support.browser import HARMLESS, NARROW, PATIENCE, Visit, contrast, rgb, window
from tests.support.exhibits import card
from tests.support.server import Served

PLACE = {"kunta": "837", "ryhma": "largest-20", "mittari": "basic_education_cost_per_7_15", "vuosi": "2018"}
MARKUP = "<b>Säästö</b> & **5** %"
SEEN = {"width": 1440, "height": 900}


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
        for part in (".st-key-bar", "[data-testid=stHeader]", "[data-testid=stToolbar]"):
            expect(page.locator(part).locator("visible=true")).to_have_count(0)
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
    expect(page.locator(".st-key-bar")).to_be_visible()
    assert "dia" not in reader.query and troubles(reader) == []


def test_at_390_pixels_no_slide_and_nothing_of_the_list_scrolls_sideways(visit: Open, bundle: Database) -> None:
    cards = (card("ranking", MARKUP), card("pair"), card("map"), card("definition"))
    parts = "[...document.querySelectorAll('html, [data-testid=stMain], .km-slide')]"
    wide = (
        f"() => {parts}.map(e => [e.className || e.tagName, e.scrollWidth - e.clientWidth]).filter(([, "
        "more]) => more > 1)"
    )
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
