"""The knowledge bank: themes, cases, proposals and survey results, one YAML file an entry; all defects of all files at
once."""

import re
from collections.abc import Iterable, Mapping
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
SHORTEST_STEM = 4  # letters that are compared where a word of the search is bent


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, str_strip_whitespace=True)


class Words(_Part):
    """Words in Finnish, the language of the sources; in the others where somebody has translated them."""

    fi: str = Field(min_length=1)
    sv: str | None = None
    en: str | None = None

    def told(self, language: str) -> tuple[str, str]:
        """The words in a language, else in Finnish, and the language they are in."""
        found = getattr(self, language)
        return (found, language) if found else (self.fi, "fi")


class Effect(_Part):
    """What a measure is said to have done, and how that was measured."""

    claimed: Words
    measured: Words | None = None


class Figure(_Part):
    """A published result of a survey. `limit` where the source says about, over or only so much."""

    value: float
    unit: Literal["percent", "count", "municipalities"]
    limit: Literal["about", "over", "only"] | None = None
    about: Words


class Source(_Part):
    """Where an entry is from."""

    title: Words
    publisher: Words
    year: int | None = None  # None where the document bears none


def _known_indicator(name: str) -> str:
    if name not in loader.indicators():
        raise ValueError(f"unknown indicator {name!r}")
    return name


class Entry(_Part):
    """One entry; `id` is the name of its file. `found` are words and numbers of the source that the entry rests on."""

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
    """The documents that entries come from."""
    return {name: Source(**about) for name, about in yaml_file.read(FOLDER / "sources.yaml").items()}


@cache
def entries() -> dict[str, Entry]:
    """Id → entry, themes first, then by kind and order. Raises CatalogError with every defect of every file."""
    return read(sorted(FOLDER.glob("*/*.yaml")))


def read(files: Iterable[Path]) -> dict[str, Entry]:
    """The entries of some files. Raises CatalogError with one line a defect, naming file and field."""
    found: dict[str, Entry] = {}
    problems: list[str] = []
    for file in files:
        try:
            entry = Entry(id=file.stem, **yaml_file.read(file))
        except ValidationError as error:
            problems += [
                f"{file.name}: {'.'.join(map(str, one['loc'])) or 'entry'}: {one['msg']}" for one in error.errors()
            ]
            continue
        except (yaml.YAMLError, TypeError, UnicodeDecodeError) as error:
            problems.append(f"{file.name}: {error}")
            continue
        if entry.id in found:
            problems.append(f"{file.name}: another entry has this name")
        if entry.kind != file.parent.name:
            problems.append(f"{file.name}: kind: is {entry.kind}, but lies in {file.parent.name}")
        if entry.source not in sources():
            problems.append(f"{file.name}: source: unknown source {entry.source!r}")
        found[entry.id] = entry
    themes = {entry.id for entry in found.values() if entry.kind == "theme"}
    problems += [
        f"{e.id}.yaml: themes: unknown theme {t!r}" for e in found.values() for t in e.themes if t not in themes
    ]
    if problems:
        raise CatalogError(problems)
    kinds = ("theme", "case", "proposal", "survey")
    return dict(sorted(found.items(), key=lambda pair: (kinds.index(pair[1].kind), pair[1].order, pair[0])))


def matches(text: str, query: str) -> bool:
    """Whether every word of a query occurs in a text, as it is or bent: Finnish and Swedish words change at their end,
    so a longer one is compared without its last three letters, down to four."""
    words = re.findall(r"\w+", plain(text))
    return all(
        any(word in known or known.startswith(stem(word)) for known in words)
        for word in re.findall(r"\w+", plain(query))
    )


def stem(word: str) -> str:
    """What of a word stays when it is bent."""
    return word if len(word) <= SHORTEST_STEM else word[: max(SHORTEST_STEM, len(word) - 3)]


def draft(
    language: str,
    given: Mapping[str, str],
    municipality: str,
    themes: list[str],
    services: list[str],
    indicators: list[str],
) -> dict[str, Any]:
    """What a form holds as the content of an entry's file; what is left empty is left out."""

    def words(text: str) -> dict[str, str]:
        # Finnish is the language an entry always has; a form in another language gives both until somebody translates
        return {"fi": text} if language == "fi" else {"fi": text, language: text}

    said = {field: text.strip() for field, text in given.items()}
    effect = {part: words(said[part]) for part in ("claimed", "measured") if said[part]}
    content = {
        "kind": "case",
        "themes": themes,
        "source": said["source"],
        "name": words(said["name"]),
        "text": words(said["text"]),
        "year": int(said["year"]) if said["year"].isdecimal() else said["year"] or None,
        "places": [municipality],
        "services": services,
        "effect": effect,
        "moves": indicators,
        "found": [said["name"]],
        **{field: words(said[field]) for field in ("obstacles", "contact") if said[field]},
    }
    return {field: value for field, value in content.items() if value not in (None, [], {}, "")}


def problems_of(content: dict[str, Any]) -> list[str]:
    """The fields that keep a draft from being an entry; an empty list for a sound one."""
    wrong = [] if content.get("themes") else ["themes"]
    try:
        Entry(id="draft", **content)
    except ValidationError as error:
        wrong += [str(one["loc"][0]) for one in error.errors() if one["loc"]]
    return list(dict.fromkeys(wrong))


def file_of(content: dict[str, Any]) -> bytes:
    """A draft as the file that is submitted."""
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120).encode("utf-8")
