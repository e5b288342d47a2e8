"""Encodings, marks between columns, ends of lines, and files that are no table."""

import re

import pytest

from kuntamittari.uploads import tabular
from tests.support.uploads.uploaded_files import Reader, book, cell, lines, refused, taken

HEADS = ("kunta", "vuosi", "mittari", "arvo")
JYVASKYLA, TURKU, TAMPERE, HELSINKI = "179", "853", "837", "091"


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
