"""An indicator in a group: comparisons in one year, series of the group's figures, and pairs of indicators."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from kuntamittari.catalog.areas import OWN_AREA
from kuntamittari.catalog.indicator import AS_PUBLISHED, Basis, Indicator
from kuntamittari.query import need
from kuntamittari.query.database import Database, cached_per_snapshot
from kuntamittari.query.figures import Group, loaded_members, not_organised
from kuntamittari.query.values import of as values_of
from kuntamittari.query.variation import jumps, noise
from kuntamittari.stats import benchmark, group_figures
from kuntamittari.stats.noise import REACH, rank_ends


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

    rows: Sequence[dict[str, Any]]
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
        if isinstance(self.rows, Rows):
            return self.rows.of(municipality)
        return next((row for row in self.rows if row["municipality"] == municipality), None)


class Rows(Sequence[dict[str, Any]]):
    """The rows of a comparison, each made when it is first read: a card reads one of some hundred.

    `codes`: the areas in order; `make`: area → row; `prepare`: called before rows are made that are asked for in turn.
    """

    def __init__(self, codes: Sequence[str], make: Callable[[str], dict[str, Any]], prepare: Callable[[], None]):
        self._codes, self._make, self._prepare = dict.fromkeys(codes), make, prepare
        self._made: dict[str, dict[str, Any]] = {}

    def of(self, code: str) -> dict[str, Any] | None:
        """Return the row of one area; None where it has none."""
        if code not in self._codes:
            return None
        if code not in self._made:
            self._made[code] = self._make(code)
        return self._made[code]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    def __len__(self) -> int:
        return len(self._codes)

    def __getitem__(self, place: Any) -> Any:
        self._prepare()
        if isinstance(place, slice):
            return [self.of(code) for code in list(self._codes)[place]]
        return self.of(list(self._codes)[place])

    def __iter__(self) -> Iterator[dict[str, Any]]:
        self._prepare()
        return iter([row for code in self._codes if (row := self.of(code)) is not None])


Doubt = Literal["cost_not_positive", "outlier", "jump", "jump_of_part"]
# where a verdict is about the deviation from the expected cost: key of the rank of the value → that of the deviation
DEVIATION = {key: f"deviation_{key}" for key in ("rank", "rank_low", "rank_high", "ranked", "percentile")}
GROUP_FIGURES = ("n", "members", "median", "q1", "q3", "min", "max", "ratio_of_sums")


def compare(
    database: Database,
    indicator: Indicator,
    group: Group,
    year: int,
    chosen: Collection[str] = (),
    basis: Basis = AS_PUBLISHED,
) -> Comparison:
    """Return the group in one year, with the `chosen` areas also where they are no members.

    An area of a reader's own among them is never a member: it has the place that it would take among the members, and
    changes neither theirs nor the group's figures (docs/methods.md 23).

    Columns of `rows`: municipality, year, value, value_low and value_high (its 90 % interval, docs/methods.md 18),
    numerator, denominator, status, reason (why there is no value), base, member, rank, rank_low and rank_high (its 90 %
    interval), ranked (number of ranked members), percentile, judgement, firm (whether the verdict holds for the whole
    interval of the rank), unjudged (why there is no verdict), outlier, doubtful (why the figure is to be checked first,
    docs/methods.md 6), bounds (None, or the ends that hidden counts allow for rank and percentile, or for a hidden
    value), expected (cost a head by need, docs/methods.md 9), deviation (% of the value from it), deviation_rank,
    deviation_rank_low, deviation_rank_high, deviation_ranked and deviation_percentile (as those of the value).
    """
    found, members = values_of(database, indicator, basis, year), set(loaded_members(database, group))
    places = found.places(sorted(members | set(chosen))) if found.has(year) else []
    if not places:
        return Comparison((), 0, 0, None, None, None, None, None, None)
    at, codes = found.years.index(year), [found.areas[place] for place in places]
    member = np.array([code in members for code in codes])
    shown = _Shown(
        database,
        indicator,
        basis,
        year,
        codes,
        member,
        member,
        {name: column[at, places] for name, column in found.numbers.items()},
        {name: column[at, places].tolist() for name, column in found.words.items()},
        need.expected_costs(database, indicator, year, codes, basis),
    )
    beside = replace(shown, placed=member | np.array([code == OWN_AREA for code in codes]))
    known = shown.known
    q1, median, q3 = map(group_figures.or_none, group_figures.quantiles(known, (0.25, 0.5, 0.75)))
    sums = found.ratio_of_sums([place for place, code in zip(places, codes, strict=True) if code in members], year)
    return Comparison(
        rows=Rows(shown.in_order(), lambda code: (beside if code == OWN_AREA else shown).row(code), shown.draw_all),
        n=len(known),
        members=int(shown.member.sum()),
        median=median,
        q1=q1,
        q3=q3,
        min=float(known.min()) if len(known) else None,
        max=float(known.max()) if len(known) else None,
        ratio_of_sums=group_figures.or_none(sums[0]),
        bounds=_group_bounds(shown.ends, len(known)),
    )


@dataclass(frozen=True, eq=False)
class _Shown:
    """The areas of a comparison in one year, from which its rows are made.

    `codes` in order; `member`: which of them count in the group; `placed`: which have a place in it: the members, and
    the area of a reader's own for its own row; `numbers`, `words`: columns of Values, one entry an area;
    `expected`: the cost a head that need leads one to expect, NaN where it is not known.
    """

    database: Database
    indicator: Indicator
    basis: Basis
    year: int
    codes: list[str]
    member: group_figures.Flags
    placed: group_figures.Flags
    numbers: dict[str, group_figures.Numbers]
    words: dict[str, list[str | None]]
    expected: group_figures.Numbers

    @cached_property
    def beside_expected(self) -> "_Shown | None":
        """Return the areas by their values as multiples of the expected ones; None where none has an expected one."""
        if np.isnan(self.expected).all():
            return None
        return replace(self, numbers=self.numbers | {"value": self.numbers["value"] / self.expected})

    @cached_property
    def known(self) -> group_figures.Numbers:
        """Return the values of the members that have one."""
        value = self.numbers["value"]
        return value[self.member & ~np.isnan(value)]

    @cached_property
    def based(self) -> group_figures.Flags:
        """Return which areas rest on enough persons to be ranked; those that rest on no counted persons do."""
        return ~(self.numbers["base"] < benchmark.LEAST_BASE)

    @cached_property
    def standing(self) -> group_figures.Standing:
        """Return ranks, percentiles and outliers."""
        return group_figures.standing(self.numbers["value"], self.placed, self.based, self.indicator.highest_first)

    @cached_property
    def ends(self) -> group_figures.HiddenEnds | None:
        """Return what hidden counts leave open; None where none is hidden."""
        reasons = (reason for reason, placed in zip(self.words["reason"], self.placed, strict=True) if placed)
        if "hidden_count" not in reasons:
            return None
        of_placed = {name: column[self.placed] for name, column in self.numbers.items()}
        return group_figures.hidden_ends(
            of_placed["value"],
            of_placed["hidden_low"],
            of_placed["hidden_high"],
            of_placed["denominator"],
            self.based[self.placed],
            self.indicator.highest_first,
        )

    @cached_property
    def listed(self) -> dict[str, list[float | None]]:
        """Return the numbers, and the percentiles as `from_lowest`, with None where there is none."""
        columns = self.numbers | {"from_lowest": self.standing.from_lowest}
        return {name: group_figures.listed(column) for name, column in columns.items()}

    @cached_property
    def place(self) -> dict[str, int]:
        """Return area → its place in `codes`."""
        return {code: place for place, code in enumerate(self.codes)}

    @cached_property
    def deviation(self) -> group_figures.Numbers:
        """Return the standard deviation of each area's figure, on the scale of noise; NaN where it is unknown."""
        return noise.deviations(self.database, self.indicator, self.year, self.codes, self.basis)

    @cached_property
    def ranked_places(self) -> group_figures.Flags:
        """Return which areas may have a rank: those placed on enough persons with a value, or with a hidden one."""
        known = ~np.isnan(self.numbers["value"]) | ~np.isnan(self.numbers["hidden_low"])
        return self.placed & self.based & known

    @cached_property
    def alternatives(self) -> list[group_figures.Numbers]:
        """Return the values of the areas that may have a rank, on the scale of noise: as they are, or, where counts are
        hidden, with each as small and each as large as it may be."""
        value, low, high = (self.numbers[name][self.ranked_places] for name in ("value", "hidden_low", "hidden_high"))
        hidden = np.isnan(value)
        ends = [low, np.where(np.isnan(high), np.inf, high)] if hidden.any() else [low]
        return [noise.on_scale(self.indicator, np.where(hidden, end, value)) for end in ends]

    @cached_property
    def drawn(self) -> dict[int, tuple[int, int]]:
        """Return place → ends of its rank, of those that have been asked for so far."""
        return {}

    def draw_all(self) -> None:
        """Compute the ends of all ranks at once."""
        certain = np.isfinite(noise.on_scale(self.indicator, self.numbers["value"])) & self.ranked_places
        if missing := [place for place in np.flatnonzero(certain).tolist() if place not in self.drawn]:
            self._draw(np.array(missing))

    def _draw(self, places: NDArray[np.int64]) -> None:
        """Compute the ends of the ranks of some areas that may have one; none where a deviation is unknown."""
        deviation = self.deviation[self.ranked_places]
        if np.isnan(deviation).any():
            return
        at = np.cumsum(self.ranked_places)[places] - 1
        ends = [rank_ends(values, deviation, at, self.indicator.highest_first) for values in self.alternatives]
        low, high = np.min([low for low, _ in ends], axis=0), np.max([high for _, high in ends], axis=0)
        self.drawn.update(zip(places.tolist(), zip(low.tolist(), high.tolist(), strict=True), strict=True))

    def _rank_ends(self, at: int) -> tuple[int, int] | None:
        """Return the ends of the rank of an area that has one; None where they are unknown."""
        if np.isinf(noise.on_scale(self.indicator, self.numbers["value"][at : at + 1])).any():
            return None
        if at not in self.drawn:
            self._draw(np.array([at]))
        return self.drawn.get(at)

    def _value_ends(self, at: int) -> list[float] | None:
        """Return the ends of an area's value; None where they are unknown."""
        value = noise.on_scale(self.indicator, self.numbers["value"][at])
        reach = REACH * self.deviation[at]
        if not np.isfinite(value) or np.isnan(reach):
            return None
        return [float(noise.off_scale(self.indicator, value + sign * reach)) for sign in (-1, 1)]

    def in_order(self) -> list[str]:
        """Return the areas in order of rank, those without a value last."""
        value = self.numbers["value"]
        order = np.lexsort((np.arange(len(value)), -value if self.indicator.highest_first else value))
        return [self.codes[place] for place in order]

    def row(self, code: str) -> dict[str, Any]:
        """Return the row of one area."""
        at = self.place[code]
        member, placed = bool(self.member[at]), bool(self.placed[at])
        numbers = {name: column[at] for name, column in self.listed.items()}
        ranked, rank = placed and numbers["value"] is not None, int(self.standing.rank[at]) or None
        row: dict[str, Any] = {
            "municipality": code,
            "year": self.year,
            **{name: numbers[name] for name in ("value", "numerator", "denominator")},
            **{name: column[at] for name, column in self.words.items()},
            "base": numbers["base"],
            "member": member,
            "rank": rank,
            "ranked": self.standing.ranked if ranked else None,
            **dict(zip(("rank_low", "rank_high"), (rank and self._rank_ends(at)) or (None, None), strict=True)),
            **dict(zip(("value_low", "value_high"), self._value_ends(at) or (None, None), strict=True)),
            "outlier": bool(self.standing.outlier[at]),
            "percentile": benchmark.percentile(numbers["from_lowest"] if ranked else None, self.indicator.polarity),
            "bounds": self._bounds(at, numbers) if self.ends and placed else None,
        }
        judged, n = row | self._deviation(at), len(self.known)
        row |= {key: judged[key] for key in ("expected", "deviation", *DEVIATION.values())}
        if self.indicator.judged_by == "expected_cost" and self.beside_expected:
            judged |= {key: row[of_deviation] for key, of_deviation in DEVIATION.items()}
            n = len(self.beside_expected.known)
        row["judgement"], row["unjudged"] = _judged(self.database, self.indicator, judged, n, self.basis)
        row["doubtful"] = self._doubtful(row)
        row["firm"] = None if row["judgement"] is None else benchmark.is_firm(self.indicator, judged)
        return row

    def _deviation(self, at: int) -> dict[str, Any]:
        """Return the expected cost of an area and the deviation from it with its rank; None where not known."""
        beside = self.beside_expected
        value = group_figures.or_none(beside.numbers["value"][at]) if beside else None
        if beside is None or value is None:
            expected = group_figures.or_none(self.expected[at])
            return dict.fromkeys(DEVIATION.values()) | {"expected": expected, "deviation": None}
        rank = int(beside.standing.rank[at]) or None
        from_lowest = beside.listed["from_lowest"][at]
        ends = (rank and beside._rank_ends(at)) or (None, None)
        return {
            "expected": float(self.expected[at]),
            "deviation": 100 * (value - 1),
            "deviation_rank": rank,
            "deviation_rank_low": ends[0],
            "deviation_rank_high": ends[1],
            "deviation_ranked": beside.standing.ranked if rank else None,
            "deviation_percentile": benchmark.percentile(from_lowest if rank else None, self.indicator.polarity),
        }

    def _doubtful(self, row: dict[str, Any]) -> list[Doubt]:
        """Return why a figure is to be checked first: a cost of zero or below, far from the group, a jump, or one
        of a service that it adds up."""
        if row["value"] is None:
            return []
        asked = (self.database, self.indicator, self.year)
        one_year = self.basis.years_together == 1
        doubts: dict[Doubt, bool] = {
            "cost_not_positive": self.indicator.is_cost and row["value"] <= 0,
            "outlier": row["outlier"],
            "jump": one_year and row["municipality"] in jumps.jumped(*asked),
            "jump_of_part": one_year and row["municipality"] in jumps.jumped_parts(*asked),
        }
        return [doubt for doubt, applies in doubts.items() if applies]

    def _bounds(self, at: int, numbers: dict[str, float | None]) -> dict[str, Any] | None:
        """Return the ends that hidden counts allow for an area's rank and percentile, or for its hidden value."""
        assert self.ends
        if numbers["hidden_low"] is not None:
            return {"value": [numbers["hidden_low"], numbers["hidden_high"]]}
        place = int(self.placed[:at].sum())  # among those that have one
        if np.isnan(self.ends.rank[:, place]).any():
            return None
        from_lowest = self.ends.from_lowest[:, place].tolist()
        turned = (benchmark.percentile(end, self.indicator.polarity) for end in from_lowest)
        percentiles = sorted(percentile for percentile in turned if percentile is not None)
        ranks = [int(rank) for rank in self.ends.rank[:, place]]
        return {"rank": ranks, "ranked": self.ends.ranked, "percentile": percentiles}


