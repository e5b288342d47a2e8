"""Exhibits drawn as SVG by ourselves: the exhibit's figures, in its order, and no word that is cut or meets another."""

import math
import re
from dataclasses import replace

import pytest

from kuntamittari import settings
from kuntamittari.exhibits import page_context, registry, vector
from kuntamittari.exhibits.exhibit import Band, Exhibit, Reference
from kuntamittari.exhibits.vector import sheet
from kuntamittari.i18n import Translator
from kuntamittari.query.database import Database
from tests.support.grammar.svg_read import Box, Picture
from tests.support.grammar.svg_read import read_words as read

RULE = re.compile(r'class="l-(?:quiet|reference)" stroke-width="[\d.]+" d="M([\d.]+),([\d.]+)l0,([\d.]+)"')
WIDTHS = (358, 704, 1152)
CITIES = (("837", {}), ("091", {"kunnat": "837,564,049"}), ("049", {"ryhma": "all", "kieli": "sv"}))


def with_rules(markup: str, kind: str) -> Picture:
    """Return the words of a picture with their boxes, and of bars the upright lines."""
    rules = [
        Box("", float(x) - 1, float(y), float(x) + 1, float(y) + float(down))
        for x, y, down in RULE.findall(markup)
        if kind in ("bars", "pairs", "waterfall")
    ]
    return replace(read(markup), rules=rules)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", registry.OF_PAGE)
def test_no_word_of_a_picture_is_cut_or_meets_another(bundle: Database, path: str, width: int) -> None:
    for city, more in CITIES:
        context = page_context.read({"kunta": city} | more, bundle)
        for exhibit in registry.of_page(context, path):
            if exhibit.kind != "table":
                drawn = vector.picture(exhibit, context.t, width)
                assert math.isfinite(drawn.height) and drawn.height > 40
                assert with_rules(drawn.markup(), exhibit.kind).faults() == [], (path, city, exhibit.kind)


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_a_picture_has_the_figures_and_names_of_its_exhibit_in_order(bundle: Database, language: str) -> None:
    context = page_context.read({"kunta": "837", "kieli": language}, bundle)
    [exhibit] = [one for one in registry.of_page(context, "vertailu") if one.kind == "dots"]
    assert exhibit.series is not None
    [values] = exhibit.series.values()
    for width in WIDTHS:
        words = [
            box.words
            for box in sorted(read(vector.picture(exhibit, context.t, width).markup()).words, key=lambda b: b.top)
        ]
        assert [word for word in words if word in exhibit.categories] == list(exhibit.categories)
        figures = [context.t.number(value, exhibit.decimals) for value in values if value is not None]
        assert [word for word in words if word in figures] == figures
        assert exhibit.reference and exhibit.reference.label in words and exhibit.band and exhibit.band.label in words


def bars(values: tuple[float | None, ...]) -> Exhibit:
    names = tuple(f"Kunta {number}" for number in range(len(values)))
    return Exhibit(
        "Kustannus",
        "bars",
        names,
        {"Kustannus": values},
        roles=("chosen", *("other",) * (len(values) - 1)),
        reference=Reference(4.0, "mediaani 4"),
        band=Band(3.0, 5.0, "puolet 3–5"),
    )


def test_bars_begin_at_zero_and_are_as_long_as_their_values() -> None:
    markup = vector.picture(bars((2.0, 4.0, 8.0)), Translator("fi"), 704).markup()
    drawn = re.findall(r'class="f-(chosen|other)" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', markup)
    lengths = [float(width) for _, _, width in drawn]
    assert len({x for _, x, _ in drawn}) == 1 and [role for role, *_ in drawn] == ["chosen", "other", "other"]
    assert lengths[1] == pytest.approx(2 * lengths[0], abs=0.3) and lengths[2] == pytest.approx(4 * lengths[0], abs=0.5)


def test_a_name_is_text_and_not_markup() -> None:
    exhibit = bars((1.0, 2.0))
    named = Exhibit("x", "bars", ("<b>&", "a"), exhibit.series, roles=exhibit.roles)
    markup = vector.picture(named, Translator("en"), 358).markup()
    assert "<b>" not in markup and read(markup).words[0].words == "<b>&"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_class_of_a_picture_has_its_colour(bundle: Database, theme: str) -> None:
    style, context = sheet.style(theme), page_context.read({"kunta": "837", "kunnat": "091,564"}, bundle)
    for path in registry.OF_PAGE:
        for exhibit in registry.of_page(context, path):
            if exhibit.kind != "table":
                classes = set(re.findall(r'class="([^"]+)"', vector.picture(exhibit, context.t, 704).markup()))
                names = {one for group in classes for one in group.split()} - {"b"}
                lacking = {one for one in names if not re.search(rf"\.{re.escape(one)}[ ,{{]", style)}
                assert lacking == set(), path
