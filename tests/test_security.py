"""What stands against those who would harm the service or its readers (SECURITY.md): each fence is there, and holds
when it is tried."""

import asyncio
import logging
import re
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import Future
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from browser import Visit, window
from conftest import MakeData, Served
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st
from playwright.sync_api import Browser
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit.file_util import get_static_dir
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash
from test_desk import HERE, LOADED, OWN, PLACE, YEARS, country
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

import app
from kuntamittari import settings
from kuntamittari.exhibits import deck, page_context, query_state
from kuntamittari.exhibits.deck import Card
from kuntamittari.query.database import Database
from kuntamittari.ui import sections
from kuntamittari.ui.workspace import IN_SESSION, Kept
from kuntamittari.uploads import assessment, tabular
from kuntamittari.uploads.assessment import Action, Assessment
from kuntamittari.uploads.own_figures import Figure, Measure
from kuntamittari.uploads.survey import Codebook, Question, Round, Said
from kuntamittari.uploads.workspace import Workspace
from kuntamittari.web import api, edge, logs
from kuntamittari.web.api import rate
from kuntamittari.web.api.rate import Rate, who
from kuntamittari.web.assets import Assets
from kuntamittari.web.edge import DOCS, NOTHING, EdgeMiddleware, is_foreign

BASIC = "basic_education_cost_per_7_15"
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Encoding": "gzip"}


# what every answer says of itself


@pytest.fixture(scope="module")
def client() -> TestClient:
    """Everything the process serves."""
    return TestClient(app.app, follow_redirects=False)


DOCUMENTS = ("/", "/vertailu?kieli=sv", DOCS)
OTHERS = (
    "/favicon.png",
    "/_stcore/health",
    "/nope",
    "/media/nope.png",
    "/api/v1/municipalities",
    "/api/nope",
    "/api/v1/values",
    "//x.fi/a",
    "/api/v1/openapi.json",
    "/api/v1/docs-assets/swagger-ui.css",
)


@pytest.mark.parametrize("path", [*DOCUMENTS, *OTHERS])
def test_every_answer_says_what_a_browser_may_do_with_it(client: TestClient, path: str) -> None:
    headers = client.get(path, headers=BROWSER).headers
    assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "same-origin")
    assert headers["cross-origin-opener-policy"] == "same-origin" and "camera=()" in headers["permissions-policy"]
    assert headers["cross-origin-resource-policy"] == ("cross-origin" if path.startswith("/api") else "same-origin")
    document = path in DOCUMENTS
    assert headers["x-frame-options"] == ("SAMEORIGIN" if document else "DENY")
    assert (headers["content-security-policy"] == NOTHING) is not document
    assert ("frame-ancestors 'self'" if document else "frame-ancestors 'none'") in headers["content-security-policy"]


@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_document_may_run_its_own_scripts_and_no_others(client: TestClient, path: str) -> None:
    answer = client.get(
        path, headers=BROWSER | {"If-None-Match": client.get(path, headers=BROWSER).headers.get("etag", "x")}
    )
    assert answer.status_code == 200, "a document that a browser asks for again comes with its policy"
    policy = dict(part.strip().partition(" ")[::2] for part in answer.headers["content-security-policy"].split(";"))
    inline = re.findall(r"<script>(.*?)</script>", answer.text, re.DOTALL)
    hashes = {f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in inline}
    assert inline and set(policy["script-src"].split()) == {"'self'", "'wasm-unsafe-eval'", "blob:", *hashes}
    assert (
        policy["default-src"] == policy["base-uri"] == policy["form-action"] == "'none'" and "object-src" not in policy
    )
    assert all(
        ":" not in source or source in ("data:", "blob:") for sources in policy.values() for source in sources.split()
    )


def test_the_policy_is_of_the_document_at_hand() -> None:
    assert edge.policy(b"<script>a()</script>") != edge.policy(b"<script>b()</script>")
    assert "sha256" not in edge.policy(b"<script src='x'></script><p onclick='a()'>")


# what Streamlit's own fences are said to do


def session_of(socket: ClientConnection) -> str:
    """The id of a session, which Streamlit tells its browser alone."""
    asked = BackMsg()
    asked.rerun_script.query_string = ""
    socket.send(asked.SerializeToString())
    while True:
        told = ForwardMsg()
        told.ParseFromString(socket.recv(timeout=60))
        if told.WhichOneof("type") == "new_session":
            return told.new_session.initialize.session_id


