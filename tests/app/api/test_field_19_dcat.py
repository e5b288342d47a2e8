"""The data set as portals and programs read it: DCAT-AP 3.0.1 by its published shapes, Croissant 1.1 by its validator,
and every address that either gives out."""

import json
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Any

import mlcroissant
import pyshacl
import pytest
from rdflib import RDF, Graph, Namespace, URIRef
from rdflib.namespace import DCTERMS, FOAF, SKOS
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from kuntamittari.catalog import loader, provenance
from kuntamittari.catalog.indicator import Indicator
from kuntamittari.exhibits.render import croissant, dcat
from kuntamittari.query import database, figures
from kuntamittari.web import api
from kuntamittari.web.api.routes import VALUE_COLUMNS, catalogue_with_years
from tests.support.material import shared

BASE = "https://luvut.example/kuntamittari/api/v1"
NAMED = {
    "KUNTAMITTARI_PROVIDER": "Keksitty kunta",
    "KUNTAMITTARI_PROVIDER_TYPE": "LocalAuthority",
    "KUNTAMITTARI_FEEDBACK": "avoindata@kunta.example",
}
BASIC = "basic_education_cost_per_7_15"
SH = Namespace("http://www.w3.org/ns/shacl#")
DCATAP = Namespace("http://data.europa.eu/r5r/")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
EU = "http://publications.europa.eu/resource/authority/"
ADMS = "http://purl.org/adms/publishertype/"

# Of the controlled vocabularies, which are not published with the shapes, what the catalogue uses:
# table → the class of its concepts that range.ttl asks for, the concepts
VOCABULARIES = {
    f"{EU}language": (DCTERMS.LinguisticSystem, ("FIN", "SWE", "ENG")),
    f"{EU}country": (DCTERMS.Location, ("FIN",)),
    f"{EU}data-theme": (SKOS.Concept, ("GOVE",)),
    f"{EU}access-right": (DCTERMS.RightsStatement, ("PUBLIC",)),
    f"{EU}frequency": (DCTERMS.Frequency, ("ANNUAL",)),
    f"{EU}file-type": (DCTERMS.MediaTypeOrExtent, ("JSON", "CSV", "PARQUET")),
    f"{EU}planned-availability": (SKOS.Concept, ("AVAILABLE",)),
    f"{EU}licence": (DCTERMS.LicenseDocument, ("CC_BY_4_0",)),
    "http://www.iana.org/assignments/media-types": (
        DCTERMS.MediaType,
        ("application/json", "text/csv", "application/vnd.apache.parquet"),
    ),
}


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is named before a test names somebody."""
    for name in NAMED:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A provider with an address for feedback."""
    for name, value in NAMED.items():
        monkeypatch.setenv(name, value)


def catalogue() -> Graph:
    """The catalogue as RDF."""
    return Graph().parse(data=json.dumps(dcat.entry(*catalogue_with_years(), BASE)), format="json-ld")


def sets() -> dict[str, Indicator]:
    """The indicators with a formula, each of which is a data set."""
    return {one.id: one for one in loader.indicators().values() if one.formula}


def with_vocabularies(graph: Graph) -> Graph:
    """The catalogue with what the controlled vocabularies say of the concepts that it may use."""
    for table, (kind, codes) in VOCABULARIES.items():
        graph.add((URIRef(table), RDF.type, SKOS.ConceptScheme))
        for code in codes:
            graph.add((URIRef(f"{table}/{code}"), RDF.type, kind))
            graph.add((URIRef(f"{table}/{code}"), SKOS.inScheme, URIRef(table)))
    kind, scheme = URIRef(f"{ADMS}LocalAuthority"), URIRef(f"{ADMS}1.0")
    graph += [(scheme, RDF.type, SKOS.ConceptScheme), (kind, RDF.type, SKOS.Concept), (kind, SKOS.inScheme, scheme)]
    return graph


def found(graph: Graph, shapes: str) -> Counter[tuple[str, URIRef]]:
    """How often each property fails a file of the shapes, by severity."""
    file = shared("dcat") / f"{shapes}.ttl"
    _, report, _ = pyshacl.validate(graph, shacl_graph=Graph().parse(file))
    assert isinstance(report, Graph)
    # only what the report itself names: a result within a result says in detail why
    results = report.objects(None, SH.result)
    return Counter(
        (str(report.value(one, SH.resultSeverity)).rpartition("#")[2], report.value(one, SH.resultPath))
        for one in results
    )


