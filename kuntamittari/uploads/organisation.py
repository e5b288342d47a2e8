"""How services are organised: the models explained, and which municipality has which, as a reader's file says."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, get_args

from kuntamittari.catalog import services
from kuntamittari.catalog.indicator import Service
from kuntamittari.catalog.organisation_models import EVERY_SERVICE, Model, models
from kuntamittari.i18n import plain
from kuntamittari.uploads import row_reader
from kuntamittari.uploads.row_reader import Places, Problem, shown
from kuntamittari.uploads.tabular import Row, TableError


class Tag(NamedTuple):
    """A municipality organises a service in one way from a year on; several ways may stand side by side."""

    municipality: row_reader.Code
    service: Service | Literal["all"]  # the latter: the municipality as a whole
    year: row_reader.Year
    model: Model


@dataclass(frozen=True)
class Reading:
    """What was understood of a file. Tags may be taken only where there is no problem."""

    tags: tuple[Tag, ...]
    problems: tuple[Problem, ...]


def read(rows: Sequence[Row], register: Mapping[str, Mapping[str, Any]]) -> Reading:
    """Tags of a sheet with the columns municipality, service, year and model. Raises TableError where it lacks one."""
    sheet = row_reader.sheet(rows, ("municipality", "service", "year", "model"))
    if lacking := [role for role in ("service", "year", "model") if role not in sheet.columns]:
        raise TableError("lacking", columns=", ".join(lacking))
    places, known_services, known_models = Places(register), _services(), _models()
    problems: list[Problem] = []
    tags: dict[Tag, int] = {}
    for row in sheet.rows:
        said = {role: sheet.cell(row, place) for role, place in sheet.columns.items()}
        municipality, year = places.code(said["municipality"]), row_reader.year(said["year"])
        service, model = known_services.get(plain(said["service"])), known_models.get(plain(said["model"]))
        found = {"municipality": municipality, "year": year, "service": service, "model": model}
        wrong = [role for role, value in found.items() if value is None]
        near = places.near(said["municipality"]) if "municipality" in wrong else ""
        problems += [
            Problem(row.line, "", role, shown(said[role]), near if role == "municipality" else "") for role in wrong
        ]
        if municipality is None or year is None or service is None or model is None:
            continue
        tag = Tag(municipality, service, year, model)
        if tag in tags:
            problems.append(Problem(row.line, "", "twice", shown(said["model"]), str(tags[tag])))
        tags.setdefault(tag, row.line)
    return Reading(tuple(tags), tuple(problems))


def _services() -> dict[str, Any]:
    names: dict[str, Any] = {
        plain(name): service
        for service, about in services.services().items()
        for name in (service, *about["name"].values())
    }
    return {
        "": EVERY_SERVICE,
        "*": EVERY_SERVICE,
        "all": EVERY_SERVICE,
        "kaikki": EVERY_SERVICE,
        "alla": EVERY_SERVICE,
    } | names


def _models() -> dict[str, Model]:
    return {plain(name): model for model in get_args(Model) for name in (model, *models()[model]["name"].values())}


def in_force(tags: Iterable[Tag], service: str | None, year: int) -> dict[str, frozenset[Model]]:
    """Municipality → its models for a service in a year: those of the last year up to it that the municipality is
    tagged in, by the service itself where it is tagged, else as a whole. A service of None is the municipality as a
    whole."""
    of_service: dict[tuple[str, str], dict[int, set[Model]]] = {}
    for tag in tags:
        if tag.year <= year and tag.service in (service, EVERY_SERVICE):
            of_service.setdefault((tag.municipality, tag.service), {}).setdefault(tag.year, set()).add(tag.model)
    found: dict[str, frozenset[Model]] = {}
    for (municipality, of), years in of_service.items():
        if of != EVERY_SERVICE or (municipality, service or "") not in of_service:
            found[municipality] = frozenset(years[max(years)])
    return found
