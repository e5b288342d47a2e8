"""Figures of indicators for pages and the API: the catalogue, values and years; groups and their members."""

import difflib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from kuntamittari import settings
from kuntamittari.catalog import loader
from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.catalog.indicator import AS_PUBLISHED, Basis, Indicator, Text, ZeroPart
from kuntamittari.catalog.loader import Catalogue
from kuntamittari.errors import InputError
from kuntamittari.i18n import Translator
from kuntamittari.query import coverage
from kuntamittari.query.database import Database, cached_per_snapshot
from kuntamittari.query.values import compute_together
from kuntamittari.query.values import not_organised as parts_not_organised
from kuntamittari.query.values import of as values_of

LISTED = "own"  # the id in addresses and in the API: members listed by the user
SIMILAR = "similar"  # the chosen municipality and its peers by structure
SAME_NEED = "same-need"  # the chosen municipality and its peers of the same need
NEIGHBOURS = "neighbours"  # the chosen municipality and those that it borders on
OF_ONE = (SIMILAR, SAME_NEED, NEIGHBOURS)  # groups that are of one municipality
FEWEST_NEIGHBOURS = 3  # loaded ones, below which they make no group
MODEL = "model"  # members of a group that organise a service in one way
LONGEST_ECHO = 40  # characters of a user's input that a message repeats


@dataclass(frozen=True)
class Group:
    """A comparison group (docs/methods.md 8).

    `listed`: the members, where the id is own, model or one of OF_ONE; `aland`: whether municipalities of Åland count.
    """

    id: str
    listed: tuple[str, ...] = ()
    aland: bool = False

    @property
    def parameters(self) -> dict[str, Any]:
        """Return the group as parameters of the SQL files."""
        return {"group_id": self.id, "listed": list(self.listed), "aland": self.aland}


@cached_per_snapshot(1)
def register(database: Database) -> dict[str, dict[str, Any]]:
    """Return code → row of the register, for the municipalities and MA1 (Mainland Finland)."""
    return {row["code"]: row for row in database.query("municipalities").to_pylist()}


def neighbours(database: Database, municipality: str) -> tuple[str, ...]:
    """Return the municipalities that one borders on and whose figures are loaded; none where they are too few to be
    compared with."""
    places = register(database)
    loaded = tuple(code for code in places[municipality]["neighbours"] or () if places[code]["loaded"])
    return loaded if len(loaded) >= FEWEST_NEIGHBOURS else ()


@cached_per_snapshot(1)
def groups(database: Database) -> dict[str, dict[str, Any]]:
    """Return id → fixed group: size, loaded (both numbers), and codes in municipalities and with_aland."""
    return {row["group_id"]: row for row in database.query("groups").to_pylist()}


def catalogue(database: Database, base_year: int | None = None) -> Catalogue:
    """Return the catalogue in use, each productivity index with the best output that the data hold.

    It includes the indicators of the database's overlay. `base_year`: of every index; None: its own.
    """
    official = loader.indicators()
    return _resolved(
        database, tuple((official | dict(database.overlay.indicators(official))).values()), official.digest, base_year
    )


@cached_per_snapshot(16, of_area=False)
def _resolved(database: Database, indicators: tuple[Indicator, ...], digest: str, base_year: int | None) -> Catalogue:
    loaded = _loaded_years(database)
    with_base_year = [indicator.based_on(base_year) if base_year else indicator for indicator in indicators]
    resolved = Catalogue(
        (indicator.measured_by(loaded).of_data(database.snapshot.manifest) for indicator in with_base_year), digest
    )
    compute_together(database, resolved.values())
    return resolved


@cached_per_snapshot(1, of_area=False)
def _loaded_years(database: Database) -> dict[str, dict[int, int]]:
    """Return measure (or table without measures) → year → number of municipalities with a figure."""
    by_part: dict[str, dict[int, int]] = {}
    for row in coverage.loaded_years(database):
        by_part.setdefault(row["part"], {})[row["year"]] = row["places"]
    return by_part


