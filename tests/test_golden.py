"""The figures verified in shared/sources/golden.csv, read from our own interface over the whole country."""

import csv
from collections import Counter
from pathlib import Path

import pytest
from conftest import shared
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from kuntamittari import api, catalog

# rows of golden.csv whose indicator the first catalogue had: none of them may drop out of the comparison unseen
LEAST_COMPARED = {"municipality": 33, "mainland_total": 3, "mainland_median_2026": 3}


@pytest.fixture
def client(whole_country: Path, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.setenv("KUNTAMITTARI_DATA", str(whole_country))
    return TestClient(Starlette(routes=[Mount("/api", api.create())]))


def ask(client: TestClient, path: str, row: dict[str, str], **query: str) -> dict:
    """The only row of an answer about the indicator and year of a golden row."""
    answer = client.get(f"/api/v1/{path}", params={"indicator": row["indicator"], "year": row["year"], **query})
    assert answer.status_code == 200, answer.text
    [found] = answer.json()["values"]
    return found


def found_figures(client: TestClient, kind: str, row: dict[str, str]) -> tuple[float, float, float] | tuple[float]:
    """What the interface says where golden.csv has numerator, denominator and value, or a median alone."""
    if kind == "mainland_median_2026":
        return (ask(client, "benchmark", row, municipality="091", group="all")["median"],)
    place = row["municipality"] if kind == "municipality" else "MA1"
    answer = ask(client, "values", row, municipality=place)
    return answer["numerator"], answer["denominator"], answer["value"]


def same(found: tuple[float, ...], row: dict[str, str]) -> bool:
    """Parts exactly, the value to the two decimals it is printed with."""
    *parts, value = found
    return parts == [float(row[part]) for part in ("numerator", "denominator") if row[part]] and round(value, 2) == float(row["value"])


def test_every_golden_figure_of_the_catalogue_is_the_interface_s_own(client: TestClient) -> None:
    differing, compared = [], Counter()
    for row in csv.DictReader((shared("sources") / "golden.csv").open(encoding="utf-8")):
        kind = "municipality" if len(row["municipality"]) == 3 else row["municipality"]
        if row["indicator"] not in catalog.indicators() or kind not in LEAST_COMPARED:
            continue
        compared[kind] += 1
        found = found_figures(client, kind, row)
        if not same(found, row):
            expected = [row["numerator"], row["denominator"], row["value"]]
            differing.append(f"{row['indicator']} {row['municipality']} {row['year']}: golden {expected}, ours {found}")
    assert not differing, "\n".join(differing)
    assert compared >= Counter(LEAST_COMPARED), f"too few rows compared: {compared}"


def test_no_value_hides_behind_rounding_of_parts(client: TestClient) -> None:
    """Everywhere the value is the quotient of the parts beside it, and a row without a value says why."""
    for indicator in catalog.indicators():
        rows = client.get("/api/v1/values", params={"indicator": indicator, "year": "2018"}).json()["values"]
        assert len(rows) == 309, f"{indicator}: 308 municipalities and MA1 are loaded"
        wrong = [r for r in rows if (r["value"] is None) != bool(r["reason"])]
        wrong += [r for r in rows if r["value"] is not None and r["value"] != r["numerator"] / r["denominator"]]
        assert not wrong, f"{indicator}: {wrong[:3]}"
