"""/api/v1 as INTERFACES describes it: answers on the bundled data, refusals in one shape, never the dashboard's
page."""

import csv
import io
import json
import re
import shutil
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import pytest
import yaml
from starlette.testclient import TestClient

import app
from kuntamittari import settings
from kuntamittari.catalog import loader
from kuntamittari.web import api
from tests.support.pages import finding_of, titles
from tests.support.pages import opened_at as opened

BASIC = "basic_education_cost_per_7_15"
OLDEST = "elderly_care_cost_per_75"  # of 2018 only
ROW = ["indicator", "municipality", "year", "value", "numerator", "denominator", "unit", "status", "reason"]
GROUP_FIGURES = {"n", "rank", "percentile", "judgement", "median", "q1", "q3", "min", "max", "ratio_of_sums"}
OTHER_METHODS = ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")
LONG = "9" * 5000
HOSTILE = (
    LONG,
    "<script>alert(1)</script>",
    "' or 1=1; drop table finance; --",
    '"',
    "\x00",
    "Ylöjärvi🙂",
    "../../etc/passwd",
    "",
    " ",
)


@pytest.fixture(scope="module")
def client() -> TestClient:
    """The interface alone, as mounted at /api."""
    return TestClient(api.create())


@pytest.fixture(scope="module")
def whole() -> TestClient:
    """Everything the process serves: dashboard, interface and what surrounds both."""
    return TestClient(app.app, headers={"Accept": "text/html"})


def rows(client: TestClient, path: str, **query: str) -> list[dict[str, Any]]:
    """The values of an answer that must succeed, its shape checked."""
    answer = client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    content = answer.json()
    assert list(content) == ["meta", "values"]
    assert {"data", "retrieved", "division_year", "scope", "licence"} <= set(content["meta"])
    return content["values"]


def benchmark(client: TestClient, **query: str) -> dict[str, Any]:
    """The one row of /v1/benchmark for Tampere's basic education in 2018, with given changes."""
    [row] = rows(client, "/v1/benchmark", **{"indicator": BASIC, "municipality": "837", "year": "2018"} | query)
    return row


def refused(answer: Any, status: int | None = None) -> dict[str, Any]:
    """The error of an answer that must be a refusal in JSON."""
    assert 400 <= answer.status_code < 500, (answer.request.url, answer.status_code, answer.text[:200])
    assert status is None or answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    content = answer.json()
    assert list(content) == ["error"] and list(content["error"]) == ["code", "message", "field"]
    error = content["error"]
    assert re.fullmatch("[a-z_]+", error["code"]) and error["message"].endswith((".", "?"))
    assert len(error["message"]) < 600, "an echo of the request is cut"
    assert "Traceback" not in error["message"]
    return error


# what is answered


def test_values_are_costs_divided_by_residents_with_both_parts_beside_them(client: TestClient) -> None:
    [row] = rows(client, "/v1/values", indicator=BASIC, municipality="837", year="2018")
    assert list(row) == ROW
    assert row["value"] == pytest.approx(156_260_000 / 18_322)
    assert (row["numerator"], row["denominator"], row["unit"]) == (156_260_000, 18_322, "€ per 7–15-year-old")
    assert (row["status"], row["reason"]) == ("final", None)


def test_every_published_figure_of_the_catalogue_comes_back_through_the_interface(client: TestClient) -> None:
    files = [yaml.safe_load(path.read_text("utf-8")) for path in settings.indicator_dir().rglob("*.yaml")]
    for identity, check in ((file["id"], check) for file in files for check in file.get("checks", [])):
        [row] = rows(
            client, "/v1/values", indicator=identity, municipality=check["municipality"], year=str(check["year"])
        )
        assert (row["numerator"], row["denominator"]) == (check["numerator"], check["denominator"]), (identity, check)


def test_values_without_a_filter_hold_every_loaded_area_and_year_once(client: TestClient) -> None:
    found = rows(client, "/v1/values", indicator=BASIC)
    loaded = {place["code"] for place in rows(client, "/v1/municipalities") if place["loaded"]}
    keys = [(row["municipality"], row["year"]) for row in found]
    assert len(loaded) == 21 and "MA1" in loaded
    assert sorted(keys) == sorted((code, year) for code in loaded for year in range(2015, 2020))


