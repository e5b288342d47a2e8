"""Files that readers bring: each is read to the exact figure or refused with a reason in their language, and none harms
the server."""

import base64
import csv
import inspect
import io
import json
import os
import re
import struct
import subprocess
import sys
import threading
import time
import zipfile
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st
from openpyxl.worksheet.formula import ArrayFormula

from kuntamittari import settings
from kuntamittari.catalog import loader, organisation_models, services
from kuntamittari.catalog.indicator import Polarity
from kuntamittari.exhibits import text
from kuntamittari.i18n import Translator, texts
from kuntamittari.query import figures
from kuntamittari.query.database import Database
from kuntamittari.ui.workspace import opened as overlaid
from kuntamittari.uploads import organisation, own_figures, row_reader, tabular, workspace
from kuntamittari.uploads.organisation import Tag
from kuntamittari.uploads.own_figures import Figure, Measure, Reading
from kuntamittari.uploads.row_reader import Problem
from kuntamittari.uploads.tabular import Row, TableError
from kuntamittari.uploads.workspace import Workspace, WorkspaceStore
from kuntamittari.web import cookie

LANGUAGES = settings.LANGUAGES
MOST_MEMORY = 500  # megabytes of the process that reads any file
PATIENCE = 4  # seconds of a processor for a file made to do harm
HEADS = ("kunta", "vuosi", "mittari", "arvo")
OFFICIAL, AWAITED = "equity_ratio", "quality_group_size"
JYVASKYLA, TURKU, TAMPERE, HELSINKI = "179", "853", "837", "091"
SPACES = {
    "space": " ",
    "no-break space": "\N{NO-BREAK SPACE}",
    "narrow no-break space": "\N{NARROW NO-BREAK SPACE}",
    "thin space": "\N{THIN SPACE}",
    "figure space": "\N{FIGURE SPACE}",
}
REFUSED_WORKBOOK = {"broken_workbook", "too_long", "too_wide", "long_cell", "empty"}

Register = dict[str, dict[str, Any]]
Reader = Callable[[bytes], Reading]


# What files are made with, and what is asked of what was read


@pytest.fixture(scope="session")
def register(bundle: Database) -> Register:
    return figures.register(bundle)


@pytest.fixture(scope="session")
def read(register: Register) -> Reader:
    """A file as own figures beside the official catalogue."""
    return lambda content: own_figures.read(tabular.read(content), register, loader.indicators())


def lines(*rows: Iterable[object], mark: str = ";") -> bytes:
    """A CSV file without quotation marks."""
    return "".join(mark.join(map(str, row)) + "\n" for row in rows).encode("utf-8")


def cell(value: object, municipality: object = TAMPERE, year: object = 2018, measure: str = "x") -> bytes:
    """A file of one figure."""
    return lines(HEADS, (municipality, year, measure, value))


def book(*rows: Iterable[object], change: Callable[[openpyxl.Workbook], None] = lambda _: None) -> bytes:
    """An Excel file of one sheet."""
    workbook, content = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        workbook.active.append(list(row))
    change(workbook)
    workbook.save(content)
    return content.getvalue()


def calculated(value: object) -> bytes:
    """An Excel file whose one figure is a formula of which the file holds a result."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, HEADS)
        sheet.write_row(1, 0, [TAMPERE, 2018, "x"])
        sheet.write_formula(1, 3, "=1+1", None, value)
    return content.getvalue()


MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET, WORDS, WORKBOOK = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"
KINDS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/{WORKBOOK}" ContentType="{KINDS}.sheet.main+xml"/>'
    f'<Override PartName="/{WORDS}" ContentType="{KINDS}.sharedStrings+xml"/></Types>',
    WORKBOOK: f'<workbook {MAIN} xmlns:r="{OFFICE}"><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    WORDS: f"<sst {MAIN}></sst>",
}
BEGIN, END = f"<worksheet {MAIN}><sheetData>", "</sheetData></worksheet>"
GREETING = '<row r="1"><c t="inlineStr"><is><t>kunta</t></is></c></row>'
LAUGHS = (
    '<!DOCTYPE x [<!ENTITY l0 "lol">' + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)) + "]>"
)


def package(changed: dict[str, str | bytes | None], stored: str = "") -> bytes:
    """An Excel file written part by part: those of PARTS and a sheet, but for some; None leaves one out."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, part in (PARTS | {SHEET: BEGIN + GREETING + END} | changed).items():
            if part is not None:
                archive.writestr(name, part, zipfile.ZIP_STORED if name == stored else None)
    return content.getvalue()


def cells(rows: str) -> bytes:
    """An Excel file of rows written as XML."""
    return package({SHEET: BEGIN + rows + END})


