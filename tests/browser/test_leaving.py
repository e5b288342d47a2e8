"""Twelve ways of leaving, four kinds of work: what a reader has brought, saved, typed and put into the presentation is
there again after each. One reader, one browser, one server that is killed now and then."""

import json
import os
import re
import signal
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Playwright, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from bench.server import free_port
from kuntamittari.i18n import Translator
from kuntamittari.uploads.workspace import EMPTY, MOST_WORKSPACES, file
from kuntamittari.web.cookie import NAME as COOKIE
from kuntamittari.web.desk import ASKED_BY
from tests.support.browser import FLAGS, PATIENCE, WIDE, installed, taken_over
from tests.support.server import served

KINDS = ("own figures", "organisation", "self-assessment", "presentation")
WAYS = (
    *("back", "reload", "closed tab", "link", "language", "lost connection", "killed server", "new version"),
    *("second tab", "crashed tab", "forgotten by the server", "killed browser"),
)
MEASURE = "Oma mittari Åäö"
FIGURES = f"kunta;vuosi;mittari;arvo\n837;2018;{MEASURE};1,5\n91;2018;{MEASURE};2,5\n".encode()
MODELS = b"kunta;palvelu;vuosi;malli\n837;library;2018;own_production\n"
TAGS = [["837", "library", 2018, "own_production"]]
NEWER = "import kuntamittari, runpy; kuntamittari.__version__ = '99.0.0'; runpy.run_path('app.py', run_name='__main__')"
CAF, FIELD = "/itsearviointi", '[class*="st-key-caf-837"] textarea'
ASK = f"async () => {{ const got = await fetch('desk', {{headers: {{'{ASKED_BY}': '1'}}}}); return await got.text(); }}"
# "Offline" in a browser breaks no connection that is open: the sockets of a page, so that they can be closed
SOCKETS = """{ const Plain = WebSocket; window.opened = []; window.WebSocket = class extends Plain {
  constructor(...given) { super(...given); window.opened.push(this); } }; }"""
KEPT = """new Promise((resolve) => { const opening = indexedDB.open("kuntamittari", 1);
  opening.onsuccess = () => { const all = opening.result.transaction("kept").objectStore("kept").getAll();
    all.onsuccess = () => resolve(JSON.stringify(all.result)); }; })"""


def t(key: str) -> str:
    return Translator("fi")(key)


def drawn(page: Page) -> Page:
    """Wait for the last element of a page."""
    taken_over(page)
    page.locator("[data-desk]").wait_for(state="attached")
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
    return page


def until(page: Page, true: Callable[[], Any], what: str) -> None:
    """Wait until something is true, as the page looks by itself every 0.7 seconds."""
    for _ in range(150):
        if true():
            return
        page.wait_for_timeout(200)
    raise AssertionError(what)


