"""The State Treasury's taxonomies, which say what each number of a document means in each version.

A taxonomy may be larger than memory and disk (27 GB), so it is read as a stream and only the rows of wanted cells are
kept.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import ijson

from kuntamittari.catalog import service_classes
from kuntamittari.errors import NotThereError, SourceError
from kuntamittari.etl import fence
from kuntamittari.etl.client import Client, TransientError
from kuntamittari.etl.sources.treasury.packages import ANY, EVERYTHING, Column, Package

INDEX_HOST, INDEX = "https://api.tutkihallintoa.fi", "/kuntatalous/v1/taksonomia"
HOST = "https://tkdpprodjrpstacc02.blob.core.windows.net"  # of the taxonomies that the index lists
BUFFER = 1 << 18  # bytes that the parser takes at a time
ACCOUNTS = re.compile(r"^\d{4}\s*-\s*\d{4}\s+")  # the span of accounts before a label
PART = re.compile(r"#cells-[0-9a-f]+")  # in an address: the name of a taxonomy's excerpt
FIELDS = ("versio", "tekninen_versio", "solutunniste", "osakokonaisuus", "tunnusluku", "tehtava", "sektori", "palvelu")


@dataclass(frozen=True)
class Cell:
    """What a number means in one version: our item and column, and the service, empty for all of them."""

    item: str
    column: Column
    service: str


class Sought(NamedTuple):
    """What is sought in a version: an item of a service, empty for all of them."""

    version: str
    item: str
    service: str = ""


@dataclass(frozen=True)
class Taxonomy:
    """The wanted cells of a package.

    `cells`: (version, number) → cell; `versions`: all versions that the taxonomy or the verified numbers know;
    `problems`: why an item is not found; `without`: the services that a version does not have at all.
    """

    cells: Mapping[tuple[str, str], Cell]
    versions: frozenset[str]
    problems: Mapping[Sought, str]
    without: frozenset[tuple[str, str]] = frozenset()


def read(client: Client, package: Package) -> Taxonomy:
    """Return the wanted cells of a package. Raises SourceError where its taxonomy is not listed or of another form."""
    path = _paths(client).get(package.id)
    if path is None:
        raise NotThereError(f"{INDEX_HOST}{INDEX}: no taxonomy of {package.id} is listed.")
    kept = client.get_part(HOST, path, _part(package), lambda chunks: fence.few(wanted(rows(chunks), package)))
    try:
        return understood([dict(zip(FIELDS, row, strict=True)) for row in kept], package)
    except (TypeError, ValueError, AttributeError) as error:
        raise SourceError(f"{HOST}{path}: the taxonomy came in an unknown form ({error!r}).") from error


def listed(client: Client) -> list[str]:
    """Return the packages of which there is a taxonomy. Raises SourceError where the list has another form."""
    return sorted(_paths(client))


def _paths(client: Client) -> dict[str, str]:
    """Return package → path of its taxonomy."""
    index = client.get(INDEX_HOST, INDEX)
    try:
        paths = [str(urlsplit(url).path) for url in index]
    except (TypeError, ValueError, AttributeError) as error:
        raise SourceError(
            f"{INDEX_HOST}{INDEX}: the list of taxonomies came in an unknown form ({error!r})."
        ) from error
    return {path.rpartition("/")[2].removesuffix(".json"): path for path in paths if path.startswith("/")}


def _part(package: Package) -> str:
    """Return a name of the excerpt: another choice of cells is another excerpt of the document."""
    labels = sorted(item.label for item in package.items.values())
    choice: Any = (FIELDS, package.sector, labels, [*package.columns])
    if package.services_apart:
        choice = (*choice, sorted(map(package.sector_of, package.items)), service_classes.classes(), package.services)
    return f"cells-{hashlib.sha256(repr(choice).encode()).hexdigest()[:16]}"


class _Stream:
    """Bytes that come in pieces, as a file that is read in any sizes. `of_row`: bytes read since the last row."""

    def __init__(self, chunks: Iterator[bytes]):
        self._chunks, self._rest, self.of_row = chunks, b"", 0

    def read(self, size: int) -> bytes:
        while len(self._rest) < size and (chunk := next(self._chunks, None)) is not None:
            self._rest += chunk
        taken, self._rest = self._rest[:size], self._rest[size:]
        self.of_row += len(taken)
        if self.of_row > fence.MOST_OF_A_ROW + BUFFER:
            raise fence.RefusedError(f"a row of the answer is larger than {fence.MOST_OF_A_ROW / 1e6:.0f} MB")
        return taken


def rows(chunks: Iterator[bytes]) -> Iterator[Any]:
    """Yield the rows of a taxonomy, a JSON list.

    Raises TransientError for another form or an end before the end, RefusedError for a row that is too large.
    """
    stream = _Stream(chunks)
    try:
        for row in ijson.items(stream, "item", buf_size=BUFFER):
            stream.of_row = 0
            yield row
    except ijson.JSONError as error:
        raise TransientError(f"the answer is not a JSON list, or ends early ({error})") from error


def wanted(rows: Iterable[Any], package: Package) -> Iterator[list[str]]:
    """Yield the FIELDS of the rows that may be wanted cells of a package."""
    sought = {(plain(item.label), package.sector_of(name)) for name, item in package.items.items()}
    for row in rows:
        # of millions of rows nearly all are of another item: nothing else of them is looked at
        if not isinstance(row, dict) or (plain(_text(row, "tunnusluku")), _text(row, "sektori")) not in sought:
            continue
        of_column = ANY in package.columns or _text(row, "tehtava") in package.columns
        if of_column and package.service_of(_text(row, "palvelu")) is not None:
            yield [_text(row, name) for name in FIELDS]


def _text(row: dict[str, Any], field: str) -> str:
    return str(row.get(field) or "")


@lru_cache(10_000)  # labels: each stands in a taxonomy once for every service, sector and version
def plain(label: str) -> str:
    """Return a label without the span of accounts before it and without repeated spaces."""
    return " ".join(ACCOUNTS.sub("", label).split())


def version_of(versio: str, technical: str) -> str:
    """Return a version as both parts of the join say it: the name of the model, and the year of its technical
    version."""
    return f"{versio[:11]}/{technical[:4]}"


def version_of_document(text: str) -> str:
    """Return the version of a document's `taksonomia`, such as "jhs-2018-01/2024-03-26"."""
    return version_of(text[:11], text[12:16])


