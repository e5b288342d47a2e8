"""The deck in a real browser: the tray, its link, the stage, and a narrow window."""

import base64
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from kuntamittari.exhibits import deck, page_context, reporting
from kuntamittari.exhibits.deck import Card
from kuntamittari.exhibits.exhibit import Exhibit, table_of
from kuntamittari.exhibits.registry import PICTURES
from kuntamittari.exhibits.render import stage
from kuntamittari.i18n import Translator, texts
from kuntamittari.query.database import Database
from tests.support.browser import HARMLESS, NARROW, PATIENCE, Visit, contrast, rgb, taken_over, window
from tests.support.exhibits import card
from tests.support.server import Served

PLACE = {"kunta": "837", "ryhma": "largest-20", "mittari": "basic_education_cost_per_7_15", "vuosi": "2018"}
MARKUP = "<b>Säästö</b> & **5** %"
SEEN = {"width": 1366, "height": 768}
POINTS_20 = 20 / 72 / (13 + 1 / 3)  # share of a slide's width, 13⅓ inches
CALM = '[data-testid="stApp"][data-test-script-state="notRunning"]'

# What only a browser can show
TEN = (
    card("ranking"),
    card("development", kunnat="091"),
    card("by_service", MARKUP),
    card("pair"),
    card("map"),
    card("composition", luku="eur"),
    card("dearer", kunta="091"),
    card("worklife"),
    card("ages_ahead", ika="7-15"),
    card("sectors"),
)


@pytest.fixture
def visit(browser: Browser, dashboard: Served) -> Iterator[Callable[..., Visit]]:
    """visit(query, **options) opens the page of the deck, or another, in a profile of its own, which knows nothing of
    those before."""
    contexts = []

    def open_(query: dict[str, Any], path: str = "esitys", **options: object) -> Visit:
        contexts.append(window(browser, **{"viewport": SEEN} | options))
        contexts[-1].set_default_timeout(2 * PATIENCE)
        return Visit(contexts[-1], dashboard.address).go(f"/{path}?{urlencode(query)}")

    yield open_
    for context in contexts:
        context.close()


Open = Callable[..., Visit]


def troubles(reader: Visit) -> list[str]:
    return [trouble for trouble in reader.troubles if HARMLESS not in trouble]


def slides_of(bundle: Database, cards: tuple[Card, ...], language: str) -> list[tuple[str, Exhibit]]:
    """The heading and the exhibit of each slide of a deck, in order."""
    context, found = page_context.read(PLACE | {"kieli": language}, bundle), []
    for one in cards:
        exhibit = reporting.slide(context, one)
        heading = (one.headline or exhibit.headline).removesuffix(".")
        found += [(heading, slide.exhibit) for slide in stage.slides(exhibit, context.t)]
    return found


def cells(page: Page) -> list[str]:
    """The figures of the slide that is shown, without what separates thousands and decimals."""
    found = page.locator(".km-slide table tbody td").all_text_contents()
    return [re.sub(r"(?<=\d)[\s.,](?=\d)", "", cell) for cell in found]


def turned(reader: Visit, number: int, count: int, title: str) -> None:
    """Waits until a slide is the one that is shown."""
    expect(reader.page.locator(".km-slide h1")).to_have_text(title)
    expect(reader.page.get_by_text(f"{number}/{count}", exact=True)).to_be_visible()
    expect(reader.page.get_by_role("button", name=texts(reader.language)["deck.end"], exact=True)).to_be_enabled()
    reader.page.locator(CALM).wait_for()


def gathered(reader: Visit) -> list[str]:
    """The pictures of the deck in the address, in order."""
    text = reader.query.get("esitys", "")
    return [one.picture for one in deck.unpacked(text)] if text else []


def order(reader: Visit, *pictures: str) -> None:
    """Waits until the tray shows these pictures in this order."""
    names = [texts(reader.language)[f"picture.{picture}"] for picture in pictures]
    captions = [re.compile(f"^{at} *{re.escape(name)}$", re.IGNORECASE) for at, name in enumerate(names, 1)]
    expect(reader.page.locator(".km-thumb figcaption")).to_have_text(captions)
    reader.page.locator(CALM).wait_for()
    assert gathered(reader) == list(pictures)


