"""Reports as they are taken away: a PDF that a screen reader can read, two pages for a council member, a workbook of
numbers."""

import io
import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import openpyxl
import pytest
from pptx import Presentation
from pptx.util import Emu
from pypdf import PdfReader
from pypdf._codecs.core_font_metrics import CORE_FONT_METRICS

from kuntamittari import settings
from kuntamittari.errors import InputError
from kuntamittari.exhibits import reporting
from kuntamittari.exhibits.exhibit import Exhibit, subtitle, table_of
from kuntamittari.exhibits.render import pptx, reports
from kuntamittari.exhibits.render.slides import many
from kuntamittari.exhibits.reporting import Report
from kuntamittari.i18n import Translator
from kuntamittari.query import comparisons, figures
from kuntamittari.query.database import Database
from tests.support.markup import squeezed

TAMPERE = "837"
YEAR = 2018
SPREAD = ("405", "091", "109", "491")  # beside Tampere: the longest findings in each language, long names, the capital
WHOLLY_TEXT = ["=1+1", "@cmd", "+358", "-x", "Äänekoski"]
ODD = Exhibit(
    "=2+2 *x* #panic() $y$ [z] Äänekoski",
    "bars",
    tuple(WHOLLY_TEXT),
    {"=SUM(A1)": (1.0, 2.5, 3.0, None, -5.5)},
    "@unit",
    1,
    ("other", "chosen", "other", "other", "other"),
    note="+note",
    source="-source",
)
WORDS = Exhibit("@table", "table", heads=("=head", "+head"), rows=(("=1+1", "-2"), ("@cmd", "+3")), note="=note")
ODD_REPORT = Report("=name", "@subtitle", "-foot", "fi", (ODD, WORDS))
LEADING = 1.15  # of Arial


def context(bundle: Database, language: str = "fi", municipality: str = TAMPERE, group: str = "largest-20") -> Any:
    return reporting.context(bundle, municipality, group, YEAR, language)


@cache
def full(bundle: Database, language: str = "fi", group: str = "largest-20") -> Report:
    return reporting.report(context(bundle, language, group=group))


@cache
def document(bundle: Database, language: str) -> PdfReader:
    """The full PDF of Tampere."""
    return PdfReader(io.BytesIO(reports.FORMATS["pdf"].render(full(bundle, language))))


@cache
def shown(bundle: Database, language: str) -> Any:
    """The slides of Tampere."""
    return Presentation(io.BytesIO(pptx.pptx(full(bundle, language))))


@cache
def read_pages(bundle: Database, language: str) -> list[tuple[str, list[str]]]:
    return [read(page) for page in document(bundle, language).pages]


def pages(bundle: Database, language: str) -> list[str]:
    return [words for words, _ in read_pages(bundle, language)]


def elements(node: Any) -> Iterator[Any]:
    """The elements of a structure tree, in the order of reading."""
    node = node.get_object()
    if not isinstance(node, dict):
        return
    if "/S" in node:
        yield node
    children = node.get("/K", [])
    children = children.get_object() if hasattr(children, "get_object") else children
    for child in children if isinstance(children, list) else [children]:
        if hasattr(child, "get_object"):
            yield from elements(child)


def structure(reader: PdfReader, *kinds: str) -> list[Any]:
    root: Any = reader.trailer["/Root"]
    return [element for element in elements(root["/StructTreeRoot"]) if element["/S"] in kinds]


def book_of(report: Report) -> Any:
    return openpyxl.load_workbook(io.BytesIO(reports.xlsx(report)))


def figures_of(exhibit: Exhibit) -> list[tuple[float | None, ...]]:
    """The figures of an exhibit, a row for each category."""
    assert exhibit.series is not None
    return list(zip(*exhibit.series.values(), strict=True))