def last_year(database: Database, *tables: str) -> int:
    """Return the newest year of tables without measures, such as `finance`, by the rule of `newest_year`; 0 where they
    have none."""
    places: dict[int, int] = {}
    for table in tables:
        for year, number in _loaded_years(database).get(table, {}).items():
            places[year] = max(number, places.get(year, 0))
    return _newest(places) or 0


def data_years(database: Database) -> list[int]:
    """Return every year that any indicator may have a figure of, in order."""
    resident_tables = ("population", "projection")  # denominators only: their years alone give no value
    return sorted(
        {year for part, years in _loaded_years(database).items() if part not in resident_tables for year in years}
    )


@cached_per_snapshot(1, of_area=False)
def price_year(database: Database) -> int:
    """Return the last year with costs that has a price index; the last year with costs where none has."""
    cost_years = database.snapshot.manifest["years"]
    return max(prices(database).keys() & set(cost_years), default=cost_years[-1])


@cached_per_snapshot(1, of_area=False)
def prices(database: Database) -> dict[int, float]:
    """Return year → price index of public expenditure."""
    return {row["year"]: row["value"] for row in database.query("prices").to_pylist()}


@cached_per_snapshot(400, of_area=False)
def places_by_year(database: Database, indicator: Indicator, basis: Basis = AS_PUBLISHED) -> dict[int, int]:
    """Return year → number of municipalities with a value, of the years with a value in which the task is municipal:
    those few that keep a task after it has moved would move everybody's newest year."""
    found, moved_from = values_of(database, indicator, basis), indicator.bound(basis)["moved_from"]
    known = ~np.isnan(found.value)
    places = known[:, [area != MAINLAND for area in found.areas]].sum(axis=1).tolist()
    return {
        year: number
        for year, number, any_value in zip(found.years, places, (n > 0 for n in known.sum(axis=1)), strict=True)
        if any_value and (moved_from is None or year < moved_from)
    }


def years(database: Database, indicator: Indicator, basis: Basis = AS_PUBLISHED) -> list[int]:
    """Return the years in which at least one area has a value of the indicator, in order."""
    return list(places_by_year(database, indicator, basis))


def newest_year(
    database: Database, indicator: Indicator, basis: Basis = AS_PUBLISHED, up_to: int | None = None
) -> int | None:
    """Return the year that an indicator is shown in unless another is asked for; None where it has no figures.

    It is the newest that at least half as many municipalities have a value of as of any other year: reports of a year
    come in one by one, and a year of a few would hide that of all. `up_to`: of the years up to that one alone.
    """
    places = places_by_year(database, indicator, basis)
    return _newest({year: number for year, number in places.items() if up_to is None or year <= up_to})


def _newest(places: Mapping[int, int]) -> int | None:
    """Return the newest year with at least half of the most places (year → number of municipalities)."""
    most = max(places.values(), default=0)
    return max((year for year, number in places.items() if 2 * number >= most), default=None)


@cached_per_snapshot(400, of_area=False)
def published_years(database: Database, indicator: Indicator) -> list[int]:
    """Return the years in which a published total stands in for the parts of the indicator (docs/methods.md 13)."""
    if not (indicator.formula and indicator.formula.parts[0].published):
        return []
    return [row["year"] for row in database.query("published_years", formula=indicator.bound()).to_pylist()]


def not_organised(
    database: Database, indicator: Indicator, municipality: str, year: int, basis: Basis = AS_PUBLISHED
) -> tuple[ZeroPart, ...]:
    """Return the parts of a composite or total that a municipality does not organise itself (docs/methods.md 2).

    In the year, or in any of the years that the basis takes together.
    """
    if not indicator.zero_parts:
        return ()
    by_year = parts_not_organised(database, indicator.zero_parts).get(municipality, {})
    ids = {part for one_year in range(year - basis.years_together + 1, year + 1) for part in by_year.get(one_year, ())}
    return tuple(part for part in indicator.zero_parts if part.id in ids)


