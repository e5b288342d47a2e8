"""The efficiency frontier, exploratory (docs/methods.md 11): input-oriented DEA (VRS, CRS) and FDH.

Charnes, Cooper and Rhodes (1978), Banker, Charnes and Cooper (1984), Deprins, Simar and Tulkens (1984).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from kuntamittari.errors import InputError

LEAST_VARIABLES = 3  # inputs and outputs together
UNITS_PER_VARIABLE = 3  # at least, and never fewer than inputs × outputs
ON_FRONTIER = 1e-7  # tolerance for the solver's rounding: a share above 1 − this is on the frontier
NEGLIGIBLE = 1e-6  # weight up to which a peer is not listed


@dataclass(frozen=True)
class Efficiency:
    """One unit's efficiency: the share of its inputs that suffices for its outputs, 1 = on the frontier.

    `vrs`, `crs`: with variable and constant returns to scale; `fdh`: against single units only; `peers`: unit → weight
    in the solution with variable returns.
    """

    vrs: float
    crs: float
    fdh: float
    peers: dict[int, float]

    @property
    def scale(self) -> float:
        """Return scale efficiency, CRS ÷ VRS: 1 where none of the inefficiency comes from the unit's size."""
        return self.crs / self.vrs


def checked(inputs: np.ndarray, outputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs (units × m) and outputs (units × s), each column divided by its mean, which changes no result.

    Raises InputError with fewer than three variables or none of one kind, a figure that is missing, an input that is
    not positive, a negative output, a unit whose outputs are all zero, or fewer units than `least`.
    """
    if inputs.shape[1] + outputs.shape[1] < LEAST_VARIABLES or not inputs.shape[1] or not outputs.shape[1]:
        raise InputError(
            "variables", "too_few_variables", "A frontier needs at least three variables, one of each kind among them."
        )
    if not np.isfinite(inputs).all() or not np.isfinite(outputs).all() or (inputs <= 0).any() or (outputs < 0).any():
        raise InputError(
            "variables", "not_positive", "A frontier needs positive inputs and outputs that are not negative."
        )
    if (outputs.sum(axis=1) <= 0).any():
        raise InputError("variables", "no_output", "A unit without any output has no place beside a frontier.")
    needed = least(inputs.shape[1], outputs.shape[1])
    if len(inputs) < needed:
        raise InputError("units", "too_few_units", f"A frontier of these variables needs at least {needed} units.")
    return inputs / inputs.mean(axis=0), outputs / np.where(outputs.mean(axis=0) > 0, outputs.mean(axis=0), 1)


def least(inputs: int, outputs: int) -> int:
    """Return how many units a frontier of so many inputs and outputs takes; of fewer, most would lie on it."""
    return max(inputs * outputs, UNITS_PER_VARIABLE * (inputs + outputs))


def undominated(inputs: np.ndarray, outputs: np.ndarray) -> np.ndarray:
    """Return the indices of units that no other unit dominates; every frontier rests on these alone."""
    efficient = []
    for unit in range(len(inputs)):
        no_worse = (inputs <= inputs[unit]).all(axis=1) & (outputs >= outputs[unit]).all(axis=1)
        better = (inputs < inputs[unit]).any(axis=1) | (outputs > outputs[unit]).any(axis=1)
        if not (no_worse & better).any():
            efficient.append(unit)
    return np.array(efficient, dtype=int)


def radial(
    inputs: np.ndarray, outputs: np.ndarray, unit: int, reference: Sequence[int] | np.ndarray, variable: bool
) -> tuple[float, dict[int, float]]:
    """Return the least share of a unit's inputs with which a mix of reference units gives at least its outputs.

    Also the mix: unit → weight. The share is infinite and the mix empty where no mix suffices (a unit outside its own
    reference). `variable`: variable returns to scale, so the weights sum to 1 (docs/methods.md 11).
    """
    x, y = inputs[reference], outputs[reference]
    count = len(reference)
    input_rows = np.hstack([-inputs[unit][:, None], x.T])  # Σ λ x ≤ θ x₀
    output_rows = np.hstack([np.zeros((outputs.shape[1], 1)), -y.T])  # Σ λ y ≥ y₀
    weight_sum = np.hstack([[0.0], np.ones(count)])[None, :] if variable else None
    solution = linprog(
        np.hstack([[1.0], np.zeros(count)]),
        A_ub=np.vstack([input_rows, output_rows]),
        b_ub=np.hstack([np.zeros(inputs.shape[1]), -outputs[unit]]),
        A_eq=weight_sum,
        b_eq=[1.0] if variable else None,
        bounds=(0, None),
        method="highs",
    )
    if not solution.success:
        return float("inf"), {}
    weights = {int(reference[n]): float(w) for n, w in enumerate(solution.x[1:]) if w > NEGLIGIBLE}
    return float(solution.fun), weights


def free_disposal(inputs: np.ndarray, outputs: np.ndarray, unit: int) -> float:
    """Return the least share of a unit's inputs with which a single unit gives at least its outputs (FDH)."""
    producing = (outputs >= outputs[unit]).all(axis=1)
    return float((inputs[producing] / inputs[unit]).max(axis=1).min())


def efficiency(inputs: np.ndarray, outputs: np.ndarray) -> list[Efficiency]:
    """Return every unit's efficiency against the frontier of all units. Raises InputError as `checked` does."""
    x, y = checked(np.asarray(inputs, dtype=float), np.asarray(outputs, dtype=float))
    reference = undominated(x, y)
    variable = [radial(x, y, unit, reference, variable=True) for unit in range(len(x))]
    # units on the frontier of constant returns are always on that of variable returns
    efficient = [unit for unit, (share, _) in enumerate(variable) if share > 1 - ON_FRONTIER]
    return [
        Efficiency(vrs, radial(x, y, unit, efficient, variable=False)[0], free_disposal(x, y, unit), peers)
        for unit, (vrs, peers) in enumerate(variable)
    ]


def without(inputs: np.ndarray, outputs: np.ndarray, unit: int, peers: Sequence[int]) -> dict[int, float]:
    """Return peer → the unit's VRS efficiency with that peer left out of the reference.

    Raises InputError as `checked` does.
    """
    x, y = checked(np.asarray(inputs, dtype=float), np.asarray(outputs, dtype=float))
    others = [n for n in range(len(x)) if n != unit]
    return {
        peer: radial(x, y, unit, [unit, *(n for n in others if n != peer)], variable=True)[0]
        for peer in peers
        if peer != unit
    }
