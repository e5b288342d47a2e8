"""What is written into an address, a file or a name never harms the service or its users (SECURITY.md)."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

import app
from kuntamittari import settings
from kuntamittari.exhibits import deck, page_context, query_state
from kuntamittari.exhibits.deck import Card
from kuntamittari.query.database import Database
from kuntamittari.ui import sections
from kuntamittari.ui.layout import METHODS
from kuntamittari.ui.workspace import IN_SESSION, StoredWorkspace
from kuntamittari.uploads import assessment
from kuntamittari.uploads.assessment import Action, Assessment
from kuntamittari.uploads.own_figures import Figure, Measure
from kuntamittari.uploads.survey import Codebook, Question, Round, TranslatedText
from kuntamittari.uploads.workspace import Workspace
from kuntamittari.web import api
from tests.support.small_data import MakeData
from tests.support.uploads.invented_country import HERE, LOADED, OWN, PLACE, YEARS, country

BASIC = "basic_education_cost_per_7_15"


# what every answer says of itself


@pytest.fixture(scope="module")
def client() -> TestClient:
    """Everything the process serves."""
    return TestClient(app.app, follow_redirects=False)


# what is written into an address, a file or a name
PIECES = (
    "' or 1=1 --",
    '"; drop table finance; --',
    "$formula",
    "read_csv('/etc/passwd')",
    "../" * 6 + "etc/passwd",
    "/etc/passwd",
    "<script>a()</script>",
    "'><x-hostile a=b>",
    '"><x-hostile>',
    "javascript:a()",
    "![a](http://evil.example/a.png)",
    "{{7*7}}",
    "%00",
    "\x00",
    "\r\nSet-Cookie: a=b",
    "\\",
    "{0.__class__}",
    "${jndi:ldap://x}",
    "837",
    BASIC,
    "own",
    "similar",
    "2018",
    "\ud800",
    "🙂",
    "⚀",
    "\N{RIGHT-TO-LEFT OVERRIDE}",
    "=1+1",
    ",",
    ":",
    "-",
)
PAYLOADS = st.lists(st.sampled_from(PIECES) | st.text(max_size=8), min_size=1, max_size=4).map("".join)
TOLD = re.compile(r"root:.*:0:|Traceback|duckdb|\.parquet|site-packages|select |x-hostile(?! a=b>|>)", re.IGNORECASE)
HARD = effort(max_examples=40, deadline=None, derandomize=True, database=None)


@pytest.fixture(scope="module")
def interface() -> TestClient:
    """The interface alone."""
    return TestClient(api.create(), raise_server_exceptions=False)


PATHS = ("municipalities", "indicators", "catalog", "values", "benchmark", "peers")
PARAMETERS = (
    "indicator",
    "municipality",
    "year",
    "group",
    "kunnat",
    "aland",
    "format",
    "limit",
    "offset",
    "service",
    "n",
)


@HARD
@given(
    path=st.sampled_from(PATHS),
    query=st.dictionaries(st.sampled_from(PARAMETERS) | PAYLOADS, PAYLOADS, max_size=4),
    whole=st.booleans(),
)
def test_nothing_that_is_asked_of_the_interface_breaks_it_or_tells_of_the_machine(
    interface: TestClient, path: str, query: dict[str, str], whole: bool
) -> None:
    usual = {"indicator": BASIC, "municipality": "837", "year": "2018"} if whole else {}
    asked = {
        part.encode("utf-8", "surrogatepass"): value.encode("utf-8", "surrogatepass")
        for part, value in (usual | query).items()
    }
    answer = interface.get(f"/v1/{path}", params=asked)
    assert answer.status_code < 500 and not TOLD.search(answer.text if answer.status_code >= 400 else "")
    assert answer.status_code == 200 or (
        list(answer.json()) == ["error"] and answer.headers["content-type"] == "application/json"
    )
    assert "set-cookie" not in answer.headers


@HARD
@given(path=PAYLOADS)
def test_no_path_leads_to_a_file_of_the_machine(client: TestClient, path: str) -> None:
    for start in ("/", "/static/", "/media/", "/component/", "/api/v1/docs-assets/", "/api/v1/indicators/"):
        coded = "".join(f"%{byte:02x}" for byte in path.encode("utf-8", "surrogatepass"))
        for written in (coded, coded.replace("%2e", ".").replace("%2f", "/").replace("%5c", "\\")):
            answer = client.get(start + written, headers={"Accept": "*/*"})
            assert answer.status_code < 500 and "root:x:0:" not in answer.text, (start, written)
            assert "set-cookie" not in {name for name in answer.headers if "a=b" in answer.headers[name]}


@HARD
@given(
    query=st.dictionaries(
        st.sampled_from((*query_state.PARAMETERS, *query_state.PAGE_PARAMS)) | PAYLOADS, PAYLOADS, max_size=6
    )
)
def test_any_address_is_a_view_and_what_it_says_is_cut(bundle: Database, query: dict[str, str]) -> None:
    context = page_context.read(query, bundle)
    assert context.selection.municipality in context.register and context.selection.indicator_id in context.catalogue
    assert all(len(notice) < 600 for notice in context.notices)


# what readers bring: names, words of a survey, headlines. All of it is text wherever it stands.
TAG = "x-hostile"
HOSTILE = f"""'"><{TAG} onclick=a()>&lt;{TAG}&gt;"""
LINES = f"{HOSTILE}\n\n<{TAG}>\n\n![a](http://evil.example/a.png)"


