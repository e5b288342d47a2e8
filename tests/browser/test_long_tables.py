"""A long table is folded, and opens on the row of the municipality."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator

from kuntamittari.i18n import texts
from tests.support.browser import Visit, window
from tests.support.server import dashboard_served

ROW = 35


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with dashboard_served(tmp_path_factory.mktemp("tables")) as server:
        yield server.address


def rows_in_view(table: Locator) -> tuple[int, int]:
    """The first and the last row that is seen whole."""
    top, height = table.evaluate("(box) => [box.scrollTop, box.clientHeight - 35]")
    return -(-top // ROW), (top + height) // ROW - 1


def test_a_long_table_opens_on_the_row_of_the_municipality_and_follows_the_choice(
    browser: Browser, address: str
) -> None:
    # Vaasa and Hämeenlinna stand in the last third of the 20 cities and the country
    visit = Visit(window(browser), address).go("/vertailu?kieli=fi&kunta=905")
    title = visit.page.get_by_text(texts("fi")["table.title"], exact=True)
    fold = visit.page.locator("details", has=title).first
    assert fold.get_attribute("open") is None, "folded until it is pressed"
    fold.locator("summary").click()
    table = fold.locator(".dvn-scroller")
    for option in (None, "Helsinki", "Oulu"):
        if option:
            visit.choose("Kunta", option)
            fold.get_by_text(f"{option} on taulukon rivi").wait_for()
        visit.page.wait_for_timeout(1_500)
        row = int(fold.locator("[data-row]").get_attribute("data-row") or -1)
        first, last = rows_in_view(table)
        assert first <= row <= last, (option, first, row, last)
