"""Figures of an indicator as pages and the API use them: the answers of the SQL files with codes already checked."""

import difflib
from collections.abc import Collection, Sequence
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

LISTED = "own"  # the id in addresses and in the interface
SIMILAR = "similar"
MODEL = "model"
LONGEST_ECHO = 40


@dataclass(frozen=True)
class Group:
    """A comparison group: `listed` holds the members of a group that is listed (own, similar, model); `aland` takes Åland
    in."""

    id: str
    listed: tuple[str, ...] = ()
    aland: bool = False

    @property
    def parameters(self) -> dict[str, Any]:
        """As the SQL files take a group."""
        return {"group_id": self.id, "listed": list(self.listed), "aland": self.aland}


@dataclass(frozen=True)
class Comparison:
    """An indicator in one year over a group. `rows`: one per member and chosen area, in order of rank; the group's own
    figures (None where no member has a value): n members with a value out of `members` loaded, median, quartiles q1 and
    q3, min, max, and ratio_of_sums = the group as one municipality. `bounds`: None, or where the source hides counts of
    some members, the ends between which the group's figures lie: n members, hidden of them, and (low, high) of median,
    q1, q3 and ratio_of_sums (None for an end that is not known)."""

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
        """The row of one area, or None."""
        return next((row for row in self.rows if row["municipality"] == municipality), None)


GROUP_FIGURES = ("n", "members", "median", "q1", "q3", "min", "max", "ratio_of_sums")


def register(database: Database) -> dict[str, dict[str, Any]]:
    """Code → row of the register, municipalities and MA1."""
    return {row["code"]: row for row in database.query("municipalities").to_pylist()}


def groups(database: Database) -> dict[str, dict[str, Any]]:
    """Group id → size, how many are loaded, and the member codes."""
    return {row["group_id"]: row for row in database.query("groups").to_pylist()}


def catalogue(database: Database, base_year: int | None = None) -> Catalogue:
    """The catalogue in use, each productivity index with the best output that the data hold, and with another base year
    where one is given."""
    official = loader.indicators()
    return _resolved(
        database, tuple((official | dict(database.overlay.indicators(official))).values()), official.digest, base_year
    )


@cached_per_snapshot(16)
def _resolved(database: Database, indicators: tuple[Indicator, ...], digest: str, base_year: int | None) -> Catalogue:
    loaded = _loaded_years(database)
    based = [indicator.based_on(base_year) if base_year else indicator for indicator in indicators]
    return Catalogue((indicator.measured_by(loaded).of_data(database.snapshot.manifest) for indicator in based), digest)


@cached_per_snapshot(1)
def _loaded_years(database: Database) -> dict[str, dict[int, int]]:
    """Measure, or table that has no measures → year → how many municipalities have it."""
    loaded: dict[str, dict[int, int]] = {}
    for row in coverage.loaded_years(database):
        loaded.setdefault(row["part"], {})[row["year"]] = row["places"]
    return loaded


def data_years(database: Database) -> list[int]:
    """Every year that any figure of an indicator may be of, in order."""
    ages = ("population", "projection")  # what costs and outcomes are divided by, and no figures of their own
    return sorted({year for part, years in _loaded_years(database).items() if part not in ages for year in years})


@cached_per_snapshot(400)
def years(database: Database, indicator: Indicator, basis: Basis = AS_PUBLISHED) -> list[int]:
    """The years in which at least one area has a value of the indicator, in order."""
    return [r["year"] for r in database.query("years", formula=indicator.bound(basis)).to_pylist()]


def not_organised(
    database: Database, indicator: Indicator, municipality: str, year: int, basis: Basis = AS_PUBLISHED
) -> tuple[ZeroPart, ...]:
    """The parts of a composite or a total that a municipality does not organise itself in a year, or in one of the
    years taken together."""
    if not indicator.zero_parts:
        return ()
    known = _not_organised(database, indicator.zero_parts).get(municipality, {})
    gone = {part for at in range(year - basis.years_together + 1, year + 1) for part in known.get(at, ())}
    return tuple(part for part in indicator.zero_parts if part.id in gone)


@cached_per_snapshot(50)
def _not_organised(database: Database, parts: tuple[ZeroPart, ...]) -> dict[str, dict[int, list[str]]]:
    """Municipality → year → ids of the parts that it does not organise itself."""
    found: dict[str, dict[int, list[str]]] = {}
    for row in database.query("not_organised", parts=bound_parts(parts)).to_pylist():
        found.setdefault(row["municipality"], {}).setdefault(row["year"], []).append(row["id"])
    return found


def as_organised(
    database: Database, indicator: Indicator, municipality: str, year: int, basis: Basis = AS_PUBLISHED
) -> Indicator:
    """A composite without the parts that a municipality does not organise itself in a year: what it can be compared by
    (docs/methods.md 2). Any other indicator as it is, a published total and a composite of nothing else too."""
    gone = not_organised(database, indicator, municipality, year, basis)
    everything = {name for part in gone for name in part.task_classes} >= set(indicator.task_classes)
    return indicator if not gone or indicator.is_published_total or everything else _named(indicator.without(gone))


