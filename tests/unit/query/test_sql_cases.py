"""The SQL files case by case: each document of sql_cases/*.yaml gives rows, asks one query and expects rows back.

Questions on the values of an indicator (tests/support/questions.py) are asked in the same way.

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
from kuntamittari.yaml_file import SAFE
from tests.support.questions import QUESTIONS
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
}
CASES: list[dict[str, Any]] = [
    case
    for file in sorted((settings.ROOT / "tests" / "sql_cases").glob("*.yaml"))
    for document in file.read_text("utf-8").split("\n---\n")
    for case in [yaml.load(document, Loader=SAFE)]  # every worker of a run reads them all, with the loader written in C
]
QUERIES = sorted(path.relative_to(settings.SQL).with_suffix("").as_posix() for path in settings.SQL.glob("[!s]*/*.sql"))
QUERIES += sorted(path.stem for path in settings.SQL.glob("*.sql"))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_query(case: dict[str, Any], make_data: MakeData) -> None:
    database = Database(open_snapshot(make_data(**tables(case["given"]))))
    question = QUESTIONS.get(case["query"])
    asked = parameters(case)
    rows = question[0](database, asked) if question else database.query(case["query"], **asked).to_pylist()
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
    if question := QUESTIONS.get(case["query"]):
        named = {"formula", *question[1]}
    else:
        named = set(re.findall(r"\$(\w+)", (settings.SQL / f"{case['query']}.sql").read_text("utf-8")))
    asked = case.get("parameters", {})
    if "formula" in named:
        of_formula = {part: value for part, value in asked.items() if part in FORMULA}
        asked = {name: value for name, value in asked.items() if name not in FORMULA} | {"formula": formula(of_formula)}
    if "beside" in asked:
        asked = asked | {"beside": formula(asked["beside"])}
    if "formulas" in asked:
        asked = asked | {"formulas": [formula(one) for one in asked["formulas"]]}
    assert asked.keys() <= named, f"{case['query']} does not take {asked.keys() - named}"
    return {name: asked[name] if name in asked else PARAMETERS[name] for name in named}


def formula(parts: dict[str, Any]) -> dict[str, Any]:
    """A formula with the usual parts filled in."""
    whole = FORMULA | parts
    terms = {term: NOTHING | whole[term] for term in ("numerator", "denominator")}
    moved = {
        name: term | {"moved_years": task_classes.moved_years(term["task_classes"])} for name, term in terms.items()
    }
    return whole | moved


def close(row: dict[str, Any]) -> dict[str, Any]:
    """An expected row, its fractions compared to twelve digits."""
    return {
        column: pytest.approx(value, rel=1e-12) if isinstance(value, float) else value for column, value in row.items()
    }


def test_cases_are_told_apart_by_their_names() -> None:
    names = [case["name"] for case in CASES]
    assert sorted(names) == sorted(set(names))


def test_every_query_has_a_case() -> None:
    assert sorted({case["query"] for case in CASES}) == sorted([*QUERIES, *QUESTIONS])


@pytest.mark.parametrize("audit", [query for query in QUERIES if query.startswith("audits/")])
def test_every_audit_is_seen_silent_and_speaking(audit: str) -> None:
    assert {bool(case["expect"]) for case in CASES if case["query"] == audit} == {False, True}
