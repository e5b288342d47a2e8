"""A choice changes figures, not places: what is below a changed sentence stays where it was."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.support.browser import Visit, window
from tests.support.server import dashboard_served

MOST = 0.05  # half of what Core Web Vitals call good
# Counts also what moves within half a second of a key, which the official sum leaves out; but not the words within a
# sentence that the choice has changed.
WATCH = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    const inSentence = ({node}) => node?.parentElement?.closest("p.km-finding");
    if (!entry.sources.length || !entry.sources.every(inSentence)) {
      window.shifts.push({value: entry.value, soon: entry.hadRecentInput});
    }
  }
}).observe({type: "layout-shift"});
"""
SIZES = {"screen": {"width": 1366, "height": 768}, "phone": {"width": 390, "height": 844}}
PAGES = ("/", "/vertailu", "/kustannukset", "/kartta", "/kuntakortti", "/verrokit", "/ennakointi")
# whole paragraphs come and go with the choice, at once after the key: here the official sum counts
WORDED = ("/", "/kuntakortti")
CHOICES = (("Kunta", "Oulu"), ("Kunta", "Lappeenranta"), ("Vuosi", "2018"))
# where also a municipality outside the group, without any figure, moves nothing: elsewhere most of the page goes
WITHOUT_FIGURES = (("/", "phone"), ("/verrokit", "phone"), ("/kustannukset", "phone"))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with dashboard_served(tmp_path_factory.mktemp("shift")) as server:
        yield server.address


def moved(visit: Visit, label: str, option: str, *, soon: bool) -> float:
    """How much moves from the moment an option is taken until the page has come to rest."""
    page, box = visit.page, visit.box(label)
    box.click()
    box.fill(option)
    page.wait_for_timeout(700)  # the list itself opens and shortens over the page
    page.evaluate("window.shifts.length = 0")
    page.keyboard.press("Enter")
    page.wait_for_timeout(800)
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
    page.wait_for_timeout(1_500)
    return sum(shift["value"] for shift in page.evaluate("window.shifts") if soon or not shift["soon"])


def watched(browser: Browser, address: str, path: str, size: str) -> Visit:
    """A page at rest whose movements are recorded."""
    context = window(browser, viewport=SIZES[size])
    context.add_init_script(WATCH)
    visit = Visit(context, address).go(f"{path}?kieli=fi&kunta=837")
    visit.page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
    visit.page.wait_for_timeout(3_000)
    return visit


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("path", PAGES)
def test_nothing_moves_on_a_choice(browser: Browser, address: str, path: str, size: str) -> None:
    visit = watched(browser, address, path, size)
    reached = [choice for choice in CHOICES if visit.box(choice[0]).is_visible()]
    assert reached[:2] == list(CHOICES[:2])
    found = {choice: moved(visit, *choice, soon=path not in WORDED) for choice in reached}
    visit.page.context.close()
    assert max(found.values()) <= MOST, found


@pytest.mark.parametrize(("path", "size"), WITHOUT_FIGURES)
def test_nothing_moves_where_the_chosen_municipality_has_no_figures(
    browser: Browser, address: str, path: str, size: str
) -> None:
    visit = watched(browser, address, path, size)
    found = moved(visit, "Kunta", "Pedersöre", soon=True)
    assert visit.query["kunta"] == "599"
    visit.page.context.close()
    assert found <= MOST


# what draws select boxes, buttons and markup: a slow line brings it after the page has its outline
LATE = re.compile(r"/(Html|Selectbox|rehype-raw|ButtonGroup)\.[^/]+\.js$")
TOPS = """() => ["bar", "places-vertailu"].map((key) => {
  const part = document.querySelector(`.st-key-${key}`);
  return [part.getBoundingClientRect().top, part.offsetHeight];
})"""


@pytest.mark.parametrize("size", SIZES)
def test_the_bar_and_the_places_have_their_height_before_their_parts_are_there(
    browser: Browser, address: str, size: str
) -> None:
    seen = []
    for late in (True, False):
        context = window(browser, viewport=SIZES[size])
        if late:
            context.route(LATE, lambda _: None)  # neither answered nor refused
        visit = Visit(context, address)
        visit.page.goto(f"{address}/vertailu?kieli=fi&kunta=837", wait_until="commit")
        visit.page.locator(".st-key-places-vertailu").wait_for(state="attached")
        if not late:
            visit.page.locator(".stMain h1").wait_for()
        visit.page.wait_for_timeout(3_000)
        seen.append(visit.page.evaluate(TOPS))
        context.close()
    early, whole = seen
    assert all(
        abs(a - b) <= 4 for one, other in zip(early, whole, strict=True) for a, b in zip(one, other, strict=True)
    ), seen
