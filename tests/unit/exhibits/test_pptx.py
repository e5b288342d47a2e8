"""Charts of slides: native, in three languages, with words for each and the colours of the page."""

from typing import Any

import pytest

from kuntamittari import settings
from kuntamittari.exhibits import costs, text
from kuntamittari.exhibits.exhibit import spans
from kuntamittari.exhibits.grammar import colours
from kuntamittari.exhibits.render.slides import bars as bars_of_slides
from kuntamittari.exhibits.render.slides import parts
from kuntamittari.i18n import Translator
from kuntamittari.query import figures
from kuntamittari.query.database import Database
from tests.support.exhibits import FALL, NEGATIVE, VIEW, exhibit_of, light
from tests.support.slides import (
    LABELS,
    THEME,
    T,
    chart_of,
    difference,
    ink,
    inks,
    numbers,
    shown_of,
    slide_of,
    values_of,
)

TAMPERE = "837"


# One grammar of charts: what a slide draws is what the page draws
BARS = ("ranking", "administration", "composition", "by_service", "dearer", "expected", "bridge")


@pytest.mark.parametrize("language", settings.LANGUAGES)
@pytest.mark.parametrize("picture", [*BARS, "negative", "made"])
def test_bars_start_at_zero_in_the_order_of_the_page(picture: str, language: str, bundle: Database) -> None:
    exhibit = {"negative": NEGATIVE, "made": FALL}.get(picture) or exhibit_of(
        bundle, picture, language, kuva="jarjestys"
    )
    exhibit, chart = shown_of(exhibit, language), chart_of(slide_of(exhibit, language))
    least, most = numbers(chart, "valAx/c:scaling/c:min", "valAx/c:scaling/c:max")
    reached = (
        [end for span in exhibit.spans for end in span]
        if exhibit.kind == "waterfall"
        else [value for values in exhibit.series.values() for value in values if value is not None]
    )
    reached += [end for ends in exhibit.intervals for end in ends or ()]
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
    exhibit = NEGATIVE if picture == "negative" else exhibit_of(bundle, picture, kuva="jarjestys")
    [bars] = chart_of(slide_of(exhibit)).plots[0].series
    exhibit = shown_of(exhibit)
    [figures_] = exhibit.series.values()
    assert bars.values == figures_
    known = [at for at, value in enumerate(figures_) if value is not None]
    for at in known:
        assert ink(bars, f"c:dPt[c:idx/@val='{at}']/c:spPr//a:srgbClr/@val") == colours.colour(THEME, exhibit.roles[at])
        [label] = values_of(bars, f"c:dLbls/c:dLbl[c:idx/@val='{at}']")
        assert label.xpath("c:dLblPos/@val") == ["inBase"] and label.xpath("c:showVal/@val") == ["1"]
        low, high = exhibit.ends
        ground = (
            colours.colour(THEME, exhibit.roles[at])
            if abs(figures_[at]) > bars_of_slides.LABEL * (high - low)
            else THEME.ground
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
    exhibit = NEGATIVE if picture == "negative" else exhibit_of(bundle, picture, language, kuva="jarjestys")
    slide, exhibit = slide_of(exhibit, language), shown_of(exhibit, language)
    shapes = {shape.name: shape for shape in slide.shapes}
    [frame] = [shape for shape in slide.shapes if shape.has_chart]
    band, median = shapes["Middle half"], shapes["Median"]
    layout = "plotArea/c:layout/c:manualLayout/c:"
    x, y, width, height = numbers(frame.chart, *(f"{layout}{part}" for part in "xywh"))
    assert values_of(frame.chart, ".//c:plotArea/c:layout/c:manualLayout/c:layoutTarget/@val") == ["inner"]
    least, most = numbers(frame.chart, "valAx/c:scaling/c:min", "valAx/c:scaling/c:max")

    def at(value: float) -> Any:
        across = frame.left + frame.width * (x + width * (value - least) / (most - least))
        return pytest.approx(across, abs=parts.PIXEL)

    assert (median.left, median.width) == (at(exhibit.reference.value), 0)
    assert (band.left, band.left + band.width) == (at(exhibit.band.low), at(exhibit.band.high))
    tall = pytest.approx((frame.top + frame.height * y, frame.height * height), abs=parts.PIXEL)
    assert (median.top, median.height) == tall and (band.top, band.height) == tall
    order = [shape.name for shape in slide.shapes]
    assert order.index("Middle half") < order.index(frame.name) < order.index("Median"), (
        "the band behind the bars, the line before them"
    )
    assert values_of(frame.chart, "c:spPr/a:noFill") != [], "or the band could not be seen"
    assert ink(band, "p:spPr/a:solidFill/a:srgbClr/@val") == colours.colour(THEME, "band")
    assert ink(median, "p:spPr/a:ln/a:solidFill/a:srgbClr/@val") == colours.colour(THEME, "reference")
    words = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    edges = [edge for shape in slide.shapes for edge in (shape.left, shape.left + shape.width)]
    assert min(edges) >= 0 and max(edges) <= parts.WIDTH
    for shape, mark in ((median, exhibit.reference), (band, exhibit.band)):
        assert shape._element.xpath(".//p:cNvPr/@descr") == [mark.label] and mark.label in words


@pytest.mark.parametrize("language", settings.LANGUAGES)
@pytest.mark.parametrize("picture", ["dearer", "bridge", "made"])
def test_a_waterfall_is_native_bars_that_begin_where_the_one_before_ended(
    picture: str, language: str, bundle: Database
) -> None:
    exhibit, t = FALL if picture == "made" else exhibit_of(bundle, picture, language), Translator(language)
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
    wanted = [colours.colour(THEME, role) for role in exhibit.roles]
    assert inks(rise, len(values)) == inks(fall, len(values)) == wanted and exhibit.roles[-1] == "total"
    assert [len(values_of(series, "c:spPr/a:noFill")) for series in (start, labels)] == [1, 1], "unseen"
    said = ["".join(label.xpath(".//a:t/text()")) for label in values_of(labels, "c:dLbls/c:dLbl")]
    assert said == [text.signed(t, value, exhibit.decimals) for value in values]


@pytest.mark.parametrize("picture", ["spread", "costs_ahead"])
def test_the_area_between_two_lines_is_native(picture: str, bundle: Database) -> None:
    exhibit = exhibit_of(bundle, picture)
    chart = chart_of(slide_of(exhibit))
    low, high = (values for values, role in zip(exhibit.series.values(), exhibit.roles, strict=True) if role == "band")
    below, between = chart.plots[0].series
    assert below.values == low and [
        sum(both) for both in zip(below.values, between.values, strict=True)
    ] == pytest.approx(high)
    assert (
        values_of(chart, ".//c:areaChart/c:grouping/@val") == ["stacked"] and values_of(below, "c:spPr/a:noFill") != []
    )
    assert ink(between) == colours.colour(THEME, "band")


def test_points_of_a_scatter_have_the_colours_of_their_roles(bundle: Database) -> None:
    exhibit = exhibit_of(bundle, "pair")
    roles = dict(zip(exhibit.categories, exhibit.roles, strict=True))
    found = {
        series.name: ink(series, "c:marker/c:spPr/a:solidFill/a:srgbClr/@val")
        for series in chart_of(slide_of(exhibit)).plots[0].series
        if series.name not in ("x", "y")
    }
    others = {exhibit.heads[1]: colours.line_colour(THEME, "other")}
    assert (
        found == others | {name: colours.colour(THEME, role) for name, role in roles.items() if role != "other"}
        and len(found) == 5
    )


def test_development_has_the_lines_of_the_page_and_no_other(bundle: Database) -> None:
    exhibit = exhibit_of(bundle, "development")
    names = {figures.register(bundle)[code]["name_fi"] for code in (TAMPERE, *VIEW["kunnat"].split(","))}
    assert set(exhibit.series) == names | {Translator("fi")("chart.group_median")}
    assert exhibit.roles == ("chosen", "compared-1", "compared-2", "compared-3", "other", "other", "reference")


# The steps of a difference


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
    exhibit = exhibit_of(bundle, "dearer", mittari="operating_cost_per_resident")
    others = [name for name in exhibit.categories if Translator("fi")("why.others") in name]
    assert len(exhibit.categories) <= costs.MOST_STEPS + 1 and 1 <= len(others) <= 2


def test_a_total_starts_at_zero_wherever_it_stands() -> None:
    assert spans([5, -8, -3, 4], ["part-1", "part-2", "total", "part-1"]) == [(0, 5), (5, -3), (0, -3), (-3, 1)]