# The tray


@pytest.mark.parametrize("size", [SEEN, NARROW], ids=["screen", "phone"])
def test_five_views_order_full_screen_slides_and_link_take_at_most_twelve_taps(visit: Open, size: dict) -> None:
    reader, t, taps = visit({"kieli": "fi", **PLACE}, "kustannukset", viewport=size), texts("fi"), list[str]()
    page = reader.settle().page

    def tap(name: str, exact: bool = True, role: Any = "button") -> None:
        page.get_by_role(role, name=name, exact=exact).first.click()
        taps.append(name)
        page.wait_for_timeout(300)
        page.locator(CALM).wait_for()

    tap(t["deck.take"], exact=False)
    tap(t["deck.add_all"].format(n=4), exact=False)
    expect(page.get_by_test_id("stToast").last).to_contain_text(t["deck.added"].partition("·")[2].format(n=4).strip())
    page.keyboard.press("Escape")
    page.goto(reader.page.url.replace("/kustannukset?", "/kartta?"))
    taken_over(page)
    taps += ["the menu, on a phone opened first"] * (1 if size is SEEN else 2)
    page.locator(".st-key-collect").wait_for()
    page.locator(CALM).wait_for()
    tap(t["deck.add"], exact=False)
    tap(f"{t['deck.name']} · 5", role="link")
    order(reader, "composition", "dearer", "expected", "gaps", "map")
    tap(t["deck.earlier"].format(number=5))
    order(reader, "composition", "dearer", "expected", "map", "gaps")
    assert page.locator(".km-copy").get_attribute("data-copy-link") == f"esitys?esitys={reader.query['esitys']}"
    page.locator(".km-copy").click()
    taps.append("link")
    tap(t["deck.pptx"])
    with page.expect_download(timeout=120_000) as given:
        page.get_by_test_id("stDownloadButton").filter(has_text="esitys.pptx").get_by_role("button").click()
    taps.append("save")
    assert given.value.suggested_filename == "esitys.pptx"
    tap(t["deck.show"], exact=False)
    expect(page.locator(".km-slide h1")).to_have_text("Tampere")
    assert len(taps) <= 12, taps
    assert troubles(reader) == []


def test_slides_are_put_in_order_by_keyboard_and_the_focus_goes_along(visit: Open) -> None:
    cards = (card("ranking"), card("development"), card("map"))
    reader = visit({"kieli": "sv", "esitys": deck.packed(cards), **PLACE})
    page, t = reader.page, texts("sv")
    order(reader, "ranking", "development", "map")
    page.get_by_role("button", name=t["deck.later"].format(number=1)).focus()
    page.keyboard.press("Enter")
    order(reader, "development", "ranking", "map")
    expect(page.get_by_role("button", name=t["deck.later"].format(number=2))).to_be_focused()
    page.keyboard.press("Enter")
    order(reader, "development", "map", "ranking")
    thumbnail = page.locator(".km-thumb[data-slide='2'] a")
    expect(thumbnail).to_be_focused()  # the button of the last place does nothing
    page.keyboard.press("ArrowLeft")
    order(reader, "development", "ranking", "map")
    expect(page.locator(".km-thumb[data-slide='1'] a")).to_be_focused()
    expect(page.get_by_role("status").filter(has_text=t["deck.moved"].format(number=2, all=3))).to_have_count(1)
    page.keyboard.press("ArrowLeft")
    order(reader, "ranking", "development", "map")
    page.keyboard.press("ArrowLeft")
    order(reader, "ranking", "development", "map")
    assert troubles(reader) == []


def test_a_slide_is_dragged_to_its_place(visit: Open) -> None:
    cards = (card("ranking"), card("development"), card("map"))
    reader = visit({"kieli": "fi", "esitys": deck.packed(cards), **PLACE})
    order(reader, "ranking", "development", "map")
    box = reader.page.locator(".km-thumb").nth(2).bounding_box()
    assert box is not None
    after = {"x": box["width"] - 12, "y": box["height"] / 2}
    reader.page.locator(".km-thumb").nth(0).drag_to(reader.page.locator(".km-thumb").nth(2), target_position=after)
    order(reader, "development", "map", "ranking")
    before = {"x": 12.0, "y": box["height"] / 2}
    reader.page.locator(".km-thumb").nth(2).drag_to(reader.page.locator(".km-thumb").nth(1), target_position=before)
    order(reader, "development", "ranking", "map")
    assert troubles(reader) == []