def test_lists_are_taken_by_comma_and_a_repeated_code_counts_once(client: TestClient) -> None:
    found = rows(client, "/v1/values", indicator=BASIC, municipality="837, 091,837", year="2017,2018")
    assert [(row["municipality"], row["year"]) for row in found] == [
        ("091", 2017),
        ("091", 2018),
        ("837", 2017),
        ("837", 2018),
    ]


def test_a_municipality_outside_the_bundle_has_null_with_a_reason(client: TestClient) -> None:
    [row] = rows(client, "/v1/values", indicator=BASIC, municipality="061", year="2018")
    assert (row["value"], row["reason"]) == (None, "not_loaded")
    row = benchmark(client, municipality="061")
    assert (row["value"], row["reason"], row["rank"], row["judgement"], row["n"]) == (
        None,
        "not_loaded",
        None,
        None,
        20,
    )


def test_a_year_without_residents_of_that_age_has_null_with_a_reason(client: TestClient) -> None:
    [row] = rows(client, "/v1/values", indicator=OLDEST, municipality="837", year="2019")
    assert (row["value"], row["denominator"], row["reason"]) == (None, None, "no_population")
    row = benchmark(client, indicator=OLDEST, year="2019")
    assert (row["value"], row["reason"], row["n"], row["median"]) == (None, "no_population", 0, None)


def test_years_without_costs_are_those_of_the_published_economy(client: TestClient) -> None:
    """Education and culture in Tampere, as published with one decimal: 2008 and 2020 lie outside the years of costs."""
    asked = {"indicator": "education_culture_cost_per_resident", "municipality": "837"}
    found = {row["year"]: row for row in rows(client, "/v1/values", **asked)}
    assert sorted(found) == list(range(2008, 2021))
    assert (found[2020]["status"], found[2019]["status"]) == ("approximate", "final")
    assert round(found[2020]["value"], 1) == 2084.3
    [row] = rows(client, "/v1/benchmark", **asked, year="2020")
    assert row["n"] == 20 and row["value"] == found[2020]["value"]
    [about] = rows(client, "/v1/indicators/education_culture_cost_per_resident")
    assert about["published_years"] == [*range(2008, 2015), 2020]
    assert [row["value"] for row in rows(client, "/v1/values", indicator=BASIC, municipality="837", year="2008")] == [
        None
    ]


def test_benchmark_gives_the_figures_of_the_group_and_the_place_in_it(client: TestClient) -> None:
    group = [row["value"] for row in rows(client, "/v1/values", indicator=BASIC, group="largest-20", year="2018")]
    row = benchmark(client, group="largest-20")
    assert set(row) >= {*ROW, *GROUP_FIGURES, "group"}
    q1, _, q3 = quantiles(group, n=4, method="inclusive")
    assert (row["n"], row["rank"]) == (20, 1 + sum(value < row["value"] for value in group)) == (20, 6)
    assert [row["median"], row["q1"], row["q3"]] == pytest.approx([median(group), q1, q3])
    assert (row["min"], row["max"]) == (min(group), max(group))
    assert row["percentile"] == pytest.approx(100 - 100 * (5 + 0.5) / 20)
    assert row["judgement"] == "middle"


def test_the_ratio_of_sums_is_not_the_average_of_ratios(client: TestClient) -> None:
    members = rows(client, "/v1/values", indicator=BASIC, group="largest-20", year="2018")
    expected = sum(row["numerator"] for row in members) / sum(row["denominator"] for row in members)
    assert benchmark(client)["ratio_of_sums"] == pytest.approx(expected)
    assert abs(expected - sum(row["value"] for row in members) / 20) > 1


