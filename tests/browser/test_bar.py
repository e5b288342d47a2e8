"""The bar: the search by keyboard and by touch, the link of the view, and the bar that stays in view."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect

from kuntamittari import settings
from kuntamittari.i18n import texts
from tests.support.browser import NARROW, Visit, window
from tests.support.server import Served

BASIC, CARE = "basic_education_cost_per_7_15", "early_childhood_cost_per_1_6"
TAMPERE = f"/vertailu?kunta=837&ryhma=largest-20&mittari={BASIC}&vuosi=2018"


@pytest.fixture
def visit(browser: Browser, dashboard: Served) -> Iterator[Callable[..., Visit]]:
    """visit(address, **options of a window) opens a page in a window of its own."""
    opened: list[Visit] = []

    def open_(address: str, **options: object) -> Visit:
        opened.append(Visit(window(browser, **options), dashboard.address))
        return opened[-1].go(address).settle()

    yield open_
    for one in opened:
        one.page.context.close()


Open = Callable[..., Visit]


@pytest.mark.parametrize(
    ("language", "words"), [("fi", "päiväkoti oulu"), ("sv", "daghem i Uleåborg"), ("en", "nursery Oulu")]
)
def test_the_keyboard_searches_and_the_choices_stay(visit: Open, language: str, words: str) -> None:
    reader = visit(f"{TAMPERE}&kieli={language}")
    box = reader.page.get_by_role("combobox", name=texts(language)["search.label"])
    box.focus()
    reader.page.keyboard.type(words)
    option = reader.page.get_by_role("option").first
    expect(option).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-expanded") == "true"
    assert box.get_attribute("aria-activedescendant") == option.get_attribute("id")
    reader.page.keyboard.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "false")
    reader.page.keyboard.press("ArrowUp")
    reader.page.keyboard.press("Enter")
    expect(reader.finding).to_contain_text("Uleåborg: " if language == "sv" else "Oulu: ")
    wanted = {"kieli": language, "kunta": "564", "ryhma": "largest-20", "mittari": CARE, "vuosi": "2018"}
    assert reader.path == "/vertailu" and reader.query == wanted
    reader.settle().page.go_back()
    expect(reader.finding).to_contain_text("Tammerfors: " if language == "sv" else "Tampere: ")
    assert reader.troubles == []


def test_nothing_found_is_said_and_escape_ends_the_search(visit: Open) -> None:
    reader = visit(f"{TAMPERE}&kieli=en")
    box = reader.page.get_by_role("combobox", name=texts("en")["search.label"])
    box.focus()
    reader.page.keyboard.type("qqqqqq")
    expect(reader.page.get_by_text(texts("en")["search.none"])).to_be_visible()
    reader.page.keyboard.press("Enter")
    reader.page.keyboard.press("Escape")
    expect(reader.page.locator("#km-found")).to_have_count(0)
    assert box.input_value() == "" and reader.query["kunta"] == "837" and reader.troubles == []


def test_a_thumb_finds_a_municipality_in_two_taps_and_nothing_scrolls_sideways(visit: Open) -> None:
    reader = visit(f"{TAMPERE}&kieli=fi", viewport=NARROW, has_touch=True)
    reader.page.mouse.wheel(0, 900)
    reader.page.wait_for_timeout(300)
    box = reader.page.get_by_role("combobox", name=texts("fi")["search.label"])
    box.tap()  # the bar is in view wherever the reader is on the page
    reader.page.keyboard.type("jyvaskyla")
    option = reader.page.get_by_role("option").first
    expect(option).to_contain_text("Jyväskylä")
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    option.tap()
    expect(reader.finding).to_contain_text("Jyväskylä: ")
    assert reader.query["kunta"] == "179" and reader.query["mittari"] == BASIC and reader.troubles == []


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_a_copied_link_has_words_for_a_message_and_opens_the_very_view(visit: Open, language: str) -> None:
    reader = visit(f"/vertailu?kieli={language}")
    reader.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    reader.page.get_by_role("button", name=texts(language)["share.button"], exact=True).click()
    expect(reader.page.get_by_role("status").filter(has_text=texts(language)["share.copied"])).to_be_visible()
    title, said, link = reader.page.evaluate("navigator.clipboard.readText()").split("\n")
    assert title == reader.page.locator(".stMain h1").inner_text() and said == reader.finding.inner_text()
    assert re.search(r"/vertailu\?kieli=\w\w&kunta=091&ryhma=largest-20&mittari=\w+$", link)
    other = visit(link.removeprefix(reader.base).replace(f"kieli={language}", "kieli=sv"))
    expect(other.finding).to_contain_text("Helsingfors: ")


@pytest.mark.parametrize("path", ["/", "/kuntakortti", "/kustannukset", "/tukipalvelut", "/kehikko"])
def test_a_message_from_any_page_has_a_figure(visit: Open, path: str) -> None:
    reader = visit(f"{path}?kieli=sv&kunta=837")
    reader.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    # the figures of the front page are its cards
    expect(reader.page.locator(".km-finding, .km-a-card").first).to_be_visible()
    reader.page.get_by_role("button", name=texts("sv")["share.button"], exact=True).click()
    expect(reader.page.get_by_role("status").filter(has_text=texts("sv")["share.copied"])).to_be_visible()
    title, *said, link = reader.page.evaluate("navigator.clipboard.readText()").split("\n")
    assert title == reader.page.locator(".stMain h1").inner_text() and re.search(r"https?://.*kunta=837", link)
    assert said and all(re.search(r"\d", one) for one in said)
    assert len(said) == (3 if path == "/" else 1)


def test_the_link_that_skips_the_bar_leads_to_the_page(visit: Open) -> None:
    reader = visit(f"{TAMPERE}&kieli=en")
    reader.page.get_by_test_id("stSkipToContent").focus()
    reader.page.keyboard.press("Enter")
    reader.press_until("Tab", texts("en")["choice.indicator"], most=8)


def test_the_list_of_the_other_pages_opens_below_its_button_and_closes_with_escape(visit: Open) -> None:
    for options in ({}, {"viewport": NARROW}):
        reader = visit(f"{TAMPERE}&kieli=fi", **options)
        button = reader.page.get_by_role("button", name=texts("fi")["nav.more"], exact=True)
        button.click()
        panel = reader.page.locator(".km-panel")
        expect(panel).to_be_in_viewport(ratio=0.95)
        at, below = panel.bounding_box(), button.bounding_box()
        assert at and below and abs(at["y"] - below["y"] - below["height"]) < 4
        reader.page.keyboard.press("Escape")
        expect(panel).to_be_hidden()
