"""The knowledge bank: themes, cases, proposals and survey results, one YAML file an entry."""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from kuntamittari import settings, yaml_file
from kuntamittari.catalog import loader
from kuntamittari.catalog.indicator import Service
from kuntamittari.catalog.organisation_models import Model
from kuntamittari.errors import CatalogError
from kuntamittari.i18n import plain

Kind = Literal["theme", "case", "proposal", "survey"]
Status = Literal["proposed", "under_way", "done", "dropped"]
FOLDER = settings.ROOT / "data" / "knowledge"
BEGUN = date(2026, 11, 22)  # when the bank had its first entries
SHORTEST_STEM = 4  # letters by which a search word is compared at least: its end may be inflected


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, str_strip_whitespace=True)


class Words(_Part):
    """Words in Finnish, the language of the sources, and in the other languages where they are translated."""

    fi: str = Field(min_length=1)
    sv: str | None = None
    en: str | None = None

    def in_language(self, language: str) -> tuple[str, str]:
        """Return the words in a language, or else in Finnish, and the language they are in."""
        translation = getattr(self, language)
        return (translation, language) if translation else (self.fi, "fi")


class Effect(_Part):
    """The claimed effect of a measure, and how it was measured."""

    claimed: Words
    measured: Words | None = None


class Figure(_Part):
    """A published result of a survey; `limit` where the source states it as about, over or only that much."""

    value: float
    unit: Literal["percent", "count", "municipalities"]
    limit: Literal["about", "over", "only"] | None = None
    about: Words


class Source(_Part):
    """The document that an entry is from."""

    title: Words
    publisher: Words
    year: int | None = None  # None where the document has no date


def _known_indicator(name: str) -> str:
    if name not in loader.indicators():
        raise ValueError(f"unknown indicator {name!r}")
    return name


class Entry(_Part):
    """One entry of the knowledge bank; `id` is the name of its file.

    `places`: municipality codes; `moves`: ids of the indicators that the measure should affect; `found`: words and
    numbers of the source that the entry rests on; `added`: the day on which it came into the bank, and was news.
    """

    id: str
    kind: Kind
    themes: tuple[str, ...] = Field(default=(), strict=False)
    year: int | None = Field(default=None, ge=1990, le=2100)
    source: str
    name: Words
    text: Words
    places: tuple[Annotated[str, Field(pattern=r"^\d{3}$")], ...] = Field(default=(), strict=False)
    services: tuple[Service, ...] = Field(default=(), strict=False)
    models: tuple[Model, ...] = Field(default=(), strict=False)
    effect: Effect | None = None
    moves: tuple[Annotated[str, AfterValidator(_known_indicator)], ...] = Field(default=(), strict=False)
    obstacles: Words | None = None
    contact: Words | None = None
    status: Status | None = None
    figures: tuple[Figure, ...] = Field(default=(), strict=False)
    found: tuple[str, ...] = Field(strict=False, min_length=1)
    order: int = 0
    added: date = Field(ge=BEGUN, le=date(2100, 12, 31))

    @model_validator(mode="after")
    def _of_its_kind(self) -> "Entry":
        if (self.kind == "proposal") != (self.status is not None):
            raise ValueError("a proposal has a status, and nothing else has one")
        if self.kind == "survey" and not self.figures:
            raise ValueError("a survey result has figures")
        if self.kind != "theme" and not self.themes:
            raise ValueError("an entry has at least one theme")
        return self


@cache
def sources() -> dict[str, Source]:
    """Return source id → document."""
    return {name: Source(**about) for name, about in yaml_file.read(FOLDER / "sources.yaml").items()}


@cache
def entries() -> dict[str, Entry]:
    """Return id → entry: themes first, then by kind and order.

    Raises CatalogError with every defect of every file.
    """
    return read(sorted(FOLDER.glob("*/*.yaml")))