def test_the_reference_area_answers_and_is_in_no_group(client: TestClient) -> None:
    [row] = rows(client, "/v1/values", indicator=BASIC, municipality="MA1", year="2018")
    assert row["value"] == pytest.approx(4_998_233_000 / 549_395)
    row = benchmark(client, municipality="MA1")
    assert row["value"] and (row["n"], row["rank"], row["percentile"]) == (20, None, None)
    for group in ("all", "largest-20", "region-06", "wellbeing-08", "grouping-1", "size-6"):
        members = {row["municipality"] for row in rows(client, "/v1/values", indicator=BASIC, group=group)}
        assert members and "MA1" not in members, group


def test_a_group_of_ones_own_holds_the_listed_and_never_the_reference_area(client: TestClient) -> None:
    found = rows(client, "/v1/values", indicator=BASIC, group="own", kunnat="091,MA1,837", year="2018")
    assert [row["municipality"] for row in found] == ["091", "837"]
    row = benchmark(client, group="own", kunnat="091,MA1,837")
    assert (row["n"], row["rank"], row["min"]) == (2, 1, row["value"])
    assert benchmark(client, group="own", kunnat="837")["n"] == 1


def test_aland_is_left_out_of_the_whole_country_unless_asked_for(client: TestClient) -> None:
    for aland, size in (("0", 292), ("1", 308)):
        members = {
            row["municipality"]
            for row in rows(client, "/v1/values", indicator=BASIC, group="all", year="2018", aland=aland)
        }
        assert len(members) == size and ("478" in members) is (aland == "1")


def test_csv_equals_json(client: TestClient) -> None:
    query = {"indicator": BASIC, "municipality": "091,061,MA1", "year": "2018,2019"}
    answer = client.get("/v1/values", params=query | {"format": "csv"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert f'filename="{BASIC}.csv"' in answer.headers["content-disposition"]
    found = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8"))))
    expected = rows(client, "/v1/values", **query)
    numbers = ("value", "numerator", "denominator")
    assert len(found) == len(expected) == 6 and list(found[0]) == ROW
    for line, row in zip(found, expected, strict=True):
        assert [line[key] for key in ROW if key not in numbers] == [
            str(row[key] or "") for key in ROW if key not in numbers
        ]
        assert [float(line[key]) if line[key] else None for key in numbers] == [row[key] for key in numbers]


def test_municipalities_have_three_names_groupings_and_whether_they_are_loaded(client: TestClient) -> None:
    places = {row["code"]: row for row in rows(client, "/v1/municipalities")}
    assert len(places) == 309
    tampere = places["837"]
    assert [tampere[f"name_{language}"] for language in settings.LANGUAGES] == ["Tampere", "Tammerfors", "Tampere"]
    assert (tampere["region_code"], tampere["size_class"], tampere["largest_20"], tampere["loaded"]) == (
        "06",
        6,
        True,
        True,
    )
    assert places["061"]["loaded"] is False


def test_the_catalogue_tells_each_indicator_in_three_languages_with_its_years(client: TestClient) -> None:
    catalogue = {row["id"]: row for row in rows(client, "/v1/indicators")}
    assert len(catalogue) == len(list(settings.indicator_dir().rglob("*.yaml")))
    for row in catalogue.values():
        assert all(
            set(row[text]) == set(settings.LANGUAGES) for text in ("name", "label", "unit", "definition", "caveats")
        )
        assert row["polarity"] in ("higher", "lower", "neutral") and (
            row["awaited"] or (row["sources"] and row["formula"])
        )
    assert catalogue[BASIC]["years"] == [2015, 2016, 2017, 2018, 2019] and catalogue[OLDEST]["years"] == [2018]
    assert rows(client, f"/v1/indicators/{BASIC}") == [catalogue[BASIC]]


def test_what_no_national_figure_vouches_for_is_called_experimental(client: TestClient) -> None:
    schools = "upper_secondary_cost_per_student"
    experimental = [row["id"] for row in rows(client, "/v1/indicators") if row["experimental"]]
    by_label = [one for one in experimental if one.startswith("group_") or one.endswith("_treasury")]
    assert len(by_label) >= 6 and set(experimental) - set(by_label) == {schools}
    assert client.get("/v1/values", params={"indicator": schools}).json()["meta"]["experimental"] is True
    assert "experimental" not in client.get("/v1/values", params={"indicator": BASIC, "year": "2018"}).json()["meta"]


def test_an_answer_names_its_source_licence_and_vintage(client: TestClient) -> None:
    meta = client.get("/v1/values", params={"indicator": BASIC, "year": "2018"}).json()["meta"]
    assert meta["indicator"] == BASIC and meta["licence"] == "CC BY 4.0" and meta["division_year"] == 2026
    assert "Statistics Finland" in meta["source"] and "Sotkanet" in meta["source"]


# what is refused


@pytest.mark.parametrize("parameter", ["indicator", "municipality", "year", "group", "kunnat", "aland", "format"])
@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: repr(value)[:20])
def test_no_value_of_any_parameter_breaks_an_answer(client: TestClient, parameter: str, value: str) -> None:
    query = {"indicator": BASIC} | ({"group": "own"} if parameter == "kunnat" else {}) | {parameter: value}
    assert refused(client.get("/v1/values", params=query), 400)["field"] == parameter


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: repr(value)[:20])
def test_no_indicator_id_in_the_path_breaks_an_answer(client: TestClient, value: str) -> None:
    refused(client.get("/v1/indicators/" + "".join(f"%{byte:02x}" for byte in value.encode())), 404)


