"""Files of people who do this job, one test a case of ../shared/field: what of each is understood, and what is told."""

import pytest

from kuntamittari.uploads import survey, tabular
from tests.support.material import shared
from tests.support.uploads.uploaded_files import Reader, Register, refused, taken, told, wrong

HELSINKI, TAMPERE, ALAJARVI, ESPOO = "091", "837", "005", "049"


def field(name: str) -> bytes:
    """The content of a file of ../shared/field. Skips the test where it is not there."""
    return (shared("field") / name).read_bytes()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_field_01_codes_as_floats(form: str, read: Reader) -> None:
    """A code or a year is the number it is, also as pandas and R write it after a join with a gap."""
    found = taken(read(field(f"01-codes-as-floats/input.{form}")))
    assert {(code, year) for code, year, _ in found} >= {(HELSINKI, 2018), (ALAJARVI, 2018)}


def test_field_03_pxweb_csv(read: Reader) -> None:
    assert taken(read(field("03-pxweb-excel/pxweb.csv"))) == {
        (HELSINKI, 2018, "own_asukasluku"): (648_042, "final"),
        (TAMPERE, 2018, "own_asukasluku"): (235_239, "final"),
    }


def test_field_03_pxweb_csv3(read: Reader) -> None:
    found = read(field("03-pxweb-excel/csv3.csv"))
    assert {(f.municipality, f.year, f.value) for f in found.figures} == {
        (HELSINKI, 2018, 643_272),
        (TAMPERE, 2018, 231_853),
    }
    assert [(part.kind, part.line, part.reason) for part in found.not_read] == [("row", 4, "total")]


def test_field_03_pxweb_excel(read: Reader) -> None:
    """Heads without names, each municipality on the first of its rows only, notes below."""
    found = read(field("03-pxweb-excel/input.xlsx"))
    assert taken(found) == {
        (HELSINKI, 2017, "own_perusopetus"): (100.5, "final"),
        (HELSINKI, 2018, "own_perusopetus"): (101.5, "final"),
        (HELSINKI, 2017, "own_lukio"): (50, "final"),
        (HELSINKI, 2018, "own_lukio"): (51, "final"),
        (TAMPERE, 2017, "own_perusopetus"): (90, "final"),
        (TAMPERE, 2018, "own_perusopetus"): (91, "final"),
        (TAMPERE, 2017, "own_lukio"): (40, "final"),
        (TAMPERE, 2018, "own_lukio"): (41, "final"),
    }
    assert [part.reason for part in found.not_read] == ["note", "note"]


def test_field_04_sotkanet(read: Reader) -> None:
    found = read(field("04-sotkanet-kolada/sotkanet.csv"))
    assert taken(found) == {
        (HELSINKI, 2018, "own_sairauspoissaolot"): (14.2, "final"),
        (TAMPERE, 2018, "own_sairauspoissaolot"): (16.1, "final"),
    }
    assert [(part.kind, part.line, part.reason) for part in found.not_read] == [("row", 4, "area")]


def test_field_04_men_and_women(read: Reader) -> None:
    """Parts of a measure are measures of their own where the file has no total, and never "twice"."""
    found = read(field("04-sotkanet-kolada/kunta-ja-sukupuoli.csv"))
    assert [measure.name for measure in found.measures] == ["Sairauspoissaolot, miehet", "Sairauspoissaolot, naiset"]
    assert sorted(value for value, _ in taken(found).values()) == [12.1, 16.3]


def test_field_05_cover_sheet(read: Reader) -> None:
    found = read(field("05-cover-sheet/input.xlsx"))
    assert taken(found) == {(TAMPERE, 2018, "own_asiakastyytyvaisyys"): (4.1, "final")}
    assert found.sheets == ("Luvut",)
    assert [(part.kind, part.text) for part in found.not_read] == [("sheet", "Lue minut")]


def test_field_07_error_cells(read: Reader) -> None:
    found = read(field("07-error-cells/input.csv"))
    assert wrong(found) == [(2, "spreadsheet_error", "#PUUTTUU!"), (3, "spreadsheet_error", "#JAKO/0!")]
    assert found.missing == 3 and [f.value for f in found.figures] == [12.5], "NA, NULL and nan are missing"
    in_excel = read(field("07-error-cells/input.xlsx"))
    assert [(reason, value) for _, reason, value in wrong(in_excel)] == [
        ("spreadsheet_error", "#N/A"),
        ("spreadsheet_error", "#DIV/0!"),
        ("spreadsheet_error", "#REF!"),
    ]
    assert all(".." in words for words in told(found.problems[0]).values()), "the way to write a missing figure"


def test_field_08_totals_footnotes(read: Reader) -> None:
    found = read(field("08-totals-footnotes/input.csv"))
    assert {(f.municipality, f.year): f.value for f in found.figures} == {
        (HELSINKI, 2017): 14.1,
        (HELSINKI, 2018): 14.2,
        (TAMPERE, 2017): 16.0,
        (TAMPERE, 2018): 16.1,
    }
    assert [(part.line, part.reason) for part in found.not_read] == [
        (6, "total"),
        (7, "total"),
        (9, "note"),
        (10, "note"),
    ]
    assert [measure.name for measure in found.measures] == ["Sairauspoissaolot kunnittain"], "by the title of the table"


