"""Tables that people bring: CSV in any of its dialects and XLSX as rows of words, with limits before anything is
unpacked."""

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
MOST_LINES = 250_000  # of a file, the empty ones among them
LONGEST_LINE = 500_000  # bytes
LONGEST_CELL = 4_000  # characters
DELIMITERS = (";", "\t", ",")
LINES_LOOKED_AT = 30  # to tell which mark parts the columns
WORKBOOK, OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
SPACES = re.compile(r"[\s\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}\N{FIGURE SPACE}]+")
NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d{1,3})?", re.IGNORECASE)
GROUPED = re.compile(
    r"[+-]?\d{1,3}([ '\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}\N{FIGURE SPACE}]\d{3})+([.,]\d+)?"
)
MISSING = ("", "..", ".", "-", "–", "—", "...", "…")


class TableError(ValueError):
    """What was given is no table that can be read. `reason` is why, as a key of the texts of `tabular`; `parts` fill it
    in."""

    def __init__(self, reason: str, **parts: Any) -> None:
        super().__init__(reason)
        self.reason, self.parts = reason, parts


@dataclass(frozen=True)
class Row:
    """One row that holds anything: its number in the file, from 1, its cells as words, and how many blank rows stand
    before it."""

    line: int
    cells: tuple[str, ...]
    blank_before: int = 0


def read(content: bytes) -> list[Row]:
    """The rows of a CSV or XLSX file that hold anything, each as many cells long as it has. Raises TableError."""
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
    for line, words in rows:
        while words and not words[-1]:
            words.pop()
        if not words:
            blank += 1
            continue
        count, cells = count + 1, cells + len(words)
        if len(words) > MOST_COLUMNS:
            raise TableError("too_wide", line=line, columns=len(words), most=MOST_COLUMNS)
        if count > MOST_ROWS or cells > MOST_CELLS:
            raise TableError("too_long", rows=MOST_ROWS, cells=MOST_CELLS)
        if longest := next((place for place, word in enumerate(words, 1) if len(word) > LONGEST_CELL), None):
            raise TableError("long_cell", line=line, column=longest, most=LONGEST_CELL)
        yield Row(line, tuple(words), blank)
        blank = 0


def _text(content: bytes) -> Iterator[tuple[int, list[str]]]:
    # both before anything is unpacked
    if max(content.count(b"\n"), content.count(b"\r")) > MOST_LINES:
        raise TableError("too_long", rows=MOST_ROWS, cells=MOST_CELLS)
    long = next((n for n, line in enumerate(content.splitlines(), 1) if len(line) > LONGEST_LINE), None)
    if long:
        raise TableError("long_line", line=long, most=LONGEST_LINE)
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
    """The words of a file that says in which encoding it is, else in UTF-8, else as Windows writes in Finland."""
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
    """The mark that parts most of the first lines into the same number of columns."""
    lines = [line for line in text[:100_000].splitlines() if line.strip()][:LINES_LOOKED_AT]

    def alike(mark: str) -> tuple[int, int]:
        try:
            counted = Counter(len(cells) for cells in csv.reader(lines, delimiter=mark))
        except csv.Error:
            return 0, 0
        columns, many = max(counted.items(), key=lambda item: (item[0] > 1, item[1]), default=(1, 0))
        return (many, columns) if columns > 1 else (0, 0)

    return max(DELIMITERS, key=alike)  # the first of equals


def _workbook(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The first visible sheet with anything in it."""
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
    """Words without spaces around them or rows of them between."""
    return SPACES.sub(" ", text).strip()


def number(text: str) -> float | None:
    """A number as people write it: decimal comma or point, thousands apart by spaces, a minus of any length, per cent
    as it is shown. None where it is none, also where a comma or a point could be of thousands (1.234,5; 1,234,567)."""
    plain_ = text.replace("\N{MINUS SIGN}", "-").replace("\N{EN DASH}", "-").removesuffix("%").rstrip()
    if GROUPED.fullmatch(plain_):
        plain_ = re.sub(r"[^\d+.,-]", "", plain_)
    if not NUMBER.fullmatch(plain_):
        return None
    found = float(plain_.replace(",", "."))
    return found if abs(found) < float("inf") else None
