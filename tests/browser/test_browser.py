"""What only a browser can show: addresses and Back, languages, narrow and dark windows, the keyboard, and that nothing
leaves the origin."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from kuntamittari import settings
from kuntamittari.i18n import texts
from kuntamittari.ui import sections
from tests.support.browser import HARMLESS, NARROW, PATIENCE, Visit, contrast, installed, rgb, window
from tests.support.server import Served, served

LANGUAGES = settings.LANGUAGES
TAMPERE = {"kunta": "837", "ryhma": "largest-20", "mittari": "basic_education_cost_per_7_15", "vuosi": "2018"}
WHOLE = "children_services_cost_per_0_17"
NUMBER = {"fi": "8\N{NO-BREAK SPACE}529", "sv": "8\N{NO-BREAK SPACE}529", "en": "8,529"}


def address(path: str, **query: str) -> str:
    return f"{path}?{urlencode(query)}"


COMPARISON, OVERVIEW = address("/vertailu", kieli="en", **TAMPERE), address("/", kieli="en", **TAMPERE)


@pytest.fixture(scope="module")
def profile(browser: Browser) -> BrowserContext:
    """What most readers share."""
    return window(browser)


@pytest.fixture(scope="module")
def phone(browser: Browser) -> BrowserContext:
    """What readers with a narrow window share."""
    return window(browser, viewport=NARROW)


@pytest.fixture(scope="module")
def tabs() -> dict[BrowserContext, Visit]:
    """The tab of each shared profile; a tab for each page would take three times the processor time."""
    return {}


@pytest.fixture
def visit(
    browser: Browser, profile: BrowserContext, tabs: dict[BrowserContext, Visit], dashboard: Served
) -> Iterator[Callable[..., Visit]]:
    """visit(address, a profile, **options of a window of its own) opens a page, in the tab of its profile in place of
    the page before. What the server said is shown when the test fails."""
    own: list[Visit] = []
    before = len(dashboard.log.read_text())

    def open_(address_: str, shared: BrowserContext = profile, **options: object) -> Visit:
        if options:
            own.append(Visit(window(browser, **options), dashboard.address))
            return own[-1].go(address_)
        if shared not in tabs:
            tabs[shared] = Visit(shared, dashboard.address)
        # What the page before still says is not of this one. An empty page would cost the browser a new process.
        tabs[shared].page.goto(f"{dashboard.address}/_stcore/health")
        tabs[shared].troubles.clear()
        return tabs[shared].go(address_)

    yield open_
    for one in own:
        one.page.close()
    print(f"The server said:\n{dashboard.log.read_text()[before:]}")  # noqa: T201  pytest shows it beside a failure


Open = Callable[..., Visit]


def test_without_an_installed_browser_these_tests_skip_but_fail_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.support.browser.shutil.which", lambda _: None)
    monkeypatch.setattr("tests.support.browser.MAC", [])
    monkeypatch.setenv("CI", "false")
    with pytest.raises(pytest.skip.Exception, match="no installed browser"):
        installed()
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="CI needs it"):
        installed()


def test_a_deep_link_as_the_very_first_request_after_the_start_shows_its_page(browser: Browser, tmp_path: Path) -> None:
    with served(tmp_path / "log.txt") as base:
        reader = Visit(window(browser), base).go(COMPARISON).settle()
        expect(reader.finding).to_contain_text("Tampere: basic education 8,529")
        expect(reader.page.locator(".stMain h1")).to_have_text(
            "Net operating costs of basic education per resident aged 7–15"
        )
        assert reader.path == "/vertailu" and not reader.troubles
        reader.page.close()


def test_the_server_listens_on_the_port_it_is_given_and_on_this_machine_only(dashboard: Served) -> None:
    assert dashboard.address == f"http://127.0.0.1:{dashboard.port}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_request_leaves_the_origin_the_console_is_silent_and_charts_are_named(visit: Open, language: str) -> None:
    words, name = texts(language), "Tammerfors" if language == "sv" else "Tampere"
    reader = visit(address("/", kieli=language, kunnat="091,564", **TAMPERE)).settle()
    expect(reader.page.locator(".km-a-amount").first).to_contain_text("727 €")
    reader.page.locator("nav.km-places").get_by_role("link", name=words["nav.compare"], exact=True).click()
    expect(reader.charts).to_have_count(2)
    reader.choose(words["choice.year"], "2016")
    expect(reader.finding).to_contain_text(re.compile(f"^{name}: .* 2016"))
    expect(reader.charts.first).to_have_attribute("aria-label", re.compile("^" + re.escape(words["dots.alt"])))
    expect(reader.charts.last).to_have_attribute("aria-label", words["chart.lines_near"])
    expect(reader.page.get_by_text(re.compile(f"^{name}: .*2015.*2019"))).to_be_visible()  # where that name leads
    assert reader.path == "/vertailu" and reader.troubles == []


def test_a_link_of_the_menu_takes_along_what_is_chosen_when_somebody_turns_to_it(visit: Open) -> None:
    reader = visit(address("/vertailu", kieli="fi", **TAMPERE)).settle()
    reader.choose(texts("fi")["choice.year"], "2016")
    expect(reader.finding).to_contain_text("2016")
    reader.settle()
    menu = reader.page.locator("nav.km-menu")
    for name, turned in (("nav.peers", "hover"), ("nav.own", "focus")):
        link = menu.get_by_role("link", name=texts("fi")[name], exact=True)
        assert "?" not in (link.get_attribute("href") or "")
        getattr(link, turned)()
        expect(link).to_have_attribute("href", re.compile(r"kunta=837.*vuosi=2016"))
    with reader.page.context.expect_page() as opened:
        menu.get_by_role("link", name=texts("fi")["nav.why"], exact=True).click(modifiers=["Control"])
    assert "vuosi=2016" in opened.value.url and opened.value.url.partition("?")[0].endswith("/kustannukset")
    menu.get_by_role("button", name=texts("fi")["nav.more"]).click()
    assert "?" not in (menu.get_by_role("link", name=texts("fi")["nav.api"]).get_attribute("href") or "")
    menu.get_by_role("link", name=texts("fi")["nav.framework"], exact=True).click()
    expect(reader.page).to_have_title(f"{texts('fi')['nav.framework']} · Kuntamittari")
    expect(reader.page.locator(".km-panel")).to_be_hidden()
    assert reader.query["vuosi"] == "2016"


WATCHED = """() => { window.redrawn = 0; new MutationObserver(found => { window.redrawn += found.length; }).observe(
  document.querySelector('.st-key-bar'),
  { subtree: true, childList: true, attributes: true, characterData: true }); }"""


def test_a_choice_on_the_page_leaves_the_bar_alone_and_neither_forgets_the_other(visit: Open) -> None:
    """Choices of the page run the page alone; what the bar leads to and writes holds them all the same."""
    words = texts("en")
    reader = visit(COMPARISON).settle()
    reader.page.evaluate(WATCHED)
    reader.choose(words["choice.indicator"], "Net operating costs of services for children and young")
    expect(reader.finding).to_contain_text("Tampere: children's services")
    reader.settle()
    assert reader.page.evaluate("window.redrawn") == 0, "the bar is not even told that something runs"
    swedish = reader.page.locator("nav.km-languages a[lang=sv]")
    swedish.hover()
    expect(swedish).to_have_attribute("href", re.compile(rf"kieli=sv.*mittari={WHOLE}"))
    reader.choose(words["choice.year"], "2016")
    expect(reader.finding).to_contain_text("children's services")
    expect(reader.finding).to_contain_text("in 2016")
    assert reader.query == {**TAMPERE, "kieli": "en", "mittari": WHOLE, "vuosi": "2016"}
    assert reader.page.evaluate("window.redrawn") > 0
    reader.settle().page.go_back()
    expect(reader.finding).to_contain_text("in 2018")
    reader.settle().page.go_back()
    expect(reader.finding).to_contain_text("Tampere: basic education 8,529")
    assert reader.troubles == []


def test_a_choice_on_the_page_that_changes_what_the_bar_offers_draws_it_anew(visit: Open) -> None:
    reader = visit(address("/vertailu", kieli="en", **TAMPERE | {"vuosi": "2019"})).settle()
    reader.choose(texts("en")["choice.indicator"], "Net operating costs of elderly care per resident aged 75 or over")
    expect(reader.box(texts("en")["choice.year"])).to_have_value(
        "2019 (no figures)"
    )  # what was chosen, with what it has to offer
    expect(reader.finding).to_contain_text("in 2018")
    assert reader.troubles == []


TITLES = {f"/{path}": key for section in sections.SECTIONS for _, path, key in section.pages}
PAGES = [path for path in TITLES if path not in ("/", "/vertailu")]  # those two have tests of their own


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_silent_in_its_language_and_fits_a_phone(
    visit: Open, phone: BrowserContext, tabs: dict[BrowserContext, Visit], path: str, language: str
) -> None:
    """In Finnish by its address, else by the menu of the page before, which takes a third of the processor time."""
    reader = tabs.get(phone)
    if language == "fi" or reader is None or reader.language != language:
        reader = visit(address(path, kieli=language, **TAMPERE), phone)
    else:
        reader.troubles.clear()
        reader.open_page(path.removeprefix("/"), texts(language))
    expect(reader.page).to_have_title(f"{texts(language)[TITLES[path]]} · Kuntamittari")
    ready = reader.page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')
    expect(ready).to_be_visible(timeout=3 * PATIENCE)  # the first reader of a page waits for every figure of it
    assert reader.path == path and reader.language == language
    assert [trouble for trouble in reader.troubles if HARMLESS not in trouble] == []
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert (
        reader.page.get_by_test_id("stException").count() == 0
        and reader.page.get_by_test_id("stAlertContentError").count() == 0
    )


def test_a_click_on_the_map_chooses_a_municipality_and_the_colours_stay_those_of_the_legend(visit: Open) -> None:
    reader = visit(address("/kartta", kieli="en", **TAMPERE))
    picture = reader.page.get_by_test_id("stDeckGlJsonChart").first  # for a moment there are two while it is drawn anew
    picture.locator("canvas").first.wait_for()
    middle = {"x": picture.bounding_box()["width"] / 2, "y": 384}
    for step in range(60):  # the map is drawn when it names what is under a moving pointer
        picture.hover(position={**middle, "x": middle["x"] + step % 2})
        if picture.locator(".deck-tooltip").is_visible():
            picture.click(position=middle)  # one that comes while the map is drawn anew is lost, as a user's would be
        if "Tampere" not in reader.finding.inner_text():
            break
        reader.page.wait_for_timeout(1_000)
    expect(reader.finding).not_to_contain_text("Tampere")
    assert reader.query["kunta"] != TAMPERE["kunta"]
    expect(reader.page.get_by_role("button", name="Clear selection")).to_have_count(0)
    assert [trouble for trouble in reader.troubles if HARMLESS not in trouble] == [], (
        "its shapes, colours and threads are allowed"
    )


def test_one_figure_is_the_same_on_every_page_and_in_the_interface(visit: Open, dashboard: Served) -> None:
    place = TAMPERE | {"mittari": WHOLE, "kieli": "en"}
    said = "Tampere: children's services 9,727 € per 0–17-year-old in 2018. The median of the group is 9,992"
    front = visit(address("/", **place)).page.locator(".km-a-card").first
    expect(front).to_contain_text("9,727")
    expect(front).to_contain_text("typical 9,992")
    for path in ("/vertailu", "/kustannukset", "/kartta", "/indikaattorit"):
        expect(visit(address(path, **place)).finding.first).to_contain_text(said)
    card = visit(address("/kuntakortti", **place))
    row = card.page.get_by_role("row", name=re.compile("^Children's services"))
    expect(row).to_contain_text("9,727 € per 0–17-year-old")
    expect(row).to_contain_text("9,992")
    row.get_by_role("link").click()
    expect(card.finding).to_contain_text(said)
    assert card.path == "/vertailu"
    asked = {"indicator": WHOLE, "municipality": "837", "year": "2018", "group": "largest-20"}
    answer = card.page.request.get(f"{dashboard.address}/api/v1/benchmark", params=asked).json()["values"][0]
    assert (round(answer["value"]), round(answer["median"])) == (9727, 9992)


@pytest.mark.parametrize(("path", "languages"), [("/vertailu", ("sv", "en")), ("/", ("fi",))])
def test_the_language_links_keep_the_whole_state_set_the_language_of_the_document_and_go_back(
    visit: Open, path: str, languages: tuple[str, ...]
) -> None:
    state = {**TAMPERE, "kunnat": "091,564", "aland": "1"}
    first = "en" if path == "/" else "fi"
    reader = visit(address(path, kieli=first, **state))
    assert reader.language == first
    for language in languages:
        reader.page.locator(f"nav.km-languages a[lang={language}]").click()
        expect(reader.page.locator("nav.km-languages strong")).to_have_attribute("lang", language)
        said = reader.finding if path == "/vertailu" else reader.page.locator(".stMain h1")
        expect(said).to_contain_text("Tammerfors: " if language == "sv" else "Tampere: ")
        if path == "/vertailu":
            expect(said).to_contain_text(NUMBER[language])
        assert (reader.path, reader.query, reader.language) == (path, {**state, "kieli": language}, language)
    reader.page.go_back()
    former = (first, *languages)[-2]
    expect(reader.page.locator("nav.km-languages strong")).to_have_attribute("lang", former)
    assert (reader.query, reader.language, reader.troubles) == ({**state, "kieli": former}, former, [])


def test_another_page_takes_the_latest_choice_along_and_back_returns_to_the_former_page(visit: Open) -> None:
    reader = visit(OVERVIEW).settle()
    reader.choose("Municipality", "Oulu")
    title, state = reader.page.locator(".stMain h1"), {**TAMPERE, "kieli": "en", "kunta": "564"}
    expect(title).to_have_text("Oulu: what do services cost?")
    reader.settle().page.get_by_role("link", name="Open the costs: Children and young people").click()
    expect(reader.finding.first).to_contain_text("Oulu: children's services 8,954")
    assert reader.path == "/kustannukset" and reader.query == state | {"mittari": WHOLE}
    reader.page.go_back()
    expect(title).to_have_text("Oulu: what do services cost?")
    assert reader.path == "/" and reader.query == state
    reader.page.go_forward()
    expect(reader.finding.first).to_contain_text("Oulu: children's services 8,954")


def test_back_after_a_choice_returns_to_the_former_choice(visit: Open) -> None:
    reader = visit(COMPARISON)
    reader.choose("Municipality", "Oulu")
    expect(reader.finding).to_contain_text("Oulu: basic education 8,421")
    reader.choose("Year", "2016")
    expect(reader.finding).to_contain_text("in 2016")
    assert reader.query == {**TAMPERE, "kieli": "en", "kunta": "564", "vuosi": "2016"}
    reader.page.go_back()
    expect(reader.finding).to_contain_text("Oulu: basic education 8,421")
    assert reader.query["vuosi"] == "2018"
    reader.settle().page.go_back()
    expect(reader.finding).to_contain_text("Tampere: basic education 8,529")
    expect(reader.box("Municipality")).to_have_value(re.compile("^Tampere"))
    assert reader.query == {**TAMPERE, "kieli": "en"}
    reader.settle().page.go_forward()
    expect(reader.finding).to_contain_text("Oulu: basic education 8,421")


def test_back_twice_in_quick_succession_goes_back_two_choices_and_forward_again(visit: Open) -> None:
    reader = visit(COMPARISON).settle()
    reader.choose("Municipality", "Oulu")
    expect(reader.finding).to_contain_text("Oulu: basic education 8,421")
    reader.settle().choose("Year", "2016")
    expect(reader.finding).to_contain_text("in 2016")
    for milliseconds in (0, 10, 20, 30):
        reader.settle().page.evaluate("history.back()")
        reader.page.wait_for_timeout(milliseconds)
        reader.page.evaluate("history.back()")
        expect(reader.finding).to_contain_text("Tampere: basic education 8,529")
        reader.page.wait_for_timeout(700)  # a run that was overtaken may still come: what is shown after it counts
        expect(reader.settle().finding).to_contain_text("Tampere: basic education 8,529")
        assert reader.query == {**TAMPERE, "kieli": "en"}
        reader.page.evaluate("history.go(2)")
        expect(reader.finding).to_contain_text("Oulu: basic education")
        expect(reader.finding).to_contain_text("in 2016")
        assert reader.query == {**TAMPERE, "kieli": "en", "kunta": "564", "vuosi": "2016"}
    assert reader.troubles == []


def test_a_change_of_municipality_changes_the_finding_the_charts_and_the_address_at_once(visit: Open) -> None:
    reader = visit(COMPARISON).settle()
    reader.choose("Municipality", "Vantaa")
    expect(reader.finding).to_contain_text("Vantaa: basic education 8,020", timeout=3_000)
    development = re.compile(r"^Vantaa: the figure was .* in 2015 and .* in 2019")
    expect(reader.page.get_by_text(development)).to_be_visible(timeout=3_000)
    assert reader.query["kunta"] == "092"


def test_at_390_pixels_nothing_scrolls_sideways_and_the_bar_unfolds(visit: Open) -> None:
    widths = (
        "() => [document.documentElement, ...document.querySelectorAll('[data-testid=stMain]')].map(e => e.scrollWidth)"
    )
    reader = visit(address("/", kieli="fi", **TAMPERE), viewport=NARROW, has_touch=True).settle()
    assert max(reader.page.evaluate(widths)) <= NARROW["width"]
    reader.go(address("/vertailu", kieli="fi", kunnat="091,564,049", **TAMPERE)).settle()
    assert max(reader.page.evaluate(widths)) <= NARROW["width"]
    expect(reader.box("Vertailuryhmä")).to_be_hidden()
    reader.page.locator(".km-unfold").tap()
    expect(reader.box("Vertailuryhmä")).to_be_in_viewport()
    assert max(reader.page.evaluate(widths)) <= NARROW["width"]
    assert reader.troubles == []


@pytest.mark.parametrize(("scheme", "background"), [("light", (255, 255, 255)), ("dark", (18, 24, 31))])
def test_light_and_dark_follow_the_reader_and_stay_readable(visit: Open, scheme: str, background: tuple) -> None:
    reader = visit(COMPARISON, color_scheme=scheme).settle()
    style = "(element, name) => getComputedStyle(element)[name]"
    behind = rgb(reader.page.get_by_test_id("stApp").evaluate(style, "backgroundColor"))
    assert behind == background
    assert contrast(rgb(reader.finding.evaluate(style, "color")), behind) >= 4.5
    inks = reader.charts.locator("svg text").evaluate_all(
        "texts => [...new Set(texts.map(text => getComputedStyle(text).fill))]"
    )
    assert inks and all(contrast(rgb(ink), behind) >= 4.5 for ink in inks)
    assert reader.troubles == []


BAD = {
    "kunta": ("<script>document.title='taken'</script>", "<script>document.title='taken'</script>"),
    "mittari": ("<img src=x onerror=document.title='taken'>", "<img src=x onerror=document.title='taken'>"[:40]),
    "ryhma": ("9" * 5000, "9" * 40 + "…"),
    "vuosi": ("1800", "1800"),
    "kunnat": ("1,2,3", "1, 2, 3"),
    "foo": ("**x**", "foo"),
}


@pytest.mark.parametrize("path", ["/", "/vertailu"])
def test_a_bad_address_opens_the_page_with_a_notice_that_names_each_part(visit: Open, path: str) -> None:
    reader = visit(address(path, kieli="en", **{part: asked for part, (asked, _) in BAD.items()})).settle()
    for _, named in BAD.values():
        expect(reader.page.get_by_test_id("stAlert")).to_contain_text(named)
    said = reader.finding if path == "/vertailu" else reader.page.locator(".stMain h1")
    expect(said).to_contain_text("Helsinki: ")
    assert reader.page.title() != "taken" and reader.path == path and reader.troubles == []


def test_an_address_that_is_no_text_opens_the_page_with_a_notice(visit: Open) -> None:
    reader = visit("/vertailu?kieli=en&kunta=%ff%00")
    expect(reader.page.get_by_test_id("stAlert")).to_contain_text("There is no municipality")
    expect(reader.finding).to_contain_text("Helsinki: basic education")


@pytest.mark.parametrize("path", ["/nope", "/nope/", "/vertailu/x"])
def test_an_unknown_page_says_so_in_the_readers_language_and_leads_home_with_the_choices(
    profile: BrowserContext, dashboard: Served, path: str
) -> None:
    page = profile.new_page()
    answer = page.goto(dashboard.address + address(path, kieli="sv", **TAMPERE))
    assert answer and answer.status == 404 and page.locator("html").get_attribute("lang") == "sv"
    expect(page.get_by_role("heading", level=1)).to_have_text("Sidan finns inte")
    expect(page.get_by_role("main")).to_contain_text(path.strip("/"))
    page.get_by_role("link", name="Till startsidan").click()
    expect(page.locator(".stMain h1")).to_contain_text("Tammerfors: ")
    page.close()


def test_the_docs_of_the_interface_are_a_click_away_and_load_nothing_from_elsewhere(visit: Open) -> None:
    reader = visit(COMPARISON)
    reader.page.get_by_role("button", name=texts("en")["nav.more"], exact=True).click()
    reader.page.get_by_role("link", name="Open API").click()
    expect(reader.page.locator(".opblock")).to_have_count(16)
    assert reader.path == "/api/v1/docs" and reader.troubles == []


def test_tab_reaches_the_bar_the_places_and_the_chart_in_this_order(visit: Open) -> None:
    reader, reached = visit(COMPARISON).settle(), list[str]()
    for _ in range(40):
        reader.page.keyboard.press("Tab")
        reached.append(reader.focused())
    words = texts("en")
    wanted = [
        "Skip to main content",
        "Municipality",
        "Comparison group",
        "Year",
        words["basis.short"],
        words["search.label"],
        words["share.button"],
        words["bar.no_deck"],
        "Suomi",
        "Svenska",
        *(
            words[f"nav.{place}"]
            for place in ("own", "compare", "why", "present", "more", "comparison", "map", "peers")
        ),
        "Indicator",
        "Compare also with",
    ]
    named = [[line for line in name.split("\n") if line in wanted] for name in reached]  # icons stand beside words
    assert [lines[0] for lines in named if len(lines) == 1] == wanted


def test_the_keyboard_alone_changes_the_municipality_and_the_language(visit: Open) -> None:
    reader = visit(COMPARISON).settle()
    reader.press_until("Tab", "Municipality")
    reader.page.keyboard.type("Oulu")
    reader.page.keyboard.press("Enter")
    expect(reader.finding).to_contain_text("Oulu: basic education 8,421")
    reader.settle()
    reader.press_until("Tab", "Svenska")
    reader.page.keyboard.press("Enter")
    expect(reader.finding).to_contain_text("Uleåborg: grundläggande utbildning")
    assert reader.language == "sv" and reader.query["kunta"] == "564"