def test_a_removed_slide_comes_back(visit: Open) -> None:
    cards = (card("ranking"), card("development"), card("map"))
    reader = visit({"kieli": "fi", "esitys": deck.packed(cards), **PLACE})
    page, t = reader.page, texts("fi")
    order(reader, "ranking", "development", "map")
    page.get_by_role("button", name=t["deck.remove"].format(number=2)).click()
    order(reader, "ranking", "map")
    expect(page.get_by_role("button", name=t["deck.put_back"])).to_be_focused()
    page.keyboard.press("Enter")
    order(reader, "ranking", "development", "map")
    expect(page.get_by_role("button", name=t["deck.put_back"])).to_have_count(0)
    assert troubles(reader) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_thumbnail_is_the_slide_with_its_finding_and_opens_it(visit: Open, scheme: str, bundle: Database) -> None:
    cards = (card("standing"), card("ranking", MARKUP), card("map"))
    reader = visit({"kieli": "en", "esitys": deck.packed(cards), **PLACE}, color_scheme=scheme)
    order(reader, "standing", "ranking", "map")
    page = reader.page
    slides = slides_of(bundle, cards, "en")
    assert len(slides) > 3, "a long table takes several slides"
    expect(page.locator(".km-thumb strong")).to_have_text([slides[0][0], MARKUP, slides[-1][0]])
    images = page.locator(".km-thumb img")
    expect(images).to_have_count(3)
    for number, one in enumerate(cards):
        finding = reporting.slide(page_context.read(PLACE | {"kieli": "en"}, bundle), Card(one.picture, one.query))
        assert (images.nth(number).get_attribute("alt") or "").startswith(finding.title)
        assert images.nth(number).evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    page.locator(".km-thumb a").nth(1).click()
    turned(reader, len(slides) - 1, len(slides), MARKUP)
    page.keyboard.press("Escape")
    order(reader, "standing", "ranking", "map")
    assert troubles(reader) == []


def test_the_link_opens_the_same_deck_in_swedish(visit: Open, bundle: Database) -> None:
    cards = (card("map"), card("ranking", "Oma"), card("worklife"))
    reader = visit({"kieli": "fi", "esitys": deck.packed(cards), **PLACE})
    order(reader, "map", "ranking", "worklife")
    link = urljoin(reader.page.url, reader.page.locator(".km-copy").get_attribute("data-copy-link"))
    swedish = visit({"kieli": "sv", "esitys": urlsplit(link).query.removeprefix("esitys=")})
    order(swedish, "map", "ranking", "worklife")
    headings = [slides_of(bundle, (one,), "sv")[0][0] for one in cards]
    expect(swedish.page.locator(".km-thumb strong")).to_have_text(headings)
    assert swedish.language == "sv" and troubles(swedish) == []


# The stage


