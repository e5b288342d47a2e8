"""XLSX workbooks, read in a separate process with limits enforced by the operating system.

A malicious file, or a fault of the reader, ends that process and nothing else.
"""

import contextlib
import io
import json
import resource
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, TextIO
from xml.parsers import expat

from kuntamittari import settings
from kuntamittari.settings import BUDGETS

MOST_MEMORY = 400_000_000  # bytes of address space
MOST_SECONDS = 30  # of processor time
PATIENCE = 60  # seconds of wall time until the process is stopped
# limits of what the process returns; the caller applies its own
MOST_LINES, MOST_CELLS, MOST_LETTERS = 250_000, 600_000, 30_000_000
TOO_MUCH = 3  # exit code
MOST_HIDDEN = 2_000  # columns looked at: a sheet may hide all to its end
FORMULA = "\N{FULLWIDTH EQUALS SIGN}"  # in place of a formula whose result the file does not hold


class UnreadableError(ValueError):
    """A file that cannot be read as a workbook; `too_much`: only because it is too large."""

    def __init__(self, too_much: bool = False) -> None:
        super().__init__("too much" if too_much else "unreadable")
        self.too_much = too_much


class BusyError(ValueError):
    """Too many workbooks wait to be read already, or this one has waited for long."""


class Lanes:
    """Places in which workbooks are read at once. Large ones never take the last, so small ones pass them."""

    def __init__(
        self,
        places: int = BUDGETS.workbooks,
        large: int = BUDGETS.large_workbook,
        waiting: int = BUDGETS.workbooks_wait,
        patience: float = PATIENCE,
    ):
        self.places, self.large, self.waiting, self.patience = places, large, waiting, patience
        self._changed = threading.Condition()
        self._busy = self._busy_with_large = self._waiting = 0

    @contextlib.contextmanager
    def place(self, size: int) -> Iterator[None]:
        """Hold a place for a file of so many bytes. Raises BusyError where too many wait, or it has waited for long."""
        is_large = size >= self.large
        with self._changed:
            if not self._free(is_large) and self._waiting >= self.waiting:
                raise BusyError
            self._waiting += 1
            free = self._changed.wait_for(lambda: self._free(is_large), self.patience)
            self._waiting -= 1
            if not free:
                raise BusyError
            self._busy += 1
            self._busy_with_large += is_large
        try:
            yield
        finally:
            with self._changed:
                self._busy -= 1
                self._busy_with_large -= is_large
                self._changed.notify_all()

    def _free(self, is_large: bool) -> bool:
        return self._busy < self.places and not (is_large and self._busy_with_large >= self.places - 1)


_LANES = Lanes()


@dataclass
class WorkbookSheet:
    """A sheet as the process writes it: rows as number, cells, and the columns whose cells are numbers.

    `left_out`: hidden or too_large, where its rows were not read.
    """

    name: str
    left_out: Literal["hidden", "too_large", ""] = ""
    rows: list[tuple[int, list[str], list[int]]] = field(default_factory=list)
    hidden_lines: tuple[int, ...] = ()
    hidden_columns: frozenset[int] = frozenset()


