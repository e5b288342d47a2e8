"""An invented municipality with quarters and budgets, and two beside it."""

from typing import Any

INCOME, EXPENSES, TAXES = "Toimintatuotot yhteensä", "Toimintakulut yhteensä", "Verotulot"
MARGIN = "Vuosikate +/-"
HERE, BESIDE, THIRD = "901", "902", "903"  # codes of no municipality


def cell(place: str, period: str, item: str, value: float, status: str = "final") -> dict[str, Any]:
    """Return a figure of the accounts."""
    year = int(period[:4])
    return {
        "municipality": place,
        "period": period,
        "value_year": year,
        "item": item,
        "value": value,
        "status": status,
    }


def plan(place: str, period: int, column: str, item: str, value: float) -> dict[str, Any]:
    """Return a figure of a budget."""
    years = {"budget": 0, "budget_amended": -1, "plan_1": 1, "plan_2": 2}[column]
    status = column if column.startswith("budget") else "plan"
    cells = cell(place, str(period), item, value, status)
    return cells | {"package": "KTAS", "column": column, "value_year": period + years}


CELLS = [
    cell(HERE, "2026C06", EXPENSES, 66_000_000, "preliminary"),
    cell(HERE, "2025C06", EXPENSES, 60_000_000),
    cell(HERE, "2025C12", EXPENSES, 125_000_000),
    plan(HERE, 2026, "budget", EXPENSES, 132_000_000),
    cell(BESIDE, "2026C06", EXPENSES, 40_000_000),
    plan(BESIDE, 2026, "budget", EXPENSES, 100_000_000),
    cell(HERE, "2026C06", MARGIN, -2_000_000, "preliminary"),
    plan(HERE, 2026, "budget", MARGIN, 9_000_000),
    plan(HERE, 2024, "budget", EXPENSES, 99_000_000),
    plan(HERE, 2025, "budget", EXPENSES, 120_000_000),
    plan(HERE, 2026, "budget_amended", EXPENSES, 130_000_000),
    plan(HERE, 2025, "plan_1", EXPENSES, 123_000_000),
    plan(HERE, 2026, "plan_1", EXPENSES, 140_000_000),
    cell(HERE, "2024C12", EXPENSES, 110_000_000),
    cell(BESIDE, "2025C12", EXPENSES, 80_000_000),
    plan(BESIDE, 2025, "budget", EXPENSES, 84_000_000),
]
TABLES: dict[str, list[dict[str, Any]]] = {
    "municipality": [{"code": code, "residents": 20_000} for code in (HERE, BESIDE, THIRD)],
    # the year 2024 lacks residents, as it does in the open data of 2026
    "population": [
        {"municipality": code, "year": year, "age_from": 0, "age_to": 120, "persons": 20_000}
        for code in (HERE, BESIDE, THIRD)
        for year in (2025, 2027)
    ],
    "finance": [{"municipality": HERE, "year": 2025, "task_class": "Käyttötalous yhteensä", "eur": 1}],
    "cells": CELLS,
}
