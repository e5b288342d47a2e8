"""No infinite or undefined figure leaves the house: every indicator, basis, format and door over the whole country
gives finite numbers, or null with a reason (docs/methods.md 2)."""

import csv
import io
import json
import math
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from starlette.testclient import TestClient

from kuntamittari.catalog import areas, composites, loader
from kuntamittari.catalog.indicator import Basis, Index, Indicator
from kuntamittari.query import comparisons, composite_costs, figures, maps, productivity, values
from kuntamittari.query.database import Database
from kuntamittari.query.figures import Group

CATALOGUE = loader.indicators()
COMPUTED = [i for i in CATALOGUE.values() if i.formula]
PRODUCTIVITY = "upper_secondary_productivity"  # 365 rows of 73 municipalities had a divisor of 0/0 or x/0
BASES = [Basis(price_year, together) for price_year in (None, 2015) for together in (1, 3)]
GROUPS = (Group("all", aland=True), Group("largest-20"), Group("size-1"))
FORMATS = ("json", "csv", "parquet", "json-stat2")


def finite(content: Any) -> bool:
    """Whether every number in nested rows is finite: JSON has no others."""
    try:
        json.dumps(content, allow_nan=False, default=str)
    except ValueError:
        return False
    return True


def unsound(table: pa.Table | list[dict[str, Any]]) -> list[str]:
    """The columns of a table that hold an infinite or undefined number."""
    table = pa.Table.from_pylist(table) if isinstance(table, list) else table
    floats = [name for name in table.column_names if pa.types.is_floating(table.schema.field(name).type)]
    return [name for name in floats if not pc.all(pc.is_finite(table[name]), min_count=0).as_py()]


def read(form: str, content: bytes) -> tuple[int, list[float]]:
    """How many rows an answer of /values holds, and its numbers. Raises ValueError where JSON holds what is no number
    of JSON."""
    if form == "parquet":
        table = pq.read_table(io.BytesIO(content))
        return len(table), [] if not unsound(table) else [math.nan]
    if form == "csv":
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8"))))
        return len(rows), [
            float(row[part]) for row in rows for part in ("value", "numerator", "denominator") if row[part]
        ]
    found: list[float] = []

    def noted(number: str) -> float:
        found.append(float(number))
        return found[-1]

    strict = json.loads(
        content, parse_float=noted, parse_constant=lambda word: pytest.fail(f"{word} is no number of JSON")
    )
    return len(strict["values"] if form == "json" else strict["value"]), found


def known(indicator: Indicator) -> bool:
    """Whether the whole country has figures of an indicator: the replica's of Vipunen and of municipal groups are made
    up, and refused."""
    return indicator.sources != ("vipunen",) and not indicator.experimental


@pytest.mark.parametrize("indicator", COMPUTED, ids=lambda i: i.id)
def test_the_interface_answers_every_indicator_in_every_format_with_finite_numbers(
    national: TestClient, indicator: Indicator
) -> None:
    for form in FORMATS:
        answer = national.get("/v1/values", params={"indicator": indicator.id, "format": form})
        assert answer.status_code == 200, (form, answer.text[:200])
        count, found = read(form, answer.content)
        assert (count > 300 or not known(indicator)) and all(map(math.isfinite, found)), form
        rows = answer.json()["values"] if form == "json" else []
        assert [row for row in rows if (row["value"] is None) != (row["reason"] is not None)] == []


@pytest.mark.parametrize(
    "asked",
    [{"municipality": "504"}, {"municipality": "504", "year": "2019"}, {"group": "all"}, {"group": "region-01"}],
)
def test_a_productivity_index_without_a_divisor_answers_for_one_a_group_and_all(
    national: TestClient, asked: dict[str, str]
) -> None:
    answer = national.get("/v1/values", params={"indicator": PRODUCTIVITY} | asked)
    assert answer.status_code == 200
    empty = [row for row in answer.json()["values"] if row["denominator"] is None]
    assert empty and all(row["value"] is None and row["reason"] for row in empty)


@pytest.mark.parametrize("indicator", COMPUTED, ids=lambda i: i.id)
def test_a_benchmark_is_finite_whoever_asks(national: TestClient, indicator: Indicator) -> None:
    for municipality, group, year in (("504", "all", "2018"), ("MA1", "largest-20", "2019")):
        asked = {"indicator": indicator.id, "municipality": municipality, "year": year, "group": group}
        answer = national.get("/v1/benchmark", params=asked)
        assert answer.status_code == 200, answer.text[:200]
        assert finite(answer.json())


def test_what_is_not_finite_would_be_seen() -> None:
    assert finite({"rows": [{"value": 1.5}]}) and not any(finite({"rows": [[n]]}) for n in (math.nan, math.inf))


@pytest.mark.parametrize("basis", BASES, ids=str)
def test_every_figure_is_finite_on_every_basis(country: Database, basis: Basis) -> None:
    asked = [*filter(known, COMPUTED)]
    values.compute_together(country, asked)  # as the pages that show many; one alone: test_values
    for indicator in asked:
        table = figures.values(country, indicator, basis=basis)
        assert unsound(table) == [], indicator.id
        assert pc.all(pc.xor(table["value"].is_null(), table["reason"].is_null())).as_py(), indicator.id
        assert unsound(comparisons.group_series(country, indicator, GROUPS[0], basis)) == [], indicator.id
        compared = comparisons.compare(country, indicator, GROUPS[0], 2018, basis=basis)
        assert finite(vars(compared) | {"rows": list(compared.rows)}), indicator.id


@pytest.mark.parametrize("base_year", [2015, 2016, 2017, 2018, 2019])
def test_every_index_is_finite_in_every_base_year(country: Database, base_year: int) -> None:
    for indicator in figures.catalogue(country, base_year).values():
        if isinstance(indicator.formula, Index):
            assert unsound(figures.values(country, indicator)) == []
            parts = [
                vars(y) for code in figures.register(country) for y in productivity.series(country, indicator, code)
            ]
            assert unsound(parts) == []


def test_maps_pairs_and_parts_are_finite(country: Database) -> None:
    everybody = [code for code in figures.register(country) if code != areas.MAINLAND]
    for indicator in COMPUTED:
        assert unsound(maps.classes(country, indicator, 2018, True)) == [], indicator.id
        beside = CATALOGUE["children_placed_outside_home"]
        pair = comparisons.pair(country, (indicator, beside), (2018, 2018), GROUPS[0])
        assert unsound(list(pair.rows)) == [], indicator.id
        assert all(n is None or math.isfinite(n) for n in (pair.x_median, pair.y_median, pair.correlation)), (
            indicator.id
        )
    alone = comparisons.pair(country, (COMPUTED[0], COMPUTED[0]), (2018, 2018), Group("own", ("091",)))
    assert alone.n == 1 and alone.correlation is None
    for whole in composites.composite_ids():
        parts = composites.parts(CATALOGUE, CATALOGUE[whole])
        for group in GROUPS:
            for code in everybody:
                gap = composite_costs.difference(country, parts, group, code, 2018, None)
                assert gap is None or unsound([vars(effect) for effect in gap.effects]) == []
                row = composite_costs.expected(country, parts, group, code, 2018, None)
                assert row is None or unsound([row]) == []
            for code in ("890", "736", "504"):
                rows = composite_costs.composition(country, CATALOGUE[whole], group, code, 2018, 2015)
                assert unsound(rows) == []
