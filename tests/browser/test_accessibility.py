"""Accessibility: every page by axe in a slice of all turns (`python -m bench.axe` takes all), the main job by the
keyboard alone, large type and reduced motion."""

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bench import axe
from bench.axe import Known, ScanCase
from kuntamittari import settings
from kuntamittari.i18n import texts
from kuntamittari.ui import sections
from tests.support.browser import PATIENCE, Visit, taken_over, window
from tests.support.server import Served

WINDOWS = list(itertools.product(settings.LANGUAGES, axe.THEMES, axe.WIDTHS))
SLICE = sorted(  # pages of one language after each other, so that one can turn from one to the next
    (ScanCase(path, *WINDOWS[turn % len(WINDOWS)]) for turn, path in enumerate(axe.page_paths())),
    key=lambda turn: settings.LANGUAGES.index(turn.language),
)
TITLES = {f"/{path}": key for section in sections.SECTIONS for _, path, key in section.pages}
LARGE = (640, 320)  # CSS pixels of a window 1,280 wide at 200 and at 400 per cent
OVERFLOW = (
    "() => Math.max(...[document.documentElement, ...document.querySelectorAll('.stMain')].map(e => e.scrollWidth))"
)
FOLLOW_LINK = """address => {
  const link = Object.assign(document.createElement("a"), { href: address, target: "_self" });
  document.body.append(link);
  link.click();
  link.remove();
}"""
CHARTS = "[data-testid=stVegaLiteChart], [data-testid=stDeckGlJsonChart]"
TABLES = "[data-testid=stDataFrame], .stMain table"


@dataclass(frozen=True)
class Seen:
    """What a page was found to be in one turn: what axe says, the names of its charts, how many tables it has, how wide
    it is where type is large (by the window's width), the address of the accessibility statement, and the title of the
    window."""

    violations: list[str]
    charts: list[str | None]
    tables: int
    widths: dict[int, int]
    statement: list[str | None]
    title: str


def title_of(turn: ScanCase) -> str:
    return f"{texts(turn.language)[TITLES[turn.path.partition('?')[0]]]} · Kuntamittari"


def open_page(page: Page, base: str, turn: ScanCase) -> None:
    """Open a page by a link of the page before, which takes a third of the processor time, or by its address.

    By its address where the language is another, or where the title of the window would not tell that the link was
    followed. Every page by its address is in test_browser.
    """
    same_document = page.url.startswith(base) and page.evaluate("document.documentElement.lang") == turn.language
    if not same_document or page.title() == title_of(turn):
        page.goto(base + turn.address)
        taken_over(page)
        return
    page.evaluate(FOLLOW_LINK, base + turn.address)
    expect(page).to_have_title(title_of(turn), timeout=3 * PATIENCE)


@pytest.fixture(scope="module")
def seen(browser: Browser, dashboard: Served) -> Iterator[Callable[[ScanCase], Seen]]:
    """seen(turn) looks at a page once, in one window for all: a new one would load everything anew."""
    page = window(browser).new_page()
    known: dict[ScanCase, Seen] = {}

    def look(turn: ScanCase) -> Seen:
        if turn not in known:
            page.emulate_media(color_scheme=turn.theme)
            page.set_viewport_size({"width": turn.width, "height": 900})
            open_page(page, dashboard.address, turn)
            axe.wait_until_idle(page)
            violations = [f"{v.rule} at {v.element}: {v.markup}" for v in axe.scan(page) if v.known is None]
            charts = [chart.get_attribute("aria-label") for chart in page.locator(CHARTS).all()]
            statement = [link.get_attribute("href") for link in page.locator(".stMain .km-quiet a").all()]
            tables, widths = page.locator(TABLES).count(), {}
            for width in LARGE:
                page.set_viewport_size({"width": width, "height": 900})
                page.evaluate(axe.QUIET)
                widths[width] = page.evaluate(OVERFLOW)
            known[turn] = Seen(violations, charts, tables, widths, statement, page.title())
        return known[turn]

    yield look
    page.context.close()


of_the_slice = pytest.mark.parametrize("turn", SLICE, ids=str)


def test_the_slice_holds_every_page_and_every_window() -> None:
    assert {turn.path for turn in SLICE} == set(axe.page_paths())
    assert {(turn.language, turn.theme, turn.width) for turn in SLICE} == set(WINDOWS)
    assert set(SLICE) < set(axe.scan_cases()) and len(axe.scan_cases()) == len(axe.page_paths()) * len(WINDOWS)


@of_the_slice
def test_axe_finds_no_violation_that_is_not_known(turn: ScanCase, seen: Callable[[ScanCase], Seen]) -> None:
    assert seen(turn).violations == []


@of_the_slice
def test_every_chart_has_a_name_that_says_what_it_shows_and_a_table_beside_it(
    turn: ScanCase, seen: Callable[[ScanCase], Seen]
) -> None:
    page = seen(turn)
    assert all(name and len(name) > 40 for name in page.charts)
    assert page.tables or not page.charts


