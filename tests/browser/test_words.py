"""Streamlit's own words on our pages are in the reader's language (kuntamittari/web/words.js)."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from kuntamittari.web import words
from tests.support.browser import Visit, window
from tests.support.server import dashboard_served, served

# between them they have every kind of widget, table, chart and menu of ours
PAGES = (
    ("/vertailu", "fi"),
    ("/vertailu", "sv"),
    ("/kartta", "sv"),
    ("/tukipalvelut", "fi"),
    ("/tietopankki", "sv"),
    ("/itsearviointi", "fi"),
    ("/aineistot", "sv"),
    ("/indikaattorit", "fi"),
)
# what is seen or spoken and is not markup of ours
SAID = """() => {
  const said = new Set();
  for (const element of document.querySelectorAll("*")) {
    for (const name of ["aria-label", "title", "placeholder", "aria-roledescription"]) {
      said.add((element.getAttribute(name) ?? "").trim());
    }
    if (!element.matches("script, style, noscript") && !element.closest('.stHtml, pre')) {
      for (const node of element.childNodes) {
        node.nodeType === Node.TEXT_NODE && said.add(node.data.trim());
      }
    }
  }
  said.delete("");
  return [...said];
}"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with dashboard_served(tmp_path_factory.mktemp("words")) as server:
        yield server.address


def english(language: str) -> re.Pattern[str]:
    """What Streamlit says where nobody translates it."""
    forms = (re.sub(r"\\\{\w+\\\}", ".+", re.escape(original)) for original in words.pairs(language))
    return re.compile("|".join(f"(?:{form})" for form in forms), re.DOTALL)


def everything_said(visit: Visit) -> set[str]:
    """What a page says with each box, menu and field open in turn, also where a search finds nothing."""
    page = visit.page
    said = set(page.evaluate(SAID))

    def opened(things: Locator, *typed: str) -> None:
        for thing in [one for one in things.all() if one.is_visible() and one.is_enabled()][:3]:
            thing.click()
            for text in ("", *typed):
                thing.press_sequentially(text)
                page.wait_for_timeout(300)
                said.update(page.evaluate(SAID))
            page.keyboard.press("Escape")
            page.keyboard.press("Escape")

    opened(page.locator('[data-testid="stSelectbox"] input'), "qqq")
    opened(page.locator('[data-testid="stMultiSelect"] input'), "qqq")
    opened(page.locator('[data-testid="stTextInput"] input, [data-testid="stNumberInput"] input'), "7")
    opened(page.get_by_test_id("stDateInputCalendarButton"))
    opened(page.get_by_test_id("stPopoverButton"))
    return said


@pytest.mark.parametrize(("path", "language"), PAGES)
def test_no_word_of_streamlit_is_english(browser: Browser, address: str, path: str, language: str) -> None:
    with ExitStack() as closing:
        context = window(browser, locale="en-US")
        closing.callback(context.close)
        visit = Visit(context, address).go(f"{path}?kieli={language}&kunta=837")
        visit.page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
        visit.page.wait_for_timeout(1_000)
        said, foreign = everything_said(visit), english(language)
        assert len(said) > 60 and [one for one in said if foreign.fullmatch(one)] == []
        spoken = words.pairs(language)
        if path == "/vertailu":
            assert {spoken["Skip to main content"], spoken["Open"], spoken["No results"]} <= said
        assert [trouble for trouble in visit.troubles if trouble.startswith("page error")] == []


def test_an_english_page_says_what_streamlit_says(browser: Browser, address: str) -> None:
    context = window(browser, locale="fi-FI")
    visit = Visit(context, address).go("/vertailu?kieli=en&kunta=837").settle()
    assert {"Skip to main content", "Open", "Help for Compare also with"} <= set(visit.page.evaluate(SAID))
    assert visit.page.evaluate("navigator.language") == "en-GB"
    context.close()


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_when_the_server_is_gone_the_reader_learns_what_is_safe(
    browser: Browser, tmp_path: Path, language: str
) -> None:
    with ExitStack() as running:
        context = window(browser)
        base = running.enter_context(served(tmp_path / "log.txt"))
        visit = Visit(context, base).go(f"/vertailu?kieli={language}&kunta=837").settle()
        running.close()
        told = visit.page.get_by_role("dialog")
        spoken = words.pairs(language)
        expect(told).to_contain_text(spoken["Connection error"])
        expect(told).to_contain_text(spoken["Streamlit server is not responding. Are you connected to the internet?"])
        expect(told).not_to_contain_text("Streamlit")
        context.close()
