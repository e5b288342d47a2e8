"""Noise of an indicator: its lines by size, as a data set brings them, and deviations of figures (docs/methods.md 18).

`update` fits the lines to the whole mainland, also where a part of it is loaded, and writes them to models.parquet.
They are never fitted to a part.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from kuntamittari.catalog.areas import MAINLAND, OWN_AREA
from kuntamittari.catalog.indicator import Basis, Index, Indicator, Ratio
from kuntamittari.query import figures, values
from kuntamittari.query.database import Database, cached_per_snapshot
from kuntamittari.query.variation import models
from kuntamittari.stats import noise
from kuntamittari.stats.group_figures import Numbers
from kuntamittari.stats.noise import Line

MODEL = "noise"  # its rows of the table of models
TERMS = ("intercept", "slope", "municipalities")


def on_scale(indicator: Indicator, value: Numbers) -> Numbers:
    """Return values on the scale on which their noise is measured: logarithms of what is compared as a ratio.

    A cost that is zero or below is lower than any other there.
    """
    if not indicator.varies_relatively:
        return value
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(value <= 0, -np.inf, np.log(value))


def off_scale(indicator: Indicator, value: Numbers) -> Numbers:
    """Return values of `on_scale` as the indicator has them."""
    return np.exp(value) if indicator.varies_relatively else value


def line(database: Database, indicator: Indicator, year: int) -> Line | None:
    """Return the line of the stretch of comparable years that a year is in; None where there is none."""
    return _lines(database, indicator).get(indicator.stretch(year))


def deviations(database: Database, indicator: Indicator, year: int, areas: Sequence[str], basis: Basis) -> Numbers:
    """Return the standard deviation of each area's figure of a year, on the scale of `on_scale`; NaN where unknown."""
    residents = residents_of(database)
    return deviations_by_size(
        database, indicator, year, np.array([residents.get(area, math.nan) for area in areas]), basis
    )


def deviations_by_size(
    database: Database, indicator: Indicator, year: int, residents: Numbers, basis: Basis
) -> Numbers:
    """Return the standard deviation of a figure of municipalities with so many residents, as `deviations`.

    An index varies by its own year and by its base year, in which it does not vary at all. The mean of several years
    varies less than one.
    """
    of_year = line(database, indicator, year)
    if of_year is None:
        return np.full(len(residents), np.nan)
    found = of_year.deviations(residents)
    if isinstance(indicator.formula, Index):
        return found * (math.nan if year == indicator.formula.base_year else math.sqrt(2))
    found = found / math.sqrt(basis.years_together if isinstance(indicator.formula, Ratio) else 1)
    if indicator.varies_relatively or not indicator.in_euros:
        return found
    return found * _price(database, basis.price_year or year) / _price(database, of_year.last_year)


def usual_change(database: Database, indicator: Indicator, year: int, municipality: str, basis: Basis) -> float:
    """Return the largest difference between two years, up to the given one, that is within usual variation, on the
    scale of `on_scale`; NaN where it is unknown (docs/methods.md 19)."""
    if isinstance(indicator.formula, Index):  # two years of an index differ as two years of its unit cost do
        of_year = line(database, indicator, year)
        residents = np.array([residents_of(database).get(municipality, math.nan)])
        deviation = of_year.deviations(residents)[0] if of_year else math.nan
    else:
        deviation = deviations(database, indicator, year, [municipality], basis)[0]
    return float(noise.USUAL * math.sqrt(2) * deviation)


def _price(database: Database, year: int) -> float:
    """Return the price index of a year, or of the nearest year that has one; 1 where none has."""
    prices = figures.prices(database)
    return prices[min(prices, key=lambda known: (abs(known - year), known))] if prices else 1.0


@cached_per_snapshot(1)
def residents_of(database: Database) -> dict[str, float]:
    """Return municipality, or area of a reader's own → residents of the latest year; Mainland Finland is none."""
    register = figures.register(database)
    residents = {code: row["residents"] or math.nan for code, row in register.items() if code != MAINLAND}
    of_area = {OWN_AREA: sum(residents[code] for code in database.members)} if database.members else {}
    return residents | of_area


@cached_per_snapshot(400, of_area=False)
def _lines(database: Database, indicator: Indicator) -> dict[int, Line]:
    """Return stretch → line: as the data set brings it, or fitted now where this holds the whole country.

    A composite without some parts takes those of the whole.
    """
    if indicator.left_out:
        return _lines(database, figures.catalogue(database)[indicator.id])
    brought = models.brought(database, MODEL, indicator)
    if brought is None:
        return fitted(database, indicator) if models.holds_the_country(database) else {}
    terms: dict[tuple[int, int], dict[str, float]] = {}
    for row in brought:
        terms.setdefault((row["first_year"], row["last_year"]), {})[row["term"]] = row["value"]
    return {
        indicator.stretch(first): Line(first, last, of["intercept"], of["slope"], int(of["municipalities"]))
        for (first, last), of in terms.items()
    }


def fitted(database: Database, indicator: Indicator) -> dict[int, Line]:
    """Return stretch → line, fitted to the mainland municipalities of a data set of the whole country."""
    found, register = values.of(database, indicator), figures.register(database)
    places = [n for n, code in enumerate(found.areas) if code != MAINLAND and not register[code]["aland"]]
    residents = np.array([residents_of(database)[found.areas[place]] for place in places])
    value = found.value[:, places]
    if isinstance(indicator.formula, Index):  # of its unit cost
        value = np.where(np.isnan(value), value, found.numbers["input"][:, places] / found.numbers["above"][:, places])
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(value > 0, np.log(value), np.nan) if indicator.varies_relatively else value
    stretches: dict[int, list[int]] = {}
    for at, year in enumerate(found.years):
        stretches.setdefault(indicator.stretch(year), []).append(at)
    lines = {}
    for stretch, places_of in stretches.items():
        years = tuple(found.years[at] for at in places_of)
        of_stretch = value[places_of]
        if indicator.in_euros and not indicator.varies_relatively:
            last = max(
                (year for year, known in zip(years, ~np.isnan(of_stretch), strict=True) if known.any()), default=0
            )
            of_stretch = of_stretch * np.array([[_price(database, last) / _price(database, year)] for year in years])
        if (one := noise.fitted(of_stretch, years, residents)) is not None:
            lines[stretch] = one
    return lines


def rows(database: Database, indicators: Iterable[Indicator]) -> Iterator[dict[str, Any]]:
    """Yield the lines of indicators as rows of the table of models."""
    for indicator in sorted(indicators, key=lambda one: one.id):
        for one in fitted(database, indicator).values():
            about = {"model": MODEL, "subject": indicator.id, "first_year": one.first_year, "last_year": one.last_year}
            yield from (about | {"part": "", "term": term, "value": float(getattr(one, term))} for term in TERMS)
