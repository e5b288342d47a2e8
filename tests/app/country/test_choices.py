"""What is shown in the place of a year or a group that was chosen, and which costs are judged nowhere."""

import pytest

from kuntamittari import settings
from kuntamittari.catalog import loader
from kuntamittari.exhibits import page_context, selected_figures
from kuntamittari.query import comparisons, figures
from kuntamittari.query.database import Database
from kuntamittari.query.figures import SIMILAR

OLDEST = "elderly_care_cost_per_75"  # of 2018 only
CHILDREN, ELDERLY, BASIC = (
    "children_services_cost_per_0_17",
    "elderly_services_cost_per_65",
    "basic_education_cost_per_7_15",
)
MANTYHARJU, UTSJOKI = "507", "890"


# the year


def test_a_year_before_the_first_figures_shows_the_newest_and_says_so(country: Database) -> None:
    context = page_context.read({"kunta": "837", "vuosi": "2010", "kieli": "en"}, country)
    assert (context.year, context.selection.year, context.notices) == (2019, 2010, ())
    assert context.year_words(context.year) == "newest figures 2019" and context.year_words(2010) == ""


def test_a_year_that_no_figure_is_of_is_still_told_of(country: Database) -> None:
    context = page_context.read({"kunta": "837", "vuosi": "1999", "kieli": "en"}, country)
    assert context.selection.year == 0 and context.notices == (context.t("notice.vuosi", value="1999", used="2019"),)


# the group


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_a_municipality_outside_the_chosen_group_gets_its_peers_and_a_rank(country: Database, language: str) -> None:
    context = page_context.read({"kunta": MANTYHARJU, "ryhma": "largest-20", "kieli": language}, country)
    assert context.outside and context.group_id == SIMILAR and context.selection.group_id == "largest-20"
    for indicator in (BASIC, CHILDREN, "unemployment_rate"):
        at = selected_figures.standing(context, context.catalogue[indicator])
        if at.value is not None:
            assert at.row is not None and at.row["rank"] is not None, indicator
            assert context.t("finding.not_member", name="Mäntyharju") not in selected_figures.sentence(context, at)
    assert context.selection.query()["ryhma"] == "largest-20", "the choice stays for the next municipality"
    assert not page_context.read({"kunta": "837", "ryhma": "largest-20"}, country).outside


@pytest.mark.parametrize("group", ["largest-20", "region-06", "size-6", "grouping-1", "wellbeing-08"])
def test_no_fixed_group_leaves_a_loaded_municipality_without_its_place(country: Database, group: str) -> None:
    context = page_context.read({"kunta": UTSJOKI, "ryhma": group}, country)
    assert UTSJOKI in context.members(context.group_of(context.indicator))


def test_peers_of_a_page_are_those_of_the_interface_in_the_year_shown(country: Database) -> None:
    """Those aged 75 or over of 2018 beside peers of 2018, though 2019 is chosen."""
    context = page_context.read({"kunta": MANTYHARJU, "ryhma": SIMILAR, "vuosi": "2019", "mittari": OLDEST}, country)
    assert context.year == 2018
    same = page_context.read({"kunta": MANTYHARJU, "ryhma": SIMILAR, "vuosi": "2018", "mittari": OLDEST}, country)
    assert context.group_of(context.indicator) == same.group_of(same.indicator)


# one place decides of words (docs/methods.md 5, 14)


def test_a_cost_at_or_under_zero_is_judged_nowhere(country: Database) -> None:
    """Riihimäki and Ylivieska 2019: the administration brings in more than it costs."""
    administration = loader.indicators()["administration_cost_per_resident"]
    assert administration.polarity == "neutral"
    costs = [i for i in figures.catalogue(country).values() if i.is_cost and i.polarity != "neutral"]
    for year in (2018, 2019):
        rows = comparisons.compare(country, administration, figures.Group("all"), year).rows
        assert all(row["judgement"] is None for row in rows)
        for indicator in costs:
            rows = comparisons.compare(country, indicator, figures.Group("all"), year).rows
            below = [row for row in rows if row["value"] is not None and row["value"] <= 0]
            assert all(row["judgement"] is None and row["unjudged"] for row in below), indicator.id
    by_code = {
        row["municipality"]: row["value"]
        for row in comparisons.compare(country, administration, figures.Group("all"), 2019).rows
    }
    assert (round(by_code["694"]), round(by_code["977"])) == (-251, -123)