@pytest.mark.parametrize("shapes", ["shapes", "shapes_recommended"])
def test_the_catalogue_of_a_named_provider_has_no_violation_and_no_warning(named: None, shapes: str) -> None:
    assert found(catalogue(), shapes) == {}


def test_where_nobody_is_named_nothing_is_invented_and_nothing_violated() -> None:
    graph = catalogue()
    assert found(graph, "shapes") == {}
    assert found(graph, "shapes_recommended") == {
        ("Warning", DCTERMS.type): 1,
        ("Warning", DCAT.contactPoint): len(sets()),
        ("Warning", DCATAP.availability): 4 * len(sets()),
    }
    [publisher] = set(graph.objects(None, DCTERMS.publisher))
    assert str(graph.value(publisher, FOAF.name)) == "Kuntamittari"


def test_an_invented_country_claims_no_licence_place_or_frequency_and_violates_nothing(named: None) -> None:
    manifest, *rest = catalogue_with_years()
    entry = dcat.entry(manifest | {"interface": provenance.INVENTED}, *rest, BASE)
    graph = Graph().parse(data=json.dumps(entry), format="json-ld")
    assert found(graph, "shapes") == {}
    assert {prop for _, prop in found(graph, "shapes_recommended")} == {DCTERMS.license, DCTERMS.spatial}
    assert not set(graph.objects(None, DCTERMS.accrualPeriodicity))


def test_the_shapes_do_find_what_is_missing(named: None) -> None:
    graph = catalogue()
    graph.remove((None, DCTERMS.publisher, None))
    assert found(graph, "shapes")["Violation", DCTERMS.publisher] == 1
    assert found(graph, "shapes_recommended")["Warning", DCTERMS.publisher] == len(sets())


def test_classes_and_vocabularies_are_those_asked_for(named: None) -> None:
    """A municipality is no body of the EU, so the wish for a publisher from that list cannot be met."""
    graph = with_vocabularies(catalogue())
    assert found(graph, "range") == {}
    assert found(graph, "mdr-vocabularies.shape").keys() == {("Warning", DCTERMS.publisher)}


@pytest.mark.parametrize(
    ("address", "prop", "written"),
    [
        ("avoindata@kunta.example", VCARD.hasEmail, "mailto:avoindata@kunta.example"),
        ("https://kunta.example/palaute?a=1", VCARD.hasURL, "https://kunta.example/palaute?a=1"),
    ],
)
def test_publisher_and_contact_point_are_those_of_the_settings(
    named: None, monkeypatch: pytest.MonkeyPatch, address: str, prop: URIRef, written: str
) -> None:
    monkeypatch.setenv("KUNTAMITTARI_FEEDBACK", address)
    graph = catalogue()
    dataset = URIRef(f"{BASE}/indicators/{BASIC}")
    publisher, contact = graph.value(dataset, DCTERMS.publisher), graph.value(dataset, DCAT.contactPoint)
    assert str(graph.value(publisher, FOAF.name)) == str(graph.value(contact, VCARD.fn)) == "Keksitty kunta"
    assert graph.value(publisher, DCTERMS.type) == URIRef(f"{ADMS}LocalAuthority")
    assert graph.value(contact, prop) == URIRef(written)


def test_the_years_of_a_data_set_are_those_of_its_figures() -> None:
    graph = catalogue()
    data = database.current()
    for identifier in (BASIC, "child_low_income"):
        years = figures.years(data, figures.catalogue(data)[identifier])
        period = graph.value(URIRef(f"{BASE}/indicators/{identifier}"), DCTERMS.temporal)
        assert str(graph.value(period, DCAT.startDate)) == f"{years[0]}-01-01"
        assert str(graph.value(period, DCAT.endDate)) == f"{years[-1]}-12-31"


@pytest.mark.parametrize("entry", [dcat.entry, croissant.entry])
def test_every_own_address_begins_with_the_base(named: None, entry: Any) -> None:
    own = {text for text in strings(entry(*catalogue_with_years(), BASE)) if "luvut.example" in text}
    assert {address for address in own if not address.startswith(f"{BASE}/")} == {"https://luvut.example/kuntamittari/"}


def strings(part: Any) -> list[str]:
    """Every text of a JSON document."""
    if isinstance(part, dict):
        return [text for value in part.values() for text in strings(value)]
    if isinstance(part, list):
        return [text for value in part for text in strings(value)]
    return [part] if isinstance(part, str) else []