# ── PDF


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_the_document_is_tagged_and_says_its_language_and_title(bundle: Database, language: str) -> None:
    reader, report = document(bundle, language), full(bundle, language)
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/StructTreeRoot"]["/K"]
    assert root["/Lang"].lower().split("-")[0] == language
    assert reader.metadata is not None and reader.metadata.title == f"{report.name}: {report.subtitle}"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    levels = [int(element["/S"][2]) for element in structure(reader, "/H1", "/H2", "/H3", "/H4")]
    assert levels[0] == 1 and all(below - above <= 1 for above, below in itertools.pairwise(levels)), (
        "no level is left out"
    )
    assert levels.count(2) == 1 + len(report.exhibits), "the contents, and each exhibit"


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_every_exhibit_begins_a_page_with_its_finding_and_says_its_source(bundle: Database, language: str) -> None:
    report, found = full(bundle, language), pages(bundle, language)
    assert squeezed(report.name + report.subtitle) in found[0]
    at = 1
    for exhibit in report.exhibits:
        at = next(n for n in range(at, len(found)) if found[n].startswith(squeezed(exhibit.title)))
        assert squeezed(exhibit.unit) in found[at]
        rest = "".join(found[at:])
        assert squeezed(exhibit.note) in rest and squeezed(exhibit.source) in rest
        at += 1
    assert all(squeezed(report.footer) in page for page in found)


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_the_headline_figures_can_be_extracted(bundle: Database, language: str) -> None:
    asked, found, t = context(bundle, language), "".join(pages(bundle, language)), Translator(language)
    for indicator_id in (reporting.CHILDREN, reporting.BASIC, reporting.EARLY, reporting.ELDERLY, reporting.ALL):
        indicator = asked.catalogue[indicator_id]
        [row] = figures.values(bundle, indicator, [TAMPERE], [YEAR]).to_pylist()
        assert squeezed(f"{t.number(row['value'], indicator.decimals)} {indicator.unit[language]}") in found
        assert squeezed(text_of_median(bundle, indicator, t)) in found


def text_of_median(bundle: Database, indicator: Any, t: Translator) -> str:
    compared = comparisons.compare(bundle, indicator, figures.Group("largest-20", (), False), YEAR, [TAMPERE])
    return t.number(compared.median, indicator.decimals)


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_every_picture_has_words_and_every_table_heads_for_its_columns(bundle: Database, language: str) -> None:
    reader, report, t = document(bundle, language), full(bundle, language), Translator(language)
    words = [element.get("/Alt") for element in structure(reader, "/Figure")]
    assert words == [
        f"{exhibit.title} {subtitle(exhibit, t)}" for exhibit in report.exhibits if exhibit.kind != "table"
    ]
    drawn = [(heads, rows) for heads, rows in (table_of(exhibit, t) for exhibit in report.exhibits) if rows]
    tables = structure(reader, "/Table")
    assert len(tables) == len(drawn) > 8
    for table, (heads, rows) in zip(tables, drawn, strict=True):
        kinds = [element["/S"] for element in elements(table)]
        assert (kinds.count("/TH"), kinds.count("/TR")) == (len(heads), len(rows) + 1)
        scopes = [
            entry
            for element in elements(table)
            if element["/S"] == "/TH"
            for entry in element["/A"]
            if "/Scope" in entry
        ]
        assert len(scopes) == len(heads) and {entry["/Scope"] for entry in scopes} == {"/Column"}


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_the_tables_of_the_document_hold_the_figures_of_their_exhibits(bundle: Database, language: str) -> None:
    t, found = Translator(language), pages(bundle, language)
    for exhibit in full(bundle, language).exhibits:
        candidates = [page for page in found if page.startswith(squeezed(exhibit.title))]
        if exhibit.kind == "spine":  # its table is on a page of its own, where names are hyphenated
            candidates = ["".join(found)]
        for row in table_of(exhibit, t)[1]:
            if exhibit.series is None or exhibit.kind == "spine":
                assert any(all(squeezed(cell) in page for cell in row) for page in candidates), row
            else:
                assert any(squeezed("".join(row)) in page for page in candidates), row


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_no_text_begins_outside_the_page(bundle: Database, language: str) -> None:
    for number, (_, outside) in enumerate(read_pages(bundle, language), 1):
        assert outside == [], f"page {number}"


