"""A municipality's report as slides: native charts whose figures are those of the interface, in three languages, with words for each."""

import io
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE
from starlette.testclient import TestClient

from kuntamittari import api, cli, figures, reporting, settings
from kuntamittari.database import Database
from kuntamittari.errors import InputError
from kuntamittari.export import slides

TAMPERE = "837"
CHARTS = ("bars", "pairs", "lines", "waterfall")


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(api.create())


@cache
def report_of(bundle: Database, language: str = "fi", municipality: str = TAMPERE, year: int | None = 2018) -> reporting.Report:
    return reporting.report(reporting.view(bundle, municipality, "largest-20", year, language))


@cache
def opened(bundle: Database, language: str = "fi") -> Any:
    """The presentation as PowerPoint would read it."""
    return Presentation(io.BytesIO(slides.pptx(report_of(bundle, language))))


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_every_leaf_is_a_slide_with_its_finding_as_title_and_its_source_below(bundle: Database, language: str) -> None:
    report, deck = report_of(bundle, language), opened(bundle, language)
    assert len(deck.slides) == 1 + len(report.leaves) >= 12
    for slide, leaf in zip(list(deck.slides)[1:], report.leaves, strict=True):
        assert slide.shapes.title.text_frame.text == leaf.title
        words = " ".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
        assert leaf.source in words and report.footer in words
        assert leaf.note in slide.notes_slide.notes_text_frame.text
    tags = {
        run._r.rPr.get("lang")
        for slide in deck.slides
        for s in slide.shapes
        if s.has_text_frame
        for p in s.text_frame.paragraphs
        for run in p.runs
    }
    assert tags == {slides.LANGUAGES[language]}


def test_at_least_eight_charts_are_native_and_every_object_has_words(bundle: Database) -> None:
    report, deck = report_of(bundle), opened(bundle)
    charts = [shape for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    assert len(charts) >= 8 and len(charts) == sum(leaf.kind in CHARTS for leaf in report.leaves)
    drawn = [shape for slide in deck.slides for shape in slide.shapes if shape.has_chart or getattr(shape, "has_table", False)]
    assert all(len(shape._element.xpath(".//p:cNvPr")[0].get("descr")) > 20 for shape in drawn)
    pictures = [shape for slide in deck.slides for shape in slide.shapes if shape.shape_type == MSO_SHAPE_TYPE.PICTURE]
    assert [leaf.kind for leaf in report.leaves].count("map") == len(pictures) == 1, "only the map is a picture"
    assert all(len(picture._element.xpath(".//p:cNvPr")[0].get("descr")) > 20 for picture in pictures)


def test_the_charts_hold_the_figures_of_their_leaves(bundle: Database) -> None:
    report = report_of(bundle)
    leaves = [leaf for leaf in report.leaves if leaf.kind in CHARTS]
    charts = [shape.chart for slide in opened(bundle).slides for shape in slide.shapes if shape.has_chart]
    for leaf, chart in zip(leaves, charts, strict=True):
        categories = list(chart.plots[0].categories)
        found = {series.name: dict(zip(categories, series.values, strict=True)) for series in chart.plots[0].series}
        assert found == {name: dict(zip(leaf.categories, values, strict=True)) for name, values in leaf.series.items()}


def test_ranked_figures_are_those_of_the_interface(bundle: Database, client: TestClient) -> None:
    names = {row["name_fi"]: code for code, row in figures.register(bundle).items()}
    ids = [reporting.CHILDREN, reporting.BASIC, reporting.EARLY, reporting.ELDERLY]
    ranked = [leaf for leaf in report_of(bundle).leaves if leaf.kind == "bars"]
    assert len(ranked) == len(ids)
    for indicator, leaf in zip(ids, ranked, strict=True):
        answer = client.get("/v1/values", params={"indicator": indicator, "group": "largest-20", "year": "2018"}).json()["values"]
        [values] = leaf.series.values()
        assert {names[name]: value for name, value in zip(leaf.categories, values, strict=True)} == {
            r["municipality"]: r["value"] for r in answer
        }
        assert leaf.chosen == "Tampere" and leaf.title.startswith("Tampere: ")


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_no_title_outgrows_its_box(bundle: Database, language: str) -> None:
    for municipality in (TAMPERE, "405", "109"):  # among them the longest names
        for leaf in report_of(bundle, language, municipality).leaves:
            assert len(leaf.title) <= 400 and leaf.title.strip()


def test_a_report_says_what_it_cannot_show(bundle: Database) -> None:
    for arguments, field in (
        ((TAMPERE, "nothing", 2018), "group"),
        (("005", "largest-20", 2018), "municipality"),
        ((TAMPERE, "all", 1917), "year"),
    ):
        with pytest.raises(InputError) as raised:
            reporting.view(bundle, *arguments, "fi")
        assert raised.value.field == field


def test_the_command_line_writes_one_report_or_many(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = tmp_path / "one.pptx"
    assert cli.main(["report", "--municipality", TAMPERE, "--lang", "sv", "--out", str(one)]) == 0
    assert Presentation(one).slides[1].shapes.title.text_frame.text.startswith("Tammerfors")
    assert cli.main(["report", "--municipality", TAMPERE, "091", "--year", "2018", "--lang", "en", "--out", str(tmp_path / "many")]) == 0
    assert sorted(path.name for path in (tmp_path / "many").iterdir()) == ["091.pptx", "837.pptx"]
    assert "1 report." in (said := capsys.readouterr().out) and "2 reports." in said
    assert cli.main(["report", "--municipality", "999", "--out", str(one)]) == 2
    assert "999" in capsys.readouterr().err
