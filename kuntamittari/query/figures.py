"""Figures of indicators for pages and the API: values, comparisons, series and pairs."""

import difflib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from kuntamittari import settings
from kuntamittari.catalog import loader
from kuntamittari.catalog.indicator import AS_PUBLISHED, Basis, Indicator, Text, ZeroPart, bound_parts
from kuntamittari.catalog.loader import Catalogue
from kuntamittari.errors import InputError
from kuntamittari.i18n import Translator
from kuntamittari.query import coverage
from kuntamittari.query.database import Database, cached_per_snapshot
from kuntamittari.stats import benchmark

LISTED = "own"  # the id in addresses and in the API: members listed by the user
SIMILAR = "similar"  # the chosen municipality and its peers
MODEL = "model"  # members of a group that organise a service in one way
LONGEST_ECHO = 40  # characters of a user's input that a message repeats


@dataclass(frozen=True)
class Group:
    """A comparison group (docs/methods.md 8).

    `listed`: the members, where the id is own, similar or model; `aland`: whether municipalities of Åland count.
    """

    id: str
    listed: tuple[str, ...] = ()
    aland: bool = False

    @property
    def parameters(self) -> dict[str, Any]:
        """Return the group as parameters of the SQL files."""
        return {"group_id": self.id, "listed": list(self.listed), "aland": self.aland}


@dataclass(frozen=True)
class Comparison:
    """An indicator in one year over a group.

    `rows`: one per member and chosen area, in order of rank (columns: `compare`). The group's own figures, None where
    no member has a value: `n` members with a value out of `members` loaded, median, quartiles q1 and q3, min, max, and
    ratio_of_sums = the group as one municipality (docs/methods.md 1, 6).

    `bounds`: None, or where the source hides counts of some members, the ends between which the group's figures lie: n
    members, hidden of them, and [low, high] of median, q1, q3 and ratio_of_sums, an unknown end being None
    (docs/methods.md 2).
    """

    rows: tuple[dict[str, Any], ...]
    n: int
    members: int
    median: float | None
    q1: float | None
    q3: float | None
    min: float | None
    max: float | None
    ratio_of_sums: float | None
    bounds: dict[str, Any] | None = None

    def of(self, municipality: str) -> dict[str, Any] | None:
        """Return the row of one area; None where it has none."""
        return next((row for row in self.rows if row["municipality"] == municipality), None)


GROUP_FIGURES = ("n", "members", "median", "q1", "q3", "min", "max", "ratio_of_sums")


def register(database: Database) -> dict[str, dict[str, Any]]:
    """Return code → row of the register, for the municipalities and MA1 (Mainland Finland)."""
    return {row["code"]: row for row in database.query("municipalities").to_pylist()}


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


@cached_per_snapshot(16)
def _resolved(database: Database, indicators: tuple[Indicator, ...], digest: str, base_year: int | None) -> Catalogue:
    loaded = _loaded_years(database)
    with_base_year = [indicator.based_on(base_year) if base_year else indicator for indicator in indicators]
    return Catalogue(
        (indicator.measured_by(loaded).of_data(database.snapshot.manifest) for indicator in with_base_year), digest
    )


@cached_per_snapshot(1)
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


@cached_per_snapshot(1)
def price_year(database: Database) -> int:
    """Return the last year with costs that has a price index; the last year with costs where none has."""
    cost_years = database.snapshot.manifest["years"]
    indexed = {row["year"] for row in database.query("price_years").to_pylist()}
    return max(indexed & set(cost_years), default=cost_years[-1])


@cached_per_snapshot(400)
def _years(database: Database, indicator: Indicator, basis: Basis) -> list[dict[str, Any]]:
    return database.query("years", formula=indicator.bound(basis)).to_pylist()


def years(database: Database, indicator: Indicator, basis: Basis = AS_PUBLISHED) -> list[int]:
    """Return the years in which at least one area has a value of the indicator, in order."""
    return [row["year"] for row in _years(database, indicator, basis)]


def newest_year(database: Database, indicator: Indicator, basis: Basis = AS_PUBLISHED) -> int | None:
    """Return the year that an indicator is shown in unless another is asked for; None where it has no figures.

    It is the newest that at least half as many municipalities have a value of as of any other year: reports of a year
    come in one by one, and a year of a few would hide that of all.
    """
    return _newest({row["year"]: row["places"] for row in _years(database, indicator, basis)})


def _newest(places: Mapping[int, int]) -> int | None:
    """Return the newest year with at least half of the most places (year → number of municipalities)."""
    most = max(places.values(), default=0)
    return max((year for year, number in places.items() if 2 * number >= most), default=None)


@cached_per_snapshot(400)
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
    by_year = _not_organised(database, indicator.zero_parts).get(municipality, {})
    ids = {part for one_year in range(year - basis.years_together + 1, year + 1) for part in by_year.get(one_year, ())}
    return tuple(part for part in indicator.zero_parts if part.id in ids)


@cached_per_snapshot(50)
def _not_organised(database: Database, parts: tuple[ZeroPart, ...]) -> dict[str, dict[int, list[str]]]:
    """Return municipality → year → ids of the parts that it does not organise itself."""
    by_municipality: dict[str, dict[int, list[str]]] = {}
    for row in database.query("not_organised", parts=bound_parts(parts)).to_pylist():
        by_municipality.setdefault(row["municipality"], {}).setdefault(row["year"], []).append(row["id"])
    return by_municipality


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
    """Return a table with one row per area and year of an indicator.

    Columns: municipality, year, numerator, denominator, value, status, reason (why there is no value), base (persons
    that the value rests on). Without `municipalities` all loaded areas, without `years` all years with figures.
    """
    return database.query(
        "indicator_values",
        formula=indicator.bound(basis),
        municipalities=None if municipalities is None else list(municipalities),
        years=None if years is None else list(years),
    )


