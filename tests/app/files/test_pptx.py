"""A report as slides: every exhibit with its finding and source, from the library and from the command line."""

from pathlib import Path

import pytest
from pptx import Presentation

from kuntamittari import cli, settings
from kuntamittari.errors import InputError
from kuntamittari.exhibits import reporting
from kuntamittari.exhibits.render import pptx, stage
from kuntamittari.i18n import Translator
from kuntamittari.query.database import Database
from tests.support.slides import presentation as opened
from tests.support.slides import (
    report_of,
)

TAMPERE = "837"


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_every_exhibit_is_a_slide_with_its_finding_as_title_and_its_source_below(
    bundle: Database, language: str
) -> None:
    report, deck = report_of(bundle, language), opened(bundle, language)
    t = Translator(language)
    shown = [exhibit for exhibit in report.exhibits for _ in pptx.parts(exhibit, t)]
    assert len(deck.slides) == 1 + len(shown) >= 12
    for slide, exhibit in zip(list(deck.slides)[1:], shown, strict=True):
        assert slide.shapes.title.text_frame.text == exhibit.headline
        assert exhibit.title in slide.notes_slide.notes_text_frame.text
        words = " ".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
        assert stage.short_source([exhibit], t) in words and report.footer in words
        notes = slide.notes_slide.notes_text_frame.text
        assert exhibit.note in notes and exhibit.source in notes
    tags = {
        run._r.rPr.get("lang")
        for slide in deck.slides
        for s in slide.shapes
        if s.has_text_frame
        for p in s.text_frame.paragraphs
        for run in p.runs
    }
    assert tags == {pptx.LANGUAGES[language]}


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_no_title_outgrows_its_box(bundle: Database, language: str) -> None:
    for municipality in (TAMPERE, "405", "109"):  # among them the longest names
        for exhibit in report_of(bundle, language, municipality).exhibits:
            assert len(exhibit.title) <= 600 and exhibit.title.strip()


def test_a_report_says_what_it_cannot_show(bundle: Database) -> None:
    for arguments, field in (
        ((TAMPERE, "nothing", 2018), "group"),
        (("005", "largest-20", 2018), "municipality"),
        ((TAMPERE, "all", 1917), "year"),
    ):
        with pytest.raises(InputError) as raised:
            reporting.context(bundle, *arguments, "fi")
        assert raised.value.field == field


def test_the_command_line_writes_one_report_or_many(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = tmp_path / "one.pptx"
    assert cli.main(["report", "--municipality", TAMPERE, "--lang", "sv", "--out", str(one)]) == 0
    assert Presentation(one).slides[1].shapes.title.text_frame.text.startswith("Tammerfors")
    assert (
        cli.main(
            [
                "report",
                "--municipality",
                TAMPERE,
                "091",
                "--year",
                "2018",
                "--lang",
                "en",
                "--out",
                str(tmp_path / "many"),
            ]
        )
        == 0
    )
    assert sorted(path.name for path in (tmp_path / "many").iterdir()) == ["091.pptx", "837.pptx"]
    assert "1 report." in (said := capsys.readouterr().out) and "2 reports." in said
    assert cli.main(["report", "--municipality", "999", "--out", str(one)]) == 2
    assert "999" in capsys.readouterr().err
