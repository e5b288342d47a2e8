"""/feed.xml: valid Atom, with what two updates changed and nothing else, and the same list on /aineistot."""

from datetime import date
from pathlib import Path
from typing import Any

import feedparser
import httpx
import pytest
from lxml import etree
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from kuntamittari import settings
from kuntamittari.catalog import knowledge_bank
from kuntamittari.etl import publish
from kuntamittari.web.feed import feed
from tests.support.ask.vintages import INDICATOR, Libraries, data_set, replace
from tests.support.pages import opened
from tests.support.server import Served
from tests.support.small_data import MakeData

ATOM = "{http://www.w3.org/2005/Atom}"
SCHEMA = etree.RelaxNG(file=settings.ROOT / "tests" / "data" / "atom.rng")


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=[Route("/feed.xml", feed)]), base_url="https://figures.example")


def parsed(client: TestClient, **query: str) -> Any:
    """The feed as a reader of feeds understands it, its form checked by the schema."""
    answer = client.get("/feed.xml", params=query)
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("application/atom+xml")
    root = etree.fromstring(answer.content)
    assert SCHEMA.validate(root), SCHEMA.error_log
    identities = [one.findtext(f"{ATOM}id") for one in root.iter(f"{ATOM}entry")]
    assert len(identities) == len(set(identities))
    found = feedparser.parse(answer.content)
    assert not found.bozo and found.version == "atom10"
    return found


def test_a_feed_that_breaks_the_standard_would_be_found(client: TestClient) -> None:
    content = client.get("/feed.xml").content
    for wrong in (
        (b"<updated>20", b"<updated>on 20"),
        (b"<id>urn:", b"<id>urn "),
        (b"</author>", b"</author><price/>"),
    ):
        assert wrong[0] in content and not SCHEMA.validate(etree.fromstring(content.replace(*wrong)))


def test_the_first_data_have_their_sources_and_years_and_the_bank_its_first_day(client: TestClient) -> None:
    found = parsed(client, kieli="sv")
    assert found.feed.title == "Kuntamittari: nytt" and found.feed.language == "sv"
    [bank] = [one for one in found.entries if one.category == "entry"]
    assert bank.published == "2026-11-22T00:00:00+00:00" and bank.link == "https://figures.example/tietopankki?kieli=sv"
    assert bank.title.startswith(f"{len(knowledge_bank.entries())} poster tillagda")
    years = [one for one in found.entries if one is not bank]
    assert years and {one.category for one in years} == {"years"}
    assert any("2015–2019" in one.title and "Statistikcentralen" in one.title for one in years)
    assert all(one.link.startswith("https://figures.example/aineistot?kieli=sv") for one in years)


def test_two_updates_apart_the_feed_has_the_right_entries_and_no_others(
    client: TestClient, make_data: MakeData, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank = dict(knowledge_bank.entries())
    monkeypatch.setattr(publish, "figures", Libraries)
    monkeypatch.setattr(knowledge_bank, "entries", lambda: bank)

    def told() -> dict[str, Any]:
        return {one.id: one for one in parsed(client, kieli="en").entries}

    out = data_set(make_data, {("091", 2017): 5000, ("837", 2017): 4000})
    monkeypatch.setenv("KUNTAMITTARI_DATA", str(out))
    before = told()
    assert [one.category for one in before.values()] == ["entry"], "the data set is invented: only the bank is news"

    replace(out, data_set(make_data, {("091", 2017): 5500, ("837", 2017): 4000, ("091", 2018): 6000}))
    first = told()
    new = {one.category: one for name, one in first.items() if name not in before}
    assert sorted(new) == ["revised", "years"] and before.keys() < first.keys() and len(first) == len(before) + 2
    assert new["years"].title == (
        "New figures for 2018: Statistics Finland, Finances and activities of municipalities, operating economy by task"
    )
    assert new["revised"].title == (
        "Net operating costs of library services per resident: figures revised by the source 1, municipalities 1, "
        "years 2017"
    )
    assert new["revised"].summary == "Kunta 091, 2017: 50.00 → 55.00 € per resident (+5.00)."

    case = next(one for one in bank.values() if one.kind == "case")
    bank["a_new_case"] = case.model_copy(update={"id": "a_new_case", "added": date(2026, 11, 30)})
    bank["of_tomorrow"] = case.model_copy(update={"id": "of_tomorrow", "added": date(2099, 1, 1)})
    replace(out, data_set(make_data, {("091", 2017): 5500, ("837", 2017): 4400, ("091", 2018): 5700}))
    second = told()
    new = {one.category: one for name, one in second.items() if name not in first}
    assert sorted(new) == ["entry", "revised"] and first.keys() < second.keys() and len(second) == len(first) + 2
    assert new["revised"].title.endswith("figures revised by the source 2, municipalities 2, years 2017–2018")
    assert new["revised"].summary == (
        "Kunta 837, 2017: 40.00 → 44.00 € per resident (+4.00). Kunta 091, 2018: 60.00 → 57.00 € per resident (−3.00)."
    )
    assert f"mittari={INDICATOR}" in new["revised"].link and "kunta=837" in new["revised"].link
    assert (
        new["entry"].title == f"Added to the knowledge bank: {case.name.en}"
        and "kirjaus=a_new_case" in new["entry"].link
    )
    assert new["entry"].published == new["entry"].updated == "2026-11-30T00:00:00+00:00"

    unchanged = data_set(make_data, {("091", 2017): 5500, ("837", 2017): 4400, ("091", 2018): 5700})
    replace(out, unchanged)
    assert told().keys() == second.keys()


def test_a_reader_that_has_the_feed_is_told_so(client: TestClient) -> None:
    tag = client.get("/feed.xml").headers["etag"]
    assert client.get("/feed.xml", headers={"If-None-Match": tag}).status_code == 304
    assert client.get("/feed.xml", params={"kieli": "en"}, headers={"If-None-Match": tag}).status_code == 200


def test_data_that_cannot_be_read_are_a_fault(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KUNTAMITTARI_DATA", str(tmp_path))
    assert client.get("/feed.xml").status_code == 503


def test_the_service_names_its_feed_in_each_document_and_answers_it(dashboard: Served) -> None:
    with httpx.Client(base_url=dashboard.address, timeout=60) as reader:
        page = reader.get("/vertailu", headers={"Accept": "text/html"}, follow_redirects=True).text
        assert 'type="application/atom+xml"' in page and 'href="feed.xml"' in page
        assert feedparser.parse(reader.get("/feed.xml").content).version == "atom10"
        assert reader.head("/feed.xml").status_code == 200


def test_the_page_of_the_data_lists_the_same_and_leads_to_the_feed() -> None:
    page = opened("datasets", kieli="sv")
    markup = " ".join(str(block.proto.body) for block in page.get("html"))
    assert "km-news" in markup and "2015–2019" in markup
    assert "poster tillagda i kunskapsbanken" in markup and "datetime='2026-11-22'" in markup
    assert "feed.xml?kieli=sv" in " ".join(block.value for block in page.markdown)
