"""Five tasks of readers, with a hand that counts its taps, and the same with the keyboard alone.

On the figures of the whole country: Mäntyharju and Alajärvi are not in the bundle.
"""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from kuntamittari.i18n import texts
from tests.support.browser import NARROW, Visit, window
from tests.support.server import served

WIDTHS = {"1366": {"viewport": {"width": 1366, "height": 768}}, "390": {"viewport": NARROW, "has_touch": True}}
SEARCH = ".km-search input"
FI, SV = texts("fi"), texts("sv")


@pytest.fixture(scope="module")
def base(whole_country: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server on the whole country."""
    log = tmp_path_factory.mktemp("tasks") / "log.txt"
    with served(log, KUNTAMITTARI_DATA=str(whole_country)) as address:
        yield address


@dataclass
class Hand:
    """A reader's hand: it taps or clicks, and counts; typing is not counted."""

    visit: Visit
    touch: bool
    taps: int = 0

    def tap(self, what: Locator) -> None:
        self.taps += 1
        (what.tap if self.touch else what.click)()

    def search(self, words: str, wanted: str) -> None:
        """Taps the search box, types, and taps the first result."""
        self.tap(self.visit.page.locator(SEARCH))
        self.visit.page.keyboard.type(words)
        first = self.visit.page.get_by_role("option").first
        expect(first).to_contain_text(wanted)
        self.tap(first)

    def card(self, head: str) -> Locator:
        """The card of an answer on the front page."""
        shown = self.visit.page.locator(".km-a-card:not([data-stale='true'] *)")  # but none of before a choice
        return shown.filter(has=self.visit.page.get_by_role("heading", name=head))


Start = Callable[[str], Hand]


@pytest.fixture(params=WIDTHS)
def start(request: pytest.FixtureRequest, browser: Browser, base: str) -> Iterator[Start]:
    """start(address) opens a page, at each width; the taps and the seconds are shown with -s or beside a failure."""
    hands: list[Hand] = []
    begun = time.monotonic()

    def open_(address: str) -> Hand:
        visit = Visit(window(browser, **WIDTHS[request.param]), base).go(address).settle()
        hands.append(Hand(visit, request.param == "390"))
        return hands[-1]

    yield open_
    for hand in hands:
        print(f"{request.node.name}: {hand.taps} taps, {time.monotonic() - begun:.0f} s")  # noqa: T201
        assert hand.visit.troubles == []
        hand.visit.page.context.close()


def test_a_council_member_of_mantyharju_learns_what_children_cost_beside_next_door(start: Start) -> None:
    hand = start("/?kieli=fi")
    hand.search("mäntyharju", "Mäntyharju")
    expect(hand.visit.page.locator(".stMain h1")).to_contain_text("Mäntyharju")
    hand.tap(hand.visit.page.get_by_role("radio", name=FI["answers.option_neighbours"]))
    card = hand.card(FI["answers.head_children"])
    expect(card).to_contain_text(FI["answers.typical_neighbours"])
    expect(card.locator(".km-a-amount")).to_have_text(re.compile(r"^\d+\s\d{3}\s€$"))
    expect(card.locator(".km-a-why")).to_be_visible()
    expect(card.locator(".km-a-euros")).to_be_visible()
    assert hand.visit.query["kunta"] == "507" and hand.visit.query["ryhma"] == "neighbours"
    assert hand.taps <= 3


def test_b_the_contact_of_jyvaskyla_finds_the_largest_firm_gaps_and_who_does_better(start: Start) -> None:
    hand = start("/?kieli=fi")
    hand.search("jyvaskyla", "Jyväskylä")
    expect(hand.visit.page.locator(".stMain h1")).to_contain_text("Jyväskylä")
    hand.tap(hand.visit.page.locator("nav.km-places").get_by_role("link", name=FI["nav.why"], exact=True))
    hand.tap(hand.visit.page.get_by_text(FI["gaps.gaps"], exact=True))
    expect(hand.visit.page.locator(".stMain h1")).to_have_text(FI["costs.question_gaps"])
    expect(hand.visit.finding.first).to_contain_text("Jyväskylä")
    gaps = hand.visit.page.locator("details[open]")
    expect(gaps).to_have_count(3)
    expect(gaps.first).to_contain_text(re.compile(r"Jyväskylä|€"))
    assert gaps.locator("a[href*='kunnat=']").count() >= 2, "the peers that do better, on the comparison"
    assert hand.visit.query["kuva"] == "erot" and hand.visit.query["kunta"] == "179"
    assert hand.taps <= 4


def test_d_a_first_visit_from_a_swedish_link_sees_the_figure_at_once_and_why_in_a_tap(start: Start) -> None:
    hand = start("/?kieli=sv&kunta=905")
    card = hand.card(SV["answers.head_children"])
    expect(card.locator(".km-a-amount")).to_be_visible()
    expect(card.locator(".km-a-why")).to_contain_text(SV["answers.why"])
    assert hand.taps == 0
    hand.tap(card.get_by_role("link", name=re.compile(SV["answers.open_page"])))
    expect(hand.visit.page.locator(".stMain h1")).to_have_text(SV["costs.question_children_services_cost_per_0_17"])
    expect(hand.visit.finding.first).to_contain_text("Vasa: ")
    assert hand.taps <= 3 and hand.visit.query["kieli"] == "sv"


def test_e_somebody_finds_the_nursery_of_alajarvi(start: Start) -> None:
    hand = start("/?kieli=fi")
    hand.search("päiväkoti alajärvi", "Alajärvi: ")
    expect(hand.visit.finding).to_contain_text("Alajärvi: varhaiskasvatus")
    assert hand.taps <= 2 and hand.visit.path == "/vertailu"


def reach(visit: Visit, what: Locator, key: str = "Tab", most: int = 60) -> None:
    """Presses a key until the focus is on an element, or within it."""
    visit.settle()
    for _ in range(most):
        visit.page.keyboard.press(key)
        if what.evaluate("element => element.contains(document.activeElement)"):
            return
    pytest.fail(f"{key} does not reach {what}")


def test_the_same_with_the_keyboard_alone(browser: Browser, base: str) -> None:
    visit = Visit(window(browser), base).go("/?kieli=fi").settle()
    page = visit.page
    reach(visit, page.locator(SEARCH), most=12)
    page.keyboard.type("mäntyharju")
    expect(page.get_by_role("option").first).to_contain_text("Mäntyharju")
    page.keyboard.press("Enter")
    expect(page.locator(".stMain h1")).to_contain_text("Mäntyharju")
    reach(visit, page.get_by_role("radio", name=FI["answers.option_neighbours"]))
    page.keyboard.press("Space")
    expect(page.locator(".km-a-card").first).to_contain_text(FI["answers.typical_neighbours"])
    reach(visit, page.locator("nav.km-places").get_by_role("link", name=FI["nav.why"], exact=True), "Shift+Tab")
    page.keyboard.press("Enter")
    expect(visit.finding.first).to_contain_text("Mäntyharju: ")
    reach(visit, page.get_by_role("radiogroup", name=FI["gaps.choice"]))
    page.keyboard.press("ArrowRight")
    expect(page.locator(".stMain h1")).to_have_text(FI["costs.question_gaps"])
    reach(visit, page.locator(SEARCH), "Shift+Tab")
    page.keyboard.type("päiväkoti alajärvi")
    expect(page.get_by_role("option").first).to_contain_text("Alajärvi: ")
    page.keyboard.press("Enter")
    expect(visit.finding).to_contain_text("Alajärvi: varhaiskasvatus")
    reach(visit, page.get_by_role("button", name=FI["share.button"], exact=True))
    assert visit.troubles == []
    page.context.close()
