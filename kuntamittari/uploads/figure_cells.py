"""Cells of the tables of figures in a file: each with its municipality, year, measure and status."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from kuntamittari.catalog.statuses import Status
from kuntamittari.i18n import plain
from kuntamittari.uploads import heads, numerals
from kuntamittari.uploads.heads import Role, Year
from kuntamittari.uploads.numerals import AmbiguousError, Mark, Numerals
from kuntamittari.uploads.places import Place, Places
from kuntamittari.uploads.remarks import NotRead, Part, Problem, Reason
from kuntamittari.uploads.table_finder import DEFAULT_NAMES, Says, Table, shown
from kuntamittari.uploads.tabular import FORMULA, Row

ROLES: tuple[Role, ...] = ("municipality", "year", "measure", "value", "status", "area_type", "part", "service")
STATUS_WORDS: Mapping[str, Status] = {
    "final": "final",
    "lopullinen": "final",
    "slutlig": "final",
    "preliminary": "preliminary",
    "ennakko": "preliminary",
    "preliminar": "preliminary",
    "approximate": "approximate",
    "likiarvo": "approximate",
    "arvio": "approximate",
    "ungefarlig": "approximate",
    "forecast": "forecast",
    "ennuste": "forecast",
    "prognos": "forecast",
    "budget": "budget",
    "talousarvio": "budget",
    "target": "target",
    "tavoite": "target",
    "mal": "target",
    "": "final",
}
KNOWN: tuple[Status, ...] = ("final", "preliminary")  # which a tilde makes approximate
LARGEST_FIGURE = 1e15  # beyond any amount in euros
LONGEST_NAME = 100  # characters of a measure
NO_NAME = {"fi": "arvo", "sv": "värde", "en": "value"}  # of a measure of which the file says nothing


class Cell(NamedTuple):
    """A figure and what it belongs to.

    `municipality`: a code, also of a former one; `measure`: as the file names it; `part`: which part of the measure,
    empty of the whole; `is_named`: the file names the measure beside its figures, and not only the whole table.
    """

    sheet: str
    line: int
    head: str
    text: str
    municipality: str
    year: int
    measure: str
    part: str
    is_named: bool
    status: Status
    value: float


@dataclass
class Cells:
    """The cells with figures of all tables of a file, their problems, and what was not read.

    `missing`: the number of cells that state that there is no figure; `ambiguous`: heads of columns whose numbers can
    be read in two ways.
    """

    cells: list[Cell] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    not_read: list[NotRead] = field(default_factory=list)
    missing: int = 0
    ambiguous: dict[str, None] = field(default_factory=dict)


def cells(
    tables: Sequence[Table], places: Places, marks: Mapping[str, Mark], language: str, name_sheets: bool
) -> Cells:
    """Return the cells of tables.

    `marks`: head of a column → its decimal mark, as the reader has said; `language`: of the name of a measure of which
    the file says nothing; `name_sheets`: problems name their sheet.
    """
    found = Cells()
    proven = [{column: numerals.proven(_texts(table, column)) for column in table.figures} for table in tables]
    in_file = frozenset(mark for columns in proven for column_marks in columns.values() for mark in column_marks)
    for table, columns in zip(tables, proven, strict=True):
        of_columns = {
            column: numerals.decided(columns[column], in_file, table.sheet.delimiter, marks.get(table.heads[column]))
            for column in table.figures
        }
        _TableReader(table, places, of_columns, language, table.sheet.name if name_sheets else "", found).read()
    return found


def _texts(table: Table, column: int) -> Iterator[str]:
    return (_without_tilde(row.cell(column)) for row in table.rows if column not in row.numbers)


def _without_tilde(text: str) -> str:
    return text.removeprefix("~").strip()


def has_number(text: str) -> bool:
    """Return whether a cell holds a number, also an approximate one or one with its unit."""
    return any(map(str.isdigit, text))


class _TableReader:
    """Reads the rows of one table into `found`."""

    def __init__(
        self, table: Table, places: Places, marks: Mapping[int, Numerals], language: str, sheet: str, found: Cells
    ):
        self._table, self._places, self._marks, self._language = table, places, marks, language
        self._sheet, self._found = sheet, found
        self._rows = list(table.filled_rows())
        self._parts = self._dividing_columns()
        self._asked: set[int] = set()  # ambiguous columns of which a problem is told already

    def read(self) -> None:
        """Read all rows, and list the columns that are not read."""
        table = self._table
        used = {*table.figures, *self._parts}
        used |= {column for role, columns in table.columns.items() if role != "value" for column in columns}
        for column, head in enumerate(table.heads):
            if head and column not in used:
                self._not_read("column", head, "hidden" if column in table.sheet.hidden_columns else "column")
        for row in self._rows:
            self._read_row(row)

    def _dividing_columns(self) -> tuple[int, ...]:
        """Return the columns that divide a measure into parts: those whose head says so, and of the others those
        without which two rows would be of the same figure."""
        table = self._table
        chosen = list(table.columns.get("part", ())) + list(table.columns.get("service", ()))
        roles: tuple[Role, ...] = ("municipality", "year", "measure", "status")
        keys = [column for role in roles for column in table.columns.get(role, ())]
        rows = [row for row in self._rows if any(row.cell(column) for column in table.figures)]

        def different(columns: Iterable[int]) -> int:
            return len({tuple(plain(row.cell(column)) for column in columns) for row in rows})

        for column in table.parts:
            if column in chosen or different([*keys, *chosen]) == len(rows):
                continue
            if different([*keys, *chosen, column]) > different([*keys, *chosen]):
                chosen.append(column)
        return tuple(sorted(chosen))

    def _read_row(self, row: Row) -> None:
        in_columns = [row.cell(column) for column in self._table.columns.get("municipality", ())]
        place = self._places.agreed(in_columns)
        reason = self._reason_to_pass_over(row, in_columns, place)
        if reason:
            self._not_read("row", shown(" | ".join(filter(None, row.cells))), reason, row.line)
        else:
            self._read_figures(row, in_columns, place)

    def _reason_to_pass_over(self, row: Row, in_columns: Sequence[str], place: Place) -> Reason | None:
        """Return why a row holds no figures of a municipality; None where it may."""
        table, of_type = self._table, self._table.first("area_type")
        texts = [cell for column in table.figures if (cell := row.cell(column))]
        if all(plain(cell) == plain(head) for cell, head in zip(row.cells, table.heads, strict=False)):
            return "heads"
        if of_type is not None and row.cell(of_type) and not heads.is_municipality_type(row.cell(of_type)):
            return "area"
        if place.kind == "total" or place.kind == "area":
            return place.kind
        if place.kind in ("municipality", "former"):
            return None
        is_unit_row = bool(in_columns) and place.kind == "empty" and not any(map(has_number, texts))
        return "note" if is_unit_row or not texts else None

    def _read_figures(self, row: Row, in_columns: Sequence[str], place: Place) -> None:
        """Read the figures of a row; where something of the row itself is wrong, only its problems."""
        table = self._table
        if not in_columns and "municipality" in table.fixed:
            in_columns = [table.fixed["municipality"]]
            place = self._places.place(table.fixed["municipality"])
        problems = []
        if in_columns and place.kind not in ("municipality", "former"):
            reason = {"conflict": "conflict", "empty": "no_place"}.get(place.kind, "municipality")
            written = " | ".join(filter(None, in_columns))
            near = self._places.near(in_columns[0]) if place.kind == "unknown" else place.name
            problems.append(self._problem(row, reason, written, near=near))
        year_texts = [row.cell(column) for column in table.columns.get("year", ())]
        years = [heads.year(text) for text in year_texts if text]
        if year_texts and (not years or None in years or len({year.year for year in years if year}) > 1):
            problems.append(self._problem(row, "year", " | ".join(filter(None, year_texts))))
        fixed_year = heads.year(table.fixed.get("year", "")) if not year_texts else None
        status_column = table.first("status")
        status_text = row.cell(status_column) if status_column is not None else ""
        if plain(status_text) not in STATUS_WORDS:
            # a decimal comma leaves the decimals in the column after that of the figure
            is_parted = table.sheet.delimiter == "," and status_text.isdecimal()
            problems.append(self._problem(row, "comma_parted" if is_parted else "status", status_text))
        for column, says in table.figures.items():
            year = says.year or (years[0] if years else fixed_year)
            measure, is_named = self._measure(row, column, says)
            of_cell = list(problems)
            if not measure or len(measure) > LONGEST_NAME:
                of_cell.append(self._problem(row, "measure", measure))
            self._found.problems += [problem for problem in of_cell if problem not in self._found.problems[-20:]]
            value = self._value(row, column)
            if value is None or of_cell or year is None:
                continue
            self._found.cells.append(
                Cell(
                    self._sheet,
                    row.line,
                    table.heads[column],
                    row.cell(column),
                    says.municipality or place.code,
                    year.year,
                    measure,
                    self._part(row),
                    is_named,
                    self._status(status_text, year, row.cell(column)),
                    value,
                )
            )

    def _measure(self, row: Row, column: int, says: Says) -> tuple[str, bool]:
        """Return the name of the measure of a cell, and whether it stands beside the figures."""
        table = self._table
        of_column = table.first("measure")
        if of_column is not None:
            named = row.cell(of_column)
            return (f"{named} {says.measure}" if says.measure and table.layout != "long" else named), True
        if says.measure:
            return says.measure, True
        if "measure" in table.fixed:
            return table.fixed["measure"], True
        head = table.heads[column] if table.layout == "long" else ""
        sheet_name = "" if DEFAULT_NAMES.fullmatch(table.sheet.name) or table.fixed.get("year") else table.sheet.name
        return (table.title or head or sheet_name or NO_NAME[self._language])[:LONGEST_NAME], False

    def _part(self, row: Row) -> str:
        """Return which part of its measure a row is of; empty of the whole."""
        return ", ".join(text for c in self._parts if (text := row.cell(c)) and not heads.is_whole(text))

    def _status(self, text: str, year: Year, cell: str) -> Status:
        status = STATUS_WORDS[plain(text)]
        if not text and year.status:
            status = year.status
        return "approximate" if cell.startswith("~") and status in KNOWN else status

    def _value(self, row: Row, column: int) -> float | None:
        """Return the number of a cell; None where it is missing or a problem, which is then told."""
        text, head = row.cell(column), self._table.heads[column]
        if plain(text) in numerals.MISSING:
            self._found.missing += 1
            return None
        try:
            if column in row.numbers:
                value: float | None = float(text)
            else:
                value = self._marks[column].number(_without_tilde(text))
        except AmbiguousError:
            self._found.ambiguous[head] = None
            if column not in self._asked:
                self._found.problems.append(self._problem(row, "ambiguous_number", text, head))
            self._asked.add(column)
            return None
        if value is None:
            reason = "formula" if FORMULA in text else "spreadsheet_error" if numerals.is_error(text) else "number"
            self._found.problems.append(self._problem(row, reason, text, head))
        elif abs(value) > LARGEST_FIGURE:
            self._found.problems.append(self._problem(row, "huge", text, head))
            return None
        return value

    def _problem(self, row: Row, reason: str, text: str, head: str = "", near: str = "") -> Problem:
        return Problem(row.line, head, reason, shown(text), near, self._sheet)

    def _not_read(self, kind: Part, text: str, reason: Reason, line: int = 0) -> None:
        self._found.not_read.append(NotRead(kind, text, reason, self._sheet, line))