def _named(reduced: Indicator) -> Indicator:
    """A reduced composite whose name and label say what is left out."""

    def said(words: Text) -> Text:
        told = {}
        for language in settings.LANGUAGES:
            parts = ", ".join(part.label[language] for part in reduced.left_out)
            told[language] = Translator(language)("composite.without", name=words[language], parts=parts)
        return Text(**told)

    return reduced.model_copy(update={"name": said(reduced.name), "label": said(reduced.label)})


def values(
    database: Database,
    indicator: Indicator,
    municipalities: Sequence[str] | None = None,
    years: Sequence[int] | None = None,
    basis: Basis = AS_PUBLISHED,
) -> pa.Table:
    """One row an area and year: municipality, year, numerator, denominator, value, status, reason, base (persons it
    rests on)."""
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
    """The group in one year beside `chosen`. Rows: municipality, year, value, numerator, denominator, status, reason,
    base, member, rank, ranked, percentile, judgement, unjudged (why no word is given), outlier, bounds (None, or by
    hidden counts the ends of rank and percentile, or of a hidden value)."""
    asked = {
        "formula": indicator.bound(basis),
        **group.parameters,
        "year": year,
        "highest_first": indicator.highest_first,
        "least_base": benchmark.LEAST_BASE,
    }
    rows = database.query("peer_summary", **asked, chosen=list(chosen)).to_pylist()
    hidden = bool(rows) and rows[0]["hidden"] > 0
    bounds = (
        {row["municipality"]: row for row in database.query("hidden_bounds", **asked).to_pylist()} if hidden else {}
    )
    summary: dict[str, Any] = {
        key: rows[0][key] if rows else (0 if key in ("n", "members") else None) for key in GROUP_FIGURES
    }
    for row in rows:
        row["percentile"] = benchmark.percentile(row.pop("percentile_from_lowest"), indicator.polarity)
        row["bounds"] = _bounds_of(bounds.get(row["municipality"]), indicator)
        row["judgement"], row["unjudged"] = benchmark.judged(indicator, row, row["n"])
        # a published total keeps value and rank without a part, but is no cheap service for want of it
        if (
            row["judgement"]
            and indicator.is_published_total
            and not_organised(database, indicator, row["municipality"], year, basis)
        ):
            row["judgement"], row["unjudged"] = None, "not_organised_part"
        for key in (*GROUP_FIGURES, "hidden"):
            del row[key]
    return Comparison(
        rows=tuple(rows), **summary, bounds=_group_bounds(next(iter(bounds.values()), None), summary["n"])
    )


def _bounds_of(ends: dict[str, Any] | None, indicator: Indicator) -> dict[str, Any] | None:
    """The ends that hidden counts allow for one member: of its rank and percentile, or where its own count is hidden,
    of its value."""
    if ends is None:
        return None
    if ends["value_low"] is not None:
        return {"value": [ends["value_low"], ends["value_high"]]}
    if ends["rank_low"] is None:
        return None
    read = [benchmark.percentile(ends[f"percentile_{end}"], indicator.polarity) for end in ("low", "high")]
    places = sorted(place for place in read if place is not None)
    return {"rank": [ends["rank_low"], ends["rank_high"]], "ranked": ends["ranked"], "percentile": places}


def _group_bounds(ends: dict[str, Any] | None, n: int) -> dict[str, Any] | None:
    if ends is None:
        return None
    figures = {
        figure: [ends[f"{figure}_low"], ends[f"{figure}_high"]] for figure in ("median", "q1", "q3", "ratio_of_sums")
    }
    return {"n": ends["n"], "hidden": ends["n"] - n, **figures}


def group_series(database: Database, indicator: Indicator, group: Group, basis: Basis = AS_PUBLISHED) -> pa.Table:
    """The group over the years: year, n, median, q1, q3, ratio_of_sums."""
    return database.query("group_series", formula=indicator.bound(basis), **group.parameters)


def known(field: str, asked: str, options: Collection[str]) -> str:
    """`asked` when it is among the options. Raises InputError with near matches otherwise."""
    if asked in options:
        return asked
    near = difflib.get_close_matches(asked[:LONGEST_ECHO], sorted(options), n=3, cutoff=0.6)
    raise InputError(field, f"unknown_{field}", f"There is no {field} {shortened(asked)!r}.", near)


def shortened(text: str) -> str:
    """What a user wrote, cut for a message."""
    return text if len(text) <= LONGEST_ECHO else f"{text[:LONGEST_ECHO]}…"


@dataclass(frozen=True)
class Pair:
    """Two indicators of the same municipalities. `rows`: municipality, x, y, residents, member; n members with both,
    their medians, and Spearman's rank correlation (None where it is undefined)."""

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
    """A group by two indicators, each in its own year."""
    one, other = indicators
    formulas = {"formula": one.bound(basis), "beside": other.bound(basis), "year": years[0], "beside_year": years[1]}
    rows = database.query("pair", **formulas, **group.parameters, chosen=list(chosen)).to_pylist()
    figures = ("n", "x_median", "y_median", "correlation")
    summary: dict[str, Any] = {key: rows[0][key] if rows else None for key in figures}
    correlation = summary["correlation"]
    if correlation is not None and correlation != correlation:  # nothing varies
        correlation = None
    kept = tuple({key: value for key, value in row.items() if key not in figures} for row in rows)
    return Pair(kept, summary["n"] or 0, summary["x_median"], summary["y_median"], correlation)
