"""Verdicts of groups: no currency changes one, no hidden count makes one firmer (docs/methods.md 2, 5, 18)."""

from typing import Any

import numpy as np
import pytest

from kuntamittari.catalog import loader
from kuntamittari.query import comparisons, figures
from kuntamittari.query.database import Database
from kuntamittari.query.snapshot import open_snapshot
from tests.support.small_data import MakeData, noise_of

SCHOOLS, PLACED, YEAR = "basic_education_cost_per_7_15", "children_placed_outside_home", 2019
MEMBERS, PERSONS = 16, 1_000
CODES = [f"{number:03}" for number in range(1, MEMBERS + 1)]


def verdicts(make_data: MakeData, indicator: str, deviation: float, **tables: Any) -> dict[str, tuple[Any, Any]]:
    """Municipality → verdict and whether it is firm."""
    ages = {SCHOOLS: (7, 15), PLACED: (0, 17)}[indicator]
    folder = make_data(
        municipality=[{"code": code, "residents": 5_000} for code in CODES],
        population=[
            {"municipality": code, "year": YEAR, "age_from": ages[0], "age_to": ages[1], "persons": PERSONS}
            for code in CODES
        ],
        models=noise_of(indicator, deviation),
        **tables,
    )
    database = Database(open_snapshot(folder))
    rows = comparisons.compare(database, loader.indicators()[indicator], figures.Group("all"), YEAR).rows
    return {row["municipality"]: (row["judgement"], row["firm"]) for row in rows}


@pytest.mark.parametrize("seed", range(4))
def test_another_currency_changes_no_verdict(make_data: MakeData, seed: int) -> None:
    costs = (8_000_000 * np.exp(np.random.default_rng(seed).normal(0, 0.1, MEMBERS))).astype(int)

    def told(scale: int) -> dict[str, tuple[Any, Any]]:
        finance = [
            {"municipality": code, "year": YEAR, "task_class": "Perusopetus", "eur": int(cost) * scale}
            for code, cost in zip(CODES, costs, strict=True)
        ]
        return verdicts(make_data, SCHOOLS, 0.03, finance=finance)

    once = told(1)
    assert once == told(6) == told(1_000)
    assert {word for word, _ in once.values()} >= {"middle", "near"}


@pytest.mark.parametrize("seed", range(4))
def test_a_hidden_count_makes_no_verdict_firmer(make_data: MakeData, seed: int) -> None:
    """What is said with a count hidden holds for each count that it may be."""
    counts = np.random.default_rng(seed).integers(5, 40, MEMBERS)

    def told(first: float | None) -> dict[str, tuple[Any, Any]]:
        activity = [
            {"municipality": code, "year": YEAR, "measure": "sotkanet_191", "value": value}
            for code, value in zip(CODES, [first, *map(float, counts[1:])], strict=True)
        ]
        return verdicts(
            make_data, PLACED, 0.2, activity=activity, finance=[{"municipality": "001", "year": YEAR, "eur": 1}]
        )

    hidden, known = told(None), [told(float(count)) for count in range(5)]
    assert hidden[CODES[0]] == (None, None), "nothing is said of the hidden count itself"
    firm = {code: word for code, (word, is_firm) in hidden.items() if is_firm}
    assert firm
    for alternative in known:
        assert {code: alternative[code] for code in firm} == {code: (word, True) for code, word in firm.items()}