@pytest.mark.parametrize(
    ("path", "status", "field", "near"),
    [
        (f"/v1/indicators/{BASIC[:-1]}", 404, "id", BASIC),
        ("/v1/values?indicator=libary_cost_per_resident", 400, "indicator", "library_cost_per_resident"),
        (f"/v1/values?indicator={BASIC}&municipality=8370", 400, "municipality", "837"),
        (f"/v1/values?indicator={BASIC}&group=largest20", 400, "group", "largest-20"),
        (f"/v1/values?indicator={BASIC}&group=own&kunnat=091,0837", 400, "kunnat", "837"),
        (f"/v1/values?indicator={BASIC}&year=1800", 400, "year", "2015, 2016, 2017, 2018, 2019"),
        (f"/v1/values?indicator={BASIC}&year=20x", 400, "year", "2018"),
        (f"/v1/values?indicator={BASIC}&year=2018.0", 400, "year", "2018"),
        (f"/v1/values?indicator={BASIC}&municipalty=837", 400, "parameter", "municipality"),
        ("/v1/municipalities?indikator=1", 400, "parameter", "indikator"),
    ],
)
def test_an_unknown_id_is_named_with_near_matches(
    client: TestClient, path: str, status: int, field: str, near: str
) -> None:
    error = refused(client.get(path), status)
    assert error["field"] == field and near in error["message"]


@pytest.mark.parametrize(
    ("path", "code", "field"),
    [
        ("/v1/values", "missing_parameter", "indicator"),
        (f"/v1/benchmark?indicator={BASIC}&year=2018", "missing_parameter", "municipality"),
        (f"/v1/benchmark?indicator={BASIC}&municipality=837", "missing_parameter", "year"),
        (f"/v1/benchmark?indicator={BASIC}&municipality=837,091&year=2018", "invalid_municipality", "municipality"),
        (f"/v1/benchmark?indicator={BASIC}&municipality=837&year=2017,2018", "invalid_year", "year"),
        (f"/v1/values?indicator={BASIC}&municipality=837&group=all", "conflicting_parameters", "group"),
        (f"/v1/values?indicator={BASIC}&group=own", "missing_parameter", "kunnat"),
        (f"/v1/values?indicator={BASIC}&format=xml", "invalid_parameter", "format"),
    ],
)
def test_a_question_that_cannot_be_answered_says_which_part(
    client: TestClient, path: str, code: str, field: str
) -> None:
    error = refused(client.get(path), 400)
    assert (error["code"], error["field"]) == (code, field)


@pytest.mark.parametrize(
    "path", ["/v1/values", "/v1/municipalities", f"/v1/indicators/{BASIC}", "/v1/openapi.json", "/v1/docs"]
)
def test_nothing_else_than_get_is_answered(client: TestClient, path: str) -> None:
    for method in OTHER_METHODS:
        assert refused(client.request(method, path), 405)["code"] == "method_not_allowed"


