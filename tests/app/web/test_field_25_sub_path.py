"""Field case 25: every address that the service hands out leads where it says, at the root of a host and under a path
prefix that a proxy removes (deploy/README.md)."""

import json
import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urljoin

import pytest
import streamlit as st
from starlette.testclient import TestClient

import app
from kuntamittari.ui import sections
from kuntamittari.ui.reference import datasets
from tests.support.pages import opened
from tests.support.proxy import StrippingProxy

HOST = "http://testserver"
BROWSER = {"Accept": "text/html,*/*;q=0.8"}
BASIC = "basic_education_cost_per_7_15"
PREFIX = "/kuntamittari"


class Service:
    """The service at an address, as a client of it asks."""

    def __init__(self, prefix: str):
        self.root = f"{HOST}{prefix}/"
        self.client = TestClient(StrippingProxy(app.app, prefix) if prefix else app.app)

    def get(self, address: str) -> str:
        """Return what stands at an address, which must be one of the service and be answered."""
        assert address.startswith(self.root), address
        answer = self.client.get(address, headers=BROWSER)
        assert answer.status_code == 200, (address, answer.status_code)
        assert str(answer.url).startswith(self.root), "no redirect leads out of the service"
        return answer.text


@pytest.fixture(scope="module", params=["", PREFIX], ids=["at the root", "under a prefix"])
def service(request: pytest.FixtureRequest) -> Service:
    return Service(request.param)


def addresses_in(document: str) -> Iterator[str]:
    """The addresses in a document of HTML, its scripts and the settings of Swagger UI included."""
    for address in re.findall(r"""\b(?:href|src|url)\s*[=:]\s*["']([^"'#]+)["']""", document):
        yield unescape(address)
    yield from re.findall(r'"(\./static/[^"]+)"', document)


@pytest.mark.parametrize("path", ["", "vertailu", "VERTAILU/", "aineistot?utm_source=x", "api/v1/docs", "api/v1/docs/"])
def test_every_address_in_a_document_is_answered(service: Service, path: str) -> None:
    first = service.client.get(service.root + path, headers=BROWSER)
    found = {urljoin(str(first.url), address) for address in addresses_in(first.text)}
    assert len(found) > 3
    for address in found:
        service.get(address)


@pytest.mark.parametrize("path", ["nothing", "nothing/", "a/b/c/"])
def test_the_way_home_of_an_unknown_page_leads_home(service: Service, path: str) -> None:
    lost = service.client.get(service.root + path, headers=BROWSER)
    [home] = addresses_in(lost.text)
    assert (lost.status_code, urljoin(service.root + path, home)) == (404, service.root)


def test_the_menus_of_the_places_lead_to_every_page(service: Service) -> None:
    found: set[str] = set()
    for section in sections.SECTIONS:
        page = opened(section.pages[0][0].removesuffix(".py"))
        for block in page.get("html"):
            if "km-menu" in block.proto.body:
                found |= {*re.findall(r"<a href='([^'?]*)'", block.proto.body)}
    assert found == {path.removeprefix("/") or "./" for path in sections.paths()} | {"api/v1/docs"}
    for address in found:
        service.get(urljoin(f"{service.root}aineistot", address))


def test_the_servers_of_the_description_answer_its_examples(service: Service) -> None:
    address = f"{service.root}api/v1/openapi.json"
    description = json.loads(service.get(address))
    [server] = [urljoin(address, server["url"]) for server in description["servers"]]
    assert server == f"{service.root}api"
    for path, item in description["paths"].items():
        needed = [p for p in item["get"].get("parameters", []) if p.get("required") and p["in"] == "query"]
        query = "&".join(f"{p['name']}={(p.get('examples') or p['schema']['examples'])[0]}" for p in needed)
        filled = path.replace("{id}", BASIC).replace("{name}", "finance.parquet")
        service.get(f"{server}{filled}?{query}")


def catalogue_addresses(service: Service) -> list[str]:
    """The addresses of this host in the catalogue for data portals, in order."""
    return [a for a in re.findall(r'"(https?://[^"]+)"', service.get(f"{service.root}api/v1/catalog")) if HOST in a]


def test_every_address_of_the_catalogue_for_portals_is_answered(service: Service) -> None:
    found = dict.fromkeys(catalogue_addresses(service))
    assert len(found) > 200
    for address in list(found)[:: 1 if service.root == f"{HOST}/" else 25]:
        service.get(address)


def test_the_catalogue_under_a_prefix_differs_in_the_prefix_alone() -> None:
    at_root, under_prefix = catalogue_addresses(Service("")), catalogue_addresses(Service(PREFIX))
    assert under_prefix == [address.replace(HOST, HOST + PREFIX, 1) for address in at_root]


def test_the_catalogue_names_the_host_and_scheme_that_it_was_asked_at() -> None:
    entry = TestClient(app.app, base_url="https://kunnat.example").get("/api/v1/catalog").json()
    assert entry["@id"] == "https://kunnat.example/api/v1/catalog"


def test_caches_keep_the_catalogues_of_two_prefixes_apart() -> None:
    client = TestClient(app.app)
    plain, under = (client.get("/api/v1/catalog", headers={"X-Forwarded-Prefix": p}) for p in ("", PREFIX))
    assert "x-forwarded-prefix" in under.headers["vary"].lower() and plain.headers["etag"] != under.headers["etag"]


@pytest.mark.parametrize(
    "prefix",
    ["//evil.example", "https://evil.example", "/a?b", "/a#b", "/a b", "a", "/", '/a"b', "/a/../b//", "/x" * 99],
)
def test_a_prefix_that_is_no_path_is_ignored(prefix: str) -> None:
    entry = TestClient(app.app).get("/api/v1/catalog", headers={"X-Forwarded-Prefix": prefix}).json()
    assert entry["@id"] == f"{HOST}/api/v1/catalog"


def test_an_unknown_path_of_the_interface_names_the_documentation(service: Service) -> None:
    answer = service.client.get(f"{service.root}api/v1/nothing")
    [docs] = re.findall(r"see (\S+)\.$", answer.json()["error"]["message"])
    service.get(HOST + docs)


def test_the_code_that_the_page_of_data_sets_offers_asks_this_service(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(st.context), "url", property(lambda _: f"{service.root}aineistot"))
    offered = [block.value for block in opened("datasets", kieli="en", kunta="091", mittari=BASIC).code]
    found = [address for code in offered for address in re.findall(r'https?://[^"]+', code)]
    assert len(found) == len(datasets.TOOLS)
    for address in found:
        assert service.get(address).startswith("indicator,municipality,year")