@of_the_slice
def test_the_window_is_named_after_its_page(turn: ScanCase, seen: Callable[[ScanCase], Seen]) -> None:
    assert seen(turn).title == title_of(turn)


def test_the_slice_meets_charts(seen: Callable[[ScanCase], Seen]) -> None:
    assert sum(bool(seen(turn).charts) for turn in SLICE) >= 10


@of_the_slice
def test_nothing_scrolls_sideways_at_200_and_400_per_cent(turn: ScanCase, seen: Callable[[ScanCase], Seen]) -> None:
    assert {width: most for width, most in seen(turn).widths.items() if most > width} == {}


@of_the_slice
def test_every_page_leads_to_the_accessibility_statement(turn: ScanCase, seen: Callable[[ScanCase], Seen]) -> None:
    ways = [href for href in seen(turn).statement if (href or "").startswith("saavutettavuus?")]
    assert bool(ways) != ("dia=1" in turn.path), "a slide over the whole screen has nothing around it"


def test_the_scan_finds_what_is_wrong_and_knows_a_defect_by_its_place(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = browser.new_page()
    page.set_content(
        "<html lang=fi><title>x</title><main><img src=x></main><aside><img src=x><button></button></aside>"
    )
    assert sorted(v.rule for v in axe.scan(page)) == ["button-name", "image-alt", "image-alt"]
    monkeypatch.setattr(axe, "KNOWN", (Known("image-alt", "aside", "", ""),))
    assert sorted(v.rule for v in axe.scan(page) if v.known) == ["image-alt"]
    page.close()


@pytest.fixture
def reader(browser: Browser, dashboard: Served) -> Iterator[Callable[..., Visit]]:
    """reader(address, **options of the window) opens a page in a window of its own."""
    contexts: list[BrowserContext] = []

    def open_(address: str, **options: object) -> Visit:
        contexts.append(window(browser, **options))
        return Visit(contexts[-1], dashboard.address).go(address)

    yield open_
    for context in contexts:
        context.close()


def calm(visit: Visit) -> Visit:
    """A page that has come to rest: a run of it takes the focus along."""
    assert visit.page.evaluate(axe.QUIET)
    return visit


def test_the_keyboard_alone_finds_a_municipality_compares_it_and_takes_the_figures(
    reader: Callable[..., Visit],
) -> None:
    visit = calm(reader("/?kieli=en&kunta=837&vuosi=2018"))
    visit.page.keyboard.press("Tab")
    assert visit.focused() == "Skip to main content"
    visit.page.keyboard.press("Enter")
    visit.press_until("Shift+Tab", "Municipality", most=30)  # the bar is skipped, and reached backwards
    visit.page.keyboard.type("Oulu")
    visit.page.keyboard.press("Enter")
    calm(visit).press_until("Tab", "Compare")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url(re.compile("/vertailu"))
    calm(visit).press_until("Tab", "Skip to main content")
    visit.page.keyboard.press("Enter")
    visit.press_until("Tab", "Indicator", most=5)
    visit.page.keyboard.type("library")
    visit.page.keyboard.press("Enter")
    expect(visit.finding).to_contain_text("Oulu: library")
    calm(visit).press_until("Tab", texts("en")["table.title"])
    visit.page.keyboard.press("Enter")  # unfolds it
    grid = "() => !!document.activeElement.closest('[data-testid=stDataFrame]')"
    calm(visit)
    assert any(visit.page.keyboard.press("Tab") or visit.page.evaluate(grid) for _ in range(30)), (
        "the table can be entered"
    )
    visit.press_until("Tab", texts("en")["files.table"])  # and left again
    visit.page.keyboard.press("Enter")
    visit.page.get_by_role("button", name="CSV", exact=True).wait_for()
    with visit.page.expect_download() as given:
        visit.press_until("Tab", "CSV")
        visit.page.keyboard.press("Enter")
    assert re.fullmatch(r"library_cost_per_resident_2018_.+\.csv", given.value.suggested_filename)
    assert visit.troubles == []


MOVING = """() => [...document.querySelectorAll('*')].filter(element => ['', '::before', '::after'].some(part => {
  const style = getComputedStyle(element, part);
  return style.animationName !== 'none' || style.transitionDuration.split(', ').some(time => parseFloat(time) > 0);
})).map(element => element.outerHTML.slice(0, 80))"""


def test_nothing_moves_for_those_who_ask_for_less_motion(reader: Callable[..., Visit]) -> None:
    address = "/vertailu?kieli=en&kunta=837"
    assert calm(reader(address)).page.evaluate(MOVING), "without the wish something moves, so the rule is needed"
    assert calm(reader(address, reduced_motion="reduce")).page.evaluate(MOVING) == []
