"""Anyone may take the figures: the same in every format, in pages, asked again without being sent again, described for
portals."""

import csv
import io
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
from jsonstat_validator import validate_jsonstat
from starlette.testclient import TestClient

from kuntamittari import cli, settings
from kuntamittari.catalog import loader
from kuntamittari.web import api
from tests.support.server import Served

BASIC = "basic_education_cost_per_7_15"
QUERY = {"indicator": BASIC, "group": "largest-20"}
HIDDEN = {
    "indicator": "upper_secondary_cost_per_16_18",
    "municipality": "179,837,061",
    "year": "2018",
}  # two of the three have no figure


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(api.create())


def rows(client: TestClient, form: str, **query: Any) -> list[tuple[str, int, float | None]]:
    """(municipality, year, value) as a format gives them."""
    answer = client.get("/v1/values", params=query | {"format": form})
    assert answer.status_code == 200, answer.text
    match form:
        case "json":
            found = answer.json()["values"]
        case "csv":
            found = [
                row | {"value": float(row["value"]) if row["value"] else None}
                for row in csv.DictReader(io.StringIO(answer.text))
            ]
        case "parquet":
            frame = pq.read_table(io.BytesIO(answer.content)).to_pandas()
            found = frame.astype(object).where(frame.notna(), None).to_dict("records")
        case _:
            cube = answer.json()
            places, years = (cube["dimension"][d]["category"]["index"] for d in ("municipality", "year"))
            cells = [(place, year) for place in places for year in years]
            found = [{"municipality": p, "year": y, "value": v} for (p, y), v in zip(cells, cube["value"], strict=True)]
    return [(row["municipality"], int(row["year"]), row["value"]) for row in found]


@pytest.mark.parametrize("form", ["csv", "parquet", "json-stat2"])
@pytest.mark.parametrize("query", [QUERY, HIDDEN], ids=["a group", "with missing figures"])
def test_every_format_has_the_same_figures(client: TestClient, query: dict[str, str], form: str) -> None:
    expected = rows(client, "json", **query)
    assert sorted(rows(client, form, **query), key=lambda r: r[:2]) == sorted(expected, key=lambda r: r[:2])
    assert len(expected) >= 3 and (query is QUERY) == all(value is not None for *_, value in expected)


@pytest.mark.parametrize("indicator", [i.id for i in loader.indicators().values()])
def test_every_indicator_is_a_valid_cube(client: TestClient, indicator: str) -> None:
    cube = client.get("/v1/values", params={"indicator": indicator, "format": "json-stat2"}).json()
    assert validate_jsonstat(cube)
    size = cube["size"]
    assert len(cube["value"]) == len(cube["status"]) == size[0] * size[1] * size[2]
    assert all(
        (value is None) or status in ("final", "approximate")
        for value, status in zip(cube["value"], cube["status"], strict=True)
    )


def test_long_answers_come_in_pages(client: TestClient) -> None:
    whole = client.get("/v1/values", params=QUERY).json()
    pages = [
        client.get("/v1/values", params=QUERY | {"limit": 30, "offset": offset}).json() for offset in range(0, 120, 30)
    ]
    assert [row for page in pages for row in page["values"]] == whole["values"] and len(whole["values"]) == 100
    assert {page["meta"]["total"] for page in [whole, *pages]} == {100}
    assert [len(page["values"]) for page in pages] == [30, 30, 30, 10]


@pytest.mark.parametrize(
    "query",
    [{"limit": "0"}, {"limit": "x"}, {"offset": "-1"}, {"format": "json-stat2", "limit": "5"}, {"format": "xml"}],
)
def test_a_page_or_format_that_cannot_be_is_refused(client: TestClient, query: dict[str, str]) -> None:
    answer = client.get("/v1/values", params=QUERY | query)
    assert answer.status_code == 400 and set(answer.json()["error"]) == {"code", "message", "field"}


LIBRARY = "/v1/values?indicator=library_cost_per_resident"
PATHS = [LIBRARY, "/v1/indicators", "/v1/municipalities", "/v1/catalog", "/v1/croissant", "/v1/peers?municipality=837"]


