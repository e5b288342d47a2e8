"""A random table in any of the layouts in which people bring figures is read back equal, or its numbers are ambiguous
and asked about; it is never read as other figures."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import openpyxl
import pytest
from hypothesis import assume, event, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from kuntamittari.catalog import loader
from kuntamittari.i18n import plain
from kuntamittari.uploads import numerals, own_figures, tabular, workbook
from kuntamittari.uploads.own_figures import Reading
from tests.support.uploads.uploaded_files import Register, told

# code, name in Finnish and in Swedish, and what the organisation calls itself
PLACES = (
    ("091", "Helsinki", "Helsingfors", "Helsingin kaupunki"),
    ("049", "Espoo", "Esbo", "Esbo stad"),
    ("837", "Tampere", "Tammerfors", "Tampereen kaupunki"),
    ("005", "Alajärvi", "Alajärvi", "Alajärven kaupunki"),
    ("507", "Mäntyharju", "Mäntyharju", "Mäntyharjun kunta"),
    ("890", "Utsjoki", "Utsjoki", "Utsjoen kunta"),
    ("235", "Kauniainen", "Grankulla", "Kauniaisten kaupunki"),
    ("599", "Pedersören kunta", "Pedersöre", "Pedersöre kommun"),
)
HEADS = {
    "municipality": (
        "Kunta",
        "Kommun",
        "Municipality",
        "Alue",
        "Område",
        "Region",
        "Area",
        "KUNNAN NIMI",
        "kuntakoodi",
    ),
    "year": ("Vuosi", "År", "Year", "Tilastovuosi", "period", "Tid"),
    "measure": ("Mittari", "Mätare", "Measure", "Tiedot", "Contents", "Indikaattori", "Tunnusluku"),
    "value": ("Arvo", "Värde", "Value", "lukuarvo"),
}
MEASURES = ("Sairauspoissaolot, pv", "Asiakastyytyväisyys", "Henkilöstömenot (1000 €)", "Väkiluku")
TITLES = (
    ("Kaupungin oma raportti",),
    ("Laatija", "Talousosasto"),
    ("Kaupunki:", "Tampere"),
    ("Päivitetty", "1.2.2020"),
)
NOTES = (("* ennakkotieto",), ("Lähde: kaupungin järjestelmä",), ("Källa: stadens register",))
TOTALS = ("Yhteensä", "Koko maa", "Hela landet", "Total", "Keskiarvo", "Uusimaa", "Pirkanmaa")
SPELLINGS = ("code", "bare code", "float code", "KU code", "name", "Swedish name", "organisation", "code and name")
YEAR_FORMS = ("{}", "{}.0", "TP{}", "TP {}")
Figures = dict[tuple[str, int, str], float]


@dataclass(frozen=True)
class Way:
    """How a table is written."""

    layout: str
    form: str  # csv, numbers or texts: the last two are workbooks
    delimiter: str
    decimal: str
    thousands: str
    encoding: str
    heads: dict[str, str]
    spelling: str
    year: str
    titles: tuple[tuple[str, ...], ...]
    notes: tuple[tuple[str, ...], ...]
    total: str | None
    cover: str | None  # where a sheet without figures stands: before, after


WAYS = st.builds(
    Way,
    layout=st.sampled_from(("long", "years", "measures", "municipalities", "blocks", "years over measures", "parts")),
    form=st.sampled_from(("csv", "csv", "numbers", "texts")),
    delimiter=st.sampled_from((";", ",", "\t")),
    decimal=st.sampled_from((",", ".")),
    thousands=st.sampled_from(("", "", " ", "\N{NO-BREAK SPACE}", "other")),
    encoding=st.sampled_from(("utf-8", "utf-8-sig", "cp1252", "utf-16")),
    heads=st.fixed_dictionaries({role: st.sampled_from(heads) for role, heads in HEADS.items()}),
    spelling=st.sampled_from(SPELLINGS),
    year=st.sampled_from(YEAR_FORMS),
    titles=st.lists(st.sampled_from(TITLES), max_size=3, unique=True).map(tuple),
    notes=st.lists(st.sampled_from(NOTES), max_size=2, unique=True).map(tuple),
    total=st.none() | st.sampled_from(TOTALS),
    cover=st.none() | st.sampled_from(("before", "after")),
)
VALUES = st.one_of(
    st.integers(-5_000_000, 5_000_000).map(float),
    st.integers(-999_999, 999_999).map(lambda n: n / 10),
    st.integers(-99_999, 99_999).map(lambda n: n / 1000),
)


@st.composite
def figures(draw: st.DrawFn) -> Figures:
    """Draw figures of every combination of some municipalities, years and measures."""
    codes = draw(st.lists(st.sampled_from([place[0] for place in PLACES]), min_size=2, max_size=5, unique=True))
    years = draw(st.lists(st.integers(2015, 2021), min_size=1, max_size=3, unique=True))
    measures = draw(st.lists(st.sampled_from(MEASURES), min_size=1, max_size=3, unique=True))
    return {(code, year, measure): draw(VALUES) for code in codes for year in years for measure in measures}


def written(number: float, way: Way) -> Any:
    """A number as a cell: of a workbook as it is, else with the decimal mark and thousands of the file."""
    if way.form == "numbers":
        return number
    thousands = {"other": "." if way.decimal == "," else ","}.get(way.thousands, way.thousands)
    whole, _, decimals = f"{number:,.3f}".rstrip("0").rstrip(".").partition(".")
    return whole.replace(",", thousands) + (way.decimal + decimals if decimals else "")


def spelled(code: str, way: Way) -> Any:
    """A municipality as a cell."""
    _, finnish, swedish, organisation = next(place for place in PLACES if place[0] == code)
    if way.spelling == "bare code" and way.form != "csv":
        return int(code)
    return {
        "code": code,
        "bare code": str(int(code)),
        "float code": f"{int(code)}.0",
        "KU code": f"KU{code}",
        "name": finnish,
        "Swedish name": swedish,
        "organisation": organisation,
        "code and name": f"{code} {finnish}",
    }[way.spelling]


def rows(truth: Figures, way: Way) -> list[list[Any]]:
    """The rows of a table: titles, heads, figures, a total and notes."""
    codes, years, measures = (list(dict.fromkeys(key[at] for key in truth)) for at in range(3))
    heads, cell = way.heads, lambda *key: written(truth[key], way)
    said = {year: way.year.format(year) for year in years}
    if way.layout == "long":
        head = [heads["municipality"], heads["year"], heads["measure"], heads["value"]]
        body = [[spelled(c, way), said[y], m, cell(c, y, m)] for c in codes for y in years for m in measures]
    elif way.layout == "years":
        head = [heads["municipality"], heads["measure"], *said.values()]
        body = [[spelled(c, way), m, *(cell(c, y, m) for y in years)] for c in codes for m in measures]
    elif way.layout == "measures":
        head = [heads["municipality"], heads["year"], *measures]
        body = [[spelled(c, way), said[y], *(cell(c, y, m) for m in measures)] for c in codes for y in years]
    elif way.layout == "municipalities":
        named = way if "code" not in way.spelling else Way(**{**way.__dict__, "spelling": "name"})
        head = [heads["measure"], heads["year"], *(spelled(c, named) for c in codes)]
        body = [[m, said[y], *(cell(c, y, m) for c in codes)] for m in measures for y in years]
    elif way.layout == "years over measures":
        head = [heads["municipality"], *measures * len(years)]
        upper = ["", *(said[y] if at == 0 else "" for y in years for at in range(len(measures)))]
        body = [[spelled(c, way), *(cell(c, y, m) for y in years for m in measures)] for c in codes]
        return [*map(list, way.titles), upper, head, *body, *map(list, way.notes)]
    elif way.layout == "parts":
        head = [heads["municipality"], "Sukupuoli", heads["year"], heads["measure"], heads["value"]]
        body = [
            [spelled(c, way), part, said[y], m, cell(c, y, m) if part == "Yhteensä" else 1]
            for c in codes
            for y in years
            for m in measures
            for part in ("Yhteensä", "Miehet", "Naiset")
        ]
    else:  # as PxWeb: each municipality on the first of its rows only
        head = [heads["municipality"], heads["measure"], *said.values()]
        body = [
            [spelled(c, way) if at == 0 else "", m, *(cell(c, y, m) for y in years)]
            for c in codes
            for at, m in enumerate(measures)
        ]
    total = []
    if way.total and way.layout in ("long", "years", "measures"):
        total = [[way.total, *body[0][1:]]]
    return [*map(list, way.titles), head, *body, *total, *map(list, way.notes)]


def content(table: list[list[Any]], way: Way) -> bytes:
    """A table as a file."""
    if way.form == "csv":
        text = io.StringIO()
        csv.writer(text, delimiter=way.delimiter, lineterminator="\r\n").writerows(table)
        return text.getvalue().encode(way.encoding)
    book, file = openpyxl.Workbook(), io.BytesIO()
    book.active.title = "Luvut"
    for row in table:
        book.active.append(row)
    if way.cover:
        cover = book.create_sheet("Lue minut", 0 if way.cover == "before" else 1)
        cover.append(["Tämä tiedosto sisältää kaupungin mittarit."])
        cover.append(["Täytä välilehti Luvut."])
    book.save(file)
    return file.getvalue()


@pytest.fixture(autouse=True, scope="module")
def workbooks_are_read_in_this_process() -> Iterator[None]:
    """Spare a process for each workbook; its limits have tests of their own."""

    def sheets(content: bytes) -> list[workbook.WorkbookSheet]:
        out = io.StringIO()
        assert workbook.write(content, out) == 0
        return workbook.parsed(out.getvalue().encode())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workbook, "sheets", sheets)
        yield


@effort(max_examples=150, deadline=None)
@given(truth=figures(), way=WAYS)
def test_a_table_is_read_back_equal_or_asked_about(truth: Figures, way: Way, register: Register) -> None:
    # commas between columns say that a comma in a number parts thousands, unless another number proves that it does not
    assume(way.form != "csv" or (way.delimiter, way.decimal) != (",", ",") or proves_comma(truth, way))
    found = own_figures.read(tabular.read(content(rows(truth, way), way)), register, loader.indicators())
    for problem in found.problems:
        told(problem)
    reasons = {problem.reason for problem in found.problems}
    event(f"{way.layout}: {', '.join(sorted(reasons)) or 'read'}")
    assert reasons <= {"ambiguous_number"}, found.problems
    got = by_name(found)
    expected = {(code, year, plain(measure)): value for (code, year, measure), value in truth.items()}
    if reasons:
        assert way.form != "numbers" and got.items() <= expected.items()
    else:
        assert got == expected
    assert all(part.reason in ("total", "area", "note", "no_table", "part") for part in found.not_read), found.not_read


def proves_comma(truth: Figures, way: Way) -> bool:
    """Return whether a number of a table is one with a decimal comma only."""
    return any(set(numerals.values(written(value, way))) == {","} for value in truth.values())


def by_name(found: Reading) -> dict[tuple[str, int, str], float]:
    """The figures read, by municipality, year and name of the measure as compared."""
    names = {measure.id: plain(measure.name) for measure in found.measures}
    return {(f.municipality, f.year, names[f.measure]): f.value for f in found.figures}
