"""Any uploaded bytes there are: they are read or refused, and what is read is exact."""

import csv
import io
from typing import Any

from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from kuntamittari.catalog import loader
from kuntamittari.uploads import numerals, own_figures, tabular, workspace
from kuntamittari.uploads.tabular import Row, TableError
from tests.support.uploads.uploaded_files import (
    Register,
    book,
    file,
    refused,
    told,
    wrong,
)

HEADS = ("kunta", "vuosi", "mittari", "arvo")
OFFICIAL, AWAITED = "equity_ratio", "quality_group_size"
JYVASKYLA, TURKU, TAMPERE, HELSINKI = "179", "853", "837", "091"


# Excel


def test_empty_lines_are_counted_however_they_end() -> None:
    most = tabular.MOST_LINES + 1
    assert refused(b"kunta\n" + b"\n" * most).reason == "too_long"
    assert refused(b"kunta\r" + b"\r" * most).reason == "too_long"


# Whatever is brought
GOOD = book(HEADS, *((837, 2018 + n % 9, f"x{n}", n / 4) for n in range(20)))
ANYTHING = st.one_of(
    st.binary(max_size=400),
    st.binary(max_size=200).map(lambda some: b"PK\x03\x04" + some),
    st.text(max_size=200).map(lambda words: words.encode("utf-8", "replace")),
    st.text(max_size=100).map(lambda words: words.encode("utf-16", "replace")),
    st.text(';\t,"\n\r 0aä=', max_size=200).map(str.encode),
)


def rows_or_refusal(content: bytes) -> list[Row]:
    """The rows of a file; none where it is refused. Any other exception fails the test."""
    try:
        return [row for sheet in tabular.read(content).sheets for row in sheet.rows]
    except TableError as error:
        told(error)
        return []


@effort(max_examples=60, deadline=None)
@given(ANYTHING)
def test_any_bytes_are_rows_or_refused(content: bytes) -> None:
    found = rows_or_refusal(content)
    assert all(row.cells and row.cells[-1] and row.line >= 1 for row in found), (
        "rows end with a cell that holds something"
    )
    assert [row.line for row in found] == sorted({row.line for row in found})


@effort(max_examples=12, deadline=None)
@given(
    st.lists(st.tuples(st.integers(4, len(GOOD) - 1), st.integers(0, 255)), max_size=6),
    st.integers(0, len(GOOD)) | st.none(),
)
def test_any_spoiled_workbook_is_rows_or_refused(spoiled: list[tuple[int, int]], end: int | None) -> None:
    content = bytearray(GOOD)
    for place, byte in spoiled:
        content[place] = byte
    rows_or_refusal(bytes(content[:end]))


@effort(max_examples=300, deadline=None)
@given(st.text(max_size=40) | st.text("0123456789.,-+eE '\N{NO-BREAK SPACE}−", max_size=12))
def test_any_words_are_a_finite_number_or_none(words: str) -> None:
    assert all(abs(value) < float("inf") for value in numerals.values(words).values())


@effort(max_examples=200, deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_number_is_read_as_it_was_written(number: float) -> None:
    point, comma = numerals.Numerals("."), numerals.Numerals(",")
    assert point.number(repr(number)) == comma.number(repr(number).replace(".", ",")) == number
    spaced = f"{number:,.2f}".replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")
    assert comma.number(spaced) == point.number(f"{number:,.2f}") == float(f"{number:.2f}")


ROLES = st.sampled_from(
    ["kunta", "vuosi", "mittari", "arvo", "tila", "2018", "2019", "x", "Omavaraisuusaste", "", "nimi"]
)
CELLS = st.sampled_from(
    ["837", "Turku", "2018", "..", "~5", "1,5", "tavoite", OFFICIAL, AWAITED, "=1", "", "KU", "ä" * 101]
) | st.text(max_size=8)
SHEETS = st.tuples(st.lists(ROLES, min_size=1, max_size=7), st.lists(st.lists(CELLS, max_size=8), max_size=6))


@effort(max_examples=150, deadline=None)
@given(sheet=SHEETS)
def test_any_sheet_is_understood_or_refused_and_what_is_understood_is_in_a_workspace(
    sheet: Any, register: Register
) -> None:
    heads, body = sheet
    rows = file(Row(n, tuple(map(tabular.tidy, said))) for n, said in enumerate((heads, *body), 1))
    try:
        found = own_figures.read(rows, register, loader.indicators())
    except TableError as error:
        told(error)
        return
    lies = workspace.EMPTY.with_figures(found, found.measures)
    assert {f.measure for f in found.figures} == {m.id for m in found.measures} and {
        f.municipality for f in found.figures
    } <= set(register)
    assert (found.problems or found.figures) and workspace.of_file(workspace.file(lies)) == lies
    wrong(found)


NAMES = st.sampled_from(
    ["Sairauspoissaolot, %", "Lähtövaihtuvuus", "Menot; netto", 'Putki 5"', "=1+1", "x", "ψ", AWAITED, "\N{BALLOT BOX}"]
)
KEYS = st.tuples(
    st.sampled_from([TAMPERE, HELSINKI, TURKU, "005"]),
    st.integers(1990, 2100),
    NAMES,
    st.sampled_from(["", "talousarvio", "tavoite"]),
)
FIGURES = st.dictionaries(
    KEYS, st.floats(-own_figures.LARGEST_FIGURE, own_figures.LARGEST_FIGURE), min_size=1, max_size=25
)
WAYS = st.tuples(
    st.sampled_from([";", "\t", ","]), st.sampled_from([".", ","]), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])
)


@effort(max_examples=100, deadline=None)
@given(known=FIGURES, way=WAYS)
def test_any_figures_written_as_csv_are_read_exactly(
    known: dict[Any, float], way: tuple[str, str, str], register: Register
) -> None:
    mark, point, encoding = way
    written = io.StringIO()
    writer = csv.writer(written, delimiter=mark)
    writer.writerow((*HEADS, "tila"))
    for (code, year, name, status), number in known.items():
        writer.writerow((code, year, name, repr(number).replace(".", point), status))
    found = own_figures.read(tabular.read(written.getvalue().encode(encoding)), register, loader.indicators())
    assert wrong(found) == []
    names, plans = {m.id: m.name for m in found.measures}, {"final": "", "budget": "talousarvio", "target": "tavoite"}
    names[AWAITED] = AWAITED
    assert {(f.municipality, f.year, names[f.measure], plans[f.status]): f.value for f in found.figures} == known


@effort(max_examples=6, deadline=None)
@given(known=st.dictionaries(st.integers(1990, 2100), st.integers(-(10**12), 10**12), min_size=1, max_size=9))
def test_any_figures_written_as_excel_are_read_exactly(known: dict[int, int], register: Register) -> None:
    content = book(("Kunta", *known), ("Tampere", *(thousandths / 1000 for thousandths in known.values())))
    found = own_figures.read(tabular.read(content), register, loader.indicators())
    assert {f.year: f.value for f in found.figures} == {year: thousandths / 1000 for year, thousandths in known.items()}
