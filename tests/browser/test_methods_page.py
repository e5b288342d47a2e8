"""From a figure to the section of the methods that applies, and back; places on the page of all methods."""

import pytest
from playwright.sync_api import Browser, expect

from kuntamittari.i18n import Translator
from tests.support.browser import NARROW, WIDE, Visit, window
from tests.support.server import Served

TAMPERE = "kieli=sv&kunta=837&ryhma=largest-20&mittari=basic_education_cost_per_7_15&vuosi=2018"


def test_the_fold_of_a_figure_leads_to_its_method_and_back(browser: Browser, dashboard: Served) -> None:
    t = Translator("sv")
    visit = Visit(window(browser), dashboard.address).go(f"/vertailu?{TAMPERE}").settle()
    fold = visit.page.locator(".km-fold", has_text=t("how.title"))
    fold.locator("summary").click()
    fold.get_by_role("link", name=t("methods.section_5")).click()
    section = visit.page.locator(".km-methods")
    expect(section.get_by_role("heading", name="5. Percentile and verdict")).to_be_visible()
    assert section.get_attribute("lang") == "en" and visit.language == "sv"
    assert visit.path == "/menetelmat" and visit.query["kohta"] == "5" and visit.query["kunta"] == "837"
    visit.page.go_back()
    expect(visit.finding).to_contain_text("Tammerfors")
    assert visit.path == "/vertailu" and visit.troubles == []
    visit.page.context.close()


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_list_of_methods_scrolls_to_each_without_loading(
    browser: Browser, dashboard: Served, viewport: dict[str, int]
) -> None:
    visit = Visit(window(browser, viewport=viewport), dashboard.address).go("/menetelmat?kieli=fi")
    visit.page.evaluate("window.loadedOnce = true")
    visit.page.locator(".km-contents").get_by_role("link", name="Kuntaliitokset").click()
    section = visit.page.locator("#m-13")
    expect(section).to_be_in_viewport()
    assert 0 <= section.bounding_box()["y"] < viewport["height"] / 3
    assert visit.page.evaluate("window.loadedOnce") and visit.page.url.endswith("#m-13")
    assert visit.troubles == []
    visit.page.context.close()