def read(page: Any) -> tuple[str, list[str]]:
    """The words of a page, and those that do not stand within a centimetre of its edge; a chart's text is known letter
    by letter."""
    edge, found, seen = 28.0, [], []
    _, _, width, height = (float(part) for part in page.mediabox)

    def visit(words: str, matrix: list[float], of_text: list[float], _: Any, size: float) -> None:
        if not words.strip():
            return
        seen.append(words)
        x, y = (
            of_text[4] * matrix[0] + of_text[5] * matrix[2] + matrix[4],
            of_text[4] * matrix[1] + of_text[5] * matrix[3] + matrix[5],
        )
        letter = size * abs(matrix[0]) * 0.5
        if not (edge <= x <= width - edge - letter and edge <= y <= height - edge):
            found.append(f"{words!r} at {x:.0f}, {y:.0f}")

    words = squeezed(page.extract_text(visitor_text=visit))
    assert seen
    return words, found


def test_words_that_look_like_markup_stay_words() -> None:
    reader = PdfReader(io.BytesIO(reports.FORMATS["pdf"].render(ODD_REPORT)))
    found = [squeezed(page.extract_text()) for page in reader.pages]
    assert len(found) == 3 and found[0].startswith(squeezed("=name@subtitle"))
    assert found[1].startswith(squeezed(ODD.title)) and all(squeezed(name) in found[1] for name in WHOLLY_TEXT)
    rows = "".join(reader.pages[1].extract_text().split())
    assert f"Äänekoski{Translator('fi').number(-5.5, 1)}" in rows and Translator("fi").number(-5.5, 1)[0] in "-−", (
        "the sign stays"
    )
    assert squeezed("".join(("=head", "+head", "=1+1", "-2", "@cmd", "+3"))) in found[2]


def test_a_picture_gives_way_to_a_long_finding_and_note_so_that_its_source_stays_on_the_page() -> None:
    names = tuple(f"Kunta {number}" for number in range(21))
    long = Exhibit(
        "Löydös on pitkä. " * 22,
        "bars",
        names,
        {"Arvo": tuple(float(number) for number in range(21))},
        "€",
        1,
        ("other",) * 21,
        note="Huomautus on pitkä. " * 20,
        source="Viimeinen sana",
    )
    made = reports.FORMATS["pdf"].render(Report("Kunta", "Alaotsikko", "Alatunniste", "fi", (long,)))
    contents, page = PdfReader(io.BytesIO(made)).pages
    assert "Viimeinensana" in squeezed(page.extract_text()) and "Viimeinen" not in contents.extract_text()


# ── the two pages


@pytest.mark.parametrize("language", settings.LANGUAGES)
@pytest.mark.parametrize("municipality", [TAMPERE, *SPREAD])
def test_the_summary_is_two_pages_that_say_every_finding(bundle: Database, municipality: str, language: str) -> None:
    asked = context(bundle, language, municipality)
    report = reporting.summary(asked)
    reader = PdfReader(io.BytesIO(reports.FORMATS["pdf"].render(report)))
    assert len(reader.pages) == 2
    found, outside = zip(*map(read, reader.pages), strict=True)
    for exhibit in report.exhibits:
        assert squeezed(exhibit.title) in found[0] + found[1]
    assert len(report.exhibits) == len(reporting.SUMMARY)
    words = [element.get("/Alt") for element in structure(reader, "/Figure")]
    assert words == [
        f"{exhibit.title} {subtitle(exhibit, asked.t)}"
        for exhibit in report.exhibits
        if exhibit.kind not in ("table", "spine")  # two pages have room for the table of the card
    ]
    assert outside == ([], [])
    indicator = asked.catalogue[reporting.CHILDREN]
    [row] = figures.values(bundle, indicator, [municipality], [YEAR]).to_pylist()
    assert squeezed(Translator(language).number(row["value"], indicator.decimals)) in found[0]


