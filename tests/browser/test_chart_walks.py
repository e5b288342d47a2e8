"""Every picture of every page is walked point by point from the keyboard: nothing is said to a mouse alone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from kuntamittari.i18n import texts
from kuntamittari.ui.sections import paths
from tests.support.browser import HARMLESS, Visit, window
from tests.support.server import dashboard_served

TAMPERE = "kieli=fi&kunta=837&ryhma=largest-20&vuosi=2018"
MORE = ("/vertailu?kuva=jarjestys&", "/vertailu?kuva=suppilo&", "/kustannukset?kuva=erot&", "/kuntakortti?kaikki=1&")
VIEWS = (*(f"{path}?" for path in paths()), *MORE)
PICTURES = (
    '[data-testid="stVegaLiteChart"], [data-testid="stDeckGlJsonChart"], .km-answers, .km-panels, .km-card.km-standings'
)
FOLDS = f"summary:has-text('{texts('fi')['chart.walk']}')"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with dashboard_served(tmp_path_factory.mktemp("walks")) as server:
        yield server.address


@pytest.fixture(scope="module")
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    context = window(browser)
    yield Visit(context, address)
    context.close()


def seen(page: Page, walk: int) -> str:
    """The words of the point that a walk shows."""
    shown = page.locator(".km-walk").nth(walk).locator("label:has(:checked)")
    expect(shown).to_have_css("opacity", "1")
    return shown.inner_text()


@pytest.mark.parametrize("view", VIEWS)
def test_every_picture_is_walked_by_the_arrow_keys(visit: Visit, view: str) -> None:
    page = visit.go(f"{view}{TAMPERE}").page
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
    page.wait_for_timeout(500)
    pictures = page.locator(".stMain").locator(PICTURES).count()
    folds = page.locator(FOLDS)
    assert folds.count() == pictures, f"{pictures} pictures, {folds.count()} walks"
    for fold in folds.all():
        fold.focus()
        page.keyboard.press("Enter")
    walks = page.locator(".km-walk")
    if pictures:
        expect(walks.first).to_be_visible()
        page.wait_for_timeout(500)
    assert walks.count() >= pictures
    for number in range(walks.count()):
        walks.nth(number).locator("input").first.focus()
        first = seen(page, number)
        assert re.match(r"1/\d+ · .+\d", first), first
        page.keyboard.press("ArrowRight")
        second = seen(page, number)
        assert second.startswith("2/") and second.split(" · ")[1:] != first.split(" · ")[1:]
        page.keyboard.press("ArrowUp")
        assert seen(page, number) == first
    troubles, visit.troubles = [trouble for trouble in visit.troubles if HARMLESS not in trouble], []
    assert troubles == []


def test_the_rug_is_one_stop_and_the_arrow_keys_read_its_cells(visit: Visit) -> None:
    page = visit.go(f"/kuntakortti?nakyma=matto&{TAMPERE}").settle().page
    own = page.locator(".km-rug .km-chosen th a")
    page.locator(".km-rug thead a").last.focus()
    page.keyboard.press("Tab")
    expect(own).to_be_focused()
    page.keyboard.press("Tab")
    assert not page.evaluate("document.activeElement.matches('.km-rug *')"), "the rug is one stop"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowRight")
    cell = page.locator(".km-rug .km-chosen .km-cell").first
    expect(cell).to_be_focused()
    read = "element => getComputedStyle(element, '::after').content"
    assert cell.evaluate(read) == f'"{cell.get_attribute("aria-label")}"', "who sees reads what a screen reader says"
    page.keyboard.press("ArrowRight")
    said = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert said and said != cell.get_attribute("aria-label") and cell.evaluate(read) == "none"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == said
    with page.expect_event("framenavigated"):
        page.keyboard.press("Enter")
    assert visit.path == "/vertailu"
