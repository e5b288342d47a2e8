"""Makes docs/screenshot.png: the comparison page of the running project, in a headless browser.

.venv/bin/python -m scripts.screenshot      (after `python3 tasks.py test`, which installs the browser driver)
"""

import os
import subprocess
import sys

import httpx
import stamina
from playwright.sync_api import sync_playwright
from tests.browser import FLAGS, free_port, installed_browser

from kuntamittari import settings

VIEW = "/vertailu?kieli=en&kunta=837&kunnat=091,853&vuosi=2018"


@stamina.retry(on=httpx.TransportError, timeout=60)
def wait_for(address: str) -> None:
    """Returns when the server answers."""
    httpx.get(address).raise_for_status()


def main() -> None:
    """Starts the dashboard, takes the picture, stops the dashboard."""
    browser = installed_browser()
    if browser is None:
        sys.exit("No Chromium or Chrome is installed.")
    base = f"http://127.0.0.1:{(port := free_port())}"
    server = subprocess.Popen([sys.executable, "app.py"], cwd=settings.ROOT, env=os.environ | {"STREAMLIT_SERVER_PORT": str(port)})
    try:
        wait_for(f"{base}/_stcore/health")
        with sync_playwright() as driver:
            chromium = driver.chromium.launch(executable_path=browser, args=FLAGS)
            page = chromium.new_page(viewport={"width": 1440, "height": 1180})
            page.goto(base + VIEW)
            page.wait_for_selector("canvas >> nth=1")
            page.wait_for_timeout(1500)
            page.screenshot(path=settings.ROOT / "docs" / "screenshot.png")
    finally:
        server.terminate()
        server.wait()


main()