@pytest.mark.parametrize("path", PATHS)
def test_who_asks_again_is_told_that_nothing_has_changed(client: TestClient, path: str) -> None:
    first = client.get(path)
    assert first.status_code == 200 and "max-age" in first.headers["cache-control"]
    tag = first.headers["etag"]
    for sent in (tag, tag.removeprefix("W/"), f'"other", {tag}'):
        again = client.get(path, headers={"If-None-Match": sent})
        assert again.status_code == 304 and again.content == b"" and again.headers["etag"] == tag
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    assert client.get(f"{LIBRARY}&year=2018").headers["etag"] != tag


@pytest.mark.parametrize("path", PATHS)
def test_who_has_any_answer_is_told_that_there_is_one(client: TestClient, path: str) -> None:
    whole, held = client.get(path), client.get(path, headers={"If-None-Match": "*"})
    assert (held.status_code, held.content) == (304, b"") and held.headers["etag"] == whole.headers["etag"]
    assert held.headers["cache-control"] == whole.headers["cache-control"]
    refused = client.get("/v1/values?indicator=nothing", headers={"If-None-Match": "*"})
    assert refused.status_code == 400 and refused.json()["error"]["code"]


@pytest.mark.parametrize("path", [*PATHS, "/v1/gaps?municipality=837"])
def test_an_answer_that_names_a_host_is_kept_by_no_cache_for_others(client: TestClient, path: str) -> None:
    chosen = {"Host": "evil.example", "X-Forwarded-Prefix": "/evil"}
    answer = client.get(path, headers=chosen)
    again = client.get(path, headers=chosen | {"If-None-Match": answer.headers["etag"]})
    assert answer.status_code == 200 and again.status_code == 304
    for one in (answer, again):
        of_one = one.headers["cache-control"].startswith("private")
        assert of_one or (one.headers["cache-control"].startswith("public") and b"evil" not in answer.content)
    honest = client.get(path)
    assert b"evil" not in honest.content


