"""Unusual changes from one year to the next: figures to be checked first (docs/methods.md 6)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.catalog.indicator import Indicator, Ratio
from kuntamittari.query import figures, values
from kuntamittari.query.database import Database, cached_per_snapshot
from kuntamittari.query.variation import models
from kuntamittari.stats.group_figures import OUTLIER, TO_STANDARD_DEVIATION, Numbers

MODEL = "jump"  # its rows of the table of models
LEAST_SHARE = 0.05  # of the euros of a sum, for a part to be named whose figure jumped
FEWEST = 8  # municipalities of a size class, in which a change may be unusual
Usual = dict[tuple[int, int], tuple[float, float]]  # (year, size class) → median and MAD of changes


@cached_per_snapshot(400, of_area=False)
def jumped(database: Database, indicator: Indicator, year: int) -> frozenset[str]:
    """Return the municipalities whose figure differs from that of the year before far more than is usual in their size
    class."""
    found = values.of(database, indicator)
    of_year = {size_class: terms for (at, size_class), terms in _usual(database, indicator).items() if at == year}
    if not of_year or year not in found.years:
        return frozenset()
    changes, classes = _changes(found, year), _size_classes(database)
    return frozenset(
        code
        for code, change in zip(found.areas, changes.tolist(), strict=True)
        if classes.get(code) in of_year and _is_unusual(change, *of_year[classes[code]])
    )


@cached_per_snapshot(400, of_area=False)
def jumped_parts(database: Database, indicator: Indicator, year: int) -> Mapping[str, tuple[Indicator, ...]]:
    """Return municipality → the services of a sum of costs whose own figure jumped, in the order of the catalogue.

    Only those that hold at least LEAST_SHARE of the euros of the sum; of services one of which holds another, the
    larger. A municipality without any is left out, and so is every one of an indicator that is no sum of services.
    """
    if not indicator.is_cost:
        return {}
    whole, found = set(indicator.task_classes), dict[str, list[Indicator]]()
    euros = values.of(database, indicator)
    parts = [
        other
        for other in figures.catalogue(database).values()
        if other.is_cost and set(other.task_classes) < whole and has_jumps(other)
    ]
    for part in sorted(parts, key=lambda one: -len(one.task_classes)):
        own = values.of(database, part)
        if year not in euros.years or year not in own.years:
            continue
        for code in jumped(database, part, year):
            large = _euros(own, code, year) >= LEAST_SHARE * _euros(euros, code, year) > 0
            held = (set(part.task_classes) <= set(larger.task_classes) for larger in found.get(code, ()))
            if large and not any(held):
                found.setdefault(code, []).append(part)
    return {code: tuple(part for part in parts if part in listed) for code, listed in found.items()}


def _euros(found: values.Values, code: str, year: int) -> float:
    return float(found.numbers["numerator"][found.years.index(year), found.place[code]])


def _is_unusual(change: float, median: float, mad: float) -> bool:
    return mad > 0 and abs(change - median) > OUTLIER * TO_STANDARD_DEVIATION * mad


@cached_per_snapshot(1, of_area=False)
def _size_classes(database: Database) -> dict[str, int]:
    """Return municipality → size class, of those that have one."""
    register = figures.register(database)
    return {code: row["size_class"] for code, row in register.items() if row["size_class"] is not None}


def has_jumps(indicator: Indicator) -> bool:
    """Return whether changes of an indicator are looked at: those of ratios that are compared as a ratio."""
    return isinstance(indicator.formula, Ratio) and indicator.varies_relatively


@cached_per_snapshot(400, of_area=False)
def _usual(database: Database, indicator: Indicator) -> Usual:
    """Return the usual changes, as the data set brings them, or computed now where it holds the whole country.

    A composite without some parts takes those of the whole.
    """
    if not has_jumps(indicator):
        return {}
    if indicator.left_out:
        return _usual(database, figures.catalogue(database)[indicator.id])
    brought = models.brought(database, MODEL, indicator)
    if brought is None:
        return usual(database, indicator) if models.holds_the_country(database) else {}
    terms: dict[tuple[int, int], dict[str, float]] = {}
    for row in brought:
        terms.setdefault((row["last_year"], int(row["part"])), {})[row["term"]] = row["value"]
    return {key: (of["median"], of["mad"]) for key, of in terms.items()}


def usual(database: Database, indicator: Indicator) -> Usual:
    """Return median and MAD of the changes in each year and size class of the mainland of a whole country."""
    found, register = values.of(database, indicator), figures.register(database)
    mainland = {code for code, row in register.items() if code != MAINLAND and not row["aland"]}
    classes = np.array([_size_classes(database).get(code, -1) if code in mainland else -1 for code in found.areas])
    result: Usual = {}
    for year in found.years:
        if year - 1 not in found.years or indicator.stretch(year) != indicator.stretch(year - 1):
            continue
        changes = _changes(found, year)
        for size_class in np.unique(classes[classes >= 0]).tolist():
            known = changes[(classes == size_class) & ~np.isnan(changes)]
            if len(known) >= FEWEST:
                median = float(np.median(known))
                result[year, size_class] = (median, float(np.median(np.abs(known - median))))
    return result


def _changes(found: values.Values, year: int) -> Numbers:
    """Return the change of each area from the year before, as a difference of logarithms; NaN without one."""
    at = found.years.index(year)
    pair = (
        found.value[at - 1 : at + 1]
        if at and found.years[at - 1] == year - 1
        else np.full((2, len(found.areas)), np.nan)
    )
    before, after = np.log(np.where(pair > 0, pair, np.nan))
    return after - before


def rows(database: Database, indicators: Iterable[Indicator]) -> Iterator[dict[str, Any]]:
    """Yield the usual changes of indicators as rows of the table of models."""
    for indicator in sorted(indicators, key=lambda one: one.id):
        for (year, size_class), terms in (usual(database, indicator) if has_jumps(indicator) else {}).items():
            about = {"model": MODEL, "subject": indicator.id, "part": str(size_class)}
            years = {"first_year": year - 1, "last_year": year}
            yield from (
                about | years | {"term": term, "value": value}
                for term, value in zip(("median", "mad"), terms, strict=True)
            )
