"""Expected costs by need beyond age, and the models that they come from (docs/methods.md 9).

`update` fits the models to the whole mainland, also where a part of it is loaded, and writes them to models.parquet.
They are never fitted to a part, and never carried to another year.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from kuntamittari import settings
from kuntamittari.catalog import need_models
from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.catalog.indicator import AS_PUBLISHED, Basis, Indicator
from kuntamittari.catalog.need_models import NeedModel
from kuntamittari.query import figures, values
from kuntamittari.query.database import Database, cached_per_snapshot
from kuntamittari.query.variation import models
from kuntamittari.stats import need
from kuntamittari.stats.group_figures import Numbers
from kuntamittari.stats.need import Fit

MODEL = "need"  # its rows of the table of models
WHOLE = ("intercept", "scale", "left_out_r2", "deviation", "n")
OF_DRIVER = ("coefficients", "errors", "means")
EXPECTED = "expected"  # the part whose terms are of the logarithm of the expected cost


@dataclass(frozen=True, eq=False)
class Model:
    """The model of an indicator in a year.

    `left`: size class → mean and standard deviation of what it leaves of ln cost, and n; `mean`, `deviation`: of the
    logarithm of the expected cost over the mainland.
    """

    year: int
    drivers: tuple[str, ...]
    fit: Fit
    left: Mapping[int, Mapping[str, float]]
    mean: float
    deviation: float


@dataclass(frozen=True)
class Expected:
    """What a municipality is expected to spend a head in a year.

    `usual`: that of a municipality with average drivers; `effects`: driver → its part of the difference between both;
    `drivers`: driver → figure. Euros of the year itself.
    """

    cost: float
    usual: float
    effects: Mapping[str, float]
    drivers: Mapping[str, float]


@dataclass(frozen=True)
class NeedStanding:
    """What need leads one to expect an indicator to cost in the chosen municipality (docs/methods.md 9).

    `row`: of the comparison in the newest year up to the one shown that has a model; `expected`: with its drivers, in
    euros of the year itself; `price`: by which these are multiplied for the prices shown; `model`: of the year.
    """

    indicator: Indicator
    row: dict[str, Any]
    expected: Expected
    price: float
    model: Model

    @property
    def effects(self) -> dict[str, float]:
        """Return theme → its part of the difference between the expected cost and that with average drivers."""
        by_theme: dict[str, float] = {}
        for driver, euros in self.expected.effects.items():
            theme = need_models.drivers()[driver]["theme"]
            by_theme[theme] = by_theme.get(theme, 0.0) + euros * self.price
        return by_theme


def years(database: Database, indicator: str) -> list[int]:
    """Return the years of which an indicator has a model, in order."""
    return sorted(_models(database, indicator))


def model(database: Database, indicator: str, year: int) -> Model | None:
    """Return the model of an indicator in a year; None where there is none."""
    return _models(database, indicator).get(year)


@cached_per_snapshot(50, of_area=False)
def expected(database: Database, indicator: str, year: int) -> dict[str, Expected]:
    """Return municipality → its expected cost, of those of the mainland that have every driver; empty without a model
    of the year."""
    found, register = model(database, indicator, year), figures.register(database)
    if found is None:
        return {}
    codes, drivers = _drivers(database, found.drivers, year)
    cost, effects = found.fit.cost(drivers), found.fit.effects(drivers)
    return {
        code: Expected(
            float(cost[at]),
            found.fit.usual_cost,
            dict(zip(found.drivers, effects[at].tolist(), strict=True)),
            dict(zip(found.drivers, drivers[at].tolist(), strict=True)),
        )
        for at, code in enumerate(codes)
        if not np.isnan(cost[at]) and not register[code]["aland"]
    }


def lacking(database: Database, indicator: str, year: int, municipality: str) -> list[str]:
    """Return the drivers of the model of a year that a municipality has no figure of; empty without a model."""
    found = model(database, indicator, year)
    if found is None:
        return []
    codes, drivers = _drivers(database, found.drivers, year)
    known = drivers[codes.index(municipality)] if municipality in codes else np.full(len(found.drivers), np.nan)
    return [driver for driver, value in zip(found.drivers, known.tolist(), strict=True) if np.isnan(value)]


def expected_costs(database: Database, indicator: Indicator, year: int, areas: list[str], basis: Basis) -> Numbers:
    """Return the expected cost a head of areas, in euros at the prices of a basis; NaN where it is not known.

    A mean of several years has none: its years would each need their drivers.
    """
    has_one = basis.years_together == 1 and indicator.id in need_models.models()
    if not has_one or not (of := expected(database, indicator.id, year)):
        return np.full(len(areas), np.nan)
    prices = figures.prices(database) if basis.price_year else {}
    price = prices.get(basis.price_year, np.nan) / prices.get(year, np.nan) if basis.price_year else 1.0
    return np.array([of[area].cost * price if area in of else np.nan for area in areas])


@cached_per_snapshot(10, of_area=False)
def _models(database: Database, indicator: str) -> dict[int, Model]:
    """Return year → model: as the data set brings them, or fitted now where this holds the whole country."""
    brought = models.of(database, MODEL, definition())
    if brought is None:
        return fitted(database, indicator) if models.holds_the_country(database) else {}
    by_year: dict[int, dict[str, dict[str, float]]] = {}
    for row in brought.get(indicator, []):
        by_year.setdefault(row["first_year"], {}).setdefault(row["part"], {})[row["term"]] = row["value"]
    return {year: _read(need_models.models()[indicator], year, parts) for year, parts in by_year.items()}


def _read(about: NeedModel, year: int, parts: Mapping[str, Mapping[str, float]]) -> Model:
    """Return the model that rows of the table of models describe."""
    whole = parts[""]
    coefficients, errors, means = (np.array([parts[d][term] for d in about.drivers]) for term in OF_DRIVER)
    intercept, scale, left_out_r2, deviation, n = (whole[term] for term in WHOLE)
    fit = Fit(intercept, coefficients, errors, means, scale, left_out_r2, deviation, int(n))
    left = {int(part.removeprefix("size-")): of for part, of in parts.items() if part.startswith("size-")}
    return Model(year, about.drivers, fit, left, parts[EXPECTED]["mean"], parts[EXPECTED]["deviation"])


def fitted(database: Database, indicator: str) -> dict[int, Model]:
    """Return year → model, of the mainland municipalities of a data set of the whole country."""
    about, asked = need_models.models()[indicator], figures.catalogue(database).get(indicator)
    if asked is None:
        return {}
    found, register = values.of(database, asked, AS_PUBLISHED), figures.register(database)
    places = [n for n, code in enumerate(found.areas) if code != MAINLAND and not register[code]["aland"]]
    mainland = [found.areas[place] for place in places]
    size = np.array([register[code]["size_class"] or 0 for code in mainland])
    fits = {}
    for at, year in enumerate(found.years):
        cost, heads = found.value[at, places], found.numbers["denominator"][at, places]
        if not about.covers(year) or 2 * int((~np.isnan(cost)).sum()) < len(mainland):
            continue
        codes, known = _drivers(database, about.drivers, year)
        at_place = {code: row for row, code in enumerate(codes)}
        drivers = np.array([known[at_place[c]] if c in at_place else [np.nan] * len(about.drivers) for c in mainland])
        if (one := need.fitted(cost, heads, drivers)) is None:
            continue
        fit, residual = one
        ln_expected = np.log(fit.cost(drivers[~np.isnan(drivers).any(axis=1)]))
        left = {
            int(number): {"residual": float(of.mean()), "spread": float(of.std()), "n": float(len(of))}
            for number in np.unique(size[~np.isnan(residual)])
            for of in [residual[(size == number) & ~np.isnan(residual)]]
        }
        fits[year] = Model(year, about.drivers, fit, left, float(ln_expected.mean()), float(ln_expected.std()))
    return fits


@cached_per_snapshot(50, of_area=False)
def _drivers(database: Database, drivers: tuple[str, ...], year: int) -> tuple[list[str], Numbers]:
    """Return the municipalities that have any driver in a year, and the drivers, shape (municipalities, drivers)."""
    about = need_models.drivers()
    bases = {*drivers, *(about[driver]["square"] for driver in drivers if "square" in about[driver])}

    def ages(kind: str) -> list[dict[str, Any]]:
        return [
            {"driver": d, "age_from": about[d][kind][0], "age_to": about[d][kind][1]}
            for d in sorted(bases)
            if kind in about[d]
        ]

    rows = database.query(
        "need_drivers",
        year=year,
        shares=ages("share"),
        densities=ages("per_km2"),
        measures=[{"driver": d, "measure": about[d]["measure"]} for d in sorted(bases) if "measure" in about[d]],
        bilingual=[d for d in sorted(bases) if "bilingual" in about[d]],
    ).to_pylist()
    by_place: dict[str, dict[str, float]] = {}
    for row in rows:
        by_place.setdefault(row["municipality"], {})[row["driver"]] = row["value"]
    for of in by_place.values():
        for driver in drivers:
            if "square" in about[driver] and about[driver]["square"] in of:
                of[driver] = of[about[driver]["square"]] ** 2
    codes = sorted(by_place)
    return codes, np.array([[by_place[c].get(d, np.nan) for d in drivers] for c in codes]).reshape(-1, len(drivers))


def rows(database: Database) -> Iterator[dict[str, Any]]:
    """Yield the models as rows of the table of models."""
    for indicator in need_models.models():
        for year, one in fitted(database, indicator).items():
            about = {"model": MODEL, "subject": indicator, "first_year": year, "last_year": year}
            parts: dict[str, dict[str, float]] = {"": {term: float(getattr(one.fit, term)) for term in WHOLE}}
            for at, driver in enumerate(one.drivers):
                parts[driver] = {term: float(getattr(one.fit, term)[at]) for term in OF_DRIVER}
            parts |= {f"size-{number}": dict(of) for number, of in one.left.items()}
            parts[EXPECTED] = {"mean": one.mean, "deviation": one.deviation}
            for part, terms in parts.items():
                yield from (about | {"part": part, "term": term, "value": value} for term, value in terms.items())


def definition() -> str:
    """Return the digest of what the models are of, besides the data."""
    about = {one.indicator: [one.drivers, one.last_year] for one in need_models.models().values()}
    drivers = {
        driver: {kind: of[kind] for kind in ("share", "measure", "per_km2", "square", "bilingual") if kind in of}
        for driver, of in need_models.drivers().items()
    }
    words = json.dumps([about, drivers]) + (settings.SQL / "need_drivers.sql").read_text("utf-8")
    return hashlib.sha256(words.encode()).hexdigest()[:16]
