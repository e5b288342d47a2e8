"""Total productivity over several services (docs/methods.md 20)."""

from dataclasses import dataclass

import numpy as np

from kuntamittari.stats.group_figures import Numbers


@dataclass(frozen=True)
class Total:
    """Output of several services against their deflated cost, the first year = 100, one entry a year.

    `index` = 100 · output ÷ input, by Törnqvist; `laspeyres`: with output at the unit costs of the first year.
    `shares`: of the cost of the last year, one entry a service; `outputs` and `inputs`: what each service adds to the
    change of ln output and ln input from the first to the last year, so that Σ outputs − Σ inputs = ln(index / 100).
    """

    index: Numbers
    output: Numbers
    input: Numbers
    laspeyres: Numbers
    shares: Numbers
    outputs: Numbers
    inputs: Numbers


def total(costs: Numbers, quantities: Numbers, prices: Numbers) -> Total:
    """Return the total productivity of services.

    `costs`, `quantities`: shape (services, years), nominal euros and output, all above zero; `prices`: the price index
    by year.
    """
    shares = costs / costs.sum(axis=0)
    weights = (shares[:, 1:] + shares[:, :-1]) / 2
    of_output = weights * np.diff(np.log(quantities), axis=1)
    real = costs / prices
    # logarithmic means, by which the changes of parts add up to that of the sum exactly
    means = _logarithmic_mean(real[:, 1:], real[:, :-1]) / _logarithmic_mean(
        real[:, 1:].sum(axis=0), real[:, :-1].sum(axis=0)
    )
    of_input = means * np.diff(np.log(real), axis=1)
    output = np.exp(np.concatenate([[0.0], of_output.sum(axis=0).cumsum()]))
    deflated = real.sum(axis=0) / real[:, 0].sum()
    unit_costs = costs[:, :1] / quantities[:, :1]
    at_first = (unit_costs * quantities).sum(axis=0) / costs[:, 0].sum()
    return Total(
        100 * output / deflated,
        100 * output,
        100 * deflated,
        100 * at_first / deflated,
        shares[:, -1],
        of_output.sum(axis=1),
        of_input.sum(axis=1),
    )


def _logarithmic_mean(one: Numbers, other: Numbers) -> Numbers:
    """Return (a − b) / ln(a / b), and a where both are equal."""
    apart = np.log(one / other)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.abs(apart) < 1e-12, one, (one - other) / apart)