def test_another_data_set_or_catalogue_is_another_answer(
    client: TestClient, whole_country: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"{LIBRARY}&municipality=837"
    tags = [client.get(path).headers["etag"]]
    monkeypatch.setenv("KUNTAMITTARI_DATA", str(whole_country))
    tags.append(client.get(path).headers["etag"])
    own = next((settings.PACKAGE / "catalog" / "indicators").rglob("library_cost_per_resident.yaml")).read_text("utf-8")
    (tmp_path / "library.yaml").write_text(own.replace("decimals: 2", "decimals: 1"), "utf-8")
    monkeypatch.setenv("KUNTAMITTARI_INDICATORS", str(tmp_path))
    tags.append(client.get(path, headers={"If-None-Match": ", ".join(tags)}).headers["etag"])
    assert len(set(tags)) == 3


def test_an_error_is_not_kept(client: TestClient) -> None:
    answer = client.get("/v1/values?indicator=nothing")
    assert answer.status_code == 400 and "etag" not in answer.headers and "cache-control" not in answer.headers


def test_long_answers_are_packed_and_pages_of_others_may_read_them(client: TestClient) -> None:
    answer = client.get("/v1/indicators", headers={"Origin": "https://example.org", "Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip" and answer.headers["access-control-allow-origin"] == "*"
    asked = client.options(
        "/v1/indicators", headers={"Origin": "https://example.org", "Access-Control-Request-Method": "DELETE"}
    )
    assert asked.status_code == 400


def test_the_description_for_portals_names_every_indicator_with_figures_and_its_files(client: TestClient) -> None:
    answer = client.get("/v1/catalog")
    entry = answer.json()
    assert answer.headers["content-type"] == "application/ld+json" and entry["@type"] == "dcat:Catalog"
    datasets = {d["dct:identifier"]: d for d in entry["dcat:dataset"]}
    assert set(datasets) == {i.id for i in loader.indicators().values() if i.formula}
    for dataset in datasets.values():
        assert {title["@language"] for title in dataset["dct:title"]} == set(settings.LANGUAGES)
        assert len(dataset["dcat:distribution"]) == 4
    for distribution in datasets[BASIC]["dcat:distribution"]:
        address = distribution["dcat:accessURL"]["@id"]
        assert client.get(address.removeprefix("http://testserver")).status_code == 200
    vocabulary = {
        key.partition(":")[0]
        for key in json.dumps(entry).split('"')
        if key.startswith(("dcat:", "dcatap:", "dct:", "foaf:", "rdfs:", "vcard:", "xsd:"))
    }
    assert vocabulary <= set(entry["@context"])


def test_every_example_of_the_description_is_answered(client: TestClient) -> None:
    for path, item in client.get("/v1/openapi.json").json()["paths"].items():
        parameters = [p for p in item["get"].get("parameters", []) if p["in"] == "query"]
        examples = {p["name"]: (p.get("examples") or p["schema"].get("examples") or [None])[0] for p in parameters}
        needed = {p["name"]: examples[p["name"]] for p in parameters if p.get("required")}
        assert None not in needed.values(), path
        for name in [None, *(name for name, example in examples.items() if example)]:
            query = needed | ({name: examples[name]} if name else {}) | ({"group": "own"} if name == "kunnat" else {})
            answer = client.get(path.replace("{id}", BASIC).replace("{name}", "values.parquet"), params=query)
            assert answer.status_code == 200, (path, query, answer.text)


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_the_command_line_writes_the_figures_of_an_indicator(
    client: TestClient, tmp_path: Path, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / f"out.{form}"
    assert cli.main(["export", "--indicator", BASIC, "--year", "2018", "--out", str(out)]) == 0
    assert "21 rows" in capsys.readouterr().out and [path.name for path in tmp_path.iterdir()] == [out.name]
    match form:
        case "csv":
            found = {row["municipality"]: float(row["value"]) for row in csv.DictReader(out.open(encoding="utf-8-sig"))}
        case "xlsx":
            head, *lines = openpyxl.load_workbook(out).worksheets[0].iter_rows(values_only=True)
            found = {line[head.index("municipality")]: line[head.index("value")] for line in lines}
        case _:
            table = pq.read_table(out)
            found = dict(zip(table["municipality"].to_pylist(), table["value"].to_pylist(), strict=True))
            assert b"CC BY 4.0" in table.schema.metadata.values()
    expected = {place: value for place, _, value in rows(client, "json", indicator=BASIC, year="2018")}
    assert found == pytest.approx(expected)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--indicator", "basic_education_cost"], 2, f"Did you mean {BASIC}"),
        (["--indicator", BASIC, "--year", "1917"], 2, "has no figures for 1917; there are 2015"),
    ],
)
def test_the_command_line_names_what_there_is_not(
    arguments: list[str], code: int, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.csv"
    assert cli.main(["export", *arguments, "--out", str(out)]) == code
    assert said in capsys.readouterr().err and not out.exists()


def test_a_folder_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["export", "--indicator", BASIC, "--out", str(tmp_path / "nowhere" / "out.csv")]) == 1
    assert "nowhere" in capsys.readouterr().err


def snippet(tool: str, base: str) -> str:
    """What the page of data sets offers to copy."""
    return (settings.PACKAGE / "web" / "snippets" / f"{tool}.txt").read_text("utf-8").format(base=base, indicator=BASIC)


def test_what_the_page_offers_to_copy_works_as_it_stands(dashboard: Served, tmp_path: Path) -> None:
    base = dashboard.address
    python = subprocess.run([sys.executable, "-c", snippet("python", base)], capture_output=True, text=True, timeout=60)
    assert python.returncode == 0 and "municipality" in python.stdout and "837" in python.stdout, python.stderr
    if shutil.which("curl"):
        subprocess.run(snippet("curl", base), shell=True, cwd=tmp_path, check=True, capture_output=True, timeout=60)
        content = (tmp_path / f"{BASIC}.csv").read_text("utf-8")
        assert content.startswith("indicator,municipality,year") and f"{BASIC},837,2018,8528.5" in content


@pytest.mark.parametrize("tool", ["r", "excel"])
def test_what_cannot_be_run_here_asks_for_an_address_that_is_answered(client: TestClient, tool: str) -> None:
    [address] = re.findall(r'"(https?://[^"]+)"', snippet(tool, "http://testserver"))
    answer = client.get(address.removeprefix("http://testserver/api"))
    assert answer.status_code == 200 and answer.text.startswith("indicator,municipality,year")
    assert "{" not in snippet(tool, "").replace('{{"', "").replace('{"', "")
