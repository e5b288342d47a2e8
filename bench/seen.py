"""Measure what a user sees and when, in a real Chromium: `python -m bench.seen`.

A page is settled when everything it should show is there and nothing has moved for QUIET milliseconds: no change of the
document, no stroke on a canvas, no message. The time is that of the last movement.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from bench import data, measure, server
from bench.pages import COMPARISON, FLOOR_SPEC, MAP, Target
from tests.support.browser import FLAGS, installed

QUIET, PATIENCE = 400, 120_000  # milliseconds
CHART = '[data-testid="stVegaLiteChart"] :is(canvas, svg)'
TABLE = '[data-testid="stDataFrame"] canvas'
EMPTY = Target(server.plain("empty"), "empty page", "")
MOST_COLD, MOST_SETTLED, MOST_MAP = 1.9, 1.15, 1.5
WATCH = (Path(__file__).parent / "watch.js").read_text("utf-8")
SETTLED = (Path(__file__).parent / "settled.js").read_text("utf-8")


@dataclass(frozen=True)
class WatchedPage:
    """A page to look at: how it is served, its address, and the elements of the complete page (selectors)."""

    target: Target
    address: str
    wanted: tuple[str, ...]


PAGES = {
    "empty": WatchedPage(EMPTY, "/", ("h1",)),
    "floor": WatchedPage(FLOOR_SPEC, "/", (CHART, TABLE)),
    "comparison": WatchedPage(COMPARISON, "/vertailu", (CHART,)),  # its table is made when it is unfolded
    "map": WatchedPage(MAP, "/kartta?ryhma=all", ('[data-testid="stDeckGlJsonChart"] canvas',)),
}


def open_page(browser: Browser, base: str, watched: WatchedPage) -> tuple[Page, float]:
    """Return the page in an empty browser profile, and the milliseconds from its first request until it settled."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.add_init_script(f"({WATCH})()")
    page.goto(base + watched.address, wait_until="commit")
    return page, settled_at(page, watched.wanted)


def settled_at(page: Page, wanted: tuple[str, ...]) -> float:
    """Return when the page last moved before it was quiet, in milliseconds of its own clock."""
    return page.wait_for_function(SETTLED, arg=[list(wanted), QUIET], polling=20, timeout=PATIENCE).json_value()


def cold_start(browser: Browser, watched: WatchedPage, directory: Path) -> float:
    """Return the seconds from the start of the server's process to a settled page."""
    begun = time.time()
    with server.served(watched.target.launch, directory) as running:
        page, at = open_page(browser, running.base, watched)
        origin = page.evaluate("performance.timeOrigin")
        page.context.close()
    return (origin + at) / 1000 - begun


def choice_time(page: Page, watched: WatchedPage, turn: int) -> float:
    """Return the milliseconds from the key press that chooses another option until the page settled."""
    box = page.get_by_role("combobox", name=watched.target.label, exact=True).first
    box.click()
    page.keyboard.press("ArrowDown" if turn % 2 == 0 else "ArrowUp")
    page.wait_for_timeout(300)
    page.keyboard.press("Enter")
    return settled_at(page, watched.wanted) - page.evaluate("window.__seen.asked")


def in_turn(names: tuple[str, ...], rounds: int, measure_page: Callable[[str], float]) -> dict[str, list[float]]:
    """Return the measurements of each page, taken in turn so that a slow moment affects all alike."""
    measured: dict[str, list[float]] = {name: [] for name in names}
    for number in range(rounds):
        for name in names[number % len(names) :] + names[: number % len(names)]:
            measured[name].append(measure_page(name))
    return measured


def ratio(measured: dict[str, list[float]], name: str, floor: str) -> float:
    """Return the median ratio of the times of two pages, paired by round."""
    return statistics.median(ours / other for ours, other in zip(measured[name], measured[floor], strict=True))


def main() -> None:
    """Print the ratios with their targets."""
    parser = data.parser(__doc__)
    parser.add_argument("--rounds", type=int, default=24)
    parser.add_argument("--cold", type=int, default=4, help="cold starts of each")
    options = parser.parse_args()
    with data.invented(options.data) as directory, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=installed(), args=list(FLAGS))
        browser.new_page().goto("about:blank")  # warms the browser itself before anything is timed
        first = in_turn(("empty", "comparison"), options.cold, lambda name: cold_start(browser, PAGES[name], directory))
        detail = ", ".join(f"{name} {statistics.median(measured):.1f} s" for name, measured in first.items())
        measure.line(
            "cold start to a complete /vertailu, in an empty page's",
            ratio(first, "comparison", "empty"),
            MOST_COLD,
            detail,
        )

        names = ("floor", "comparison", "map")
        with server.all_served({name: PAGES[name].target.launch for name in names}, directory) as running:
            pages = {name: open_page(browser, running[name].base, PAGES[name])[0] for name in names}
            turns = dict.fromkeys(names, 0)

            def next_choice(name: str) -> float:
                turns[name] += 1
                return choice_time(pages[name], PAGES[name], turns[name])

            for name in names:  # both options are chosen once, unmeasured
                next_choice(name), next_choice(name)
            measured = in_turn(names, options.rounds, next_choice)
        detail = ", ".join(f"{name} {statistics.median(times):.0f} ms" for name, times in measured.items())
        measure.line(
            "a choice on /vertailu, settled, in the floor's with a ready chart",
            ratio(measured, "comparison", "floor"),
            MOST_SETTLED,
            detail,
        )
        measure.line(
            "a choice on the map of the whole country, in one on /vertailu",
            ratio(measured, "map", "comparison"),
            MOST_MAP,
            detail,
        )
        browser.close()


if __name__ == "__main__":
    main()
