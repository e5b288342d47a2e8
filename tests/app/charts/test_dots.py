"""A group as dots on one axis on /vertailu: every member once, the chosen ones with their intervals."""

import pytest
from starlette.testclient import TestClient

from kuntamittari import settings
from kuntamittari.exhibits import comparison, page_context, selected_figures, text
from kuntamittari.i18n import Translator
from kuntamittari.query.database import Database
from kuntamittari.ui.pictures import dot_strip
from tests.support.markup import words
from tests.support.pages import TAMPERE, alts_of, opened, said

DOTS = TAMPERE | {"kuva": "pisteet", "kunnat": "049,091"}


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_the_page_says_what_the_dots_are(language: str) -> None:
    t, page = Translator(language), opened("comparison", kieli=language, **DOTS)
    assert not page.exception and words(t("dots.alt")) in words(alts_of(page)[0])
    assert t("chart.whisker") not in said(page), "the ranking is not drawn beside it"


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_every_member_is_a_dot_once_with_its_interval(language: str, bundle: Database) -> None:
    context = page_context.read({"kieli": language, **DOTS}, bundle)
    compared, exhibit = selected_figures.compared(context, context.indicator), comparison.dots(context)
    rows = dot_strip.drawing(context, exhibit, "").data["rows"]
    assert list(rows["name"]) == [context.name(row["municipality"]) for row in compared.rows] and len(rows) == 20
    assert list(rows["low"]) == [row["value_low"] for row in compared.rows]
    assert list(rows["high"]) == [row["value_high"] for row in compared.rows]
    assert list(rows["rank"]) == [text.rank(context.t, row) for row in compared.rows]


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_a_large_group_is_one_strip_on_which_the_chosen_have_a_lane_each(language: str, country: Database) -> None:
    context = page_context.read({"kieli": language, **DOTS, "ryhma": "all", "vuosi": "2018"}, country)
    compared, exhibit = selected_figures.compared(context, context.indicator), comparison.dots(context)
    drawing = dot_strip.drawing(context, exhibit, "")
    rows = drawing.data["rows"]
    known = [row for row in compared.rows if row["value"] is not None]
    assert sorted(rows["name"]) == sorted(context.name(row["municipality"]) for row in known) and len(rows) > 200
    own = rows[rows["lane"]].set_index("role")
    assert list(own["at"].sort_values().index) == ["chosen", "compared-1", "compared-2"]
    assert own["label"].str.len().gt(0).all() and own["low"].lt(own["value"]).all()
    others, foot = rows[~rows["lane"]], drawing.parameters["strip"]
    assert others["at"].between(0, foot).all() and own["at"].gt(foot).all()
    named = others[others["label"] != ""]
    assert sorted(named["value"]) == [others["value"].min(), others["value"].max()] and set(named["end"]) == {
        "low",
        "high",
    }


def test_the_summary_has_the_rank_of_the_page(bundle: Database, interface: TestClient) -> None:
    context = page_context.read({"kieli": "en", **DOTS}, bundle)
    row = selected_figures.compared(context, context.indicator).of("837")
    assert text.rank_words(context.t, row) == "Rank of the chosen municipality 6 (3–9) of 20."
    assert text.rank_words(context.t, None) == ""


@pytest.mark.parametrize(
    ("group", "usual"), [("all", "pisteet"), ("largest-20", "pisteet"), ("size-6", "pisteet"), ("similar", "pisteet")]
)
def test_more_than_eight_members_are_dots(group: str, usual: str, bundle: Database) -> None:
    context = page_context.read({"kieli": "fi", **TAMPERE, "ryhma": group}, bundle)
    known = [row for row in selected_figures.compared(context, context.indicator).rows if row["value"] is not None]
    assert comparison.usual_picture(context) == (usual if len(known) > comparison.MOST_BARS else "jarjestys")
    assert comparison.ranking(context).kind == ("dots" if len(known) > comparison.MOST_BARS else "bars")
