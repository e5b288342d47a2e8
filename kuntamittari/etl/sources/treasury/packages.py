"""What is read of the State Treasury's packages (packages.yaml)."""

import re
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from kuntamittari import yaml_file
from kuntamittari.catalog.statuses import Status

ANY = "any"  # in place of the label of a column, where a package has one column


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(_Part):
    """A column: our id, how many years its figures are from the year of the period, and their status."""

    id: str
    years: int
    status: Status


class Item(_Part):
    """An item: its label and table in the taxonomy, its number in the verified versions, and its unit."""

    label: str
    table: str
    code: str | None = None
    unit: str = "eur"


class Sum(_Part):
    """An identity of items: total = parts − less + those of `optional` that a document has."""

    total: str
    parts: tuple[str, ...]
    less: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()

    @property
    def items(self) -> tuple[str, ...]:
        """Every item of the identity."""
        return (self.total, *self.parts, *self.less, *self.optional)

    def difference(self, values: dict[str, float]) -> float | None:
        """Return total less its parts, to the cent; None where one of them is not among the values."""
        if not {self.total, *self.parts, *self.less} <= values.keys():
            return None
        added = sum(values[item] for item in self.parts) + sum(values.get(item, 0) for item in self.optional)
        return round(values[self.total] - added + sum(values[item] for item in self.less), 2)


class Package(_Part):
    """A package; the fields are described in packages.yaml."""

    id: str
    period: str
    quarters: str | None = None
    columns: dict[str, Column]
    sector: str = ""
    counterparty: str
    verified: tuple[str, ...] = ()
    items: dict[str, Item]
    sums: tuple[Sum, ...] = ()

    def year_of(self, period: str, quarters: bool) -> int | None:
        """Return the year of a period that is read, with `quarters` also of a part of a year; None for another one."""
        ends = [self.period, *([self.quarters] if quarters and self.quarters else [])]
        found = re.fullmatch(rf"(20\d\d)(?:{'|'.join(ends)})", period)
        return int(found[1]) if found else None

    def is_whole_year(self, period: str) -> bool:
        """Return whether a period is a whole year."""
        return self.year_of(period, quarters=False) is not None


@cache
def packages() -> dict[str, Package]:
    """Return id → package."""
    described = yaml_file.read(Path(__file__).with_name("packages.yaml"))
    return {name: Package(id=name, **about) for name, about in described.items()}
