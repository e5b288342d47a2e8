"""Where there is nothing to show, every page says so in a sentence and offers the way on; none falls."""

import pytest

from kuntamittari import settings
from kuntamittari.i18n import Translator
from tests.support.pages import AWAITED, opened, said

PAGES = ("overview", "card", "comparison", "costs", "map", "indicators", "framework", "effectiveness")
# pages that show other indicators where the one of the address is none of theirs
OWN_CHOICE = ("overview", "costs", "effectiveness")
FORSSA = {"kunta": "061", "vuosi": "2018"}  # a municipality that the bundle does not hold


def missing(language: str) -> list[str]:
    """Every sentence that says that a figure is missing, and why."""
    t = Translator(language)
    reasons = ("not_loaded", "no_data", "no_year", "not_reported", "no_population")
    return [t(f"missing.{reason}") for reason in reasons]


@pytest.mark.parametrize("language", settings.LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    "query",
    [
        pytest.param(FORSSA, id="a municipality outside the bundle"),
        pytest.param(FORSSA | {"ryhma": "own"}, id="an own group of one without figures"),
        pytest.param({"kunta": "837", "mittari": AWAITED}, id="an indicator without data"),
    ],
)
def test_a_page_without_a_figure_says_why(query: dict[str, str], page: str, language: str) -> None:
    shown = opened(page, kieli=language, **query)
    tables = " ".join(block.proto.body for block in shown.get("html"))
    text = said(shown) + tables
    if page in OWN_CHOICE and "mittari" in query:
        assert "9" in text
        return
    assert any(sentence in text for sentence in missing(language))
    assert "target='_self'" in tables or any("km-way" in block.value for block in shown.markdown), "a way on"


@pytest.mark.parametrize("page", PAGES)
def test_a_year_without_figures_stays_chosen_and_the_newest_is_shown(page: str) -> None:
    # the answers of the overview have figures of their own, none of them of before 2015
    asked, newest = (2014, 2019) if page == "overview" else (2019, 2018)
    shown = opened(page, kieli="en", kunta="837", mittari="elderly_care_cost_per_75", vuosi=str(asked), kaikki="1")
    assert not shown.warning and shown.selectbox(key="choose-year").value == asked
    assert f"newest figures {newest}" in said(shown) + " ".join(block.proto.body for block in shown.get("html"))


@pytest.mark.parametrize("page", PAGES)
def test_an_own_group_of_one_is_shown_without_a_judgement(page: str) -> None:
    text = said(opened(page, kieli="en", kunta="837", vuosi="2018", ryhma="own"))
    assert "In its group" not in text
