"""Total productivity over the education services on /tuottavuus and /valtakunta, in three languages."""

import pytest

from kuntamittari import settings
from kuntamittari.i18n import Translator
from kuntamittari.query import figures, productivity
from kuntamittari.query.database import Database
from tests.support.markup import words
from tests.support.pages import TAMPERE, opened, written

JYVASKYLA = "179"


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_the_page_says_the_total_of_the_municipality_and_of_the_mainland(language: str) -> None:
    t, page = Translator(language), opened("productivity", kieli=language, **TAMPERE | {"vuosi": "2019"})
    told = words(" ".join(written(page)))
    mainland = {"fi": "Manner-Suomi", "sv": "Fasta Finland", "en": "Mainland Finland"}[language]
    for name, index in (("Tammerfors" if language == "sv" else "Tampere", 96.5), (mainland, 92.9)):
        opening = t("total.sentence", name=name, index=t.number(index, 1), year=2019, base=2016, output="", input="")
        assert words(opening).partition(":")[0] in told and words(t.number(index, 1)) in told
    assert words(t("total.laspeyres", index=t.number(96.7, 1))) in told


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_the_national_page_has_what_each_service_adds(language: str, bundle: Database) -> None:
    t, page = Translator(language), opened("national", kieli=language, **TAMPERE | {"vuosi": "2019"})
    [table] = [frame.value for frame in page.dataframe if t("total.both") in frame.value]
    found = productivity.over_services(bundle, figures.catalogue(bundle), "MA1", 2019)
    assert found and len(table) == 5
    effects = table[t("total.both")].tolist()
    assert sum(effects[:4]) == pytest.approx(effects[4])
    assert 100 * (found.total.outputs - found.total.inputs) == pytest.approx(effects[:4])


def test_what_is_not_organised_is_left_out_and_said() -> None:
    t = Translator("en")
    told = words(" ".join(written(opened("productivity", kieli="en", **TAMPERE | {"kunta": JYVASKYLA}))))
    assert t("total.left_out", services="upper secondary schools") in told


def test_a_municipality_that_is_not_loaded_has_none() -> None:
    told = words(" ".join(written(opened("productivity", kieli="en", **TAMPERE | {"kunta": "061"}))))
    assert Translator("en")("total.none", name="Forssa") in told