# ── workbook


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_the_workbook_has_a_sheet_for_each_exhibit_and_one_of_what_they_are(bundle: Database, language: str) -> None:
    report, t = full(bundle, language), Translator(language)
    book = book_of(report)
    *sheets, about = book.sheetnames
    assert sheets == [f"{number} {t(f'kind.{exhibit.kind}')}" for number, exhibit in enumerate(report.exhibits, 1)]
    assert about == t("files.about")
    said = [tuple(cell.value for cell in row) for row in book[about].iter_rows()]
    assert said[:2] == [(report.name, report.subtitle), (None, report.footer)]
    words = [words for _, words in said] + [None] * 3  # a sheet ends with its last words
    for sheet, exhibit in zip(sheets, report.exhibits, strict=True):
        at = said.index((sheet, exhibit.title))
        assert words[at + 1 : at + 4] == [exhibit.unit or None, exhibit.note or None, exhibit.source or None]


def test_figures_of_the_workbook_are_numbers_and_those_of_their_exhibits(bundle: Database) -> None:
    report = full(bundle)
    for sheet, exhibit in zip(book_of(report), report.exhibits, strict=False):
        head, *rows = sheet.iter_rows()
        if exhibit.series is None or exhibit.cells:
            assert [cell.value for cell in head] == list(exhibit.cell_heads or exhibit.heads)
            wanted = [
                [pytest.approx(v) if isinstance(v, float) else v or None for v in line]
                for line in exhibit.cells or exhibit.rows
            ]
            assert [[cell.value for cell in row] for row in rows] == wanted
            continue
        ends = ("90 %:n väli alkaa", "90 %:n väli päättyy") if any(exhibit.intervals) else ()
        ranked_ = ("Sija",) if exhibit.ranks else ()
        assert [cell.value for cell in head[1:]] == [*exhibit.series, *ends, *ranked_]
        assert [row[-1].value for row in rows if ranked_] == list(exhibit.ranks)
        intervals = [tuple(cell.value for cell in row[2:4]) for row in rows if ends]
        assert intervals == [pytest.approx(pair or (None, None)) for pair in exhibit.intervals if ends]
        assert [row[0].value for row in rows] == [int(c) if exhibit.kind == "lines" else c for c in exhibit.categories]
        number = 1 + len(exhibit.series)
        assert [tuple(cell.value for cell in row[1:number]) for row in rows] == [
            pytest.approx(row) for row in figures_of(exhibit)
        ]
        assert {cell.data_type for row in rows for cell in row[1 : number + len(ends)]} == {"n"}


def test_medians_of_the_core_indicators_are_numbers(bundle: Database) -> None:
    _, *rows = book_of(full(bundle)).worksheets[0].iter_rows()
    figures = [cell for row in rows for cell in (row[1], *row[3:6], row[7]) if cell.value is not None]
    assert len(figures) > 60 and {cell.data_type for cell in figures} == {"n"}


def test_names_that_a_spreadsheet_would_run_stay_text() -> None:
    book = book_of(ODD_REPORT)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    head, *rows = book.worksheets[0].iter_rows()
    assert head[1].value == "=SUM(A1)"
    assert [(row[0].value, row[0].data_type) for row in rows] == [(name, "s") for name in WHOLLY_TEXT]
    assert [(row[1].value, row[1].data_type) for row in rows] == [(value, "n") for (value,) in figures_of(ODD)]
    assert [[cell.value for cell in row] for row in book.worksheets[1].iter_rows()] == [
        ["=head", "+head"],
        ["=1+1", "-2"],
        ["@cmd", "+3"],
    ]