@pytest.fixture(scope="module")
def mounted() -> TestClient:
    """The interface where the service has it, at /api."""
    return TestClient(Starlette(routes=[Mount("/api", app=api.create())]), follow_redirects=False)


@pytest.mark.parametrize("path", ["/api/v1/catalog", "/api/v1/croissant"])
def test_every_address_of_one_indicator_answers(mounted: TestClient, path: str) -> None:
    document = mounted.get(path).json()
    given = {text for text in strings(document) if text.startswith("http://testserver/")} - {"http://testserver/"}
    assert {f"http://testserver{path}", "http://testserver/api/v1/croissant"} <= given
    asked = {address for address in given if "indicator" not in address or BASIC in address}
    assert len(asked) >= 4
    assert {address: mounted.get(address).status_code for address in asked} == dict.fromkeys(asked, 200)


def test_an_answer_kept_from_before_the_provider_was_named_is_not_taken_for_the_present_one(
    mounted: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    tag = mounted.get("/api/v1/catalog").headers["etag"]
    assert mounted.get("/api/v1/catalog", headers={"If-None-Match": tag}).status_code == 304
    monkeypatch.setenv("KUNTAMITTARI_PROVIDER", "Keksitty kunta")
    assert mounted.get("/api/v1/catalog", headers={"If-None-Match": tag}).status_code == 200


def test_croissant_is_valid_by_the_validator_of_its_makers(mounted: TestClient, named: None) -> None:
    answer = mounted.get("/api/v1/croissant")
    assert answer.headers["content-type"] == 'application/ld+json; profile="http://mlcommons.org/croissant/1.1"'
    issues = mlcroissant.Dataset(jsonld=answer.json()).metadata.ctx.issues
    assert (issues.errors, issues.warnings) == (set(), set())


def test_the_validator_does_find_a_file_that_is_not_there(mounted: TestClient) -> None:
    document = mounted.get("/api/v1/croissant").json()
    del document["distribution"][-1]
    with pytest.raises(mlcroissant.ValidationError):
        mlcroissant.Dataset(jsonld=document)


def test_croissant_has_what_version_1_1_requires_and_describes_every_indicator(mounted: TestClient) -> None:
    document = mounted.get("/api/v1/croissant").json()
    assert document["conformsTo"] == "http://mlcommons.org/croissant/1.1"
    required = {"@context", "@type", "conformsTo", "description", "license", "name", "url", "creator", "datePublished"}
    assert required <= document.keys()
    records = {one["@id"]: {field["name"]: field for field in one["field"]} for one in document["recordSet"]}
    assert records.keys() == sets().keys() | {"municipalities-records"}
    for identifier, indicator in sets().items():
        assert tuple(records[identifier]) == VALUE_COLUMNS
        assert records[identifier]["value"]["unitText"] == indicator.unit.en
        assert records[identifier]["value"]["dataType"] == "sc:Float"


@pytest.mark.parametrize("file", ["municipalities", f"{BASIC}.csv", f"{BASIC}.parquet"])
def test_a_file_of_croissant_answers_in_its_format(mounted: TestClient, file: str) -> None:
    [described] = [one for one in mounted.get("/api/v1/croissant").json()["distribution"] if one["@id"] == file]
    answer = mounted.get(described["contentUrl"])
    formats = described["encodingFormat"]
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == (formats if isinstance(formats, str) else formats[0])


@pytest.mark.parametrize(
    ("records", "file", "first"),
    [
        ("municipalities-records", "municipalities", {"code": b"005", "name_fi": "Alajärvi".encode()}),
        (BASIC, f"{BASIC}.parquet", {"municipality": b"049", "year": 2015, "numerator": 294_315_000.0}),
    ],
)
def test_a_reader_of_croissant_gets_the_figures(
    mounted: TestClient, tmp_path: Path, records: str, file: str, first: dict[str, Any]
) -> None:
    document = mounted.get("/api/v1/croissant").json()
    [address] = [one["contentUrl"] for one in document["distribution"] if one["@id"] == file]
    (tmp_path / file).write_bytes(mounted.get(address).content)
    read = mlcroissant.Dataset(jsonld=document, mapping={file: tmp_path / file}).records(records)
    [row] = islice(read, 1)
    assert {name: row[f"{records}/{name}"] for name in first} == first
