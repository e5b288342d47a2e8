"""Accessibility: every page by axe in a slice of all turns (`python -m bench.axe` takes all), the main job by the
keyboard alone, large type, reduced motion, and the statement that the law asks for."""

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from browser import Visit, window
from conftest import Served, page_at
from playwright.sync_api import Browser, BrowserContext, expect
from streamlit.testing.v1 import AppTest

from bench import axe
from bench.axe import Known, Turn
from kuntamittari import settings
from kuntamittari.i18n import texts
from kuntamittari.ui import sections

WINDOWS = list(itertools.product(settings.LANGUAGES, axe.THEMES, axe.WIDTHS))
SLICE = [Turn(path, *WINDOWS[turn % len(WINDOWS)]) for turn, path in enumerate(axe.views())]
LARGE = (640, 320)  # CSS pixels of a window 1,280 wide at 200 and at 400 per cent
OVERFLOW = (
    "() => Math.max(...[document.documentElement, ...document.querySelectorAll('.stMain')].map(e => e.scrollWidth))"
)
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


@pytest.fixture(scope="module")
def seen(browser: Browser, dashboard: Served) -> Iterator[Callable[[Turn], Seen]]:
    """seen(turn) looks at a page once."""
    contexts: dict[tuple[str, int], BrowserContext] = {}
    known: dict[Turn, Seen] = {}

    def look(turn: Turn) -> Seen:
        if turn not in known:
            options = {"color_scheme": turn.theme, "viewport": {"width": turn.width, "height": 900}}
            context = contexts.setdefault((turn.theme, turn.width), window(browser, **options))
            page = context.new_page()
            page.goto(dashboard.address + turn.address)
            axe.rest(page)
            violations = [f"{v.rule} at {v.element}: {v.markup}" for v in axe.scan(page) if v.known is None]
            charts = [chart.get_attribute("aria-label") for chart in page.locator(CHARTS).all()]
            statement = [link.get_attribute("href") for link in page.locator(".stMain .km-quiet a").all()]
            tables, widths = page.locator(TABLES).count(), {}
            for width in LARGE:
                page.set_viewport_size({"width": width, "height": 900})
                page.evaluate(axe.QUIET)
                widths[width] = page.evaluate(OVERFLOW)
            known[turn] = Seen(violations, charts, tables, widths, statement, page.title())
            page.close()
        return known[turn]

    yield look
    for context in contexts.values():
        context.close()


of_the_slice = pytest.mark.parametrize("turn", SLICE, ids=str)


def test_the_slice_holds_every_page_and_every_window() -> None:
    assert {turn.path for turn in SLICE} == set(axe.views())
    assert {(turn.language, turn.theme, turn.width) for turn in SLICE} == set(WINDOWS)
    assert set(SLICE) < set(axe.turns()) and len(axe.turns()) == len(axe.views()) * len(WINDOWS)


@pytest.mark.browser
@of_the_slice
def test_axe_finds_no_violation_that_is_not_known(turn: Turn, seen: Callable[[Turn], Seen]) -> None:
    assert seen(turn).violations == []


@pytest.mark.browser
@of_the_slice
def test_every_chart_has_a_name_that_says_what_it_shows_and_a_table_beside_it(
    turn: Turn, seen: Callable[[Turn], Seen]
) -> None:
    page = seen(turn)
    assert all(name and len(name) > 40 for name in page.charts)
    assert page.tables or not page.charts


@pytest.mark.browser
@of_the_slice
def test_the_window_is_named_after_its_page(turn: Turn, seen: Callable[[Turn], Seen]) -> None:
    [title] = [
        key
        for section in sections.SECTIONS
        for _, path, key in section.pages
        if f"/{path}" == turn.path.partition("?")[0]
    ]
    assert seen(turn).title == f"{texts(turn.language)[title]} · Kuntamittari"


@pytest.mark.browser
def test_the_slice_meets_charts(seen: Callable[[Turn], Seen]) -> None:
    assert sum(bool(seen(turn).charts) for turn in SLICE) > 10


