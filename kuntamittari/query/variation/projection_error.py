"""How far the population projection was from the residents counted later, by age group and size of municipality.

`update` measures it over the whole mainland, also where a part of it is loaded, and writes it to models.parquet
(docs/methods.md 16).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.catalog.indicator import Indicator
from kuntamittari.query import figures, projections
from kuntamittari.query.database import Database, cached_per_snapshot
from kuntamittari.query.variation import models, noise
from kuntamittari.stats import outlook
from kuntamittari.stats.outlook import ProjectionError

MODEL = "projection"  # its rows of the table of models
ERROR, MUNICIPALITIES, GROWTH = TERMS = ("error", "municipalities", "growth")
FEWEST = 8  # municipalities of a size, and half of all of it, by which an error is measured


@dataclass(frozen=True)
class Measured:
    """The errors of the projection made in a year, of one age group.

    `errors`: (size, year) → median of |counted ÷ projected − 1| and number of municipalities; `growth`: exponent of the
    horizon with which errors grow, that of all age groups together.
    """

    made: int
    errors: Mapping[tuple[int, int], tuple[float, int]]
    growth: float


def of(database: Database, indicator: Indicator, municipality: str) -> ProjectionError | None:
    """Return the error of the projected age group of a service, in municipalities of the size of this one.

    None where it is not measured, or of another projection than the one loaded.
    """
    edition, measured = projections.edition(database), _measured(database, indicator)
    residents = noise.residents_of(database).get(municipality, 0)
    if measured is None or edition is None or measured.made != edition.made or not residents > 0:
        return None
    size = outlook.size_of(residents)
    by_year = {year: error for (of_size, year), (error, _) in sorted(measured.errors.items()) if of_size == size}
    return ProjectionError(measured.made, size, by_year, measured.growth) if by_year else None


@cached_per_snapshot(100)
def _measured(database: Database, indicator: Indicator) -> Measured | None:
    """Return the errors of the age group of a service: as the data set brings them, or measured now where this holds
    the whole country."""
    rows = models.brought(database, MODEL, indicator)
    if not rows:
        return _measured_now(database).get(indicator.id) if models.holds_the_country(database) else None
    terms = {(row["part"], row["last_year"], row["term"]): row["value"] for row in rows}
    errors = {
        (int(part), year): (value, int(terms[part, year, MUNICIPALITIES]))
        for (part, year, term), value in terms.items()
        if term == ERROR
    }
    [growth] = (value for (_, _, term), value in terms.items() if term == GROWTH)
    return Measured(rows[0]["first_year"], errors, growth)


@cached_per_snapshot(1)
def _measured_now(database: Database) -> dict[str, Measured]:
    return measured(database, {one.id: one for one in outlook.services(figures.catalogue(database))})


def measured(database: Database, services: Mapping[str, Indicator]) -> dict[str, Measured]:
    """Return service (id of its indicator) → errors of its age group, over the mainland of a whole country; without
    those of which nothing is known later."""
    edition = projections.edition(database)
    if edition is None:
        return {}
    ages = {name: outlook.ages_of(indicator) for name, indicator in services.items()}
    asked = tuple(sorted(set(ages.values())))
    projected, later = projections.every_area(database, asked), projections.known_later(database, asked)
    sizes = {
        code: outlook.size_of(row["residents"])
        for code, row in figures.register(database).items()
        if code != MAINLAND and not row["aland"] and row["residents"]
    }
    errors = {group: _errors(projected[group], heads, sizes) for group, heads in later.items() if group in projected}
    growth = outlook.growth(
        {
            (group, size, year): (year - edition.made + 1, error)
            for group, of_group in errors.items()
            for (size, year), (error, _) in of_group.items()
        }
    )
    return {name: Measured(edition.made, errors[ages[name]], growth) for name in services if errors.get(ages[name])}


def _errors(
    projected: projections.Heads, later: projections.Heads, sizes: Mapping[str, int]
) -> dict[tuple[int, int], tuple[float, int]]:
    """Return (size, year) → median error of an age group and number of municipalities."""
    codes = [code for code in sizes if code in projected.area and code in later.area]
    of_size = np.array([sizes[code] for code in codes])
    found = {}
    for year in sorted(set(projected.years) & set(later.years)):
        ahead, counted = (
            heads.persons[[heads.area[code] for code in codes], heads.years.index(year)] for heads in (projected, later)
        )
        error = np.abs(counted / np.where(ahead > 0, ahead, np.nan) - 1)
        for size in outlook.SIZES:
            known = error[(of_size == size) & ~np.isnan(error)]
            if len(known) >= max(FEWEST, sum(one == size for one in sizes.values()) / 2):
                found[size, year] = (float(np.median(known)), len(known))
    return found


def rows(database: Database, indicators: Iterable[Indicator]) -> Iterator[dict[str, Any]]:
    """Yield the errors of the projection as rows of the table of models: of each service by size and year, and their
    growth."""
    services = {one.id: one for one in outlook.services({one.id: one for one in indicators})}
    for name, of_service in sorted(measured(database, services).items()):
        about = {"model": MODEL, "subject": name, "first_year": of_service.made}
        for (size, year), terms in of_service.errors.items():
            at = about | {"part": str(size), "last_year": year}
            yield from (at | {"term": term, "value": float(v)} for term, v in zip(TERMS, terms, strict=False))
        last = max(year for _, year in of_service.errors)
        yield about | {"part": "", "last_year": last, "term": GROWTH, "value": of_service.growth}
