"""A municipality's report as slides: native charts whose figures are those of the interface, in three languages, with
words for each."""

import io
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE
from starlette.testclient import TestClient
from test_catalogue_page import opened as page_at
from test_charts import light, scales
from test_image import FALL, NEGATIVE, VIEW, leaf_of

from kuntamittari import cli, settings
from kuntamittari.errors import InputError
from kuntamittari.exhibits import charts, costs, reporting, text
from kuntamittari.exhibits.exhibit import Exhibit, spans, subtitle
from kuntamittari.exhibits.render import pptx
from kuntamittari.exhibits.reporting import Report
from kuntamittari.i18n import Translator
from kuntamittari.query import figures
from kuntamittari.query.composite_costs import Difference, Effect
from kuntamittari.query.database import Database
from kuntamittari.ui.parts import comparison
from kuntamittari.web import api

TAMPERE = "837"
CHARTS = ("bars", "pairs", "lines", "waterfall")


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(api.create())


@cache
def report_of(
    bundle: Database, language: str = "fi", municipality: str = TAMPERE, year: int | None = 2018
) -> reporting.Report:
    return reporting.report(reporting.context(bundle, municipality, "largest-20", year, language))


@cache
def opened(bundle: Database, language: str = "fi") -> Any:
    """The presentation as PowerPoint would read it."""
    return Presentation(io.BytesIO(pptx.pptx(report_of(bundle, language))))


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_every_leaf_is_a_slide_with_its_finding_as_title_and_its_source_below(bundle: Database, language: str) -> None:
    report, deck = report_of(bundle, language), opened(bundle, language)
    assert len(deck.slides) == 1 + len(report.exhibits) >= 12
    for slide, exhibit in zip(list(deck.slides)[1:], report.exhibits, strict=True):
        assert slide.shapes.title.text_frame.text == exhibit.title
        words = " ".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
        assert exhibit.source in words and report.footer in words
        assert exhibit.note in slide.notes_slide.notes_text_frame.text
    tags = {
        run._r.rPr.get("lang")
        for slide in deck.slides
        for s in slide.shapes
        if s.has_text_frame
        for p in s.text_frame.paragraphs
        for run in p.runs
    }
    assert tags == {pptx.LANGUAGES[language]}


