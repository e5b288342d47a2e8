"""The support-service scenario: what a saving on a cost base would mean (docs/methods.md 16).

Every input is the user's own; nothing here is an official figure.
"""

import math
from dataclasses import dataclass

SUPPORT_SERVICES = "Tukipalvelut"
MOST_MILLIONS = 5000.0  # millions of euros that a user may enter as a base or a one-off cost
MOST_SAVED = 100.0  # per cent of the base


@dataclass(frozen=True)
class Scenario:
    """The user's assumptions: `base` (millions of euros a year), `saving` (% of it), `one_off` (millions of euros)."""

    base: float
    saving: float
    one_off: float

    @property
    def saved(self) -> float:
        """Return the saving in millions of euros a year."""
        return self.base * self.saving / 100

    @property
    def pay_back(self) -> float | None:
        """Return the years until the one-off cost is saved; None where nothing is saved."""
        return self.one_off / self.saved if self.saved > 0 else None

    def per_resident(self, residents: float) -> float:
        """Return the saving in euros a year per resident."""
        return self.saved * 1e6 / residents

    def balance(self, years: int) -> list[float]:
        """Return the cumulative saving less the one-off cost, in millions of euros, after 0, 1, … `years` years."""
        return [self.saved * year - self.one_off for year in range(years + 1)]

    def horizon(self, least: int = 5, most: int = 30) -> int:
        """Return how many years to show: past the pay-back where there is one, from `least` to `most`."""
        return least if self.pay_back is None else min(max(math.ceil(self.pay_back * 1.5), least), most)