def repeated(begin: str, what: str, megabytes: int, end: str) -> bytes:
    """Something over and over, so many megabytes long."""
    return b"".join([begin.encode(), what.encode() * (megabytes * 1_000_000 // len(what.encode())), end.encode()])


def lying(part: str, packed: bytes, method: int, claims: int) -> bytes:
    """An Excel file with a part that is packed already, of which the list of contents claims a size."""
    content = bytearray(package({part: packed}, stored=part))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        local, listed = archive.getinfo(part).header_offset, content.rfind(part.encode()) - 46
    struct.pack_into("<H", content, local + 8, method)
    struct.pack_into("<H", content, listed + 10, method)
    struct.pack_into("<I", content, listed + 24, claims)
    return bytes(content)


def zeros(megabytes: int) -> bytes:
    """So many megabytes of nothing, deflated: pieces that know nothing of each other, and an empty one that ends
    them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return (packer.compress(bytes(10_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)) * (megabytes // 10) + b"\x03\x00"


# bz2 of 650 megabytes of nothing is 497 bytes, and takes seconds to make
BZ2_ZEROS = zlib.decompress(
    base64.b85decode(
        "c-nJ{%CIzaj8qGb<l}sFpE17Af#CoH1BU{GL4&WG(*o6%Tn*Dl<%fd2#B^r^28%-n6oB##U=?RrHJ42YSli0V^|4$fxRsN|`h->j01elb-~"
    )
)


def told(what: TableError | Problem) -> dict[str, str]:
    """What a reader is told, in each language; every part of it is filled in."""
    of = text.table_error if isinstance(what, TableError) else text.problem
    words = {language: of(Translator(language), what) for language in LANGUAGES}
    assert all(len(said) > 10 for said in words.values()) and len(set(words.values())) == len(LANGUAGES), words
    return words


def refused(content: bytes, read: Callable[[bytes], Any] = tabular.read) -> TableError:
    """Why a file is refused, which can be told in every language. Any other exception fails the test."""
    with pytest.raises(TableError) as caught:
        read(content)
    told(caught.value)
    return caught.value


def wrong(found: Reading) -> list[tuple[int, str, str]]:
    """Line, reason and value of each problem, which can be told in every language."""
    for problem in found.problems:
        told(problem)
    return [(problem.line, problem.reason, problem.value) for problem in found.problems]


def taken(found: Reading) -> dict[tuple[str, int, str], tuple[float, str]]:
    """The figures of a file without problems: municipality, year and measure → value and status."""
    assert wrong(found) == []
    return {(f.municipality, f.year, f.measure): (f.value, f.status) for f in found.figures}


def value(found: Reading) -> float:
    """The only figure of a file."""
    (only,) = taken(found).values()
    return only[0]


# Encodings, marks between columns, ends of lines

PLAIN = "kunta;vuosi;mittari;arvo\nJyväskylä;2018;Päättäjien määrä;1234,5\nÅbo;2019;Päättäjien määrä;12\n"
SAME = {
    (JYVASKYLA, 2018, "own_paattajien_maara"): (1234.5, "final"),
    (TURKU, 2019, "own_paattajien_maara"): (12.0, "final"),
}
WRITTEN: dict[str, bytes] = {
    "UTF-8": PLAIN.encode("utf-8"),
    "UTF-8 with a mark": PLAIN.encode("utf-8-sig"),
    "Windows-1252": PLAIN.encode("cp1252"),
    "UTF-16 little-endian": b"\xff\xfe" + PLAIN.encode("utf-16-le"),
    "UTF-16 big-endian": b"\xfe\xff" + PLAIN.encode("utf-16-be"),
    "accents apart": PLAIN.replace("ä", "a\N{COMBINING DIAERESIS}")
    .replace("Å", "A\N{COMBINING RING ABOVE}")
    .encode("utf-8"),
    "lines of Windows": PLAIN.replace("\n", "\r\n").encode("cp1252"),
    "lines of old Macs": PLAIN.replace("\n", "\r").encode("utf-8"),
    "no end of the last line": PLAIN.strip().encode("utf-8"),
    "blank lines": PLAIN.replace("\n", "\n\n;;;\n").encode("utf-8"),
    "ends of lines full of marks": PLAIN.replace("\n", ";;;;;\n").encode("utf-8"),
    "quotation marks everywhere": re.sub(r"([^;\n]+)", r'"\1"', PLAIN).encode("utf-8"),
    "spaces around": PLAIN.replace(";", " ; \N{NO-BREAK SPACE}").encode("utf-8"),
    "what Excel says of the mark": f"sep=;\n{PLAIN}".encode(),
    "a title above": f"Kunnan omat luvut, 2018–2019\n\nKoonnut: talousosasto\n{PLAIN}".encode(),
    "tabs": PLAIN.replace(";", "\t").encode("utf-8"),
    "commas": PLAIN.replace(",", ".").replace(";", ",").encode("utf-8"),
    "commas and a decimal comma in quotation marks": PLAIN.replace("1234,5", '"1234,5"')
    .replace(";", ",")
    .encode("utf-8"),
}


@pytest.mark.parametrize("way", WRITTEN)
def test_a_table_is_the_same_however_its_text_is_written(way: str, read: Reader) -> None:
    found = read(WRITTEN[way])
    assert taken(found) == SAME
    assert found.layout == "long" and found.measures[0].name in (
        "Päättäjien määrä",
        "Pa\u0308a\u0308tta\u0308jien ma\u0308a\u0308ra\u0308",
    )


def test_commas_in_names_and_figures_do_not_hide_that_semicolons_part_the_columns(read: Reader) -> None:
    found = read(
        lines(
            HEADS,
            (TAMPERE, 2018, "Menot, tulot, netto ja muut, yhteensä", "1,5"),
            (TAMPERE, 2019, "Menot, tulot, netto ja muut, yhteensä", "2,5"),
        )
    )
    assert [f.value for f in found.figures] == [1.5, 2.5]


def test_decimal_commas_of_many_years_do_not_hide_that_tabs_or_semicolons_part_the_columns(read: Reader) -> None:
    for mark in (";", "\t"):
        found = read(
            lines(("kunta", *range(2010, 2020)), (TAMPERE, *["1,5"] * 10), (HELSINKI, *["2,5"] * 10), mark=mark)
        )
        assert len(taken(found)) == 20 and {f.value for f in found.figures} == {1.5, 2.5}


def test_words_that_cannot_be_decoded_are_no_text() -> None:
    assert refused(b"\xef\xbb\xbfkunta;\xe4").reason == "not_text", "UTF-8 by its mark, but not by its bytes"
    assert refused(b"\xff\xfek\0u\0n").reason == "not_text", "half a letter"
    assert refused("kunta;vuosi\n837;2018\n".encode("utf-16-le")).reason == "not_text", "UTF-16 that does not say so"
    assert refused(b"kunta;vuosi\n\x81\x8d;2018\n").reason == "not_text", "neither UTF-8 nor Windows-1252"


# Numbers


def test_a_share_that_excel_shows_as_per_cent_is_the_per_cent(read: Reader) -> None:
    content = io.BytesIO()
    made = openpyxl.Workbook()
    made.active.append(HEADS)
    made.active.append((TAMPERE, 2018, "x", 0.855))
    made.active["D2"].number_format = "0.0%"
    made.save(content)
    assert value(read(content.getvalue())) == 85.5


@pytest.mark.parametrize("space", SPACES)
def test_thousands_stand_apart_by_any_space(space: str, read: Reader) -> None:
    written = f"1{SPACES[space]}234{SPACES[space]}567,25"
    assert value(read(cell(written))) == 1_234_567.25
    assert value(read(book(HEADS, (TAMPERE, 2018, "x", written)))) == 1_234_567.25, "as text in a cell of Excel"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1234,5", 1234.5),
        ("1234.5", 1234.5),
        ("-5", -5),
        ("\N{MINUS SIGN}5", -5),
        ("\N{EN DASH}5,5", -5.5),
        ("+5", 5),
        (",5", 0.5),
        ("5,", 5),
        ("0", 0),
        ("-0", 0),
        ("007", 7),
        ("1e3", 1000),
        ("1,5E-3", 0.0015),
        ("1'234,5", 1234.5),
        ("999 999", 999_999),
        ("-1 234,5", -1234.5),
        ("85 %", 85),
        ("8,5%", 8.5),
        ("0,1", 0.1),
        ("123456789012345", 123_456_789_012_345),
        ("1e15", 1e15),
        ("1e-400", 0),
    ],
)
def test_a_number_is_read_as_people_write_it(written: str, meant: float, read: Reader) -> None:
    assert value(read(cell(written))) == meant


@pytest.mark.parametrize(
    "written",
    [
        "1.234,5",
        "1,234,567",
        "1,234.5",
        "1.234.567",
        "1e999",
        "-1e999",
        "NaN",
        "nan",
        "inf",
        "-inf",
        "Infinity",
        "5 €",
        "€5",
        "9" * 400,
        "1/2",
        "0x10",
        "1_000",
        "1 2345",
        "12 34",
        "1 23",
        "- 5",
        "--5",
        "+-5",
        "1e",
        "e5",
        ",",
        "#N/A",
        "#DIV/0!",
        "TRUE",
        "kyllä",
        "ei tietoa",
        "=1+1",
        "=SUM(A1:A2)",
        "@SUM(1)",
        "+1+1",
        "-1+cmd|' /C calc'!A0",
        "~",
        "~~5",
        "~..",
        "5~",
        "100?",
        "1.1.2018",
    ],
)
def test_what_is_no_number_is_quoted_with_its_line_and_column(written: str, read: Reader) -> None:
    found = read(lines(HEADS, (TAMPERE, 2017, "x", 1), (TAMPERE, 2018, "x", written)))
    assert wrong(found) == [(3, "number", row_reader.shown(written))] and found.problems[0].column == "arvo"


@pytest.mark.parametrize("written", ["2018 100", "12,5 300", "1,234 567"])
def test_two_numbers_in_a_cell_are_not_one(written: str, read: Reader) -> None:
    """Thousands begin with one to three digits and end before the decimal mark."""
    assert wrong(read(cell(written))) == [(2, "number", written)]


@pytest.mark.parametrize("written", ["", "..", ".", "-", "–", "…", "...", " .. ", "\N{NO-BREAK SPACE}"])
def test_what_says_that_there_is_no_figure_is_missing_and_no_problem(written: str, read: Reader) -> None:
    found = read(lines(HEADS, (TAMPERE, 2017, "x", 1), (TAMPERE, 2018, "x", written)))
    assert taken(found) == {(TAMPERE, 2017, "own_x"): (1, "final")} and found.missing == 1


def test_a_tilde_makes_a_figure_approximate_and_a_plan_stays_a_plan(read: Reader) -> None:
    heads = (*HEADS, "tila")
    found = read(
        lines(
            heads,
            (TAMPERE, 2018, "x", "~100", ""),
            (TAMPERE, 2019, "x", "~ 1 234,5", "lopullinen"),
            (TAMPERE, 2020, "x", "~-5", ""),
            (TAMPERE, 2021, "x", "~7", "talousarvio"),
            (TAMPERE, 2022, "x", 8, "arvio"),
        )
    )
    assert list(taken(found).values()) == [
        (100, "approximate"),
        (1234.5, "approximate"),
        (-5, "approximate"),
        (7, "budget"),
        (8, "approximate"),
    ]


def test_a_formula_in_a_csv_file_is_no_figure_and_as_a_name_only_a_name(read: Reader) -> None:
    assert wrong(read(cell("=1+1"))) == [(2, "number", "=1+1")]
    found = read(cell(1, measure="=1+1"))
    [measure] = found.measures
    assert measure.name == "=1+1" and measure.id.startswith("own_1_1_")
    assert taken(found) == {(TAMPERE, 2018, measure.id): (1, "final")}


# Heads and how a sheet is laid out


@pytest.mark.parametrize(
    "heads",
    [
        ("Kunta", "Vuosi", "Mittari", "Arvo", "Tila"),
        ("Kommun", "År", "Mätare", "Värde", "Status"),
        ("Municipality", "Year", "Measure", "Value", "Status"),
        ("KUNTANUMERO", "TILASTOVUOSI", "TUNNUSLUKU", "LUKU", "TILA"),
        ("kommunnummer", "år", "mått", "tal", "status"),
        ("code", "year", "indicator", "value", "status"),
    ],
)
def test_heads_are_understood_in_three_languages(heads: tuple[str, ...], read: Reader) -> None:
    found = read(lines(heads, ("091", 2018, "x", "1,5", "ennakko")))
    assert taken(found) == {(HELSINKI, 2018, "own_x"): (1.5, "preliminary")} and found.unused == ()


def test_heads_may_stand_in_any_order_beside_columns_that_are_left_out(read: Reader) -> None:
    found = read(
        lines(
            ("Arvo", "Huomautus", "Kunta", "Kuntanumero", "Mittari", "Vuosi"), ("1,5", "?", "Tampere", 837, "x", 2018)
        )
    )
    assert taken(found) == {(TAMPERE, 2018, "own_x"): (1.5, "final")} and found.unused == ("Huomautus",)


def test_a_sheet_without_a_column_of_measures_has_one_by_the_head_of_its_values(read: Reader) -> None:
    assert list(taken(read(lines(("Kunta", "Vuosi", "Arvo"), (837, 2018, 3))))) == [(TAMPERE, 2018, "own_arvo")]


def test_one_column_a_year(read: Reader) -> None:
    found = read(
        lines(
            ("Kommun", "Mätare", "2018", "2019", "2020*"), ("Tammerfors", "x", "1,5", "..", 9), ("Åbo", "x", "~2", 3, 9)
        )
    )
    assert taken(found) == {
        (TAMPERE, 2018, "own_x"): (1.5, "final"),
        (TURKU, 2018, "own_x"): (2, "approximate"),
        (TURKU, 2019, "own_x"): (3, "final"),
    }
    assert (found.layout, found.missing, found.unused) == ("years", 1, ("2020*",))


def test_one_column_a_measure(read: Reader) -> None:
    found = read(
        lines(("Municipality", "Year", "Sick leave", "Quits"), ("Helsinki", 2018, "1.5", 2), ("Esbo", 2018, "", "3.25"))
    )
    assert taken(found) == {
        (HELSINKI, 2018, "own_sick_leave"): (1.5, "final"),
        (HELSINKI, 2018, "own_quits"): (2, "final"),
        ("049", 2018, "own_quits"): (3.25, "final"),
    }
    assert (found.layout, found.missing, [m.name for m in found.measures]) == ("measures", 1, ["Sick leave", "Quits"])


def test_a_sheet_with_measures_but_an_unknown_head_over_the_values_does_not_call_them_by_that_head(
    read: Reader,
) -> None:
    """Kunta, vuosi, mittari, määrä: either the last column is of the measure named beside it, or the sheet is
    refused."""
    try:
        found = read(lines(("kunta", "vuosi", "mittari", "määrä"), (837, 2018, "Sairauspoissaolot", "14,5")))
    except TableError as error:
        assert error.reason == "no_layout"
    else:
        assert wrong(found) or {f.measure for f in found.figures} == {"own_sairauspoissaolot"}


def test_heads_that_do_not_say_enough_are_refused_and_quoted(read: Reader) -> None:
    assert "Alue | Vuosi" in told(refused(lines(("Alue", "Vuosi", "Arvo"), (837, 2018, 1)), read))["fi"]
    no_layout = refused(lines(("Kunta", "Selite"), (837, "x")), read)
    assert no_layout.reason == "no_layout" and "Kunta | Selite" in told(no_layout)["en"]
    assert refused(lines(("Kunta", "Vuosi"), (837, 2018)), read).reason == "no_layout"
    assert refused(lines(("Kunta", "Arvo"), (837, 5)), read).reason == "no_layout"


def test_a_head_over_two_columns_is_refused(read: Reader) -> None:
    for heads in (("kunta", "2018", "2018"), ("kunta", "vuosi", "Menot", " menot "), ("kunta", "Kunta", "2018")):
        assert refused(lines(heads, (837, *[2018] * (len(heads) - 1))), read).reason == "repeated", heads


def test_a_cell_beyond_the_heads_is_refused_where_it_stands(read: Reader) -> None:
    """So is 1,5 in a file whose columns are parted by commas."""
    error = refused(b"municipality,year,measure,value\n837,2018,x,1,5\n", read)
    assert (error.reason, error.parts) == ("nameless", {"line": 1, "column": 5})
    assert wrong(read(b"municipality,year,measure,value,status\n837,2018,x,1,5\n")) == [(2, "status", "5")]


def test_three_hundred_columns(read: Reader) -> None:
    names = [f"m{n}" for n in range(300)]
    error = refused(lines(("kunta", "vuosi", *names), (837, 2018, *range(300))), read)
    assert (error.reason, error.parts) == ("too_many_measures", {"most": own_figures.MOST_MEASURES})
    found = read(lines((*HEADS, *names), (837, 2018, "x", "1,5", *range(300))))
    assert taken(found) == {(TAMPERE, 2018, "own_x"): (1.5, "final")} and found.unused == tuple(names)


def test_more_columns_than_are_read_are_refused_with_their_line() -> None:
    error = refused(lines(HEADS, range(tabular.MOST_COLUMNS + 1)))
    assert (error.reason, error.parts["line"], error.parts["columns"]) == ("too_wide", 2, tabular.MOST_COLUMNS + 1)
    assert len(tabular.read(lines(range(tabular.MOST_COLUMNS)))[0].cells) == tabular.MOST_COLUMNS


def test_a_cell_of_ten_thousand_characters_is_refused_where_it_stands(read: Reader) -> None:
    for content in (cell("5" * 10_000), book(HEADS, (TAMPERE, 2018, "x", "5" * 10_000))):
        error = refused(content)
        assert (error.reason, error.parts["line"], error.parts["column"]) == ("long_cell", 2, 4)
    assert refused(lines(HEADS, ("x" * 200_000,))).reason in ("long_cell", "broken_csv"), (
        "longer than the csv module takes"
    )
    name = "n" * 3_000
    assert wrong(read(cell(1, measure=name))) == [(2, "measure", f"{name[:60]}…")], (
        "a name that is too long is quoted in part"
    )


def test_a_name_is_as_long_as_a_name_may_be(read: Reader) -> None:
    assert read(cell(1, measure="ä" * own_figures.LONGEST_NAME)).measures[0].name == "ä" * own_figures.LONGEST_NAME
    assert wrong(read(cell(1, measure=""))) == [(2, "measure", "")]


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


def test_two_levels_of_heads_are_refused_or_their_lines_are_named(read: Reader) -> None:
    below = refused(
        book((None, 2018, None, 2019, None), ("Kunta", "Menot", "Tulot", "Menot", "Tulot"), (837, 1, 2, 3, 4)), read
    )
    assert below.reason == "repeated"
    beside = refused(book(("Kunta", 2018, None), (None, "Menot", "Tulot"), (837, 1, 2)), read)
    assert (beside.reason, beside.parts["column"]) == ("nameless", 3)
    both = read(book(("Kunta", 2018, 2019), ("", "Menot", "Menot"), (837, 1, 2)))
    assert wrong(both) == [(2, "municipality", ""), (2, "number", "Menot"), (2, "number", "Menot")]


def test_a_merged_municipality_is_missing_on_the_lines_below(read: Reader) -> None:
    found = read(book(HEADS, ("Tampere", 2018, "x", 1), (None, 2019, "x", 2)))
    assert wrong(found) == [(3, "municipality", "")]


def test_figures_of_excel_are_exact_and_years_whole(read: Reader) -> None:
    found = read(
        book(HEADS, (837.0, 2018.0, "x", 0.1 + 0.2), (91, 2019, "x", 1e-7), ("005", "2020", "x", 123456789.125))
    )
    assert [f.value for f in found.figures] == [0.3, 1e-7, 123456789.125]
    assert [(f.municipality, f.year) for f in found.figures] == [(TAMPERE, 2018), (HELSINKI, 2019), ("005", 2020)]


def test_what_is_no_number_in_excel_is_quoted(read: Reader) -> None:
    rows = ((837, 2018 + n, "x", said) for n, said in enumerate((True, "#DIV/0!", "85 kpl", "NaN")))
    said = wrong(read(book(HEADS, *rows)))
    assert said == [(line, "number", words) for line, words in enumerate(("true", "#DIV/0!", "85 kpl", "NaN"), 2)]


def test_a_formula_is_its_result_where_the_file_holds_one(read: Reader) -> None:
    assert value(read(calculated(1234.5))) == 1234.5
    assert wrong(read(calculated("#N/A"))) == [(2, "number", "#N/A")]


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
    rows = f'{row(1, *HEADS)}{row(2, TAMPERE, "2018", "x", "1,5")}<row r="3">{words("A3", TAMPERE)}{words("B3", "2019")}{words("C3", "x")}'
    found = read(cells(f'{rows}<c r="D3" t="str"><f>IF(1,"","")</f><v></v></c></row>'))
    assert taken(found) == {(TAMPERE, 2018, "own_x"): (1.5, "final")} and found.missing == 1


def words(at: str, said: str) -> str:
    """A cell of a sheet as XML."""
    return f'<c r="{at}" t="inlineStr"><is><t>{said}</t></is></c>'


def row(number: int, *said: str) -> str:
    """A row of a sheet as XML."""
    return (
        f'<row r="{number}">'
        + "".join(words(f"{column}{number}", cell) for column, cell in zip("ABCD", said, strict=False))
        + "</row>"
    )


@pytest.mark.parametrize(
    "formulas",
    [
        '<c r="E2"><f t="shared" ref="E1:E2" si="0">A1</f><v>1</v></c></row><row r="1"><c r="E1"><f t="shared" si="0"/><v>1</v></c></row>',
        '<c r="E2"><f t="shared" ref="E2:E3" si="0">1+"a</f><v>1</v></c><c r="F2"><f t="shared" si="0"/><v>1</v></c></row>',
    ],
)
def test_a_shared_formula_that_cannot_be_moved_does_not_matter_beside_its_result(formulas: str) -> None:
    """Nobody needs what the formula is; a file that is refused for it is refused with a reason."""
    content = cells(f'{row(1, *HEADS)}<row r="2">{words("A2", TAMPERE)}{formulas}')
    try:
        assert tabular.read(content)[0] == Row(1, HEADS)
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
        "a sheet cut short": package({SHEET: BEGIN + row(1, *HEADS)}),
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
    content = bytearray(package({SHEET: BEGIN + "".join(row(n, *HEADS) for n in range(1, 50)) + END}))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        begin = archive.getinfo(SHEET).header_offset + 30 + len(SHEET)
    content[begin : begin + 40] = b"\xff" * 40
    assert refused(bytes(content)).reason == "broken_workbook"


@pytest.mark.parametrize("part", [SHEET, WORDS, WORKBOOK])
def test_a_workbook_in_an_encoding_that_does_not_exist_is_refused(part: str) -> None:
    said = {SHEET: BEGIN + GREETING + END, **PARTS}[part]
    assert refused(package({part: f'<?xml version="1.0" encoding="hello"?>{said}'})).reason == "broken_workbook"


# Files that are no table


NO_TABLES: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "empty"),
    "the mark of UTF-8": (b"\xef\xbb\xbf", "empty"),
    "the mark of UTF-16": (b"\xff\xfe", "empty"),
    "blank lines": (b"\n\n\r\n \n \t \n", "empty"),
    "only marks": (b";;;\n;;;\n", "empty"),
    "only quotation marks": (b'""\n', "empty"),
    "a nought among letters": (b"kunta\0;vuosi\n837;2018\n", "not_text"),
    "noughts": (bytes(1000), "not_text"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89", "not_text"),
    "a workbook of old": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "old_workbook"),
    "too much": (b"x" * (tabular.LARGEST + 1), "too_large"),
}


@pytest.mark.parametrize("what", NO_TABLES)
def test_a_file_that_holds_no_table_is_refused(what: str) -> None:
    content, reason = NO_TABLES[what]
    assert refused(content).reason == reason


def test_a_pdf_is_refused_though_it_is_half_text(read: Reader) -> None:
    for content in (
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer\n%%EOF\n",
        b"%PDF-1.7\n\x81\x8f\x9d\0\n%%EOF",
    ):
        assert refused(content, read).reason in ("not_text", "no_heads", "broken_csv")


def test_empty_workbooks_and_heads_alone_are_refused(read: Reader) -> None:
    assert refused(book()).reason == refused(book((None, " "), ("", None))).reason == "empty"
    assert refused(lines(HEADS), read).reason == refused(book(HEADS), read).reason == "no_rows"
    nothing = refused(lines(HEADS, (837, 2018, "x", ".."), (837, 2019, "x", "")), read)
    assert (nothing.reason, nothing.parts) == ("nothing_but_missing", {"n": 2})


def test_a_quotation_mark_that_nobody_closes_is_refused_at_the_line_where_it_stands() -> None:
    error = refused(
        lines(HEADS, (837, 2018, "x", 1), (837, 2019, '"x', 1), *((837, 2020 + n, "x", 1) for n in range(5)))
    )
    assert (error.reason, error.parts) == ("broken_csv", {"line": 3})


def test_quotation_marks_in_the_middle_are_letters_and_a_stray_one_is_refused(read: Reader) -> None:
    assert read(cell(1, measure='5" putki')).measures[0].name == '5" putki'
    assert read(cell(1, measure='"sanoi ""ei"""')).measures[0].name == 'sanoi "ei"'
    assert read(cell(1, measure='"a\nb"')).measures[0].name == "a b", "a cell of two lines"
    error = refused(lines(HEADS, (837, 2018, '"x"y', 1)))
    assert (error.reason, error.parts) == ("broken_csv", {"line": 2})


# Municipalities, years, statuses


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("Tampere", TAMPERE),
        ("Tammerfors", TAMPERE),
        ("tampere", TAMPERE),
        ("TAMMERFORS", TAMPERE),
        ("837", TAMPERE),
        ("KU837", TAMPERE),
        ("ku837", TAMPERE),
        ("Åbo", TURKU),
        ("åbo", TURKU),
        ("91", HELSINKI),
        ("091", HELSINKI),
        ("KU091", HELSINKI),
        ("5", "005"),
        ("Helsingfors", HELSINKI),
        ("Jyväskylä", JYVASKYLA),
        ("Koski Tl", "284"),
        ("Mänttä-Vilppula", "508"),
        ("Pedersöre", "599"),
        ("Pedersören kunta", "599"),
    ],
)
def test_a_municipality_is_known_by_number_and_by_name_in_either_language(said: str, code: str, read: Reader) -> None:
    assert [f.municipality for f in read(cell(1, municipality=said)).figures] == [code]


@pytest.mark.parametrize(
    ("said", "near"),
    [
        ("Tamperre", "Tampere"),
        ("Jyväskyläa", "Jyväskylä"),
        ("Hämeenlina", "Hämeenlinna"),
        ("Tamerfors", "Tammerfors"),
        ("Koski TI", "Koski Tl"),
        ("Mänttä Vilppula", "Mänttä-Vilppula"),
        ("999", ""),
        ("0837", ""),
        ("KU", ""),
        ("Atlantis", ""),
        ("", ""),
        ("Tampere Helsinki", ""),
    ],
)
def test_an_unknown_municipality_is_quoted_with_the_official_name_that_is_near(
    said: str, near: str, read: Reader
) -> None:
    found = read(cell(1, municipality=said))
    assert wrong(found) == [(2, "municipality", said)] and found.figures == ()
    assert found.problems[0].near == near
    assert not near or all(near in words for words in told(found.problems[0]).values())


def test_many_rows_of_strangers_do_not_hold_the_server(read: Reader) -> None:
    """A national table with hundreds of joint authorities among the municipalities, ten figures each."""
    content = lines(
        ("kunta", "vuosi", *(f"m{n}" for n in range(9))), *((f"Kuntayhtymä {n}", 2018, *range(9)) for n in range(500))
    )
    begun = time.process_time()
    found = read(content)
    assert len(found.problems) == 500
    assert time.process_time() - begun < 1, "seconds of a processor"


@pytest.mark.parametrize(
    "said",
    ["18", "2018.0", "2018*", "20 18", "1989", "2101", "0", "-2018", "99999", "1.1.2018", "", "MMXVIII", "２０１８"],
)
def test_a_year_that_is_none_is_quoted(said: str, read: Reader) -> None:
    assert wrong(read(cell(1, year=said))) == [(2, "year", said)]


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("final", "final Lopullinen slutlig"),
        ("preliminary", "preliminary ennakko Preliminär"),
        ("approximate", "approximate likiarvo ungefärlig"),
        ("forecast", "forecast Ennuste prognos"),
        ("budget", "budget talousarvio Budget"),
        ("target", "target TAVOITE mål"),
    ],
)
def test_a_status_is_understood_in_three_languages(status: str, said: str, read: Reader) -> None:
    for word in said.split():
        found = read(lines((*HEADS, "status"), (837, 2018, "x", 1, word)))
        assert taken(found) == {(TAMPERE, 2018, "own_x"): (1, status)}, word


