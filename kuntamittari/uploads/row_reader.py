"""Rows of an uploaded file: which columns they have, whose figures they are and of which year."""

import difflib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from kuntamittari import settings
from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.i18n import plain
from kuntamittari.uploads.tabular import Row, TableError

MOST_LOOKED_AT = 15  # rows from the top in which the column headers must be: a sheet may begin with a title
MOST_LOOKED_UP = 100  # unknown municipality names of a file for which a similar name is searched
LONGEST_SHOWN = 60  # characters of a file's content that a message quotes
FIRST_YEAR, LAST_YEAR = 1990, 2100
Code = Annotated[str, Field(pattern=r"^(\d{3,4}|MA1)$")]  # four digits in a large invented country
Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]
# role of a column → its possible headers, as `i18n.plain` writes them
HEADS: Mapping[str, tuple[str, ...]] = {
    "municipality": (
        "municipality",
        "kunta",
        "kunnan nimi",
        "kuntanimi",
        "kuntanumero",
        "kuntakoodi",
        "kuntanro",
        "kaupunki",
        "kommun",
        "kommunens namn",
        "kommunkod",
        "kommunnummer",
        "stad",
        "city",
        "code",
        "koodi",
        "kod",
        "name",
        "nimi",
        "namn",
    ),
    "year": ("year", "vuosi", "ar", "tilastovuosi"),
    "measure": ("measure", "mittari", "tunnusluku", "indicator", "indikaattori", "matt", "matare", "indikator"),
    "value": ("value", "arvo", "luku", "maara", "varde", "tal", "antal", "amount"),
    "status": ("status", "tila"),
    "service": ("service", "palvelu", "tehtava", "tjanst"),
    "model": ("model", "malli", "organisaatiomalli", "organisointimalli", "modell", "organisationsmodell"),
}


@dataclass(frozen=True)
class Problem:
    """A defect on one line of a file.

    `reason`: a key of the texts under `problem`; `value`: the content of the cell; `near`: what may have been meant, or
    the line with which it conflicts.
    """

    line: int
    column: str
    reason: str
    value: str = ""
    near: str = ""


def shown(text: str) -> str:
    """Return the content of a file, cut to the length that a message quotes."""
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def is_head(cell: str, role: str) -> bool:
    """Return whether a cell is a header of a column with this role."""
    return plain(cell) in HEADS[role]


@dataclass(frozen=True)
class Sheet:
    """Column headers and the rows below them.

    `heads`: the cells of the row in which a header of a municipality column was recognised.
    """

    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    columns: Mapping[str, int]  # role → index of its first column

    def cell(self, row: Row, index: int) -> str:
        """Return a cell; empty where the row ends before it."""
        return row.cells[index] if index < len(row.cells) else ""


def sheet(rows: Sequence[Row], roles: Collection[str]) -> Sheet:
    """Return the rows under their headers; `roles` are the columns to recognise.

    Raises TableError where no row has a header of a municipality column, no row follows it, or a column with content
    has no header.
    """
    first_rows = rows[:MOST_LOOKED_AT]
    header_index = next(
        (i for i, row in enumerate(first_rows) if any(is_head(cell, "municipality") for cell in row.cells)), None
    )
    if header_index is None:
        raise TableError("no_heads", first=shown(" | ".join(rows[0].cells)))
    row, below = rows[header_index], tuple(rows[header_index + 1 :])
    if not below:
        raise TableError("no_rows")
    width = max(len(r.cells) for r in below)
    heads = row.cells + ("",) * (width - len(row.cells))
    unnamed = next(
        (i for i, head in enumerate(heads) if not head and any(i < len(r.cells) and r.cells[i] for r in below)), None
    )
    if unnamed is not None:
        raise TableError("nameless", line=row.line, column=unnamed + 1)
    columns = {role: next((i for i, head in enumerate(heads) if is_head(head, role)), -1) for role in roles}
    return Sheet(heads, below, {role: i for role, i in columns.items() if i >= 0})


def repeated(heads: Sequence[str]) -> str | None:
    """Return a header that two columns have; None where there is none."""
    plain_heads = [plain(head) for head in heads if head]
    return next((head for head in heads if head and plain_heads.count(plain(head)) > 1), None)


def doubled(heads: Sequence[str], roles: Collection[str]) -> str | None:
    """Return a header whose role another column has too, in other words; None where there is none."""
    for role in roles:
        of_role = [head for head in heads if is_head(head, role)]
        if len(of_role) > 1:
            return of_role[1]
    return None


class Places:
    """Lookup of the municipalities of a register, by code and by name in any language."""

    def __init__(self, register: Mapping[str, Mapping[str, Any]], mainland: bool = False):
        """Index a register (code → row); with `mainland` also the reference area MA1."""
        register = {code: row for code, row in register.items() if mainland or code != MAINLAND}
        self._codes = set(register)
        self._names: dict[str, set[str]] = {}
        self._written: dict[str, str] = {}  # name as compared → as written in the register
        self._looked_up: dict[str, str] = {}
        for code, row in register.items():
            for language in settings.LANGUAGES:
                self._names.setdefault(plain(row[f"name_{language}"]), set()).add(code)
                self._written.setdefault(plain(row[f"name_{language}"]), row[f"name_{language}"])

    def code(self, text: str) -> str | None:
        """Return the code of a municipality written as 837, KU837, Tampere or Tammerfors.

        A missing leading zero, which spreadsheets drop, is restored. None for an unknown municipality or a name that
        two share.
        """
        plain_text = plain(text)
        number = plain_text.removeprefix("ku")
        if number.isdecimal() and number.isascii():
            return number.zfill(3) if number.zfill(3) in self._codes else None
        if text.upper() in self._codes:
            return text.upper()
        codes = self._names.get(plain_text, set())
        return next(iter(codes)) if len(codes) == 1 else None

    def near(self, text: str) -> str:
        """Return a similar name; empty where there is none, and after the first unknown names of a file (slow)."""
        plain_text = plain(text)[:40]
        if plain_text not in self._looked_up and len(self._looked_up) < MOST_LOOKED_UP:
            matches = difflib.get_close_matches(plain_text, self._names, n=1, cutoff=0.75)
            self._looked_up[plain_text] = self._written[matches[0]] if matches else ""
        return self._looked_up.get(plain_text, "")


def year(text: str) -> int | None:
    """Return a year; None for anything else, also for a year outside FIRST_YEAR–LAST_YEAR."""
    return (
        int(text)
        if len(text) == 4 and text.isdecimal() and text.isascii() and FIRST_YEAR <= int(text) <= LAST_YEAR
        else None
    )
