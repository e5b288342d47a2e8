"""How good peers are: how near the median of their costs comes to a municipality's own (docs/methods.md 7).

`update` tests them on the whole mainland and writes the results to models.parquet.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import numpy as np

from kuntamittari.catalog import need_models, services, structural_variables
from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.catalog.indicator import Indicator
from kuntamittari.query import figures, need, values
from kuntamittari.query.database import Database, cached_per_snapshot
from kuntamittari.query.peers import same_need, structure
from kuntamittari.query.variation import models
from kuntamittari.stats import peers
from kuntamittari.stats.peers import Structure

MODEL = "peer_test"  # its rows of the table of models
TERMS = ("error", "municipalities", "largest_size", "largest_share")

Method = Literal["structure", "same_need", "former", "size", "everybody"]
FORMER = ("urbanisation", "age_share", "age_change", "swedish", "unemployment", "education")
LIKENESSES: tuple[Method, ...] = ("structure", "same_need", "former")
MAD = 1.4826  # times the median absolute deviation: the scale of the former method


@dataclass(frozen=True)
class Result:
    """How well peers of a method predict: `error`, the mean of |ln cost − ln median of the peers|, over so many
    `municipalities`; `largest_size`: how many times larger or smaller the most unequal peer is; `largest_share`: share
    of all squared distances that comes from one variable, NaN where there is no distance."""

    year: int
    error: float
    municipalities: int
    largest_size: float
    largest_share: float


def results(database: Database) -> dict[str, dict[Method, Result]]:
    """Return indicator → method → result: as the data set brings them, or of its own figures where it holds the whole
    country."""
    return _results(database)


@cached_per_snapshot(1, of_area=False)
def _results(database: Database) -> dict[str, dict[Method, Result]]:
    brought = models.of(database, MODEL, definition())
    if brought is None:
        return tested(database) if models.holds_the_country(database) else {}
    found: dict[str, dict[Method, Result]] = {}
    for indicator, of in brought.items():
        parts: dict[str, dict[str, Any]] = {}
        for row in of:
            parts.setdefault(row["part"], {"year": row["first_year"]})[row["term"]] = row["value"]
        found[indicator] = {
            method: Result(**parts[method] | {"municipalities": int(parts[method]["municipalities"])})
            for method in get_args(Method)
            if method in parts
        }
    return found


def tested(database: Database) -> dict[str, dict[Method, Result]]:
    """Return indicator → method → result, of the unit costs of services and of what has a model of need, each in its
    newest year, over the mainland municipalities of a data set of the whole country."""
    asked = [
        one
        for one in figures.catalogue(database).values()
        if one.is_cost and (one.service or one.id in need_models.models())
    ]
    likenesses: dict[tuple[Any, ...], Alike | None] = {}

    def alike(method: Method, indicator: Indicator, year: int) -> Alike | None:
        """Return the peers by a method, once for all services of the same ages."""
        of = indicator.id if method == "same_need" else services.ages(indicator.service)
        if (key := (method, of, year)) not in likenesses:
            likenesses[key] = _alike(database, method, indicator, year)
        return likenesses[key]

    found = {}
    for indicator in asked:
        if year := figures.newest_year(database, indicator):
            by_likeness = {method: alike(method, indicator, year) for method in LIKENESSES}
            found[indicator.id] = _tested(database, indicator, year, by_likeness)
    return {indicator: of for indicator, of in found.items() if of}


@dataclass(frozen=True)
class Alike:
    """The peers of every mainland municipality; `largest_size` and `largest_share` as in Result."""

    peers: Mapping[str, list[str]]
    largest_size: float
    largest_share: float


NO_LIKENESS = Alike({}, math.nan, math.nan)  # of groups


def _alike(database: Database, method: Method, indicator: Indicator, year: int) -> Alike | None:
    """Return the usual number of peers by likeness of an indicator's service; None where nobody has any."""
    likeness: Structure | None
    weights: Mapping[str, float] = structural_variables.usual_weights()
    if method == "same_need":
        model = need_models.models().get(indicator.id)
        likeness, weights = same_need.same_need(database, model, year) if model else None, same_need.WEIGHTS
    else:
        by_structure = structure.structure(database, indicator.service, year)
        likeness = former(by_structure) if method == "former" else by_structure
    if likeness is None:
        return None
    mainland = [code for code in likeness.z if code not in likeness.aland]
    chosen, parts, sizes = {}, np.zeros(len(likeness.variables)), [1.0]
    for code in mainland:
        nearest, of, size = peers.nearest(likeness, code, weights, mainland, peers.USUAL)
        if nearest:
            chosen[code] = nearest
            parts += of.sum(axis=0)
            sizes.append(float(np.nanmax(np.maximum(size, 1 / size))))
    share = float(parts.max() / parts.sum()) if parts.sum() else math.nan
    return Alike(chosen, max(sizes), share) if chosen else None


def _tested(
    database: Database, indicator: Indicator, year: int, by_likeness: Mapping[Method, Alike | None]
) -> dict[Method, Result]:
    """Return method → result of an indicator in a year; those of size classes and of everybody beside likenesses."""
    register, found = figures.register(database), values.of(database, indicator)
    cost = dict(zip(found.areas, found.value[found.years.index(year)].tolist(), strict=True))
    ln_cost = {
        code: math.log(value)
        for code, value in cost.items()
        if code != MAINLAND and not register[code]["aland"] and value > 0
    }
    classes: dict[Method, dict[str, str]] = {
        "size": {code: register[code]["size_class"] for code in ln_cost},
        "everybody": dict.fromkeys(ln_cost, "everybody"),
    }
    missed = {method: (peers.missed(ln_cost, of.peers), of) for method, of in by_likeness.items() if of}
    missed |= {method: (peers.missed_by_class(ln_cost, of), NO_LIKENESS) for method, of in classes.items()}
    return {
        method: Result(year, float(np.mean(list(by.values()))), len(by), of.largest_size, of.largest_share)
        for method, (by, of) in missed.items()
        if by
    }


def former(by_structure: Structure) -> Structure:
    """Return the structure as it was compared before: by median and MAD, the share of Swedish speakers as it is,
    without density and without a bound of sizes."""
    compared = {
        variable: {code: of[variable] for code, of in by_structure.values.items() if variable in of}
        for variable in (peers.POPULATION, *FORMER)
    }
    compared[peers.POPULATION] = {code: math.log(value) for code, value in compared[peers.POPULATION].items()}
    z: dict[str, dict[str, float]] = {code: {} for code in by_structure.z}
    for variable, of in compared.items():
        mainland = np.array([value for code, value in of.items() if code not in by_structure.aland])
        centre = np.median(mainland) if len(mainland) else math.nan
        unit = MAD * np.median(np.abs(mainland - centre)) if len(mainland) else 0
        for code, value in of.items() if unit else ():
            z[code][variable] = float((value - centre) / unit)
    return replace(by_structure, z=z, bounded=False)


def rows(database: Database) -> Iterator[dict[str, Any]]:
    """Yield the results as rows of the table of models."""
    for indicator, by_method in sorted(tested(database).items()):
        for method, result in by_method.items():
            years = {"first_year": result.year, "last_year": result.year}
            about: dict[str, Any] = {"model": MODEL, "subject": indicator, "part": method, **years}
            yield from (about | {"term": term, "value": float(getattr(result, term))} for term in TERMS)


def definition() -> str:
    """Return the digest of what the results are of, besides the data."""
    return f"{structure.definition()}-{need.definition()}"
