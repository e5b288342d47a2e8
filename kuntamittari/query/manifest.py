"""What a manifest says: the one model by which it is read, written and checked."""

import json
from datetime import datetime
from pathlib import PurePosixPath
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

LARGEST = 50_000_000  # bytes; that of the whole country has 0.2 MB, most of it the names of raw answers
MOST_NAMED = 3  # defects in a sentence
Year = Annotated[int, Field(ge=1900, le=2200)]


def _inside(path: str) -> str:
    """Return a path that stays inside the data directory. Raises ValueError for another."""
    parts = PurePosixPath(path)
    if not path or parts.is_absolute() or ".." in parts.parts or "\\" in path or "\0" in path:
        raise ValueError("the path leaves the data directory")
    return path


def _moment(text: str) -> str:
    datetime.fromisoformat(text)  # raises ValueError
    return text


Path = Annotated[str, AfterValidator(_inside)]
Moment = Annotated[str, AfterValidator(_moment)]


class _Part(BaseModel):
    """What is written here beside the fields, such as the attribution of a source, stays as it is."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)


class Source(_Part):
    """A source of a table."""

    id: str
    agency: dict[str, str]
    statistic: dict[str, str]
    table: str
    licence: str


class Entry(_Part):
    """A file."""

    path: Path
    rows: Annotated[int, Field(ge=0)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    retrieved: Moment = "1970-01-01"
    sources: list[Source] = []
    definitions: dict[str, str] = {}


class Older(_Part):
    """Why an optional source is as it was before, and since when."""

    reason: str
    retrieved: Moment


class Before(_Part):
    """Years before which figures were taken over from other data, and when those were retrieved."""

    before: Year
    retrieved: Moment


class Answers(_Part):
    """The folder of raw answers, and the answers by source."""

    path: Path
    answers: dict[str, list[dict[str, Any]]]


class Manifest(_Part):
    """A data set."""

    scope: str
    years: Annotated[list[Year], Field(min_length=1)]
    division_year: Year
    retrieved: Moment
    interface: str
    files: dict[str, Entry]
    ordered: list[Year] = []
    size_year: Year | None = None
    largest_20: list[str] = []
    packages: list[str] = []
    absent: dict[str, str] = {}
    left_out: dict[str, list[dict[str, Any]]] = {}
    older: dict[str, Older] = {}
    read: dict[str, dict[str, Any]] = {}
    earlier: list[Before] = []
    raw: Answers | None = None
    raw_later: Answers | None = None


def checked(manifest: Any) -> dict[str, Any]:
    """Return a manifest as it is. Raises ValueError, in one sentence, for one of another form."""
    try:
        Manifest.model_validate(manifest)
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, one['loc'])) or 'the whole'}: {one['msg']}" for one in error.errors()]
        more = f" and {len(faults) - MOST_NAMED} more" if len(faults) > MOST_NAMED else ""
        raise ValueError(f"{'; '.join(faults[:MOST_NAMED])}{more}") from None
    return manifest


def parsed(content: bytes) -> dict[str, Any]:
    """Return the manifest that a file holds. Raises ValueError, in one sentence, where it holds none."""
    if len(content) > LARGEST:
        raise ValueError(f"it is larger than {LARGEST // 1_000_000} MB")
    try:
        manifest = json.loads(content)
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"no JSON at line {error.lineno}") from None
    except UnicodeDecodeError:
        raise ValueError("no text in UTF-8") from None
    return checked(manifest)
