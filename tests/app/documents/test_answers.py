"""How documents are answered: valid, escaped, the same for every program, kept by caches only where nobody's own."""

import gzip
import json
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from kuntamittari import settings
from kuntamittari.exhibits import deck
from tests.support.documents import EVERY, PATHS, defects, text_of

PLACE = {"kunta": "837", "ryhma": "largest-20"}
ACCEPTS = ("text/html,*/*;q=0.8", "*/*", "application/json", "image/png")
HOSTILE = "\"><script>alert(1)</script><img src=x onerror='alert(2)'>&{x}%s"
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize(("path", "language"), EVERY)
def test_a_document_is_valid_alone_and_before_the_application(served: TestClient, path: str, language: str) -> None:
    query = PLACE | {"kieli": language}
    alone = served.get(f"/{path}", params=query | {"muoto": "upotus"}).text
    assert defects(alone) == []
    with_application = served.get(f"/{path}", params=query).text
    # Streamlit's own comment stands before its document
    assert defects(with_application[with_application.index("<!DOCTYPE") :]) == []
    assert with_application.count("<h1>") == alone.count("<h1>") == 1
    assert with_application.index('id="km-document"') < with_application.index('id="root"')
    before = with_application[: with_application.index('id="root"')]
    assert "stylesheet" not in before and "modulepreload" not in before and ' src="' not in before


@pytest.mark.parametrize(
    "parameter", ["kunta", "mittari", "kieli", "alue", "kunnat", "esitys", "aineisto", "haku", "x"]
)
def test_what_an_address_says_is_text(served: TestClient, parameter: str) -> None:
    for form in ("", "upotus"):
        value = (HOSTILE * 200)[:5000]
        content = served.get("/vertailu", params=PLACE | {parameter: value, "muoto": form}).text
        assert "<script>alert" not in content and "<img src=x" not in content
        assert json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', content, re.DOTALL)[0])


@pytest.mark.parametrize("path", ["", "vertailu", "menetelmat"])
def test_the_answer_does_not_depend_on_what_a_program_accepts(served: TestClient, path: str) -> None:
    answers = [served.get(f"/{path}", params=PLACE, headers={"Accept": accept}) for accept in ACCEPTS]
    assert len({answer.text for answer in answers}) == 1 and answers[0].headers["content-type"].startswith("text/html")
    head = served.head(f"/{path}", params=PLACE)
    assert head.status_code == 200 and head.content == b""


