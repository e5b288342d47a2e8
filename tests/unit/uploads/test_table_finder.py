"""Where the table of a sheet is, however people lay it out, and what of a file is not read."""

import io

import openpyxl
import pytest

from kuntamittari.uploads import heads
from tests.support.uploads.uploaded_files import Reader, lines, refused, taken, wrong

HELSINKI, TAMPERE = "091", "837"
LAATU = (TAMPERE, 2018, "own_laatu")


def sheets(**rows: list[tuple]) -> bytes:
    """A workbook of sheets by name."""
    workbook, content = openpyxl.Workbook(), io.BytesIO()
    workbook.remove(workbook.active)
    for name, of_sheet in rows.items():
        sheet = workbook.create_sheet(name.strip("_").replace("_", " "))
        for row in of_sheet:
            sheet.append(row)
    workbook.save(content)
    return content.getvalue()


@pytest.mark.parametrize(
    "above",
    [
        [("Kaupungin raportti",)],
        [("Kaupunki", "Tampere"), ("Vuosi", "2018"), ("",)],
        [("Ohje: täytä sarakkeet",), ("Kunta", "Kirjoita kunnan nimi"), ("Vuosi", "Kirjoita vuosi")],
        [("Laatija", "Talous", "Tampere"), ("Päivitetty", "1.2.2020")],
        [("x",)] * 40,
    ],
)
def test_whatever_stands_above_the_table_is_passed_over(above: list[tuple], read: Reader) -> None:
    found = read(lines(*above, ("Kunta", "Vuosi", "Mittari", "Arvo"), ("Tampere", 2018, "Laatu", "4,1")))
    assert taken(found) == {LAATU: (4.1, "final")}


@pytest.mark.parametrize(
    ("content", "layout"),
    [
        (lines(("Kaupunki", "Tampere"), ("Vuosi", 2018), ("Mittari", "Arvo"), ("Laatu", "4,1")), "long"),
        (lines(("Vuosi: 2018",), ("Kunta", "Laatu"), ("Tampere", "4,1")), "measures"),
        (lines(("Kaupunki", "Tampere"), ("Vuosi", "Laatu"), (2018, "4,1")), "measures"),
        (lines(("Laatu",), ("Kunta", "TP2018"), ("Tampere", "4,1")), "years"),
        (lines(("Kunta", "Laatu 2018"), ("Tampere", "4,1")), "years"),
        (lines(("Kunta", "Laatu (2018)"), ("Tampere", "4,1")), "years"),
        (lines(("Kunta", "TP2018 Laatu"), ("Tampere", "4,1")), "years"),
        (lines(("Vuosi", 2018), ("Mittari", "Tampere", "Helsinki"), ("Laatu", "4,1", "..")), "municipalities"),
        (sheets(_2018=[("Kunta", "Laatu"), ("Tampere", 4.1)]), "measures"),
        (sheets(Luvut_2018=[("Kunta", "Laatu"), ("Tampere", 4.1)]), "measures"),
        (sheets(Tampere=[("Vuosi", "Laatu"), (2018, 4.1)]), "measures"),
        (lines(("Kaupunki", "Tampere"), ("Mittari", "2017", "2018"), ("Laatu", "..", "4,1")), "years"),
        (lines(("Vuosi", 2018), ("Mittari", "837", "091"), ("Laatu", "4,1", "..")), "municipalities"),
        (lines(("Mittari", "Vuosi", "KU837", "KU091"), ("Laatu", 2018, "4,1", "..")), "municipalities"),
    ],
)
def test_the_year_the_municipality_and_the_measure_may_stand_beside_the_table(
    content: bytes, layout: str, read: Reader
) -> None:
    found = read(content)
    assert taken(found) == {LAATU: (4.1, "final")} and found.layout == layout


