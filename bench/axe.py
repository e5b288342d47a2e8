"""Scan every page with axe, in each language, theme and width: `python -m bench.axe`. One line a scan.

The exit code is 1 when a violation is found that is not a known defect of Streamlit.
"""

import argparse
import itertools
import os
import platform
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from kuntamittari import settings
from kuntamittari.catalog import knowledge_bank
from kuntamittari.exhibits import deck
from kuntamittari.ui import sections
from tests.support.browser import FLAGS, installed
from tests.support.server import served

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
THEMES = ("light", "dark")
WIDTHS = (390, 1440)
PLACE = {
    "kunta": "837",
    "ryhma": "largest-20",
    "mittari": "basic_education_cost_per_7_15",
    "vuosi": "2018",
    "kunnat": "091,564",
}
QUIET = (Path(__file__).parent / "idle.js").read_text("utf-8")
UNFOLD = (
    "document.querySelectorAll(':is([data-testid=stExpander] details, .km-fold):not([open]) > summary')"
    ".forEach(fold => fold.click())"
)
STILL = "document.querySelectorAll('.st-key-collect').forEach(bar => { bar.parentElement.style.position = 'static'; })"
INSIDE = "([element, selector]) => !!document.querySelector(element)?.closest(selector)"


@dataclass(frozen=True)
class Known:
    """A defect of Streamlit that we cannot fix: rule of axe, selector, issue, and what we do about it."""

    rule: str
    selector: str
    issue: str
    mitigation: str


KNOWN: tuple[Known, ...] = ()


@dataclass(frozen=True)
class Violation:
    """A violation that axe found: rule, element, markup, and the known defect it is, if any."""

    rule: str
    element: str
    markup: str
    known: Known | None


@dataclass(frozen=True)
class ScanCase:
    """One scan: a page in a language, a theme and a width in pixels."""

    path: str
    language: str
    theme: str
    width: int

    @property
    def address(self) -> str:
        """The address of the page with the choices of PLACE."""
        return f"{self.path}{'&' if '?' in self.path else '?'}{urlencode(PLACE | {'kieli': self.language})}"

    def __str__(self) -> str:
        return f"{self.path[:40]} {self.language} {self.theme} {self.width}"


def page_paths() -> list[str]:
    """Return every page, and the other form of those that have one: rug, entry, section, deck, slide."""
    entry = next(entry.id for entry in knowledge_bank.entries().values() if entry.kind == "case" and entry.moves)
    slides = deck.packed((deck.Card("ranking", tuple(PLACE.items())),))
    faces = (
        "/kuntakortti?nakyma=matto",
        f"/tietopankki?kirjaus={entry}",
        "/menetelmat?kohta=2",
        f"/esitys?esitys={slides}",
        f"/esitys?dia=1&esitys={slides}",
    )
    return [*sections.paths(), *faces]


def scan_cases() -> list[ScanCase]:
    """Return every scan there is."""
    return [ScanCase(*one) for one in itertools.product(page_paths(), settings.LANGUAGES, THEMES, WIDTHS)]


def wait_until_idle(page: Page) -> None:
    """Wait until a page is run and drawn, open its folds, and wait again. Raises TimeoutError."""
    for script in (QUIET, UNFOLD, QUIET):
        if page.evaluate(script) is False:
            raise TimeoutError(f"{page.url} does not come to rest")


def scan(page: Page) -> list[Violation]:
    """Return the violations that axe finds on a page as it is.

    The bar that floats over the foot of the window stands still meanwhile: what it covers is uncovered by scrolling,
    but axe measures the part of a target that is seen.
    """
    page.evaluate(STILL)
    answer = Axe().run(page, options={"runOnly": TAGS, "resultTypes": ["violations"]}).response
    return [violation(page, rule["id"], node) for rule in answer["violations"] for node in rule["nodes"]]


def violation(page: Page, rule: str, node: dict[str, Any]) -> Violation:
    """Return one element that breaks a rule."""
    element = node["target"][0] if isinstance(node["target"][0], str) else node["target"][0][0]
    defect = next((k for k in KNOWN if k.rule == rule and page.evaluate(INSIDE, [element, k.selector])), None)
    return Violation(rule, element, node["html"], defect)


def run_scans(browser: Browser, base: str, cases: list[ScanCase]) -> Iterator[tuple[ScanCase, list[Violation]]]:
    """Yield each scan with its violations, in one window for each theme and width."""
    for (theme, width), of_window in itertools.groupby(sorted(cases, key=window_of), window_of):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
        page = context.new_page()
        for case in of_window:
            page.goto(base + case.address)
            wait_until_idle(page)
            yield case, scan(page)
        context.close()


def window_of(turn: ScanCase) -> tuple[Any, int]:
    """Return the theme and the width of a scan."""
    return turn.theme, turn.width


def main() -> int:
    """Run all scans, or those of the options, on a server of its own; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--page", nargs="+", default=page_paths(), help="paths, such as /vertailu")
    parser.add_argument("--language", nargs="+", choices=settings.LANGUAGES, default=settings.LANGUAGES)
    parser.add_argument("--theme", nargs="+", choices=THEMES, default=THEMES)
    parser.add_argument("--width", nargs="+", type=int, default=WIDTHS)
    options = parser.parse_args()
    cases = [ScanCase(*one) for one in itertools.product(options.page, options.language, options.theme, options.width)]
    began, known_defects, unknown = time.monotonic(), Counter[Known](), 0
    with tempfile.TemporaryDirectory() as folder, served(Path(folder) / "log") as base, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=installed(), args=list(FLAGS))
        for case, violations in run_scans(browser, base, cases):
            new = [one for one in violations if one.known is None]
            known_defects.update(one.known for one in violations if one.known)
            unknown += len(new)
            print(f"{case}: {len(new)} violations, {len(violations) - len(new)} known", flush=True)
            for one in new:
                print(f"    {one.rule} at {one.element}\n      {one.markup[:200]}", flush=True)
        chromium = browser.version
    for defect, times in known_defects.items():
        print(f"known, {times} times: {defect.rule} at {defect.selector} ({defect.issue}); {defect.mitigation}")
    summary = f"{unknown} violations, {known_defects.total()} of {len(known_defects)} known defects"
    machine = f"Chromium {chromium}, {platform.system()}, {os.cpu_count()} processors"
    print(f"{len(cases)} scans: {summary}; {machine}, {time.monotonic() - began:.0f} s")
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
