"""The figures verified in shared/sources/golden.csv, read from our own interface over the whole country."""

import csv
from collections import Counter
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from kuntamittari.catalog import loader
from kuntamittari.catalog.indicator import Ratio
from kuntamittari.web import api
from tests.support.material import shared

# over the municipalities that organise every part; takes the place of the row of all
COMPLETE = "mainland_median_2026_complete"
# all rows of golden.csv but the plain sums and the medians of an older division: none may drop out of the comparison
# unseen
COMPARED = {"municipality": 63, "mainland_total": 8, "mainland_median_2026": 5, COMPLETE: 1}


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
    if kind in ("mainland_median_2026", COMPLETE):
        return (ask(client, "benchmark", row, municipality="091", group="all")["median"],)
    place = row["municipality"] if kind == "municipality" else "MA1"
    answer = ask(client, "values", row, municipality=place)
    return answer["numerator"], answer["denominator"], answer["value"]


def same(found: tuple[float, ...], row: dict[str, str]) -> bool:
    """Every figure to the decimals it is printed with; euros and persons are whole."""
    printed = [row[part] for part in ("numerator", "denominator", "value") if row[part]]
    decimals = [2 if text == row["value"] else 4 for text in printed]
    return [round(figure, places) for figure, places in zip(found, decimals, strict=True)] == [
        float(text) for text in printed
    ]


def test_every_golden_figure_of_the_catalogue_is_the_interface_s_own(client: TestClient) -> None:
    differing, compared = [], Counter()
    golden = list(csv.DictReader((shared("sources") / "golden.csv").open(encoding="utf-8")))
    replaced = {row["indicator"] for row in golden if row["municipality"] == COMPLETE}
    for row in golden:
        kind = "municipality" if len(row["municipality"]) == 3 else row["municipality"]
        if row["indicator"] not in loader.indicators() or kind not in COMPARED:
            continue
        if kind == "mainland_median_2026" and row["indicator"] in replaced:
            continue
        compared[kind] += 1
        found = found_figures(client, kind, row)
        if not same(found, row):
            expected = [row["numerator"], row["denominator"], row["value"]]
            differing.append(f"{row['indicator']} {row['municipality']} {row['year']}: golden {expected}, ours {found}")
    assert not differing, "\n".join(differing)
    assert compared == Counter(COMPARED)


def test_no_value_hides_behind_rounding_of_parts(client: TestClient) -> None:
    """Everywhere the value is the quotient of the parts beside it, and a row without a value says why."""
    ratios = {i.id: i.formula.percent for i in loader.indicators().values() if isinstance(i.formula, Ratio)}
    assert len(ratios) > 30
    for indicator, percent in ratios.items():
        rows = client.get("/api/v1/values", params={"indicator": indicator, "year": "2018"}).json()["values"]
        assert len(rows) == 309, f"{indicator}: 308 municipalities and MA1 are loaded"
        wrong = [r for r in rows if (r["value"] is None) != bool(r["reason"])]
        wrong += [
            r
            for r in rows
            if r["value"] is not None and r["value"] != (100 if percent else 1) * (r["numerator"] / r["denominator"])
        ]
        assert not wrong, f"{indicator}: {wrong[:3]}"
