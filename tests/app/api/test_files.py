"""The Parquet files over plain HTTP, read in place by programs that know nothing of the service, and the package."""

import hashlib
import json
import re
from typing import Any

import duckdb
import fsspec
import httpx
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from starlette.testclient import TestClient

from kuntamittari import settings
from kuntamittari.web import api
from tests.support.server import Served

BASIC = "basic_education_cost_per_7_15"


@pytest.fixture
def files(dashboard: Served) -> str:
    """The address of the files of the running service."""
    return f"{dashboard.address.rstrip('/')}/api/v1/files"


@pytest.fixture(scope="module")
def package() -> dict[str, Any]:
    """The data package."""
    return TestClient(api.create()).get("/v1/datapackage").json()


@pytest.mark.parametrize("name", ["fsspec", "duckdb"])
def test_the_lines_to_copy_read_the_figures_in_place(files: str, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    lines = (settings.PACKAGE / "web" / "snippets" / f"{name}.txt").read_text("utf-8")
    found: dict[str, Any] = {}
    exec(lines.format(base=files.removesuffix("/api/v1/files"), indicator=BASIC), found)
    if name == "fsspec":
        rows = found["figures"]
        value = rows[(rows["municipality"] == "837") & (rows["year"] == 2018)]["value"].item()
    else:
        rows = found["rows"]
        value = rows[(rows["name_fi"] == "Tampere") & (rows["year"] == 2018)]["value"].item()
    assert value == pytest.approx(156_260_000 / 18_322) and capsys.readouterr().out


def test_only_the_part_that_is_needed_is_read(files: str) -> None:
    with fsspec.open(f"{files}/values.parquet", block_size=2**16) as file:
        table = pq.read_table(file, columns=["municipality", "year", "value"], filters=[("indicator", "=", BASIC)])
        read = file.cache.total_requested_bytes
    assert len(table) and read < (settings.ROOT / "data" / "values.parquet").stat().st_size / 2


def test_the_query_of_the_documents_is_answered(files: str) -> None:
    web = fsspec.filesystem("http")
    figures, places = (ds.dataset(f"{files}/{name}.parquet", filesystem=web) for name in ("values", "municipality"))
    document = (settings.ROOT / "docs" / "open-data.md").read_text("utf-8")
    [query] = re.findall(r"^    -- the mean difference.*?(?=\n\n)", document, re.MULTILINE | re.DOTALL)
    rows = duckdb.sql(query).fetchall()
    assert {region for region, _ in rows} >= {"Pirkanmaa", "Uusimaa"}
    assert len(figures.schema) and len(places.schema)


def test_a_part_of_a_file_is_answered_as_it_is_and_never_compressed(files: str) -> None:
    whole = (settings.ROOT / "data" / "values.parquet").read_bytes()
    part = httpx.get(f"{files}/values.parquet", headers={"Range": "bytes=-8", "Accept-Encoding": "gzip"}, timeout=60)
    assert (part.status_code, part.content) == (206, whole[-8:])
    assert httpx.get(f"{files}/values.parquet", headers={"Accept-Encoding": "gzip"}, timeout=60).content == whole
    assert httpx.head(f"{files}/values.parquet", timeout=60).headers["content-length"] == str(len(whole))
    refused = httpx.get(f"{files}/secrets.parquet", timeout=60)
    assert refused.status_code == 404 and "values.parquet" in refused.json()["error"]["message"]


@pytest.mark.parametrize("name", ["..%2Fmanifest.json", "manifest.json", "values", "%2Fetc%2Fpasswd"])
def test_nothing_but_the_files_of_the_data_set_is_answered(files: str, name: str) -> None:
    assert httpx.get(f"{files}/{name}", timeout=60).status_code in (400, 404)


def test_the_package_describes_every_file_as_it_is(package: dict[str, Any]) -> None:
    manifest = json.loads((settings.ROOT / "data" / "manifest.json").read_text("utf-8"))
    assert package["profile"] == "data-package" and package["licenses"][0]["name"] == "CC-BY-4.0"
    assert {one["path"] for one in package["resources"]} == {f"files/{name}.parquet" for name in manifest["files"]}
    for one in package["resources"]:
        content = (settings.ROOT / "data" / one["path"].removeprefix("files/")).read_bytes()
        assert (one["bytes"], one["hash"]) == (len(content), f"sha256:{hashlib.sha256(content).hexdigest()}")
        if "schema" in one:
            columns = pq.read_schema(settings.ROOT / "data" / one["path"].removeprefix("files/")).names
            assert [field["name"] for field in one["schema"]["fields"]] == columns
            assert set(one["schema"].get("primaryKey", [])) <= set(columns)


@pytest.mark.parametrize("table", ["values", "municipality", "finance", "activity", "price_index"])
def test_the_keys_of_the_package_are_unique(package: dict[str, Any], table: str) -> None:
    [resource] = [one for one in package["resources"] if one["name"] == table.replace("_", "-")]
    rows = pq.read_table(settings.ROOT / "data" / f"{table}.parquet", columns=resource["schema"]["primaryKey"])
    assert len(rows) == len(rows.to_pandas().drop_duplicates())
