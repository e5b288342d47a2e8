"""Values of an indicator by area and year, from the table of values that a data set brings or from the macros.

`update`, `synth` and the bundle write every indicator as published into values.parquet, by the macros that define it
(sql/schema/20_indicator_value.sql). Asking then is reading: the macros are asked only on another basis, and for what is
not in the table, such as an indicator whose file has changed or uploaded figures.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from kuntamittari import settings
from kuntamittari.catalog.areas import OWN_AREA
from kuntamittari.catalog.indicator import AS_PUBLISHED, Basis, Indicator, ZeroPart, bound_parts
from kuntamittari.query.database import Database, cached_per_snapshot, constant_tables, failed
from kuntamittari.query.snapshot import BOUNDARY, FOLLOWING, VALUES, VALUES_SCHEMA
from kuntamittari.stats import area_sums
from kuntamittari.stats.group_figures import Numbers, total

NUMBERS = tuple(field.name for field in VALUES_SCHEMA if field.type == pa.float64())
KEYS, WORDS = ("year", "municipality"), ("status", "reason")
UNREADABLE = (OSError, pa.ArrowException, ValueError)  # of files that were changed while in use
ROW_GROUP = 16_384  # rows that are read together: an indicator of a whole country in fifty years
ALONE = 3  # indicators on one basis that are computed each by itself: of a page that compares one
AT_ONCE = 2_000_000  # rows that are computed together, some 300 MB


@dataclass(frozen=True, eq=False)
class Values:
    """An indicator on a basis, of all areas of the register in all years that have any figure.

    `years` and `areas` in order; `numbers`: column → array of shape (years, areas), NaN where there is none; `words`:
    status and reason likewise, None where there is none. `scale` and `kind` are of the formula.
    """

    kind: str
    scale: float
    years: tuple[int, ...]
    areas: tuple[str, ...]
    numbers: dict[str, Numbers]
    words: dict[str, NDArray[np.object_]]

    @cached_property
    def place(self) -> dict[str, int]:
        """Return area → its place in `areas`."""
        return {area: place for place, area in enumerate(self.areas)}

    @property
    def value(self) -> Numbers:
        """Return the values, shape (years, areas)."""
        return self.numbers["value"]

    def places(self, areas: Sequence[str]) -> list[int]:
        """Return the places of areas that the register has."""
        return [self.place[area] for area in areas if area in self.place]

    def has(self, year: int) -> bool:
        """Return whether the data have any figure of a year."""
        return year in self.years

    def ratio_of_sums(self, members: Sequence[int], year: int | None = None) -> Numbers:
        """Return the members as one municipality, one value a year; NaN where there is none, and for a level.

        `members`: their places; `year`: of that year alone. Members that do not organise a part themselves count too.
        """
        at = slice(None) if year is None else slice(self.years.index(year), self.years.index(year) + 1)
        reasons = self.words["reason"][at][:, members]
        if self.kind == "level" or not len(members):
            return np.full(len(reasons), np.nan)
        counted = (reasons == None) | (reasons == "not_organised_part")  # noqa: E711 - elementwise

        def added(name: str) -> Numbers:
            return total(np.where(counted, self.numbers[name][at][:, members], np.nan))

        with np.errstate(divide="ignore", invalid="ignore"):
            if self.kind == "index":
                ratio = self.scale * (added("above") / added("below")) * (added("input_base") / added("input"))
            else:
                ratio = self.scale * (added("numerator") / added("denominator"))
            ratio = ratio - 100 if self.kind == "change" else ratio
        return np.where(np.isfinite(ratio), ratio, np.nan)


def of(database: Database, indicator: Indicator, basis: Basis = AS_PUBLISHED, year: int | None = None) -> Values:
    """Return the values of an indicator; with a `year` at least those of that year.

    Raises DataError where the files cannot be read.
    """
    if database.members:
        return _with_area(of(database.without_area, indicator, basis, year), *_area(database, indicator, basis))
    groups = _in_table(database, indicator, year) if basis == AS_PUBLISHED else ()
    return _read(database, indicator, groups) if groups else _computed(database, indicator, basis)


Column = dict[str, NDArray[Any]]  # name of a column of Values → one entry a year


@cached_per_snapshot(200)
def _area(database: Database, indicator: Indicator, basis: Basis) -> tuple[tuple[int, ...], Column, Column]:
    """Return the years of an indicator, and numbers and words of the area of the database: the sums of its members."""
    found = of(database.without_area, indicator, basis)
    members = found.places(database.members)
    parts = () if indicator.is_published_total else indicator.zero_parts  # as Indicator.bound has them
    without = not_organised(database, parts).get(OWN_AREA, {}) if parts else {}
    of_years = [range(year - basis.years_together + 1, year + 1) for year in found.years]
    numbers, words = area_sums.as_one(
        area_sums.Definition(
            found.kind, found.scale, indicator.zero == "missing", indicator.persons_in, basis.years_together
        ),
        {name: column[:, members] for name, column in found.numbers.items()},
        found.words["status"][:, members],
        found.words["reason"][:, members],
        np.array([any(year in without for year in span) for span in of_years], bool),
    )
    return found.years, numbers, words


def _with_area(found: Values, years: Sequence[int], numbers: Column, words: Column) -> Values:
    """Return values with the area as the last of the areas; `years`: those of its columns."""
    at = [years.index(year) for year in found.years]
    return replace(
        found,
        areas=(*found.areas, OWN_AREA),
        numbers={name: np.column_stack((column, numbers[name][at])) for name, column in found.numbers.items()},
        words={name: np.column_stack((column, words[name][at])) for name, column in found.words.items()},
    )


@cached_per_snapshot(50)
def not_organised(database: Database, parts: tuple[ZeroPart, ...]) -> dict[str, dict[int, list[str]]]:
    """Return area → year → ids of the parts that it does not organise itself (docs/methods.md 2)."""
    by_area: dict[str, dict[int, list[str]]] = {}
    for row in database.query("not_organised", parts=bound_parts(parts)).to_pylist():
        by_area.setdefault(row["municipality"], {}).setdefault(row["year"], []).append(row["id"])
    return by_area


def _in_table(database: Database, indicator: Indicator, year: int | None = None) -> tuple[int, ...]:
    """Return the row groups of the table that hold an indicator, or a year of it; none where it has to be computed."""
    stored = _stored(database)
    if stored is None or not _counts_nothing_uploaded(database, indicator):
        return ()
    return stored.groups(indicator.id, _digest(indicator), year)


def compute_together(database: Database, indicators: Iterable[Indicator]) -> None:
    """Have indicators computed in one statement once more than ALONE of them are asked for on a basis.

    A page that shows many then waits for one: to bind a statement takes longer than to compute an indicator.
    """
    _together(database).update(dict.fromkeys(indicators))


@cached_per_snapshot(1)
def _together(database: Database) -> dict[Indicator, None]:
    return {}


@cached_per_snapshot(50)
def _asked_for(database: Database, basis: Basis) -> set[str]:
    return set()


def _computed(database: Database, indicator: Indicator, basis: Basis) -> Values:
    asked = _asked_for(database, basis)
    asked.add(indicator.id)
    together = _all_computed(database, basis) if len(asked) > ALONE and indicator in _together(database) else {}
    return together.get(indicator) or _computed_alone(database, indicator, basis)


@cached_per_snapshot(100)
def _computed_alone(database: Database, indicator: Indicator, basis: Basis) -> Values:
    return _values(indicator, _ask(database, [indicator], basis))


@cached_per_snapshot(2)
def _all_computed(database: Database, basis: Basis) -> dict[Indicator, Values]:
    """Return the indicators that are computed together on a basis, but for those of the table."""
    # a list of its own, since another reader may add to them meanwhile
    wanted = [one for one in list(_together(database)) if basis != AS_PUBLISHED or not _in_table(database, one)]
    table = _ask(database, wanted, basis)
    rows = len(table) // max(len(wanted), 1)
    return {one: _values(one, table.slice(at * rows, rows)) for at, one in enumerate(wanted)}


def _ask(database: Database, indicators: Sequence[Indicator], basis: Basis = AS_PUBLISHED) -> pa.Table:
    return database.query("values", formulas=[indicator.bound(basis) for indicator in indicators])


@cached_per_snapshot(200)
def _read(database: Database, indicator: Indicator, groups: tuple[int, ...]) -> Values:
    """Return an indicator's values from row groups of the table. Raises DataError where these cannot be read."""
    stored = _stored(database)
    assert stored
    try:
        return _values(indicator, stored.file().read_row_groups(list(groups), [*KEYS, *NUMBERS, *WORDS]))
    except UNREADABLE as error:
        raise failed(database.snapshot, error) from error


