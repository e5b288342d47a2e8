"""Uploaded tables: CSV in any of its dialects and XLSX as sheets of rows of text, with limits applied before
unpacking."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from kuntamittari.uploads import workbook
from kuntamittari.uploads.workbook import FORMULA, BusyError, UnreadableError

__all__ = ["FORMULA", "File", "Row", "Sheet", "TableError", "read", "tidy"]

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
HYPHENATED = re.compile(r"(?<=\w)-\s*\n\s*(?=[a-zåäö])")


class TableError(ValueError):
    """An uploaded file that cannot be read as a table.

    `reason`: a key of the texts under `tabular`; `parts`: values that fill in the text.
    """

    def __init__(self, reason: str, **parts: Any) -> None:
        super().__init__(reason)
        self.reason, self.parts = reason, parts


@dataclass(frozen=True)
class Row:
    """One row that is not blank: its number in the file, from 1, its cells as text, and the blank rows before it.

    `numbers`: the columns whose cells are numbers of a workbook, written with a decimal point.
    """

    line: int
    cells: tuple[str, ...]
    blank_before: int = 0
    numbers: frozenset[int] = frozenset()

    def cell(self, column: int) -> str:
        """Return a cell; empty where the row ends before it."""
        return self.cells[column] if column < len(self.cells) else ""


@dataclass(frozen=True)
class Sheet:
    """The rows of a text file, or of one sheet of a workbook, that are not blank.

    `delimiter`: the mark between the columns of a text file; empty of a workbook. `hidden_lines`: rows that the
    workbook hides, which are not among `rows`; `hidden_columns`: columns that it hides, from 0.
    """

    name: str
    rows: tuple[Row, ...]
    delimiter: str = ""
    hidden_lines: tuple[int, ...] = ()
    hidden_columns: frozenset[int] = frozenset()


LeftOut = Literal["hidden", "empty", "too_large"]


@dataclass(frozen=True)
class File:
    """The visible sheets of a file that have content, and the names of the others, with why they were not read: hidden,
    empty or too_large."""

    sheets: tuple[Sheet, ...]
    left_out: tuple[tuple[str, LeftOut], ...] = ()


def read(content: bytes) -> File:
    """Return the sheets of a CSV or XLSX file, with each row as long as its last cell with content.

    Raises TableError where the file is too large, is no table, is broken or is empty.
    """
    if len(content) > LARGEST:
        raise TableError("too_large", most=LARGEST // 1_000_000)
    if content.startswith(OLD_WORKBOOK):
        raise TableError("old_workbook")
    file = _workbook(content) if content.startswith(WORKBOOK) else _text(content)
    if not file.sheets:
        raise TableError("empty")
    return file


def _rows(rows: Iterable[tuple[int, list[str], Iterable[int]]]) -> Iterator[Row]:
    """Yield the rows that are not blank, from their number, cells and columns with numbers of a workbook.

    Raises TableError where they exceed the limits.
    """
    cells = count = blank = 0
    for line, texts, numbers in rows:
        values = [tidy(text) for text in texts]
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
        yield Row(line, tuple(values), blank, frozenset(numbers))
        blank = 0


def _text(content: bytes) -> File:
    # both limits apply before anything is decoded
    if max(content.count(b"\n"), content.count(b"\r")) > MOST_LINES:
        raise TableError("too_long", rows=MOST_ROWS, cells=MOST_CELLS)
    long_at = next((n for n, line in enumerate(content.splitlines(), 1) if len(line) > LONGEST_LINE), None)
    if long_at:
        raise TableError("long_line", line=long_at, most=LONGEST_LINE)
    text = _decoded(content)
    delimiter = _delimiter(text)
    rows = tuple(_rows(_parted(text, delimiter)))
    if inner := _delimiter_within(rows):
        delimiter, rows = inner, tuple(_rows(_parted_again(rows, inner)))
    return File((Sheet("", rows, delimiter),) if rows else ())


def _parted(text: str, delimiter: str) -> Iterator[tuple[int, list[str], Iterable[int]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True)
    last = 0
    try:
        for cells in reader:
            yield reader.line_num, cells, ()
            last = reader.line_num
    except csv.Error:
        raise TableError("broken_csv", line=last + 1) from None


def _delimiter_within(rows: Sequence[Row]) -> str | None:
    """Return the mark that parts the columns inside the only cell of each row: of a file whose rows were pasted, or
    saved again, as one column. None for any other file."""
    if len(rows) < 2 or any(len(row.cells) > 1 for row in rows):
        return None
    return next((mark for mark in DELIMITERS if all(mark in row.cells[0] for row in rows[:LINES_LOOKED_AT])), None)


def _parted_again(rows: Sequence[Row], delimiter: str) -> Iterator[tuple[int, list[str], Iterable[int]]]:
    """Yield the rows of a file of one column, parted within.

    Raises TableError where they have not the same number of parts: a decimal comma has become a mark between columns.
    """
    parted = [(row, next(csv.reader([row.cells[0]], delimiter=delimiter))) for row in rows]
    for row, cells in parted:
        if len(cells) != len(parted[0][1]):
            raise TableError("one_column", line=row.line)
        yield row.line, cells, ()


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


def _workbook(content: bytes) -> File:
    """Return the visible sheets with content of a workbook."""
    sheets, left_out = list[Sheet](), list[tuple[str, LeftOut]]()
    try:
        for sheet in workbook.sheets(content):
            rows = tuple(_rows(_with_blank(sheet.rows)))
            if rows:
                sheets.append(Sheet(tidy(sheet.name), rows, "", sheet.hidden_lines, sheet.hidden_columns))
            else:
                left_out.append((tidy(sheet.name), sheet.left_out or "empty"))
    except UnreadableError as error:
        if error.too_much:
            raise TableError("too_long", rows=MOST_ROWS, cells=MOST_CELLS) from None
        raise TableError("broken_workbook") from None
    except BusyError:
        raise TableError("busy_workbook") from None
    return File(tuple(sheets), tuple(left_out))


def _with_blank(rows: Iterable[tuple[int, list[str], list[int]]]) -> Iterator[tuple[int, list[str], Iterable[int]]]:
    """Yield rows with the blank ones between them."""
    last = 0
    for line, cells, numbers in rows:
        yield from ((blank, [], ()) for blank in range(last + 1, line))
        last = line
        yield line, cells, numbers


def tidy(text: str) -> str:
    """Return text without spaces around it, with single spaces within, and with words hyphenated at the end of a line
    put together."""
    text = HYPHENATED.sub("", text) if "\n" in text else text
    return SPACES.sub(" ", text).strip()