def test_an_unknown_status_is_quoted(read: Reader) -> None:
    assert wrong(read(lines((*HEADS, "tila"), (837, 2018, "x", 1, "melkein valmis")))) == [
        (2, "status", "melkein valmis")
    ]


def test_an_official_indicator_takes_plans_only_and_an_awaited_one_anything(read: Reader) -> None:
    names = loader.indicators()[OFFICIAL].name
    for said in (OFFICIAL, names.fi, names.sv.upper(), names.en):
        assert wrong(read(cell(50, measure=said))) == [(2, "official", said)]
        for word, status in (("tavoite", "target"), ("budget", "budget")):
            found = read(lines((*HEADS, "tila"), (837, 2018, said, 50, word)))
            assert taken(found) == {(TAMPERE, 2018, OFFICIAL): (50, status)}
    for said in (AWAITED, loader.indicators()[AWAITED].name.sv):
        assert taken(read(cell(20, measure=said))) == {(TAMPERE, 2018, AWAITED): (20, "final")}


def test_everything_wrong_on_a_line_is_told_at_once_and_nothing_is_half_taken(read: Reader) -> None:
    found = read(lines((*HEADS, "tila"), ("Atlantis", "18", "", "abc", "?"), (837, 2018, "x", 1, "")))
    assert [(line, reason) for line, reason, _ in wrong(found)] == [
        (2, "municipality"),
        (2, "year"),
        (2, "status"),
        (2, "measure"),
        (2, "number"),
    ]
    assert len(found.figures) == 1, "figures may be taken only where there is no problem"