def test_data_that_cannot_be_read_are_a_fault_in_json_without_the_servers_paths(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KUNTAMITTARI_DATA", str(tmp_path))
    answer = client.get("/v1/municipalities")
    assert answer.status_code == 503 and answer.json()["error"]["code"] == "no_data"
    assert str(tmp_path) not in answer.text


# through the whole process


def test_the_process_serves_the_interface_beside_the_dashboard(whole: TestClient) -> None:
    [row] = rows(whole, "/api/v1/values", indicator=BASIC, municipality="837", year="2018")
    assert row["value"] == pytest.approx(156_260_000 / 18_322)
    assert "text/html" in whole.get("/vertailu").headers["content-type"]


UNKNOWN = (
    "/api",
    "/api/",
    "/api?x=1",
    "/api/nope",
    "/api/index.html",
    "/api/vertailu",
    "/api/v1",
    "/api/v1/",
    "/api/v1/nope",
    "/api//v1/values",
    "/api/v2/values",
    "/api/v1/docs-assets/",
    "/api/v1/docs-assets/nope.js",
    "/api/v1/indicators/" + LONG,
)


@pytest.mark.parametrize("path", UNKNOWN, ids=lambda path: path[:30])
def test_an_unknown_path_is_404_in_json_and_never_the_dashboards_page(whole: TestClient, path: str) -> None:
    refused(whole.get(path), 404)


@pytest.mark.parametrize(
    "path", ["/api/v1/%2e%2e/x", "/api/v1/%2e%2e%2f%2e%2e%2fetc/passwd", "/api/%00", "/api/v1/%5c..%5cx", "/api/%ff"]
)
def test_a_path_that_climbs_or_cannot_be_read_is_refused_in_json(whole: TestClient, path: str) -> None:
    refused(whole.get(path))


@pytest.mark.parametrize("method", OTHER_METHODS)
def test_other_methods_are_refused_in_json_through_the_whole_process(whole: TestClient, method: str) -> None:
    refused(whole.request(method, "/api/v1/municipalities"), 405)
    refused(whole.request(method, "/api/nope"))


def test_head_is_answered_as_get_without_a_body(whole: TestClient) -> None:
    for path, status in (("/api/v1/municipalities", 200), ("/api/nope", 404), ("/api", 404)):
        answer = whole.head(path)
        assert (answer.status_code, answer.headers["content-type"], answer.content) == (status, "application/json", b"")


def test_a_page_asked_for_with_a_slash_behind_it_is_that_page(whole: TestClient) -> None:
    found = whole.get("/vertailu/?kieli=sv&kunta=837").url
    assert (found.path, dict(found.params)) == ("/vertailu", {"kieli": "sv", "kunta": "837"})


def test_every_answer_carries_the_security_headers(whole: TestClient) -> None:
    for path in ("/", "/api/v1/municipalities", "/api/nope", "/api/v1/docs"):
        headers = whole.get(path).headers
        assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "same-origin", path


def test_the_docs_page_loads_nothing_from_elsewhere_and_what_it_loads_answers(whole: TestClient) -> None:
    page = whole.get("/api/v1/docs")
    assert page.status_code == 200 and "text/html" in page.headers["content-type"]
    loaded = re.findall(r"""(?:src|href|url)\s*[=:]\s*["']([^"']+)""", page.text)
    assert len(loaded) >= 4 and not re.findall(r"""["'](?:https?:)?//""", page.text)
    for address in loaded:
        assert "/" not in address.removeprefix("docs-assets/"), "relative, so that it holds under a path prefix"
        assert whole.get(f"/api/v1/{address}").status_code == 200, address


def test_the_machine_readable_description_is_whole_and_lists_the_endpoints(client: TestClient) -> None:
    description = client.get("/v1/openapi.json").json()
    assert description["openapi"].startswith("3.") and description["info"]["title"] == "Kuntamittari"
    parts = ("municipalities", "indicators", "indicators/{id}", "catalog", "croissant", "values", "benchmark", "peers")
    parts += ("year", "budgets", "beside-statistics", "gaps", "search", "verify", "datapackage", "files/{name}")
    assert set(description["paths"]) == {f"/v1/{part}" for part in parts}
    for path, item in description["paths"].items():
        assert list(item) == ["get"] and item["get"]["summary"] and "200" in item["get"]["responses"], path
        assert "422" not in item["get"]["responses"], (
            "faults are answered as 400 or 404 with an error, never as FastAPI's 422"
        )
        in_path = {parameter["name"] for parameter in item["get"].get("parameters", []) if parameter["in"] == "path"}
        assert in_path == set(re.findall(r"{(\w+)}", path))
    for reference in re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(description)):
        part = description
        for key in reference.split("/"):
            part = part[key]
    identities = [item["get"]["operationId"] for item in description["paths"].values()]
    assert len(set(identities)) == len(identities)


