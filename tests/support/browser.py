"""A real browser: an installed Chromium or Chrome is used, and none is downloaded."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page

from kuntamittari.ui.sections import SECTIONS
from tests.support.material import unavailable

NAMES = ("chromium", "chromium-browser", "google-chrome")
MAC = [Path(f"/Applications/{name}.app/Contents/MacOS/{name}") for name in ("Google Chrome", "Chromium")]
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
)
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 800}
SLOW = "WebSocket is closed before the connection is established"
PATIENCE = 30_000  # milliseconds; a busy machine takes half of it for a first page
PICTURES = '[data-testid="stVegaLiteChart"] svg, .km-answers, .km-standings, .km-rug, .km-grid'
HARMLESS = "GL Driver Message"  # a warning of Chromium about the graphics of this machine


def installed() -> str:
    """The path of an installed browser; without one the test skips, but fails in CI."""
    for found in (*map(shutil.which, NAMES), *(str(path) for path in MAC if path.exists())):
        if found:
            return found
    return unavailable(f"no installed browser ({', '.join(NAMES)})")


def window(browser: Browser, **options: Any) -> BrowserContext:
    """A profile of its own; windows of one profile share the cache, which saves most of the time."""
    context = browser.new_context(**{"viewport": WIDE} | options)
    context.set_default_timeout(PATIENCE)
    return context


def taken_over(page: Page) -> None:
    """Wait until the application has taken the place of the document, and takes keys and taps."""
    page.locator("#km-document").wait_for(state="detached")


class Visit:
    """One reader's window, and everything it complained about or asked of others."""

    def __init__(self, context: BrowserContext, base: str):
        self.base, self.troubles = base, list[str]()
        self.page: Page = context.new_page()
        own = (base, base.replace("http", "ws", 1), "data:", "blob:")

        def asked(url: str) -> None:
            if not url.startswith(own):
                self.troubles.append(f"foreign request: {url}")

        self.page.on("request", lambda request: asked(request.url))
        self.page.on("websocket", lambda socket_: asked(socket_.url))
        self.page.on(
            "response",
            lambda answer: self.troubles.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None,
        )
        self.page.on("pageerror", lambda error: self.troubles.append(f"page error: {error}"))
        self.page.on("console", self._noted)

    def _noted(self, line: ConsoleMessage) -> None:
        """Note an error or a warning, but that a busy server was slow: the page then connects again by itself."""
        if line.type in ("error", "warning") and SLOW not in line.text:
            self.troubles.append(line.text)

    def go(self, address: str) -> "Visit":
        """Loads an address and waits until its heading stands there."""
        self.page.goto(self.base + address)
        taken_over(self.page)
        self.page.get_by_test_id("stMain").get_by_role("heading", level=1).first.wait_for()
        return self

    def settle(self) -> "Visit":
        """Waits until the page has been run and its charts, or the pictures that are markup, are drawn."""
        taken_over(self.page)
        self.page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
        self.page.locator(PICTURES).last.wait_for()
        return self

    @property
    def finding(self) -> Locator:
        return self.page.locator("p.km-finding")

    @property
    def charts(self) -> Locator:
        return self.page.get_by_test_id("stVegaLiteChart")

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.page.url).query, keep_blank_values=True))

    @property
    def language(self) -> str:
        return self.page.evaluate("document.documentElement.lang")

    def box(self, label: str, where: str = "stApp") -> Locator:
        """A select box by its label."""
        return self.page.get_by_test_id(where).get_by_role("combobox", name=label, exact=True)

    def choose(self, label: str, option: str, where: str = "stApp") -> None:
        """Types into a select box and takes what it finds."""
        self.box(label, where).click()
        self.box(label, where).fill(option)
        self.page.keyboard.press("Enter")

    def open_page(self, path: str, words: Mapping[str, str]) -> None:
        """Goes to a page by its place in the navigation, as a reader does; `words`: the texts of the language."""
        section = next(one for one in SECTIONS if path in (page for _, page, _ in one.pages))
        menu = self.page.locator("nav.km-places")
        menu.get_by_role("button" if section.folded else "link", name=words[section.title], exact=True).click()
        if path != section.pages[0][1] or section.folded:
            title = next(title for _, page, title in section.pages if page == path)
            menu.get_by_role("link", name=words[title], exact=True).click()

    def focused(self) -> str:
        """The accessible words of what has the focus."""
        return self.page.evaluate(
            "() => { const e = document.activeElement; return e.getAttribute('aria-label') || e.innerText || ''; }"
        )

    def press_until(self, key: str, name: str, most: int = 60) -> None:
        """Presses a key until the focus is on what bears the name, alone or as a line between icons."""
        for _ in range(most):
            self.page.keyboard.press(key)
            if name in self.focused().split("\n") and self.page.evaluate("document.activeElement !== document.body"):
                return
        pytest.fail(f"{key} does not reach {name}")


def rgb(colour: str) -> tuple[int, ...]:
    """Return the three parts of a computed colour, 0–255."""
    return tuple(int(part) for part in re.findall(r"\d+", colour)[:3])


def contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """Return the contrast ratio of WCAG, 1–21."""

    def luminance(colour: tuple[int, ...]) -> float:
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in (part / 255 for part in colour)]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)
