"""Charts as pictures: what is taken away shows what the page shows."""

import re
import struct
from typing import Any

import pandas as pd
import pytest

from kuntamittari.exhibits import charts, text
from kuntamittari.exhibits.exhibit import Exhibit
from kuntamittari.exhibits.grammar import colours
from kuntamittari.exhibits.render import png, svg
from kuntamittari.exhibits.render.svg import Canvas
from kuntamittari.i18n import Translator
from kuntamittari.query.database import Database
from kuntamittari.settings import LANGUAGES
from tests.support.exhibits import FALL, NEGATIVE, exhibit_of

BARS = {
    "rows": pd.DataFrame(
        [
            {
                "position": n,
                "name": name,
                "value": value,
                "label": str(value or ""),
                "reason": "" if value else "puuttuu",
                "role": role,
                "detail": "",
                "rank": "1/2",
                "tier": 0,
                "named": name,
                "least": 0,
            }
            for n, (name, value, role) in enumerate(
                [("Äänekoski", 10.0, "chosen"), ("Ylöjärvi", 20.0, "other"), ("Kemi", None, "other")], 1
            )
        ]
    ),
    "group": pd.DataFrame(
        [
            {
                "median": 15.0,
                "q1": 12.0,
                "q3": 18.0,
                "most": 20.0,
                "median_label": "mediaani 15",
                "band_label": "puolikas",
            }
        ]
    ),
}
PARAMETERS = {"least": 0, "most": 20, "count": 3, "thousands": " "}


def bars(language: str, theme: str, title: str = "Otsikko, 2018", source: str = "Lähde: Tilastokeskus") -> dict:
    """A picture of three municipalities, one without a figure."""
    inks = colours.THEMES[theme]
    spec = charts.bars(language, theme) | {
        "height": 90,
        "params": [{"name": n, "value": v} for n, v in PARAMETERS.items()],
    }
    return png.complete(spec, BARS, title, source, inks.text, inks.ground)


