"""The card, the rug and the framework in a browser: at every width no words are cut and none meet others."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from bench import axe
from kuntamittari import settings
from tests.support.browser import Visit, window
from tests.support.server import Served

WIDTHS = (320, 390, 768, 1366, 1920)  # pixels
TAMPERE = "kunta=837&ryhma=largest-20&vuosi=2018"
VIEWS = ("kuntakortti?", "kuntakortti?nakyma=matto&", "kehikko?")
# words of the cells and lists of a table that run over what holds them, or meet the words of the next
FAULTS = """() => {
  const found = [], shown = node => node.getClientRects().length > 0;
  const cells = [...document.querySelectorAll('.km-standings :is(th, td), .km-rug tbody :is(th, td), .km-grid li')];
  for (const cell of cells.filter(shown)) {
    if (cell.closest('thead')) continue;
    const range = document.createRange();
    range.selectNodeContents(cell);
    const words = range.getBoundingClientRect(), box = cell.getBoundingClientRect();
    const outside = words.left < box.left - 1.5 || words.right > box.right + 1.5;
    if (words.width && outside) found.push('cut: ' + cell.textContent);
  }
  for (const row of [...document.querySelectorAll('.km-standings tbody tr')].filter(shown)) {
    const boxes = [...row.children].filter(shown).map(cell => [cell.getBoundingClientRect(), cell.textContent]);
    boxes.forEach(([one, said], at) => boxes.slice(at + 1).forEach(([other, next]) => {
      const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      if (across > 1.5 && down > 1.5) found.push('meet: ' + said + ' / ' + next);
    }));
  }
  return found.slice(0, 5);
}"""


@pytest.fixture(scope="module")
def visit(browser: Browser, dashboard: Served) -> Iterator[Visit]:
    reader = Visit(window(browser, viewport={"width": WIDTHS[0], "height": 844}), dashboard.address)
    yield reader
    reader.page.context.close()


@pytest.mark.parametrize("language", settings.LANGUAGES)
@pytest.mark.parametrize("view", VIEWS)
def test_no_words_are_cut_or_meet_others_at_any_width(visit: Visit, view: str, language: str) -> None:
    visit.go(f"/{view}kieli={language}&{TAMPERE}")
    axe.wait_until_idle(visit.page)
    for width in WIDTHS:
        visit.page.set_viewport_size({"width": width, "height": 844})
        visit.page.wait_for_timeout(300)
        assert visit.page.evaluate(FAULTS) == [], width
        assert visit.page.evaluate("document.querySelector('.stMain').scrollWidth") <= width