def opened(base: str, origin: str | None) -> ClientConnection:
    """A websocket as a page of an origin opens it."""
    return connect(
        f"{base.replace('http', 'ws', 1)}/_stcore/stream", origin=origin, subprotocols=["streamlit"], max_size=None
    )  # type: ignore


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://localhost:1", "http://127.0.0.1:1", "http://["]
)
def test_a_page_of_another_origin_cannot_open_a_websocket(dashboard: Served, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        opened(dashboard.address, origin)
    assert refused.value.response.status_code == 403


def test_a_foreign_origin_is_told_without_asking_anybody() -> None:
    """Streamlit would ask a service elsewhere for the address of this machine, in the one thread that answers
    everybody."""

    def scope(**headers: str) -> dict[str, Any]:
        return {"headers": [(name.encode(), value.encode()) for name, value in headers.items()]}

    assert is_foreign(scope(host="kunta.example", origin="https://evil.example"))
    assert is_foreign(scope(host="kunta.example", origin="https://kunta.example:444"))
    assert not is_foreign(scope(host="Kunta.example", origin="https://kunta.example"))
    assert not is_foreign(scope(host="kunta.example")), "programs say no origin"


SECRET = "Salainen;Åäö;4711"


@pytest.fixture(scope="module")
def upload(dashboard: Served) -> Iterator[tuple[httpx.Client, str, str]]:
    """A session's box for files: a client with its cookie, the address of a file and the token that goes with it."""
    with (
        opened(dashboard.address, dashboard.address) as socket,
        httpx.Client(base_url=dashboard.address, timeout=60) as client,
    ):
        session = session_of(socket)
        client.get("/_stcore/health")
        yield client, f"/_stcore/upload_file/{session}/one", client.cookies["_streamlit_xsrf"]


def body(size: int) -> Iterator[bytes]:
    """A file sent without saying how long it is."""
    yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="Salainen.csv"\r\n\r\n'
    for _ in range(size):
        yield SECRET.encode().ljust(1_000_000)
    yield b"\r\n--b--\r\n"


def test_a_file_is_taken_from_the_page_itself_alone_and_none_that_is_too_large(
    upload: tuple[httpx.Client, str, str],
) -> None:
    client, file, token = upload
    given = {"file": ("Salainen.csv", SECRET.encode(), "text/csv")}
    known, forged = {"X-Xsrftoken": token}, {"X-Xsrftoken": "2|aa|bb|1"}
    assert [client.put(file, files=given, headers=headers).status_code for headers in ({}, forged, known)] == [
        403,
        403,
        204,
    ]
    assert client.delete(file).status_code == 403
    assert client.put("/_stcore/upload_file/another/one", files=given, headers=known).status_code == 400
    large = {"file": ("Salainen.csv", b"x" * 21_000_000, "text/csv")}
    assert client.put(file, files=large, headers=known).status_code == 413
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    assert [client.put(file, content=body(size), headers=known | kind).status_code for size in (1, 25)] == [204, 413]


def test_a_message_that_is_too_large_ends_the_connection(dashboard: Served) -> None:
    with opened(dashboard.address, None) as socket, pytest.raises(ConnectionClosed):
        socket.send(b"\0" * 25_000_001)
        while True:
            socket.recv(timeout=30)


def test_files_are_refused_where_there_is_no_room_or_they_come_too_slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    async def taken(request: Request) -> PlainTextResponse:
        await asyncio.sleep(float(request.query_params["after"]))
        return PlainTextResponse("taken")

    monkeypatch.setattr(edge, "UPLOAD_SECONDS", 0.5)
    box = Starlette(routes=[Route("/file", taken, methods=["PUT"])])
    ready, assets = Future[None](), Assets(Path(get_static_dir()))
    codes = [
        TestClient(EdgeMiddleware(box, (), lambda room=room: room, lambda: ready, assets))
        .put(f"/file?after={after}")
        .status_code  # type: ignore
        for room, after in ((True, 0), (True, 30), (False, 0))
    ]
    assert codes == [200, 408, 503]


def test_there_is_room_until_the_files_of_all_readers_are_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    box = MemoryUploadedFileManager("/_stcore/upload_file")
    monkeypatch.setattr(app, "get_instance", lambda: SimpleNamespace(uploaded_file_mgr=box))
    monkeypatch.setattr(app, "MOST_UPLOADED", 1_000)
    room = []
    for reader in ("one", "another"):
        room.append(app.room())
        box.add_file(reader, UploadedFileRec(file_id=reader, name="a.csv", type="text/csv", data=b"x" * 600))
    assert [*room, app.room()] == [True, True, False]
    box.remove_session_files("one")
    assert app.room(), "who leaves makes room"


# how often one may ask


def test_who_asks_too_often_is_told_when_to_come_back_in_the_shape_of_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUNTAMITTARI_API_RATE", "24")
    with TestClient(api.create(), client=("192.0.2.1", 1)) as one:
        answers = [one.get("/v1/municipalities") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
        error = answers[2].json()["error"]
        assert list(error) == ["code", "message", "field"] and error["code"] == "too_many_requests"
        assert 1 <= int(answers[2].headers["retry-after"]) <= 3
        tag = answers[0].headers["etag"]
        assert one.get("/v1/municipalities", headers={"If-None-Match": tag}).status_code == 304, (
            "what costs nothing is not counted"
        )
        assert one.get("/v1/docs").status_code == 200
        described = one.get("/v1/openapi.json").json()["paths"].values()
        assert all("Retry-After" in path["get"]["responses"]["429"]["headers"] for path in described)
        monkeypatch.setenv("KUNTAMITTARI_API_RATE", "0")
        assert one.get("/v1/municipalities").status_code == 200


def test_a_bucket_fills_steadily_up_to_its_room_and_is_of_one_address() -> None:
    bucket = Rate()
    assert [bucket.wait("a", 2, 100) for _ in range(11)] == [0] * 10 + [0.5]
    assert bucket.wait("b", 2, 100) == 0
    assert [bucket.wait("a", 2, 100.75) for _ in range(2)] == [0, 0.25]
    assert [bucket.wait("a", 2, 900) for _ in range(11)] == [0] * 10 + [0.5], "time does not heap it up"
    assert [bucket.wait("c", 0.01, 100) for _ in range(2)] == [0, 100], "the slowest rate lets one through"


def test_the_memory_of_who_asks_stays_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate, "MOST_KEPT", 3)
    bucket = Rate()
    for key in "abcad":
        bucket.wait(key, 1, 0)
    assert list(bucket._buckets) == ["c", "a", "d"], "who has not asked for longest goes"


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_an_address_stands_for_whom_it_can_be_of(host: str, known: str) -> None:
    assert who(host) == known


@pytest.mark.parametrize(
    ("said", "known"), [("", 1200), ("90", 90), ("0", 0), ("-1", 1200), ("many", 1200), ("1e9", 1200)]
)
def test_the_rate_is_what_the_operator_says_or_the_usual(
    said: str, known: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUNTAMITTARI_API_RATE", said)
    assert settings.api_rate() == known


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
    """A desk on which everything that is a reader's own words would be markup."""
    part = next(iter(assessment.parts()))
    question = Question(
        id="a", name=Said(fi=LINES), column="1", answers={"1": Said(fi=LINES), "2": Said(fi=f"=cmd {HOSTILE}")}
    )
    book = Codebook(name=Said(fi=LINES), year=2019, municipality="2", questions=(question,))
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
def test_what_a_reader_brings_and_what_an_address_says_is_never_markup(path: str, more: dict[str, str]) -> None:
    page = AppTest.from_file(str(settings.PACKAGE / "dashboard.py"), default_timeout=120)
    said = dict.fromkeys(("rinnalla", "haku", "luku"), LINES) | {HOSTILE: HOSTILE}
    page.query_params.update({"kieli": "fi", **PLACE, "mittari": OWN} | said | more)
    page.session_state[IN_SESSION] = Kept(hostile())
    page._page_hash = calc_hash(path)
    page.run()
    found = markup_of(page)
    assert not page.exception and len(found) > 1
    for markup in found:
        assert not {TAG, "onclick"} & set(Tags(markup).found), markup
    for block in page.markdown:
        assert not block.allow_html or "\n\n" not in block.value, "past an empty line markdown would be read"
    assert path not in ("vertailu", "toimenpiteet", "tyoelama") or any(TAG in markup for markup in found), (
        "it stands there as text"
    )


def test_markup_is_told_from_text() -> None:
    assert TAG in Tags(f"<p>{HOSTILE}</p>").found and TAG not in Tags("<p>&lt;x-hostile&gt;</p>").found


# what the log keeps


def test_a_page_that_fails_is_logged_by_where_and_not_by_what_it_held(caplog: pytest.LogCaptureFixture) -> None:
    from streamlit import error_util

    logs.without_readers()
    try:
        try:
            float(SECRET)
        except ValueError as error:
            raise KeyError(SECRET) from error
    except KeyError as error:
        with caplog.at_level(logging.DEBUG):
            log = logging.getLogger(error_util.__name__)
            log.addHandler(caplog.handler)  # Streamlit's loggers hand nothing on
            try:
                error_util.handle_user_script_exception(error, lambda _: True)
            finally:
                log.removeHandler(caplog.handler)
    assert "KeyError" in caplog.text and "ValueError" in caplog.text and Path(__file__).name in caplog.text
    assert "4711" not in caplog.text and "Salainen" not in caplog.text


def test_no_line_of_the_log_names_a_reader(caplog: pytest.LogCaptureFixture) -> None:
    logs.without_readers()
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("uvicorn.access").info(
            '%s - "%s %s HTTP/%s" %d', "192.0.2.1", "GET", "/?kunta=837", "1.1", 200
        )
        logging.getLogger("uvicorn.error").info('%s - "WebSocket %s" [accepted]', "192.0.2.1", "/_stcore/stream")
        logging.getLogger("uvicorn.error").info("Application startup complete.")
    assert "192.0.2.1" not in caplog.text


@pytest.mark.parametrize("content", [SECRET.encode(), b"PK\x03\x04" + SECRET.encode() * 50, SECRET.encode() * 500_000])
def test_a_file_that_cannot_be_read_leaves_nothing_of_it_in_the_log(
    content: bytes, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        try:
            tabular.read(content)
        except tabular.TableError as error:
            assert "4711" not in str(error)
    out, err = capfd.readouterr()
    assert "4711" not in caplog.text + out + err


def test_nothing_of_an_upload_is_in_the_log_of_the_server(
    dashboard: Served, upload: tuple[httpx.Client, str, str]
) -> None:
    client, file, token = upload
    for headers in ({}, {"X-Xsrftoken": token}):
        client.put(
            file,
            content=b"--b\r\n" + SECRET.encode(),
            headers=headers | {"Content-Type": "multipart/form-data; boundary=b"},
        )
    client.get(f"/vertailu?kunta={SECRET}", headers=BROWSER)
    said = dashboard.log.read_text()
    assert "Salainen" not in said and "4711" not in said and client.headers["User-Agent"] not in said


# in a browser

INTRUDER = """async () => {
  const refused = new Set(), wait = new Promise(resolve => setTimeout(resolve, 1500));
  addEventListener("securitypolicyviolation", event => refused.add(event.effectiveDirective));
  const put = (kind, more) => document.body.append(Object.assign(document.createElement(kind), more));
  put("script", {textContent: "window.taken = 1"});
  put("script", {src: "http://127.0.0.1:1/a.js"});
  put("p", {innerHTML: "<img src='/nope.png' onerror='window.taken = 2'>"});
  put("img", {src: "http://127.0.0.1:1/a.png"});
  put("iframe", {src: "http://127.0.0.1:1/"});
  put("object", {data: "http://127.0.0.1:1/a.swf"});
  put("base", {href: "http://127.0.0.1:1/"});
  const form = document.createElement("form"); form.action = "http://127.0.0.1:1/"; document.body.append(form); form.submit();
  fetch("http://127.0.0.1:1/").catch(() => 0);
  try { new WebSocket("ws://127.0.0.1:1/"); } catch {}
  setTimeout("window.taken = 3");
  await wait;
  return [window.taken ?? null, [...refused].sort()];
}"""
REFUSED = [
    "base-uri",
    "connect-src",
    "form-action",
    "frame-src",
    "img-src",
    "object-src",
    "script-src",
    "script-src-attr",
    "script-src-elem",
]


@pytest.mark.browser
def test_a_script_that_had_got_into_a_page_would_not_run_and_could_send_nothing_elsewhere(
    browser: Browser, dashboard: Served
) -> None:
    context = window(browser)
    reader = Visit(context, dashboard.address).go("/vertailu?kieli=en").settle()
    assert reader.troubles == []
    assert reader.page.evaluate(INTRUDER) == [None, REFUSED]
    context.close()


@pytest.mark.browser
def test_the_documentation_is_drawn_and_asks_the_interface_under_its_policy(
    browser: Browser, dashboard: Served
) -> None:
    context = window(browser)
    reader = Visit(context, dashboard.address)
    reader.page.goto(dashboard.address + DOCS)
    reader.page.locator("#operations-default-municipalities_v1_municipalities_get .opblock-summary").click()
    reader.page.get_by_role("button", name="Try it out").click()
    reader.page.get_by_role("button", name="Execute").click()
    reader.page.locator(".live-responses-table .response-col_status", has_text="200").wait_for()
    assert reader.troubles == []
    context.close()
