"""An invented country is called invented on every page and by the interface."""

import io
import json
import re
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from starlette.testclient import TestClient

from kuntamittari import settings
from kuntamittari.cli import main
from kuntamittari.i18n import texts
from kuntamittari.web import api
from tests.support.pages import PATHS, page_at

PLACES, YEARS = 40, 6
BASIC = "basic_education_cost_per_7_15"
OFFICIAL = re.compile(
    r"Tilastokesk|Statistikcentral|Statistics Finland|THL|Maanmittaus|Lantmäteri|Land Survey|CC BY|Vipunen"
)


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of an invented country."""
    out = tmp_path_factory.mktemp("invented") / "data"
    assert main(["synth", "--municipalities", str(PLACES), "--years", str(YEARS), "--out", str(out)]) == 0
    return out


@pytest.fixture
def in_use(country: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUNTAMITTARI_DATA", str(country))


# ── how it is called


@pytest.mark.parametrize("file", PATHS)
def test_every_page_says_that_the_country_is_invented_and_names_no_agency(file: str, in_use: None) -> None:
    language = settings.LANGUAGES[list(PATHS).index(file) % 3]
    page = page_at(file, kieli=language, mittari=BASIC)
    assert not page.exception
    assert not page.error
    assert texts(language)["invented.notice"] in [warning.value for warning in page.warning]
    head = texts(language)["how.sources"].partition("{")[0]
    shown = [
        block.value.partition("<div popover")[0] for block in page.markdown
    ]  # what terms mean is the same in every country
    said = [block for block in shown if head in block or ("km-quiet" in block and "·" in block)]
    assert [line for line in said if OFFICIAL.search(line)] == []


def test_the_interface_says_so(in_use: None) -> None:
    client, notice = TestClient(api.create()), texts("en")["invented.notice"]
    answer = client.get("/v1/values", params={"indicator": BASIC, "year": "2019"}).json()
    meta = answer["meta"]
    assert (meta["interface"], meta["licence"], meta["notice"]) == ("invented", None, notice)
    assert meta["source"].startswith("Invented data, ")
    assert len(answer["values"]) == PLACES + 1
    rows = pd.read_csv(io.StringIO(client.get("/v1/values", params={"indicator": BASIC, "format": "csv"}).text))
    assert set(rows["data"]) == {"invented"}
    parquet = pq.read_table(
        io.BytesIO(client.get("/v1/values", params={"indicator": BASIC, "format": "parquet"}).content)
    )
    assert set(parquet["data"].to_pylist()) == {"invented"}
    assert (
        client.get("/v1/values", params={"indicator": BASIC, "format": "json-stat2"}).json()["source"] == meta["source"]
    )
    assert client.get("/v1/openapi.json").json()["info"]["description"] == notice
    catalog = client.get("/v1/catalog").json()
    assert notice in json.dumps(catalog)
    assert client.get(f"/v1/indicators/{BASIC}").json()["values"][0]["sources"] == ["invented"]
    for found in (
        catalog | {"dcat:dataset": []},
        client.get("/v1/municipalities").json(),
    ):  # an indicator's words may name agencies
        assert not OFFICIAL.search(json.dumps(found, ensure_ascii=False))
    assert "dct:license" not in json.dumps(catalog)
    assert not {"dct:spatial", "dct:accrualPeriodicity"} & {key for part in catalog["dcat:dataset"] for key in part}
    said = [dataset["dct:provenance"]["rdfs:label"][-1]["@value"] for dataset in catalog["dcat:dataset"]]
    assert set(said) == {meta["source"]}
    described = client.get("/v1/croissant").json()
    assert described["description"] == notice and not {"license", "spatialCoverage"} & described.keys()
    assert described["citeAs"].endswith(f"{meta['source']}.")


def test_real_figures_are_not_called_invented(interface: TestClient) -> None:
    meta = interface.get("/v1/values", params={"indicator": BASIC, "year": "2018"}).json()["meta"]
    assert (meta["interface"], meta["licence"]) == ("replica", "CC BY 4.0")
    assert "notice" not in meta
    assert "data" not in interface.get("/v1/values", params={"indicator": BASIC, "format": "csv"}).text.splitlines()[
        0
    ].split(",")
