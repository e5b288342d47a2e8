"""Need: what a cost is expected to be, by least squares on what the municipality does not decide (docs/methods.md 9).

Pure functions on NumPy arrays.
"""

from dataclasses import dataclass

import numpy as np

from kuntamittari.stats.group_figures import Numbers

LEAST_TIMES = 10  # municipalities that a model takes for each of its drivers


@dataclass(frozen=True, eq=False)
class Fit:
    """A model ln cost = intercept + Σ coefficient · driver.

    `coefficients`, `errors` (their standard errors) and `means` (of the drivers): one entry a driver; `scale`: factor
    by which costs of the model are multiplied so that they sum to the actual ones; `left_out_r2`: share of the variance
    of ln cost that is explained for a municipality that the model was not fitted to; `deviation`: standard deviation
    of what is left; `n`: municipalities.
    """

    intercept: float
    coefficients: Numbers
    errors: Numbers
    means: Numbers
    scale: float
    left_out_r2: float
    deviation: float
    n: int

    def cost(self, drivers: Numbers) -> Numbers:
        """Return the expected cost per head of drivers of shape (municipalities, drivers); NaN where one is missing."""
        return self.scale * np.exp(self.intercept + drivers @ self.coefficients)

    @property
    def usual_cost(self) -> float:
        """Return the expected cost per head where every driver is at the mean of the municipalities."""
        return float(self.cost(self.means[None, :])[0])

    def effects(self, drivers: Numbers) -> Numbers:
        """Return how much of the difference between expected and usual cost is due to each driver, which sum to it.

        Shape (municipalities, drivers). A difference of logarithms is shared out in money by the logarithmic mean of
        both costs.
        """
        each = (drivers - self.means) * self.coefficients
        in_all = each.sum(axis=1, keepdims=True)
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = np.where(in_all == 0, 1.0, np.expm1(in_all) / in_all)
        return self.usual_cost * mean * each


def fitted(cost: Numbers, heads: Numbers, drivers: Numbers) -> tuple[Fit, Numbers] | None:
    """Return the model of costs per head and the residuals of ln cost, NaN where a municipality is not in it.

    `cost`, `heads`: shape (municipalities,); `drivers`: shape (municipalities, drivers). Municipalities without a
    driver or with no cost above zero are left out; None where fewer than ten for each driver, or half of all, are
    left.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        ln_cost = np.where(cost > 0, np.log(cost), np.nan)
    known = ~np.isnan(ln_cost) & ~np.isnan(drivers).any(axis=1) & (heads > 0)
    n, count = int(known.sum()), drivers.shape[1]
    if n < LEAST_TIMES * count or 2 * n < len(cost):
        return None
    terms = np.column_stack([np.ones(n), drivers[known]])
    if np.linalg.matrix_rank(terms) < terms.shape[1]:
        return None
    q, r = np.linalg.qr(terms)
    beta = np.linalg.solve(r, q.T @ ln_cost[known])
    residual = ln_cost[known] - terms @ beta
    variance = float(residual @ residual) / (n - count - 1)
    inverse = np.linalg.inv(r)
    errors = np.sqrt(variance * (inverse**2).sum(axis=1))
    left_out = residual / (1 - (q**2).sum(axis=1))
    about_mean = ln_cost[known] - ln_cost[known].mean()
    expected = np.exp(terms @ beta) * heads[known]
    fit = Fit(
        intercept=float(beta[0]),
        coefficients=beta[1:],
        errors=errors[1:],
        means=drivers[known].mean(axis=0),
        scale=float((cost[known] * heads[known]).sum() / expected.sum()),
        left_out_r2=float(1 - left_out @ left_out / (about_mean @ about_mean)),
        deviation=float(np.sqrt(variance)),
        n=n,
    )
    residuals = np.full(len(cost), np.nan)
    residuals[known] = residual
    return fit, residuals