def sheets(content: bytes) -> list[WorkbookSheet]:
    """Return the sheets of a workbook with their rows that have content, in order.

    Of hidden sheets and rows nothing is read. Raises UnreadableError where the file cannot be read within the limits,
    BusyError where too many others are read.
    """
    command = [sys.executable, "-m", "kuntamittari.uploads.workbook"]
    with _LANES.place(len(content)):
        try:
            process = subprocess.run(
                command,
                input=content,
                capture_output=True,
                timeout=PATIENCE,
                cwd=settings.ROOT,
                check=False,
                env={"OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(settings.ROOT)},
            )
        except subprocess.TimeoutExpired:
            raise UnreadableError from None
    if process.returncode:
        raise UnreadableError(process.returncode == TOO_MUCH)
    return parsed(process.stdout)


def parsed(written: bytes) -> list[WorkbookSheet]:
    """Return the sheets that `write` has written."""
    found = list[WorkbookSheet]()
    for line in written.splitlines():
        match json.loads(line):
            case {"sheet": name, "left_out": left_out, "hidden_lines": hidden, "hidden_columns": columns}:
                found.append(WorkbookSheet(name, left_out, [], tuple(hidden), frozenset(columns)))
            case [number, cells, numbers]:
                found[-1].rows.append((number, cells, numbers))
    return found


def main() -> int:
    """Read a workbook from standard input within the limits of the process and `write` it; return the exit code."""
    limits = ((resource.RLIMIT_AS, MOST_MEMORY), (resource.RLIMIT_CPU, MOST_SECONDS), (resource.RLIMIT_CORE, 0))
    for limit, most in limits:
        with contextlib.suppress(ValueError, OSError):  # not every system supports every limit
            resource.setrlimit(limit, (most, most))
    return write(sys.stdin.buffer.read(), sys.stdout)


def write(content: bytes, out: TextIO) -> int:
    """Write the sheets of a workbook, one JSON value a line: each begins with an object and goes on with a list a row.

    Return the exit code: 0, or TOO_MUCH where the first sheet with content exceeds the limits; of later ones only their
    names are written then.
    """
    from openpyxl import load_workbook

    values, formulas = (load_workbook(io.BytesIO(content), read_only=True, data_only=only) for only in (True, False))
    written, room = False, [MOST_CELLS, MOST_LETTERS]
    for sheet, formula_sheet in zip(values.worksheets, formulas.worksheets, strict=True):
        about = {"sheet": sheet.title, "left_out": "" if sheet.sheet_state == "visible" else "hidden"}
        hidden_lines, hidden_columns = list[int](), list[int]()
        lines = list[str]()
        if not about["left_out"] and min(room) > 0:
            hidden_lines, hidden_columns = _hidden(sheet)
            lines = [json.dumps(row) for row in _rows(sheet, formula_sheet, frozenset(hidden_lines), room)]
        if min(room) <= 0:
            if not written:
                return TOO_MUCH
            about["left_out"], lines = about["left_out"] or "too_large", []
        written = written or bool(lines)
        out.write(json.dumps(about | {"hidden_lines": hidden_lines, "hidden_columns": hidden_columns}) + "\n")
        out.writelines(line + "\n" for line in lines)
    return 0


def _rows(sheet: Any, formula_sheet: Any, hidden: frozenset[int], room: list[int]) -> Iterator[list[Any]]:
    """Yield number, cells and columns with numbers of each row with content; stop where there is no room for more.

    `room`: cells and letters that may still be read, of which those of the rows are taken away.
    """
    sheet.reset_dimensions()  # the size that a sheet declares may be wrong
    formula_sheet.reset_dimensions()
    pairs = zip(sheet.iter_rows(), formula_sheet.iter_rows(values_only=True), strict=True)
    for line, (row, source) in enumerate(pairs, 1):
        texts = [_as_text(cell, origin) for cell, origin in zip(row, source, strict=True)]
        while texts and not texts[-1]:
            texts.pop()
        room[0] -= len(texts)
        room[1] -= sum(map(len, texts))
        if line > MOST_LINES:
            room[0] = 0
        if min(room) <= 0:
            return
        if texts and line not in hidden:
            numbers = [at for at, cell in enumerate(row[: len(texts)]) if _is_number(cell.value)]
            yield [line, texts, numbers]


def _hidden(sheet: Any) -> tuple[list[int], list[int]]:
    """Return the numbers of the rows that a sheet hides, also by a filter, from 1, and of its columns, from 0."""
    lines, columns, last = list[int](), list[int](), 0

    def begun(name: str, attributes: dict[str, str]) -> None:
        nonlocal last
        is_hidden, kind = attributes.get("hidden") in ("1", "true"), name.rpartition(":")[2]
        if kind == "row":
            last = int(attributes.get("r") or last + 1)
            if is_hidden:
                lines.append(last)
        elif kind == "col" and is_hidden:
            first, end = int(attributes["min"]), int(attributes["max"])
            columns.extend(range(first - 1, min(end, MOST_HIDDEN)))

    parser = expat.ParserCreate()
    parser.StartElementHandler = begun
    with sheet._get_source() as source:  # openpyxl keeps no properties of rows where it reads a sheet row by row
        parser.ParseFile(source)
    return lines, columns


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _as_text(cell: Any, origin: Any) -> str:
    """Return a cell as it is shown: a share formatted as per cent as the per cent, a formula as its result."""
    value = cell.value
    if value is None:
        # the data type tells a formula whose result is an empty text from one without a stored result
        return FORMULA if origin is not None and cell.data_type != "str" else ""
    if isinstance(value, bool):
        return str(value).lower()
    if _is_number(value):
        return f"{value * 100:.12g}" if "%" in (cell.number_format or "") else f"{value:.15g}"
    return str(value)


if __name__ == "__main__":
    sys.exit(main())
