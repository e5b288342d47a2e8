"""The funnel on /vertailu: chosen in the address, said in words and as a table, in three languages."""

import pytest

from kuntamittari import settings
from kuntamittari.i18n import Translator
from tests.support.markup import words
from tests.support.pages import TAMPERE, alts_of, opened, said, written

FUNNEL = TAMPERE | {"kuva": "suppilo"}


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_the_funnel_says_where_the_municipality_is_and_has_its_table(language: str) -> None:
    t, page = Translator(language), opened("comparison", kieli=language, **FUNNEL)
    told = words(" ".join(written(page)))
    name = "Tammerfors" if language == "sv" else "Tampere"
    sentence = t("funnel.usual", name=name)
    assert words(sentence) in told and sentence in alts_of(page)[0]
    [table] = [frame.value for frame in page.dataframe if t("funnel.residents") in frame.value]
    assert len(table) == 20 and t("funnel.z_inside") in set(table[t("funnel.zone")])
    assert name in set(table[t("chart.municipality")]) and table[t("funnel.residents")].is_monotonic_decreasing
    assert t("chart.whisker") not in told, "the ranking is not drawn beside it"


def test_a_choice_of_the_funnel_goes_into_the_address_and_back() -> None:
    page = opened("comparison", kieli="en", **TAMPERE)
    page.radio(key="comparison-shape").set_value("suppilo").run()
    assert page.query_params["kuva"] == "suppilo"
    page.radio(key="comparison-shape").set_value("pisteet").run()
    assert "kuva" not in page.query_params and Translator("en")("dots.reading_rows") in said(page)


def test_an_indicator_whose_noise_is_not_known_says_so() -> None:
    page = opened("comparison", kieli="en", **FUNNEL | {"mittari": "elderly_care_cost_per_75"})
    assert Translator("en")("funnel.none", least=8) in [box.value for box in page.info]
