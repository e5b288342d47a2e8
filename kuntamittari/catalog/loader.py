"""Load the indicator catalogue from its YAML files and report all defects of all files at once."""

import hashlib
import os
import time
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from kuntamittari import settings, yaml_file
from kuntamittari.catalog.indicator import Indicator
from kuntamittari.errors import CatalogError

LOOKED_AGAIN = 1.0  # seconds between checks for changed files: on every run of a page it would take a tenth of its time


def load(directory: Path) -> dict[str, Indicator]:
    """Return id → indicator of every file below a directory, in order of path.

    Raises CatalogError with one line a defect, naming file and field.
    """
    by_id: dict[str, Indicator] = {}
    first_use: dict[str, Path] = {}
    problems: list[str] = []
    for path in sorted(directory.rglob("*.yaml")):
        name = path.relative_to(directory)
        try:
            content = yaml_file.read(path)
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            problems.append(f"{name}: file: not readable as YAML: {' '.join(str(error).split())}")
            continue
        identity = str(content.get("id")) if isinstance(content, dict) and "id" in content else None
        if identity is not None and identity in first_use:
            problems.append(f"{name}: id: {identity!r} is already used by {first_use[identity]}")
        elif identity is not None:
            first_use[identity] = name
        try:
            by_id[identity or ""] = Indicator.model_validate(content)
        except ValidationError as error:
            problems += [f"{name}: {_field(e)}: {_what(e)}" for e in _own_errors(error)]
    if not by_id and not problems:
        problems.append(f"{directory}: no indicator files (*.yaml)")
    if problems:
        raise CatalogError(problems)
    return {identity: indicator.with_zero_parts(by_id.values()) for identity, indicator in by_id.items()}


def _own_errors(error: ValidationError) -> list[Any]:
    """Return the defects of a file without each "too short" that only follows from an entry already refused."""
    errors = error.errors()

    def follows(e: Any) -> bool:
        return e["type"] == "too_short" and any(o["loc"][: len(e["loc"])] == e["loc"] for o in errors if o is not e)

    return [e for e in errors if not follows(e)]


def _field(error: Any) -> str:
    location = error["loc"]
    # pydantic adds the kind of a formula to the path of a field
    kinds = ("ratio", "level", "change", "index")
    if error["type"] == "union_tag_invalid":
        return "formula.kind"
    names = [str(part) for index, part in enumerate(location) if not (index == 1 and part in kinds)]
    return ".".join(name if name.isprintable() else repr(name) for name in names) or "file"


def _what(error: Any) -> str:
    if error["type"] == "missing":
        return "is missing"
    if error["type"] == "union_tag_invalid":
        return f"must be {error['ctx']['expected_tags']}, not {error['ctx']['tag']!r}"
    if error["type"] == "extra_forbidden":
        return "is not a field of an indicator"
    message = error["msg"].removeprefix("Value error, ")
    return message if "unknown" in message or error["loc"] == () else f"{message}, not {error['input']!r}"


class Catalogue(dict[str, Indicator]):
    """Indicators by id; `digest` identifies the content of their files, as a key of caches."""

    def __init__(self, indicators: Iterable[Indicator], digest: str):
        super().__init__((indicator.id, indicator) for indicator in indicators)
        self.digest = digest


def indicators() -> Catalogue:
    """Return the catalogue in use; a changed file is noticed within a second.

    Raises CatalogError with every defect of every file.
    """
    directory = settings.indicator_dir()
    return _loaded(directory, _stamp(directory, int(time.monotonic() / LOOKED_AGAIN)))


@lru_cache(maxsize=4)
def _stamp(directory: Path, _moment: int) -> tuple[tuple[str, int], ...]:
    """Return path and modification time of every indicator file; `_moment` expires the cached answer."""
    files = [
        entry for folder, _, _ in os.walk(directory) for entry in os.scandir(folder) if entry.name.endswith(".yaml")
    ]
    return tuple(sorted((entry.path, entry.stat().st_mtime_ns) for entry in files))


@lru_cache(maxsize=4)
def _loaded(directory: Path, stamp: tuple[tuple[str, int], ...]) -> Catalogue:
    content = hashlib.sha256()
    for path, _ in stamp:
        content.update(Path(path).read_bytes())
    return Catalogue(load(directory).values(), content.hexdigest()[:16])
