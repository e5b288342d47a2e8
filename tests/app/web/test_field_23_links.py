"""Field case 23: links as mail, chat and search hand them on lead to the page that was meant, or to the way home."""

import re
from html import unescape
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from starlette.testclient import TestClient

import app
from kuntamittari import settings
from kuntamittari.exhibits import deck, page_context
from kuntamittari.exhibits.deck import Card
from kuntamittari.query.database import Database
from kuntamittari.ui import sections

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
ANYTHING = {"Accept": "*/*"}
BASIC = "basic_education_cost_per_7_15"
TITLES = {"fi": "Sivua ei ole", "sv": "Sidan finns inte", "en": "There is no such page"}
ADDED = ("utm_source", "UTM_Campaign", "fbclid", "gclid", "msclkid", "mc_cid", "mc_eid", "_ga", "_gl", "ref", "igshid")


@pytest.fixture(scope="module")
def client() -> TestClient:
    """Everything the process serves, asked step by step."""
    return TestClient(app.app, follow_redirects=False)


@pytest.mark.parametrize("headers", [BROWSER, ANYTHING], ids=["browser", "program"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "path",
    ["/vertailut/", "/vertailut", "/foo/", "/foo", "/FOO/bar/", "/vertailu/837", "/robots", "/foo.png", "/static/x.js"],
)
def test_an_unknown_page_is_404_in_one_step(
    client: TestClient, path: str, method: str, headers: dict[str, str]
) -> None:
    answer = client.request(method, path, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")


@pytest.mark.parametrize("language", settings.LANGUAGES)
@pytest.mark.parametrize("path", ["/vertailut/", "/foo", "/a/b/c"])
def test_an_unknown_page_says_so_in_the_readers_language_and_leads_home(
    client: TestClient, path: str, language: str
) -> None:
    page = client.get(path, params={"kieli": language, "kunta": "091", "utm_source": "x"}, headers=BROWSER)
    assert f'<html lang="{language}">' in page.text and f"<h1>{TITLES[language]}</h1>" in page.text
    assert path in page.text
    [home] = re.findall('<a href="([^"]*)"', page.text)
    target = urlsplit(urljoin(str(page.url), unescape(home)))
    assert (target.path, dict(parse_qsl(target.query))) == ("/", {"kieli": language, "kunta": "091"})
    assert client.get(f"{target.path}?{target.query}", headers=BROWSER).status_code == 200


def test_what_an_unknown_address_says_is_text(client: TestClient) -> None:
    page = client.get(
        "/%3Cscript%3Ea()%3C/script%3E", params={"kunta": "\"><img src=x onerror='a()'>"}, headers=BROWSER
    )
    assert page.status_code == 404 and "<script>" not in page.text and "<img" not in page.text
    assert len(client.get(f"/{'a' * 5000}", headers=BROWSER).text) < 2_000


@pytest.mark.parametrize("path", [path for path in sections.paths() if path != "/"])
def test_capitals_a_slash_and_the_end_of_a_sentence_do_not_matter(client: TestClient, path: str) -> None:
    for written in (f"{path}/", path.upper(), f"{path.upper()}/", f"{path}.", f"{path})", f"{path}//", path.title()):
        moved = client.get(written, params={"kunta": "091", "kieli": "sv"}, headers=BROWSER)
        target = urlsplit(urljoin(f"http://testserver{written}", moved.headers["location"]))
        assert (moved.status_code, target.path, target.query) == (307, path, "kunta=091&kieli=sv"), written
    assert client.get(path, params={"kunta": "091"}, headers=BROWSER).status_code == 200


@pytest.mark.parametrize("path", ["/", "/vertailu"])
def test_what_was_added_on_the_way_is_not_carried_on(client: TestClient, path: str) -> None:
    added = dict.fromkeys(ADDED, "x")
    moved = client.get(path, params={"kunta": "091"} | added | {"vuosi": "2018"}, headers=BROWSER)
    target = urlsplit(urljoin(f"http://testserver{path}", moved.headers["location"]))
    assert (moved.status_code, target.path, target.query) == (307, path, "kunta=091&vuosi=2018")
    assert client.get(path, params={"nonsense": "1"}, headers=BROWSER).status_code == 200, "the page names this itself"


def test_a_link_escaped_once_too_often_is_read_as_it_was_meant(client: TestClient, bundle: Database) -> None:
    moved = client.get("/vertailu?kunta=049&amp;vuosi=2018&amp;amp;kieli=sv", headers=BROWSER)
    assert moved.headers["location"] == "vertailu?kunta=049&vuosi=2018&kieli=sv"
    context = page_context.read({"kunta": "049", "amp;vuosi": "2018"}, bundle)
    assert (context.selection.year, context.notices) == (2018, ())


@pytest.mark.parametrize("name", ADDED)
def test_what_was_added_on_the_way_is_ignored_in_silence(bundle: Database, name: str) -> None:
    context = page_context.read({"kunta": "091", name: "x"}, bundle)
    assert context.notices == () and name not in context.selection.query()


def test_an_unknown_parameter_is_still_named(bundle: Database) -> None:
    [notice] = page_context.read({"kieli": "en", "kuntaa": "091", "utm": "x", "clid": "y"}, bundle).notices
    assert notice == "Unknown parts of the address: kuntaa, utm, clid."


@pytest.mark.parametrize(
    "written", ["2018", "2018.", "2018.0", "2018,0", "2018)", "2018,", "2018).", '2018"', " 2018 "]
)
def test_the_year_is_the_one_that_was_meant(bundle: Database, written: str) -> None:
    context = page_context.read({"kunta": "091", "mittari": BASIC, "vuosi": written}, bundle)
    assert (context.selection.year, context.notices) == (2018, ())


@pytest.mark.parametrize("written", ["2018.5", "20180", "20 18", "x2018", "1918."])
def test_a_year_that_was_not_meant_is_named(bundle: Database, written: str) -> None:
    context = page_context.read({"kunta": "091", "vuosi": written}, bundle)
    assert context.selection.year == 0 and len(context.notices) == 1


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("49", "049"),
        ("49.0", "049"),
        ("KU049", "049"),
        ("91", "091"),
        ("091.", "091"),
        ("91)", "091"),
        ("ku 91", "091"),
    ],
)
def test_a_municipality_is_the_one_that_was_meant(bundle: Database, written: str, code: str) -> None:
    context = page_context.read({"kunta": written, "kunnat": f"837,{written},92"}, bundle)
    assert (context.selection.municipality, context.notices) == (code, ())
    assert context.selection.compared == ("837", "092"), "the chosen one is not compared with itself"


@pytest.mark.parametrize("written", ["0837", "8370", "Espoo", "999", "MA1"])
def test_what_is_no_municipality_is_named(bundle: Database, written: str) -> None:
    context = page_context.read({"kunta": written, "kieli": "en"}, bundle)
    assert context.notices == (f"There is no municipality “{written}”. Showing Helsinki.",)


def test_every_choice_of_an_address_may_end_a_sentence(bundle: Database) -> None:
    cards = (Card("ranking", (("kunta", "091"),), "x"),)
    choices = {
        "kieli": "sv",
        "ryhma": "size-6",
        "mittari": BASIC,
        "hinnat": "kiintea",
        "n": "7",
        "kunnat": "837,049",
        "tavoite": "kaikki:1",
        "painot": "vaesto:2",
        "esitys": deck.packed(cards),
    }
    expected = page_context.read(choices, bundle).selection
    for part, value in choices.items():
        context = page_context.read(choices | {part: f"{value})."}, bundle)
        assert (context.selection, context.notices) == (expected, ()), part