def test_every_sheet_with_figures_is_read_and_the_others_are_named(read: Reader) -> None:
    found = read(
        sheets(
            Kansi=[("Tampereen luvut",)],
            _2017=[("Kunta", "Laatu"), ("Tampere", 3)],
            _2018=[("Kunta", "Laatu"), ("Tampere", 4)],
            Selite=[("Laatu", "asteikko 1–5"), ("Lähde", "kysely")],
        )
    )
    assert taken(found) == {(TAMPERE, 2017, "own_laatu"): (3, "final"), LAATU: (4, "final")}
    assert found.sheets == ("2017", "2018")
    assert [(part.text, part.reason) for part in found.not_read] == [("Kansi", "no_table"), ("Selite", "no_table")]


def test_hidden_sheets_rows_and_columns_are_not_read_but_named(read: Reader) -> None:
    workbook, content = (
        openpyxl.load_workbook(
            io.BytesIO(
                sheets(
                    Luvut=[
                        ("Kunta", "Mittari", "2017", "2018"),
                        ("Tampere", "Laatu", 3, 4),
                        ("Helsinki", "Laatu", 3, 4),
                    ],
                    Vanha=[("Kunta", "Mittari", "2016"), ("Tampere", "Laatu", 9)],
                )
            )
        ),
        io.BytesIO(),
    )
    workbook["Vanha"].sheet_state = "hidden"
    workbook["Luvut"].row_dimensions[3].hidden = True
    workbook["Luvut"].column_dimensions["C"].hidden = True
    workbook.save(content)
    found = read(content.getvalue())
    assert taken(found) == {LAATU: (4, "final")}
    assert {(part.kind, part.text, part.line) for part in found.not_read if part.reason == "hidden"} == {
        ("sheet", "Vanha", 0),
        ("row", "", 3),
        ("column", "2017", 0),
    }


def test_a_figure_on_two_sheets_is_one_where_it_is_equal_and_else_told_with_both_sheets(read: Reader) -> None:
    head = ("Kunta", "Vuosi", "Mittari", "Arvo")
    equal = sheets(A=[head, ("Tampere", 2018, "Laatu", 4)], B=[head, ("Tampere", 2018, "Laatu", 4)])
    assert taken(read(equal)) == {LAATU: (4, "final")}
    found = read(sheets(A=[head, ("Tampere", 2018, "Laatu", 4)], B=[head, ("Tampere", 2018, "Laatu", 5)]))
    assert wrong(found) == [(2, "twice", "5")]
    assert (found.problems[0].sheet, found.problems[0].near) == ("B", "A: 2")


def test_totals_of_a_breakdown_are_taken_and_its_parts_offered(read: Reader) -> None:
    rows = [("Helsinki", part, 2018, "S", n) for n, part in enumerate(("yhteensä", "miehet", "naiset"), 1)]
    found = read(lines(("Alue", "Sukupuoli", "Vuosi", "Indikaattori", "Arvo"), *rows))
    assert taken(found) == {(HELSINKI, 2018, "own_s"): (1, "final")}
    assert found.parts == ("S, miehet", "S, naiset")
    assert [(part.kind, part.text) for part in found.not_read] == [("part", "S, miehet"), ("part", "S, naiset")]


def test_a_breakdown_without_a_known_head_is_found_by_its_rows(read: Reader) -> None:
    rows = [("Helsinki", part, 2018, "S", n) for n, part in enumerate(("Total", "Pre-primary", "Basic"), 1)]
    found = read(lines(("Kunta", "Stage", "Vuosi", "Indikaattori", "Arvo"), *rows))
    assert taken(found) == {(HELSINKI, 2018, "own_s"): (1, "final")} and len(found.parts) == 2


