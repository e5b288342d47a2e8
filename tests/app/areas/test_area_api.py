"""An area of one's own in the interface and on the command line."""

import csv
import io
import json
from pathlib import Path

import openpyxl
import pytest
from starlette.testclient import TestClient

from kuntamittari import cli
from tests.support.pages import BASIC

AREA = "alue:Seutu, itä:837,564"
CODE = "alue:Seutu, itä:564,837"  # codes in order
OF_BASIC = {"indicator": BASIC, "year": "2018"}


def test_values_of_an_area_stand_beside_those_of_municipalities(interface: TestClient) -> None:
    answer = interface.get("/v1/values", params=OF_BASIC | {"municipality": f"837,564,{AREA}"}).json()
    assert answer["meta"]["area"] == {"code": CODE, "name": "Seutu, itä", "members": ["564", "837"]}
    one, other, area = sorted(answer["values"], key=lambda row: len(row["municipality"]))
    assert area["municipality"] == CODE and area["status"] == "final" and area["reason"] is None
    for part in ("numerator", "denominator"):
        assert area[part] == one[part] + other[part]
    assert area["value"] == pytest.approx(area["numerator"] / area["denominator"])


@pytest.mark.parametrize("form", ["csv", "json-stat2"])
def test_every_form_names_the_area_as_it_was_asked_for(interface: TestClient, form: str) -> None:
    answer = interface.get("/v1/values", params=OF_BASIC | {"municipality": AREA, "format": form})
    if form == "csv":
        [row] = csv.DictReader(io.StringIO(answer.text))
        assert row["municipality"] == CODE
    else:
        assert answer.json()["dimension"]["municipality"]["category"]["label"] == {CODE: "Seutu, itä"}


def test_a_published_rate_is_refused_with_the_reason(interface: TestClient) -> None:
    asked = {"indicator": "tertiary_education_share", "municipality": AREA, "year": "2018"}
    [row] = interface.get("/v1/values", params=asked).json()["values"]
    assert (row["value"], row["numerator"], row["reason"]) == (None, None, "published_rate")


def test_a_benchmark_gives_the_area_a_place_beside_an_unchanged_group(interface: TestClient) -> None:
    [area] = interface.get("/v1/benchmark", params=OF_BASIC | {"municipality": AREA}).json()["values"]
    [one] = interface.get("/v1/benchmark", params=OF_BASIC | {"municipality": "837"}).json()["values"]
    group = ("n", "members", "median", "q1", "q3", "min", "max", "ratio_of_sums")
    assert [area[name] for name in group] == [one[name] for name in group]
    assert (area["municipality"], area["member"], area["ranked"], one["ranked"]) == (CODE, False, 21, 20)
    assert 1 <= area["rank_low"] <= area["rank"] <= area["rank_high"] <= 21 and area["judgement"]


@pytest.mark.parametrize(
    ("municipality", "code", "told"),
    [
        ("alue:837,564", "invalid_area", "NAME:837,211,604"),
        ("alue:Seutu:837", "invalid_area", "is 1,"),
        ("alue:Seutu:837,999", "invalid_area", "999"),
        ("alue:Seutu:837,MA1", "invalid_area", "MA1"),
        ("alue:Seutu:837,837", "invalid_area", "twice"),
        ("alue:Seutu:837,211", "invalid_area", "not in these data"),
        (f"alue:{'x' * 41}:837,564", "invalid_area", "41"),
        ("alue", "unknown_municipality", "alue"),
        ("999,alue:Seutu:837,564", "unknown_municipality", "999"),
        ("091,alue:Seutu:837,564", "invalid_municipality", "not 2"),
    ],
)
def test_what_is_no_area_is_an_error_with_the_reason(
    interface: TestClient, municipality: str, code: str, told: str
) -> None:
    answer = interface.get("/v1/benchmark", params=OF_BASIC | {"municipality": municipality})
    error = answer.json()["error"]
    assert answer.status_code in (400, 404) and error["code"] == code and error["field"] == "municipality"
    assert told in error["message"]


def test_an_area_has_no_peers(interface: TestClient) -> None:
    for path, asked in (
        ("/v1/peers", {"municipality": AREA}),
        ("/v1/benchmark", OF_BASIC | {"municipality": AREA, "group": "similar"}),
        ("/v1/values", OF_BASIC | {"municipality": AREA, "group": "similar"}),
        ("/v1/values", OF_BASIC | {"municipality": AREA, "group": "neighbours"}),
    ):
        answer = interface.get(path, params=asked)
        assert answer.status_code == 400 and "no peers" in answer.json()["error"]["message"]


def test_gaps_of_an_area_are_beside_a_fixed_group(interface: TestClient) -> None:
    asked = {"municipality": AREA, "group": "largest-20", "year": "2018"}
    answer = interface.get("/v1/gaps", params=asked).json()
    gaps = {gap["indicator"]: gap for gap in answer["values"]}
    assert {gap["municipality"] for gap in gaps.values()} == {answer["meta"]["municipality"]} == {CODE}
    basic = gaps[BASIC]
    assert basic["euros"] == pytest.approx((basic["value"] - basic["median"]) * basic["users"])
    assert (
        (basic["n"], basic["members"]) == (20, 20) and "alue=Seutu" in basic["link"] and "kunta=" not in basic["link"]
    )
    refused = interface.get("/v1/gaps", params={"municipality": AREA})  # the usual group is of peers
    assert refused.status_code == 400 and "no peers" in refused.json()["error"]["message"]


@pytest.mark.parametrize("path", ["/v1/year", "/v1/budgets", "/v1/beside-statistics"])
def test_every_question_about_a_municipality_takes_an_area(interface: TestClient, path: str) -> None:
    asked = {"municipality": AREA} | ({} if path == "/v1/year" else {"indicator": BASIC})
    answer = interface.get(path, params=asked)
    assert answer.status_code == 200 and answer.json()["meta"]["area"]["name"] == "Seutu, itä"
    assert "Infinity" not in answer.text and "NaN" not in json.dumps(answer.json(), allow_nan=False)


def test_the_command_writes_the_report_of_an_area(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["report", "--year", "2018", "--summary", "--format", "xlsx", "--lang", "fi"]
    assert cli.main([*asked, "--municipality", AREA, "--out", str(tmp_path / "alue.xlsx")]) == 0
    about = openpyxl.load_workbook(tmp_path / "alue.xlsx").worksheets[-1]
    assert next(about.iter_rows(values_only=True))[0] == "Seutu, itä"
    several = ["--municipality", AREA, "837", "alue:Muu:091,049", "--out", str(tmp_path / "all")]
    assert cli.main([*asked, *several]) == 0
    assert sorted(path.name for path in (tmp_path / "all").iterdir()) == ["837.xlsx", "alue-1.xlsx", "alue-3.xlsx"]
    capsys.readouterr()
    for municipality, more, told in (
        ("alue:Seutu:837", [], "This cannot be an area of your own: the number of municipalities is 1"),
        (AREA, ["--peers", "similar"], "There is no group 'similar'"),
    ):
        assert cli.main([*asked, "--municipality", municipality, *more, "--out", str(tmp_path / "x.xlsx")]) == 2
        assert told in capsys.readouterr().err
