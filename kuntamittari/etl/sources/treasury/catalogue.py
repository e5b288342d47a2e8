"""The catalogue of the State Treasury's documents, and the choice of one document a report."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from kuntamittari.errors import SourceError
from kuntamittari.etl.client import Client

HOST = "https://prodkuntarest.westeurope.cloudapp.azure.com"
CATALOGUE = "/rest/v1/json/aineistot"
FINAL = ("lopullinen", "jälkikorjattu")  # stages of a report that is closed
PROVISIONAL = ("alustava", "hyväksytty")
MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?")


@dataclass(frozen=True)
class Document:
    """A document of the catalogue: who reports what of which period, the stage, when it was approved, and its address
    at HOST."""

    business_id: str
    package: str
    period: str
    stage: str
    approved: datetime
    path: str

    @property
    def is_final(self) -> bool:
        """Return whether the report is closed, corrected or not."""
        return self.stage in FINAL


def documents(client: Client, packages: Iterable[str]) -> tuple[list[Document], int]:
    """Return the documents of some packages, and how many rows of theirs cannot be read.

    Raises SourceError where the catalogue has another form, and as `Client.get`.
    """
    answer = client.get(HOST, CATALOGUE)
    rows = answer.get("aineistot") if isinstance(answer, dict) else None
    if not isinstance(rows, list) or not rows:
        raise SourceError(f"{HOST}{CATALOGUE}: the catalogue came in an unknown form or without a row.")
    wanted, found, unreadable = set(packages), list[Document](), 0
    for row in rows:
        if not isinstance(row, dict):
            unreadable += 1
        elif row.get("raportointikokonaisuus") in wanted:
            document = _document(row)
            if document:
                found.append(document)
            else:
                unreadable += 1
    return found, unreadable


def _document(row: dict[str, Any]) -> Document | None:
    """Return a row of the catalogue as a document; None where something is missing in it or of another form."""
    names = ("ytunnus", "raportointikokonaisuus", "raportointikausi", "hyvaksymisvaihe", "tunnusluvut")
    business_id, package, period, stage, address = (row.get(name) for name in names)
    approved = moment(row.get("hyvaksymispvm"))
    if not all(isinstance(text, str) for text in (business_id, package, period, stage, address)) or approved is None:
        return None
    stage = str(stage).lower()
    try:
        path = urlsplit(str(address)).path  # the host is ours to choose, not the catalogue's
    except ValueError:
        return None
    if stage not in (*FINAL, *PROVISIONAL) or not path.startswith("/"):
        return None
    return Document(str(business_id), str(package), str(period), stage, approved, path)


def moment(text: Any) -> datetime | None:
    """Return a date with a time of day; None for anything else. Fractions of a second may have any number of digits."""
    found = MOMENT.fullmatch(text) if isinstance(text, str) else None
    try:
        return datetime.fromisoformat(f"{found[1]} {found[2]}.{(found[3] or '').ljust(6, '0')}") if found else None
    except ValueError:
        return None


def chosen(documents: Iterable[Document], provisional: bool) -> dict[tuple[str, str, str], Document]:
    """Return (business id, package, period) → the document to read.

    That is the newest approval among final and corrected ones; where there is none and `provisional` ones are asked
    for, the newest of these. At the same moment a corrected one goes before a final one.
    """
    best: dict[tuple[str, str, str], Document] = {}
    for document in documents:
        if not (document.is_final or provisional):
            continue
        key = document.business_id, document.package, document.period
        if key not in best or _rank(document) > _rank(best[key]):
            best[key] = document
    return best


def _rank(document: Document) -> tuple[bool, datetime, int]:
    return document.is_final, document.approved, (*PROVISIONAL, *FINAL).index(document.stage)
