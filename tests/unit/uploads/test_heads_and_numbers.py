"""Numbers and heads as people write them: each is understood or quoted with its line and column."""

import io

import openpyxl
import pytest

from kuntamittari.uploads import own_figures, table_finder, tabular
from kuntamittari.uploads.tabular import TableError
from tests.support.uploads.uploaded_files import Reader, book, cell, lines, refused, taken, told, value, wrong

HEADS = ("kunta", "vuosi", "mittari", "arvo")
JYVASKYLA, TURKU, TAMPERE, HELSINKI = "179", "853", "837", "091"
SPACES = {
    "space": " ",
    "no-break space": "\N{NO-BREAK SPACE}",
    "narrow no-break space": "\N{NARROW NO-BREAK SPACE}",
    "thin space": "\N{THIN SPACE}",
    "figure space": "\N{FIGURE SPACE}",
}


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
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("1,234,567", 1_234_567),
        ("1.234.567", 1_234_567),
        ("0,345", 0.345),
        ("12,3456", 12.3456),
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
        "1e999",
        "-1e999",
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
        "TRUE",
        "kyllä",
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
    assert wrong(found) == [(3, "number", table_finder.shown(written))] and found.problems[0].column == "arvo"


@pytest.mark.parametrize("written", ["2018 100", "12,5 300", "1,234 567"])
def test_two_numbers_in_a_cell_are_not_one(written: str, read: Reader) -> None:
    """Thousands begin with one to three digits and end before the decimal mark."""
    assert wrong(read(cell(written))) == [(2, "number", written)]


@pytest.mark.parametrize(
    "written",
    [
        "",
        "..",
        ".",
        "-",
        "–",
        "…",
        "...",
        " .. ",
        "\N{NO-BREAK SPACE}",
        "NA",
        "n/a",
        "NULL",
        "NaN",
        "None",
        "ei tietoa",
    ],
)
def test_what_says_that_there_is_no_figure_is_missing_and_no_problem(written: str, read: Reader) -> None:
    found = read(lines(HEADS, (TAMPERE, 2017, "x", 1), (TAMPERE, 2018, "x", written)))
    assert taken(found) == {(TAMPERE, 2017, "own_x"): (1, "final")} and found.missing == 1


@pytest.mark.parametrize(
    "written", ["#N/A", "#DIV/0!", "#PUUTTUU!", "#JAKO/0!", "#VIITTAUS!", "#SAKNAS!", "Err:502", "####"]
)
def test_an_error_of_a_spreadsheet_is_told_with_the_way_to_write_that_a_figure_is_missing(
    written: str, read: Reader
) -> None:
    found = read(lines(HEADS, (TAMPERE, 2017, "x", 1), (TAMPERE, 2018, "x", written)))
    assert wrong(found) == [(3, "spreadsheet_error", written)]
    assert all(".." in words for words in told(found.problems[0]).values())


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
    assert taken(found) == {(HELSINKI, 2018, "own_x"): (1.5, "preliminary")} and found.not_read == ()


def test_heads_may_stand_in_any_order_beside_columns_that_are_left_out(read: Reader) -> None:
    found = read(
        lines(
            ("Arvo", "Huomautus", "Kunta", "Kuntanumero", "Mittari", "Vuosi"), ("1,5", "?", "Tampere", 837, "x", 2018)
        )
    )
    assert taken(found) == {(TAMPERE, 2018, "own_x"): (1.5, "final")} and [part.text for part in found.not_read] == [
        "Huomautus"
    ]


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
        (TAMPERE, 2020, "own_x"): (9, "preliminary"),
        (TURKU, 2020, "own_x"): (9, "preliminary"),
    }
    assert (found.layout, found.missing, found.not_read) == ("years", 1, ())


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
    assert "Paikka | Vuosi" in told(refused(lines(("Paikka", "Vuosi", "Arvo"), (837, 2018, 1)), read))["fi"]
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
    assert (error.reason, error.parts) == ("comma_parted", {"line": 1, "column": 5})
    assert wrong(read(b"municipality,year,measure,value,status\n837,2018,x,1,5\n")) == [(2, "comma_parted", "5")]


def test_three_hundred_columns(read: Reader) -> None:
    names = [f"m{n}" for n in range(300)]
    error = refused(lines(("kunta", "vuosi", *names), (837, 2018, *range(300))), read)
    assert (error.reason, error.parts) == ("too_many_measures", {"most": own_figures.MOST_MEASURES})
    found = read(lines((*HEADS, *names), (837, 2018, "x", "1,5", *range(300))))
    assert (
        taken(found) == {(TAMPERE, 2018, "own_x"): (1.5, "final")} and [part.text for part in found.not_read] == names
    )


def test_more_columns_than_are_read_are_refused_with_their_line() -> None:
    error = refused(lines(HEADS, range(tabular.MOST_COLUMNS + 1)))
    assert (error.reason, error.parts["line"], error.parts["columns"]) == ("too_wide", 2, tabular.MOST_COLUMNS + 1)
    assert len(tabular.read(lines(range(tabular.MOST_COLUMNS))).sheets[0].rows[0].cells) == tabular.MOST_COLUMNS


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