class Reader:
    """One reader with a browser that keeps its profile in a folder, and the server it reads from."""

    def __init__(self, playwright: Playwright, folder: Path):
        self.playwright, self.folder, self.port = playwright, folder, free_port()
        self.server, self.typed, self.asked = ExitStack(), "", 0
        self.start()
        self.context = self.browser()

    def start(self, *program: str) -> None:
        """Start the server, of another version where `program` says so."""
        log = self.folder / "log.txt"
        self.server = ExitStack()
        self.server.enter_context(served(log, program or ("app.py",), STREAMLIT_SERVER_PORT=str(self.port)))

    def browser(self) -> BrowserContext:
        """Start the browser on its profile."""
        started = self.playwright.chromium.launch_persistent_context(
            self.folder / "profile", executable_path=installed(), args=list(FLAGS), viewport=WIDE
        )
        started.set_default_timeout(PATIENCE)
        started.add_init_script(SOCKETS)
        return started

    def kill_browser(self) -> None:
        """End the browser as a power cut would, with all its processes."""
        mine = f"--user-data-dir={self.folder / 'profile'}".encode()
        running = subprocess.run(["ps", "-axww", "-o", "pid=,args="], capture_output=True, check=True).stdout
        for line in running.splitlines():
            if mine in line:
                with suppress(ProcessLookupError):
                    os.kill(int(line.split()[0]), signal.SIGKILL)

    def open(self, path: str, query: str = "kieli=fi&kunta=837") -> Page:
        """Open a page in a new tab."""
        page = self.context.new_page()

        def leave(dialog: Any) -> None:
            self.asked += dialog.type == "beforeunload"
            dialog.accept()

        page.on("dialog", leave)
        page.goto(f"http://127.0.0.1:{self.port}{path}?{query}")
        return drawn(page)

    def evidence(self, page: Page) -> Locator:
        """The first field of evidence, unfolded."""
        field = page.locator(FIELD).first
        if not field.is_visible():
            page.locator('[data-testid="stExpander"] summary').first.click()
        field.wait_for()
        return field

    def type(self, page: Page, words: str) -> None:
        """Go on typing where the text ends, and wait until the browser keeps it."""
        self.evidence(page).click()
        page.keyboard.press("ControlOrMeta+End")
        page.keyboard.type(words)
        self.typed += words
        until(page, lambda: json.dumps(self.typed)[1:-1] in page.evaluate(KEPT), "typed, and not kept")

    def forgotten(self) -> None:
        """Have the server forget the reader, by as many others as it remembers."""
        content = json.dumps(json.loads(file(EMPTY)) | {"tags": TAGS}).encode()
        for number in range(MOST_WORKSPACES):
            asked = urllib.request.Request(f"http://127.0.0.1:{self.port}/desk", data=content, method="PUT")
            asked.add_header("Cookie", f"{COOKIE}={number:043d}")
            asked.add_header(ASKED_BY, "1")
            asked.add_header("X-Forwarded-For", f"192.0.2.{number}")
            urllib.request.urlopen(asked, timeout=30).close()


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """A reader who has brought figures and models of organisation, and put a picture into the presentation."""
    with sync_playwright() as playwright:
        made = Reader(playwright, tmp_path_factory.mktemp("reader"))
        page = made.open("/aineistot")
        for path, content, label in (
            ("/aineistot", FIGURES, t("upload.take")),
            ("/organisointi", MODELS, t("upload.take")),
        ):
            page = page if path in page.url else made.open(path)
            given: Any = {"name": "oma.csv", "mimeType": "text/csv", "buffer": content}
            page.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files(given)
            page.get_by_role("button", name=label, exact=True).click()
            until(page, lambda page=page, path=path: brought(page)[path == "/organisointi"], "not brought")
        page.get_by_role("button", name=t("deck.add")).first.click()
        page.wait_for_url(re.compile("esitys="))
        until(page, lambda: "deck" in page.evaluate(KEPT), "the presentation is not kept")
        page.goto(page.url.replace("/organisointi", CAF))
        for other in made.context.pages:
            if other is not page:
                other.close()
        drawn(page)
        yield made
        made.context.close()
        made.server.close()


def brought(page: Page) -> tuple[bool, bool]:
    """Whether the server has the reader's figures and models of organisation, as the page's own key asks for them."""
    text = page.evaluate(ASK)
    found = json.loads(text) if text else {"figures": [], "measures": [], "tags": []}
    figures = [measure["name"] for measure in found["measures"]] == [MEASURE] and len(found["figures"]) == 2
    return figures, found["tags"] == TAGS


# ---- the ways of leaving: each is given the page with what was typed, and returns the page that is looked at again


def reload(reader: Reader, page: Page) -> Page:
    page.reload()
    return page


def closed_tab(reader: Reader, page: Page) -> Page:
    page.close(run_before_unload=False)
    return reader.open(CAF)


def back(reader: Reader, page: Page) -> Page:
    page.go_back()
    page.wait_for_url(re.compile(r"^(?!.*itsearviointi)"))
    page.go_forward()
    page.wait_for_url(re.compile("itsearviointi"))
    return page


def link(reader: Reader, page: Page) -> Page:
    page.locator("a.km-name, .km-places a").first.click()
    page.wait_for_url(re.compile(r"^(?!.*itsearviointi)"))
    drawn(page)
    page.go_back()
    page.wait_for_url(re.compile("itsearviointi"))
    return page


