"""Uploaded tables: CSV in any of its dialects and XLSX as rows of text, with limits applied before unpacking."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from kuntamittari.uploads import workbook
from kuntamittari.uploads.workbook import FORMULA, UnreadableError

__all__ = ["FORMULA", "MISSING", "Row", "TableError", "number", "read", "tidy"]

LARGEST = 20_000_000  # bytes of a file
MOST_ROWS = 50_000
MOST_CELLS = 500_000
MOST_COLUMNS = 1_000
MOST_LINES = 250_000  # of a file, including empty ones
LONGEST_LINE = 500_000  # bytes
LONGEST_CELL = 4_000  # characters
DELIMITERS = (";", "\t", ",")
LINES_LOOKED_AT = 30  # from which the delimiter is inferred
WORKBOOK, OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
SPACES = re.compile(r"[\s\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}\N{FIGURE SPACE}]+")
NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d{1,3})?", re.IGNORECASE)
GROUPED = re.compile(
    r"[+-]?\d{1,3}([ '\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}\N{FIGURE SPACE}]\d{3})+([.,]\d+)?"
)
MISSING = ("", "..", ".", "-", "–", "—", "...", "…")


class TableError(ValueError):
    """An uploaded file that cannot be read as a table.

    `reason`: a key of the texts under `tabular`; `parts`: values that fill in the text.
    """

    def __init__(self, reason: str, **parts: Any) -> None:
        super().__init__(reason)
        self.reason, self.parts = reason, parts


@dataclass(frozen=True)
class Row:
    """One row that is not blank: its number in the file, from 1, its cells as text, and the blank rows before it."""

    line: int
    cells: tuple[str, ...]
    blank_before: int = 0


def read(content: bytes) -> list[Row]:
    """Return the rows of a CSV or XLSX file that are not blank, each as long as its last cell with content.

    Raises TableError where the file is too large, is no table, is broken or is empty.
    """
    if len(content) > LARGEST:
        raise TableError("too_large", most=LARGEST // 1_000_000)
    if content.startswith(OLD_WORKBOOK):
        raise TableError("old_workbook")
    rows = list(_limited(_workbook(content) if content.startswith(WORKBOOK) else _text(content)))
    if not rows:
        raise TableError("empty")
    return rows


def _limited(rows: Iterable[tuple[int, list[str]]]) -> Iterator[Row]:
    cells = count = blank = 0
    for line, values in rows:
        while values and not values[-1]:
            values.pop()
        if not values:
            blank += 1
            continue
        count, cells = count + 1, cells + len(values)
        if len(values) > MOST_COLUMNS:
            raise TableError("too_wide", line=line, columns=len(values), most=MOST_COLUMNS)
        if count > MOST_ROWS or cells > MOST_CELLS:
            raise TableError("too_long", rows=MOST_ROWS, cells=MOST_CELLS)
        if long_at := next((column for column, value in enumerate(values, 1) if len(value) > LONGEST_CELL), None):
            raise TableError("long_cell", line=line, column=long_at, most=LONGEST_CELL)
        yield Row(line, tuple(values), blank)
        blank = 0


def _text(content: bytes) -> Iterator[tuple[int, list[str]]]:
    # both limits apply before anything is decoded
    if max(content.count(b"\n"), content.count(b"\r")) > MOST_LINES:
        raise TableError("too_long", rows=MOST_ROWS, cells=MOST_CELLS)
    long_at = next((n for n, line in enumerate(content.splitlines(), 1) if len(line) > LONGEST_LINE), None)
    if long_at:
        raise TableError("long_line", line=long_at, most=LONGEST_LINE)
    text = _decoded(content)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True, skipinitialspace=True)
    last = 0
    try:
        for cells in reader:
            last = reader.line_num
            yield last, [tidy(cell) for cell in cells]
    except csv.Error:
        raise TableError("broken_csv", line=last + 1) from None


def _decoded(content: bytes) -> str:
    """Return the text of a file: in the encoding that it is marked with, else in UTF-8, else in Windows-1252."""
    marked = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
    encodings = next(((name,) for mark, name in marked.items() if content.startswith(mark)), ("utf-8", "cp1252"))
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise TableError("not_text")


def _delimiter(text: str) -> str:
    """Return the delimiter that splits most of the first lines into the same number of columns."""
    lines = [line for line in text[:100_000].splitlines() if line.strip()][:LINES_LOOKED_AT]

    def agreement(mark: str) -> tuple[int, int]:
        try:
            counted = Counter(len(cells) for cells in csv.reader(lines, delimiter=mark))
        except csv.Error:
            return 0, 0
        columns, occurrences = max(counted.items(), key=lambda item: (item[0] > 1, item[1]), default=(1, 0))
        return (occurrences, columns) if columns > 1 else (0, 0)

    return max(DELIMITERS, key=agreement)  # where several agree equally, the first


def _workbook(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield line number and cells of the first visible sheet with content."""
    last = 0
    try:
        for line, cells in workbook.rows(content):
            yield from ((blank, []) for blank in range(last + 1, line))
            last = line
            yield line, [tidy(cell) for cell in cells]
    except UnreadableError as error:
        if error.too_much:
            raise TableError("too_long", rows=MOST_ROWS, cells=MOST_CELLS) from None
        raise TableError("broken_workbook") from None


def tidy(text: str) -> str:
    """Return text without spaces around it, and with single spaces within."""
    return SPACES.sub(" ", text).strip()


def number(text: str) -> float | None:
    """Return a number as people write it; None for anything else.

    Decimal comma or point, thousands separated by spaces, any minus sign, and per cent as the number shown. None also
    where a comma or a point could separate thousands (1.234,5; 1,234,567).
    """
    digits = text.replace("\N{MINUS SIGN}", "-").replace("\N{EN DASH}", "-").removesuffix("%").rstrip()
    if GROUPED.fullmatch(digits):
        digits = re.sub(r"[^\d+.,-]", "", digits)
    if not NUMBER.fullmatch(digits):
        return None
    value = float(digits.replace(",", "."))
    return value if abs(value) < float("inf") else None
