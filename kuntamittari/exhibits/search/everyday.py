"""Everyday words for what indicators measure (everyday.yaml)."""

from collections import defaultdict
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from kuntamittari import settings, yaml_file
from kuntamittari.catalog import loader, services
from kuntamittari.errors import CatalogError

EUROS = "euros"  # the subject of words for whatever costs
FILE = Path(__file__).with_name("everyday.yaml")


class Words(BaseModel):
    """Words of one meaning in each language, and the services and indicators that they stand for."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    fi: tuple[str, ...] = Field(min_length=1)
    sv: tuple[str, ...] = Field(min_length=1)
    en: tuple[str, ...] = Field(min_length=1)
    services: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    euros: bool = False  # for every indicator in euros


@cache
def by_subject() -> dict[str, tuple[str, ...]]:
    """Return id of a service or an indicator → its everyday words in all languages; those of EUROS for every
    indicator in euros.

    Raises CatalogError for an id that is neither, and for words that stand for nothing.
    """
    found = defaultdict[str, list[str]](list)
    for row in yaml_file.read(FILE):
        words = Words.model_validate(row)
        subjects = (*words.services, *words.indicators, *([EUROS] if words.euros else ()))
        unknown = {*words.services} - {*services.services()} | {*words.indicators} - {*loader.indicators()}
        if unknown or not subjects:
            raise CatalogError(f"{FILE.name}: {words.fi[0]}: unknown {', '.join(sorted(unknown)) or 'subject'}")
        for subject in subjects:
            for language in settings.LANGUAGES:
                found[subject] += getattr(words, language)
    return {subject: tuple(dict.fromkeys(words)) for subject, words in found.items()}
