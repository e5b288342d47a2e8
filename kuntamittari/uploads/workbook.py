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
from typing import Any

from kuntamittari import settings

MOST_MEMORY = 400_000_000  # bytes of address space
MOST_SECONDS = 30  # of processor time
PATIENCE = 60  # seconds of wall time until the process is stopped
# limits of what the process returns; the caller applies its own
MOST_LINES, MOST_CELLS, MOST_LETTERS = 250_000, 600_000, 30_000_000
TOO_MUCH = 3  # exit code
FORMULA = "\N{FULLWIDTH EQUALS SIGN}"  # in place of a formula whose result the file does not hold
_one_at_a_time = threading.Lock()


class UnreadableError(ValueError):
    """A file that cannot be read as a workbook; `too_much`: only because it is too large."""

    def __init__(self, too_much: bool = False) -> None:
        super().__init__("too much" if too_much else "unreadable")
        self.too_much = too_much


def rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield line number and cells of each row with content in the first visible sheet that has any.

    Raises UnreadableError where the file cannot be read within the limits.
    """
    command = [sys.executable, "-m", "kuntamittari.uploads.workbook"]
    with _one_at_a_time:
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
    for line in process.stdout.splitlines():
        number, cells = json.loads(line)
        yield number, cells


def main() -> int:
    """Read a workbook from standard input and write its rows to standard output, one JSON list a line.

    Return the exit code: 0, or TOO_MUCH where the content exceeds the limits.
    """
    limits = ((resource.RLIMIT_AS, MOST_MEMORY), (resource.RLIMIT_CPU, MOST_SECONDS), (resource.RLIMIT_CORE, 0))
    for limit, most in limits:
        with contextlib.suppress(ValueError, OSError):  # not every system supports every limit
            resource.setrlimit(limit, (most, most))
    from openpyxl import load_workbook

    content = sys.stdin.buffer.read()
    values, formulas = (load_workbook(io.BytesIO(content), read_only=True, data_only=only) for only in (True, False))
    for sheet, formula_sheet in zip(values.worksheets, formulas.worksheets, strict=True):
        if sheet.sheet_state != "visible":
            continue
        sheet.reset_dimensions()  # the size that a sheet declares may be wrong
        formula_sheet.reset_dimensions()
        cells = letters = 0
        for line, (row, source) in enumerate(
            zip(sheet.iter_rows(), formula_sheet.iter_rows(values_only=True), strict=True), 1
        ):
            texts = [_as_text(cell, origin) for cell, origin in zip(row, source, strict=True)]
            while texts and not texts[-1]:
                texts.pop()
            cells, letters = cells + len(texts), letters + sum(map(len, texts))
            if line > MOST_LINES or cells > MOST_CELLS or letters > MOST_LETTERS:
                return TOO_MUCH
            if texts:
                sys.stdout.write(json.dumps([line, texts]) + "\n")
        if cells:
            return 0
    return 0


def _as_text(cell: Any, origin: Any) -> str:
    """Return a cell as it is shown: a share formatted as per cent as the per cent, a formula as its result."""
    value = cell.value
    if value is None:
        # the data type tells a formula whose result is an empty text from one without a stored result
        return FORMULA if origin is not None and cell.data_type != "str" else ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"{value * 100:.12g}" if "%" in (cell.number_format or "") else f"{value:.15g}"
    return str(value)


if __name__ == "__main__":
    sys.exit(main())
