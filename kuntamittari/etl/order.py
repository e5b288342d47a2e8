"""What an update is to load, and from which year on each kind of figure is loaded for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from kuntamittari.catalog.provenance import TREASURY_SERVICES
from kuntamittari.errors import InputError

CONTEXT_YEARS = 5  # outcomes begin so many years before the first costs, for the change over five years
FIRST_PUBLISHED = 2008  # the first year of the economy among the key figures; they and residents begin no later
LAST_SIZE_YEAR = 2019  # the largest cities and size classes stay those of this year, also where later costs are loaded


TREASURY_ALWAYS = ("KKNR", "KTAS")  # packages of the State Treasury: accounts and budgets


@dataclass(frozen=True)
class Order:
    """What to load: `scope` is largest-20 or all, `years` those of costs and statements, as far as there are any.

    `since`: only figures from that year on are asked for, those before are taken over from the data in use. `packages`:
    those of the State Treasury; `quarters`: also its reports of parts of a year.
    """

    scope: str
    years: tuple[int, ...]
    since: int | None = None
    quarters: bool = False
    packages: tuple[str, ...] = TREASURY_ALWAYS

    @property
    def first_outcomes(self) -> int:
        """The first year of outcomes."""
        return self.since or min(self.years) - CONTEXT_YEARS

    @property
    def first_year(self) -> int:
        """The first year of key figures and of residents."""
        return self.since or min(FIRST_PUBLISHED, self.first_outcomes)


def packages_for(services: str) -> tuple[str, ...]:
    """Return the packages of the State Treasury for a source of services, statistics or treasury."""
    return (*TREASURY_ALWAYS, *(TREASURY_SERVICES if services == "treasury" else ()))


def since_order(scope: str, since: int, quarters: bool = False, packages: tuple[str, ...] = TREASURY_ALWAYS) -> Order:
    """Return an order of the figures from a year on. Raises InputError for a year to come."""
    this_year = datetime.now(UTC).year
    if since > this_year:
        raise InputError("since", "invalid_since", f"{since} is still to come: name a year up to {this_year}.")
    return Order(scope, tuple(range(since, this_year + 1)), since, quarters, packages)


def size_year(cost_years: Iterable[int]) -> int:
    """Return the year whose residents decide which cities are the largest, and the size classes."""
    return min(max(cost_years), LAST_SIZE_YEAR)
