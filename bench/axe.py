"""Every page by axe, in each language and theme, on a phone and on a desk: `python -m bench.axe`. One line a scan; the
exit code is 1 when anything is found that is not among the known defects of Streamlit."""

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
from tests.browser import FLAGS, installed, served

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
QUIET = """() => new Promise(done => {
  const began = performance.now();
  let since = began;
  const seen = new MutationObserver(() => { since = performance.now(); });
  seen.observe(document.body, { childList: true, subtree: true, attributes: true, characterData: true });
  const look = setInterval(() => {
    const now = performance.now(), all = selector => [...document.querySelectorAll(selector)];
    if (!all('[data-test-script-state="notRunning"]').length || !all('.stMain h1').length || all('[data-testid="stSkeleton"]').length
        || all('[data-testid="stVegaLiteChart"]').some(chart => !chart.querySelector('svg'))) since = now;
    if (now - since > 400 || now - began > 90000) { clearInterval(look); seen.disconnect(); done(now - since > 400); }
  }, 50);
})"""
UNFOLD = "document.querySelectorAll(':is([data-testid=stExpander] details, .km-fold):not([open]) > summary').forEach(fold => fold.click())"
INSIDE = "([element, selector]) => !!document.querySelector(element)?.closest(selector)"


@dataclass(frozen=True)
class Known:
    """A defect of Streamlit's own that we cannot mend: the rule of axe, where it is met, who reported it, and what we
    do about it."""

    rule: str
    selector: str
    issue: str
    mitigation: str


KNOWN = (
    Known(
        "button-name",
        '[data-testid="stFileUploaderDropzone"] button',
        "https://github.com/streamlit/streamlit/issues/13500",
        "CSS puts a word of the reader's language in place of the English one; browsers give it as the name, axe does not",
    ),
)


@dataclass(frozen=True)
class Violation:
    """What axe found: its rule, the element, and the known defect that it is, if any."""

    rule: str
    element: str
    markup: str
    known: Known | None


@dataclass(frozen=True)
class Turn:
    """One scan: a page in a language, a theme and a width in pixels."""

    path: str
    language: str
    theme: str
    width: int

    @property
    def address(self) -> str:
        """The page with what is chosen everywhere."""
        return f"{self.path}{'&' if '?' in self.path else '?'}{urlencode(PLACE | {'kieli': self.language})}"

    def __str__(self) -> str:
        return f"{self.path[:40]} {self.language} {self.theme} {self.width}"


def views() -> list[str]:
    """Every page, and the second face of those that have one: the rug, an entry of the knowledge bank, a slide, a
    deck."""
    entry = next(entry.id for entry in knowledge_bank.entries().values() if entry.kind == "case" and entry.moves)
    slides = deck.packed((deck.Card("ranking", tuple(PLACE.items())),))
    faces = (
        "/kuntakortti?nakyma=matto",
        f"/tietopankki?kirjaus={entry}",
        f"/esitys?esitys={slides}",
        f"/esitys?dia=1&esitys={slides}",
    )
    return [*sections.paths(), *faces]


def turns() -> list[Turn]:
    """Every scan there is."""
    return [Turn(*one) for one in itertools.product(views(), settings.LANGUAGES, THEMES, WIDTHS)]


def rest(page: Page) -> None:
    """Waits until a page has been run and drawn, and opens its folded parts."""
    for script in (QUIET, UNFOLD, QUIET):
        if page.evaluate(script) is False:
            raise TimeoutError(f"{page.url} does not come to rest")


def scan(page: Page) -> list[Violation]:
    """What axe finds on a page as it stands."""
    answer = Axe().run(page, options={"runOnly": TAGS, "resultTypes": ["violations"]}).response
    return [violation(page, rule["id"], node) for rule in answer["violations"] for node in rule["nodes"]]


def violation(page: Page, rule: str, node: dict[str, Any]) -> Violation:
    """One element that breaks a rule."""
    element = node["target"][0] if isinstance(node["target"][0], str) else node["target"][0][0]
    known = next((k for k in KNOWN if k.rule == rule and page.evaluate(INSIDE, [element, k.selector])), None)
    return Violation(rule, element, node["html"], known)


def scanned(browser: Browser, base: str, asked: list[Turn]) -> Iterator[tuple[Turn, list[Violation]]]:
    """Each turn with what was found, in one window for each theme and width."""
    for (theme, width), of_window in itertools.groupby(sorted(asked, key=window_of), window_of):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
        page = context.new_page()
        for turn in of_window:
            page.goto(base + turn.address)
            rest(page)
            yield turn, scan(page)
        context.close()


def window_of(turn: Turn) -> tuple[Any, int]:
    """The theme and width of a turn."""
    return turn.theme, turn.width


def main() -> int:
    """Scans all, or a slice, with a server of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--page", nargs="+", default=views(), help="paths, such as /vertailu")
    parser.add_argument("--language", nargs="+", choices=settings.LANGUAGES, default=settings.LANGUAGES)
    parser.add_argument("--theme", nargs="+", choices=THEMES, default=THEMES)
    parser.add_argument("--width", nargs="+", type=int, default=WIDTHS)
    options = parser.parse_args()
    asked = [Turn(*one) for one in itertools.product(options.page, options.language, options.theme, options.width)]
    began, known, unknown = time.monotonic(), Counter[Known](), 0
    with tempfile.TemporaryDirectory() as folder, served(Path(folder) / "log") as base, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=installed(), args=list(FLAGS))
        for turn, found in scanned(browser, base, asked):
            new = [one for one in found if one.known is None]
            known.update(one.known for one in found if one.known)
            unknown += len(new)
            print(f"{turn}: {len(new)} violations, {len(found) - len(new)} known", flush=True)
            for one in new:
                print(f"    {one.rule} at {one.element}\n      {one.markup[:200]}", flush=True)
        chromium = browser.version
    for defect, times in known.items():
        print(f"known, {times} times: {defect.rule} at {defect.selector} ({defect.issue}); {defect.mitigation}")
    print(
        f"{len(asked)} scans: {unknown} violations, {known.total()} of {len(known)} known defects; Chromium {chromium}, "
        f"{platform.system()}, {os.cpu_count()} processors, {time.monotonic() - began:.0f} s"
    )
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
