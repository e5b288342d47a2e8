"""A document of the State Treasury: what its numbers are, and what in it cannot be used."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from kuntamittari.catalog import service_classes
from kuntamittari.errors import SourceError
from kuntamittari.etl.client import Client
from kuntamittari.etl.sources.treasury.catalogue import HOST, Document, moment
from kuntamittari.etl.sources.treasury.packages import Package
from kuntamittari.etl.sources.treasury.taxonomy import Cell, Taxonomy, version_of_document

NUMBER = re.compile(r"-?\d+(\.\d+)?")
# why a figure of ours is missing, among the reasons of docs/methods.md 2
NOT_IN_TAXONOMY, COARSER, UNUSABLE = "not_in_taxonomy", "published_coarser", "unusable"
DETAILS = "t00"  # the table of details of the report, whose values are no figures


class Figure(NamedTuple):
    """A figure of a document, and the version of the taxonomy that it is of."""

    cell: Cell
    value: float
    version: str


class Problem(NamedTuple):
    """Why an item of a service is missing: a reason of docs/methods.md 2, and in words about what and why.

    An empty item stands for all of the service.
    """

    item: str
    service: str
    reason: str
    about: str
    sentence: str


class Read(NamedTuple):
    """What was read of a document, and why items of it are missing."""

    figures: list[Figure]
    problems: list[Problem]


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


def read(rows: list[dict[str, Any]], package: Package, taxonomy: Taxonomy, year: int) -> Read:
    """Return the wanted figures of a document of a year.

    A cell without a number, or with two different ones, is missing; so is every item of an identity that the document
    breaks, and of a service that it has only together with others. Raises SourceError where the document is of a
    version that is not known.
    """
    found: dict[tuple[Cell, str], set[str | None]] = {}
    versions = {str(row.get("taksonomia")) for row in rows if row.get("osakokonaisuus") != DETAILS}
    if unknown := sorted(text for text in versions if version_of_document(text) not in taxonomy.versions):
        raise SourceError(f"no taxonomy has the version {', '.join(unknown)}")
    for row in rows:
        version = version_of_document(str(row.get("taksonomia")))
        cell = taxonomy.cells.get((version, str(row.get("tunnusluku"))))
        if cell and package.items[cell.item].is_in(str(row.get("osakokonaisuus"))):
            value = row.get("arvo")
            found.setdefault((cell, version), set()).add(None if value is None else str(value))
    figures, problems = list[Figure](), list[Problem]()
    for (cell, version), texts in found.items():
        numbers = {float(text) for text in texts if text and NUMBER.fullmatch(text)}
        if len(numbers) == 1 and all(text and NUMBER.fullmatch(text) for text in texts):
            figures.append(Figure(cell, numbers.pop(), version))
        else:
            shown = ", ".join(sorted("null" if text is None else repr(text) if text else "empty" for text in texts))
            sentence = f"the value is {shown}" if len(texts) == 1 else f"two values, {shown}"
            problems.append(_problem(package, cell.item, cell.service, UNUSABLE, sentence))
    used = {version for _, version in found}
    problems += [
        _problem(package, item, service, NOT_IN_TAXONOMY, sentence)
        for (version, item, service), sentence in taxonomy.problems.items()
        if version in used
    ]
    problems += [
        _problem(package, "", service, NOT_IN_TAXONOMY, "the taxonomy has no such service")
        for version, service in sorted(taxonomy.without)
        if version in used
    ]
    problems += _coarser(figures, package, year)
    broken = {problem.item: problem for problem in _broken(figures, package)}
    figures = [figure for figure in figures if figure.cell.item not in broken]
    of_year = [problem for problem in problems if package.is_in(problem.service, year)]
    return Read(figures, of_year + list(broken.values()))


def _problem(package: Package, item: str, service: str, reason: str, sentence: str) -> Problem:
    """Return a problem that is named by its service and item."""
    about = ", ".join(filter(None, (package.name_of(service) if service else "", item)))
    return Problem(item, service, reason, about, sentence)


def _coarser(figures: list[Figure], package: Package, year: int) -> Iterator[Problem]:
    """Yield a problem of each service class of which a document has figures, other than zeros, together with those of
    another task, and of each whose figures were corrected elsewhere than in the interface."""
    there = {figure.cell.service for figure in figures if figure.value != 0}
    for one in service_classes.classes().values() if package.is_by_class else ():
        if one.id in there and year in one.corrected:
            sentence = f"its totals of {year} were corrected in a spreadsheet and not here"
            yield _problem(package, "", one.id, UNUSABLE, sentence)
        if one.coarser in there and one.coarser not in service_classes.of_a_task():
            coarser = package.name_of(str(one.coarser))
            yield Problem("", one.id, COARSER, coarser, "services of this coarser class are not told apart")


def _broken(figures: list[Figure], package: Package) -> Iterator[Problem]:
    """Yield each item of the identities that the figures break, with the sentence about it."""
    values = {figure.cell.item: figure.value for figure in figures}
    for identity in package.sums:
        difference = identity.difference(values)
        if difference:
            for item in identity.items:
                sentence = f"{identity.total} differs by {difference:.2f} euros from its parts"
                yield _problem(package, item, "", UNUSABLE, sentence)
