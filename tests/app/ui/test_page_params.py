"""What a page alone asks for stands in its address too: any view can be linked, and a bad part is named."""

from typing import Any

import pytest

from kuntamittari import settings
from kuntamittari.exhibits import query_state
from kuntamittari.i18n import Translator
from kuntamittari.ui.layout import SECTION
from kuntamittari.ui.parts import presentation
from kuntamittari.ui.reference import knowledge_bank
from kuntamittari.ui.uploads import assessment, survey
from tests.support.markup import words
from tests.support.pages import TAMPERE, opened, ways

# page → widget (kind and key), a value, how it stands in the address
CHOICES: dict[str, tuple[str, str, str, Any, str, str]] = {
    "costs in euros": ("costs", "radio", "costs-measure", "eur", "luku", "eur"),
    "gaps in euros": ("costs", "radio", "costs-view", "erot", "kuva", "erot"),
    "the ranked bars": ("comparison", "radio", "comparison-shape", "jarjestys", "kuva", "jarjestys"),
    "the funnel": ("comparison", "radio", "comparison-shape", "suppilo", "kuva", "suppilo"),
    "every indicator of the card": ("card", "toggle", "card-everything", True, "kaikki", "1"),
    "the group on the card": ("card", "toggle", "card-group", True, "konserni", "1"),
    "hexagons": ("map", "radio", "map-shape", False, "kartta", "kuusikulmiot"),
    "an age group": ("outlook", "selectbox", "outlook-ages", (7, 15), "ika", "7-15"),
    "one service": (
        "outlook",
        "selectbox",
        "outlook-service",
        "basic_education_cost_per_7_15",
        "palvelu",
        "basic_education_cost_per_7_15",
    ),
    "a wider fan": ("outlook", "select_slider", "outlook-spread", 1.5, "haarukka", "1.5"),
    "no fan": ("outlook", "select_slider", "outlook-spread", 0.0, "haarukka", "0"),
    "the median's unit cost": ("outlook", "toggle", "outlook-median", True, "hinta", "mediaani"),
    "by working age": ("outlook", "toggle", "outlook-per", True, "kohden", "tyoikainen"),
    "a sector's movers": ("national", "selectbox", "movers-sector", "social_health", "sektori", "sote"),
    "two costs": (
        "productivity",
        "multiselect",
        "frontier-costs",
        ["library_cost_per_resident"],
        "panokset",
        "library_cost_per_resident",
    ),
    "an outcome": (
        "productivity",
        "selectbox",
        "frontier-outcome",
        "tertiary_education_share",
        "tulos",
        "tertiary_education_share",
    ),
    "another municipality": ("peers", "selectbox", "peers-other", "091", "toinen", "091"),
}


def widget(page: Any, kind: str, key: str) -> Any:
    return getattr(page, kind)(key=key)


@pytest.mark.parametrize(("page", "kind", "key", "value", "part", "code"), CHOICES.values(), ids=CHOICES)
def test_a_choice_goes_into_the_address_and_comes_from_it(
    page: str, kind: str, key: str, value: Any, part: str, code: str
) -> None:
    shown = opened(page, kieli="en", **TAMPERE)
    usual = widget(shown, kind, key).value
    assert usual != value and part not in shown.query_params
    widget(shown, kind, key).set_value(value).run()
    assert not shown.exception and shown.query_params[part] == code and widget(shown, kind, key).value == value
    linked = opened(page, kieli="sv", **TAMPERE, **{part: code})
    assert not linked.warning and widget(linked, kind, key).value == value
    widget(linked, kind, key).set_value(usual).run()
    assert part not in linked.query_params, "what is usual needs no words"


@pytest.mark.parametrize("language", settings.LANGUAGES)
@pytest.mark.parametrize(
    ("page", "part"), [("costs", "luku"), ("outlook", "ika"), ("productivity", "panokset"), ("map", "kartta")]
)
def test_a_part_that_is_none_is_named_and_the_usual_is_shown(page: str, part: str, language: str) -> None:
    shown = opened(page, kieli=language, **TAMPERE, **{part: "<b>x"})
    [notice] = shown.warning
    assert words(notice.value).endswith(Translator(language)("notice.page_param", name=part, value="<b>x"))


def test_the_choices_of_a_page_do_not_go_along_to_another() -> None:
    shown = opened("costs", kieli="en", luku="eur", **TAMPERE)
    onward = [way for way in ways(shown) if way.page != "kustannukset"]
    assert onward and not [way for way in onward if "luku" in way.query]


# of the knowledge bank, tried in test_knowledge
# and of what a reader brings, tried in test_survey and test_assessment
BROUGHT = {survey.ROUND, survey.QUESTION, survey.DIVISION, assessment.YEAR}
SEARCHED = {
    knowledge_bank.SEARCH,
    knowledge_bank.THEME,
    knowledge_bank.KIND,
    knowledge_bank.MODEL,
    knowledge_bank.SERVICE,
    knowledge_bank.PLACE,
    knowledge_bank.YEAR,
    knowledge_bank.ENTRY,
}


def test_every_part_is_of_one_page_and_tried_here() -> None:
    assert {part for *_, part, _ in CHOICES.values()} | {presentation.SHOWN, SECTION} | SEARCHED | BROUGHT == set(
        query_state.PAGE_PARAMS
    )
    assert not set(query_state.PAGE_PARAMS) & set(query_state.PARAMETERS)
