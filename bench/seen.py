"""What a reader sees and when, in a real Chromium: `python -m bench.seen`. A page is settled when all that it should
show is there and nothing has moved for a while (no change of the document, no stroke on a canvas, no message); the time
is that of the last movement."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from bench import data, measure, server
from bench.pages import COMPARISON, FLOOR_SPEC, MAP, Target
from tests.browser import FLAGS, installed

QUIET, PATIENCE = 400, 120_000  # milliseconds
CHART = '[data-testid="stVegaLiteChart"] :is(canvas, svg)'
TABLE = '[data-testid="stDataFrame"] canvas'
EMPTY = Target(server.plain("empty"), "empty page", "")
MOST_COLD, MOST_SETTLED, MOST_MAP = 1.9, 1.15, 1.5
WATCH = """() => {
  const seen = window.__seen = { moved: 0, asked: 0 }, moved = () => { seen.moved = performance.now(); };
  new MutationObserver(moved).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  addEventListener("keydown", event => { if (event.isTrusted) seen.asked = event.timeStamp; }, true);
  const watched = (kind, names) => { for (const name of names) { const stroke = kind?.prototype[name];
    if (stroke) kind.prototype[name] = function () { moved(); return stroke.apply(this, arguments); }; } };
  watched(window.CanvasRenderingContext2D, ["fillText", "fillRect", "fill", "stroke", "clearRect"]);
  watched(window.WebGL2RenderingContext, ["drawArrays", "drawElements", "drawArraysInstanced", "drawElementsInstanced"]);
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket { constructor(...about) { super(...about); this.addEventListener("message", moved); } };
}"""
SETTLED = """([wanted, quiet]) => {
  const shown = one => one.checkVisibility() && one.getBoundingClientRect().width > 0;
  const here = wanted.every(one => [...document.querySelectorAll(one)].some(shown));
  const busy = ['[data-test-script-state="running"]', '[data-test-connection-state="INITIAL"]', '[data-testid$="Skeleton"]',
    '[data-stale="true"]'].some(one => document.querySelector(one));
  const { moved } = window.__seen;
  return here && !busy && moved && performance.now() - moved > quiet ? moved : false;
}"""


@dataclass(frozen=True)
class Seen:
    """A page to look at: how it is served, where it is, what it shows when it is complete."""

    target: Target
    address: str
    wanted: tuple[str, ...]


PAGES = {
    "empty": Seen(EMPTY, "/", ("h1",)),
    "floor": Seen(FLOOR_SPEC, "/", (CHART, TABLE)),
    "comparison": Seen(COMPARISON, "/vertailu", (CHART, TABLE)),
    "map": Seen(MAP, "/kartta?ryhma=all", ('[data-testid="stDeckGlJsonChart"] canvas',)),
}


def opened(browser: Browser, base: str, seen: Seen) -> tuple[Page, float]:
    """The page in an empty browser profile, and the milliseconds from its first request to when it was settled."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.add_init_script(f"({WATCH})()")
    page.goto(base + seen.address, wait_until="commit")
    return page, settled(page, seen.wanted)


def settled(page: Page, wanted: tuple[str, ...]) -> float:
    """Milliseconds of the page's own clock at the last movement before it was quiet."""
    return page.wait_for_function(SETTLED, arg=[list(wanted), QUIET], polling=20, timeout=PATIENCE).json_value()


def cold(browser: Browser, seen: Seen, directory: Path) -> float:
    """Seconds from the start of the server's process to a settled page."""
    begun = time.time()
    with server.served(seen.target.way, directory) as running:
        page, at = opened(browser, running.base, seen)
        origin = page.evaluate("performance.timeOrigin")
        page.context.close()
    return (origin + at) / 1000 - begun


def choice(page: Page, seen: Seen, turn: int) -> float:
    """Milliseconds from the key that takes another option to when the page was settled."""
    box = page.get_by_role("combobox", name=seen.target.label).first
    box.click()
    page.keyboard.press("ArrowDown" if turn % 2 == 0 else "ArrowUp")
    page.wait_for_timeout(300)
    page.keyboard.press("Enter")
    return settled(page, seen.wanted) - page.evaluate("window.__seen.asked")


def in_turn(names: tuple[str, ...], rounds: int, look: Callable[[str], float]) -> dict[str, list[float]]:
    """Each look of each page, in turn, so that a slow moment falls on all alike."""
    found: dict[str, list[float]] = {name: [] for name in names}
    for number in range(rounds):
        for name in names[number % len(names) :] + names[: number % len(names)]:
            found[name].append(look(name))
    return found


def ratio(found: dict[str, list[float]], name: str, floor: str) -> float:
    """The median of what one took in what the other took, paired by round."""
    return statistics.median(ours / other for ours, other in zip(found[name], found[floor], strict=True))


def main() -> None:
    """Prints the ratios with what they should be."""
    parser = data.parser(__doc__)
    parser.add_argument("--rounds", type=int, default=24)
    parser.add_argument("--cold", type=int, default=4, help="cold starts of each")
    options = parser.parse_args()
    with data.invented(options.data) as directory, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=installed(), args=list(FLAGS))
        browser.new_page().goto("about:blank")  # the browser itself is warm before anything is timed
        first = in_turn(("empty", "comparison"), options.cold, lambda name: cold(browser, PAGES[name], directory))
        said = ", ".join(f"{name} {statistics.median(found):.1f} s" for name, found in first.items())
        measure.line(
            "cold start to a complete /vertailu, in an empty page's",
            ratio(first, "comparison", "empty"),
            MOST_COLD,
            said,
        )

        names = ("floor", "comparison", "map")
        with server.all_served({name: PAGES[name].target.way for name in names}, directory) as running:
            pages = {name: opened(browser, running[name].base, PAGES[name])[0] for name in names}
            turns = dict.fromkeys(names, 0)

            def look(name: str) -> float:
                turns[name] += 1
                return choice(pages[name], PAGES[name], turns[name])

            for name in names:  # both options are taken once before
                look(name), look(name)
            found = in_turn(names, options.rounds, look)
        said = ", ".join(f"{name} {statistics.median(times):.0f} ms" for name, times in found.items())
        measure.line(
            "a choice on /vertailu, settled, in the floor's with a ready chart",
            ratio(found, "comparison", "floor"),
            MOST_SETTLED,
            said,
        )
        measure.line(
            "a choice on the map of the whole country, in one on /vertailu",
            ratio(found, "map", "comparison"),
            MOST_MAP,
            said,
        )
        browser.close()


if __name__ == "__main__":
    main()
