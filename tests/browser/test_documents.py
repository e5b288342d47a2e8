"""A document is seen before the application, which takes its place without a jump; alone it needs no scripts."""

import functools
import io
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from bench import axe
from tests.support.browser import HARMLESS, Visit, window
from tests.support.documents import PATHS
from tests.support.server import Served, served

MOST_SHIFT, MOST_JUMP = 0.05, 4  # of the layout in all; pixels of the heading
SIZES = {"screen": {"width": 1366, "height": 768}, "phone": {"width": 390, "height": 844}}
QUERY = "kunta=837&kieli=fi"
WATCH = """
window.shift = 0;
new PerformanceObserver((list) => list.getEntries().forEach((entry) => (window.shift += entry.value)))
  .observe({type: "layout-shift", buffered: true});
const place = (selector) => {
  const box = document.querySelector(selector)?.getBoundingClientRect();
  return box && [Math.round(box.left), Math.round(box.top)];
};
new MutationObserver(() => {
  const paper = document.querySelector("#km-document");
  if (paper && document.querySelector("#root")) {
    window.before = place("#km-document h1") ?? window.before;
  } else if (window.before && !window.after) {
    window.after = place(".stMain h1");
  }
}).observe(document, {childList: true, subtree: true});
"""


@pytest.fixture(scope="module", autouse=True)
def ready(dashboard: Served) -> None:
    """Wait until the server can make documents: before that it sends the application alone."""
    until_ready(dashboard.address)


def until_ready(address: str) -> None:
    while b'id="km-document"' not in urlopen(f"{address}/vertailu", timeout=60).read():
        time.sleep(0.2)


def left_alone(page: Page, address: str) -> None:
    """Open a page whose application never comes, as on a line that is cut."""
    page.route("**/static/js/**", lambda route: route.abort())
    page.goto(address, wait_until="domcontentloaded")
    page.locator("#km-document h1").wait_for()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("path", ["/vertailu", "/", "/kuntakortti", "/kustannukset", "/kartta"])
def test_the_application_takes_the_place_of_the_document(
    browser: Browser, dashboard: Served, path: str, size: str
) -> None:
    context = window(browser, viewport=SIZES[size])
    context.add_init_script(WATCH)
    visit = Visit(context, dashboard.address)
    visit.page.goto(f"{dashboard.address}{path}?{QUERY}", wait_until="commit")
    visit.page.wait_for_function("() => window.after")
    visit.page.wait_for_timeout(1_000)
    before, after = visit.page.evaluate("[window.before, window.after]")
    assert max(abs(one - other) for one, other in zip(before, after, strict=True)) <= MOST_JUMP, (before, after)
    assert visit.page.evaluate("window.shift") <= MOST_SHIFT
    assert visit.page.evaluate("document.querySelectorAll('h1').length") == 1
    assert (
        not visit.page.evaluate("document.querySelector('#root').inert")
        and [one for one in visit.troubles if HARMLESS not in one] == []
    )
    context.close()


def test_the_reader_keeps_the_place_the_selection_and_the_focus(browser: Browser, dashboard: Served) -> None:
    context = window(browser, viewport=SIZES["phone"])
    page = context.new_page()
    page.goto(f"{dashboard.address}/vertailu?{QUERY}", wait_until="commit")
    page.locator("#km-document figure").first.wait_for()
    page.evaluate("scrollTo(0, document.querySelector('#km-document figure').getBoundingClientRect().top - 100)")
    page.evaluate(
        "getSelection().selectAllChildren(document.querySelector('#km-document h1'));"
        "document.querySelector('#km-document .km-d-pages a').focus({preventScroll: true})"
    )
    words = page.locator("#km-document h1").inner_text()
    page.locator("#km-document").wait_for(state="detached")
    top = page.locator('[data-testid="stVegaLiteChart"]').first.bounding_box()
    assert top and abs(top["y"] - 100) < 40
    assert page.evaluate("getSelection().toString()").strip() == words
    assert page.evaluate("document.activeElement.textContent") == "Vertailu"
    context.close()


def test_a_document_without_the_application_has_no_violation(browser: Browser, dashboard: Served) -> None:
    found = []
    for theme, width in (("light", 1366), ("dark", 390)):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
        page = context.new_page()
        for number, path in enumerate(PATHS):
            language = ("fi", "sv", "en")[number % 3]
            left_alone(page, f"{dashboard.address}/{path}?kunta=837&kieli={language}")
            found += [f"/{path} {theme}: {one.rule} {one.element}" for one in axe.scan(page)]
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
        context.close()
    assert found == []


def test_on_paper_a_page_is_its_document(browser: Browser, dashboard: Served) -> None:
    context = window(browser)
    visit = Visit(context, dashboard.address).go(f"/vertailu?{QUERY}&vuosi=2018").settle()
    visit.page.locator("#km-document").wait_for(state="detached")
    printed = "".join(part.extract_text() for part in PdfReader(io.BytesIO(visit.page.pdf())).pages)
    words = " ".join(printed.split())
    for said in ("Perusopetuksen nettokäyttökustannukset", "Tampere", "Rovaniemi", "Lähde: Tilastokeskus", "2018"):
        assert said in words
    assert "Vertaa myös kuntiin" not in words and "Kopioi" not in words
    expect(visit.page.locator("#km-paper")).to_have_count(0)
    context.close()


@contextmanager
def other_site(folder: Path, framed: str) -> Iterator[str]:
    """Serve a page of another origin that frames an address."""
    (folder / "index.html").write_text(
        f"<!DOCTYPE html><title>intra</title><iframe src='{framed}' height='900'></iframe>"
    )
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(SimpleHTTPRequestHandler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def test_another_site_frames_a_view_only_where_the_operator_allows_it(
    browser: Browser, dashboard: Served, tmp_path: Path
) -> None:
    view = f"/vertailu?{QUERY}&muoto=upotus"
    with other_site(tmp_path, dashboard.address + view) as intra:
        page = browser.new_page()
        page.goto(intra)
        expect(page.frame_locator("iframe").locator("main h1")).to_have_count(0)
        page.close()
    (tmp_path / "allowed").mkdir()
    with (
        other_site(tmp_path / "allowed", "about:blank") as intra,
        served(tmp_path / "log", KUNTAMITTARI_EMBED_ORIGINS=intra) as address,
    ):
        until_ready(address)
        page = browser.new_page()
        page.goto(f"{address}/vertailu?{QUERY}")
        page.locator("[data-copy-embed]").wait_for(state="attached")
        page.locator("#km-document").wait_for(state="detached")
        page.evaluate("navigator.clipboard.writeText = async (words) => { window.copied = words; }")
        page.get_by_role("button", name="Jaa", exact=True).click()
        page.get_by_role("button", name="Kopioi upotusrivi").click()
        page.wait_for_function("() => window.copied")
        line = page.evaluate("window.copied")
        assert "muoto=upotus" in line and "aineisto=" in line and 'height="' in line
        (tmp_path / "allowed" / "index.html").write_text(f"<!DOCTYPE html><title>intra</title>{line}")
        page.goto(intra)
        frame = page.frame_locator("iframe")
        expect(frame.locator("h1")).to_have_text("Perusopetuksen nettokäyttökustannukset 7–15-vuotiasta kohden")
        inside = frame.locator("html").evaluate("html => html.scrollHeight - html.clientHeight")
        assert inside <= 40, "the frame is as high as the view"
        page.close()
