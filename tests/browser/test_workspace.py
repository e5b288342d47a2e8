"""Two users, each with a browser and uploaded figures of their own: each sees only their own. The municipalities and
numbers are invented."""

import csv
import io
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Download, expect

from kuntamittari.catalog import loader, provenance
from kuntamittari.exhibits import text
from kuntamittari.i18n import Translator, texts
from kuntamittari.ui import sections
from kuntamittari.uploads import workspace
from kuntamittari.uploads.own_figures import MARK
from kuntamittari.web import cookie
from kuntamittari.web.cookie import NAME as COOKIE
from tests.support.browser import HARMLESS, Visit, taken_over, window
from tests.support.server import served
from tests.support.small_data import MakeData
from tests.support.uploads.invented_country import HERE, NAMES, OWN, PLACE, YEARS, contents, country, figure, sheet

BASIC, AWAITED = "basic_education_cost_per_7_15", "worklife_wellbeing_index"
NAME = "Lähipalvelun löytäjät Åäö"
SCALE = 5  # what figures of the awaited measure are smaller
FIRST, SECOND = 410.5, 870.5  # the figure of HERE in 2017, of one reader and of another


@pytest.fixture(scope="module")
def once() -> dict[str, Any]:
    """What is made once for all tests of this file, by those that need it first."""
    return {}


@pytest.fixture
def place(once: dict[str, Any], make_data: MakeData) -> Path:
    """The data directory of the invented country; no test changes it."""
    if "place" not in once:
        once["place"] = country(make_data)
    return once["place"]


MARKUP = "*Tähti* ![ö](http://127.0.0.1:9/seuraa.png) $å$ :red[x]"