@pytest.mark.parametrize("theme", colours.THEMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_picture_holds_the_title_the_source_the_names_and_the_values(language: str, theme: str) -> None:
    drawn = png.svg(bars(language, theme)).decode()
    texts = re.findall(r"<text[^>]*>([^<]+)</text>", drawn)
    for wanted in (
        "Otsikko, 2018",
        "Lähde: Tilastokeskus",
        "Äänekoski",
        "Ylöjärvi",
        "Kemi",
        "10.0",
        "20.0",
        "puuttuu",
        "mediaani 15",
    ):
        assert wanted in texts
    assert colours.THEMES[theme].ground in drawn


def size(drawn: bytes) -> tuple[int, int]:
    """Width and height of a PNG in pixels."""
    assert drawn[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", drawn[16:24])
    return width, height


def test_a_png_is_as_wide_as_a_slide_however_long_its_words_are() -> None:
    width, height = size(png.png(bars("fi", "light")))
    assert width >= png.WIDTH * png.SCALE
    long = size(
        png.png(
            bars("fi", "light", "Kuntien välinen vertailu " * 12, "Tilastokeskus, Kuntien talous ja toiminta " * 12)
        )
    )
    assert long[0] == width and long[1] > height


# Pictures of leaves: documents, full screen
THEME = colours.THEMES["light"]


def drawing(exhibit: Exhibit, language: str = "fi", theme: str = "light") -> str:
    canvas = Canvas(language, theme, 20, width=1200, height=700)
    return png.svg(svg.picture(exhibit, svg.fitted(exhibit, canvas))).decode()


def marks(drawn: str, kind: str) -> list[dict[str, str]]:
    """The attributes of the marks of a kind, in order; those of its words among them."""
    tags = re.findall(
        rf'<(?:path|line|text) aria-label="([^"]*)"[^>]*aria-roledescription="{kind}"([^>]*)>([^<]*)', drawn
    )
    about = [dict(part.split(": ", 1) for part in label.split("; ") if ": " in part) for label, *_ in tags]
    return [
        a | dict(re.findall(r'([a-z-]+)="([^"]*)"', rest)) | {"words": words}
        for a, (_, rest, words) in zip(about, tags, strict=True)
    ]


def span(mark: dict[str, str]) -> tuple[float, float]:
    """Where a bar or band begins and ends, in pixels."""
    found = re.match(r"M([-\d.]+),[-\d.]+h([-\d.]+)", mark["d"])
    assert found
    return float(found[1]), float(found[1]) + float(found[2])


def at(mark: dict[str, str]) -> float:
    """Where a rule stands."""
    found = re.match(r"translate\(([-\d.]+)", mark["transform"])
    assert found
    return float(found[1])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_ranking_has_the_bars_of_the_page_from_zero_with_median_and_middle_half(
    language: str, bundle: Database
) -> None:
    exhibit, t = exhibit_of(bundle, "ranking", language, kuva="jarjestys"), Translator(language)
    drawn = drawing(exhibit, language)
    bars, [values] = marks(drawn, "bar"), exhibit.series.values()
    assert [bar["name"] for bar in bars] == list(exhibit.categories) and len(bars) == 20
    assert [bar["fill"] for bar in bars] == [colours.colour(THEME, role) for role in exhibit.roles]
    assert set(exhibit.roles) == {"chosen", "compared-1", "compared-2", "compared-3", "other"}
    zero, scale = span(bars[0])[0], (span(bars[0])[1] - span(bars[0])[0]) / values[0]
    assert all(
        span(bar) == pytest.approx((zero, zero + scale * value)) for bar, value in zip(bars, values, strict=True)
    )
    [band], [median] = marks(drawn, "rect mark"), [rule for rule in marks(drawn, "rule mark") if "value" in rule]
    assert span(band) == pytest.approx((zero + scale * exhibit.band.low, zero + scale * exhibit.band.high))
    assert at(median) == pytest.approx(zero + scale * exhibit.reference.value)
    assert (band["fill"], median["stroke"]) == (colours.colour(THEME, "band"), colours.colour(THEME, "reference"))
    words = [mark["words"] for mark in marks(drawn, "text mark")]
    assert (
        exhibit.reference.label in words
        and exhibit.band.label in words
        and {t.number(value) for value in values} <= set(words)
    )


@pytest.mark.parametrize("theme", colours.THEMES)
def test_negative_bars_go_left_of_zero_and_a_row_without_a_figure_stays_open(theme: str) -> None:
    drawn = drawing(NEGATIVE, theme=theme)
    bars = marks(drawn, "bar")
    below, nothing, above = (span(bar) for bar in bars[:3])
    assert below[1] == nothing[0] == nothing[1] == above[0] and below[1] - below[0] == pytest.approx(
        (above[1] - above[0]) / 3
    )
    assert [bar["name"] for bar in bars] == list(NEGATIVE.categories[:3]), "no bar where there is no figure"
    [hollow] = marks(drawn, "point")
    assert at(hollow) == pytest.approx(above[0] + svg.MARGIN) and "fill" not in hollow
    words = [mark["words"] for mark in marks(drawn, "text mark")]
    assert {Translator("fi").number(-4), "0", "12", "Jyväskylä", "ei lukua"} <= set(words) and words.count("0") == 1, (
        "and the reason where its bar would be"
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("picture", ["dearer", "bridge", "made"])
def test_each_step_of_a_waterfall_begins_where_the_one_before_ended(
    picture: str, language: str, bundle: Database
) -> None:
    exhibit, t = FALL if picture == "made" else exhibit_of(bundle, picture, language), Translator(language)
    drawn, [values] = drawing(exhibit, language), exhibit.series.values()
    bars, [zero] = marks(drawn, "bar"), [at(rule) for rule in marks(drawn, "rule mark")]
    assert [re.sub(r"&#xA;|\s", "", bar["name"]) for bar in bars] == [
        re.sub(r"\s", "", name) for name in exhibit.categories
    ]
    assert [bar["fill"] for bar in bars] == [colours.colour(THEME, role) for role in exhibit.roles] and exhibit.roles[
        -1
    ] == "total"
    scale = (span(bars[-1])[1] - span(bars[-1])[0]) / abs(values[-1])
    end = zero
    for bar, value in zip(bars[:-1], values[:-1], strict=True):
        assert span(bar) == pytest.approx(tuple(sorted((end, end + scale * value))), abs=1e-3)
        end += scale * value
    assert span(bars[-1]) == pytest.approx(tuple(sorted((zero, end))), abs=1e-3), "the steps sum to the whole"
    labels = [mark["words"] for mark in marks(drawn, "text mark")]
    assert labels[: len(values)] == [text.signed(t, value, exhibit.decimals) for value in values]


@pytest.mark.parametrize("picture", ["development", "taken_apart", "sectors", "spread", "ages_ahead", "costs_ahead"])
def test_lines_have_the_colours_and_dashes_of_their_roles(picture: str, bundle: Database) -> None:
    exhibit = exhibit_of(bundle, picture, tavoite="kaikki:1")
    drawn = drawing(exhibit)
    found = {line["series"]: (line["stroke"], line["stroke-dasharray"]) for line in marks(drawn, "line mark")}
    dashes = exhibit.dashes or [charts.dash(role) for role in exhibit.roles]
    wanted = {
        name: (colours.line_colour(THEME, role), ",".join(map(str, charts.DASHES[dash])))
        for name, role, dash in zip(exhibit.series, exhibit.roles, dashes, strict=True)
        if role != "band"
    }
    assert found == wanted
    areas = marks(drawn, "area mark")
    assert [area["fill"] for area in areas] == [colours.colour(THEME, "band")] * (exhibit.roles.count("band") // 2)
    words = re.sub(r"\s", "", "".join(re.findall(r">([^<>]+)<", drawn)))
    assert all(re.sub(r"\s", "", name) in words for name in exhibit.series), "each is named at its end"


def test_points_have_the_colours_of_their_roles(bundle: Database) -> None:
    exhibit = exhibit_of(bundle, "pair")
    found: dict[str, Any] = {point["fill"] for point in marks(drawing(exhibit), "point")}
    assert found == {colours.line_colour(THEME, role) for role in colours.ROLES}
