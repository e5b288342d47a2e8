"""Tables that people bring: CSV in any of its dialects and XLSX as rows of words, with limits before anything is unpacked."""

import csv
import io
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

LARGEST = 20_000_000  # bytes of a file
LARGEST_UNPACKED = 100_000_000  # bytes of what a workbook unpacks to
LARGEST_WORDS = 20_000_000  # bytes of a workbook's list of words, which is read whole
MOST_ROWS = 50_000
MOST_CELLS = 500_000
MOST_COLUMNS = 1_000
MOST_LINES = 250_000  # of a file, the empty ones among them
LONGEST_CELL = 4_000  # characters
DELIMITERS = (";", "\t", ",")
LINES_LOOKED_AT = 30  # to tell which mark parts the columns
WORKBOOK, OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
FORMULA = "\N{FULLWIDTH EQUALS SIGN}"  # stands for a formula whose value the file does not hold
SPACES = re.compile(r"[\s\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}\N{FIGURE SPACE}]+")
NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d{1,3})?", re.IGNORECASE)
THOUSANDS = re.compile(r"(?<=\d)[\s\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}\N{FIGURE SPACE}'](?=\d{3}(?!\d))")
MISSING = ("", "..", ".", "-", "–", "—", "...", "…")


class TableError(ValueError):
    """What was given is no table that can be read. `reason` is why, as a key of the texts of `tabular`; `parts` fill it in."""

    def __init__(self, reason: str, **parts: Any) -> None:
        super().__init__(reason)
        self.reason, self.parts = reason, parts


@dataclass(frozen=True)
class Row:
    """One row that holds anything: its number in the file, from 1, and its cells as words."""

    line: int
    cells: tuple[str, ...]


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
    cells = count = 0
    for line, words in rows:
        while words and not words[-1]:
            words.pop()
        if not words:
            continue
        count, cells = count + 1, cells + len(words)
        if len(words) > MOST_COLUMNS:
            raise TableError("too_wide", line=line, columns=len(words), most=MOST_COLUMNS)
        if count > MOST_ROWS or cells > MOST_CELLS:
            raise TableError("too_long", rows=MOST_ROWS, cells=MOST_CELLS)
        if longest := next((place for place, word in enumerate(words, 1) if len(word) > LONGEST_CELL), None):
            raise TableError("long_cell", line=line, column=longest, most=LONGEST_CELL)
        yield Row(line, tuple(words))


def _text(content: bytes) -> Iterator[tuple[int, list[str]]]:
    if content.count(b"\n") > MOST_LINES:  # before anything is unpacked
        raise TableError("too_long", rows=MOST_ROWS, cells=MOST_CELLS)
    text = _decoded(content)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True, skipinitialspace=True)
    try:
        for cells in reader:
            yield reader.line_num, [tidy(cell) for cell in cells]
    except csv.Error:
        raise TableError("broken_csv", line=reader.line_num) from None


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
    """The mark that parts the first lines into most columns."""
    lines = [line for line in text[:100_000].splitlines() if line.strip()][:LINES_LOOKED_AT]

    def columns(mark: str) -> float:
        try:
            return median([len(cells) for cells in csv.reader(lines, delimiter=mark)] or [0])
        except csv.Error:
            return 0

    return max(DELIMITERS, key=columns)  # the first of equals


def _workbook(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The first sheet with anything in it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            sizes = {part.filename: part.file_size for part in parts.infolist()}
        if sum(sizes.values()) > LARGEST_UNPACKED or sizes.get("xl/sharedStrings.xml", 0) > LARGEST_WORDS:
            raise TableError("bomb", most=LARGEST_UNPACKED // 1_000_000)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and checks that a workbook may lack
            values, formulas = (load_workbook(io.BytesIO(content), read_only=True, data_only=only) for only in (True, False))
            for sheet, written in zip(values.worksheets, formulas.worksheets, strict=True):
                # what a program says of a sheet's size may be wrong
                sheet.reset_dimensions()
                written.reset_dimensions()
                empty = True
                both = zip(sheet.iter_rows(values_only=True), written.iter_rows(values_only=True), strict=True)
                for line, (row, source) in enumerate(both, 1):
                    cells = [_said(value, origin) for value, origin in zip(row, source, strict=True)]
                    empty = empty and not any(cells)
                    yield line, cells
                if not empty:
                    return
    except TableError:
        raise
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, SyntaxError,
            EOFError, NotImplementedError, RuntimeError):  # fmt: skip
        # a file that only calls itself a workbook fails in as many ways as there are parts of one
        raise TableError("broken_workbook") from None


def _said(value: Any, origin: Any) -> str:
    """A cell as words; a formula as its value, and as FORMULA where the file does not hold it."""
    if value is None:
        return FORMULA if isinstance(origin, str) and origin.startswith("=") else ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.15g}"
    return tidy(str(value))


def plain(text: str) -> str:
    """Words without accents or capitals, as they are compared: Ä as a, é as e."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def tidy(text: str) -> str:
    """Words without spaces around them or rows of them between."""
    return SPACES.sub(" ", text).strip()


def number(text: str) -> float | None:
    """A number as people write it: decimal comma or point, thousands apart by spaces, a minus of any length. None where it is none,
    also where a comma or a point could be of thousands (1.234,5; 1,234,567)."""
    plain = THOUSANDS.sub("", text.replace("\N{MINUS SIGN}", "-").replace("–", "-"))
    if not NUMBER.fullmatch(plain):
        return None
    found = float(plain.replace(",", "."))
    return found if abs(found) < float("inf") else None