@pytest.fixture(scope="module")
def started() -> Iterator[ExitStack]:
    """What runs until the tests of this file have ended."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def server(place: Path, once: dict[str, Any], started: ExitStack, tmp_path: Path) -> str:
    """The address of a server on the invented country, one for all."""
    if "server" not in once:
        once["server"] = started.enter_context(served(tmp_path / "log.txt", KUNTAMITTARI_DATA=str(place)))
    return once["server"]


# Two users, each with a browser of their own
MARKED = f"{NAME} ({MARK['fi']})"
COMPARED = f"/vertailu?{urlencode(PLACE | {'kieli': 'fi', 'mittari': OWN})}"
DATA = f"/aineistot?{urlencode(PLACE | {'kieli': 'fi'})}"


def t_fi(key: str, **parts: Any) -> str:
    return Translator("fi")(key, **parts)


def calm(reader: Visit) -> Visit:
    """Waits until the page has been run."""
    reader.page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
    return reader


def choose_file(reader: Visit, content: bytes, name: str = "oma.csv") -> None:
    """Gives the page of data sets a file."""
    given: Any = {"name": name, "mimeType": "text/csv", "buffer": content}
    reader.page.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files(given)


def press(reader: Visit, label: str) -> None:
    reader.page.get_by_role("button", name=label, exact=True).click()


def bring(reader: Visit, content: bytes) -> Visit:
    """Upload a file and take what is understood of it."""
    choose_file(calm(reader.go(DATA)), content)
    press(reader, t_fi("upload.take"))
    expect(reader.page.get_by_text(t_fi("upload.taken"))).to_be_visible()
    return calm(reader)


def troubles(reader: Visit) -> list[str]:
    return [trouble for trouble in reader.troubles if HARMLESS not in trouble]


def saved(reader: Visit, label: str, number: int = 0) -> Download:
    """What a button of the page gives to keep, also one that comes only once the file is made."""
    reader.page.get_by_role("button", name=label, exact=True).nth(number).wait_for(timeout=200_000)
    with reader.page.expect_download() as coming:
        reader.page.get_by_role("button", name=label, exact=True).nth(number).click()
    return coming.value


@pytest.fixture
def owner(browser: Browser, server: str, once: dict[str, Any]) -> Visit:
    """The window of a user who has uploaded figures; one for all tests that leave them as they are."""
    if "owner" not in once:
        once["owner"] = bring(Visit(window(browser), server), sheet(FIRST))
    return once["owner"]


@pytest.fixture
def stranger(browser: Browser, server: str) -> Iterator[Visit]:
    """The window of somebody else, who knows nothing of the first."""
    context = window(browser)
    yield Visit(context, server)
    context.close()


def test_a_file_is_shown_before_it_is_taken_and_only_then_in_use(stranger: Visit) -> None:
    context = stranger.page.context
    context.add_cookies([{"name": COOKIE, "value": "x" * 3_000, "url": stranger.base}])
    reader = calm(stranger.go(DATA))
    [key] = [one for one in context.cookies() if one["name"] == COOKIE]
    assert cookie.KEY.fullmatch(key["value"]), "a key that is none is replaced"
    choose_file(reader, sheet(FIRST))
    rows = len(NAMES) * len(YEARS) * 2 + 3
    understood = re.compile(rf"{rows} .*{len(NAMES)}.*2017–2021")
    expect(reader.page.get_by_text(understood).first).to_be_visible()
    expect(reader.page.get_by_text(t_fi("upload.not_loaded", n=1)).first).to_be_visible()
    expect(reader.page.get_by_text("Luvut täyttävät mittarin Henkilöstön työhyvinvointi-indeksi")).to_be_visible()
    expect(reader.page.get_by_text("Talousarvio ja tavoite piirretään mittarin Perusopetuksen")).to_be_visible()
    expect(reader.page.get_by_role("textbox", name=t_fi("upload.name"))).to_have_value(NAME)
    expect(reader.page.get_by_text(t_fi("upload.in_use"), exact=True)).to_have_count(0)
    other = Visit(context, reader.base).go(COMPARED)
    expect(other.page.get_by_test_id("stAlert")).to_contain_text(t_fi("notice.uploaded"))
    unit = calm(reader).page.get_by_role("textbox", name=t_fi("catalogue.unit"))
    unit.fill("pistettä")
    unit.press("Tab")
    expect(calm(reader).page.get_by_role("textbox", name=t_fi("catalogue.unit"))).to_have_value("pistettä")
    press(calm(reader), t_fi("upload.take"))
    expect(reader.page.get_by_text(t_fi("upload.taken"))).to_be_visible()
    expect(reader.page.get_by_text(t_fi("upload.in_use"), exact=True)).to_be_visible()
    other.go(COMPARED)
    expect(other.finding.first).to_contain_text("411,5 pistettä vuonna 2019")
    assert troubles(reader) == [] == troubles(other)


def test_what_was_uploaded_is_on_the_comparison_by_a_link_and_by_a_load_and_marked_in_every_part(owner: Visit) -> None:
    calm(owner.go(DATA)).page.get_by_role("link", name=re.compile(re.escape(MARKED))).click()
    for by_a_load in (False, True):
        if by_a_load:
            owner.go(COMPARED)
        expect(owner.page.locator(".stMain h1")).to_have_text(MARKED)
        calm(owner)
        expect(owner.finding.first).to_contain_text("411,5")
        expect(owner.finding.first).to_contain_text("422,0 (Koko Manner-Suomi, n = 8)")
        expect(owner.box(t_fi("choice.indicator"))).to_have_value(MARKED)
        owner.box(t_fi("choice.indicator")).click()
        owner.box(t_fi("choice.indicator")).fill(MARK["fi"])
        expect(owner.page.get_by_role("option").filter(has_text=MARK["fi"])).to_have_count(2)
        owner.page.keyboard.press("Escape")
        expect(owner.charts).to_have_count(2)
        for chart in (owner.charts.first, owner.charts.last):
            expect(chart).to_be_visible()
        expect(owner.page.get_by_text(re.compile(r"410,5 vuonna 2017 ja 411,5 .*vuonna 2019")).first).to_be_visible()
        expect(
            owner.page.get_by_text(t_fi("how.sources", sources=provenance.attribution(("own",), "fi"))).last
        ).to_be_visible()
        assert owner.path == "/vertailu" and owner.query["mittari"] == OWN
    assert MARK["fi"] in (owner.finding.first.text_content() or "") and troubles(owner) == []


def test_it_stays_when_the_language_changes_and_the_page_is_loaded_anew(owner: Visit) -> None:
    owner.go(COMPARED)
    for language in ("sv", "en"):
        owner.page.locator(f"nav.km-languages a[lang={language}]").click()
        expect(owner.page.locator(".stMain h1")).to_have_text(f"{NAME} ({MARK[language]})")
        assert owner.language == language and owner.query["mittari"] == OWN
    calm(owner.go(f"/tyoelama?{urlencode(PLACE | {'kieli': 'en'})}"))
    expect(owner.finding.nth(1)).to_contain_text("wellbeing at work (own data) 82.3")
    calm(owner.go(f"/vertailu?{urlencode(PLACE | {'kieli': 'en', 'mittari': BASIC})}"))
    expect(owner.page.get_by_text(re.compile(r"Target \(own data\) 2020: 2,400; 2021: 2,350")).first).to_be_visible()
    [key] = [one for one in owner.page.context.cookies() if one["name"] == COOKIE]
    assert key["httpOnly"] and key["sameSite"] == "Lax" and key["expires"] == -1 and cookie.KEY.fullmatch(key["value"])
    assert owner.page.evaluate("document.cookie").count(COOKIE) == 0 and troubles(owner) == []


def test_nobody_else_sees_it_on_any_page_in_any_list_or_from_the_interface(owner: Visit, stranger: Visit) -> None:
    of_schools = COMPARED.replace(OWN, BASIC)
    for seen_ in (COMPARED, of_schools):
        calm(owner.go(seen_))
    foreign = re.compile(f"{OWN}|{NAME}|lahipalvelun|löytäjät", re.IGNORECASE)
    calm(stranger.go(COMPARED))
    expect(stranger.page.get_by_test_id("stAlert")).to_contain_text(t_fi("notice.uploaded"))
    expect(stranger.page.locator(".stMain h1")).to_have_text(loader.indicators()[BASIC].name.fi)
    stranger.box(t_fi("choice.indicator")).click()
    stranger.box(t_fi("choice.indicator")).fill("oma aineisto")
    stranger.page.get_by_test_id("stSelectboxVirtualDropdown").wait_for()
    expect(stranger.page.get_by_role("option").filter(has_text=MARK["fi"])).to_have_count(0)
    stranger.page.keyboard.press("Escape")
    for section in sections.SECTIONS:  # every page without a browser: above
        for _, path, title in section.pages:
            if path not in ("kuntakortti", "kehikko", "tyoelama", "indikaattorit", "aineistot"):
                continue
            stranger.open_page(path, texts("fi"))
            expect(stranger.page).to_have_title(f"{t_fi(title)} · Kuntamittari")  # the run of the page says so
            content = calm(stranger).page.content()
            assert t_fi("error.page") not in content and not foreign.search(content), path
            assert path == "aineistot" or "(oma aineisto)" not in content, path
            assert path != "tyoelama" or stranger.finding.count() == 1, "no measure of working life has figures"
    expect(calm(stranger.go(of_schools)).charts).to_have_count(2)
    expect(stranger.page.get_by_text(text.plan(Translator("fi"), "target"))).to_have_count(0)
    for reader in (stranger, owner):  # the interface is the same for everybody, the owner among them
        answer = reader.page.request.get(f"{reader.base}/api/v1/values?indicator={OWN}")
        assert answer.status == 400 and answer.json()["error"]["code"] == "unknown_indicator"
        awaited = reader.page.request.get(f"{reader.base}/api/v1/values?indicator={AWAITED}").json()["values"]
        assert {row["value"] for row in awaited} <= {None}
        catalogue_ = reader.page.request.get(f"{reader.base}/api/v1/indicators")
        known = {one["id"]: one for one in catalogue_.json()["values"]}
        assert not foreign.search(catalogue_.text()) and known.keys() == loader.indicators().keys()
        assert known[AWAITED]["years"] == [] and known[AWAITED]["awaited"] and "oma aineisto" not in catalogue_.text()
        assert known[BASIC]["years"] == list(YEARS)
    expect(calm(owner.go(COMPARED)).page.locator(".stMain h1")).to_have_text(MARKED)
    assert troubles(stranger) == []


def test_slides_of_what_was_uploaded_say_whose_it_is(owner: Visit) -> None:
    calm(owner.go(COMPARED))
    press(owner, t_fi("deck.take"))
    press(owner, t_fi("deck.pptx"))
    given = saved(owner, t_fi("making.take", file="vertailu.pptx"))
    content = contents("pptx", Path(given.path()).read_bytes()).replace("\N{NO-BREAK SPACE}", " ")
    assert given.suggested_filename == "vertailu.pptx" and content.count(MARKED) >= 2 and "411,5" in content
    assert content.count(provenance.attribution(("own",), "fi")) >= 2


@pytest.mark.parametrize("measure", [OWN, AWAITED])
def test_a_csv_file_of_what_was_uploaded_holds_its_figures_and_says_whose_they_are(measure: str, owner: Visit) -> None:
    calm(owner.go(COMPARED.replace(OWN, measure)))
    owner.page.get_by_text(t_fi("table.title"), exact=True).click()
    press(owner, t_fi("files.table"))
    content = Path(saved(owner, t_fi("files.csv")).path()).read_bytes().decode("utf-8-sig")
    scale = 1 if measure == OWN else SCALE
    rows = {row["Kunta"]: row for row in csv.DictReader(io.StringIO(content), delimiter=";")}
    value = next(head for head in rows["Utukylä"] if head.startswith("Arvo"))
    assert {name: round(float(rows[name][value].replace(",", ".")), 6) for name in ("Utukylä", "Olematonlahti")} == {
        NAMES[code][0]: round(figure(code, 2019) / scale, 6) for code in (HERE, "958")
    }
    assert MARK["fi"] in content.lower(), "a file outlives the page that it was taken from"


def test_two_who_upload_the_same_measure_at_the_same_time_each_see_their_own(browser: Browser, server: str) -> None:
    contexts = [window(browser), window(browser)]
    both = dict(zip((FIRST, SECOND), (Visit(context, server) for context in contexts), strict=True))
    for reader in both.values():
        calm(reader.go(DATA))
    for first, reader in both.items():
        choose_file(reader, sheet(first))
    for reader in reversed(both.values()):
        press(reader, t_fi("upload.take"))
    for reader in both.values():
        expect(reader.page.get_by_text(t_fi("upload.taken"))).to_be_visible()
    for reader in both.values():
        reader.page.goto(server + COMPARED)
        taken_over(reader.page)
    for first, reader in both.items():
        expect(reader.page.locator(".stMain h1")).to_have_text(MARKED)
        here, median = (f"{figure(HERE, 2019, first) + more:.1f}".replace(".", ",") for more in (0, 10.5))
        expect(reader.finding.first).to_contain_text(here)
        expect(reader.finding.first).to_contain_text(f"{median} (Koko Manner-Suomi, n = 8)")
    for reader in both.values():
        reader.choose(t_fi("choice.year"), "2017")
    for first, reader in both.items():
        expect(reader.finding.first).to_contain_text(f"{first:.1f}".replace(".", ","))
        assert troubles(reader) == []
        reader.page.context.close()


def test_one_measure_is_removed_then_all_and_a_saved_workspace_comes_back_in_another_browser(
    browser: Browser, server: str, stranger: Visit
) -> None:
    reader = bring(Visit(window(browser), server), sheet(FIRST))
    content = Path(saved(reader, t_fi("upload.file")).path()).read_bytes()
    assert workspace.of_file(content).weight == len(NAMES) * len(YEARS) * 2 + 3
    press(reader, t_fi("upload.remove", name=MARKED))
    expect(reader.page.get_by_role("link", name=re.compile(re.escape(NAME)))).to_have_count(0)
    expect(reader.page.get_by_role("link", name=re.compile("työhyvinvointi-indeksi"))).to_have_count(1)
    reader.go(COMPARED)
    expect(reader.page.get_by_test_id("stAlert")).to_contain_text(t_fi("notice.uploaded"))
    press(calm(reader.go(DATA)), t_fi("upload.clear"))
    expect(reader.page.get_by_text(t_fi("upload.in_use"), exact=True)).to_have_count(0)
    calm(reader.go(f"/tyoelama?{urlencode(PLACE | {'kieli': 'fi'})}"))
    assert reader.finding.all_inner_texts() == [t_fi("worklife.lead")]
    choose_file(calm(stranger.go(DATA)), content, "kuntamittari-oma.json")
    expect(stranger.page.get_by_text(t_fi("upload.desk", measures=3, figures=57, tags=0))).to_be_visible()
    press(stranger, t_fi("upload.take_desk"))
    expect(stranger.page.get_by_text(t_fi("upload.taken"))).to_be_visible()
    expect(calm(stranger.go(COMPARED)).finding.first).to_contain_text("411,5")
    assert troubles(reader) == [] == troubles(stranger)
    reader.page.context.close()


def test_a_name_is_shown_as_it_is_written_and_asks_nothing_of_others(stranger: Visit) -> None:
    name = MARKUP
    reader, soon = bring(stranger, sheet(FIRST, name)), 3_000
    remove = reader.page.get_by_role("button", name=t_fi("upload.remove", name=f"{name} ({MARK['fi']})"), exact=True)
    shown = [remove.count()]
    reader.page.get_by_role("link", name=re.compile("Tähti")).click()
    expect(reader.page.locator(".stMain h1")).to_contain_text("Tähti")
    assert troubles(calm(reader)) == [], "a name in a file that another has made loads nothing"
    expect(reader.page.locator(".stMain h1")).to_have_text(f"{name} ({MARK['fi']})", timeout=soon)
    assert shown == [1]


def test_a_cell_of_a_table_can_be_copied_and_the_browser_s_own_file_is_not_offered(
    browser: Browser, server: str
) -> None:
    context = window(browser)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    reader = Visit(context, server)
    choose_file(calm(reader.go(DATA)), b"kunta;vuosi;mittari;arvo\n" + f"{HERE};2018;=1+1;2,5\n".encode())
    reader.page.get_by_role("button", name=t_fi("upload.take")).wait_for()
    table = reader.page.get_by_test_id("stDataFrame").filter(has_text="=1+1")
    table.scroll_into_view_if_needed()
    table.hover()
    for file in reader.page.get_by_label(t_fi("streamlit.csv")).all():
        expect(file).to_be_hidden()
    expect(reader.page.get_by_label(t_fi("streamlit.csv"))).not_to_have_count(0)
    box = table.bounding_box()
    assert box
    reader.page.mouse.click(box["x"] + 40, box["y"] + 52)  # the first cell of the first row
    reader.page.keyboard.press("ControlOrMeta+a")
    reader.page.keyboard.press("ControlOrMeta+c")
    reader.page.wait_for_timeout(500)
    copied = reader.page.evaluate("navigator.clipboard.readText()")
    assert "2018" in copied, copied
    assert "'=1+1" in copied.replace("\t", "\n").split("\n")
    context.close()