def _judged(
    database: Database, indicator: Indicator, row: dict[str, Any], n: int, basis: Basis
) -> tuple[benchmark.Judgement | None, benchmark.Unjudged | None]:
    """Return the verdict on a row and None, or None and why there is none."""
    judgement, unjudged = benchmark.judged(indicator, row, n)
    if not indicator.is_published_total or not (judgement or unjudged == "unknown_noise"):
        return judgement, unjudged
    # a published total that lacks a part keeps value and rank, but would look cheap because of the missing part
    if not_organised(database, indicator, row["municipality"], row["year"], basis):
        return None, "not_organised_part"
    # the total of a municipality that keeps what the others no longer have would look dear because of it
    return (None, "kept_task") if indicator.kept(row["year"], row["municipality"]) else (judgement, unjudged)


def _group_bounds(ends: group_figures.HiddenEnds | None, n: int) -> dict[str, Any] | None:
    """Return what hidden counts leave open in the figures of a group, as `bounds` of Comparison."""
    if ends is None:
        return None
    figures = {
        figure: group_figures.listed(getattr(ends, figure)) for figure in ("median", "q1", "q3", "ratio_of_sums")
    }
    return {"n": ends.n, "hidden": ends.n - n, **figures}


def group_series(
    database: Database, indicator: Indicator, group: Group, basis: Basis = AS_PUBLISHED
) -> list[dict[str, Any]]:
    """Return one row per year in which any member has a value: year, n, median, q1, q3, ratio_of_sums."""
    found = values_of(database, indicator, basis)
    places = found.places(loaded_members(database, group))
    value = found.value[:, places]
    n = np.count_nonzero(~np.isnan(value), axis=1).tolist()
    quartiles = group_figures.quantiles(value, (0.5, 0.25, 0.75)).tolist()
    sums = group_figures.listed(found.ratio_of_sums(places))
    names = ("year", "n", "median", "q1", "q3", "ratio_of_sums")
    rows = (dict(zip(names, row, strict=True)) for row in zip(found.years, n, *quartiles, sums, strict=True))
    return [row for row in rows if row["n"]]


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
    found = [values_of(database, *of) for of in zip(indicators, (basis, basis), years, strict=True)]
    members = set(loaded_members(database, group))
    size = residents(database, years[0])
    x, y = (
        dict(zip(one.areas, one.value[one.years.index(year)].tolist(), strict=True)) if one.has(year) else {}
        for one, year in zip(found, years, strict=True)
    )
    # NaN is no number
    shown = [c for c in x if (c in members or c in chosen) and x[c] == x[c] and c in y and y[c] == y[c]]
    rows = tuple(
        {"municipality": code, "x": x[code], "y": y[code], "residents": size.get(code), "member": code in members}
        for code in shown
    )
    xs, ys = (np.array([row[axis] for row in rows if row["member"]]) for axis in ("x", "y"))
    x_median, y_median = (group_figures.or_none(group_figures.quantiles(axis, (0.5,))[0]) for axis in (xs, ys))
    return Pair(rows, len(xs), x_median, y_median, group_figures.rank_correlation(xs, ys))


@cached_per_snapshot(30)
def residents(database: Database, year: int) -> dict[str, float]:
    """Return area → residents at the end of a year."""
    return dict(zip(*database.query("residents", year=year).to_pydict().values(), strict=True))