def test_the_same_figure_twice_is_told_with_the_line_of_the_first(read: Reader) -> None:
    found = read(lines(HEADS, (837, 2018, "x", 1), (91, 2018, "x", 1), ("Tammerfors", 2018, "X", 2)))
    assert wrong(found) == [(4, "twice", "2")] and found.problems[0].near == "2"
    assert "2" in told(found.problems[0])["fi"]
    wide = read(lines(("kunta", "2018", "2019"), (837, 1, 2), ("KU837", 3, "..")))
    assert wrong(wide) == [(3, "twice", "3")] and wide.problems[0].column == "2018"


def test_a_budget_a_target_and_an_actual_of_a_year_are_three_figures_but_two_actuals_are_one_too_many(
    read: Reader,
) -> None:
    heads = (*HEADS, "tila")
    plans = [(837, 2018, "x", n, status) for n, status in enumerate(("", "talousarvio", "tavoite"))]
    assert [(f.value, f.status) for f in read(lines(heads, *plans)).figures] == [
        (0, "final"),
        (1, "budget"),
        (2, "target"),
    ]
    assert wrong(read(lines(heads, *plans, (837, 2018, "x", 5, "ennakko"), (837, 2018, "x", 6, "tavoite")))) == [
        (5, "twice", "5"),
        (6, "twice", "6"),
    ]


