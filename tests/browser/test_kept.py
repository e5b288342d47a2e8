"""Nothing typed or brought is lost: leaving in every way, and coming back, with a real browser and real servers."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Locator, Page, expect

from bench.server import free_port
from kuntamittari.i18n import Translator
from tests.support.browser import taken_over, window
from tests.support.server import served

CAF = "/itsearviointi?kieli=fi&kunta=837"
WORDS = "Näyttö jota kirjoitettiin tunti: 1 + 1 = 2."
KEYS = """new Promise((resolve) => { const opening = indexedDB.open("kuntamittari", 1);
  opening.onsuccess = () => { const all = opening.result.transaction("kept").objectStore("kept").getAllKeys();
    all.onsuccess = () => resolve(all.result); }; })"""


def t(key: str) -> str:
    return Translator("fi")(key)


class House:
    """A server that can be killed and started again at the same address."""

    def __init__(self, folder: Path):
        self.folder, self.port, self.running = folder, free_port(), ExitStack()

    def start(self) -> str:
        """Start it; return its address."""
        log = self.folder / "log.txt"
        return self.running.enter_context(served(log, STREAMLIT_SERVER_PORT=str(self.port)))

    def stop(self) -> None:
        """End it with all that it has in memory."""
        self.running.close()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house for all tests, which leave it running."""
    made = House(tmp_path_factory.mktemp("house"))
    made.start()
    yield made
    made.stop()


@pytest.fixture
def reader(browser: Browser) -> Iterator[BrowserContext]:
    """A browser profile of its own."""
    context = window(browser)
    yield context
    context.close()


def opened(reader: BrowserContext, house: House, path: str = CAF, asked: list[str] | None = None) -> Page:
    """A page, drawn to its end. Questions on leaving are answered by yes, and noted in `asked`."""
    page = reader.new_page()

    def answer(dialog: Dialog) -> None:
        if asked is not None:
            asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    page.goto(f"http://127.0.0.1:{house.port}{path}")
    return drawn(page)


def drawn(page: Page) -> Page:
    """Wait for the last element of a page."""
    taken_over(page)
    page.locator("[data-desk]").wait_for(state="attached")
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
    return page


def evidence(page: Page) -> Locator:
    """The first field of evidence, unfolded."""
    field = page.locator('[class*="st-key-caf-837"] textarea').first
    if not field.is_visible():
        page.locator('[data-testid="stExpander"] summary').first.click()
    field.wait_for()
    return field


def type_evidence(page: Page, words: str = WORDS) -> None:
    """Type as a person does, and give the browser a moment to keep it."""
    evidence(page).click()
    page.keyboard.type(words)
    expect_kept(page, True)


def expect_kept(page: Page, there: bool) -> None:
    """Wait until the browser has a text that is not saved, or has none."""
    for _ in range(100):
        if any(key.startswith("typed:") for key in page.evaluate(KEYS)) is there:
            return
        page.wait_for_timeout(100)
    raise AssertionError(page.evaluate(KEYS))


def expect_desk(page: Page) -> None:
    """Wait until the browser has a copy of what the server has."""
    for _ in range(100):
        if "desk" in page.evaluate(KEYS):
            return
        page.wait_for_timeout(100)
    raise AssertionError(page.evaluate(KEYS))


def save(page: Page) -> None:
    """Save the first criterion, and wait until the server and the browser have it."""
    page.get_by_role("button", name=t("assessment.save")).first.click()
    expect_kept(page, False)
    expect_desk(page)


def test_typed_text_comes_back_after_a_reload_and_leaving_asks_first(reader: BrowserContext, house: House) -> None:
    asked: list[str] = []
    page = opened(reader, house, asked=asked)
    type_evidence(page)
    page.reload()
    assert asked == ["beforeunload"]
    expect(evidence(drawn(page))).to_have_value(WORDS)
    expect(page.locator("#km-restored")).to_contain_text(t("kept.restored"))
    save(page)
    page.reload()
    assert asked == ["beforeunload"], "nothing is unsaved any more"
    expect(evidence(drawn(page))).to_have_value(WORDS)


def test_typed_text_comes_back_in_a_new_window_after_the_tab_was_closed(reader: BrowserContext, house: House) -> None:
    first = opened(reader, house)
    type_evidence(first)
    first.close()
    expect(evidence(opened(reader, house))).to_have_value(WORDS)