def test_a_second_column_of_measures_divides_the_first_where_it_has_to(read: Reader) -> None:
    head = ("Kunta", "Vuosi", "Indikaattori", "Mittari", "Arvo")
    found = read(lines(head, ("Helsinki", 2018, "S", "päivää", 1), ("Helsinki", 2018, "S", "osuus", 2)))
    assert [measure.name for measure in found.measures] == ["S, päivää", "S, osuus"]
    code = read(lines(head, ("Helsinki", 2018, "S1", "Sairaus", 1), ("Helsinki", 2018, "S2", "Muu", 2)))
    assert [measure.name for measure in code.measures] == ["S1", "S2"]
    assert [part.text for part in code.not_read] == ["Mittari"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (b'municipality,year,measure,value\n837,2018,Laatu,"12,345"\n', 12_345),
        (b"municipality,year,measure,value\n837,2018,Laatu,12.345\n", 12.345),
        (
            lines(("Kunta", "Vuosi", "Mittari", "Arvo"), (837, 2018, "Laatu", "12,345"), (837, 2019, "Laatu", "1,5")),
            12.345,
        ),
        (
            lines(("Kunta", "Vuosi", "Mittari", "Arvo"), (837, 2018, "Laatu", "12.345"), (837, 2019, "Laatu", "1,5")),
            12_345,
        ),
        (lines(("Kunta", "Vuosi", "Laatu", "Muu"), (837, 2018, "12,345", "0,5")), 12.345),
    ],
)
def test_the_file_decides_what_a_number_with_three_digits_after_its_mark_is(
    written: bytes, meant: float, read: Reader
) -> None:
    assert {f.year: f.value for f in read(written).figures if f.measure == "own_laatu"}[2018] == meant


@pytest.mark.parametrize("number", ["12,345", "12.345", "-1,234"])
def test_a_number_of_which_nothing_decides_is_asked_about_once_a_column(number: str, read: Reader) -> None:
    found = read(lines(("Kunta", "Vuosi", "Laatu"), (837, 2018, number), (91, 2018, number)))
    assert wrong(found) == [(2, "ambiguous_number", number)] and found.ambiguous == ("Laatu",) and not found.figures


@pytest.mark.parametrize(
    ("said", "year", "status"),
    [
        ("2018", 2018, None),
        ("2018.0", 2018, None),
        ("2018,0", 2018, None),
        ("TP2018", 2018, "final"),
        ("TP 2018", 2018, "final"),
        ("Tilinpäätös 2018", 2018, "final"),
        ("TA2019", 2019, "budget"),
        ("2018*", 2018, "preliminary"),
        ("31.12.2018", 2018, None),
        ("2018-12-31", 2018, None),
        ("2018-01-01 00:00:00", 2018, None),
    ],
)
def test_a_year_is_the_number_it_is(said: str, year: int, status: str | None) -> None:
    assert heads.year(said) == (year, status)


def test_amounts_of_former_municipalities_are_added_to_their_successors(read: Reader) -> None:
    head = ("Kunta", "Vuosi", "Henkilöstömenot (1000 €)")
    found = read(lines(head, ("Kurikka", 2015, 100), ("Jalasjärvi", 2015, 50), ("Kurikka", 2016, 160)))
    assert sorted((f.municipality, f.year, f.value) for f in found.figures) == [("301", 2015, 150), ("301", 2016, 160)]
    assert not found.problems
    alone = read(lines(head, ("Jalasjärvi", 2015, 50), ("Kurikka", 2016, 160)))
    assert wrong(alone) == [(2, "former_alone", "Jalasjärvi")]
    late = read(lines(head, ("Kurikka", 2016, 100), ("Jalasjärvi", 2016, 50)))
    assert wrong(late) == [(3, "former_ended", "Jalasjärvi")]
    grade = read(lines(("Kunta", "Vuosi", "Laatu"), ("Kurikka", 2015, 3), ("Jalasjärvi", 2015, 4)))
    assert wrong(grade) == [(3, "former", "Jalasjärvi")]


def test_rows_without_figures_are_notes_and_of_a_unit_too(read: Reader) -> None:
    found = read(lines(("Kunta", "Vuosi", "Laatu"), ("", "", "pistettä"), ("Tampere", 2018, 4), ("* arvio",)))
    assert [f.value for f in found.figures] == [4] and not found.problems


def test_a_file_without_a_table_is_refused_with_its_widest_row(read: Reader) -> None:
    error = refused(lines(("Raportti",), ("a", "b", "c"), ("1", "2", "3")), read)
    assert (error.reason, error.parts["first"]) == ("no_heads", "a | b | c")
