"""The State Treasury's quarters and budgets: how a year goes, and how well budgets met it (docs/methods.md 22)."""

import statistics
from dataclasses import dataclass
from typing import Any

from kuntamittari.catalog.indicator import Indicator, Ratio
from kuntamittari.catalog.loader import Catalogue
from kuntamittari.query.database import Database, cached_per_snapshot
from kuntamittari.query.figures import Group, loaded_members

# indicators whose euros show how a year goes, in the order of the income statement
OF_YEAR = (
    "operating_income_per_resident",
    "operating_expenses_per_resident",
    "tax_revenue_per_resident",
    "state_transfers_per_resident",
    "annual_margin_per_resident",
    "investment_per_resident",
)
WHOLE_YEAR = 12  # months


@dataclass(frozen=True, order=True)
class Period:
    """January to the end of a month of a year, as municipalities report it: 2026C06 is January–June 2026."""

    year: int
    month: int

    @property
    def id(self) -> str:
        """Return the period as the State Treasury writes it."""
        return f"{self.year}C{self.month:02}"

    @property
    def whole(self) -> bool:
        """Return whether it is the whole year."""
        return self.month == WHOLE_YEAR

    @property
    def counted(self) -> int:
        """Return the year at whose end the residents are counted: before a year, since its own end is not known while
        it goes; of a whole year its own."""
        return self.year if self.whole else self.year - 1

    @property
    def before(self) -> "Period":
        """Return the same part of the year before."""
        return Period(self.year - 1, self.month)

    @property
    def gone(self) -> float:
        """Return how much of the year has gone, in per cent."""
        return 100 * self.month / WHOLE_YEAR


@dataclass(frozen=True)
class Reports:
    """Periods of accounts in order: `all` that any municipality has reported, and the municipality's `own`."""

    all: tuple[Period, ...]
    own: tuple[Period, ...]

    @property
    def has_quarters(self) -> bool:
        """Return whether parts of years are loaded at all."""
        return any(not period.whole for period in self.all)


@cached_per_snapshot(50)
def reports(database: Database, municipality: str) -> Reports:
    """Return the periods of which accounts are loaded."""
    rows = database.query("report_periods", municipality=municipality).to_pylist()
    periods = {Period(int(row["period"][:4]), int(row["period"][5:])): row["own"] for row in rows}
    return Reports(tuple(periods), tuple(period for period, own in periods.items() if own))


def item_of(indicator: Indicator) -> str | None:
    """Return the item of the accounts that an indicator divides by all residents; None for any other indicator."""
    items = items_of(indicator)
    return items[0] if len(items) == 1 else None


def items_of(indicator: Indicator) -> tuple[str, ...]:
    """Return the items of a budget that an indicator divides by all residents; empty for any other indicator."""
    formula = indicator.formula
    if not isinstance(formula, Ratio) or (formula.denominator.age_from, formula.denominator.age_to) != (0, 120):
        return ()
    return formula.numerator.of_budget


@cached_per_snapshot(200)
def year_to_date(
    database: Database, items: tuple[str, ...], municipality: str, period: Period, group: Group
) -> list[dict[str, Any]]:
    """Return one row per item, with the columns of sql/year_to_date.sql."""
    return database.query(
        "year_to_date", items=list(items), municipality=municipality, period=period.id, **group.parameters
    ).to_pylist()


def items_of_year(catalogue: Catalogue) -> dict[str, Indicator]:
    """Return item → indicator of how a year goes, those of OF_YEAR that the catalogue has."""
    shown = (catalogue[indicator_id] for indicator_id in OF_YEAR if indicator_id in catalogue)
    return {item: indicator for indicator in shown if (item := item_of(indicator))}


@cached_per_snapshot(200)
def budgets(database: Database, indicator: Indicator, municipality: str, group: Group) -> list[dict[str, Any]]:
    """Return the budgets and plans of an indicator by year, with the columns of sql/budgets.sql; empty for an indicator
    that no budget has.

    Of the group, for the same year, period and column: `members`, `n` with a difference, and their
    `median_difference`, None without any.
    """
    members, found = loaded_members(database, group), list[dict[str, Any]]()
    for of_one in _of_all(database, indicator):
        if own := of_one.get(municipality):
            others = (of_one[code]["difference"] for code in members if code in of_one)
            known = [difference for difference in others if difference is not None]
            median = statistics.median(known) if known else None
            found.append({**own, "members": len(members), "n": len(known), "median_difference": median})
    return found


@cached_per_snapshot(50)
def _of_all(database: Database, indicator: Indicator) -> list[dict[str, dict[str, Any]]]:
    """Return the budgets and plans of an indicator, for each year, period and column municipality → row."""
    items = items_of(indicator)
    if not items:
        return []
    found: dict[tuple[int, str, str], dict[str, dict[str, Any]]] = {}
    for row in database.query("budgets", items=list(items), formula=indicator.bound()).to_pylist():
        found.setdefault((row["year"], row["period"], row["column"]), {})[row.pop("municipality")] = row
    return list(found.values())


def enough(n: int, members: int) -> bool:
    """Return whether so many members of a group have a figure that its median stands for the group: at least half, as
    those that report first are not the group."""
    return n > 0 and 2 * n >= members