def as_organised(
    database: Database, indicator: Indicator, municipality: str, year: int, basis: Basis = AS_PUBLISHED
) -> Indicator:
    """Return a composite without the parts that a municipality does not organise itself (docs/methods.md 2).

    Unchanged where there are none, for a published total, and where nothing would be left.
    """
    parts = not_organised(database, indicator, municipality, year, basis)
    nothing_left = {name for part in parts for name in part.task_classes} >= set(indicator.task_classes)
    return indicator if not parts or indicator.is_published_total or nothing_left else _named(indicator.without(parts))


def _named(reduced: Indicator) -> Indicator:
    """Return a reduced composite whose name and label say what is left out."""

    def without_parts(text: Text) -> Text:
        translations = {}
        for language in settings.LANGUAGES:
            parts = ", ".join(part.label[language] for part in reduced.left_out)
            translations[language] = Translator(language)("composite.without", name=text[language], parts=parts)
        return Text(**translations)

    return reduced.model_copy(update={"name": without_parts(reduced.name), "label": without_parts(reduced.label)})


def values(
    database: Database,
    indicator: Indicator,
    municipalities: Sequence[str] | None = None,
    years: Sequence[int] | None = None,
    basis: Basis = AS_PUBLISHED,
) -> pa.Table:
    """Return a table with one row per area and year of an indicator, in order of area and year.

    Columns: municipality, year, numerator, denominator, value, status, reason (why there is no value), base (persons
    that the value rests on). Without `municipalities` all loaded areas, without `years` all years with figures.
    """
    found = values_of(database, indicator, basis)
    areas = _loaded(database) if municipalities is None else set(municipalities)
    places = [place for place, area in enumerate(found.areas) if area in areas]
    at = [place for place, year in enumerate(found.years) if years is None or year in years]
    taken = np.ix_(at, places)
    flat: dict[str, NDArray[Any]] = {
        name: (found.numbers | found.words)[name][taken].T.ravel()
        for name in ("numerator", "denominator", "value", "status", "reason", "base")
    }
    flat["municipality"] = np.repeat(np.array(found.areas, dtype=object)[places], len(at))
    flat["year"] = np.tile(np.array(found.years, dtype=np.int16)[at], len(places))
    # NaN is no figure
    arrays = [pa.array(flat[field.name], field.type, from_pandas=True) for field in VALUES_OF_AREAS]
    table = pa.Table.from_arrays(arrays, schema=VALUES_OF_AREAS)
    return table.filter(pc.field("reason").is_null() | (pc.field("reason") != "no_year")) if years is None else table


VALUES_OF_AREAS = pa.schema(
    [
        ("municipality", pa.string()),
        ("year", pa.int16()),
        ("numerator", pa.float64()),
        ("denominator", pa.float64()),
        ("value", pa.float64()),
        ("status", pa.string()),
        ("reason", pa.string()),
        ("base", pa.float64()),
    ]
)


@cached_per_snapshot(1)
def _loaded(database: Database) -> set[str]:
    """Return the areas whose figures are in the data set."""
    return {code for code, row in register(database).items() if row["loaded"]}


@cached_per_snapshot(200, of_area=False)
def loaded_members(database: Database, group: Group) -> tuple[str, ...]:
    """Return the members of a group whose figures are in the data set, in order."""
    return tuple(database.query("members", **group.parameters)["municipality"].to_pylist())


def validated(field: str, code: str, options: Collection[str]) -> str:
    """Return `code` where it is among the options. Raises InputError with near matches otherwise.

    `field`: the parameter that the error names.
    """
    if code in options:
        return code
    matches = difflib.get_close_matches(code[:LONGEST_ECHO], sorted(options), n=3, cutoff=0.6)
    raise InputError(field, f"unknown_{field}", f"There is no {field} {shortened(code)!r}.", matches)


def shortened(text: str) -> str:
    """Return a user's input, cut to the length that a message repeats."""
    return text if len(text) <= LONGEST_ECHO else f"{text[:LONGEST_ECHO]}…"
