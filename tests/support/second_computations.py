"""Figures computed a second time, in another way than the code under test computes them."""

import numpy as np
import pandas as pd


def by_prices(x: np.ndarray, y: np.ndarray, unit: int, variable: bool, left_out: tuple[int, ...] = ()) -> float:
    """The share in multiplier form: the best worth of a unit's outputs at prices at which its inputs are worth one and
    nobody makes a profit. The dual of what the project solves, over all units."""
    from scipy.optimize import linprog  # takes longer to import than most tests that use this module to run

    m, s = x.shape[1], y.shape[1]
    others = [n for n in range(len(x)) if n not in left_out]
    free = 1.0 if variable else 0.0
    found = linprog(
        -np.hstack([y[unit], np.zeros(m), [free]]),
        A_ub=np.hstack([y[others], -x[others], np.full((len(others), 1), free)]),
        b_ub=np.zeros(len(others)),
        A_eq=np.hstack([np.zeros(s), x[unit], [0.0]])[None, :],
        b_eq=[1.0],
        bounds=[(0, None)] * (s + m) + [(None, None) if variable else (0, 0)],
        method="highs",
    )
    assert found.success, found.message
    return -found.fun


def by_hand(x: np.ndarray, y: np.ndarray, unit: int) -> float:
    """The share with free disposal: the best of single units, by plain loops."""
    best = float("inf")
    for other in range(len(x)):
        if all(y[other][r] >= y[unit][r] for r in range(y.shape[1])):
            best = min(best, max(x[other][i] / x[unit][i] for i in range(x.shape[1])))
    return best


def counted(projection: pd.DataFrame, ages: tuple[int, int], places: list[str]) -> dict[int, float]:
    """Year → residents, straight from the rows by year of age."""
    single = projection[(projection.age_to - projection.age_from < 120) & projection.municipality.isin(places)]
    inside = single[(single.age_from >= ages[0]) & (single.age_to <= ages[1])]
    return inside.groupby("year").persons.sum().to_dict()
