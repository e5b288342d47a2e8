"""An XLSX workbook read in a process of its own, with limits set by the system: a file made to harm, or a fault of the
reader, takes that process down and nothing else."""

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
MOST_SECONDS = 30  # of a processor
PATIENCE = 60  # seconds until the process is stopped, also while others are read
MOST_LINES, MOST_CELLS, MOST_LETTERS = (
    250_000,
    600_000,
    30_000_000,
)  # what is handed over; what may be taken is decided by the caller
TOO_MUCH = 3  # exit code
FORMULA = "\N{FULLWIDTH EQUALS SIGN}"  # stands for a formula whose result the file does not hold
_one_at_a_time = threading.Lock()


class UnreadableError(ValueError):
    """The file is no workbook that can be read; `too_much` where it is only too large."""

    def __init__(self, too_much: bool = False) -> None:
        super().__init__("too much" if too_much else "unreadable")
        self.too_much = too_much


def rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Number and cells of each row of the first visible sheet that holds anything. Raises UnreadableError."""
    command = [sys.executable, "-m", "kuntamittari.uploads.workbook"]
    with _one_at_a_time:
        try:
            done = subprocess.run(
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
    if done.returncode:
        raise UnreadableError(done.returncode == TOO_MUCH)
    for line in done.stdout.splitlines():
        number, cells = json.loads(line)
        yield number, cells


def main() -> int:
    """Reads a workbook from standard input and writes its rows to standard output, one JSON list a line."""
    limits = ((resource.RLIMIT_AS, MOST_MEMORY), (resource.RLIMIT_CPU, MOST_SECONDS), (resource.RLIMIT_CORE, 0))
    for limit, most in limits:
        with contextlib.suppress(ValueError, OSError):  # a system may not let itself be limited so
            resource.setrlimit(limit, (most, most))
    from openpyxl import load_workbook

    content = sys.stdin.buffer.read()
    values, formulas = (load_workbook(io.BytesIO(content), read_only=True, data_only=only) for only in (True, False))
    for sheet, written in zip(values.worksheets, formulas.worksheets, strict=True):
        if sheet.sheet_state != "visible":
            continue
        sheet.reset_dimensions()  # what a program says of a sheet's size may be wrong
        written.reset_dimensions()
        cells = letters = 0
        for line, (row, source) in enumerate(
            zip(sheet.iter_rows(), written.iter_rows(values_only=True), strict=True), 1
        ):
            said = [_said(cell, origin) for cell, origin in zip(row, source, strict=True)]
            while said and not said[-1]:
                said.pop()
            cells, letters = cells + len(said), letters + sum(map(len, said))
            if line > MOST_LINES or cells > MOST_CELLS or letters > MOST_LETTERS:
                return TOO_MUCH
            if said:
                sys.stdout.write(json.dumps([line, said]) + "\n")
        if cells:
            return 0
    return 0


def _said(cell: Any, origin: Any) -> str:
    """A cell as words, as it is shown: a share formatted as per cent is the per cent; a formula is its result."""
    value = cell.value
    if value is None:
        # a formula whose result is an empty text says so by its type
        return FORMULA if origin is not None and cell.data_type != "str" else ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"{value * 100:.12g}" if "%" in (cell.number_format or "") else f"{value:.15g}"
    return str(value)


if __name__ == "__main__":
    sys.exit(main())
