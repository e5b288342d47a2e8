"""Pages that answer one question: on a phone nothing is hidden sideways, and the card is cards instead of a table."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from bench import axe
from kuntamittari.i18n import texts
from tests.support.browser import HARMLESS, WIDE, Visit, window
from tests.support.server import Served

PATHS = (
    "kuntakortti",
    "kustannukset",
    "tuottavuus",
    "vaikuttavuus",
    "kartta",
    "verrokit",
    "tukipalvelut",
    "valtakunta",
    "ennakointi",
    "kehikko",
    "tyoelama",
    "tietopankki",
)
PHONES = (390, 320)  # pixels
TAMPERE = "kieli=fi&kunta=837&ryhma=largest-20&mittari=basic_education_cost_per_7_15&vuosi=2018"
WIDEST = """() => Math.max(
  ...[document.documentElement, ...document.querySelectorAll('.stMain')].map(part => part.scrollWidth))"""
OUTSIDE = """() => [...document.querySelectorAll('.km-standings :is(th, td)')].filter(cell => {
  const box = cell.getBoundingClientRect();
  return !cell.closest('thead') && cell.textContent && (box.left < 0 || box.right > innerWidth || box.width < 24);
}).map(cell => cell.textContent)"""
SCROLLS = """() => [...document.querySelectorAll('.km-cards .km-scroll')].filter(
  box => box.scrollWidth > box.clientWidth).length"""


@pytest.fixture(scope="module")
def visit(browser: Browser, dashboard: Served) -> Iterator[Visit]:
    reader = Visit(window(browser, viewport={"width": PHONES[0], "height": 844}), dashboard.address)
    yield reader
    reader.page.context.close()


@pytest.fixture
def page(visit: Visit) -> Iterator[Page]:
    visit.troubles.clear()
    visit.page.set_viewport_size({"width": PHONES[0], "height": 844})
    yield visit.page
    assert [trouble for trouble in visit.troubles if HARMLESS not in trouble] == []


@pytest.mark.parametrize("path", PATHS)
def test_a_page_asks_its_question_answers_it_and_fits_a_phone(visit: Visit, page: Page, path: str) -> None:
    visit.go(f"/{path}?{TAMPERE}")
    axe.wait_until_idle(page)
    question, finding = page.locator(".stMain h1"), visit.finding.first
    assert question.inner_text().endswith("?")
    if path != "tukipalvelut":  # which calculates with figures of the user's own
        assert question.bounding_box()["y"] < finding.bounding_box()["y"] < 844 / 2, "the answer follows its question"
    for width in PHONES:
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate(axe.QUIET) and page.evaluate(WIDEST) <= width


def test_on_a_phone_every_figure_of_the_card_is_in_view_and_on_a_wide_screen_it_is_a_table(
    visit: Visit, page: Page
) -> None:
    visit.go(f"/kuntakortti?{TAMPERE}")
    axe.wait_until_idle(page)
    cells, label = page.locator(".km-standings td"), texts("fi")["chart.median"]
    assert cells.count() > 100
    for width in PHONES:
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate(OUTSIDE) == [] and page.evaluate(SCROLLS) == 0
    row = page.get_by_role("row", name=re.compile("^Perusopetus "))
    expect(row).to_contain_text("8 529")
    median = row.get_by_role("cell").nth(3)
    head = "cell => getComputedStyle(cell, '::before').content"
    assert label.lower() in median.evaluate(head).lower() and row.evaluate("e => getComputedStyle(e).display") == "grid"
    page.set_viewport_size(WIDE | {"width": 1500})
    assert median.evaluate(head) == "none" and row.evaluate("e => getComputedStyle(e).display") == "table-row"
    assert page.evaluate(SCROLLS) == 0


def test_the_table_of_the_map_unfolds_and_says_the_row_of_the_chosen_municipality(visit: Visit, page: Page) -> None:
    visit.go(f"/kartta?{TAMPERE}")
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
    fold = page.get_by_test_id("stExpander").filter(has_text=texts("fi")["map.as_table"])
    grid, details = fold.get_by_test_id("stDataFrame"), fold.locator("details")
    expect(details).not_to_have_attribute("open", re.compile(".*"))
    fold.locator("summary").click()
    expect(grid).to_be_visible()
    expect(fold.locator("[data-row]")).to_contain_text("Tampere on taulukon rivi")


def test_the_bank_shows_how_each_case_begins_and_a_card_is_one_link(visit: Visit, page: Page) -> None:
    visit.go("/tietopankki?kieli=fi")
    axe.wait_until_idle(page)
    case = page.locator(".km-entries li").first
    assert len(case.locator("p").inner_text()) > 40
    box = case.bounding_box()
    case.click(position={"x": box["width"] - 20, "y": box["height"] - 10})
    expect(page.locator(".stMain h1")).not_to_have_text(texts("fi")["knowledge.title"])
    assert "kirjaus" in visit.query