# ── slides


def test_what_a_presenter_edits_are_the_figures_of_the_exhibit(bundle: Database) -> None:
    report = full(bundle, group="similar")
    exhibits = [
        part.exhibit  # what a slide has room for
        for exhibit in report.exhibits
        for part in pptx.parts(exhibit, Translator("fi"))
        if exhibit.kind not in ("table", "map", "spine")
    ]
    shapes = [
        shape
        for slide in Presentation(io.BytesIO(pptx.pptx(report))).slides
        for shape in slide.shapes
        if shape.has_chart and shape.name not in (many.SCALES, many.TRENDS)
    ]
    assert len(exhibits) >= 8
    for exhibit, shape in zip(exhibits, shapes, strict=True):
        assert exhibit.series is not None
        if exhibit.kind == "dots":
            column = [row[0] for row in embedded(shape).iter_rows(values_only=True)]
            edited_dots = {round(cell, 6) for cell in column if isinstance(cell, int | float)}
            known = {round(value, 6) for values in exhibit.series.values() for value in values if value is not None}
            assert known <= edited_dots, "a chart of points: each series has its figures below those before"
            continue
        drawn = {series.name: series.values for plot in shape.chart.plots for series in plot.series}
        (_, *names), *rows = embedded(shape).iter_rows(values_only=True)
        edited = {str(name): tuple(row[1 + at] for row in rows) for at, name in enumerate(names)}
        assert [row[0] for row in rows] == list(shape.chart.plots[0].categories) == list(exhibit.categories), (
            "in the order of the page"
        )
        assert list(edited) == list(drawn) and all(
            edited[name] == pytest.approx(values) for name, values in drawn.items()
        )
        if exhibit.kind != "waterfall":  # whose steps are bars upon unseen ones (test_slides)
            wanted = {
                name: values
                for (name, values), role in zip(exhibit.series.items(), exhibit.roles, strict=False)
                if role != "band"
            }
            assert all(drawn[name] == values for name, values in wanted.items())


def embedded(shape: Any) -> Any:
    """The sheet that PowerPoint opens for 'Edit data'."""
    return openpyxl.load_workbook(io.BytesIO(shape.chart.part.chart_workbook.xlsx_part.blob)).worksheets[0]


def test_a_name_in_the_workbook_of_a_chart_stays_text() -> None:
    [shape] = [
        shape
        for slide in Presentation(io.BytesIO(pptx.pptx(ODD_REPORT))).slides
        for shape in slide.shapes
        if shape.has_chart
    ]
    assert not [cell.value for row in embedded(shape).iter_rows() for cell in row if cell.data_type == "f"]


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_no_finding_outgrows_its_box_on_a_slide(bundle: Database, language: str) -> None:
    assert overflowing(bundle, language, titles=True) == []


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_no_source_outgrows_its_box_on_a_slide(bundle: Database, language: str) -> None:
    assert overflowing(bundle, language, titles=False) == []


def overflowing(bundle: Database, language: str, *, titles: bool) -> list[str]:
    """Boxes whose words, in the widths of Helvetica that Arial shares, need more height than there is."""
    found = []
    for number, slide in enumerate(shown(bundle, language).slides, 1):
        for shape in slide.shapes:
            if not shape.has_text_frame or not shape.text_frame.text or (shape == slide.shapes.title) != titles:
                continue
            run, inset = shape.text_frame.paragraphs[0].runs[0], shape.text_frame.margin_left
            size, width = run.font.size.pt, (shape.width - 2 * inset) / Emu(12700)
            lines = lines_of(run.text, size, bool(run.font.bold), width)
            if lines * size * LEADING + inset / Emu(12700) > shape.height / Emu(12700):
                found.append(f"slide {number}: {lines} lines of {size} points: {run.text}")
    return found


