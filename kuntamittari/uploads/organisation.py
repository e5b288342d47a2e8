"""How services are organised: the models that an uploaded file gives each municipality."""

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
    """One way in which a municipality organises a service from a year on; several may apply side by side."""

    municipality: row_reader.Code
    service: Service | Literal["all"]  # all: the municipality as a whole
    year: row_reader.Year
    model: Model


@dataclass(frozen=True)
class Reading:
    """The result of reading a file; its tags may be accepted only where there are no problems."""

    tags: tuple[Tag, ...]
    problems: tuple[Problem, ...]


def read(rows: Sequence[Row], register: Mapping[str, Mapping[str, Any]]) -> Reading:
    """Return the tags of a sheet with the columns municipality, service, year and model.

    Raises TableError where the sheet lacks one of them.
    """
    sheet = row_reader.sheet(rows, ("municipality", "service", "year", "model"))
    if missing_roles := [role for role in ("service", "year", "model") if role not in sheet.columns]:
        raise TableError("lacking", columns=", ".join(missing_roles))
    places, known_services, known_models = Places(register), _services(), _models()
    problems: list[Problem] = []
    tags: dict[Tag, int] = {}
    for row in sheet.rows:
        fields = {role: sheet.cell(row, index) for role, index in sheet.columns.items()}
        municipality, year = places.code(fields["municipality"]), row_reader.year(fields["year"])
        service, model = known_services.get(plain(fields["service"])), known_models.get(plain(fields["model"]))
        values = {"municipality": municipality, "year": year, "service": service, "model": model}
        unknown_roles = [role for role, value in values.items() if value is None]
        near = places.near(fields["municipality"]) if "municipality" in unknown_roles else ""
        problems += [
            Problem(row.line, "", role, shown(fields[role]), near if role == "municipality" else "")
            for role in unknown_roles
        ]
        if municipality is None or year is None or service is None or model is None:
            continue
        tag = Tag(municipality, service, year, model)
        if tag in tags:
            problems.append(Problem(row.line, "", "twice", shown(fields["model"]), str(tags[tag])))
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
    """Return municipality → its models for a service in a year (service None: the municipality as a whole).

    They are those of its latest tagged year up to `year`: of the service itself where it is tagged, else of the
    municipality as a whole.
    """
    of_service: dict[tuple[str, str], dict[int, set[Model]]] = {}
    for tag in tags:
        if tag.year <= year and tag.service in (service, EVERY_SERVICE):
            of_service.setdefault((tag.municipality, tag.service), {}).setdefault(tag.year, set()).add(tag.model)
    by_municipality: dict[str, frozenset[Model]] = {}
    for (municipality, tagged_service), years in of_service.items():
        if tagged_service != EVERY_SERVICE or (municipality, service or "") not in of_service:
            by_municipality[municipality] = frozenset(years[max(years)])
    return by_municipality