def test_a_deck_of_ten_views_survives_its_link_a_reload_another_browser_and_another_language(
    visit: Open, bundle: Database
) -> None:
    link, numbers = deck.packed(TEN), dict[str, list[list[str]]]()
    for language in ("en", "sv"):
        slides = slides_of(bundle, TEN, language)
        reader, numbers[language] = visit({"kieli": language, "esitys": link, "dia": 1}), []
        for number, (title, exhibit) in enumerate(slides, 1):
            turned(reader, number, len(slides), title)
            numbers[language].append(cells(reader.page) if exhibit.kind not in ("map", "table") else [])
            if exhibit.kind != "table" and number != 1:  # the ranking is drawn in part, its table is whole
                heads = table_of(exhibit, Translator(language))[0]
                if exhibit.kind not in ("scatter", "map"):
                    assert reader.page.locator(".km-slide thead th").all_text_contents() == list(heads)
            reader.page.keyboard.press("ArrowRight")
        last = slides[-1][0]
        turned(reader, len(slides), len(slides), last)
        assert reader.query["dia"] == str(len(slides)) and reader.query["esitys"] == link, (
            "past the last there is nothing"
        )
        reader.page.reload()
        taken_over(reader.page)
        turned(reader, len(slides), len(slides), last)
        reader.page.keyboard.press("ArrowLeft")
        turned(reader, len(slides) - 1, len(slides), slides[-2][0])
        reader.page.keyboard.press("Home")
        expect(reader.page.locator(".km-slide-title h1")).to_have_text(
            {"en": "Tampere, Helsinki", "sv": "Tammerfors, Helsingfors"}[language]
        )
        reader.page.locator(CALM).wait_for()
        reader.page.keyboard.press("PageDown")
        turned(reader, 1, len(slides), slides[0][0])
        reader.page.keyboard.press("End")
        turned(reader, len(slides), len(slides), last)
        assert reader.language == language and troubles(reader) == []
    charts = [found for found in zip(numbers["en"], numbers["sv"], strict=False) if found[0]]
    assert len(charts) == 8 and all(english == swedish for english, swedish in charts)


def least_type(page: Page) -> float:
    """The smallest type of a slide in pixels, in its picture too."""
    return page.evaluate(
        """async () => {
          const sizes = [...document.querySelectorAll('.km-slide h1, .km-slide p, .km-slide :is(th, td)')]
            .filter(e => e.innerText.trim() && !e.closest('.km-hidden'))
            .map(e => parseFloat(getComputedStyle(e).fontSize));
          for (const image of document.querySelectorAll('.km-slide img.km-wide')) {
            await image.decode();
            const scale = Math.min(image.clientWidth / image.naturalWidth, image.clientHeight / image.naturalHeight);
            const drawn = new DOMParser().parseFromString(await (await fetch(image.src)).text(), 'image/svg+xml');
            for (const text of drawn.querySelectorAll('text')) {
              if (text.textContent.trim()) sizes.push(parseFloat(text.getAttribute('font-size')) * scale);
            }
          }
          return Math.min(...sizes);
        }"""
    )


