"""Files as users upload them, well-formed and not, and what is asked of what was read."""

import io
import zipfile
from collections.abc import Callable, Iterable
from typing import Any

import openpyxl
import pytest
from hypothesis import strategies as st

from kuntamittari import settings
from kuntamittari.exhibits import text
from kuntamittari.i18n import Translator
from kuntamittari.uploads import tabular
from kuntamittari.uploads.own_figures import Reading
from kuntamittari.uploads.remarks import Problem
from kuntamittari.uploads.tabular import TableError

LANGUAGES = settings.LANGUAGES
HEADS = ("kunta", "vuosi", "mittari", "arvo")
JYVASKYLA, TURKU, TAMPERE, HELSINKI = "179", "853", "837", "091"
Register = dict[str, dict[str, Any]]
Reader = Callable[[bytes], Reading]


def lines(*rows: Iterable[object], mark: str = ";") -> bytes:
    """A CSV file without quotation marks."""
    return "".join(mark.join(map(str, row)) + "\n" for row in rows).encode("utf-8")


def file(rows: Iterable[tabular.Row], delimiter: str = ";") -> tabular.File:
    """The file that these rows are read from."""
    return tabular.File((tabular.Sheet("", tuple(rows), delimiter),))


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


MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET, WORDS, WORKBOOK = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"
KINDS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
    'ContentType="application/xml"/>'
    f'<Override PartName="/{WORKBOOK}" ContentType="{KINDS}.sheet.main+xml"/>'
    f'<Override PartName="/{WORDS}" ContentType="{KINDS}.sharedStrings+xml"/></Types>',
    WORKBOOK: f'<workbook {MAIN} xmlns:r="{OFFICE}"><sheets><sheet name="A" sheetId="1" '
    'r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    WORDS: f"<sst {MAIN}></sst>",
}
BEGIN, END = f"<worksheet {MAIN}><sheetData>", "</sheetData></worksheet>"
GREETING = '<row r="1"><c t="inlineStr"><is><t>kunta</t></is></c></row>'


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


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=6)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


def workspace_file(*figures: str, more: str = "") -> bytes:
    """The file of a workspace with one measure."""
    return f'{{"measures":[{{"id":"own_x","name":"x"}}],"figures":[{",".join(figures)}]{more}}}'.encode()


def cell_xml(at: str, said: str) -> str:
    """Return a cell of a sheet as XML."""
    return f'<c r="{at}" t="inlineStr"><is><t>{said}</t></is></c>'


def row_xml(number: int, *said: str) -> str:
    """Return a row of a sheet as XML."""
    return (
        f'<row r="{number}">'
        + "".join(cell_xml(f"{column}{number}", cell) for column, cell in zip("ABCD", said, strict=False))
        + "</row>"
    )
