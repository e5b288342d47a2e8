"""Find the table of a sheet: its head row, what each column is, and what the rows above say of all its figures.

The head row is the one whose heads are known and whose rows below hold what these heads promise; title blocks,
instructions and report heads stand above it. Every upload uses it.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal, NamedTuple

from kuntamittari.i18n import plain
from kuntamittari.uploads import heads, numerals
from kuntamittari.uploads.heads import Role, Year
from kuntamittari.uploads.places import Places
from kuntamittari.uploads.tabular import DELIMITERS, Row, Sheet, TableError

MOST_LOOKED_AT = 60  # rows from the top in which the heads must be
MOST_SAMPLED = 40  # rows below from which it is judged whether a column holds what its head promises
MOST_OF = 0.5  # share of the cells that must hold it
LEAST_FIGURES = 0.3  # share of the cells of a column that must be numbers
LONGEST_SHOWN = 60  # characters of a file's content that a message quotes
DEFAULT_NAMES = re.compile(r"(taulu(kko)?|tabell|sheet|blad|ark|table|taul)[ _-]?\d*", re.IGNORECASE)  # of sheets
Layout = Literal["long", "years", "measures", "municipalities"]


def shown(text: str) -> str:
    """Return the content of a file, cut to the length that a message quotes."""
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


class Says(NamedTuple):
    """What the heads over a column of figures say of them; None where they do not."""

    year: Year | None = None
    measure: str | None = None
    municipality: str | None = None


@dataclass(frozen=True)
class Table:
    """A table of a sheet.

    `line`: of its head row; `heads`: one a column, empty where it has none; `rows`: those below; `columns`: role → its
    columns; `figures`: column of figures → what its heads say; `parts`: columns whose text divides a measure; `fixed`:
    role → text that a row above gives for all rows; `title`: the line above the table; `filled`: columns in which an
    empty cell means the same as above. `layout`: None where the columns are not those of figures.
    """

    sheet: Sheet
    line: int
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    columns: Mapping[Role, tuple[int, ...]]
    layout: Layout | None = None
    figures: Mapping[int, Says] = field(default_factory=dict)
    parts: tuple[int, ...] = ()
    fixed: Mapping[Role, str] = field(default_factory=dict)
    title: str = ""
    filled: tuple[int, ...] = ()

    def first(self, role: Role) -> int | None:
        """Return the first column of a role; None without one."""
        return next(iter(self.columns.get(role, ())), None)

    def filled_rows(self) -> Iterator[Row]:
        """Yield the rows, with empty cells of `filled` columns filled from above."""
        above: dict[int, str] = {}
        for row in self.rows:
            if self.filled:
                cells = list(row.cells)
                for column in self.filled:
                    if row.cell(column):
                        above[column] = row.cell(column)
                    elif column < len(cells):
                        cells[column] = above.get(column, "")
                row = Row(row.line, tuple(cells), row.blank_before, row.numbers)
            yield row


def find(sheet: Sheet, places: Places, roles: Collection[Role], figures: bool = True) -> Table:
    """Return the table of a sheet.

    `roles`: those whose columns are recognised; `figures`: the table must hold figures by municipality and year. Raises
    TableError where there is none, it has no rows, or a column with content has no head.
    """
    candidates = [
        candidate
        for at in range(min(len(sheet.rows), MOST_LOOKED_AT))
        for two_rows in (False, True)
        if (candidate := _Candidate(sheet, at, two_rows, places, roles, figures)).possible
    ]
    if not candidates:
        raise _no_table(sheet)
    return max(candidates, key=lambda candidate: candidate.score).table()  # the first of equal ones


def _no_table(sheet: Sheet) -> TableError:
    rows = sheet.rows[:MOST_LOOKED_AT]
    if pasted := next((row for row in rows if _heads_within(row.cells)), None):
        return TableError("one_column", line=pasted.line)
    widest = max(rows, key=lambda row: len(list(filter(None, row.cells))))
    return TableError("no_heads", line=widest.line, first=shown(" | ".join(filter(None, widest.cells))))


def _heads_within(cells: Sequence[str]) -> bool:
    """Return whether a cell holds the heads of several columns: those of rows that were pasted into one column."""
    roles: tuple[Role, ...] = ("municipality", "year", "measure", "value", "status")
    parted = (cell.split(mark) for cell in cells for mark in DELIMITERS)
    return any(sum(any(heads.is_head(part.strip(), r) for r in roles) for part in parts) > 1 for parts in parted)


def _share(texts: Sequence[str], test: Callable[[str], bool]) -> float:
    """Return the share of the texts that pass a test; 0 of none."""
    return sum(map(test, texts)) / len(texts) if texts else 0.0


def _is_figure(text: str) -> bool:
    return numerals.is_number(text.removeprefix("~").strip()) or plain(text) in numerals.MISSING


def _said_by(row: Row, places: Places) -> tuple[Role, str] | None:
    """Return what a line such as "Vuosi;2018" or "Vuosi: 2018" says of the whole table; None for any other."""
    cells = [cell for cell in row.cells if cell]
    label, _, rest = cells[0].partition(":") if len(cells) == 1 else ("", "", "")
    pair = cells if len(cells) == 2 else [label, rest.strip()] if rest.strip() else []
    roles: tuple[Role, ...] = ("municipality", "year", "measure")
    role = next((role for role in roles if pair and heads.is_head(pair[0], role)), None)
    if role == "municipality" and not places.code(pair[1]):
        return None
    if role == "year" and not heads.year(pair[1]):
        return None
    return (role, pair[1]) if role else None


def has_letters(text: str) -> bool:
    """Return whether a text is more than a number."""
    return any(map(str.isalpha, text))


class _Candidate:
    """A row of a sheet as the head row of its table, with the row above it where the heads stand in two."""

    def __init__(self, sheet: Sheet, at: int, two_rows: bool, places: Places, roles: Collection[Role], figures: bool):
        """Work out what each column would be, and how far the rows below hold what the heads promise (`score`)."""
        self._sheet, self._places, self._roles, self._is_of_figures = sheet, places, roles, figures
        self._row, self._below = sheet.rows[at], sheet.rows[at + 1 :]
        self._above = sheet.rows[: at - two_rows] if at else ()
        self.possible, self.score = False, 0.0
        if figures and len(list(filter(None, self._row.cells))) < 2:
            return
        if two_rows and (not figures or at == 0 or self._row.blank_before or _said_by(sheet.rows[at - 1], places)):
            return
        sample = self._below[:MOST_SAMPLED]
        self._width = max(len(row.cells) for row in (self._row, *self._below))
        self._lower = tuple(self._row.cell(column) for column in range(self._width))
        self._upper = self._carried(sheet.rows[at - 1]) if two_rows else ("",) * self._width
        self._texts = [[cell for row in sample if (cell := row.cell(column))] for column in range(self._width)]
        self._heads = tuple(low or up for low, up in zip(self._lower, self._upper, strict=True))
        self._fixed, self._title = self._said_above()
        self._columns = self._role_columns()
        of_roles = {column for columns in self._columns.values() for column in columns}
        others = [c for c in range(self._width) if self._heads[c] and c not in of_roles]
        self._says = {column: self._says_of(column) for column in others} if figures else {}
        self._nameless = [c for c in range(self._width) if not self._heads[c] and self._texts[c]]
        self._layout: Layout | None = None
        self._figures: dict[int, Says] = {}
        self._find_municipalities()
        if self.possible and figures:
            self._find_layout()
        self.score += len(self._columns) - 10 * (self._repeated() is not None) - 10 * bool(self._unnamed())

    def _carried(self, upper: Row) -> tuple[str, ...]:
        """Return the upper heads, those over several columns repeated over each: a merged cell has text in its first
        column only. What stands over the first column is a title where the lower row has a head there."""
        carried, last = list[str](), ""
        for column in range(self._width):
            cell = upper.cell(column)
            if column == 0:
                carried.append("" if self._row.cell(0) else cell)
                continue
            last = cell or (last if self._row.cell(column) else "")
            carried.append(last)
        return tuple(carried)

    def _said_above(self) -> tuple[dict[Role, str], str]:
        """Return what lines above say of the whole table, such as "Vuosi;2018", and the first line that is a title.

        A sheet whose name is a year, or ends with one, says the year of its figures; so does that of a municipality.
        """
        fixed, title = dict[Role, str](), ""
        for row in self._above:
            cells = [cell for cell in row.cells if cell]
            if said := _said_by(row, self._places):
                fixed.setdefault(*said)
            elif len(cells) == 1 and not title and not cells[0].startswith("sep="):
                title = cells[0]
        name = self._sheet.name
        with_year = heads.with_year(name)
        at = heads.year(name) or (with_year and with_year[1])
        if "year" not in fixed and at:
            fixed["year"] = str(at.year)
        if "municipality" not in fixed and self._places.code(name) and has_letters(name):
            fixed["municipality"] = name
        return fixed, title

    def _role_columns(self) -> dict[Role, tuple[int, ...]]:
        columns: dict[Role, tuple[int, ...]] = {}
        for role in self._roles:
            of_role = tuple(c for c in range(self._width) if self._heads[c] and heads.is_head(self._heads[c], role))
            if of_role:
                # code and name of a measure, or a measure and its kind: the others may divide the first
                columns[role] = of_role[:1] if role == "measure" else of_role
        return columns

    def _says_of(self, column: int) -> Says:
        """Return what the heads over a column say of its figures."""
        year, municipality, words = None, None, list[str]()
        for text in (self._upper[column], self._lower[column]):
            place = self._places.place(text)
            if found := heads.year(text):
                year = found
            elif place.kind == "municipality" and ("municipality" not in self._columns or has_letters(text)):
                municipality = place.code
            elif text:
                words.append(text)
        measure = " ".join(words) or None
        if measure and year is None and (both := heads.with_year(measure)):
            measure, year = both
        return Says(year, measure, municipality)

    def _find_municipalities(self) -> None:
        """Work out where the municipality of a figure stands: in a column, in the heads, or above the table."""
        named = self._columns.pop("municipality", ())
        known = ("municipality", "former", "total", "area", "conflict")

        def holds(column: int) -> bool:
            return _share(self._texts[column], lambda text: self._places.place(text).kind in known) >= MOST_OF

        holding = tuple(column for column in named if holds(column))
        in_heads = [says for says in self._says.values() if says.municipality]
        if holding:
            self._columns["municipality"] = tuple(c for c in named if c in holding or not self._texts[c])
            self.score += 30
        elif not named and any(says.year for says in self._says.values()) and any(map(holds, self._nameless)):
            self._columns["municipality"] = (next(filter(holds, self._nameless)),)
            self.score += 20
        elif len(in_heads) > 1 and 2 * len(in_heads) >= len(self._says):
            self.score += 15
        elif named:
            self._columns["municipality"] = named
            self.score += 10
        elif "municipality" in self._fixed and {"year", "value", "measure"} & set(self._columns):
            self.score += 5
        else:
            return
        self.possible = True

    def _find_layout(self) -> None:
        """Work out which columns hold figures, and how the sheet is laid out."""
        says, columns = self._says, self._columns
        has_year = "year" in columns or "year" in self._fixed
        texts_of = {column: self._texts[column] for column in says}
        figures = [
            column
            for column in says
            if column not in self._sheet.hidden_columns
            and (not texts_of[column] or _share(texts_of[column], _is_figure) > 0 or self._digits(column))
        ]
        in_heads = [column for column in figures if says[column].municipality]
        years = [column for column in figures if says[column].year]
        others = [column for column in figures if column not in in_heads and column not in years]
        if "municipality" not in columns and len(in_heads) > 1:
            chosen, layout = in_heads, "municipalities"
            if not has_year and not all(says[column].year for column in in_heads):
                return
        elif "value" in columns and has_year:
            chosen, layout = list(columns["value"][:1]), "long"
        elif years and "year" not in columns:
            chosen, layout = years, "years"
        elif "measure" in columns and has_year and len(others) == 1:
            chosen, layout = others, "long"
        elif has_year and others and "measure" not in columns:
            chosen, layout = others, "measures"
        else:
            return
        self._layout = layout  # type: ignore[assignment]
        self._figures = {column: says.get(column, Says()) for column in chosen}
        if layout == "long":
            self._figures = {column: Says() for column in chosen}
        held = max(_share(self._texts[column], _is_figure) for column in chosen)
        best = {"long": 30, "years": 25, "municipalities": 20, "measures": 20}[layout]
        self.score += best + 10 * held if held >= LEAST_FIGURES else 5

    def _digits(self, column: int) -> bool:
        return any(any(map(str.isdigit, text)) for text in self._texts[column])

    def _unnamed(self) -> list[int]:
        """Return the columns with content that have no head though they need one: those that are not before the
        figures of a table whose municipalities stand in such a column, as in those of PxWeb."""
        first_figure = min(self._figures, default=0)
        by_content = set(self._columns.get("municipality", ())) & set(self._nameless)
        return [column for column in self._nameless if not by_content or column > first_figure]

    def _repeated(self) -> str | None:
        """Return a head that two columns have; None without one."""
        seen = set[tuple[str, str]]()
        for up, low in zip(self._upper, self._lower, strict=True):
            key = (plain(up), plain(low))
            if any(key) and key in seen:
                return low or up
            seen.add(key)
        return None

    def table(self) -> Table:
        """Return the table. Raises TableError where it cannot be read by its heads."""
        row, columns = self._row, self._columns
        if not self._below:
            raise TableError("no_rows")
        listed = " | ".join(filter(None, self._heads))
        if self._is_of_figures and _heads_within(self._heads):
            raise TableError("one_column", line=row.line)
        in_table = set(self._figures) | {c for found in columns.values() for c in found}
        if unnamed := self._unnamed():
            reason = "comma_parted" if self._sheet.delimiter == "," and self._is_of_figures else "nameless"
            raise TableError(reason, line=row.line, column=unnamed[0] + 1)
        stub = self._nameless
        if self._is_of_figures:
            if self._layout is None:
                raise TableError("no_layout", heads=shown(listed))
            twice = self._repeated() or next(
                (self._heads[c[1]] for role, c in columns.items() if role in ("value", "status") and c[1:]),
                None,
            )
            if twice:
                raise TableError("repeated", head=shown(twice))
        parts = tuple(c for c in range(self._width) if c not in in_table and (self._heads[c] or c in stub))
        parts += columns.get("part", ())
        return Table(
            self._sheet,
            row.line,
            self._heads,
            tuple(self._below),
            columns,
            self._layout,
            self._figures,
            tuple(sorted(parts)),
            self._fixed,
            self._title,
            self._filled(
                sorted(
                    {
                        *stub,
                        *parts,
                        *columns.get("municipality", ()),
                        *columns.get("year", ()),
                        *columns.get("measure", ()),
                    }
                )
            ),
        )

    def _filled(self, columns: Sequence[int]) -> tuple[int, ...]:
        """Return the columns in which an empty cell means the same as above: those with text at equal distances, from
        the first row on, as in the tables of PxWeb and in merged cells."""
        rows = [row for row in self._below if any(row.cell(column) for column in self._figures)]
        filled = []
        for column in columns:
            starts = [at for at, row in enumerate(rows) if row.cell(column)]
            distances = {after - at for at, after in pairwise([*starts, len(rows)])}
            if starts and starts[0] == 0 and len(distances) == 1 and max(distances) > 1:
                filled.append(column)
        return tuple(filled)