class Tags(HTMLParser):
    """Whatever stands as an element or an attribute in markup."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [tag, *(name for name, _ in attrs)]


@pytest.fixture(scope="module")
def once() -> dict[str, Path]:
    return {}


@pytest.fixture
def place(once: dict[str, Path], make_data: MakeData, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data of an invented country, in use."""
    if "place" not in once:
        once["place"] = country(make_data)
    monkeypatch.setenv("KUNTAMITTARI_DATA", str(once["place"]))
    return once["place"]


def hostile() -> Workspace:
    """A workspace in which all words of its user would be markup."""
    part = next(iter(assessment.parts()))
    question = Question(
        id="a",
        name=TranslatedText(fi=LINES),
        column="1",
        answers={"1": TranslatedText(fi=LINES), "2": TranslatedText(fi=f"=cmd {HOSTILE}")},
    )
    book = Codebook(name=TranslatedText(fi=LINES), year=2019, municipality="2", questions=(question,))
    action = Action(part=part, what=LINES, owner=HOSTILE)
    return Workspace(
        measures=(
            Measure(
                id=OWN,
                name=HOSTILE,
                unit=f"<{TAG}>",
                polarity="higher",
                dimension="worklife",
                service="basic_education",
            ),
        ),
        figures=tuple(
            Figure(code, year, OWN, 1.5 + number, "final") for number, code in enumerate(LOADED) for year in YEARS
        ),
        rounds=(Round(codebook=book, given={code: {"a": ("1" if n % 2 else "2",)} for n, code in enumerate(LOADED)}),),
        assessments=(
            Assessment(municipality=HERE, year=2019, scores={part: 50}, evidence={part: LINES}, actions=(action,)),
        ),
    )


def markup_of(page: AppTest) -> list[str]:
    """Everything that a page hands to the browser as markup."""
    return [
        *(block.value for block in page.markdown if block.allow_html),
        *(block.proto.body for block in page.get("html")),
    ]


DECK = (Card("ranking", tuple((PLACE | {"mittari": OWN}).items()), LINES[: deck.LONGEST_HEADLINE]),)
VISITS = [(path, {}) for section in sections.SECTIONS for _, path, _ in section.pages] + [
    ("kuntakortti", {"nakyma": "matto"}),
    ("esitys", {"esitys": deck.packed(DECK)}),
    ("esitys", {"esitys": deck.packed(DECK), "dia": "1"}),
]


@pytest.mark.parametrize(("path", "more"), VISITS, ids=[f"{path or 'start'} {' '.join(more)}" for path, more in VISITS])
@pytest.mark.usefixtures("place")
def test_what_a_user_uploads_and_what_an_address_says_is_never_markup(path: str, more: dict[str, str]) -> None:
    page = AppTest.from_file(str(settings.PACKAGE / "dashboard.py"), default_timeout=120)
    said = dict.fromkeys(("rinnalla", "haku", "luku"), LINES) | {HOSTILE: HOSTILE}
    page.query_params.update({"kieli": "fi", **PLACE, "mittari": OWN} | said | more)
    page.session_state[IN_SESSION] = StoredWorkspace(hostile())
    page._page_hash = calc_hash(path)
    page.run()
    found = markup_of(page)
    assert not page.exception and len(found) > 1
    for markup in found:
        assert not {TAG, "onclick"} & set(Tags(markup).found), markup
    for block in page.markdown:
        of_the_project = path == METHODS and "class='km-methods'" in block.value  # docs/methods.md, which is Markdown
        assert of_the_project or not block.allow_html or "\n\n" not in block.value, (
            "past an empty line markdown would be read"
        )
    assert path not in ("vertailu", "toimenpiteet", "tyoelama") or any(TAG in markup for markup in found), (
        "it stands there as text"
    )


def test_markup_is_told_from_text() -> None:
    assert TAG in Tags(f"<p>{HOSTILE}</p>").found and TAG not in Tags("<p>&lt;x-hostile&gt;</p>").found