# an indicator is one file
ARTS = """\
id: arts_education_cost_per_resident
dimension: economy_of_services
service: culture
polarity: neutral
formula:
  kind: ratio
  numerator:
    task_classes: [Taiteen perusopetus]
  denominator: {age_from: 0, age_to: 120}
zero: missing
decimals: 2
sources: [kta_costs, sotkanet_population]
name:
  fi: Taiteen perusopetuksen nettokäyttökustannukset asukasta kohden
  sv: Nettodriftskostnader för grundläggande konstundervisning per invånare
  en: Net operating costs of basic education in the arts per resident
label: {fi: taiteen perusopetus, sv: grundläggande konstundervisning, en: basic education in the arts}
unit: {fi: € / asukas, sv: € / invånare, en: € per resident}
definition:
  fi: Taiteen perusopetuksen nettokäyttökustannukset jaettuna asukkaiden määrällä vuoden lopussa.
  sv: Nettodriftskostnaderna för grundläggande konstundervisning dividerade med antalet invånare i slutet av året.
  en: Net operating costs of basic education in the arts divided by the number of residents at the end of the year.
caveats:
  fi: Osa kunnista tukee yksityisiä oppilaitoksia avustuksin, jotka kirjataan muualle.
  sv: En del kommuner stöder privata läroanstalter med bidrag som bokförs på annat håll.
  en: Some municipalities support private schools with grants that are booked elsewhere.
"""


def test_an_indicator_added_as_one_yaml_file_appears_in_the_api_and_on_the_page_without_any_other_change(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    arts = "arts_education_cost_per_resident"
    directory = shutil.copytree(settings.PACKAGE / "catalog" / "indicators", tmp_path / "indicators")
    monkeypatch.setenv("KUNTAMITTARI_INDICATORS", str(directory))
    monkeypatch.setattr(loader, "LOOKED_AGAIN", 1e-9)
    refused(client.get("/v1/values", params={"indicator": arts}), 400)
    (directory / "economy_of_services" / f"{arts}.yaml").write_text(ARTS, "utf-8")

    assert arts in {row["id"] for row in rows(client, "/v1/indicators")}
    [row] = rows(client, "/v1/values", indicator=arts, municipality="837", year="2018")
    assert row["value"] == pytest.approx(row["numerator"] / 235_239)
    standing = benchmark(client, indicator=arts)
    for language, label in (("fi", "taiteen perusopetus"), ("en", "basic education in the arts")):
        page = opened("vertailu", mittari=arts, kunta="837", vuosi="2018", kieli=language)
        said = finding_of(page)
        figures = (
            f"{row['value']:.2f}",
            f"{standing['median']:.2f}",
            f"{standing['rank']} ({standing['rank_low']}–{standing['rank_high']}) "
            if standing["rank_low"]
            else f"{standing['rank']} ",
        )
        assert label in said
        assert all((figure if language == "en" else figure.replace(".", ",")) in said for figure in figures), (
            figures,
            said,
        )
        assert titles(page)[0] in ARTS and titles(page)[0] in page.selectbox(key="choose-indicator_id").options
