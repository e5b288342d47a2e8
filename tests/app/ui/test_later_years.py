"""Costs after the last statistics: pages say that the State Treasury's figures are not loaded, and how they are."""

import json
import shutil
from pathlib import Path

import pytest

from kuntamittari import settings
from kuntamittari.catalog import loader, provenance
from kuntamittari.i18n import Translator
from kuntamittari.query.snapshot import MANIFEST
from tests.support.markup import words
from tests.support.pages import TAMPERE, opened, written

PAGES = ("costs", "comparison", "productivity", "national", "card", "framework")
SERVICES = ["KKTPP", "TOTT", "KKOTR"]
GROUP_LOANS = "group_loans_per_resident"


@pytest.fixture
def with_services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Data whose manifest names the packages by service too, as an update that found none of their figures writes."""
    folder = tmp_path / "data"
    shutil.copytree(settings.ROOT / "data", folder)
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    manifest["packages"] += SERVICES
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    monkeypatch.setenv("KUNTAMITTARI_DATA", str(folder))


def sentence(language: str) -> str:
    return words(Translator(language)("finding.not_loaded", year=2021))


def told(path: str, language: str, **query: str) -> str:
    return words(" ".join(written(opened(path, kieli=language, **TAMPERE | query))))


@pytest.mark.parametrize("language", settings.LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_costs_says_how_later_years_come(path: str, language: str) -> None:
    assert told(path, language).count(sentence(language)) == 1


@pytest.mark.parametrize("path", PAGES)
def test_no_page_says_so_of_data_that_have_the_packages(path: str, with_services: None) -> None:
    assert sentence("en") not in told(path, "en")


def test_loans_of_the_group_say_so_and_an_outcome_does_not() -> None:
    assert sentence("en") in told("comparison", "en", mittari=GROUP_LOANS)
    assert sentence("en") not in told("comparison", "en", mittari="child_low_income")


def test_the_first_year_is_told_of_an_indicator_that_goes_on_and_of_no_other() -> None:
    bare = {"packages": ["KKNR"]}
    catalogue = loader.indicators()
    goes_on = {i.id for i in catalogue.values() if i.not_loaded_from(bare) == 2021}
    assert {"basic_education_cost_per_7_15", "basic_education_productivity", GROUP_LOANS} <= goes_on
    assert "operating_cost_per_resident" not in goes_on
    every = {"packages": [*provenance.packages(bare), *SERVICES]}
    assert not [i.id for i in catalogue.values() if i.not_loaded_from(every) is not None]