def _values(indicator: Indicator, table: pa.Table) -> Values:
    """Return rows of one indicator, in order of year and municipality and complete, as arrays."""
    years = tuple(np.unique(table["year"].to_numpy()).tolist())
    shape = (len(years), len(table) // max(len(years), 1))
    areas = tuple(table["municipality"].slice(0, shape[1]).to_pylist())

    def numbers(name: str) -> Numbers:
        if table[name].null_count == len(table):  # most indicators hide nothing and are no index
            return np.broadcast_to(np.nan, shape)
        return cast(Numbers, table[name].to_numpy().astype(float, copy=False).reshape(shape))

    def words(name: str) -> NDArray[np.object_]:
        column = table[name].combine_chunks().dictionary_encode()
        column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        meanings = np.array([*column.dictionary.to_pylist(), None], dtype=object)
        return meanings[column.indices.fill_null(len(meanings) - 1).to_numpy()].reshape(shape)

    scale = indicator.formula.parts[2] if indicator.formula else 1.0
    return Values(
        indicator.formula.kind if indicator.formula else "awaited",
        scale,
        years,
        areas,
        {name: numbers(name) for name in NUMBERS},
        {name: words(name) for name in WORDS},
    )


@dataclass(frozen=True)
class _Stored:
    """The table of values of a data set: which row groups hold an indicator, and which years each has.

    `digests`: indicator → digest of the definition by which it was computed; `extents`: indicator → one (row group,
    first year, last year) a row group.
    """

    path: str
    metadata: pq.FileMetaData
    digests: dict[str, str]
    extents: dict[str, list[tuple[int, int, int]]]

    def file(self) -> pq.ParquetFile:
        """Return the file, opened anew since an open one serves one reader at a time."""
        return pq.ParquetFile(self.path, metadata=self.metadata)

    def groups(self, indicator: str, digest: str, year: int | None) -> tuple[int, ...]:
        """Return the row groups that hold an indicator, or a year of it; none where its definition is another."""
        if self.digests.get(indicator) != digest:
            return ()
        extents = self.extents[indicator]
        if year is not None:
            extents = [extent for extent in extents if extent[1] <= year <= extent[2]] or extents[-1:]
        return tuple(group for group, _, _ in extents)


@cached_per_snapshot(1)
def _stored(database: Database) -> _Stored | None:
    """Return the table of values; None where the data set has none, or its figures are no longer those it is of.

    Raises DataError where it cannot be read.
    """
    manifest = database.snapshot.manifest
    if not database.snapshot.has(VALUES) or manifest["files"][VALUES].get("figures") != figures_digest(manifest):
        return None
    path = str(database.snapshot.path(VALUES))
    try:
        metadata = pq.read_metadata(path)
    except UNREADABLE as error:
        raise failed(database.snapshot, error) from error
    extents: dict[str, list[tuple[int, int, int]]] = {}
    indicator_at, year_at = (metadata.schema.names.index(name) for name in ("indicator", "year"))
    for group in range(metadata.num_row_groups):
        row_group = metadata.row_group(group)
        years = row_group.column(year_at).statistics
        extents.setdefault(row_group.column(indicator_at).statistics.min, []).append((group, years.min, years.max))
    return _Stored(path, metadata, manifest["files"][VALUES]["definitions"], extents)


def _counts_nothing_uploaded(database: Database, indicator: Indicator) -> bool:
    """Return whether no uploaded figure enters an indicator or brings a year of its own."""
    if not database.overlay.activity:
        return True
    terms = indicator.formula.parts[:2] if indicator.formula else ()
    used = {name for term in terms for name in (*term.measures, term.published)}
    return used.isdisjoint(row["measure"] for row in database.overlay.activity) and _adds_no_year(database)


@cached_per_snapshot(1)
def _adds_no_year(database: Database) -> bool:
    stored = _stored(database)
    assert stored
    extents = next(iter(stored.extents.values()), [])
    years = range(min((e[1] for e in extents), default=0), max((e[2] for e in extents), default=-1) + 1)
    return all(row["year"] in years for row in database.overlay.activity)


@lru_cache(500)
def _digest(indicator: Indicator) -> str:
    """Return what the values of an indicator as published follow from, besides the data: formula, macros, catalogue."""
    return hashlib.sha256((_macros() + json.dumps(indicator.bound(), sort_keys=True)).encode()).hexdigest()[:16]


@cache
def _macros() -> str:
    """Return the macros without comments, and the tables of the catalogue that they read."""
    lines = [
        line
        for script in sorted((settings.SQL / "schema").glob("*.sql"))
        for line in script.read_text("utf-8").splitlines()
    ]
    code = " ".join(" ".join(line.split("--")[0] for line in lines).split())
    return code + json.dumps({name: table.to_pylist() for name, table in constant_tables().items()})


def batches(database: Database, indicators: Sequence[Indicator]) -> Iterator[pa.RecordBatch]:
    """Yield the rows of the table of values, sorted; no batch holds two indicators or a part of a year."""
    for _, table in _tables(database, indicators):
        areas = len(table) // max(len(table["year"].unique()), 1)
        yield from table.to_batches(max(1, ROW_GROUP // max(areas, 1)) * areas or None)


def _tables(database: Database, indicators: Sequence[Indicator]) -> Iterator[tuple[Indicator, pa.Table]]:
    """Yield each indicator with its rows as the macros compute them, in order of ids."""
    ordered = sorted(indicators, key=lambda indicator: indicator.id)
    areas = pq.read_metadata(database.snapshot.path("municipality")).num_rows
    together = max(1, AT_ONCE // (areas * (len(database.snapshot.manifest["years"]) + 20)))
    for first in range(0, len(ordered), together):
        some = ordered[first : first + together]
        table = _ask(database, some)
        rows = len(table) // len(some)
        for place, indicator in enumerate(some):
            part = table.slice(place * rows, rows)
            named = part.set_column(0, "indicator", pa.array([indicator.id] * rows, pa.string()))
            yield indicator, named.select(VALUES_SCHEMA.names).cast(VALUES_SCHEMA).combine_chunks()


def figures_digest(manifest: Mapping[str, Any]) -> str:
    """Return what values follow from besides their definitions: the content of the tables of figures."""
    contents = {
        name: entry.get("sha256") for name, entry in manifest["files"].items() if name not in (*FOLLOWING, BOUNDARY)
    }
    return hashlib.sha256(json.dumps(contents, sort_keys=True).encode()).hexdigest()[:16]


def definitions(indicators: Sequence[Indicator]) -> dict[str, str]:
    """Return indicator → digest of the definition by which its values are computed."""
    return {indicator.id: _digest(indicator) for indicator in sorted(indicators, key=lambda indicator: indicator.id)}


def differing(database: Database, indicators: Sequence[Indicator]) -> list[str]:
    """Return the ids of those of the indicators whose values in the table are not those of the macros.

    An indicator that has changed since the table was written is not read from it, and so not compared.
    """
    stored = _stored(database)
    groups = {one.id: stored.groups(one.id, _digest(one), None) for one in indicators} if stored else {}
    compared = [indicator for indicator in indicators if groups.get(indicator.id)]
    return [
        indicator.id
        for indicator, table in _tables(database, compared)
        if stored and not stored.file().read_row_groups(list(groups[indicator.id])).cast(VALUES_SCHEMA).equals(table)
    ]