def understood(found: list[dict[str, str]], package: Package) -> Taxonomy:
    """Return what the rows of wanted cells mean.

    An item is found where one number of a version has its label, sector, table and column, and its service where each
    is read by itself. In a verified version that number must be the verified one, and a verified number holds also
    where the taxonomy does not name it.
    """
    by_version: dict[str, list[dict[str, str]]] = {version: [] for version in package.verified}
    for row in found:
        version = version_of(row["versio"], row["tekninen_versio"])
        by_version.setdefault(version, []).append(row)
    cells: dict[tuple[str, str], Cell] = {}
    problems: dict[Sought, str] = {}
    without = set[tuple[str, str]]()
    for version, of_version in by_version.items():
        for service, of_service in _by_service(of_version, package).items():
            if package.services_apart and not of_service:
                without.add((version, service))
                continue
            for name, column, numbers, label in _numbers(of_service, package, version):
                if len(numbers) != 1:
                    problems[Sought(version, name, service)] = (
                        f"the label {label!r} has the numbers {', '.join(numbers)}"
                        if numbers
                        else f"no number has the label {label!r}"
                    )
                    continue
                told = next((row["palvelu"] for row in of_service if row["solutunniste"] == numbers[0]), EVERYTHING)
                cell = Cell(name, column, package.service_of(told) or "")
                first = cells.setdefault((version, numbers[0]), cell)
                if first != cell:
                    both = f"the number {numbers[0]} stands for {first.item} and {name}"
                    problems[Sought(version, first.item, _apart(first, package))] = both
                    problems[Sought(version, name, service)] = both
    sure = {
        (version, number): cell
        for (version, number), cell in cells.items()
        if Sought(version, cell.item, _apart(cell, package)) not in problems
    }
    return Taxonomy(sure, frozenset(by_version), problems, frozenset(without))


def _by_service(rows: list[dict[str, str]], package: Package) -> dict[str, list[dict[str, str]]]:
    """Return the rows by service where each is read by itself, otherwise all of them by an empty one."""
    if not package.services_apart:
        return {"": rows}
    by_service: dict[str, list[dict[str, str]]] = {service: [] for service in package.services_apart}
    for row in rows:
        by_service[package.service_of(row["palvelu"]) or ""].append(row)
    return by_service


def _apart(cell: Cell, package: Package) -> str:
    """Return the service of a cell where each is read by itself, otherwise an empty one."""
    return cell.service if package.services_apart else ""


def _numbers(
    rows: list[dict[str, str]], package: Package, version: str
) -> Iterator[tuple[str, Column, list[str], str]]:
    """Yield each item and column of a package with its numbers among the rows of a version, and the item's label."""
    for name, item in package.items.items():
        sector = package.sector_of(name)
        named = [
            row
            for row in rows
            if plain(row["tunnusluku"]) == item.label and item.is_in(row["osakokonaisuus"]) and row["sektori"] == sector
        ]
        verified = {item.code} if item.code and version in package.verified else set()
        for label, column in package.columns.items():
            here = {row["solutunniste"] for row in named if label in (ANY, row["tehtava"])}
            yield name, column, sorted(here | verified), item.label
