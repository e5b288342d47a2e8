"""What is read of the State Treasury's packages (packages.yaml)."""

import re
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from kuntamittari import yaml_file
from kuntamittari.catalog import service_classes
from kuntamittari.catalog.statuses import Status

ANY = "any"  # in place of the label of a column, where a package has one column
BY_CLASS = "by_class"  # in place of the services: the service classes of the State Treasury
EVERYTHING = "Kaikki palvelu- ja tehtäväluokat"  # in place of the label of a service


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(_Part):
    """A column: our id, how many years its figures are from the year of the period, and their status."""

    id: str
    years: int
    status: Status


class Item(_Part):
    """An item: its label and table in the taxonomy, its number in the verified versions, its unit, and the counterparty
    sector where it is another than the package's."""

    label: str
    table: str | None = None
    code: str | None = None
    unit: str = "eur"
    sector: str | None = None
    counterparty: str | None = None

    def is_in(self, table: str) -> bool:
        """Return whether a table may be the item's."""
        return self.table in (None, table)


class Sum(_Part):
    """An identity of items: total = parts − less + those of `optional` that a document has."""

    total: str
    parts: tuple[str, ...]
    less: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()

    @property
    def items(self) -> tuple[str, ...]:
        """Every item of the identity."""
        return (*self.required, *self.optional)

    @property
    def required(self) -> tuple[str, ...]:
        """Every item without which the identity is not checked."""
        return (self.total, *self.parts, *self.less)

    def difference(self, values: dict[str, float]) -> float | None:
        """Return total less its parts, to the cent; None where one of them is not among the values."""
        if not set(self.required) <= values.keys():
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
    services: dict[str, tuple[str, ...]] | Literal["by_class"] = {}
    items: dict[str, Item]
    sums: tuple[Sum, ...] = ()

    def year_of(self, period: str, quarters: bool) -> int | None:
        """Return the year of a period that is read, with `quarters` also of a part of a year; None for another one."""
        ends = [self.period, *([self.quarters] if quarters and self.quarters else [])]
        found = re.fullmatch(rf"(20\d\d)(?:{'|'.join(ends)})", period)
        return int(found[1]) if found else None

    def sector_of(self, item: str) -> str:
        """Return the label of the counterparty sector of an item."""
        own = self.items[item].sector
        return self.sector if own is None else own

    def counterparty_of(self, item: str) -> str:
        """Return our id of the counterparty sector of an item."""
        return self.items[item].counterparty or self.counterparty

    @property
    def is_by_class(self) -> bool:
        """Return whether the services are the service classes of the State Treasury."""
        return self.services == BY_CLASS

    def is_in(self, service: str, year: int) -> bool:
        """Return whether a service is one of those of a year."""
        return not self.is_by_class or service_classes.classes()[service].is_in(year)

    def figures_of(self, year: int) -> list[tuple[str, str]]:
        """Return (item, service) of every figure of a report of a year; where services are read each by itself, one for
        each service, with an empty item for all of them."""
        if self.services_apart:
            return [("", service) for service in self.services_apart if self.is_in(service, year)]
        return [(item, "") for item in self.items]

    def name_of(self, service: str) -> str:
        """Return the name of a service as a sentence about it says it."""
        return f"{service} {service_classes.classes()[service].text}" if self.is_by_class else service

    @property
    def services_apart(self) -> tuple[str, ...]:
        """Return the ids of the services that are read each by itself; none where figures are of all services."""
        return tuple(service_classes.classes() if self.is_by_class else self.services)

    def service_of(self, label: str) -> str | None:
        """Return our id of a service by its label; None for one that is not read.

        Where services are not read each by itself, a label is its own id, and that of all services an empty one.
        """
        if not self.services_apart:
            return "" if label == EVERYTHING else label
        if isinstance(self.services, str):
            return _class_called(label)
        return next((service for service, labels in self.services.items() if label in labels), None)

    def is_whole_year(self, period: str) -> bool:
        """Return whether a period is a whole year."""
        return self.year_of(period, quarters=False) is not None


@cache
def _class_called(label: str) -> str | None:
    """Return the number of the service class that a taxonomy means by a label; None for one that is not read."""
    return next((one.id for one in service_classes.classes().values() if one.is_called(label)), None)


@cache
def packages() -> dict[str, Package]:
    """Return id → package."""
    described = yaml_file.read(Path(__file__).with_name("packages.yaml"))
    return {name: Package(id=name, **about) for name, about in described.items()}
