"""One grammar of charts: every picture, read back from each medium, shows what its exhibit says.

The same order, values, baseline, colour roles, reference and labels in the SVG of documents and of the stage, on the
native slide, in the figure of the PDF and in the workbook; no words are cut, meet others or are crossed by a line. What
pages draw is read back in tests/app/charts/test_grammar_of_pages.py, what users bring in
tests/app/uploads/test_grammar_of_uploads.py; how it is read, in tests/support/grammar/media.py.
"""

import sys
from functools import cache

import pytest

from kuntamittari.exhibits import page_context
from kuntamittari.exhibits.exhibit import Exhibit
from kuntamittari.exhibits.registry import PICTURES
from kuntamittari.query.database import Database
from kuntamittari.settings import LANGUAGES
from tests.support.grammar.media import WINDOWS, of_documents, of_pictures, of_sheets, of_slides

MORE = {"vuosi": "2018", "tavoite": "kaikki:1", "skenaario": "pohja:12.5,saasto:5,kerta:1"}
PLACES = {
    "Tampere, the 20 largest": {
        "kunta": "837",
        "ryhma": "largest-20",
        "mittari": "basic_education_cost_per_7_15",
        "kunnat": "179,564,091",
    },
    "Mikkeli, similar": {"kunta": "491", "ryhma": "similar", "mittari": "elderly_care_cost_per_65"},
    "Kotka, all": {"kunta": "285", "ryhma": "all", "mittari": "annual_margin_per_resident", "kunnat": "091"},
}
# the ranking where bars or the funnel are asked for, and the map of hexagons
MORE_NAMES = {
    "ranked bars": ("ranking", {"kuva": "jarjestys"}),
    "funnel": ("ranking", {"kuva": "suppilo"}),
    "hexagons": ("map", {"kartta": "kuusikulmiot"}),
}
NAMES = (*PICTURES, *MORE_NAMES)
EVERY_WINDOW = "Tampere, the 20 largest"  # the other places are drawn at one width alone, and in one more language
OTHER_WINDOWS = {"Mikkeli, similar": (WINDOWS[1],), "Kotka, all": (WINDOWS[3],)}
LANGUAGE = dict(zip(PLACES, LANGUAGES, strict=True))


@cache
def exhibits(place: str, bundle: Database) -> dict[str, Exhibit]:
    found = {}
    for name in NAMES:
        picture, asked = MORE_NAMES.get(name, (name, {}))
        context = page_context.read(PLACES[place] | {"kieli": LANGUAGE[place]} | MORE | asked, bundle)
        if (exhibit := PICTURES[picture](context)) is not None:
            found[name] = exhibit
    return found


@pytest.mark.parametrize("place", PLACES)
def test_every_picture_shows_its_exhibit_at_every_width(place: str, bundle: Database) -> None:
    windows = WINDOWS if place == EVERY_WINDOW else OTHER_WINDOWS[place]
    number, faults = of_pictures(exhibits(place, bundle), LANGUAGE[place], windows)
    sys.stdout.write(f"{place}: {number} pictures" + "\n")
    assert faults == [] and number > 30


@pytest.mark.parametrize("place", PLACES)
def test_every_picture_of_a_document_has_its_words_uncut(place: str, bundle: Database) -> None:
    number, faults = of_documents(exhibits(place, bundle), LANGUAGE[place])
    sys.stdout.write(f"{place}: {number} pictures of documents" + "\n")
    assert faults == [] and number > 30


@pytest.mark.parametrize("place", PLACES)
def test_every_slide_shows_its_exhibit_in_at_least_20_points(place: str, bundle: Database) -> None:
    number, faults = of_slides(exhibits(place, bundle), LANGUAGE[place])
    sys.stdout.write(f"{place}: {number} slides" + "\n")
    assert faults == []


@pytest.mark.parametrize("place", PLACES)
def test_every_sheet_has_the_figures_of_its_exhibit_in_order(place: str, bundle: Database) -> None:
    number = of_sheets(exhibits(place, bundle), LANGUAGE[place])
    sys.stdout.write(f"{place}: {number} sheets" + "\n")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_has_at_most_twelve_words(language: str, bundle: Database) -> None:
    first = page_context.read(PLACES[EVERY_WINDOW] | {"kieli": language} | MORE, bundle)
    for indicator in first.catalogue.values():
        context = first.with_indicator(indicator.id)
        if (exhibit := PICTURES["ranking"](context)) is not None:
            assert len(exhibit.finding.split(" ")) <= 12, exhibit.finding
    for name, exhibit in exhibits(EVERY_WINDOW, bundle).items():
        assert len(exhibit.headline.split(" ")) <= 12, name


@pytest.mark.parametrize("name", ["answer_children", "ranking"])
def test_what_has_a_figure_as_it_organises_services_has_its_mark(name: str, bundle: Database) -> None:
    """Jyväskylä organises no upper secondary schools: the whole without them has a figure, and so a dot."""
    asked = {"kunta": "179", "ryhma": "largest-20", "vuosi": "2018", "mittari": "children_services_cost_per_0_17"}
    for picture, kind in ({}, "dots"), ({"kuva": "jarjestys"}, "bars"):
        context = page_context.read(asked | picture, bundle)
        exhibit = PICTURES[name](context)
        assert exhibit is not None and exhibit.series is not None and exhibit.kind == kind
        [values] = exhibit.series.values()
        [own] = [value for role, value in zip(exhibit.roles, values, strict=True) if role == "chosen"]
        assert own == pytest.approx(9102.97, abs=0.01) and None not in values
        assert "lukiokoulutus" in exhibit.note + exhibit.title
    other = PICTURES[name](page_context.read(asked | {"kunta": "837", "kunnat": "179"}, bundle))
    assert other is not None and "Jyväskylä" in other.note, "who has no figure of the whole is named below it"
