"""Budgets of a municipality beside those of its group."""

from typing import Any

from kuntamittari.query import budgets, figures
from kuntamittari.query.database import Database
from kuntamittari.query.snapshot import open_snapshot
from tests.support.small_data import MakeData

MARGIN = "annual_margin_per_resident"
ITEM = "Vuosikate +/-"
BUDGETS = {"001": 150, "002": -50, "003": 1}  # euros of 2024
ACTUALS = {"001": 120, "002": -40, "003": 0}


def budget(municipality: str, eur: float, **more: Any) -> dict[str, Any]:
    """A cell of a budget."""
    of = {"package": "KTAS", "period": "2024", "column": "budget", "value_year": 2024, "status": "budget", "item": ITEM}
    return of | {"municipality": municipality, "value": eur} | more


def test_each_column_stands_beside_the_same_column_of_the_members_that_have_it(make_data: MakeData) -> None:
    amended = budget("001", 90, period="2025", column="budget_amended", status="budget_amended")
    planned = budget("001", 30, value_year=2025, column="plan_1", status="plan")
    actual = {"value_year": 2024, "period": "2024C12", "item": ITEM}
    out = make_data(
        municipality=[{"code": code} for code in BUDGETS],
        finance=[{"municipality": code, "year": 2024, "task_class": "Kirjastotoiminta", "eur": 1} for code in BUDGETS],
        cells=[
            *(budget(code, eur) for code, eur in BUDGETS.items()),
            amended,
            planned,
            *({"municipality": code, "value": eur} | actual for code, eur in ACTUALS.items()),
        ],
    )
    database = Database(open_snapshot(out))
    indicator = figures.catalogue(database)[MARGIN]

    def beside(municipality: str, *listed: str) -> dict[str, tuple[Any, ...]]:
        rows = budgets.budgets(database, indicator, municipality, figures.Group("own", listed))
        return {row["column"]: (row["difference"], row["members"], row["n"], row["median_difference"]) for row in rows}

    everybody = beside("001", "001", "002", "003")
    assert everybody["budget"] == (25, 3, 2, 0)  # +25 % and −25 %; a budget beside accounts of 0 has no difference
    assert everybody["budget_amended"] == (-25, 3, 1, -25)
    assert everybody["plan_1"] == (None, 3, 0, None)
    assert beside("001", "002")["budget"] == (25, 1, 1, -25)  # of others alone
    assert beside("003", "003")["budget"] == (None, 1, 0, None)
