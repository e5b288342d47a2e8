"""How services are organised: the models that an uploaded file gives each municipality."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, get_args

from kuntamittari.catalog import services
from kuntamittari.catalog.indicator import Service
from kuntamittari.catalog.organisation_models import EVERY_SERVICE, Model, models
from kuntamittari.i18n import plain
from kuntamittari.uploads import heads, remarks, table_finder
from kuntamittari.uploads.places import Places
from kuntamittari.uploads.remarks import NotRead, Problem
from kuntamittari.uploads.table_finder import Table, shown
from kuntamittari.uploads.tabular import File, TableError

ROLES: tuple[heads.Role, ...] = ("municipality", "service", "year", "model")


class Tag(NamedTuple):
    """One way in which a municipality organises a service from a year on; several may apply side by side."""

    municipality: remarks.Code
    service: Service | Literal["all"]  # all: the municipality as a whole
    year: remarks.Year
    model: Model


@dataclass(frozen=True)
class Reading:
    """The result of reading a file; its tags may be accepted only where there are no problems."""

    tags: tuple[Tag, ...]
    problems: tuple[Problem, ...]
    not_read: tuple[NotRead, ...] = ()


def read(file: File, register: Mapping[str, Mapping[str, Any]], language: str = "fi") -> Reading:
    """Return the tags of every sheet with the columns municipality, service, year and model.

    `language`: of the names of municipalities in problems. Raises TableError where no sheet has these columns.
    """
    places = Places(register)
    tables, refusals = list[Table](), list[TableError]()
    not_read = [NotRead("sheet", name, reason) for name, reason in file.left_out]
    for sheet in file.sheets:
        not_read += [NotRead("row", "", "hidden", sheet.name, line) for line in sheet.hidden_lines]
        try:
            table = table_finder.find(sheet, places, ROLES, figures=False)
            if missing_roles := [role for role in ("service", "year", "model") if table.first(role) is None]:
                raise TableError("lacking", columns=", ".join(missing_roles))
            tables.append(table)
        except TableError as error:
            refusals.append(error)
            not_read.append(NotRead("sheet", sheet.name, "no_table"))
    if not tables:
        raise next((error for error in refusals if error.reason != "no_heads"), refusals[0])
    problems: list[Problem] = []
    tags: dict[Tag, tuple[str, int]] = {}
    for table in tables:
        _read_table(table, places, language, table.sheet.name if len(file.sheets) > 1 else "", tags, problems, not_read)
    return Reading(tuple(tags), tuple(problems), tuple(not_read))


def _read_table(
    table: Table,
    places: Places,
    language: str,
    sheet: str,
    tags: dict[Tag, tuple[str, int]],
    problems: list[Problem],
    not_read: list[NotRead],
) -> None:
    """Add the tags of a table with their sheet and line, its problems, and what of it is not read."""
    used = {column for columns in table.columns.values() for column in columns}
    not_read += [
        NotRead("column", head, "column", sheet) for at, head in enumerate(table.heads) if head and at not in used
    ]
    known_services, known_models = _services(), _models()
    for row in table.rows:
        text = {role: row.cell(columns[0]) for role, columns in table.columns.items()}
        in_columns = [row.cell(column) for column in table.columns["municipality"]]
        place = places.agreed(in_columns)
        if place.kind not in ("municipality", "former", "conflict") and not (text["year"] or text["model"]):
            not_read.append(NotRead("row", shown(" | ".join(filter(None, row.cells))), "note", sheet, row.line))
            continue
        year = heads.year(text["year"])
        service, model = known_services.get(plain(text["service"])), known_models.get(plain(text["model"]))
        of_row = list[Problem]()
        if place.kind == "former":
            former = places.former[place.code]
            names = places.name(place.code, language), places.name(former.successor, language)
            of_row.append(Problem(row.line, "", "former_model", *names, sheet, former.ended))
        elif place.kind != "municipality":
            reason = {"conflict": "conflict", "total": "total", "area": "area"}.get(place.kind, "municipality")
            near = places.near(text["municipality"]) if place.kind == "unknown" else place.name
            written = " | ".join(filter(None, in_columns))
            of_row.append(Problem(row.line, "", reason, shown(written), near, sheet))
        found: dict[heads.Role, object] = {"year": year, "service": service, "model": model}
        of_row += [
            Problem(row.line, "", role, shown(text[role]), "", sheet) for role, value in found.items() if value is None
        ]
        problems += of_row
        if of_row or year is None or service is None or model is None:
            continue
        tag = Tag(place.code, service, year.year, model)
        if tag in tags:
            at = ": ".join(filter(None, (tags[tag][0], str(tags[tag][1]))))
            problems.append(Problem(row.line, "", "twice", shown(text["model"]), at, sheet))
        tags.setdefault(tag, (sheet, row.line))


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
