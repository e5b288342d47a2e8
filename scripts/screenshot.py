"""Make docs/screenshot.png: the comparison page of the dashboard, in a headless browser.

.venv/bin/python -m scripts.screenshot (after `python3 tasks.py test`, which installs the browser driver)
"""

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from kuntamittari import settings
from tests.support.browser import FLAGS, installed
from tests.support.server import served

ADDRESS = "/vertailu?kieli=en&kunta=837&kunnat=091,853&vuosi=2018"


def main() -> None:
    """Start the dashboard, take the picture, stop the dashboard."""
    with tempfile.TemporaryDirectory() as place, served(Path(place) / "log") as base, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=installed(), args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1440, "height": 1130})
        page.goto(base + ADDRESS)
        page.locator('[data-testid="stVegaLiteChart"] svg').nth(1).wait_for()
        page.wait_for_timeout(1000)
        page.screenshot(path=settings.ROOT / "docs" / "screenshot.png")


main()
