"""The efficiency frontier, exploratory (docs/methods.md 11): input-oriented DEA with variable and constant returns
to scale, and FDH.

Charnes, Cooper and Rhodes (1978), Banker, Charnes and Cooper (1984), Deprins, Simar and Tulkens (1984).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from kuntamittari.errors import InputError

LEAST_VARIABLES = 3
ON_FRONTIER = 1e-7  # how far from 1 a share may be by the solver's rounding
NEGLIGIBLE = 1e-6  # weight of a peer that is not worth naming


@dataclass(frozen=True)
class Efficiency:
    """One unit's place: the share of its inputs with which the frontier gives at least its outputs (1 = on the
    frontier), with variable (`vrs`) and constant (`crs`) returns and against single units only (`fdh`); `peers`: unit →
    weight (vrs)."""

    vrs: float
    crs: float
    fdh: float
    peers: dict[int, float]

    @property
    def scale(self) -> float:
        """What of the inefficiency with constant returns comes of the unit's size: 1 = none."""
        return self.crs / self.vrs


def checked(inputs: np.ndarray, outputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Inputs (units × m) and outputs (units × s), each column scaled by its mean, which changes no result. Raises
    InputError where there are fewer than three variables, or a figure that is not positive (inputs) or negative
    (outputs)."""
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
    return inputs / inputs.mean(axis=0), outputs / np.where(outputs.mean(axis=0) > 0, outputs.mean(axis=0), 1)


def undominated(inputs: np.ndarray, outputs: np.ndarray) -> np.ndarray:
    """The units that no other beats in everything; every frontier rests on them alone."""
    kept = []
    for unit in range(len(inputs)):
        no_worse = (inputs <= inputs[unit]).all(axis=1) & (outputs >= outputs[unit]).all(axis=1)
        better = (inputs < inputs[unit]).any(axis=1) | (outputs > outputs[unit]).any(axis=1)
        if not (no_worse & better).any():
            kept.append(unit)
    return np.array(kept, dtype=int)


def radial(
    inputs: np.ndarray, outputs: np.ndarray, unit: int, reference: Sequence[int] | np.ndarray, variable: bool
) -> tuple[float, dict[int, float]]:
    """The least share of a unit's inputs with which a mix of the reference gives at least its outputs, and the mix.
    Infinite where no mix does (a unit outside its own reference)."""
    x, y = inputs[reference], outputs[reference]
    count = len(reference)
    above = np.hstack([-inputs[unit][:, None], x.T])  # Σ λ x ≤ θ x₀
    below = np.hstack([np.zeros((outputs.shape[1], 1)), -y.T])  # Σ λ y ≥ y₀
    equal = np.hstack([[0.0], np.ones(count)])[None, :] if variable else None
    found = linprog(
        np.hstack([[1.0], np.zeros(count)]),
        A_ub=np.vstack([above, below]),
        b_ub=np.hstack([np.zeros(inputs.shape[1]), -outputs[unit]]),
        A_eq=equal,
        b_eq=[1.0] if variable else None,
        bounds=(0, None),
        method="highs",
    )
    if not found.success:
        return float("inf"), {}
    weights = {int(reference[n]): float(w) for n, w in enumerate(found.x[1:]) if w > NEGLIGIBLE}
    return float(found.fun), weights


def free_disposal(inputs: np.ndarray, outputs: np.ndarray, unit: int) -> float:
    """The least share of a unit's inputs with which a single unit gives at least its outputs."""
    enough = (outputs >= outputs[unit]).all(axis=1)
    return float((inputs[enough] / inputs[unit]).max(axis=1).min())


def efficiency(inputs: np.ndarray, outputs: np.ndarray) -> list[Efficiency]:
    """Every unit's place beside the frontier of all. Raises InputError as `checked`."""
    x, y = checked(np.asarray(inputs, dtype=float), np.asarray(outputs, dtype=float))
    reference = undominated(x, y)
    variable = [radial(x, y, unit, reference, variable=True) for unit in range(len(x))]
    # the frontier of constant returns rests on units of the other one alone
    efficient = [unit for unit, (share, _) in enumerate(variable) if share > 1 - ON_FRONTIER]
    return [
        Efficiency(vrs, radial(x, y, unit, efficient, variable=False)[0], free_disposal(x, y, unit), peers)
        for unit, (vrs, peers) in enumerate(variable)
    ]


def without(inputs: np.ndarray, outputs: np.ndarray, unit: int, peers: Sequence[int]) -> dict[int, float]:
    """Leave-one-out: what a unit's efficiency (vrs) would be without each of its peers."""
    x, y = checked(np.asarray(inputs, dtype=float), np.asarray(outputs, dtype=float))
    others = [n for n in range(len(x)) if n != unit]
    return {
        peer: radial(x, y, unit, [unit, *(n for n in others if n != peer)], variable=True)[0]
        for peer in peers
        if peer != unit
    }