def test_many_measures_are_refused_before_they_hold_the_server(read: Reader) -> None:
    content = lines(HEADS, *((837, 2018, f"mittari {n}", 1) for n in range(1500)))
    begun = time.process_time()
    assert refused(content, read).reason == "too_many_measures"
    assert time.process_time() - begun < 1, "seconds of a processor"


def test_measures_whose_names_begin_alike_stay_two_in_one_file_and_in_two(read: Reader) -> None:
    names = [f"Henkilöstön sairauspoissaolot prosentteina työajasta, {who}" for who in ("naiset", "miehet")]
    assert len({f.measure for f in read(lines(HEADS, *((837, 2018, name, 1) for name in names))).figures}) == 2
    lies = workspace.EMPTY
    for name in names:
        found = read(cell(1, measure=name))
        lies = lies.with_figures(found, found.measures)
    assert [measure.name for measure in lies.measures] == names


# What the limits are for: memory and time

CHILD = r"""
import json, re, resource, sys
from pathlib import Path

seconds, space, *names = sys.argv[1:]
resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 1))
if sys.platform == "linux":
    resource.setrlimit(resource.RLIMIT_AS, (int(space), int(space)))
from kuntamittari.uploads import tabular, workspace


def peak():
    # what getrusage says of a child begins with what its parent held when it was started; Linux also says what the child held
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


for name in names:
    content = Path(name).read_bytes()
    try:
        found = workspace.of_file(content) if name.endswith(".json") else tabular.read(content)
        said = len(found) if isinstance(found, list) else "desk"
    except tabular.TableError as error:
        said = error.reason
    sys.stdout.write(json.dumps([Path(name).name, said, peak()]) + "\n")
    sys.stdout.flush()
"""