@pytest.mark.browser
@of_the_slice
def test_nothing_scrolls_sideways_at_200_and_400_per_cent(turn: Turn, seen: Callable[[Turn], Seen]) -> None:
    assert {width: most for width, most in seen(turn).widths.items() if most > width} == {}


@pytest.mark.browser
@of_the_slice
def test_every_page_leads_to_the_accessibility_statement(turn: Turn, seen: Callable[[Turn], Seen]) -> None:
    ways = [href for href in seen(turn).statement if (href or "").startswith("saavutettavuus?")]
    assert bool(ways) != ("dia=1" in turn.path), "a slide over the whole screen has nothing around it"


@pytest.mark.browser
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


@pytest.mark.browser
def test_the_keyboard_alone_finds_a_municipality_compares_it_and_takes_the_figures(
    reader: Callable[..., Visit],
) -> None:
    visit = calm(reader("/?kieli=en&kunta=837&vuosi=2018"))
    visit.page.keyboard.press("Tab")
    assert visit.focused() == "Skip to main content"
    visit.page.keyboard.press("Enter")
    visit.press_until("Tab", "Municipality", most=3)  # the sidebar, its choices and its pages are skipped
    visit.page.keyboard.type("Oulu")
    visit.page.keyboard.press("Enter")
    expect(visit.finding).to_contain_text("Oulu: ")
    calm(visit).press_until("Tab", "Open the comparison")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url(re.compile("/vertailu"))
    calm(visit).press_until("Tab", "Skip to main content")
    visit.page.keyboard.press("Enter")
    visit.press_until("Tab", "Indicator", most=5)
    visit.page.keyboard.type("library")
    visit.page.keyboard.press("Enter")
    expect(visit.finding).to_contain_text("Oulu: library")
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


@pytest.mark.browser
def test_nothing_moves_for_those_who_ask_for_less_motion(reader: Callable[..., Visit]) -> None:
    address = "/vertailu?kieli=en&kunta=837"
    assert calm(reader(address)).page.evaluate(MOVING), "without the wish something moves, so the rule is needed"
    assert calm(reader(address, reduced_motion="reduce")).page.evaluate(MOVING) == []


# the statement


def statement(language: str) -> str:
    page: AppTest = page_at("accessibility.py", kieli=language)
    assert not page.exception
    assert page.title[0].value == texts(language)["accessibility.title"]
    return "\n".join(block.value for block in page.markdown)


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_the_statement_says_what_the_law_asks_for(language: str) -> None:
    said = statement(language)
    assert re.search(r"22[. ].*2026|22 November 2026|November 22, 2026", said)
    assert all(
        word in said
        for word in ("306/2019", "WCAG 2.1", "axe-core", "14 ", "Traficom", "https://www.saavutettavuusvaatimukset.fi")
    )
    assert said.count("\n- ") >= 4, "each gap on a line of its own"


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_the_statement_says_plainly_that_nobody_has_named_provider_or_address(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KUNTAMITTARI_PROVIDER", raising=False)
    monkeypatch.setenv("KUNTAMITTARI_FEEDBACK", "javascript:alert(1)")  # no address at all
    said = statement(language)
    assert "`KUNTAMITTARI_PROVIDER`" in said and "`KUNTAMITTARI_FEEDBACK`" in said and "javascript" not in said


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("palaute@kunta.example", "mailto:palaute@kunta.example"),
        ("https://kunta.example/palaute?x=1", "https://kunta.example/palaute?x=1"),
    ],
)
def test_the_statement_names_the_provider_and_leads_to_its_address(
    address: str, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUNTAMITTARI_PROVIDER", "Keksitty *kunta*")
    monkeypatch.setenv("KUNTAMITTARI_FEEDBACK", address)
    said = statement("fi")
    assert f"(<{link}>)" in said and r"Keksitty \*kunta\*" in said and "KUNTAMITTARI_" not in said
