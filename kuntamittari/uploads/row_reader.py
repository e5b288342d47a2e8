"""Rows that a reader brings, understood: whose they are, of which year, and every defect with its line. Nothing is
half-taken."""

import difflib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from kuntamittari import settings
from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.i18n import plain
from kuntamittari.uploads.tabular import Row, TableError

MOST_LOOKED_AT = 15  # rows from the top among which the heads must be: a sheet may begin with a title
MOST_LOOKED_UP = 100  # strangers among a file's municipalities that a name is looked for
LONGEST_SHOWN = 60  # characters of what is quoted back
FIRST_YEAR, LAST_YEAR = 1990, 2100
Code = Annotated[str, Field(pattern=r"^(\d{3,4}|MA1)$")]  # four digits in a large invented country
Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]
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
    """What is wrong on one line of a file: `reason` is a key of the texts of `problem`, `value` what stands there,
    `near` what may have been meant."""

    line: int
    column: str
    reason: str
    value: str = ""
    near: str = ""


def shown(text: str) -> str:
    """What a file says, cut to be quoted back."""
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def is_head(cell: str, role: str) -> bool:
    """Whether a cell is the head of a column of a role."""
    return plain(cell) in HEADS[role]


@dataclass(frozen=True)
class Sheet:
    """Heads and what stands under them. `heads` are the cells of the row in which a municipality's column was found."""

    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    columns: Mapping[str, int]  # role → place of its first column

    def cell(self, row: Row, place: int) -> str:
        """A cell; nothing where the row ends before it."""
        return row.cells[place] if place < len(row.cells) else ""


def sheet(rows: Sequence[Row], roles: Collection[str]) -> Sheet:
    """The rows under their heads. Raises TableError where no row has the head of a municipality's column, or a column
    has none."""
    top = rows[:MOST_LOOKED_AT]
    place = next((i for i, row in enumerate(top) if any(is_head(cell, "municipality") for cell in row.cells)), None)
    if place is None:
        raise TableError("no_heads", first=shown(" | ".join(rows[0].cells)))
    row, body = rows[place], tuple(rows[place + 1 :])
    if not body:
        raise TableError("no_rows")
    width = max(len(r.cells) for r in body)
    heads = row.cells + ("",) * (width - len(row.cells))
    nameless = next(
        (i for i, head in enumerate(heads) if not head and any(i < len(r.cells) and r.cells[i] for r in body)), None
    )
    if nameless is not None:
        raise TableError("nameless", line=row.line, column=nameless + 1)
    columns = {role: next((i for i, head in enumerate(heads) if is_head(head, role)), -1) for role in roles}
    return Sheet(heads, body, {role: i for role, i in columns.items() if i >= 0})


def repeated(heads: Sequence[str]) -> str | None:
    """A head that stands over two columns."""
    compared = [plain(head) for head in heads if head]
    return next((head for head in heads if head and compared.count(plain(head)) > 1), None)


def doubled(heads: Sequence[str], roles: Collection[str]) -> str | None:
    """A head of a role that another column has too, in other words."""
    for role in roles:
        named = [head for head in heads if is_head(head, role)]
        if len(named) > 1:
            return named[1]
    return None


class Places:
    """The municipalities of a register by code and by name in any language."""

    def __init__(self, register: Mapping[str, Mapping[str, Any]], mainland: bool = False):
        """`mainland`: whether the reference area MA1 is among them."""
        register = {code: row for code, row in register.items() if mainland or code != MAINLAND}
        self._codes = set(register)
        self._names: dict[str, set[str]] = {}
        self._written: dict[str, str] = {}  # as compared → as it is written
        self._looked_up: dict[str, str] = {}
        for code, row in register.items():
            for language in settings.LANGUAGES:
                self._names.setdefault(plain(row[f"name_{language}"]), set()).add(code)
                self._written.setdefault(plain(row[f"name_{language}"]), row[f"name_{language}"])

    def code(self, text: str) -> str | None:
        """The code of what a file says: 837, 91 (a spreadsheet drops the nought), KU837, Tampere, Tammerfors; None for
        a stranger or a name that two have."""
        plain_text = plain(text)
        number = plain_text.removeprefix("ku")
        if number.isdecimal() and number.isascii():
            return number.zfill(3) if number.zfill(3) in self._codes else None
        if text.upper() in self._codes:
            return text.upper()
        found = self._names.get(plain_text, set())
        return next(iter(found)) if len(found) == 1 else None

    def near(self, text: str) -> str:
        """A name that is nearly the same, for the first strangers of a file; looking among all names takes its time."""
        compared = plain(text)[:40]
        if compared not in self._looked_up and len(self._looked_up) < MOST_LOOKED_UP:
            found = difflib.get_close_matches(compared, self._names, n=1, cutoff=0.75)
            self._looked_up[compared] = self._written[found[0]] if found else ""
        return self._looked_up.get(compared, "")


def year(text: str) -> int | None:
    """A year; None for anything else, also for one that nobody can have figures of."""
    return (
        int(text)
        if len(text) == 4 and text.isdecimal() and text.isascii() and FIRST_YEAR <= int(text) <= LAST_YEAR
        else None
    )