def read(files: Iterable[Path]) -> dict[str, Entry]:
    """Return id → entry of some files: themes first, then by kind and order.

    Raises CatalogError with one line a defect, naming file and field.
    """
    by_id: dict[str, Entry] = {}
    problems: list[str] = []
    for file in files:
        try:
            entry = Entry(id=file.stem, **yaml_file.read(file))
        except ValidationError as error:
            problems += [
                f"{file.name}: {'.'.join(map(str, defect['loc'])) or 'entry'}: {defect['msg']}"
                for defect in error.errors()
            ]
            continue
        except (yaml.YAMLError, TypeError, UnicodeDecodeError) as error:
            problems.append(f"{file.name}: {error}")
            continue
        if entry.id in by_id:
            problems.append(f"{file.name}: another entry has this name")
        if entry.kind != file.parent.name:
            problems.append(f"{file.name}: kind: is {entry.kind}, but lies in {file.parent.name}")
        if entry.source not in sources():
            problems.append(f"{file.name}: source: unknown source {entry.source!r}")
        by_id[entry.id] = entry
    themes = {entry.id for entry in by_id.values() if entry.kind == "theme"}
    problems += [
        f"{one.id}.yaml: themes: unknown theme {theme!r}"
        for one in by_id.values()
        for theme in one.themes
        if theme not in themes
    ]
    if problems:
        raise CatalogError(problems)
    kinds = ("theme", "case", "proposal", "survey")
    return dict(sorted(by_id.items(), key=lambda pair: (kinds.index(pair[1].kind), pair[1].order, pair[0])))


def case_for(
    service: str | None, indicator: str, municipality: str, first: Collection[str], second: Collection[str]
) -> Entry | None:
    """Return the case that fits a service or its indicator: of a municipality of `first`, else of `second`, else any.

    Of those that fit equally, the newest. A case of `municipality` alone is nothing to learn from elsewhere. None where
    no case fits.
    """

    def fit(entry: Entry) -> tuple[int, int, int, str]:
        others = set(entry.places) - {municipality}
        nearness = 2 if others.isdisjoint((*first, *second)) else int(others.isdisjoint(first))
        return nearness, -(entry.year or 0), entry.order, entry.id

    cases = [one for one in entries().values() if one.kind == "case" and set(one.places) != {municipality}]
    return min((one for one in cases if indicator in one.moves or service in one.services), key=fit, default=None)


def matches(text: str, query: str) -> bool:
    """Return whether every word of a query occurs in a text, also inflected.

    Finnish and Swedish words change at their end, so a longer word is compared without its last three letters (`stem`).
    """
    words = re.findall(r"\w+", plain(text))
    return all(
        any(word in candidate or candidate.startswith(stem(word)) for candidate in words)
        for word in re.findall(r"\w+", plain(query))
    )


def stem(word: str) -> str:
    """Return the part of a word that inflection leaves unchanged: all but its last three letters, at least four."""
    return word if len(word) <= SHORTEST_STEM else word[: max(SHORTEST_STEM, len(word) - 3)]


def draft(
    language: str,
    given: Mapping[str, str],
    municipality: str,
    themes: list[str],
    services: list[str],
    indicators: list[str],
    added: date,
) -> dict[str, Any]:
    """Return the content of an entry's file from the fields of the form; empty fields are left out.

    `given`: field of the form → text in `language`; `indicators`: ids of the indicators that the measure should affect;
    `added`: today.
    """

    def words(text: str) -> dict[str, str]:
        # an entry always has Finnish, so words in another language fill both until they are translated
        return {"fi": text} if language == "fi" else {"fi": text, language: text}

    filled = {field: text.strip() for field, text in given.items()}
    effect = {part: words(filled[part]) for part in ("claimed", "measured") if filled[part]}
    content = {
        "kind": "case",
        "themes": themes,
        "source": filled["source"],
        "added": added,
        "name": words(filled["name"]),
        "text": words(filled["text"]),
        "year": int(filled["year"]) if filled["year"].isdecimal() else filled["year"] or None,
        "places": [municipality],
        "services": services,
        "effect": effect,
        "moves": indicators,
        "found": [filled["name"]],
        **{field: words(filled[field]) for field in ("obstacles", "contact") if filled[field]},
    }
    return {field: value for field, value in content.items() if value not in (None, [], {}, "")}


def problems_of(content: dict[str, Any]) -> list[str]:
    """Return the names of the fields that keep a draft from being a valid entry; empty for a valid one."""
    fields = [] if content.get("themes") else ["themes"]
    try:
        Entry(id="draft", **content)
    except ValidationError as error:
        fields += [str(defect["loc"][0]) for defect in error.errors() if defect["loc"]]
    return list(dict.fromkeys(fields))


def file_of(content: dict[str, Any]) -> bytes:
    """Return a draft as the YAML file to submit."""
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120).encode("utf-8")
