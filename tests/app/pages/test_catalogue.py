"""The catalogue and the map: what an indicator means, how far it reaches, and where its values are high and low."""

import json
from typing import Any

import pytest
from shapely import union_all
from shapely.geometry import LineString, Polygon

from kuntamittari import settings
from kuntamittari.catalog import glossary, loader
from kuntamittari.i18n import Translator
from kuntamittari.query import figures
from kuntamittari.query.database import Database
from kuntamittari.ui.reference import catalogue
from tests.support.pages import AWAITED, opened, said

LANGUAGES = settings.LANGUAGES
BASIC = "basic_education_cost_per_7_15"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_tells_what_an_indicator_is_and_how_far_it_reaches(language: str) -> None:
    page, t = opened("indicators", kieli=language, mittari=BASIC), Translator(language)
    indicator = loader.indicators()[BASIC]
    for part in (indicator.definition, indicator.caveats, indicator.unit):
        assert part[language] in said(page)
    assert t("catalogue.direction") in said(page) and BASIC in said(page)
    assert page.dataframe[0].value.iloc[0].to_dict() == dict.fromkeys(["2015", "2016", "2017", "2018", "2019"], 20)
    assert any("create macro indicator_value" in block.value for block in page.code)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_indicator_without_figures_says_whom_to_ask_on_every_page(language: str) -> None:
    ask = loader.indicators()[AWAITED].awaited.ask[language]
    for name in ("indicators", "comparison", "map"):
        assert ask in said(opened(name, kieli=language, mittari=AWAITED)), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_cost_that_no_national_figure_vouches_for_is_called_experimental(language: str) -> None:
    t = Translator(language)
    note = f"{t('catalogue.experimental')}:** {t('catalogue.experimental_note')}"
    assert note in said(opened("indicators", kieli=language, mittari="upper_secondary_cost_per_student"))
    assert note not in said(opened("indicators", kieli=language, mittari="basic_education_cost_per_pupil"))


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("perusopetus", BASIC),
        ("GRUNDLAGGANDE", BASIC),
        ("lastensuojelun", "child_welfare_cost_per_0_17"),
        ("Aldre 75", "elderly_care_cost_per_75"),
        ("lainakanta", "loans_per_resident"),
        ("equity ratio", "equity_ratio"),
    ],
)
def test_a_search_knows_every_language_with_and_without_accents(query: str, first: str, bundle: Database) -> None:
    page = opened("indicators", kieli="fi")
    page.text_input(key="catalogue-query").set_value(query).run()
    words = catalogue.plain(query).split()
    ids = [
        i
        for i, indicator in loader.indicators().items()
        if all(word in catalogue.search_text(bundle, indicator) for word in words)
    ]
    assert first in ids and len(ids) < 20
    assert len(page.selectbox(key="choose-indicator_id").options) == len(ids)


def test_a_search_that_finds_nothing_says_so_and_keeps_the_page() -> None:
    page = opened("indicators", kieli="en")
    page.text_input(key="catalogue-query").set_value("zebra <b>").run()
    assert "No indicators for" in said(page) and not page.exception


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_map_has_its_legend_in_numbers_its_words_and_its_table(language: str) -> None:
    page, t = opened("map", kieli=language, mittari=BASIC, vuosi="2018"), Translator(language)
    [picture] = page.get("deck_gl_json_chart")
    assert t("map.alt", name=loader.indicators()[BASIC].name[language], year=2018, n=20) == picture.proto.alt
    assert f"{t.number(8020)}–{t.number(8420)} ({t('map.places', n=4)})".replace("\xa0", " ") in said(page)
    assert f"{t('grammar.not_loaded')} ({t('map.places', n=272)})" in said(page)
    assert t("map.question", name=loader.indicators()[BASIC].name[language]) in said(page)
    table = page.dataframe[0].value
    ranks = table.iloc[:, 0].dropna().tolist()
    assert len(table) == 292 and len(ranks) == 20 and ranks == sorted(ranks)
    assert table.iloc[0, 1] == ("Vanda" if language == "sv" else "Vantaa")


def layers(**query: str) -> dict[str, dict[str, Any]]:
    """Return the layers of the map by their ids."""
    [picture] = opened("map", kieli="fi", mittari=BASIC, vuosi="2018", **query).get("deck_gl_json_chart")
    return {layer["id"]: layer for layer in json.loads(picture.proto.json)["layers"]}


def test_the_map_is_of_borders_and_hatches_the_municipalities_that_are_not_loaded(bundle: Database) -> None:
    drawn, register = layers(kunta="837"), figures.register(bundle)
    shapes = [(part["code"], Polygon(part["polygon"])) for part in drawn["municipalities"]["data"]]
    assert len({code for code, _ in shapes}) == 292 and max(len(shape.exterior.coords) for _, shape in shapes) > 20
    loaded = union_all([shape for code, shape in shapes if register[code]["loaded"]])
    blank = union_all([shape for code, shape in shapes if not register[code]["loaded"]])
    hatching = union_all([LineString(line["path"]) for line in drawn["not-loaded"]["data"]])
    assert hatching.intersection(loaded).length < 0.02 * hatching.length, "but where coordinates are rounded"
    assert hatching.intersection(blank).length > 0.98 * hatching.length > 0


def test_the_map_names_the_chosen_and_the_largest_and_outlines_the_chosen_without_hiding_it() -> None:
    drawn = layers(kunta="698")
    names = [row["name"] for row in drawn["names"]["data"]]
    assert names[0] == "Rovaniemi" and "Helsinki" in names and 4 < len(names) <= 10
    for outline in ("chosen-5", "chosen-2.5"):
        assert drawn[outline]["filled"] is False and {part["code"] for part in drawn[outline]["data"]} == {"698"}
    assert "ring" not in drawn and layers(kunta="092")["ring"]["filled"] is False, "Vantaa is a few pixels wide"


def test_the_other_map_is_of_hexagons_of_equal_size() -> None:
    drawn = layers(kunta="837", kartta="kuusikulmiot")
    areas = {round(Polygon(part["polygon"]).area, 6) for part in drawn["municipalities"]["data"]}
    assert len(areas) == 1 and drawn["not-loaded"]["data"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_glossary_explains_the_words_of_the_field_in_every_language(language: str) -> None:
    entries = glossary.in_order(language)
    assert len(entries) > 20 and all(term and words.endswith(".") for term, words in entries)
    shown = said(opened("indicators", kieli=language))
    assert [term for term, _ in entries if term not in shown] == []
