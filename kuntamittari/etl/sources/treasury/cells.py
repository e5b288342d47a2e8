"""The figures of municipalities in the State Treasury's packages, and what is left out of them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from kuntamittari.catalog.statuses import Status
from kuntamittari.errors import MadeUpError, NotKeptError, NotThereError, SourceError, UnreachableError
from kuntamittari.etl.client import Client
from kuntamittari.etl.sources.treasury import catalogue, directory, documents, taxonomy
from kuntamittari.etl.sources.treasury.catalogue import Document
from kuntamittari.etl.sources.treasury.packages import Package, packages

COLUMNS = [
    "municipality",
    "package",
    "period",
    "value_year",
    "column",
    "item",
    "service",
    "counterparty",
    "value",
    "unit",
    "status",
    "version",
    "approved",
]
FIRST_YEAR = 2021  # of reports to the State Treasury
EXAMPLES = 3  # municipalities that a sentence names


class Place(NamedTuple):
    """A municipality that reports: the code that holds its area now, and the first year in which it no longer was."""

    successor: str
    ended: int | None

    def existed_in(self, year: int) -> bool:
        """Return whether the place was a municipality at the end of a year."""
        return self.ended is None or year < self.ended


class Missing(NamedTuple):
    """A figure that is missing of a report, for a reason of docs/methods.md 2; an empty item stands for all items of
    the service, an empty service for all services."""

    municipality: str
    package: str
    period: str
    item: str
    service: str
    reason: str


@dataclass(frozen=True)
class Refusal:
    """What is left out: one sentence for all municipalities and items that have the same reason, and the figures that
    are missing therefore, as far as they are known one by one."""

    reason: str
    figures: tuple[Missing, ...] = ()


def fetch(
    client: Client, places: Mapping[str, Place], wanted: Collection[str], quarters: bool, first_year: int = 0
) -> tuple[pd.DataFrame, list[Refusal]]:
    """Return the cells of the wanted packages (COLUMNS), by the municipality that reported them, and what is left out.

    `quarters`: also the parts of years, for which provisional documents do, marked as preliminary; `first_year`: the
    first of the periods' years. Raises
    UnreachableError where the service ceases to answer, MadeUpError where its answers are not accepted, and SourceError
    where the catalogue or every package cannot be read.
    """
    read = [package for package in packages().values() if package.id in wanted]
    listed, unreadable = catalogue.documents(client, [package.id for package in read])
    refused = _Refused()
    if unreadable:
        refused.of_package("The catalogue", f"{unreadable} rows came in an unknown form")
    ids, reasons = directory.business_ids(client, places)
    for code, reason in reasons.items():
        refused.of_municipality("All packages", reason, code)
    holder = {business_id: code for code, business_id in ids.items()}
    own = [document for document in listed if document.business_id in holder]  # joint authorities are kept apart
    frames = []
    for package in read:
        chosen, open_reports = _of_package(own, package, quarters, first_year)
        for business_id, period in open_reports:
            refused.of_municipality(f"{package.id} {period}", "only a provisional document", holder[business_id])
        if not chosen:
            refused.of_package(package.id, "the catalogue has no final document of a municipality")
            continue
        try:
            meanings = taxonomy.read(client, package)
        except (UnreachableError, MadeUpError):
            raise
        except SourceError as error:
            refused.of_package(package.id, _for_everybody(error, client.base))
            continue
        for code, period in _unlisted(chosen, open_reports, holder, places):
            refused.of_municipality(f"{package.id} {period}", "no document in the catalogue", code)
        rows: list[dict[str, Any]] = []
        for number, document in enumerate(chosen):
            client.ahead = len(chosen) - number
            rows += _cells(client, document, holder[document.business_id], package, meanings, refused)
        whole, lacking = _whole(pd.DataFrame(rows, columns=COLUMNS), places)
        for period, successor, code in lacking:
            refused.of_municipality(
                f"{package.id} {period}", f"no document of the merged municipality {code}", successor
            )
        frames.append(whole)
    client.ahead = 0
    refusals = refused.sentences()
    if not any(len(frame) for frame in frames):
        raise NotThereError(refusals[0].reason if refusals else f"{catalogue.HOST}: no document of a municipality.")
    return pd.concat(frames, ignore_index=True), refusals


def _of_package(
    listed: list[Document], package: Package, quarters: bool, first_year: int
) -> tuple[list[Document], list[tuple[str, str]]]:
    """Return the documents of a package to read, one a report: closed ones, and provisional ones of parts of a year;
    and (business id, period) of the years that are not closed yet."""
    own = [
        one
        for one in listed
        if one.package == package.id and (package.year_of(one.period, quarters) or 0) >= max(first_year, 1)
    ]
    whole = catalogue.chosen((one for one in own if package.is_whole_year(one.period)), provisional=False)
    parts = catalogue.chosen((one for one in own if not package.is_whole_year(one.period)), provisional=True)
    reports = {(one.business_id, one.package, one.period) for one in own if package.is_whole_year(one.period)}
    still_open = [(business_id, period) for business_id, _, period in sorted(reports - whole.keys())]
    return [document for _, document in sorted((whole | parts).items())], still_open


def _unlisted(
    chosen: list[Document], open_reports: list[tuple[str, str]], holder: Mapping[str, str], places: Mapping[str, Place]
) -> list[tuple[str, str]]:
    """Return (code, period) of the municipalities that have no document of a period of which another one has.

    Of merged ones only those of which no part has one; a part that alone lacks it is told of by `_whole`.
    """
    listed = {(holder[one.business_id], one.period) for one in chosen}
    listed |= {(holder[business_id], period) for business_id, period in open_reports}
    present = {(places[code].successor, period) for code, period in listed}
    return [
        (code, period)
        for period in sorted({period for _, period in listed})
        for code in sorted(holder.values())
        if places[code].existed_in(int(period[:4])) and (places[code].successor, period) not in present
    ]


def _cells(
    client: Client,
    document: Document,
    code: str,
    package: Package,
    meanings: taxonomy.Taxonomy,
    refused: "_Refused",
) -> list[dict[str, Any]]:
    """Return the cells of a document; what cannot be used of it is added to `refused`."""
    about = f"{package.id} {document.period}"
    year = package.year_of(document.period, quarters=True) or 0
    try:
        read = documents.read(documents.fetch(client, document), package, meanings, year)
    except (UnreachableError, MadeUpError):
        raise
    except (NotThereError, NotKeptError):
        refused.of_municipality(about, "the service lists the document but does not have it", code)
        return []
    except SourceError as error:
        reason = _for_everybody(error, client.base)
        for item, service in package.figures_of(year):
            figure = Missing(code, package.id, document.period, item, service, documents.UNUSABLE)
            refused.of_municipality(about, reason, code, figure)
        return []
    for problem in read.problems:
        figure = Missing(code, package.id, document.period, problem.item, problem.service, problem.reason)
        refused.of_municipality(f"{about}, {problem.about}", problem.sentence, code, figure)
    return [
        {
            "municipality": code,
            "package": package.id,
            "period": document.period,
            "value_year": year + figure.cell.column.years,
            "column": figure.cell.column.id,
            "item": figure.cell.item,
            "service": figure.cell.service,
            "counterparty": package.counterparty_of(figure.cell.item),
            "value": figure.value,
            "unit": package.items[figure.cell.item].unit,
            "status": _status(document, figure.cell.column.status),
            "version": figure.version,
            "approved": document.approved,
        }
        for figure in read.figures
    ]


def _for_everybody(error: SourceError, base: str | None) -> str:
    """Return why something could not be read, without a replica's address and the name of a taxonomy's excerpt."""
    reason = error.reason.replace(base, "") if base else error.reason
    return taxonomy.PART.sub("", reason)


def _status(document: Document, of_column: Status) -> Status:
    return of_column if document.is_final or of_column != "final" else "preliminary"


def _whole(cells: pd.DataFrame, places: Mapping[str, Place]) -> tuple[pd.DataFrame, list[tuple[str, str, str]]]:
    """Return the cells of the periods of which every municipality of a merged one has reported, and (period, successor,
    code) of the municipalities that have not: a part is not passed off as the whole."""
    lacking = []
    for period, of_period in cells.groupby("period"):
        reported, year = set(of_period["municipality"]), int(str(period)[:4])
        present = {places[code].successor for code in reported}
        for code, place in places.items():
            if place.existed_in(year) and code not in reported and place.successor in present:
                lacking.append((str(period), place.successor, code))
    part = {(period, successor) for period, successor, _ in lacking}
    successors = cells["municipality"].map({code: place.successor for code, place in places.items()})
    keys = pd.Series(zip(cells["period"], successors, strict=True), index=cells.index, dtype=object)
    return cells[~keys.isin(part)], lacking


class _Refused:
    """Gathers what is left out, so that one sentence tells of all municipalities with the same reason."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], list[str]] = {}
        self._figures: dict[tuple[str, str], list[Missing]] = {}

    def of_package(self, about: str, reason: str) -> None:
        self._codes.setdefault((about, reason), [])

    def of_municipality(self, about: str, reason: str, code: str, figure: Missing | None = None) -> None:
        codes = self._codes.setdefault((about, reason), [])
        if code not in codes:
            codes.append(code)
        if figure:
            self._figures.setdefault((about, reason), []).append(figure)

    def sentences(self) -> list[Refusal]:
        return [
            Refusal(f"{about}: {reason.rstrip('.')}{_named(codes)}.", tuple(self._figures.get((about, reason), ())))
            for (about, reason), codes in self._codes.items()
        ]


def _named(codes: list[str]) -> str:
    """Return municipalities in words: the first ones by code, the others by number."""
    if not codes:
        return ""
    more = f" and {len(codes) - EXAMPLES} more" if len(codes) > EXAMPLES else ""
    return f" (municipality {', '.join(codes[:EXAMPLES])}{more})"
