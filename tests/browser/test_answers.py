"""The three answers in a browser: what fits a screen, labels that keep clear of each other, and the way by keyboard."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect

from kuntamittari import settings
from tests.support.browser import Visit, window
from tests.support.server import Served

TAMPERE = "kunta=837&ryhma=largest-20"
LABELS = """() => [...document.querySelectorAll(".km-a-strip")].map(strip => ({
  strip: strip.getBoundingClientRect().toJSON(),
  card: strip.closest(".km-a-card").getBoundingClientRect().toJSON(),
  next: strip.nextElementSibling.getBoundingClientRect().top,
  median: strip.querySelector(".km-a-median").getBoundingClientRect().toJSON(),
  labels: [...strip.querySelectorAll("span")].map(label => label.getBoundingClientRect().toJSON()),
}))"""
CARDS = "() => [...document.querySelectorAll('.km-a-card')].map(card => card.getBoundingClientRect().toJSON())"

COVERED = """() => [...document.querySelectorAll(".km-a-ways > *")].filter(way => {
  const { x, y, width, height } = way.getBoundingClientRect();
  return !way.contains(document.elementFromPoint(x + width / 2, y + height / 2));
}).map(way => way.outerHTML)"""


@pytest.fixture
def visit(browser: Browser, dashboard: Served) -> Iterator[Callable[..., Visit]]:
    """visit(query, **options of its window) opens the front page."""
    opened: list[Visit] = []

    def open_(query: str, **options: object) -> Visit:
        opened.append(Visit(window(browser, **options), dashboard.address))
        return opened[-1].go(f"/?{query}").settle()

    yield open_
    for one in opened:
        one.page.context.close()


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_the_cards_fit_a_laptop_and_each_card_a_phone(visit: Callable[..., Visit], language: str) -> None:
    page = visit(f"kieli={language}&{TAMPERE}", viewport={"width": 1366, "height": 768}).page
    cards = page.evaluate(CARDS)
    assert len(cards) == 3 and len({card["top"] for card in cards}) == 1
    assert max(card["bottom"] for card in cards) <= 768
    assert page.evaluate(COVERED) == [], "nothing lies on the ways on"
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator(".km-a-card").last).not_to_be_in_viewport()
    cards = page.evaluate(CARDS)
    assert len({card["left"] for card in cards}) == 1 and max(card["height"] for card in cards) <= 844
    assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= 390


@pytest.mark.parametrize(("code", "group"), [("837", "largest-20"), ("091", "all"), ("109", "similar")])
def test_no_label_of_a_strip_meets_another_or_a_line_or_is_cut(
    visit: Callable[..., Visit], code: str, group: str
) -> None:
    page = visit(f"kieli=sv&kunta={code}&ryhma={group}").page
    for width in (320, 390, 768, 1366, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(300)
        expect(page.locator(".km-a-strip")).to_have_count(3)
        strips = page.evaluate(LABELS)
        assert len(strips) == 3
        for strip in strips:
            labels = strip["labels"]
            assert len(labels) in (3, 4)
            assert all(
                strip["card"]["left"] <= label["left"] and label["right"] <= strip["card"]["right"] for label in labels
            )
            assert all(label["bottom"] <= strip["next"] + 1 for label in labels), "words below keep clear of them"
            clear = [
                one["right"] <= other["left"] or other["right"] <= one["left"] or one["bottom"] <= other["top"] + 1
                for at, one in enumerate(labels)
                for other in labels[at + 1 :]
            ]
            line = strip["median"]
            clear += [
                label["right"] <= line["left"]
                or line["right"] <= label["left"]
                or label["bottom"] <= line["top"] + 1
                or line["bottom"] <= label["top"] + 1
                for label in labels
            ]
            assert all(clear), (width, strip)


def test_by_keyboard_a_reader_changes_the_group_opens_the_costs_and_copies_the_link(
    visit: Callable[..., Visit],
) -> None:
    reader = visit(f"kieli=en&{TAMPERE}", permissions=["clipboard-read", "clipboard-write"])
    page = reader.page
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('role')") == "radio":
            break
    while reader.focused() != "Whole country":
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator(".km-a-lead")).to_contain_text("All of Mainland Finland (20 of 292 municipalities loaded)")
    assert reader.query["ryhma"] == "all"
    reader.settle().press_until("Tab", "Copy the link: Children and young people")
    page.keyboard.press("Enter")
    expect(page.locator("#km-said")).not_to_be_empty()
    copied = page.evaluate("navigator.clipboard.readText()")
    words, link = copied.rsplit("\n", 1)
    assert words.replace("\N{NO-BREAK SPACE}", " ").startswith(
        "Tampere: Children and young people, 10,256 € per resident"
    )
    assert link.startswith(f"{reader.base}/kustannukset?") and "mittari=children_services_cost_per_0_17" in link
    assert "kunta=837" in link and "ryhma=all" in link
    reader.press_until("Shift+Tab", "Open the costs: Children and young people")
    page.keyboard.press("Enter")
    expect(page.locator("p.km-finding").first).to_contain_text("Tampere: children's services")
    assert reader.path == "/kustannukset" and reader.query["ryhma"] == "all" and reader.troubles == []


def test_a_tap_on_add_puts_the_answer_into_the_deck(visit: Callable[..., Visit]) -> None:
    reader = visit(f"kieli=en&{TAMPERE}")
    card = reader.page.locator(".km-a-card").nth(1)
    card.get_by_role("link", name="Add to the presentation: Older residents").click()
    expect(card.get_by_role("link", name="In the presentation, open it: Older residents")).to_be_visible()
    assert reader.query["esitys"] and reader.path == "/" and reader.troubles == []
    card.get_by_role("link", name="In the presentation, open it: Older residents").click()
    expect(reader.page.get_by_role("img", name=re.compile("Tampere: older residents 3,184"))).to_be_visible()
