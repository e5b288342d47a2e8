"""Measure what the first visitor of a view sees on a slow line, and what its document costs the server:
`python -m bench.documents`.

The line is that of slow 4G (1.6 Mbit/s, 150 ms), the processor four times slower than this one, the profile empty.
Beside our pages an empty Streamlit page and a static page made by hand are opened, all in turn. The shift of the layout
through to the application that takes over is that of a visit without slowing, which has the same steps.
"""

import asyncio
import gzip
import json
import statistics
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlencode

from playwright.sync_api import Browser, CDPSession, sync_playwright

from bench import data, measure, server
from bench.first import PAGES as ALL
from bench.first import visit
from kuntamittari.query import figures
from kuntamittari.query.database import Database
from kuntamittari.query.snapshot import open_snapshot
from tests.support.browser import FLAGS, installed

PAGES = ("vertailu", "", "kuntakortti", "kustannukset", "kartta")
STATIC, EMPTY = "static page", "empty Streamlit page"
LINE = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}  # bytes a second
SLOWER = 4
MOST_SECONDS, MOST_BYTES, MOST_SHIFT, MOST_OF_STATIC, MOST_OF_SERVER = 1.5, 150_000, 0.05, 1.6, 1.2
SHIFT = (
    "window.shift = 0;"
    "new PerformanceObserver((list) => list.getEntries().forEach((one) => (window.shift += one.value)))"
    ".observe({type: 'layout-shift', buffered: true});"
)
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
INDICATOR, GROUP = "basic_education_cost_per_7_15", "largest-20"
BY_HAND = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>body{{font:16px/1.5 sans-serif;margin:1rem;max-width:60rem}}svg{{width:100%;height:auto}}
td:last-child{{text-align:right}}</style></head>
<body><h1>{title}, {year}</h1><p>{first}: {most}. The median is {median}.</p>
<svg viewBox="0 0 360 {height}" role="img" aria-label="{title}">{bars}</svg>
<table><tr><th>Municipality</th><th>{unit}</th></tr>{rows}</table></body></html>"""


def by_hand(base: str) -> bytes:
    """Return a page as one would write it by hand of the comparison that /vertailu opens with: a sentence, bars with
    their names, a table."""

    def answer(path: str) -> dict:
        with urllib.request.urlopen(f"{base}/api/v1/{path}", timeout=120) as response:
            return json.load(response)

    names = {one["code"]: one["name_fi"] for one in answer("municipalities")["values"]}
    found = [row for row in answer(f"values?indicator={INDICATOR}&group={GROUP}")["values"] if row["value"] is not None]
    year = max(row["year"] for row in found)
    ordered = sorted((row["value"], names[row["municipality"]]) for row in found if row["year"] == year)[::-1]
    most, first = ordered[0]
    bars = "".join(
        f'<text y="{20 * at + 14}" font-size="12">{name}</text>'
        f'<rect x="110" y="{20 * at + 3}" width="{250 * value / most:.1f}" height="14" fill="#0072b2"/>'
        for at, (value, name) in enumerate(ordered)
    )
    return BY_HAND.format(
        title="Basic education, net operating costs per resident aged 7 to 15",
        unit="€",
        year=year,
        first=first,
        most=f"{most:,.0f}",
        median=f"{statistics.median(value for value, _ in ordered):,.0f}",
        height=20 * len(ordered),
        bars=bars,
        rows="".join(f"<tr><td>{name}</td><td>{value:,.0f}</td></tr>" for value, name in ordered),
    ).encode()


@contextmanager
def static_site(page: bytes) -> Iterator[str]:
    """Serve a static page, compressed as every web server does; yield its address."""
    packed = gzip.compress(page)

    class Static(BaseHTTPRequestHandler):
        """Answers with the page."""

        def do_GET(self) -> None:
            """Send the page."""
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(packed)))
            self.end_headers()
            self.wfile.write(packed)

        def log_message(self, format: str, *args: object) -> None:
            """Print nothing."""

    serving = ThreadingHTTPServer(("127.0.0.1", 0), Static)
    threading.Thread(target=serving.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{serving.server_port}"
    serving.shutdown()


class Received:
    """The bytes that a page receives, with the seconds since its first request."""

    def __init__(self, session: CDPSession):
        self.began, self.parts, self.whole = 0.0, list[tuple[float, str, int]](), dict[str, tuple[float, int]]()
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.dataReceived", self._got)
        session.on("Network.loadingFinished", self._ended)

    def _asked(self, event: dict) -> None:
        self.began = self.began or event["timestamp"]

    def _got(self, event: dict) -> None:
        self.parts.append((event["timestamp"], event["requestId"], event["dataLength"]))

    def _ended(self, event: dict) -> None:
        self.whole[event["requestId"]] = event["timestamp"], event["encodedDataLength"]

    def until(self, seconds: float) -> int:
        """Return the bytes received up to a moment: compressed, of what has come whole; else at most so many."""
        moment = self.began + seconds
        came = {request: length for request, (at, length) in self.whole.items() if at <= moment}
        return sum(came.values()) + sum(n for at, request, n in self.parts if at <= moment and request not in came)


def first_figure(browser: Browser, address: str, shown: str) -> tuple[float, int]:
    """Return the seconds until a page shows `shown` (a selector) and the bytes received before."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    session = context.new_cdp_session(page)
    received = Received(session)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", LINE)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address, wait_until="commit", timeout=120_000)
    page.locator(shown).first.wait_for(timeout=120_000)
    page.wait_for_function(f"() => {PAINTED}")
    # what is in the first answer is in the first paint; an application paints its own skeleton first
    painted = page.evaluate(PAINTED if shown != "[data-testid=stHeading]" else "performance.now()")
    found = painted / 1000, received.until(painted / 1000)
    context.close()
    return found


