"""Uploaded workbooks of Excel: each is read to the exact figure or refused with a reason."""

import io
import threading
import time
import zipfile

import openpyxl
import pytest
import xlsxwriter
from openpyxl.worksheet.formula import ArrayFormula

from kuntamittari.exhibits import text
from kuntamittari.i18n import Translator
from kuntamittari.uploads import tabular, workbook
from kuntamittari.uploads.tabular import Row, TableError
from tests.support.uploads.uploaded_files import (
    BEGIN,
    END,
    PARTS,
    Reader,
    book,
    cell_xml,
    cells,
    package,
    refused,
    row_xml,
    taken,
    value,
    wrong,
)

HEADS = ("kunta", "vuosi", "mittari", "arvo")
JYVASKYLA, TURKU, TAMPERE, HELSINKI = "179", "853", "837", "091"
REFUSED_WORKBOOK = {"broken_workbook", "too_long", "too_wide", "long_cell", "empty"}


# What files are made with, and what is asked of what was read


def calculated(value: object) -> bytes:
    """An Excel file whose one figure is a formula of which the file holds a result."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, HEADS)
        sheet.write_row(1, 0, [TAMPERE, 2018, "x"])
        sheet.write_formula(1, 3, "=1+1", None, value)
    return content.getvalue()


SHEET, WORDS, WORKBOOK = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"
GREETING = '<row r="1"><c t="inlineStr"><is><t>kunta</t></is></c></row>'


# Excel


def test_a_title_above_the_heads_in_excel_and_columns_that_begin_later(read: Reader) -> None:
    def merged(workbook: openpyxl.Workbook) -> None:
        workbook.active.merge_cells("A1:D1")

    found = read(book(("Kunnan omat luvut 2018", None, None, None), (), HEADS, (91, 2018, "x", 1.5), change=merged))
    assert taken(found) == {(HELSINKI, 2018, "own_x"): (1.5, "final")}

    def later(workbook: openpyxl.Workbook) -> None:
        for at, said in {"C5": "Kunta", "D5": 2018, "C7": "Turku", "D7": "1 234,5", "C8": "Turkku", "D8": 1}.items():
            workbook.active[at] = said

    found = read(book(change=later))
    assert [(f.municipality, f.year, f.value) for f in found.figures] == [(TURKU, 2018, 1234.5)]
    assert wrong(found) == [(8, "municipality", "Turkku")], "lines are counted as Excel counts them"


def test_merged_heads_are_refused_with_their_place(read: Reader) -> None:
    def merged(workbook: openpyxl.Workbook) -> None:
        workbook.active.merge_cells("C1:D1")

    error = refused(book(("Kunta", "Vuosi", "Menot", None), (837, 2018, 1, 2), change=merged), read)
    assert (error.reason, error.parts) == ("nameless", {"line": 1, "column": 4})


def test_two_levels_of_heads_are_years_over_measures_or_measures_over_years(read: Reader) -> None:
    years = ((None, 2018, None, 2019, None), ("Kunta", "Menot", "Tulot", "Menot", "Tulot"), (837, 1, 3, 2, 4))
    measures = (("Kunta", "Menot", None, "Tulot", None), (None, 2018, 2019, 2018, 2019), (837, 1, 2, 3, 4))
    for rows in (years, measures):
        assert taken(read(book(*rows))) == {
            (TAMPERE, 2018, "own_menot"): (1, "final"),
            (TAMPERE, 2019, "own_menot"): (2, "final"),
            (TAMPERE, 2018, "own_tulot"): (3, "final"),
            (TAMPERE, 2019, "own_tulot"): (4, "final"),
        }
    over_one = read(book(("Kunta", 2018, 2019), ("", "Menot", "Menot"), (837, 1, 2)))
    assert taken(over_one) == {(TAMPERE, 2018, "own_menot"): (1, "final"), (TAMPERE, 2019, "own_menot"): (2, "final")}
    one_year = read(book(("Kunta", 2018, None), (None, "Menot", "Tulot"), (837, 1, 2)))
    assert taken(one_year) == {(TAMPERE, 2018, "own_menot"): (1, "final"), (TAMPERE, 2018, "own_tulot"): (2, "final")}


def test_a_merged_municipality_is_that_of_the_lines_below_where_its_blocks_are_equal(read: Reader) -> None:
    rows = (HEADS, ("Tampere", 2018, "x", 1), (None, 2019, "x", 2), ("Turku", 2018, "x", 3), (None, 2019, "x", 4))
    assert taken(read(book(*rows))) == {
        (TAMPERE, 2018, "own_x"): (1, "final"),
        (TAMPERE, 2019, "own_x"): (2, "final"),
        (TURKU, 2018, "own_x"): (3, "final"),
        (TURKU, 2019, "own_x"): (4, "final"),
    }
    assert wrong(read(book(*rows, (None, 2020, "x", 5)))) == [
        (3, "no_place", ""),
        (5, "no_place", ""),
        (6, "no_place", ""),
    ]


def test_figures_of_excel_are_exact_and_years_whole(read: Reader) -> None:
    found = read(
        book(HEADS, (837.0, 2018.0, "x", 0.1 + 0.2), (91, 2019, "x", 1e-7), ("005", "2020", "x", 123456789.125))
    )
    assert [f.value for f in found.figures] == [0.3, 1e-7, 123456789.125]
    assert [(f.municipality, f.year) for f in found.figures] == [(TAMPERE, 2018), (HELSINKI, 2019), ("005", 2020)]


def test_what_is_no_number_in_excel_is_quoted(read: Reader) -> None:
    rows = ((837, 2018 + n, "x", said) for n, said in enumerate((True, "#DIV/0!", "85 kpl", "NaN")))
    found = read(book(HEADS, *rows))
    assert wrong(found) == [(2, "number", "true"), (3, "spreadsheet_error", "#DIV/0!"), (4, "number", "85 kpl")]
    assert found.missing == 1, "NaN is how programs write that a figure is missing"


def test_a_formula_is_its_result_where_the_file_holds_one(read: Reader) -> None:
    assert value(read(calculated(1234.5))) == 1234.5
    assert wrong(read(calculated("#N/A"))) == [(2, "spreadsheet_error", "#N/A")]


def test_a_formula_without_a_result_is_named_and_never_taken_as_missing(read: Reader) -> None:
    assert wrong(read(book(HEADS, (837, 2018, "x", "=1+1")))) == [(2, "formula", tabular.FORMULA)]
    assert wrong(read(book(HEADS, ("=A2", 2019, "x", 6)))) == [(2, "municipality", tabular.FORMULA)]


def test_an_array_formula_without_a_result_is_named_and_never_taken_as_missing(read: Reader) -> None:
    def array(workbook: openpyxl.Workbook) -> None:
        workbook.active["D3"] = ArrayFormula("D3:D3", "=SUM(D2:D2*2)")

    found = read(book(HEADS, (837, 2018, "x", 1), (837, 2019, "x", None), change=array))
    assert [reason for _, reason, _ in wrong(found)] == ["formula"]


def test_a_formula_whose_result_is_an_empty_text_is_missing(read: Reader) -> None:
    """=IF(B2="","",B2/C2) is how spreadsheets leave a cell empty; saving it again changes nothing."""
    rows = (
        f"{row_xml(1, *HEADS)}{row_xml(2, TAMPERE, '2018', 'x', '1,5')}<row "
        f'r="3">{cell_xml("A3", TAMPERE)}{cell_xml("B3", "2019")}{cell_xml("C3", "x")}'
    )
    found = read(cells(f'{rows}<c r="D3" t="str"><f>IF(1,"","")</f><v></v></c></row>'))
    assert taken(found) == {(TAMPERE, 2018, "own_x"): (1.5, "final")} and found.missing == 1


@pytest.mark.parametrize(
    "formulas",
    [
        '<c r="E2"><f t="shared" ref="E1:E2" si="0">A1</f><v>1</v></c></row><row r="1"><c r="E1"><f t="shared" '
        'si="0"/><v>1</v></c></row>',
        '<c r="E2"><f t="shared" ref="E2:E3" si="0">1+"a</f><v>1</v></c><c r="F2"><f t="shared" '
        'si="0"/><v>1</v></c></row>',
    ],
)
def test_a_shared_formula_that_cannot_be_moved_does_not_matter_beside_its_result(formulas: str) -> None:
    """Nobody needs what the formula is; a file that is refused for it is refused with a reason."""
    content = cells(f'{row_xml(1, *HEADS)}<row r="2">{cell_xml("A2", TAMPERE)}{formulas}')
    try:
        assert tabular.read(content).sheets[0].rows[0] == Row(1, HEADS)
    except TableError as error:
        assert error.reason in REFUSED_WORKBOOK


def test_the_first_sheet_with_anything_in_it_is_read(read: Reader) -> None:
    def second(workbook: openpyxl.Workbook) -> None:
        sheet = workbook.create_sheet("Luvut")
        sheet.append(HEADS)
        sheet.append((837, 2018, "x", 1.5))
        workbook.create_sheet("Muuta").append(("Lähde",))

    assert value(read(book(change=second))) == 1.5


def test_a_workbook_that_is_none_is_refused() -> None:
    whole = book(HEADS, *((837, 2018, f"x{n}", n) for n in range(200)))
    empty = io.BytesIO()
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("hello.txt", "hello")
    nothing = {
        "half a file": whole[: len(whole) // 2],
        "a file without its end": whole[:-30],
        "only the first bytes": b"PK\x03\x04",
        "another zip": empty.getvalue(),
        "no XML of the sheet": package({SHEET: None}),
        "no XML of any part": package(dict.fromkeys([*PARTS, SHEET], "hello")),
        "an empty sheet": package({SHEET: ""}),
        "a sheet cut short": package({SHEET: BEGIN + row_xml(1, *HEADS)}),
        "no list of sheets": package({WORKBOOK: None}),
        "a cell that is nowhere": cells('<row r="1"><c r="ÄÖ1"><v>1</v></c></row>'),
        "a word that the list does not have": cells('<row r="1"><c r="A1" t="s"><v>9</v></c></row>'),
        "a number that is none": cells('<row r="1"><c r="A1"><v>one</v></c></row>'),
        "a row that is none": cells('<row r="one"><c r="A1"><v>1</v></c></row>'),
        "no sheet but a picture of one": book(change=lambda workbook: (workbook.create_chartsheet("B"), None)[1]),
    }
    for what, content in nothing.items():
        assert refused(content).reason in ("broken_workbook", "empty"), what


def test_a_workbook_whose_packed_parts_are_spoiled_is_refused() -> None:
    """As after a bad copy: the archive is sound, a part of it does not unpack."""
    content = bytearray(package({SHEET: BEGIN + "".join(row_xml(n, *HEADS) for n in range(1, 50)) + END}))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        begin = archive.getinfo(SHEET).header_offset + 30 + len(SHEET)
    content[begin : begin + 40] = b"\xff" * 40
    assert refused(bytes(content)).reason == "broken_workbook"


@pytest.mark.parametrize("part", [SHEET, WORDS, WORKBOOK])
def test_a_workbook_in_an_encoding_that_does_not_exist_is_refused(part: str) -> None:
    said = {SHEET: BEGIN + GREETING + END, **PARTS}[part]
    assert refused(package({part: f'<?xml version="1.0" encoding="hello"?>{said}'})).reason == "broken_workbook"


# Several at once


def test_small_workbooks_pass_large_ones_and_a_full_queue_is_told() -> None:
    lanes = workbook.Lanes(places=2, large=1_000, waiting=1, patience=30)
    order, leave = list[str](), threading.Event()

    def reading(name: str, size: int) -> None:
        with lanes.place(size):
            order.append(name)
            if name.startswith("large"):
                leave.wait(30)

    first = threading.Thread(target=reading, args=("large 1", 1_000))
    first.start()
    while order != ["large 1"]:
        time.sleep(0.001)
    second = threading.Thread(target=reading, args=("large 2", 5_000))
    second.start()
    while not lanes._waiting:
        time.sleep(0.001)
    reading("small", 999)
    with pytest.raises(workbook.BusyError), lanes.place(2_000):
        pass
    leave.set()
    first.join()
    second.join()
    assert order == ["large 1", "small", "large 2"] and lanes._busy == lanes._busy_with_large == 0


def test_who_waits_in_vain_is_told_in_words_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    lanes = workbook.Lanes(places=1, large=10**9, waiting=1, patience=0.01)
    monkeypatch.setattr(workbook, "_LANES", lanes)
    with lanes.place(1), pytest.raises(TableError) as refusal:
        tabular.read(book(HEADS, (91, 2018, "x", 1.5)))
    assert refusal.value.reason == "busy_workbook"
    assert "Wait a moment" in text.table_error(Translator("en"), refusal.value)
    assert tabular.read(book(HEADS, (91, 2018, "x", 1.5))).sheets
