"""Slides beside the interface and the pages: the same figures, colours and order."""

from typing import Any

import pandas as pd
import pytest
from pptx.enum.shapes import MSO_SHAPE_TYPE
from starlette.testclient import TestClient

from kuntamittari import settings
from kuntamittari.exhibits import charts, costs, reporting
from kuntamittari.exhibits.exhibit import subtitle
from kuntamittari.exhibits.grammar import colours
from kuntamittari.exhibits.render import pptx
from kuntamittari.exhibits.render.slides import many
from kuntamittari.i18n import Translator
from kuntamittari.query import figures
from kuntamittari.query.database import Database
from kuntamittari.ui.parts import comparison
from kuntamittari.web import api
from tests.support.exhibits import VIEW, exhibit_of, scales
from tests.support.pages import opened as page_at
from tests.support.slides import (
    LABELS,
    THEME,
    T,
    chart_of,
    difference,
    ink,
    inks,
    numbers,
    report_of,
    shown_of,
    slide_of,
    values_of,
)
from tests.support.slides import presentation as opened

CHARTS = ("bars", "dots", "pairs", "lines", "waterfall")


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(api.create())


def test_at_least_eight_charts_are_native_and_every_object_has_words(bundle: Database) -> None:
    report, deck = report_of(bundle), opened(bundle)
    every = [shape for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    charts = [shape for shape in every if shape.name not in (many.SCALES, many.TRENDS)]
    assert len(charts) >= 8 and len(charts) == sum(exhibit.kind in CHARTS for exhibit in report.exhibits)
    [card] = [exhibit for exhibit in report.exhibits if exhibit.kind == "spine"]
    parts = pptx.parts(card, Translator(report.language))
    assert [shape.name for shape in every].count(many.SCALES) == len(parts) > 0
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
    ranked = [exhibit for exhibit in report_of(bundle).exhibits if exhibit.kind == "dots"]
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


# One grammar of charts: what a slide draws is what the page draws
LINES = ("development", "taken_apart", "sectors", "spread", "ages_ahead", "every_age", "costs_ahead", "saving")
TARGETS = {"tavoite": "kaikki:1", "skenaario": "pohja:12.5,saasto:5,kerta:1"}


@pytest.mark.parametrize("language", settings.LANGUAGES)
@pytest.mark.parametrize("picture", LINES)
def test_lines_have_the_colours_and_dashes_of_their_roles_and_say_where_they_start(
    picture: str, language: str, bundle: Database
) -> None:
    exhibit = exhibit_of(bundle, picture, language, **TARGETS)
    slide = slide_of(exhibit, language)
    chart = chart_of(slide)
    roles = dict(zip(exhibit.series, exhibit.roles, strict=True))
    dashes = dict(zip(exhibit.series, exhibit.dashes or map(charts.dash, exhibit.roles), strict=True))
    lines = {series.name: series for series in chart.plots[len(chart.plots) - 1].series}
    assert list(lines) == [name for name, role in roles.items() if role != "band"]
    for name, series in lines.items():
        assert series.values == exhibit.series[name]
        assert ink(series, "c:spPr/a:ln/a:solidFill/a:srgbClr/@val") == colours.line_colour(THEME, roles[name])
        assert ink(series, "c:marker/c:spPr/a:solidFill/a:srgbClr/@val") == colours.line_colour(THEME, roles[name])
        dash = {"solid": "solid", "dashed": "dash", "dotted": "sysDot"}[dashes[name]]
        assert values_of(series, "c:spPr/a:ln/a:prstDash/@val") == [dash]
    least, most = numbers(chart, "valAx/c:scaling/c:min", "valAx/c:scaling/c:max")
    drawn = [value for values in exhibit.series.values() for value in values if value is not None]
    assert (least, most) == pytest.approx(exhibit.ends) and least <= min(drawn) and most >= max(drawn)
    words = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    assert set(exhibit.series) <= set(words), "each line is named at its end"
    unit = subtitle(exhibit, Translator(language))
    assert any(line.startswith(unit) for line in words) and (unit != exhibit.unit) == (least > 0)


# The steps of a difference


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
    for role, values in (("part-1", [age for age, _ in effects]), ("part-2", [unit_cost for _, unit_cost in effects])):
        drawn = [step for step in steps if step.role == role]
        assert sum(step.value for step in drawn) == pytest.approx(sum(values), abs=1e-9)
        together = [step for step in drawn if T("why.others") in step.name]
        assert together in ([], drawn[-1:]), "the others come last"
        alone = [abs(step.value) for step in drawn if step not in together]
        assert alone == sorted(alone, reverse=True) and all(size in map(abs, values) for size in alone), (
            "the largest first"
        )


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
@pytest.mark.parametrize("shape", ["pisteet", "jarjestys"])
def test_the_ranking_of_the_slide_is_that_of_the_page(shape: str, language: str, drawn: list, bundle: Database) -> None:
    page, *_ = of_page(drawn, "comparison", language, kuva=shape)
    exhibit = exhibit_of(bundle, "ranking", language, kuva=shape)
    wanted = list(zip(exhibit.categories, exhibit.roles, *exhibit.series.values(), strict=True))
    found = list(page.data["rows"][["name", "role", "value"]].itertuples(index=False, name=None))
    own = [row for row in wanted if row[1] != "other"]
    assert found == (wanted if shape == "pisteet" else [*own, ("", "other", 0.0), *wanted]), "own bars also on top"
    [group] = page.data["group"].to_dict("records")
    assert (group["median"], group["median_label"]) == (exhibit.reference.value, exhibit.reference.label)
    assert (group["q1"], group["q3"], group["band_label"]) == (exhibit.band.low, exhibit.band.high, exhibit.band.label)
    series = list(chart_of(slide_of(exhibit, language)).plots[0].series)
    if shape == "jarjestys":
        roles = shown_of(exhibit, language).roles
        assert inks(series[0], len(roles)) == [on_page(page)[role] for role in roles]
    else:
        marker = "c:marker/c:spPr/a:solidFill/a:srgbClr/@val"
        colours_of = {name: on_page(page)[role] for name, role, _ in own}
        assert {s.name: ink(s, marker) for s in series if s.name in colours_of} == colours_of


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_the_lines_and_the_bridge_of_productivity_have_the_colours_of_the_page(
    language: str, drawn: list, bundle: Database
) -> None:
    parts, bridge, *_ = of_page(drawn, "productivity", language, mittari=reporting.PRODUCTIVITY)
    asked = {"mittari": reporting.PRODUCTIVITY}
    exhibit = exhibit_of(bundle, "taken_apart", language, **asked)
    assert of_rows(parts, "name", "role", "dash") == list(
        zip(exhibit.series, exhibit.roles, exhibit.dashes, strict=True)
    )
    lines = chart_of(slide_of(exhibit, language)).plots[0].series
    assert [ink(line, "c:spPr/a:ln/a:solidFill/a:srgbClr/@val") for line in lines] == [
        on_page(parts)[role] for role in exhibit.roles
    ]
    fall = exhibit_of(bundle, "bridge", language, **asked)
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
    made_of, page, need = of_page(drawn, "costs", language, **asked)
    exhibit = exhibit_of(bundle, "dearer", language, **asked)
    assert of_rows(page, "name", "role", "start", "end") == [
        (name, role, *span) for name, role, span in zip(exhibit.categories, exhibit.roles, exhibit.spans, strict=True)
    ]
    _, rise, *_ = chart_of(slide_of(exhibit, language)).plots[0].series
    assert inks(rise, len(exhibit.roles)) == [on_page(page)[role] for role in exhibit.roles]
    expected = exhibit_of(bundle, "expected", language, **asked)
    assert of_rows(need, "name", "role", "start", "end") == [
        (name, role, *span)
        for name, role, span in zip(expected.categories, expected.roles, expected.spans, strict=True)
    ]
    pairs = exhibit_of(bundle, "composition", language, **asked)
    assert of_rows(made_of, "who", "role") == list(zip(pairs.series, pairs.roles, strict=True))
    assert list(dict.fromkeys(made_of.data["rows"]["name"])) == list(pairs.categories)
    assert [ink(bars) for bars in chart_of(slide_of(pairs, language)).plots[0].series] == [
        on_page(made_of)[role] for role in pairs.roles
    ]


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_the_gaps_of_the_slide_are_those_of_the_page(language: str, drawn: list, bundle: Database) -> None:
    [page] = of_page(drawn, "costs", language, kuva="erot")
    exhibit = exhibit_of(bundle, "gaps", language)
    [values] = exhibit.series.values()
    rows = [row for row in of_rows(page, "name", "role", "value") if row[2] == row[2]]  # a heading has no value
    assert [row[1:] for row in rows] == list(zip(exhibit.roles, values, strict=True))
    assert all(slide.startswith(name) for (name, *_), slide in zip(rows, exhibit.categories, strict=True))
    [bars] = chart_of(slide_of(exhibit, language)).plots[0].series
    roles = shown_of(exhibit, language).roles
    assert inks(bars, len(roles)) == [on_page(page)[role] for role in roles]


def test_the_other_lines_of_the_pages_have_the_roles_of_their_slides(drawn: list, bundle: Database) -> None:
    for page, number, picture in (
        ("comparison", 1, "development"),
        ("national", 0, "sectors"),
        ("national", 2, "spread"),
        ("outlook", 1, "ages_ahead"),
        ("outlook", 0, "costs_ahead"),
    ):
        chart = of_page(drawn, page, "fi", **TARGETS)[number]
        exhibit = exhibit_of(bundle, picture, "fi", **TARGETS)
        dashes = exhibit.dashes or tuple(map(charts.dash, exhibit.roles))
        lines = {
            name: (role, dash)
            for name, role, dash in zip(exhibit.series, exhibit.roles, dashes, strict=True)
            if role != "band"
        }
        rules = {row for row in of_rows(chart, "role", "dash") if pd.isna(row[0])}  # of breaks
        assert set(of_rows(chart, "role", "dash")) - rules == set(lines.values()), picture
        if picture != "costs_ahead":  # the page names the line by its services
            assert {name: tuple(drawn_) for name, *drawn_ in of_rows(chart, "name", "role", "dash")} == lines, picture
        edges = [values for values, role in zip(exhibit.series.values(), exhibit.roles, strict=True) if role == "band"]
        rows = chart.data["rows"].dropna(subset=["band_low"])
        rows = rows[rows["segment"] == rows["segment"].max()]  # a slide has the last stretch
        assert edges == [pytest.approx(list(rows[side])) for side in ("band_low", "band_high") if len(rows)], picture


def test_points_of_the_pages_have_the_roles_of_their_slides(drawn: list, bundle: Database) -> None:
    [points] = of_page(drawn, "effectiveness", "fi")
    pair = exhibit_of(bundle, "pair")
    assert of_rows(points, "name", "role") == list(zip(pair.categories, pair.roles, strict=True))