def shift(browser: Browser, address: str) -> float:
    """Return the shift of the layout until the application has been there for two seconds."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    context.add_init_script(SHIFT)
    page = context.new_page()
    page.goto(address, wait_until="commit", timeout=120_000)
    page.locator("#km-document").wait_for(state="detached", timeout=120_000)
    page.wait_for_timeout(2_000)
    found: float = page.evaluate("window.shift")
    context.close()
    return found


def cost(running: server.Served, page: str, query: str, with_document: bool) -> float:
    """Return the processor time in milliseconds of a visit by a reader for whom nobody has asked before."""
    before = running.processor
    if with_document:
        urllib.request.urlopen(f"{running.base}/{page}?{query}", timeout=120).read()
    asyncio.run(visit(running, page or None, query))
    return (running.processor - before) * 1000


def server_ratio(running: server.Served, queries: list[str]) -> float:
    """Return the processor time of first visits with their documents, in that of visits without: the medians of all
    pages, each of other municipalities."""
    costs: dict[bool, list[float]] = {True: [], False: []}
    for page in ALL:
        for with_document in (True, False):
            cost(running, page, queries[0], with_document)  # imports modules and reads texts
        of_page: dict[bool, list[float]] = {True: [], False: []}
        for number, query in enumerate(queries[1:]):
            of_page[bool(number % 2)].append(cost(running, page, query, bool(number % 2)))
        for with_document, times in of_page.items():
            costs[with_document].append(statistics.median(times))
        print(f"/{page:16} with {costs[True][-1]:6.0f} ms  without {costs[False][-1]:6.0f} ms", flush=True)
    return sum(costs[True]) / sum(costs[False])


def seen(addresses: dict[str, tuple[str, str]], rounds: int) -> tuple[dict[str, list[tuple[float, int]]], float]:
    """Return for each page its first figures (seconds, bytes before), taken in turn, and the most that any of ours
    moves through the take-over."""
    found: dict[str, list[tuple[float, int]]] = {name: [] for name in addresses}
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=installed(), args=list(FLAGS))
        for _ in range(rounds):
            for name, (address, shown) in addresses.items():
                found[name].append(first_figure(browser, address, shown))
        moved = max(shift(browser, addresses[f"/{page}"][0]) for page in PAGES)
        browser.close()
    return found, moved


def main() -> None:
    """Print the figures with their targets."""
    parser = data.parser(__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--places", type=int, default=8, help="municipalities that every page is opened for")
    options = parser.parse_args()
    launches = {"dashboard": server.dashboard(), EMPTY: server.plain("empty")}
    with (
        data.invented(options.data) as directory,
        server.all_served(launches, directory) as running,
        static_site(by_hand(running["dashboard"].base)) as static,  # its figures wait for the data
    ):
        groups = figures.groups(Database(open_snapshot(directory)))
        regions = [(group, row["municipalities"]) for group, row in groups.items() if group.startswith("region-")]
        chosen = [(codes[0], group) for group, codes in regions if codes][: options.places + 1]
        queries = [urlencode({"kunta": code, "ryhma": group}) for code, group in chosen]
        own = running["dashboard"]
        addresses = {f"/{page}": (f"{own.base}/{page}?{queries[0]}", "#km-document h1") for page in PAGES}
        addresses |= {STATIC: (static, "h1"), EMPTY: (running[EMPTY].base, "[data-testid=stHeading]")}
        found, moved = seen(addresses, options.rounds)
        seconds = {name: statistics.median(at for at, _ in visits) for name, visits in found.items()}
        size = {name: statistics.median(received for _, received in visits) for name, visits in found.items()}
        for name in addresses:
            print(f"{name:22} first figure {seconds[name]:5.2f} s after {size[name] / 1000:6.1f} kB", flush=True)
        slowest = max(seconds[f"/{page}"] for page in PAGES)
        measure.figure("first figure of the slowest page, s", slowest, MOST_SECONDS)
        measure.figure("bytes before it, of the largest page", max(size[f"/{page}"] for page in PAGES), MOST_BYTES)
        measure.figure("shift of the layout through the take-over, most", moved, MOST_SHIFT)
        measure.line(
            "first figure of the slowest page, in the static page's", slowest / seconds[STATIC], MOST_OF_STATIC
        )
        ratio = server_ratio(own, queries)
    measure.line("processor time of a first visit with its document, in that without", ratio, MOST_OF_SERVER)


if __name__ == "__main__":
    main()