@pytest.mark.parametrize("size", [SEEN, {"width": 1920, "height": 1080}], ids=["1366", "1920"])
def test_every_picture_stands_on_the_stage_in_20_points_and_nothing_is_cut(
    visit: Open, size: dict[str, int], bundle: Database
) -> None:
    language = "fi" if size is SEEN else "sv"
    context = page_context.read(PLACE | {"kieli": language}, bundle)
    cards = tuple(card(picture) for picture, draw in PICTURES.items() if draw(context) is not None)
    slides = slides_of(bundle, cards, language)
    assert len(cards) > 25
    reader = visit({"kieli": language, "esitys": deck.packed(cards), "dia": 1, **PLACE}, viewport=size)
    over = "e => Math.max(e.scrollHeight - e.clientHeight, e.scrollWidth - e.clientWidth)"
    wrong = list[str]()
    for number, (title, exhibit) in enumerate(slides, 1):
        turned(reader, number, len(slides), title)
        smallest = least_type(reader.page)
        # the marks in the cells of a rug are a pattern, whose words alone are read (0030)
        if smallest < size["width"] * POINTS_20 - 0.05 and exhibit.kind != "rug":
            wrong.append(f"{number} {exhibit.kind} {title}: {smallest:.1f} pixels of type")
        boxes = []
        for part in (".km-slide h1", ".km-slide > img:visible, .km-slide .km-scroll", ".km-slide-foot"):
            box = reader.page.locator(part).bounding_box()
            assert box is not None
            boxes.append(box)
            within = box["x"] >= 0 and box["x"] + box["width"] <= size["width"] + 1
            if not (within and box["y"] >= 0 and box["y"] + box["height"] <= size["height"] + 1):
                wrong.append(f"{number} {exhibit.kind} {title}: {part} is cut")
        if boxes[1]["y"] + boxes[1]["height"] > boxes[2]["y"] + 1:
            wrong.append(f"{number} {exhibit.kind} {title} runs into its source")
        if exhibit.kind == "table" and reader.page.locator(".km-slide .km-scroll").evaluate(over) > 1:
            wrong.append(f"{number} {title} scrolls")
        reader.page.keyboard.press("ArrowRight")
    assert wrong == [] and troubles(reader) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_full_screen_is_named_whole_and_nothing_but_the_slide(visit: Open, scheme: str, bundle: Database) -> None:
    cards = (TEN[3], card("ranking", MARKUP), card("map"))
    reader = visit({"kieli": "fi", "esitys": deck.packed(cards), **PLACE}, color_scheme=scheme)
    page, style, slides = (
        reader.page,
        "(element, name) => getComputedStyle(element)[name]",
        slides_of(bundle, cards, "fi"),
    )
    page.get_by_role("button", name=texts("fi")["deck.show"]).click()
    expect(page.locator(".km-slide-title h1")).to_have_text("Tampere")
    page.locator(CALM).wait_for()
    for number, (one, (title, _)) in enumerate(zip(cards, slides, strict=True), 1):
        page.keyboard.press("ArrowRight")
        turned(reader, number, len(slides), title)
        heading = page.locator(".km-slide h1")
        for part in (".st-key-bar", "[data-testid=stHeader]", "[data-testid=stToolbar]"):
            expect(page.locator(part).locator("visible=true")).to_have_count(0)
        behind = rgb(page.get_by_test_id("stApp").evaluate(style, "backgroundColor"))
        assert contrast(rgb(heading.evaluate(style, "color")), behind) >= 4.5
        shown = page.locator(".km-slide img:visible")
        expect(shown).to_have_count(1)
        finding = reporting.slide(
            page_context.read(PLACE | {"kieli": "fi"}, bundle), Card(one.picture, one.query)
        ).title
        assert finding in (shown.get_attribute("alt") or ""), "also where the headline is the reader's own"
        drawing = base64.b64decode((shown.get_attribute("src") or "").partition(",")[2]).decode("utf-8")
        inks = {
            rgb(str(tuple(int(ink[n : n + 2], 16) for n in (0, 2, 4))))
            for about in re.findall(r"<text([^>]*)>", drawing)
            if "stroke=" not in about  # the ground around a name on a map
            for ink in re.findall(r"fill=\"#(\w{6})\"", about)
        }
        assert inks and all(contrast(ink, behind) >= 4.5 for ink in inks)
    full = "() => document.fullscreenElement !== null"
    page.get_by_role("button", name=texts("fi")["deck.full_screen"]).click()
    page.wait_for_function(full)
    page.get_by_role("button", name=texts("fi")["deck.full_screen"]).click()
    page.wait_for_function(f"() => !({full})()")
    page.keyboard.press("Escape")
    expect(page.locator(".stMain h1")).to_have_text(texts("fi")["deck.title"])
    expect(page.locator(".st-key-bar")).to_be_visible()
    assert "dia" not in reader.query and troubles(reader) == []


def test_at_390_pixels_no_slide_and_nothing_of_the_tray_scrolls_sideways(visit: Open, bundle: Database) -> None:
    cards = (card("ranking", MARKUP), card("pair"), card("map"), card("definition"))
    parts = "[...document.querySelectorAll('html, [data-testid=stMain], .km-slide, .km-thumb')]"
    wide = (
        f"() => {parts}.map(e => [e.className || e.tagName, e.scrollWidth - e.clientWidth]).filter(([, "
        "more]) => more > 1)"
    )
    reader = visit({"kieli": "fi", "esitys": deck.packed(cards), **PLACE}, viewport=NARROW, has_touch=True)
    order(reader, "ranking", "pair", "map", "definition")
    assert reader.page.evaluate(wide) == []
    slides = slides_of(bundle, cards, "fi")
    for number, (title, exhibit) in enumerate(slides, 1):
        reader.go(f"/esitys?{urlencode({'kieli': 'fi', 'esitys': deck.packed(cards), 'dia': number})}")
        turned(reader, number, len(slides), title)
        assert reader.page.evaluate(wide) == [], f"slide {number}"
        shown = reader.page.locator(".km-slide img:visible")
        if exhibit.kind != "table":
            expect(shown).to_have_count(1)
            box = shown.bounding_box()
            assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= NARROW["width"]
    assert troubles(reader) == []
