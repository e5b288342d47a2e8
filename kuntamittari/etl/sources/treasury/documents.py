"""A document of the State Treasury: what its numbers are, and what in it cannot be used."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from kuntamittari.errors import SourceError
from kuntamittari.etl.client import Client
from kuntamittari.etl.sources.treasury.catalogue import HOST, Document, moment
from kuntamittari.etl.sources.treasury.packages import Package
from kuntamittari.etl.sources.treasury.taxonomy import Cell, Taxonomy, version_of_document

NUMBER = re.compile(r"-?\d+(\.\d+)?")
DETAILS = "t00"  # the table of details of the report, whose values are no figures


class Figure(NamedTuple):
    """A figure of a document, and the version of the taxonomy that it is of."""

    cell: Cell
    value: float
    version: str


class Read(NamedTuple):
    """What was read of a document, and the reasons why items of it are missing (item, reason)."""

    figures: list[Figure]
    problems: list[tuple[str, str]]


def fetch(client: Client, document: Document) -> list[dict[str, Any]]:
    """Return the rows of a document; one that is kept of an earlier update is not fetched again unless it was approved
    anew.

    Raises SourceError where the rows are not of this report.
    """
    rows = client.get_unless(HOST, document.path, lambda kept: _approved(kept) == document.approved)
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise SourceError(f"{HOST}{document.path}: the document is not a list of rows.")
    asked = (document.business_id, document.package, document.period)
    if any(_report(row) != asked for row in rows):
        raise SourceError(f"{HOST}{document.path}: the document is of another report.")
    return rows


def _report(row: dict[str, Any]) -> tuple[Any, Any, Any]:
    return row.get("ytunnus"), row.get("raportointikokonaisuus"), row.get("raportointikausi")


def _approved(rows: Any) -> Any:
    first = rows[0] if isinstance(rows, list) and rows else None
    return moment(first.get("hyväksymispvm")) if isinstance(first, dict) else None


def read(rows: list[dict[str, Any]], package: Package, taxonomy: Taxonomy) -> Read:
    """Return the wanted figures of a document.

    A cell without a number, or with two different ones, is missing; so is every item of an identity that the document
    breaks. Raises SourceError where the document is of a version that is not known.
    """
    found: dict[tuple[Cell, str], set[str]] = {}
    versions = {str(row.get("taksonomia")) for row in rows if row.get("osakokonaisuus") != DETAILS}
    if unknown := sorted(text for text in versions if version_of_document(text) not in taxonomy.versions):
        raise SourceError(f"no taxonomy has the version {', '.join(unknown)}")
    for row in rows:
        version = version_of_document(str(row.get("taksonomia")))
        cell = taxonomy.cells.get((version, str(row.get("tunnusluku"))))
        if cell and row.get("osakokonaisuus") == package.items[cell.item].table:
            found.setdefault((cell, version), set()).add(str(row.get("arvo")))
    figures, problems = list[Figure](), list[tuple[str, str]]()
    for (cell, version), texts in found.items():
        numbers = {float(text) for text in texts if NUMBER.fullmatch(text)}
        if len(numbers) == 1 and all(NUMBER.fullmatch(text) for text in texts):
            figures.append(Figure(cell, numbers.pop(), version))
        else:
            shown = ", ".join(sorted(map(repr, texts)))
            problems.append((cell.item, f"the value is {shown}" if len(texts) == 1 else f"two values, {shown}"))
    used = {version for _, version in found}
    problems += [(item, reason) for (version, item), reason in taxonomy.problems.items() if version in used]
    broken = dict(_broken(figures, package))
    figures = [figure for figure in figures if figure.cell.item not in broken]
    return Read(figures, problems + list(broken.items()))


def _broken(figures: list[Figure], package: Package) -> Iterator[tuple[str, str]]:
    """Yield each item of the identities that the figures break, with the sentence about it."""
    values = {figure.cell.item: figure.value for figure in figures}
    for identity in package.sums:
        difference = identity.difference(values)
        if difference:
            for item in identity.items:
                yield item, f"{identity.total} differs by {difference:.2f} euros from its parts"