def test_at_least_eight_charts_are_native_and_every_object_has_words(bundle: Database) -> None:
    report, deck = report_of(bundle), opened(bundle)
    charts = [shape for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    assert len(charts) >= 8 and len(charts) == sum(exhibit.kind in CHARTS for exhibit in report.exhibits)
    drawn = [
        shape
        for slide in deck.slides
        for shape in slide.shapes
        if shape.has_chart or getattr(shape, "has_table", False)
    ]
    assert all(len(shape._element.xpath(".//p:cNvPr")[0].get("descr")) > 20 for shape in drawn)
    pictures = [shape for slide in deck.slides for shape in slide.shapes if shape.shape_type == MSO_SHAPE_TYPE.PICTURE]
    assert [exhibit.kind for exhibit in report.exhibits].count("map") == len(pictures) == 1, "only the map is a picture"
    assert all(len(picture._element.xpath(".//p:cNvPr")[0].get("descr")) > 20 for picture in pictures)


def test_ranked_figures_are_those_of_the_interface(bundle: Database, client: TestClient) -> None:
    names = {row["name_fi"]: code for code, row in figures.register(bundle).items()}
    ids = [reporting.CHILDREN, reporting.BASIC, reporting.EARLY, reporting.ELDERLY]
    ranked = [exhibit for exhibit in report_of(bundle).exhibits if exhibit.kind == "bars"]
    assert len(ranked) == len(ids)
    for indicator, exhibit in zip(ids, ranked, strict=True):
        answer = client.get(
            "/v1/values", params={"indicator": indicator, "group": "largest-20", "year": "2018"}
        ).json()["values"]
        [values] = exhibit.series.values()
        assert {
            names[name.partition(" – ")[0]]: value for name, value in zip(exhibit.categories, values, strict=True)
        } == {r["municipality"]: r["value"] for r in answer}
        assert exhibit.roles[exhibit.categories.index("Tampere")] == "chosen" and exhibit.title.startswith("Tampere: ")


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


# One grammar of charts: what a slide draws is what the page draws

THEME = charts.THEMES["light"]
BARS = ("ranking", "administration", "composition", "by_service", "alike", "dearer", "bridge")
LINES = ("development", "taken_apart", "sectors", "spread", "ages_ahead", "every_age", "costs_ahead", "saving")
TARGETS = {"tavoite": "kaikki:1", "skenaario": "pohja:12.5,saasto:5,kerta:1"}


def slide_of(exhibit: Exhibit, language: str = "fi") -> Any:
    """The slide of one leaf as PowerPoint would read it."""
    return Presentation(io.BytesIO(pptx.pptx(Report("Tampere", "", "", language, (exhibit,))))).slides[1]


def chart_of(slide: Any) -> Any:
    [frame] = [shape for shape in slide.shapes if shape.has_chart]
    return frame.chart


def values_of(found: Any, path: str) -> list[str]:
    """Attributes of the XML of a chart or of a part of it."""
    return (found._chartSpace if hasattr(found, "_chartSpace") else found._element).xpath(path)


def numbers(chart: Any, *paths: str) -> list[float]:
    """The one number at each place of the XML of a chart."""
    found = [values_of(chart, f".//c:{path}/@val") for path in paths]
    assert all(len(values) == 1 for values in found), found
    return [float(value) for (value,) in found]


def ink(found: Any, path: str = "c:spPr/a:solidFill/a:srgbClr/@val") -> str:
    [colour] = values_of(found, path)
    return f"#{colour.lower()}"


def inks(series: Any, number: int) -> list[str]:
    """The colour of each of so many points of a series, whatever their sign."""
    assert (
        values_of(series, "c:invertIfNegative/@val") == ["0"]
        and values_of(series, "c:dPt/c:invertIfNegative/@val") == ["0"] * number
    )
    return [ink(series, f"c:dPt[c:idx/@val='{at}']/c:spPr/a:solidFill/a:srgbClr/@val") for at in range(number)]


@pytest.mark.parametrize("language", settings.LANGUAGES)
@pytest.mark.parametrize("picture", [*BARS, "negative", "made"])
def test_bars_start_at_zero_in_the_order_of_the_page(picture: str, language: str, bundle: Database) -> None:
    exhibit = {"negative": NEGATIVE, "made": FALL}.get(picture) or leaf_of(bundle, picture, language)
    chart = chart_of(slide_of(exhibit, language))
    least, most = numbers(chart, "valAx/c:scaling/c:min", "valAx/c:scaling/c:max")
    reached = (
        [end for span in exhibit.spans for end in span]
        if exhibit.kind == "waterfall"
        else [value for values in exhibit.series.values() for value in values if value is not None]
    )
    assert least == 0 if min(reached) >= 0 else least <= min(reached)
    assert most >= max(reached) and most > least
    assert numbers(chart, "catAx/c:crossesAt") == [0], "bars grow from zero, wherever the axis begins"
    assert list(chart.plots[0].categories) == list(exhibit.categories)
    assert values_of(chart, ".//c:catAx/c:scaling/c:orientation/@val") == ["maxMin"], "the first at the top"
    for number_format in {*values_of(chart, ".//c:formatCode/text()"), *values_of(chart, ".//c:numFmt/@formatCode")} - {
        "General"
    }:
        assert number_format.partition(";")[2] == f"−{number_format.partition(';')[0]}"


@pytest.mark.parametrize("picture", ["ranking", "administration", "negative"])
def test_a_ranking_has_the_colours_of_the_roles_and_its_figures_at_the_foot(picture: str, bundle: Database) -> None:
    exhibit = NEGATIVE if picture == "negative" else leaf_of(bundle, picture)
    [bars] = chart_of(slide_of(exhibit)).plots[0].series
    [figures_] = exhibit.series.values()
    assert bars.values == figures_
    known = [at for at, value in enumerate(figures_) if value is not None]
    for at in known:
        assert ink(bars, f"c:dPt[c:idx/@val='{at}']/c:spPr//a:srgbClr/@val") == charts.colour(THEME, exhibit.roles[at])
        [label] = values_of(bars, f"c:dLbls/c:dLbl[c:idx/@val='{at}']")
        assert label.xpath("c:dLblPos/@val") == ["inBase"] and label.xpath("c:showVal/@val") == ["1"]
        low, high = exhibit.ends
        ground = (
            charts.colour(THEME, exhibit.roles[at]) if abs(figures_[at]) > pptx.LABEL * (high - low) else THEME.ground
        )
        one, other = sorted((light(f"#{label.xpath('.//a:srgbClr/@val')[0]}"), light(ground)))
        assert (other + 0.05) / (one + 0.05) >= 4.5, "the figure can be read on its bar"
    assert (
        [int(at) for at in values_of(bars, "c:dPt/c:idx/@val")]
        == [int(at) for at in values_of(bars, "c:dLbls/c:dLbl/c:idx/@val")]
        == known
    )
    assert [int(at) for at in values_of(bars, "c:val//c:pt/@idx")] == known, (
        "a row without a figure has neither bar nor label"
    )
    assert values_of(bars, "c:dLbls/c:showVal/@val") == ["1"]


@pytest.mark.parametrize("language", settings.LANGUAGES)
@pytest.mark.parametrize("picture", ["ranking", "administration", "negative"])
def test_median_and_middle_half_stand_at_their_values(picture: str, language: str, bundle: Database) -> None:
    exhibit = NEGATIVE if picture == "negative" else leaf_of(bundle, picture, language)
    slide = slide_of(exhibit, language)
    shapes = {shape.name: shape for shape in slide.shapes}
    [frame] = [shape for shape in slide.shapes if shape.has_chart]
    band, median = shapes["Middle half"], shapes["Median"]
    layout = "plotArea/c:layout/c:manualLayout/c:"
    x, y, width, height = numbers(frame.chart, *(f"{layout}{part}" for part in "xywh"))
    assert values_of(frame.chart, ".//c:plotArea/c:layout/c:manualLayout/c:layoutTarget/@val") == ["inner"]
    least, most = numbers(frame.chart, "valAx/c:scaling/c:min", "valAx/c:scaling/c:max")

    def at(value: float) -> Any:
        across = frame.left + frame.width * (x + width * (value - least) / (most - least))
        return pytest.approx(across, abs=pptx.PIXEL)

    assert (median.left, median.width) == (at(exhibit.reference.value), 0)
    assert (band.left, band.left + band.width) == (at(exhibit.band.low), at(exhibit.band.high))
    tall = pytest.approx((frame.top + frame.height * y, frame.height * height), abs=pptx.PIXEL)
    assert (median.top, median.height) == tall and (band.top, band.height) == tall
    order = [shape.name for shape in slide.shapes]
    assert order.index("Middle half") < order.index(frame.name) < order.index("Median"), (
        "the band behind the bars, the line before them"
    )
    assert values_of(frame.chart, "c:spPr/a:noFill") != [], "or the band could not be seen"
    assert ink(band, "p:spPr/a:solidFill/a:srgbClr/@val") == charts.colour(THEME, "band")
    assert ink(median, "p:spPr/a:ln/a:solidFill/a:srgbClr/@val") == charts.colour(THEME, "median")
    words = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    edges = [edge for shape in slide.shapes for edge in (shape.left, shape.left + shape.width)]
    assert min(edges) >= 0 and max(edges) <= pptx.WIDTH
    for shape, mark in ((median, exhibit.reference), (band, exhibit.band)):
        assert shape._element.xpath(".//p:cNvPr/@descr") == [mark.label] and mark.label in words


@pytest.mark.parametrize("language", settings.LANGUAGES)
@pytest.mark.parametrize("picture", ["dearer", "bridge", "made"])
def test_a_waterfall_is_native_bars_that_begin_where_the_one_before_ended(
    picture: str, language: str, bundle: Database
) -> None:
    exhibit, t = FALL if picture == "made" else leaf_of(bundle, picture, language), Translator(language)
    chart = chart_of(slide_of(exhibit, language))
    assert values_of(chart, ".//c:barChart/c:grouping/@val") == ["stacked"] and numbers(chart, "overlap") == [100]
    start, rise, fall, labels = chart.plots[0].series
    [values], places = exhibit.series.values(), []
    for base, up, down in zip(start.values, rise.values, fall.values, strict=True):
        assert up >= 0 >= down and not (base > 0 > down) and not (base < 0 < up), (
            "PowerPoint stacks both sides of zero apart"
        )
        places.append((base + down, base + up))
    assert places == [pytest.approx((min(span), max(span)), abs=1e-9) for span in exhibit.spans]
    ends = [0.0, *(end for _, end in exhibit.spans)]
    assert [begin for begin, _ in exhibit.spans[:-1]] == ends[:-2] and exhibit.spans[-1][0] == 0
    assert exhibit.spans[-1][1] == pytest.approx(ends[-2], abs=1e-9), "the steps sum to the whole"
    wanted = [charts.colour(THEME, role) for role in exhibit.roles]
    assert inks(rise, len(values)) == inks(fall, len(values)) == wanted and exhibit.roles[-1] == "total"
    assert [len(values_of(series, "c:spPr/a:noFill")) for series in (start, labels)] == [1, 1], "unseen"
    said = ["".join(label.xpath(".//a:t/text()")) for label in values_of(labels, "c:dLbls/c:dLbl")]
    assert said == [text.signed(t, value, exhibit.decimals) for value in values]


def test_the_parts_of_a_sum_have_their_colours_and_the_sum_at_their_end(bundle: Database) -> None:
    exhibit = leaf_of(bundle, "alike")
    chart = chart_of(slide_of(exhibit))
    *parts, total = chart.plots[0].series
    assert {series.name: ink(series) for series in parts} == {
        name: charts.colour(THEME, role) for name, role in zip(exhibit.series, exhibit.roles, strict=True)
    }
    assert total.values == pytest.approx([sum(whole) for whole in zip(*exhibit.series.values(), strict=True)])
    assert values_of(total, "c:spPr/a:noFill") != [] and values_of(total, "c:dLbls/c:dLblPos/@val") == ["inBase"]
    [most] = numbers(chart, "valAx/c:scaling/c:max")
    assert max(total.values) < most < 2 * max(total.values) and values_of(chart, ".//c:showDLblsOverMax/@val") == ["1"]


@pytest.mark.parametrize("language", settings.LANGUAGES)
@pytest.mark.parametrize("picture", LINES)
def test_lines_have_the_colours_and_dashes_of_their_roles_and_say_where_they_start(
    picture: str, language: str, bundle: Database
) -> None:
    exhibit = leaf_of(bundle, picture, language, **TARGETS)
    slide = slide_of(exhibit, language)
    chart = chart_of(slide)
    roles = dict(zip(exhibit.series, exhibit.roles, strict=True))
    dashes = dict(zip(exhibit.series, exhibit.dashes or map(charts.dash, exhibit.roles), strict=True))
    lines = {series.name: series for series in chart.plots[len(chart.plots) - 1].series}
    assert list(lines) == [name for name, role in roles.items() if role != "band"]
    for name, series in lines.items():
        assert series.values == exhibit.series[name]
        assert ink(series, "c:spPr/a:ln/a:solidFill/a:srgbClr/@val") == charts.line_colour(THEME, roles[name])
        assert ink(series, "c:marker/c:spPr/a:solidFill/a:srgbClr/@val") == charts.line_colour(THEME, roles[name])
        dash = {"solid": "solid", "dashed": "dash", "dotted": "sysDot"}[dashes[name]]
        assert values_of(series, "c:spPr/a:ln/a:prstDash/@val") == [dash]
    least, most = numbers(chart, "valAx/c:scaling/c:min", "valAx/c:scaling/c:max")
    drawn = [value for values in exhibit.series.values() for value in values if value is not None]
    assert (least, most) == pytest.approx(exhibit.ends) and least <= min(drawn) and most >= max(drawn)
    words = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    assert set(exhibit.series) <= set(words), "each line is named at its end"
    unit = subtitle(exhibit, Translator(language))
    assert any(line.startswith(unit) for line in words) and (unit != exhibit.unit) == (least > 0)


@pytest.mark.parametrize("picture", ["spread", "costs_ahead"])
def test_the_area_between_two_lines_is_native(picture: str, bundle: Database) -> None:
    exhibit = leaf_of(bundle, picture)
    chart = chart_of(slide_of(exhibit))
    low, high = (values for values, role in zip(exhibit.series.values(), exhibit.roles, strict=True) if role == "band")
    below, between = chart.plots[0].series
    assert below.values == low and [
        sum(both) for both in zip(below.values, between.values, strict=True)
    ] == pytest.approx(high)
    assert (
        values_of(chart, ".//c:areaChart/c:grouping/@val") == ["stacked"] and values_of(below, "c:spPr/a:noFill") != []
    )
    assert ink(between) == charts.colour(THEME, "band")


def test_points_of_a_scatter_have_the_colours_of_their_roles(bundle: Database) -> None:
    exhibit = leaf_of(bundle, "pair")
    roles = dict(zip(exhibit.categories, exhibit.roles, strict=True))
    found = {
        series.name: ink(series, "c:marker/c:spPr/a:solidFill/a:srgbClr/@val")
        for series in chart_of(slide_of(exhibit)).plots[0].series
        if series.name not in ("x", "y")
    }
    others = {exhibit.heads[1]: charts.colour(THEME, "other")}
    assert (
        found == others | {name: charts.colour(THEME, role) for name, role in roles.items() if role != "other"}
        and len(found) == 5
    )


def test_development_has_the_lines_of_the_page_and_no_other(bundle: Database) -> None:
    exhibit = leaf_of(bundle, "development")
    names = {figures.register(bundle)[code]["name_fi"] for code in (TAMPERE, *VIEW["kunnat"].split(","))}
    assert set(exhibit.series) == names | {Translator("fi")("chart.group_median")}
    assert exhibit.roles == ("chosen", "compared-1", "compared-2", "compared-3", "other", "other", "median")


# The steps of a difference

T, LABELS = Translator("en"), {f"s{n}": f"service {n}" for n in range(20)}


def difference(effects: list[tuple[float, float]]) -> Difference:
    return Difference(
        tuple(Effect(f"s{n}", age + unit_cost, 0.0, age, unit_cost) for n, (age, unit_cost) in enumerate(effects)),
        1000,
        5,
    )


@pytest.mark.parametrize("most", [None, 4, 14])
@pytest.mark.parametrize(
    "effects",
    [
        [(10.0, -40.0), (-30.0, 0.2), (0.1, -0.3), (0.0, 5.0)],
        [(float(n), -2.0 * n) for n in range(1, 20)],
        [(0.3, 0.1), (-0.2, 0.2)],
        [(0.0, 0.0)],
        [(0.0, 7.5)],
    ],
)
def test_the_steps_sum_to_the_difference_however_many_are_drawn(
    effects: list[tuple[float, float]], most: int | None
) -> None:
    gap = difference(effects)
    *steps, total = costs.steps(T, gap, LABELS, most)
    assert (
        sum(step.value for step in steps) == pytest.approx(total.value, abs=1e-9)
        and total.value == gap.municipality - gap.group
    )
    assert (total.name, total.role) == (T("why.total"), "total") and (most is None or len(steps) <= most)
    assert [step.role for step in steps] == sorted(step.role for step in steps), "first what comes of the age structure"
    for role, values in (("first", [age for age, _ in effects]), ("second", [unit_cost for _, unit_cost in effects])):
        drawn = [step for step in steps if step.role == role]
        assert sum(step.value for step in drawn) == pytest.approx(sum(values), abs=1e-9)
        together = [step for step in drawn if T("why.others") in step.name]
        assert together in ([], drawn[-1:]), "the others come last"
        alone = [abs(step.value) for step in drawn if step not in together]
        assert alone == sorted(alone, reverse=True) and all(size in map(abs, values) for size in alone), (
            "the largest first"
        )


def test_a_step_that_would_stand_alone_among_the_others_keeps_its_name() -> None:
    steps = costs.steps(T, difference([(10.0, 3.0), (0.2, 0.1)]), LABELS)
    assert [step.name for step in steps] == [
        "Age structure: service 0",
        "Age structure: service 1",
        "Unit cost: service 0",
        "Unit cost: service 1",
        "Difference in all",
    ]


def test_the_slide_of_many_services_folds_the_smallest_and_the_page_none(bundle: Database) -> None:
    exhibit = leaf_of(bundle, "dearer", mittari="operating_cost_per_resident")
    others = [name for name in exhibit.categories if Translator("fi")("why.others") in name]
    assert len(exhibit.categories) <= costs.MOST_STEPS + 1 and 1 <= len(others) <= 2


def test_a_total_starts_at_zero_wherever_it_stands() -> None:
    assert spans([5, -8, -3, 4], ["first", "second", "total", "first"]) == [(0, 5), (5, -3), (0, -3), (-3, 1)]


# The page and the slide


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[comparison.Drawing]:
    """The charts that a page draws from now on; nothing is taken from an earlier run of it, and nothing kept for a
    later one."""
    found: list[comparison.Drawing] = []
    monkeypatch.setattr(comparison, "show", found.append)
    monkeypatch.setattr(comparison, "cached_elements", lambda context, name, draw: draw())
    return found


def of_page(drawn: list[comparison.Drawing], page: str, language: str, **more: str) -> list[comparison.Drawing]:
    drawn.clear()
    page_at(page, kieli=language, **VIEW | more)
    return list(drawn)


def on_page(drawing: comparison.Drawing) -> dict[str, str]:
    """The colours of roles on the page."""
    [found, *_] = scales(drawing.spec)
    return found


def of_rows(drawing: comparison.Drawing, *fields: str) -> list[tuple[Any, ...]]:
    """Some fields of the rows of a chart, each combination once, in order."""
    return list(dict.fromkeys(drawing.data["rows"][list(fields)].itertuples(index=False, name=None)))


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_the_ranking_of_the_slide_is_that_of_the_page(language: str, drawn: list, bundle: Database) -> None:
    page, *_ = of_page(drawn, "comparison", language)
    exhibit = leaf_of(bundle, "ranking", language)
    assert of_rows(page, "name", "role", "value") == list(
        zip(exhibit.categories, exhibit.roles, *exhibit.series.values(), strict=True)
    )
    [group] = page.data["group"].to_dict("records")
    assert (group["median"], group["median_label"]) == (exhibit.reference.value, exhibit.reference.label)
    assert (group["q1"], group["q3"], group["band_label"]) == (exhibit.band.low, exhibit.band.high, exhibit.band.label)
    [bars] = chart_of(slide_of(exhibit, language)).plots[0].series
    assert inks(bars, len(exhibit.roles)) == [on_page(page)[role] for role in exhibit.roles]


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_the_lines_and_the_bridge_of_productivity_have_the_colours_of_the_page(
    language: str, drawn: list, bundle: Database
) -> None:
    parts, bridge, *_ = of_page(drawn, "productivity", language, mittari=reporting.PRODUCTIVITY)
    asked = {"mittari": reporting.PRODUCTIVITY}
    exhibit = leaf_of(bundle, "taken_apart", language, **asked)
    assert of_rows(parts, "name", "role", "dash") == list(
        zip(exhibit.series, exhibit.roles, exhibit.dashes, strict=True)
    )
    lines = chart_of(slide_of(exhibit, language)).plots[0].series
    assert [ink(line, "c:spPr/a:ln/a:solidFill/a:srgbClr/@val") for line in lines] == [
        on_page(parts)[role] for role in exhibit.roles
    ]
    fall = leaf_of(bundle, "bridge", language, **asked)
    assert of_rows(bridge, "name", "role", "start", "end") == [
        (name, role, *span) for name, role, span in zip(fall.categories, fall.roles, fall.spans, strict=True)
    ]
    same = dict(zip(exhibit.series, exhibit.roles, strict=True))
    assert all(same[name] == role for name, role in zip(fall.categories[:-1], fall.roles, strict=False)), (
        "a colour means one thing"
    )
    _, rise, *_ = chart_of(slide_of(fall, language)).plots[0].series
    assert inks(rise, 4) == [on_page(bridge)[role] for role in fall.roles]


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_the_waterfall_of_the_slide_is_that_of_the_page(language: str, drawn: list, bundle: Database) -> None:
    asked = {"mittari": reporting.CHILDREN}
    made_of, page = of_page(drawn, "costs", language, **asked)
    exhibit = leaf_of(bundle, "dearer", language, **asked)
    assert of_rows(page, "name", "role", "start", "end") == [
        (name, role, *span) for name, role, span in zip(exhibit.categories, exhibit.roles, exhibit.spans, strict=True)
    ]
    _, rise, *_ = chart_of(slide_of(exhibit, language)).plots[0].series
    assert inks(rise, len(exhibit.roles)) == [on_page(page)[role] for role in exhibit.roles]
    pairs = leaf_of(bundle, "composition", language, **asked)
    assert of_rows(made_of, "who", "role") == list(zip(pairs.series, pairs.roles, strict=True))
    assert list(dict.fromkeys(made_of.data["rows"]["name"])) == list(pairs.categories)
    assert [ink(bars) for bars in chart_of(slide_of(pairs, language)).plots[0].series] == [
        on_page(made_of)[role] for role in pairs.roles
    ]


def test_the_other_lines_of_the_pages_have_the_roles_of_their_slides(drawn: list, bundle: Database) -> None:
    for page, number, picture in (
        ("comparison", 1, "development"),
        ("national", 0, "sectors"),
        ("national", 1, "spread"),
        ("outlook", 0, "ages_ahead"),
        ("outlook", 1, "costs_ahead"),
    ):
        chart = of_page(drawn, page, "fi", **TARGETS)[number]
        exhibit = leaf_of(bundle, picture, "fi", **TARGETS)
        dashes = exhibit.dashes or tuple(map(charts.dash, exhibit.roles))
        lines = {
            name: (role, dash)
            for name, role, dash in zip(exhibit.series, exhibit.roles, dashes, strict=True)
            if role != "band"
        }
        assert set(of_rows(chart, "role", "dash")) == set(lines.values()), picture
        if picture != "costs_ahead":  # the page names the line by its services
            assert {name: tuple(drawn_) for name, *drawn_ in of_rows(chart, "name", "role", "dash")} == lines, picture
        edges = [values for values, role in zip(exhibit.series.values(), exhibit.roles, strict=True) if role == "band"]
        rows = chart.data["rows"].dropna(subset=["band_low"])
        assert edges == [pytest.approx(list(rows[side])) for side in ("band_low", "band_high") if len(rows)], picture


def test_points_and_parts_of_the_pages_have_the_roles_of_their_slides(drawn: list, bundle: Database) -> None:
    [points] = of_page(drawn, "effectiveness", "fi")
    pair = leaf_of(bundle, "pair")
    assert of_rows(points, "name", "role") == list(zip(pair.categories, pair.roles, strict=True))
    [parts] = of_page(drawn, "peers", "fi")
    alike, kinds = leaf_of(bundle, "alike"), parts.parameters["kinds"]
    assert [f"part-{kinds.index(name) + 1}" for name in alike.series] == list(alike.roles)
