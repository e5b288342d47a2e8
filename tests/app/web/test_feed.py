"""/feed.xml: valid Atom, with what two updates changed and nothing else, and the same list on /aineistot."""

from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import feedparser
import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from kuntamittari.catalog import knowledge_bank
from kuntamittari.etl import publish
from kuntamittari.web.feed import feed
from tests.support.ask.vintages import INDICATOR, Libraries, data_set, replace
from tests.support.pages import opened
from tests.support.server import Served
from tests.support.small_data import MakeData

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=[Route("/feed.xml", feed)]), base_url="https://figures.example")


def parsed(client: TestClient, **query: str) -> Any:
    """The feed as a reader of feeds understands it, its form checked."""
    answer = client.get("/feed.xml", params=query)
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("application/atom+xml")
    root = ElementTree.fromstring(answer.content)
    for part in (root, *root.iter(f"{ATOM}entry")):  # what RFC 4287 asks of each
        assert [len(part.findall(f"{ATOM}{name}")) for name in ("id", "title", "updated")] == [1, 1, 1]
    assert root.find(f"{ATOM}author/{ATOM}name") is not None
    identities = [one.findtext(f"{ATOM}id") for one in root.iter(f"{ATOM}entry")]
    assert len(identities) == len(set(identities))
    found = feedparser.parse(answer.content)
    assert not found.bozo and found.version == "atom10"
    return found


def test_the_first_data_have_their_sources_and_years(client: TestClient) -> None:
    found = parsed(client, kieli="sv")
    assert found.feed.title == "Kuntamittari: nytt" and found.feed.language == "sv"
    assert found.entries and {one.category for one in found.entries} == {"years"}
    assert any("2015–2019" in one.title and "Statistikcentralen" in one.title for one in found.entries)
    assert all(one.link.startswith("https://figures.example/aineistot?kieli=sv") for one in found.entries)


def test_two_updates_apart_the_feed_has_the_right_entries_and_no_others(
    client: TestClient, make_data: MakeData, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publish, "figures", Libraries)
    out = data_set(make_data, {("091", 2017): 5000, ("837", 2017): 4000})
    monkeypatch.setenv("KUNTAMITTARI_DATA", str(out))
    before = {one.id for one in parsed(client).entries}
    replace(out, data_set(make_data, {("091", 2017): 5500, ("837", 2017): 4000, ("091", 2018): 6000}))
    first = {one.id: one for one in parsed(client, kieli="en").entries}
    assert sorted(one.category for one in first.values()) == ["revised", "years"]
    assert not before
    replace(out, data_set(make_data, {("091", 2017): 5500, ("837", 2017): 4400, ("091", 2018): 6000}))
    second = {one.id: one for one in parsed(client, kieli="en").entries}
    [new] = second.keys() - first.keys()
    assert first.keys() < second.keys()
    assert second[new].category == "revised" and "revised 1 figures" in second[new].title
    assert second[new].summary == "Kunta 837, 2017: 40.00 → 44.00 € per resident."
    assert f"mittari={INDICATOR}" in second[new].link and "kunta=837" in second[new].link
    unchanged = data_set(make_data, {("091", 2017): 5500, ("837", 2017): 4400, ("091", 2018): 6000})
    replace(out, unchanged)
    assert {one.id for one in parsed(client).entries} == second.keys()


def test_a_new_entry_of_the_bank_is_in_the_feed_from_its_day(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = dict(knowledge_bank.entries())
    name, entry = next(iter(entries.items()))
    entries[name] = entry.model_copy(update={"added": date(2026, 11, 30)})
    monkeypatch.setattr(knowledge_bank, "entries", lambda: entries)
    [new] = [one for one in parsed(client).entries if one.category == "entry"]
    assert new.updated == "2026-11-30T00:00:00+00:00" and f"kirjaus={name}" in new.link


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
    assert "feed.xml?kieli=sv" in " ".join(block.value for block in page.markdown)
