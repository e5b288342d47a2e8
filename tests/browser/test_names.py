"""Names are found in the select boxes however they are typed (kuntamittari/web/names.js, docs/decisions/0032)."""

import unicodedata
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from kuntamittari.query import figures
from kuntamittari.query.database import Database
from tests.support.browser import Visit, window
from tests.support.server import dashboard_served

# types each name into a box of the same kind, letter by letter, and returns what became of it
TYPE = """(typed) => typed.map((letters) => {
  const around = document.createElement("div");
  around.dataset.testid = "stSelectbox";
  const box = document.createElement("input");
  around.append(box);
  document.body.append(around);
  for (const letter of letters) {
    box.setRangeText(letter, box.value.length, box.value.length, "end");
    box.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
  around.remove();
  return box.value;
})"""


@pytest.fixture(scope="module")
def visit(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    with dashboard_served(tmp_path_factory.mktemp("names")) as server:
        visit = Visit(window(browser), server.address).go("/vertailu?kieli=fi&kunta=837")
        visit.page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
        yield visit


def plain(name: str) -> str:
    """A name as it is typed without dots and rings."""
    letters = unicodedata.normalize("NFD", name.lower())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


@pytest.mark.parametrize(
    ("label", "typed", "option"),
    [
        ("Kunta", "jyvaskyla", "Jyväskylä"),
        ("Kunta", "abo", "Turku · Åbo"),
        ("Kunta", "Espoo", "Espoo · Esbo"),
        ("Vertaa myös kuntiin", "ABO", "Turku · Åbo"),
        ("Mittari", "ikaantyneiden palvelujen tuottavuus", "Ikääntyneiden palvelujen tuottavuusindeksi"),
    ],
)
def test_an_option_is_found_without_its_dots(visit: Visit, label: str, typed: str, option: str) -> None:
    box = visit.box(label)
    box.click()
    box.press_sequentially(typed, delay=20)
    visit.page.get_by_role("option").filter(has_text=option).first.wait_for()
    # the first takes the letters of a box of several away, and what is open hides the rest of the page
    for _ in range(2):
        visit.page.keyboard.press("Escape")


def test_every_name_typed_without_dots_becomes_the_name(visit: Visit, bundle: Database) -> None:
    register = figures.register(bundle).values()
    names = sorted({row[key].lower() for row in register for key in ("name_fi", "name_sv") if row["code"] != "MA1"})
    assert len(names) > 300
    written = visit.page.evaluate(TYPE, [plain(name) for name in names])
    assert [pair for pair in zip(names, written, strict=True) if pair[0] != pair[1]] == []


def test_what_begins_no_name_stays_as_it_was_typed(visit: Visit) -> None:
    assert visit.page.evaluate(TYPE, ["Espoo", "xyzzy", "2019", "Hämeenlinna"]) == [
        "Espoo",
        "xyzzy",
        "2019",
        "Hämeenlinna",
    ]