def test_field_09_names(read: Reader) -> None:
    """What the organisations of cities call themselves, codes beside names, and names that no list knows."""
    found = read(field("09-names-merged/input.csv"))
    by_measure = {f.measure: f.municipality for f in found.figures}
    assert [by_measure.get(f"own_m_{n}") for n in (0, 1, 2, 3, 4, 7, 8)] == [HELSINKI] * 5 + ["599", "599"]
    near = {problem.value: problem.near for problem in found.problems if problem.reason == "municipality"}
    assert not any(near[name] for name in ("Jyväskylän mlk", "Nummi-Pusula", "Mänttä", "Länsi-Turunmaa", "Ekenäs"))


def test_field_09_merged(read: Reader) -> None:
    found = read(field("09-names-merged/merged.csv"))
    assert [(p.value, p.reason, p.near, p.year) for p in found.problems] == [
        ("Jalasjärvi", "former", "Kurikka", 2016),
        ("Juankoski", "former", "Kuopio", 2017),
        ("Hämeenkoski", "former", "Hollola", 2016),
        ("Vammala", "municipality", "", 0),
        ("Luvia", "former", "Eurajoki", 2017),
    ]
    assert all("Kurikka" in words and "2016" in words for words in told(found.problems[0]).values())


def test_field_12_code_and_name(read: Reader) -> None:
    found = read(field("12-layout-conflict/code-and-name.csv"))
    assert wrong(found) == [(4, "conflict", "91 | Tampere")]
    assert wrong(read(field("12-layout-conflict/code-name-conflict.csv"))) == [(2, "conflict", "91 | Tampere")]


def test_field_12_transposed(read: Reader) -> None:
    found = read(field("12-layout-conflict/transposed.csv"))
    assert {(f.municipality, f.year): f.value for f in found.figures} == {
        (TAMPERE, 2017): 1.1,
        (HELSINKI, 2017): 1.2,
        (TAMPERE, 2018): 1.3,
        (HELSINKI, 2018): 1.4,
    }
    assert found.layout == "municipalities" and not found.problems


def test_field_12_heads_with_units_and_line_breaks(read: Reader) -> None:
    units = read(field("12-layout-conflict/heads-with-units.csv"))
    assert [m.name for m in units.measures] == ["Henkilöstömenot (1000 €)", "Sairauspoissaolot, pv/htv"]
    broken = read(field("12-layout-conflict/newline-in-head.csv"))
    assert [m.name for m in broken.measures] == ["Henkilöstömenot", "Sairauspoissaolot"]


def test_field_12_hidden_row(read: Reader) -> None:
    found = read(field("12-layout-conflict/hidden-row.xlsx"))
    assert taken(found) == {(TAMPERE, 2018, "own_laatu"): (4, "final")}
    assert [(part.kind, part.line, part.reason) for part in found.not_read] == [("row", 3, "hidden")]


def test_field_13_thousands_comma(read: Reader) -> None:
    found = read(field("13-thousands-comma/us-excel.csv"))
    assert sorted(value for value, _ in taken(found).values()) == [1_234, 12_345, 98_765]


def test_field_14_title_block(read: Reader) -> None:
    assert taken(read(field("14-title-block/input.csv"))) == {(TAMPERE, 2018, "own_laatu"): (4.1, "final")}


def test_field_20_webropol(register: Register) -> None:
    """The name of a survey and the number of its respondents stand above the heads."""
    file = tabular.read(field("20-webropol/title-row.csv"))
    found = survey.read(file, survey.codebook(field("20-webropol/book.yaml")), register)
    assert found.respondents == 6 and len(found.round.given) == 6 and not found.problems
    drafted = survey.codebook(survey.draft(file, register))
    assert drafted.questions[0].column == "1. Onko ohjelma?"
    assert not any("Lahti" in question.answers for question in drafted.questions)


@pytest.mark.parametrize("name", ["comma", "export", "small"])
def test_field_22_an_export_comes_back(name: str, read: Reader) -> None:
    found = taken(read(field(f"22-template-roundtrip/{name}.csv")))
    assert found[ALAJARVI, 2015, "own_value"][0] == pytest.approx(9234.567901234568, rel=1e-15)


def test_field_22_a_template_comes_back_from_finnish_excel(read: Reader) -> None:
    found = read(field("22-template-roundtrip/proper.csv"))
    assert {(f.municipality, f.year): f.value for f in found.figures} == {(TAMPERE, 2018): 14.5, (HELSINKI, 2019): 15.1}


@pytest.mark.parametrize("name", ["edited-in-finnish-excel", "typed-in-column-a"])
def test_field_22_rows_in_one_column_are_told_of_as_such(name: str, read: Reader) -> None:
    assert refused(field(f"22-template-roundtrip/{name}.csv"), read).reason == "one_column"


def test_field_22_decimal_commas_in_a_file_of_commas_are_told_of_as_such(read: Reader) -> None:
    found = read(field("22-template-roundtrip/typed-in-notepad.csv"))
    assert [(line, reason) for line, reason, _ in wrong(found)] == [(2, "comma_parted"), (3, "comma_parted")]
