"""Numbers as people and programs write them: the decimal mark, thousands, missing figures, errors of spreadsheets.

A number such as 12,345 is twelve thousand in one file and a little over twelve in another. The column decides, then the
file, then the mark between its columns; where none does, the number is ambiguous and the reader is asked.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Mark = Literal[",", "."]
MARKS: tuple[Mark, Mark] = (",", ".")
# as `i18n.plain` writes them: marks of statistics offices, and the words of R, pandas, SQL and JSON
MISSING = frozenset(
    (
        "",
        "..",
        ".",
        "-",
        "–",
        "—",
        "...",
        "…",
        "na",
        "n/a",
        "<na>",
        "nan",
        "null",
        "none",
        "nil",
        "ei tietoa",
        "tieto puuttuu",
        "puuttuu",
        "uppgift saknas",
        "saknas",
        "no data",
        "missing",
    )
)
_SPACE = r" '\N{RIGHT SINGLE QUOTATION MARK}\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}\N{FIGURE SPACE}"
_GROUPED_BY_SPACE = re.compile(rf"[+-]?\d{{1,3}}([{_SPACE}]\d{{3}})+([.,]\d+)?")
_SPREADSHEET_ERROR = re.compile(r"#\S+( \S+)?|(err|virhe|fel):\s?\d{3}", re.IGNORECASE)
_EXPONENT = r"(?:[eE][+-]?\d{1,3})?"


def _forms(decimal: str, thousands: str) -> re.Pattern[str]:
    plain_number = rf"(?:\d+(?:{decimal}\d*)?|{decimal}\d+){_EXPONENT}"
    grouped = rf"[1-9]\d{{0,2}}(?:{thousands}\d{{3}})+(?:{decimal}\d+)?"
    return re.compile(rf"[+-]?(?:{plain_number}|{grouped})", re.ASCII)


_WITH: Mapping[Mark, re.Pattern[str]] = {",": _forms(",", r"\."), ".": _forms(r"\.", ",")}


class AmbiguousError(ValueError):
    """A number that is one figure with a decimal comma and another with a decimal point."""


def is_error(text: str) -> bool:
    """Return whether a cell holds an error of a spreadsheet, such as #N/A, #JAKO/0! or Err:502."""
    return _SPREADSHEET_ERROR.fullmatch(text) is not None


def _digits(text: str) -> str:
    """Return a number with plain signs and without a per cent sign and spaces between thousands."""
    digits = text.replace("\N{MINUS SIGN}", "-").replace("\N{EN DASH}", "-").removesuffix("%").rstrip()
    return re.sub(rf"[{_SPACE}]", "", digits) if _GROUPED_BY_SPACE.fullmatch(digits) else digits


def values(text: str) -> dict[Mark, float]:
    """Return each decimal mark with which a text is a finite number, and that number.

    Both marks give the same number where the text has neither; per cent is the number shown.
    """
    digits = _digits(text)
    found: dict[Mark, float] = {}
    for mark, other in (MARKS, MARKS[::-1]):
        if _WITH[mark].fullmatch(digits):
            number = float(digits.replace(other, "").replace(mark, "."))
            if abs(number) < float("inf"):
                found[mark] = number
    return found


def is_number(text: str) -> bool:
    """Return whether a text is a number with one of the decimal marks."""
    return bool(values(text))


@dataclass(frozen=True)
class Numerals:
    """The decimal mark of a column; None where nothing in its file tells."""

    mark: Mark | None

    def number(self, text: str) -> float | None:
        """Return a number; None for anything else.

        Raises AmbiguousError where the two marks give two numbers and the column has none.
        """
        found = values(text)
        if len(set(found.values())) < 2:
            return next(iter(found.values()), None)
        if self.mark is None:
            raise AmbiguousError(text)
        return found[self.mark]


def proven(texts: Iterable[str]) -> frozenset[Mark]:
    """Return the decimal marks that numbers prove by being numbers with no other."""
    marks = set[Mark]()
    for text in texts:
        found = values(text)
        if len(found) == 1:
            marks.update(found)
        if len(marks) == len(MARKS):
            break
    return frozenset(marks)


def decided(column: frozenset[Mark], file: frozenset[Mark], delimiter: str, answer: Mark | None = None) -> Numerals:
    """Return how the numbers of a column are read.

    `column`, `file`: the marks that their numbers prove; `delimiter`: the mark between the columns of a text file, of
    which a comma leaves the point for decimals; `answer`: what the reader has said. A column that proves both marks
    decides nothing.
    """
    if answer:
        return Numerals(answer)
    for marks in (column, file):
        if marks:
            return Numerals(next(iter(marks)) if len(marks) == 1 else None)
    return Numerals("." if delimiter == "," else None)