def compare(
    database: Database,
    indicator: Indicator,
    group: Group,
    year: int,
    chosen: Collection[str] = (),
    basis: Basis = AS_PUBLISHED,
) -> Comparison:
    """Return the group in one year, with the `chosen` areas also where they are no members.

    Columns of `rows`: municipality, year, value, numerator, denominator, status, reason (why there is no value), base,
    member, rank, ranked (number of ranked members), percentile, judgement, unjudged (why there is no verdict), outlier,
    bounds (None, or the ends that hidden counts allow for rank and percentile, or for a hidden value).
    """
    parameters = {
        "formula": indicator.bound(basis),
        **group.parameters,
        "year": year,
        "highest_first": indicator.highest_first,
        "least_base": benchmark.LEAST_BASE,
    }
    rows = database.query("peer_summary", **parameters, chosen=list(chosen)).to_pylist()
    hidden = bool(rows) and rows[0]["hidden"] > 0
    bounds = (
        {row["municipality"]: row for row in database.query("hidden_bounds", **parameters).to_pylist()}
        if hidden
        else {}
    )
    summary: dict[str, Any] = {
        key: rows[0][key] if rows else (0 if key in ("n", "members") else None) for key in GROUP_FIGURES
    }
    for row in rows:
        row["percentile"] = benchmark.percentile(row.pop("percentile_from_lowest"), indicator.polarity)
        row["bounds"] = _bounds_of(bounds.get(row["municipality"]), indicator)
        row["judgement"], row["unjudged"] = benchmark.judged(indicator, row, row["n"])
        # a published total that lacks a part keeps value and rank, but would look cheap because of the missing part
        if (
            row["judgement"]
            and indicator.is_published_total
            and not_organised(database, indicator, row["municipality"], year, basis)
        ):
            row["judgement"], row["unjudged"] = None, "not_organised_part"
        # the total of a municipality that keeps what the others no longer have would look dear because of it
        if row["judgement"] and indicator.is_published_total and indicator.kept(year, row["municipality"]):
            row["judgement"], row["unjudged"] = None, "kept_task"
        for key in (*GROUP_FIGURES, "hidden"):
            del row[key]
    return Comparison(
        rows=tuple(rows), **summary, bounds=_group_bounds(next(iter(bounds.values()), None), summary["n"])
    )


def _bounds_of(ends: dict[str, Any] | None, indicator: Indicator) -> dict[str, Any] | None:
    """Return the ends that hidden counts allow for one member's rank and percentile, or for its hidden value."""
    if ends is None:
        return None
    if ends["value_low"] is not None:
        return {"value": [ends["value_low"], ends["value_high"]]}
    if ends["rank_low"] is None:
        return None
    percentiles = [benchmark.percentile(ends[f"percentile_{end}"], indicator.polarity) for end in ("low", "high")]
    percentiles_in_order = sorted(percentile for percentile in percentiles if percentile is not None)
    return {"rank": [ends["rank_low"], ends["rank_high"]], "ranked": ends["ranked"], "percentile": percentiles_in_order}


def _group_bounds(ends: dict[str, Any] | None, n: int) -> dict[str, Any] | None:
    if ends is None:
        return None
    figures = {
        figure: [ends[f"{figure}_low"], ends[f"{figure}_high"]] for figure in ("median", "q1", "q3", "ratio_of_sums")
    }
    return {"n": ends["n"], "hidden": ends["n"] - n, **figures}


def group_series(database: Database, indicator: Indicator, group: Group, basis: Basis = AS_PUBLISHED) -> pa.Table:
    """Return a table with one row per year: year, n, median, q1, q3, ratio_of_sums."""
    return database.query("group_series", formula=indicator.bound(basis), **group.parameters)


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


@dataclass(frozen=True)
class Pair:
    """Two indicators of the same municipalities.

    `rows`: municipality, x, y, residents, member; `n` members with both values, their medians, and Spearman's rank
    correlation, None where it is undefined (docs/methods.md 6).
    """

    rows: tuple[dict[str, Any], ...]
    n: int
    x_median: float | None
    y_median: float | None
    correlation: float | None


def pair(
    database: Database,
    indicators: tuple[Indicator, Indicator],
    years: tuple[int, int],
    group: Group,
    chosen: Collection[str] = (),
    basis: Basis = AS_PUBLISHED,
) -> Pair:
    """Return a group by two indicators, each in its own year, with the `chosen` areas also where no members."""
    one, other = indicators
    formulas = {"formula": one.bound(basis), "beside": other.bound(basis), "year": years[0], "beside_year": years[1]}
    rows = database.query("pair", **formulas, **group.parameters, chosen=list(chosen)).to_pylist()
    figures = ("n", "x_median", "y_median", "correlation")
    summary: dict[str, Any] = {key: rows[0][key] if rows else None for key in figures}
    correlation = summary["correlation"]
    if correlation is not None and correlation != correlation:  # NaN: the values do not vary
        correlation = None
    pairs = tuple({key: value for key, value in row.items() if key not in figures} for row in rows)
    return Pair(pairs, summary["n"] or 0, summary["x_median"], summary["y_median"], correlation)