def test_a_document_alone_is_kept_until_its_data_change(served: TestClient) -> None:
    served.cookies.clear()
    query = PLACE | {"muoto": "upotus"}
    first = served.get("/vertailu", params=query)
    assert first.headers["cache-control"].startswith("private, max-age") and "set-cookie" not in first.headers
    tag = first.headers["etag"]
    again = served.get("/vertailu", params=query, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    added = served.get("/vertailu", params=query | {"utm_source": "x", "fbclid": "y"}, follow_redirects=True)
    assert added.text == first.text
    others = [
        served.get("/vertailu", params=query | more).headers["etag"] for more in ({"kieli": "sv"}, {"kunta": "091"})
    ]
    assert len({tag, *others}) == 3


def test_what_is_a_readers_is_kept_by_no_cache(served: TestClient) -> None:
    served.cookies.clear()
    first = served.get("/vertailu", params=PLACE)
    assert first.headers["cache-control"] == "no-store" and "set-cookie" in first.headers
    own = served.get("/vertailu", params=PLACE)  # now with the cookie
    assert own.headers["cache-control"] == "private, no-cache"
    own_measure = served.get("/vertailu", params=PLACE | {"mittari": "own_1"}).text
    assert 'id="km-document"' in own_measure, "a measure that only its reader has is not in the document"


def test_a_compressed_answer_is_the_same(served: TestClient) -> None:
    plain = served.get("/vertailu", params=PLACE, headers={"Accept-Encoding": "identity"})
    packed = served.get("/vertailu", params=PLACE, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip" and plain.text == packed.text
    assert len(gzip.compress(plain.content)) < 45_000


def metas(content: str) -> dict[str, str]:
    """Return the properties that a chat program reads of a page."""
    return {
        name: unescape(value)
        for name, value in re.findall(r'<meta (?:property|name)="([^"]*)" content="([^"]*)">', content)
    }


@pytest.mark.parametrize(
    "path",
    [
        "",
        "kuntakortti",
        "vertailu",
        "kartta",
        "verrokit",
        "kustannukset",
        "tuottavuus",
        "vaikuttavuus",
        "kehikko",
        "ennakointi",
    ],
)
def test_a_link_is_previewed_with_its_finding_and_its_picture(served: TestClient, path: str) -> None:
    content = served.get(
        f"/{path}", params=PLACE | {"kieli": "sv"}, headers={"User-Agent": "Slackbot-LinkExpanding 1.0"}
    ).text
    found = metas(content)
    assert found["og:title"] in text_of(content) and found["description"] == found["og:description"]
    assert found["og:locale"] == "sv_FI" and found["twitter:card"] == "summary_large_image"
    picture = urlsplit(found["og:image"])
    answer = served.get(f"{picture.path}?{picture.query}")
    assert answer.headers["content-type"] == "image/png" and answer.content.startswith(PNG)
    size = tuple(int.from_bytes(answer.content[at : at + 4], "big") for at in (16, 20))
    assert size == (1200, 630) and len(answer.content) < 400_000
    assert (
        served.get(f"{picture.path}?{picture.query}", headers={"If-None-Match": answer.headers["etag"]}).status_code
        == 304
    )


def test_a_view_names_its_address_and_its_languages(served: TestClient) -> None:
    query = PLACE | {"kieli": "en", "utm_source": "chat", "esitys": deck.packed((deck.Card("ranking", ()),))}
    content = served.get("/vertailu", params=query, follow_redirects=True).text
    [canonical] = re.findall(r'<link rel="canonical" href="([^"]*)">', content)
    address = urlsplit(unescape(canonical))
    assert (address.netloc, address.path) == ("testserver", "/vertailu")
    assert parse_qs(address.query) == {"kieli": ["en"], "kunta": ["837"], "ryhma": ["largest-20"]}
    languages = dict(re.findall(r'<link rel="alternate" hreflang="([^"]*)" href="([^"]*)">', content))
    assert set(languages) == {*settings.LANGUAGES, "x-default"}
    assert all(f"kieli={code}" in languages[code] for code in settings.LANGUAGES)


def test_figures_are_told_to_programs(served: TestClient) -> None:
    content = served.get("/vertailu", params=PLACE | {"kieli": "fi", "vuosi": "2018"}).text
    [linked] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', content, re.DOTALL)
    page = json.loads(linked)
    [observation] = page["mainEntity"][0]["hasPart"]
    row = served.get(
        "/api/v1/values", params={"indicator": "basic_education_cost_per_7_15", "municipality": "837", "year": "2018"}
    ).json()
    assert observation["measuredValue"]["value"] == row["values"][0]["value"]
    assert observation["observationAbout"]["name"] == "Tampere" and page["mainEntity"][0]["license"].endswith(
        "/by/4.0/"
    )


def test_the_files_for_programs(served: TestClient) -> None:
    robots = served.get("/robots.txt")
    assert (
        robots.headers["content-type"].startswith("text/plain")
        and "Sitemap: http://testserver/sitemap.xml" in robots.text
    )
    listed = re.findall(r"<loc>([^<]*)</loc>", served.get("/sitemap.xml").text)
    assert len(listed) == len(set(listed)) and {urlsplit(unescape(one)).path[1:] for one in listed} <= set(PATHS)
    for address in listed[:: len(listed) // 8]:
        parts = urlsplit(unescape(address))
        assert served.get(f"{parts.path}?{parts.query}").status_code == 200
    llms = served.get("/llms.txt").text
    assert llms.startswith("# ") and "/api/v1/openapi.json" in llms
    assert served.get("/favicon.svg").headers["content-type"] == "image/svg+xml"
    assert all(served.get(f"/favicon.{form}").content.startswith(PNG) for form in ("ico", "png"))
    assert all(
        served.head(path).status_code == 200 for path in ("/robots.txt", "/sitemap.xml", "/llms.txt", "/vertailu.png")
    )


def test_a_view_is_framed_by_no_site_unless_the_operator_names_it(
    served: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = PLACE | {"muoto": "upotus"}
    refused = served.get("/vertailu", params=query).headers
    assert (
        refused["content-security-policy"].endswith("frame-ancestors 'none'") and refused["x-frame-options"] == "DENY"
    )
    assert "script" not in refused["content-security-policy"] and int(refused["kuntamittari-height"]) > 500
    monkeypatch.setenv("KUNTAMITTARI_EMBED_ORIGINS", "https://intra.example.fi https://*.kunta.example")
    allowed = served.get("/vertailu", params=query).headers
    assert allowed["content-security-policy"].endswith(
        "frame-ancestors https://intra.example.fi https://*.kunta.example"
    )
    assert "x-frame-options" not in allowed
    own = served.get("/vertailu", params=PLACE).headers
    assert own["x-frame-options"] == "SAMEORIGIN", "the application itself is framed by no other site"


@pytest.mark.parametrize("sites", ["intra.fi", "https://intra.fi; script-src *", "https://intra.fi/x", "'self'", "*"])
def test_what_is_no_site_is_refused_at_the_start(sites: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUNTAMITTARI_EMBED_ORIGINS", sites)
    with pytest.raises(settings.SettingsError, match="KUNTAMITTARI_EMBED_ORIGINS"):
        settings.check()


def test_a_document_says_what_was_dropped_from_its_address(served: TestClient) -> None:
    content = served.get("/vertailu", params={"kunta": "99x", "kieli": "en"}).text
    assert "99x" in text_of(content[: content.index('id="root"')])
