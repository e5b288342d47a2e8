"""The SQL files case by case: each document of sql_cases/*.yaml gives rows, asks one query and expects rows back.

A case leaves out what does not matter to it: it then speaks of pre-primary costs per six-year-old in 2018, compared
over the whole country, and every municipality with figures is in the register.
"""

import re
from typing import Any

import pytest
import yaml

from kuntamittari import settings
from kuntamittari.catalog import task_classes
from kuntamittari.query.database import Database
from kuntamittari.query.snapshot import open_snapshot
from tests.support.small_data import MakeData

FIGURES = {
    "finance": {"year": 2018, "task_class": "Esiopetus"},
    "population": {"year": 2018, "age_from": 6, "age_to": 6},
}
NOTHING = {
    "task_classes": [],
    "statement": [],
    "less_statement": [],
    "measures": [],
    "published": None,
    "age_from": None,
    "age_to": None,
}
FORMULA = {
    "kind": "ratio",
    "scale": 1.0,
    "base_year": None,
    "zero_is_missing": False,
    "price_year": None,
    "years_together": 1,
    "breaks": [],
    "moved_from": None,
    "kept_by": [],
    "zero_parts": [],
    "hidden_most": None,
    "persons_in": "denominator",
    "numerator": {"task_classes": ["Esiopetus"]},
    "denominator": {"age_from": 6, "age_to": 6},
}
PARAMETERS = {
    "municipalities": None,
    "years": None,
    "municipality": "001",
    "price_year": None,
    "task_classes": [],
    "measures": [],
    "parts": [],
    "ages": [],
    "task_class": "Esiopetus",
    "age_from": 6,
    "age_to": 6,
    "year": 2018,
    "group_id": "all",
    "listed": [],
    "chosen": [],
    "aland": False,
    "highest_first": False,
    "least_base": 30,
}
CASES: list[dict[str, Any]] = [
    case
    for file in sorted((settings.ROOT / "tests" / "sql_cases").glob("*.yaml"))
    for case in yaml.safe_load_all(file.read_text("utf-8"))
]
QUERIES = sorted(path.relative_to(settings.SQL).with_suffix("").as_posix() for path in settings.SQL.glob("[!s]*/*.sql"))
QUERIES += sorted(path.stem for path in settings.SQL.glob("*.sql"))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_query(case: dict[str, Any], make_data: MakeData) -> None:
    database = Database(open_snapshot(make_data(**tables(case["given"]))))
    rows = database.query(case["query"], **parameters(case)).to_pylist()
    columns = (case["expect"] or rows or [{}])[0]
    assert [{column: row[column] for column in columns} for row in rows] == [close(row) for row in case["expect"]]


def tables(given: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """The given rows with the usual columns filled in; without a register, one of all municipalities that have
    figures."""
    made = {table: [FIGURES.get(table, {}) | row for row in rows] for table, rows in given.items()}
    figures = [row for table in FIGURES for row in made.get(table, [])]
    return {"municipality": [{"code": code} for code in dict.fromkeys(row["municipality"] for row in figures)]} | made


def parameters(case: dict[str, Any]) -> dict[str, Any]:
    """The parameters that the query names; a case may not set any other. Parts of the formula stand beside the
    others."""
    named = set(re.findall(r"\$(\w+)", (settings.SQL / f"{case['query']}.sql").read_text("utf-8")))
    asked = case.get("parameters", {})
    if "formula" in named:
        parts = FORMULA | {part: value for part, value in asked.items() if part in FORMULA}
        formula = parts | {term: NOTHING | parts[term] for term in ("numerator", "denominator")}
        for term in (formula["numerator"], formula["denominator"]):
            term["moved_years"] = task_classes.moved_years(term["task_classes"])
        asked = {name: value for name, value in asked.items() if name not in FORMULA} | {"formula": formula}
    if "beside" in asked:
        terms = {term: NOTHING | asked["beside"][term] for term in ("numerator", "denominator")}
        terms = {name: term | {"moved_years": []} for name, term in terms.items()}
        asked = asked | {"beside": FORMULA | asked["beside"] | terms}
    assert asked.keys() <= named, f"{case['query']} does not take {asked.keys() - named}"
    return {name: asked[name] if name in asked else PARAMETERS[name] for name in named}


def close(row: dict[str, Any]) -> dict[str, Any]:
    """An expected row, its fractions compared to twelve digits."""
    return {
        column: pytest.approx(value, rel=1e-12) if isinstance(value, float) else value for column, value in row.items()
    }


def test_cases_are_told_apart_by_their_names() -> None:
    names = [case["name"] for case in CASES]
    assert sorted(names) == sorted(set(names))


def test_every_query_has_a_case() -> None:
    assert sorted({case["query"] for case in CASES}) == sorted(QUERIES)


@pytest.mark.parametrize("audit", [query for query in QUERIES if query.startswith("audits/")])
def test_every_audit_is_seen_silent_and_speaking(audit: str) -> None:
    assert {bool(case["expect"]) for case in CASES if case["query"] == audit} == {False, True}
