"""A deck as files: its slides, its document and its workbook say what the pages say."""

import io
import re
from dataclasses import replace
from typing import Any

import openpyxl
import pypdf
import pytest
from pptx import Presentation

from kuntamittari import settings
from kuntamittari.exhibits import deck, page_context, reporting
from kuntamittari.exhibits.deck import Card
from kuntamittari.exhibits.registry import PICTURES
from kuntamittari.exhibits.render import pptx, reports
from kuntamittari.i18n import Translator
from kuntamittari.query.database import Database
from tests.support.exhibits import FORSSA, HEADLINE, PLACE, TEN, card, link_of

LANGUAGES = settings.LANGUAGES
LINK = deck.packed(TEN)


@pytest.mark.parametrize("language", ["en", "sv"])
def test_a_deck_of_ten_has_ten_slides_in_its_order_under_the_readers_own_headlines(
    language: str, bundle: Database
) -> None:
    asked = page_context.read(PLACE | {"kieli": language, "kunta": "564", "esitys": LINK}, bundle)
    report = reporting.deck(asked, asked.selection.deck)
    assert len(report.exhibits) == 10 and report.language == language
    for one, exhibit in zip(TEN, report.exhibits, strict=True):
        found = PICTURES[one.picture](page_context.read(dict(one.query) | {"kieli": language}, bundle))
        assert found is not None
        assert exhibit.series == found.series and exhibit.rows == found.rows, (
            "of the view of the card, not of the reader's own"
        )
        assert exhibit.title == (one.headline or found.title)
        assert not one.headline or (found.title in exhibit.note and found.note in exhibit.note)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "one", [card("nope"), card("ranking", kunta=FORSSA), card("saving"), Card("", ()), card("ranking", kunta="zzz")]
)
def test_a_slide_is_a_picture_or_says_that_there_are_no_figures(one: Card, language: str, bundle: Database) -> None:
    asked, t = page_context.read(PLACE | {"kieli": language}, bundle), Translator(language)
    context = page_context.read(dict(one.query) | {"kieli": language}, bundle)
    name = context.name(context.selection.municipality)
    exhibit = reporting.slide(asked, one)
    assert name in exhibit.title
    if exhibit.series is None:
        assert exhibit.rows == ((t("deck.no_figures"),),)
    assert reporting.slide(asked, replace(one, headline=HEADLINE)).title == HEADLINE
    [alone] = reporting.deck(asked, [one]).exhibits
    assert alone == exhibit


def test_a_slide_without_figures_is_the_one_that_has_none(bundle: Database) -> None:
    asked, t = page_context.read(PLACE, bundle), Translator(settings.default_language())
    mixed = (
        card("nope"),
        TEN[0],
        card("alike", kunta=FORSSA),
        TEN[7],
        card("saving"),
        card("definition", kunta=FORSSA),
    )
    said = [reporting.slide(asked, one).rows == ((t("deck.no_figures"),),) for one in mixed]
    assert said == [True, False, True, False, True, False], "what an indicator is needs no municipality"


@pytest.fixture(scope="module")
def ten(bundle: Database) -> reporting.Report:
    return reporting.deck(page_context.read(PLACE | {"kieli": "sv"}, bundle), TEN)


def test_the_slides_of_a_deck_of_ten_open_with_their_titles_in_order(ten: reporting.Report) -> None:
    slides = list(Presentation(io.BytesIO(reports.FORMATS["pptx"].render(ten))).slides)
    shown = [exhibit for exhibit in ten.exhibits for _ in pptx.parts(exhibit, Translator("sv"))]
    titles = [slide.shapes.title.text_frame.text for slide in slides[1:]]
    assert titles == [exhibit.headline for exhibit in shown] and len(titles) > len(ten.exhibits)
    notes = slides[1 + shown.index(ten.exhibits[2])].notes_slide.notes_text_frame.text
    assert notes.startswith(HEADLINE) and ten.exhibits[2].note in notes


def bookmarks(entries: list[Any]) -> list[Any]:
    """Every bookmark of a document in order, however deep it stands."""
    return [found for entry in entries for found in (bookmarks(entry) if isinstance(entry, list) else [entry])]


def test_the_document_of_a_deck_of_ten_opens_with_every_headline_in_order(ten: reporting.Report) -> None:
    document = pypdf.PdfReader(io.BytesIO(reports.FORMATS["pdf"].render(ten)))
    titles = [exhibit.title for exhibit in ten.exhibits]
    heads = [head for head in bookmarks(document.outline) if str(head.title) in titles]
    assert [str(head.title) for head in heads] == titles
    pages = [document.get_destination_page_number(head) or 0 for head in heads]
    assert pages == sorted(set(pages)) and pages[0] > 0, "each on a page of its own, after the first"
    said = re.sub(r"\s+", "", document.pages[pages[2]].extract_text())
    assert re.sub(r"\s+", "", ten.exhibits[2].note)[:40] in said, "the finding stands below the reader's own headline"


def test_the_workbook_of_a_deck_of_ten_has_a_sheet_of_figures_for_each_and_runs_no_headline(
    ten: reporting.Report,
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(reports.FORMATS["xlsx"].render(ten)))
    sheets = [book[name] for name in book.sheetnames]
    assert len(sheets) == 11
    for sheet, exhibit in zip(sheets, ten.exhibits, strict=False):
        if exhibit.series is not None:
            columns = list(sheet.iter_cols(min_col=2, min_row=2, values_only=True))
            written = len(exhibit.series)
            assert columns[:written] == [pytest.approx(values) for values in exhibit.series.values()]
            ends = [tuple(pair[end] for pair in exhibit.intervals if pair) for end in (0, 1)]
            more = [*map(pytest.approx, ends), exhibit.ranks] if any(exhibit.intervals) else []
            assert columns[written:] == more, "the ends of the intervals, and the ranks"
    about = {row[1].value: row[1].data_type for row in sheets[-1].iter_rows()}
    assert {exhibit.title for exhibit in ten.exhibits} <= set(about) and about["=1+1"] == "s"


HEADLINES = {
    "control characters": "\x00\x0b\x1b",
    "lines": "a\nb\tc",
    "no characters": "\ufffe\uffff",
    "a picture": "Säästö 🙂",
    "a tick and an arrow": "✓ 100 ➜ 90 €",
    "another script": "Приклад 例",
    "markup": "#let x = [*_$@]",
}


@pytest.mark.parametrize("form", reports.FORMATS)
@pytest.mark.parametrize("headline", HEADLINES.values(), ids=HEADLINES)
def test_no_headline_of_a_link_breaks_a_file(form: str, headline: str, bundle: Database) -> None:
    asked = page_context.read(
        PLACE | {"esitys": link_of([["definition", "kunta=837", headline], ["ranking", "kunta=837", headline]])}, bundle
    )
    if asked.selection.deck:  # or it is refused
        assert len(reports.FORMATS[form].render(reporting.deck(asked, asked.selection.deck))) > 1000
    else:
        assert asked.notices


@pytest.mark.parametrize("form", reports.FORMATS)
@pytest.mark.parametrize("picture", ["ranking", "alike", "pair", "by_service", "dearer"])
def test_a_group_of_one_goes_into_every_file(picture: str, form: str, bundle: Database) -> None:
    """Nothing differs from a group that is the municipality itself: a picture of no bars, or of one."""
    asked = page_context.read(PLACE, bundle)
    made = reports.FORMATS[form].render(reporting.deck(asked, [card(picture, ryhma="own")]))
    assert made.startswith(b"%PDF" if form == "pdf" else b"PK")
