"""publiccode.yml has what version 0.4 of its standard requires, and agrees with the citation, the licence and the
package. No validator is among the packages, so the rules stand here."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

import kuntamittari
from kuntamittari import settings

ROOT = settings.ROOT
STATUSES = {"concept", "development", "beta", "stable", "obsolete"}
TYPES = {
    *(f"standalone/{kind}" for kind in ("mobile", "iot", "desktop", "web", "backend", "other")),
    "addon",
    "library",
    "configurationFiles",
}
MAINTAINED_BY = {"internal", "contract", "community", "none"}
SHORT, LONG, FEATURES = (1, 150), (500, 10_000), (5, 20)  # characters, characters, number


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "publiccode.yml").read_text("utf-8"))


@pytest.fixture(scope="module")
def cited() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))


def within(bounds: tuple[int, int], number: int) -> bool:
    return bounds[0] <= number <= bounds[1]


def test_the_software_is_named_with_its_address_kind_and_status(described: dict[str, Any]) -> None:
    assert described["publiccodeYmlVersion"] == "0.4", "a string: YAML would read a bare 0.4 as a number"
    assert described["name"].strip()
    address = urlsplit(described["url"])
    assert address.scheme in ("http", "https") and address.netloc
    for words in (described["platforms"], described["categories"]):
        assert words and all(isinstance(word, str) and word for word in words) and len(set(words)) == len(words)
    assert described["developmentStatus"] in STATUSES
    assert described["softwareType"] in TYPES


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_a_description_is_as_long_as_the_standard_asks(language: str, described: dict[str, Any]) -> None:
    about = described["description"][language]
    assert about["localisedName"].strip()
    short = about["shortDescription"]
    assert within(SHORT, len(short)) and short == short.strip() and "\n" not in short
    assert within(LONG, len(about["longDescription"]))
    features = about["features"]
    assert within(FEATURES, len(features)) and all(isinstance(one, str) and one.strip() for one in features)
    assert len(features) == len(described["description"]["en"]["features"]), "the same features in every language"
    pictures: list[Path] = [ROOT / name for name in about["screenshots"]]
    assert pictures and all(picture.is_file() for picture in pictures)


def test_the_licence_is_that_of_the_citation_and_of_the_file(described: dict[str, Any], cited: dict[str, Any]) -> None:
    assert described["legal"]["license"] == cited["license"] == "MIT"
    assert (ROOT / "LICENSE").read_text("utf-8").startswith("MIT License")


def test_somebody_maintains_it(described: dict[str, Any]) -> None:
    maintenance = described["maintenance"]
    assert maintenance["type"] in MAINTAINED_BY
    if maintenance["type"] in ("internal", "community"):
        assert maintenance["contacts"] and all(contact["name"].strip() for contact in maintenance["contacts"])
    if maintenance["type"] == "contract":
        assert all(contractor["name"] and contractor["until"] for contractor in maintenance["contractors"])


def test_its_languages_are_those_of_the_service(described: dict[str, Any]) -> None:
    localisation = described["localisation"]
    assert isinstance(localisation["localisationReady"], bool)
    languages = localisation["availableLanguages"]
    assert len(languages) == len(set(languages))
    assert set(languages) == set(described["description"]) == set(settings.LANGUAGES)


def test_version_and_day_are_those_of_the_package_and_the_citation(
    described: dict[str, Any], cited: dict[str, Any]
) -> None:
    version, day = described["softwareVersion"], described["releaseDate"]
    assert isinstance(version, str) and isinstance(day, str), "strings: YAML would read bare ones otherwise"
    assert version == str(cited["version"]) == kuntamittari.__version__
    assert day == str(cited["date-released"])
