"""What is said of a file besides its content: problems by line, and what of it was not read."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from kuntamittari.uploads.heads import FIRST_YEAR, LAST_YEAR

Code = Annotated[str, Field(pattern=r"^(\d{3,4}|MA1)$")]  # four digits in a large invented country
Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]


Part = Literal["sheet", "column", "row", "part"]
Reason = Literal["hidden", "empty", "too_large", "no_table", "column", "heads", "area", "total", "note", "part"]


@dataclass(frozen=True)
class Problem:
    """A defect on one line of a file.

    `reason`: a key of the texts under `problem`; `value`: the content of the cell; `near`: what may have been meant, or
    the line with which it conflicts; `sheet`: of a workbook with several; `year`: of which a sentence speaks.
    """

    line: int
    column: str
    reason: str
    value: str = ""
    near: str = ""
    sheet: str = ""
    year: int = 0


@dataclass(frozen=True)
class NotRead:
    """Something of a file that was not read, and is no defect.

    `reason`: a key of the texts under `not_read`; `text`: the name of the sheet, the head of the column, or the content
    of the row; `line`: of a row.
    """

    kind: Part
    text: str
    reason: Reason
    sheet: str = ""
    line: int = 0