def test_typed_text_stays_when_the_reader_goes_to_another_page_and_back(reader: BrowserContext, house: House) -> None:
    page = opened(reader, house)
    type_evidence(page)
    page.locator("a.km-name, .km-places a").first.click()
    page.wait_for_url(re.compile(r"^(?!.*itsearviointi)"))
    page.go_back()
    expect(evidence(drawn(page))).to_have_value(WORDS)


def test_what_is_typed_and_saved_outlives_the_server_and_the_reader_is_told(
    reader: BrowserContext, house: House
) -> None:
    page = opened(reader, house)
    type_evidence(page)
    save(page)
    second = page.locator('[class*="st-key-caf-837"] textarea').nth(1)
    second.click()
    page.keyboard.type("Vielä tallentamatta")
    expect_kept(page, True)
    house.stop()
    expect(page.locator("#km-lost")).to_contain_text(t("kept.lost"))
    house.running = ExitStack()
    house.start()
    expect(page.locator("#km-lost")).to_have_count(0)
    drawn(page)
    expect(evidence(page)).to_have_value(WORDS)
    expect(second).to_have_value("Vielä tallentamatta")
    other = opened(reader, house)
    expect(evidence(other)).to_have_value(WORDS)


def test_another_window_does_not_overwrite_in_silence(reader: BrowserContext, house: House) -> None:
    one, two = opened(reader, house), opened(reader, house)
    type_evidence(one, "Ensimmäinen")
    evidence(two).click()
    two.keyboard.type("Toinen")
    save(one)
    two.get_by_role("button", name=t("assessment.save")).first.click()
    notice = two.locator('[id^="km-two-"]')
    expect(notice).to_contain_text(t("kept.two"))
    expect(evidence(two)).to_have_value("Ensimmäinen")
    notice.get_by_role("button", name=t("kept.mine")).click()
    expect(evidence(two)).to_have_value("Toinen")


def test_a_window_leaves_alone_what_is_being_typed_in_another(reader: BrowserContext, house: House) -> None:
    one = opened(reader, house)
    type_evidence(one)
    two = opened(reader, house)
    field = evidence(two)
    two.wait_for_timeout(2_000)
    expect(field).to_have_value("")


def test_one_button_wipes_everything_and_another_keeps_nothing(reader: BrowserContext, house: House) -> None:
    page = opened(reader, house)
    type_evidence(page)
    save(page)
    page.locator('[data-keep="wipe"]').click()
    expect(page.locator("#km-restored")).to_contain_text(t("kept.wiped"))
    page.reload()
    expect(evidence(drawn(page))).to_have_value("")
    assert page.evaluate(KEYS) == []
    button = page.locator('[data-keep="off"]')
    expect(button).to_have_text(t("kept.keep_off"))
    button.click()
    expect(button).to_have_text(t("kept.keep_on"))
    evidence(page).click()
    page.keyboard.type(WORDS)
    page.wait_for_timeout(1_500)
    assert page.evaluate(KEYS) == ["off"]
    page.reload()
    expect(evidence(drawn(page))).to_have_value("")
    assert page.evaluate(KEYS) == ["off"]


def test_the_last_presentation_is_offered_where_it_is_made(reader: BrowserContext, house: House) -> None:
    page = opened(reader, house, "/vertailu?kieli=fi&kunta=837")
    page.get_by_role("button", name=t("deck.add")).first.click()
    page.wait_for_url(re.compile("esitys="))
    for _ in range(100):
        if "tray" in page.evaluate(KEYS):
            break
        page.wait_for_timeout(100)
    page.close()
    again = opened(reader, house, "/esitys?kieli=fi&kunta=837")
    notice = again.locator("#km-tray")
    expect(notice).to_contain_text(t("kept.tray"))
    notice.get_by_role("button", name=t("kept.open")).click()
    again.wait_for_url(re.compile("esitys="))
    expect(again.locator(".km-thumb").first).to_be_visible()


def test_a_copy_is_asked_of_this_service_alone_and_says_nothing_in_the_console(
    reader: BrowserContext, house: House
) -> None:
    said: list[Any] = []
    page = reader.new_page()
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"http://127.0.0.1:{house.port}{CAF}")
    drawn(page).wait_for_timeout(2_000)
    assert said == []
