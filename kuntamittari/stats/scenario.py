"""The support-service scenario: what a saving on a cost base that the user enters would mean. Nothing here is a figure
of ours."""

import math
from dataclasses import dataclass

SUPPORT_SERVICES = "Tukipalvelut"
MOST_MILLIONS = 5000.0  # euros a year that anybody may enter as a base or a one-off cost
MOST_SAVED = 100.0  # per cent


@dataclass(frozen=True)
class Scenario:
    """What the user assumes: a yearly cost base and a one-off cost, millions of euros, and the saving, per cent of the
    base."""

    base: float
    saving: float
    one_off: float

    @property
    def saved(self) -> float:
        """Millions of euros a year."""
        return self.base * self.saving / 100

    @property
    def pay_back(self) -> float | None:
        """Years until the one-off cost is saved; None where nothing is ever saved."""
        return self.one_off / self.saved if self.saved > 0 else None

    def per_resident(self, residents: float) -> float:
        """Euros a year per resident."""
        return self.saved * 1e6 / residents

    def balance(self, years: int) -> list[float]:
        """Millions saved in all, less the one-off cost, at the end of each year from 0 to `years`."""
        return [self.saved * year - self.one_off for year in range(years + 1)]

    def horizon(self, least: int = 5, most: int = 30) -> int:
        """Years to show: past the pay-back where it is in sight."""
        return least if self.pay_back is None else min(max(math.ceil(self.pay_back * 1.5), least), most)