def language(reader: Reader, page: Page) -> Page:
    page.locator("a[hreflang=sv]").first.click()
    page.wait_for_url(re.compile("kieli=sv"))
    return page


def spoken(page: Page) -> str:
    """The language of a page."""
    return parse_qs(urlsplit(page.url).query)["kieli"][0]


def told_of_loss(page: Page) -> None:
    """Wait until the page says, in its language, that the connection is lost and what is safe."""
    expect(page.locator("#km-lost")).to_contain_text(Translator(spoken(page))("kept.lost"))


def lost_connection(reader: Reader, page: Page) -> Page:
    reader.context.set_offline(True)
    try:
        page.evaluate("for (const one of window.opened) one.close()")
        told_of_loss(page)
    finally:
        reader.context.set_offline(False)
    expect(page.locator("#km-lost")).to_have_count(0)
    return page


def killed_server(reader: Reader, page: Page) -> Page:
    reader.server.close()
    told_of_loss(page)
    reader.start()
    expect(page.locator("#km-lost")).to_have_count(0)
    return page


def new_version(reader: Reader, page: Page) -> Page:
    reader.server.close()
    reader.start("-c", NEWER)
    page.reload()
    return page


def second_tab(reader: Reader, page: Page) -> Page:
    other = reader.open(CAF)
    expect(reader.evidence(other)).not_to_have_value(reader.typed)  # what is being typed there is left alone
    reader.evidence(other).click()
    other.keyboard.type("Toisen ikkunan sanat")
    other.wait_for_timeout(1_500)
    other.close(run_before_unload=False)
    return page


def crashed_tab(reader: Reader, page: Page) -> Page:
    with suppress(PlaywrightError):
        page.goto("chrome://crash", timeout=5_000)
    page.close()
    return reader.open(CAF)


def forgotten(reader: Reader, page: Page) -> Page:
    reader.forgotten()
    assert brought(page) == (False, False), "the server has forgotten the reader"
    page.get_by_role("button", name=Translator(spoken(page))("assessment.save")).first.click()  # begins anew, unaware
    until(page, lambda: all(brought(page)), "what was there before is not laid under what was saved since")
    until(page, lambda: "evidence" in page.evaluate(KEPT), "what is saved is not kept")
    return page


def killed_browser(reader: Reader, page: Page) -> Page:
    reader.kill_browser()
    with suppress(PlaywrightError):
        reader.context.close()
    reader.context = reader.browser()
    return reader.open(CAF)


DO = dict(
    zip(
        WAYS,
        (
            back,
            reload,
            closed_tab,
            link,
            language,
            lost_connection,
            killed_server,
            new_version,
            second_tab,
            crashed_tab,
            forgotten,
            killed_browser,
        ),
        strict=True,
    )
)


@pytest.fixture(scope="module")
def found() -> dict[str, dict[str, bool]]:
    """Way → kind → whether it was there again; each way is gone once, when it is first asked about."""
    return {}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_lost(way: str, kind: str, reader: Reader, found: dict[str, dict[str, bool]]) -> None:
    if way not in found:
        found[way] = gone(reader, way)
    assert found[way][kind], found[way]


def gone(reader: Reader, way: str) -> dict[str, bool]:
    """Type, leave and come back; say what is there again."""
    [*_, page] = reader.context.pages
    if not page.url.startswith("http"):
        page = reader.open(CAF)
    reader.type(page, f"/{way}")
    page = drawn(DO[way](reader, page))
    seen = dict.fromkeys(KINDS, False)

    def look() -> bool:
        seen["own figures"], seen["organisation"] = brought(page)
        seen["self-assessment"] = reader.evidence(page).input_value() == reader.typed
        seen["presentation"] = "esitys" in parse_qs(urlsplit(page.url).query) or '"deck"' in page.evaluate(KEPT)
        return all(seen.values())

    with suppress(AssertionError):
        until(page, look, "")
    return seen