def lines_of(words: str, size: float, bold: bool, width: float) -> int:
    metrics = CORE_FONT_METRICS["Helvetica-Bold" if bold else "Helvetica"].character_widths
    lines, used, space = 1, 0.0, metrics[" "] * size / 1000
    for word in words.split(" "):
        length = sum(metrics.get(letter, 556) for letter in word) * size / 1000
        lines, used = (
            (lines, used + space + length) if used and used + space + length <= width else (lines + bool(used), length)
        )
    return lines


def test_every_object_of_a_slide_stands_within_it(bundle: Database) -> None:
    for deck in (shown(bundle, "fi"), Presentation(io.BytesIO(pptx.pptx(replace(ODD_REPORT, language="sv"))))):
        for number, slide in enumerate(deck.slides, 1):
            for shape in slide.shapes:
                right, bottom = shape.left + shape.width, shape.top + shape.height
                within = min(shape.left, shape.top) >= 0 and right <= deck.slide_width and bottom <= deck.slide_height
                assert within, (number, shape.name)


# ── what a report is about


@pytest.mark.parametrize("group", ["similar", "all", "region-06", "wellbeing-91"])
def test_a_report_of_any_group_shows_the_municipality_in_it(bundle: Database, group: str) -> None:
    asked = context(bundle, group=group)
    report = reporting.report(asked)
    assert report.subtitle == asked.t("report.subtitle", group=asked.group_name(group), year=YEAR)
    kinds = [exhibit.kind for exhibit in report.exhibits]
    rankings = [exhibit for exhibit in report.exhibits if exhibit.kind in ("dots", "bars") and not exhibit.head]
    assert len(rankings) == 4 and (kinds[0], kinds[-1]) == ("spine", "table")
    for exhibit in report.exhibits:
        assert exhibit.title.strip() and not re.search(r"\b(None|nan)\b", exhibit.title)
        if exhibit in rankings:
            assert exhibit.series is not None and exhibit.roles[exhibit.categories.index("Tampere")] == "chosen"
            assert {
                name
                for name, value in zip(exhibit.categories, *exhibit.series.values(), strict=True)
                if value is not None
            } == ranked(asked, exhibit)
    assert len(book_of(report).sheetnames) == len(report.exhibits) + 1


@pytest.mark.parametrize("group", ["similar", "all"])
def test_the_summary_of_a_small_group_and_of_the_country_is_two_pages(bundle: Database, group: str) -> None:
    made = reports.FORMATS["pdf"].render(reporting.summary(context(bundle, group=group)))
    assert len(PdfReader(io.BytesIO(made)).pages) == 2


@pytest.mark.parametrize("form", ["pdf", "pptx"])
def test_a_group_of_the_municipality_alone_gives_a_report_too(bundle: Database, form: str) -> None:
    report = reporting.summary(context(bundle, group="region-06"))
    content = reports.FORMATS[form].render(report)
    assert (
        (len(PdfReader(io.BytesIO(content)).pages) == 2) if form == "pdf" else Presentation(io.BytesIO(content)).slides
    )


def ranked(asked: Any, exhibit: Exhibit) -> set[str]:
    """Names of those of the group, and of the municipality itself, that have a figure of what an exhibit ranks."""
    [label] = exhibit.series or [""]
    indicator = next(
        i for i in asked.catalogue.values() if i.id in reporting_ids() and i.label["fi"].casefold() == label.casefold()
    )
    about = asked.with_indicator(indicator.id)
    compared = comparisons.compare(asked.data, indicator, about.group_of(indicator), YEAR, [TAMPERE], about.basis)
    return {asked.name(row["municipality"]) for row in compared.rows if row["value"] is not None}


def reporting_ids() -> set[str]:
    return {indicator for picture, indicator in reporting.FULL if picture == "ranking"}


def test_a_group_of_the_reader_s_own_is_no_group_of_a_report(bundle: Database) -> None:
    with pytest.raises(InputError, match="own"):
        context(bundle, group="own")