def apart(folder: Path, files: dict[str, bytes], seconds: int) -> tuple[dict[str, Any], float]:
    """What a process of its own says of files, each its number of rows or why it is refused, and the most megabytes
    that it held. Fails where it is stopped: for taking more seconds of a processor, or three times the memory."""
    for name, content in files.items():
        (folder / name).write_bytes(content)
    command = [
        sys.executable,
        "-c",
        CHILD,
        str(seconds),
        str(3 * MOST_MEMORY * 1_000_000),
        *(str(folder / name) for name in files),
    ]
    one = {"OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(settings.ROOT)}
    ended = subprocess.run(command, capture_output=True, text=True, env=os.environ | one, timeout=240, check=False)
    said = [json.loads(line) for line in ended.stdout.splitlines()]
    assert ended.returncode == 0, f"ended with {ended.returncode} after {said}: {ended.stderr[-300:]}"
    return {name: what for name, what, _ in said}, max(held for *_, held in said)


def test_the_largest_files_are_read_or_refused_in_little_memory(tmp_path: Path) -> None:
    sheet = io.BytesIO()
    with xlsxwriter.Workbook(sheet, {"constant_memory": True}) as workbook:
        page = workbook.add_worksheet()
        for n in range(60_000):
            page.write_number(n, 0, n)
    million = "kunta;vuosi;mittari;arvo\n" + "837;2018;x;1\n" * 1_000_000
    figures_ = "".join(f"837;{n};{';'.join(f'{n},{m}' for m in range(8))}\n" for n in range(49_999))
    files = {
        "a million rows.csv": (million.encode(), "too_long"),
        "a million rows of UTF-16.csv": (million[: 9 * 10**6].encode("utf-16"), "too_long"),
        "sixty thousand rows.xlsx": (sheet.getvalue(), "too_long"),
        "half a million cells.csv": (f"kunta;vuosi;{';'.join('abcdefgh')}\n{figures_}".encode(), 50_000),
        "wide letters.csv": (b"kunta;vuosi;x\n" + ("91;2018;\U0001f600" + "a" * 2_000 + "\n").encode() * 9_800, 9_801),
        "blank lines.csv": (b"kunta\n" + b"\n" * 19_000_000, "too_long"),
        "a quarter of a gigabyte of nothing.xlsx": (package({SHEET: repeated("", "\0", 250, "")}), "broken_workbook"),
        "words.xlsx": (package({WORDS: repeated("", "<si><t>ab</t></si>", 21, "")}), "broken_workbook"),
        "a billion laughs in the sheet.xlsx": (
            package({SHEET: f"{LAUGHS}{BEGIN}{row(1, '&l9;')}{END}"}),
            "broken_workbook",
        ),
        "a billion laughs in the words.xlsx": (
            package({WORDS: f"{LAUGHS}<sst {MAIN}><si><t>&l9;</t></si></sst>"}),
            "broken_workbook",
        ),
        "a billion laughs in a name.xlsx": (
            package({WORKBOOK: LAUGHS + PARTS[WORKBOOK].replace('"A"', '"&l9;"')}),
            "broken_workbook",
        ),
        "a sheet that lies.xlsx": (lying(SHEET, zeros(600), zipfile.ZIP_DEFLATED, 1_000), "broken_workbook"),
    }
    said, held = apart(tmp_path, {name: content for name, (content, _) in files.items()}, 60)
    assert said == {name: expected for name, (_, expected) in files.items()}
    assert held < MOST_MEMORY


HARMFUL: dict[str, Callable[[], bytes]] = {
    "a row two billion below.xlsx": lambda: cells(GREETING + '<row r="2000000000"><c><v>1</v></c></row>'),
    "empty rows.xlsx": lambda: package({SHEET: repeated(BEGIN + GREETING, "<row/>", 50, END)}),
    "styles.xlsx": lambda: package({"xl/styles.xml": repeated(f"<styleSheet {MAIN}>", "<a/>", 60, "</styleSheet>")}),
    "words in a part of another name.xlsx": lambda: package(
        {
            "[Content_Types].xml": PARTS["[Content_Types].xml"].replace("sharedStrings.xml", "words.xml"),
            "xl/words.xml": repeated(f"<sst {MAIN}>", "<si><t>abcdefgh</t></si>", 60, "</sst>"),
        }
    ),
    "an entity said often.xlsx": lambda: package(
        {
            SHEET: repeated(
                f'<!DOCTYPE x [<!ENTITY a "{"x" * 250}">]>{BEGIN}<row r="1"><c t="inlineStr"><is><t>',
                "&a;",
                9,
                f"</t></is></c></row>{END}",
            )
        }
    ),
    "a part that lies.xlsx": lambda: lying("xl/theme/theme1.xml", zeros(700), zipfile.ZIP_DEFLATED, 1_000),
    "a part that lies in bz2.xlsx": lambda: lying(SHEET, BZ2_ZEROS, zipfile.ZIP_BZIP2, 1_000),
    "one long line.csv": lambda: b"kunta," + b"10," * 6_600_000,
    "lists.json": lambda: b'{"figures":[' + b"[]," * 6_000_000 + b"[]]}",
    "objects.json": lambda: b'{"x":[' + b"{}," * 6_000_000 + b"{}]}",
}


@pytest.mark.parametrize("name", HARMFUL)
def test_a_file_made_to_do_harm_does_none(name: str, tmp_path: Path) -> None:
    content = HARMFUL[name]()
    assert len(content) < tabular.LARGEST
    _, held = apart(tmp_path, {name: content}, PATIENCE)
    assert held < MOST_MEMORY


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
        return tabular.read(content)
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
    found = tabular.number(words)
    assert found is None or abs(found) < float("inf")


@effort(max_examples=200, deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_number_is_read_as_it_was_written(number: float) -> None:
    assert tabular.number(repr(number)) == tabular.number(repr(number).replace(".", ",")) == number
    assert tabular.number(f"{number:,.2f}".replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")) == float(
        f"{number:.2f}"
    )


ROLES = st.sampled_from(
    ["kunta", "vuosi", "mittari", "arvo", "tila", "2018", "2019", "x", "Omavaraisuusaste", "", "nimi"]
)
CELLS = st.sampled_from(
    ["837", "Turku", "2018", "..", "~5", "1,5", "tavoite", OFFICIAL, AWAITED, "=1", "", "KU", "ä" * 101]
) | st.text(max_size=8)
SHEETS = st.tuples(st.lists(ROLES, min_size=1, max_size=7), st.lists(st.lists(CELLS, max_size=8), max_size=6))


@effort(max_examples=150, deadline=None)
@given(sheet=SHEETS)
def test_any_sheet_is_understood_or_refused_and_what_is_understood_lies_on_a_desk(
    sheet: Any, register: Register
) -> None:
    heads, body = sheet
    rows = [Row(n, tuple(map(tabular.tidy, said))) for n, said in enumerate((heads, *body), 1)]
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


# Desks and their files

LETTERS = st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs"))
IDS = st.from_regex(r"[a-z][a-z0-9_]{2,20}", fullmatch=True)
SERVICES = sorted(services.services())
MEASURES = st.lists(
    st.builds(
        Measure,
        id=IDS,
        name=st.text(LETTERS, max_size=20).map("M{}".format),
        unit=st.text(LETTERS, max_size=9),
        polarity=st.sampled_from(get_args(Polarity)),
        decimals=st.integers(0, own_figures.MOST_DECIMALS),
        service=st.none() | st.sampled_from(SERVICES),
    ),
    max_size=4,
    unique_by=lambda measure: measure.id,
)
PLACES = st.sampled_from([TAMPERE, HELSINKI, "005"])
YEARS = st.integers(row_reader.FIRST_YEAR, row_reader.LAST_YEAR)
TAGGED = st.sampled_from([organisation_models.EVERY_SERVICE, *SERVICES])
TAGS = st.lists(
    st.builds(Tag, PLACES, TAGGED, YEARS, st.sampled_from(get_args(organisation_models.Model))), max_size=5, unique=True
)


@st.composite
def workspaces(draw: st.DrawFn) -> Workspace:
    measures = draw(MEASURES)
    if not measures:
        return Workspace(tags=tuple(draw(TAGS)))
    key = st.tuples(PLACES, YEARS, st.sampled_from([measure.id for measure in measures]))
    value = st.floats(-own_figures.LARGEST_FIGURE, own_figures.LARGEST_FIGURE)
    known = draw(st.dictionaries(key, st.tuples(value, st.sampled_from(get_args(own_figures.Status))), max_size=8))
    return Workspace(
        measures=tuple(measures),
        figures=tuple(Figure(*at, *what) for at, what in known.items()),
        tags=tuple(draw(TAGS)),
    )


@effort(max_examples=100, deadline=None)
@given(workspaces())
def test_any_desk_comes_back_from_its_file_as_it_was(lies: Workspace) -> None:
    content = workspace.file(lies)
    assert (
        workspace.is_workspace(content)
        and workspace.of_file(content) == workspace.of_file(b"\xef\xbb\xbf" + content) == lies
    )


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=6)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
FIELDS = st.sampled_from(["format", "measures", "figures", "tags", "rounds", "assessments", "more"])
FIGURE = st.tuples(st.just(TAMPERE), st.integers(), IDS, SCALARS, st.sampled_from(["final", "budget", "?"]))


@effort(max_examples=150, deadline=None)
@given(
    st.binary(max_size=60)
    | JSON.map(json.dumps).map(str.encode)
    | st.dictionaries(FIELDS, st.lists(FIGURE, max_size=3) | JSON, max_size=3).map(json.dumps).map(str.encode)
)
def test_any_bytes_are_a_desk_or_refused(content: bytes) -> None:
    """What is taken for a desk can be kept and comes back."""
    try:
        lies = workspace.of_file(content)
    except TableError as error:
        told(error)
        return
    assert isinstance(lies, Workspace) and workspace.of_file(workspace.file(lies)) == lies


def desk_file(*figures: str, more: str = "") -> bytes:
    """The file of a desk with one measure."""
    return f'{{"measures":[{{"id":"own_x","name":"x"}}],"figures":[{",".join(figures)}]{more}}}'.encode()


def test_a_file_of_a_desk_is_what_the_reader_kept(bundle: Database) -> None:
    lies = workspace.of_file(
        desk_file('["837",2018,"own_x",1.5,"final"]', more=',"tags":[["837","all",2019,"net_unit"]]')
    )
    assert lies.figures == (Figure(TAMPERE, 2018, "own_x", 1.5, "final"),) and lies.tags == (
        Tag(TAMPERE, "all", 2019, "net_unit"),
    )
    data = overlaid(bundle, lies)
    rows = figures.values(data, figures.catalogue(data)["own_x"]).to_pylist()
    assert [(r["municipality"], r["year"], r["value"]) for r in rows if r["value"] is not None] == [
        (TAMPERE, 2018, 1.5)
    ]


@pytest.mark.parametrize(
    "figure",
    [
        '["837",70000,"own_x",1,"final"]',
        '["837",-5,"own_x",1,"final"]',
        '["837",1,"own_x",1,"final"]',
        '["837",2018,"own_x",NaN,"final"]',
        '["837",2018,"own_x",Infinity,"final"]',
        '["837",2018,"own_x",1e999,"final"]',
        '["\\ud800",2018,"own_x",1,"final"]',
        '["837",2018,"own_x",1,"final"],["837",2018,"own_x",2,"final"]',
        '["837",2018,"own_y",1,"final"]',
        '["837",2018,"own_x",1,"perhaps"]',
        '["837",2018,"own_x","1","final"]',
        '["837",2018,"own_x",1]',
        '"837"',
        "[]",
        "null",
    ],
)
def test_a_figure_that_no_table_could_have_brought_is_not_let_in_by_the_file_of_a_desk(figure: str) -> None:
    """A year that the data cannot hold would break every page of the reader; one figure twice is seen nowhere."""
    assert refused(desk_file(figure), workspace.of_file).reason == "no_desk"


NO_DESKS: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": b"{",
    "a list": b"[]",
    "null": b"null",
    "another format": b'{"format":"another"}',
    "one field more": b'{"more":1}',
    "figures by name": b'{"figures":{}}',
    "many lists in each other": b"[" * 100_000,
    "many objects in each other": b'{"a":' * 50_000,
    "UTF-16": b"\xff\xfe{\0}\0",
    "a long number": b"9" * 5_000,
    "an id of other letters": b'{"measures":[{"id":"X","name":"x"}]}',
    "a measure without a name": b'{"measures":[{"id":"own_x","name":""}]}',
    "a measure with a formula": b'{"measures":[{"id":"own_x","name":"x","formula":1}]}',
    "a measure of an unknown service": b'{"measures":[{"id":"own_x","name":"x","service":"magic"}]}',
    "a name that cannot be written": b'{"measures":[{"id":"own_x","name":"\\ud800"}]}',
    "two measures of one id": b'{"measures":[{"id":"own_x","name":"x"},{"id":"own_x","name":"y"}]}',
    "an unknown model": b'{"tags":[["837","all",2018,"magic"]]}',
    "a tag of an unknown service": b'{"tags":[["837","magic",2018,"net_unit"]]}',
    "a tag of no year": b'{"tags":[["837","all",' + b"9" * 30 + b',"net_unit"]]}',
    "a tag that cannot be written": b'{"tags":[["\\ud800","all",2018,"net_unit"]]}',
}


@pytest.mark.parametrize("what", NO_DESKS)
def test_what_is_no_desk_is_refused(what: str) -> None:
    assert refused(NO_DESKS[what], workspace.of_file).reason == "no_desk"


def test_a_file_of_a_desk_is_not_larger_than_a_table() -> None:
    assert refused(b" " * (tabular.LARGEST + 1), workspace.of_file).reason == "too_large"


def test_measures_go_and_come_with_their_figures_and_leave_the_others_alone(read: Reader) -> None:
    first, second = read(lines(HEADS, (837, 2018, "x", 1), (837, 2018, "y", 2))), read(cell(9, measure="X"))
    lies = workspace.EMPTY.with_figures(first, first.measures)
    assert [(f.measure, f.value) for f in lies.with_figures(second, second.measures).figures] == [
        ("own_y", 2),
        ("own_x", 9),
    ]
    assert [m.id for m in lies.without("own_x").measures] == ["own_y"] and [
        f.value for f in lies.without("own_x").figures
    ] == [2]
    assert workspace.EMPTY.weight == 0 and lies.weight == 2


# The shelf


class Clock:
    """A time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(workspace, "time", made)
    return made


def kept(weight: int = 1) -> Any:
    return SimpleNamespace(workspace=SimpleNamespace(weight=weight))


def test_another_key_never_finds_a_desk(clock: Clock) -> None:
    shelf, mine, yours = WorkspaceStore(), kept(), kept()
    shelf.put("mine", mine)
    assert shelf.get("mine") is mine
    assert [shelf.get(key) for key in ("", "min", "mine ", "MINE", "yours", "mine\0")] == [None] * 6
    shelf.put("yours", yours)
    assert shelf.get("mine") is mine and shelf.get("yours") is yours
    shelf.clear("mine")
    shelf.clear("nobody's")
    assert shelf.get("mine") is None and shelf.get("yours") is yours


def test_a_key_is_only_what_the_server_writes() -> None:
    assert cookie.KEY.fullmatch("Aa0_-" * 8 + "abc")
    assert not any(
        cookie.KEY.fullmatch(key)
        for key in ("", "a" * 42, "a" * 44, "a" * 42 + "/", "a" * 42 + "ä", "a" * 43 + "\n", "../" * 14 + "a")
    )


def test_a_desk_that_nobody_uses_goes_and_one_in_use_stays(clock: Clock) -> None:
    shelf = WorkspaceStore()
    shelf.put("idle", kept())
    shelf.put("used", kept())
    clock.now += workspace.IDLE
    assert shelf.get("used") is not None, "four hours have passed, not more"
    clock.now += 1
    assert shelf.get("idle") is None and shelf.get("used") is not None
    clock.now += workspace.IDLE + 1
    assert shelf.get("used") is None


def test_the_desk_unused_longest_goes_where_there_are_too_many(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workspace, "MOST_WORKSPACES", 3)
    shelf = WorkspaceStore()
    for key in "abc":
        shelf.put(key, kept())
        clock.now += 1
    assert shelf.get("a") is not None, "now b is the one unused longest"
    shelf.put("d", kept())
    assert [key for key in "abcd" if shelf.get(key)] == ["a", "c", "d"]
    shelf.put("a", kept(2))
    assert [key for key in "abcd" if shelf.get(key)] == ["a", "c", "d"], (
        "a desk in the place of one's own takes no room"
    )


def test_the_desks_unused_longest_go_where_there_is_too_much_on_them(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workspace, "MOST_KEPT", 30)
    shelf = WorkspaceStore()
    for key in "abc":
        shelf.put(key, kept(10))
    shelf.put("d", kept(9))
    assert [key for key in "abcd" if shelf.get(key)] == ["b", "c", "d"]
    shelf.put("b", kept(12))
    assert [key for key in "abcd" if shelf.get(key)] == ["b", "d"], "what has grown weighs what it weighs now"
    shelf.put("e", kept(60))
    assert [key for key in "abcde" if shelf.get(key)] == ["e"], "the newest stays whatever it weighs"


def test_readers_who_come_at_once_find_their_own() -> None:
    shelf, strangers = WorkspaceStore(), []

    def reader(key: str) -> None:
        mine = kept()
        for _ in range(200):
            shelf.put(key, mine)
            if shelf.get(key) is not mine:
                strangers.append(key)

    threads = [threading.Thread(target=reader, args=(str(n),)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert strangers == []


# Words and packages


def test_every_reason_has_words_in_every_language() -> None:
    sources = "".join(
        inspect.getsource(module) for module in (tabular, row_reader, own_figures, organisation, workspace)
    )
    reasons = {f"tabular.{reason}" for reason in re.findall(r'TableError\(\s*"(\w+)"', sources)}
    reasons |= {
        f"problem.{reason}"
        for reason in (
            "municipality",
            "year",
            "status",
            "measure",
            "official",
            "number",
            "formula",
            "twice",
            "service",
            "model",
        )
    }
    assert len(reasons) > 25
    for language in LANGUAGES:
        assert reasons <= set(texts(language)), language


def test_what_reads_workbooks_is_installed_with_the_service() -> None:
    """Not only with the tests."""
    assert "openpyxl==" in (settings.ROOT / "requirements.txt").read_text("utf-8")
