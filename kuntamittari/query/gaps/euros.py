"""What a municipality's services cost beside the typical peer, in euros a year (docs/methods.md 24)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from kuntamittari.catalog.indicator import AS_PUBLISHED, Basis, Indicator
from kuntamittari.query import comparisons, figures
from kuntamittari.query.comparisons import Comparison
from kuntamittari.query.database import Database, cached_per_snapshot
from kuntamittari.query.figures import Group
from kuntamittari.query.gaps import example
from kuntamittari.query.gaps.example import Example
from kuntamittari.stats import benchmark, gaps
from kuntamittari.stats.group_figures import quantiles
from kuntamittari.stats.peers import Structure

Similar = tuple[Structure, tuple[str, ...]]  # structural variables, and the other municipalities, most similar first
GroupOf = Callable[[Indicator, int], Group]  # an indicator and a year → the group that it is compared in
SimilarOf = Callable[[Indicator, int], Similar]

Unfirm = Literal["small_base", "small_group", "unknown_noise"]

FAR, MOST_FAR = 1.0, 2  # standard deviations from the group's median, and variables, that are told of


@dataclass(frozen=True)
class Apart:
    """A structural variable in which a municipality is far from the median of the other members."""

    variable: str
    value: float
    median: float


@dataclass(frozen=True)
class Gap:
    """A service of a municipality beside the typical peer, in the newest year with figures.

    `row`: the municipality's row of the comparison `group`; `euros`: what its own users cost a year more than at the
    median; `age_group`: the euros of having more users than the typical peer of its size, None where a service is for
    everybody or residents are not known; `typical_share`: the median share of the age group in residents; `firm`:
    whether the difference is beyond noise, None where `unfirm` says why that is not known; `example`: the most similar
    municipality that costs less, of services that are dearer; `apart`: structural variables, the furthest first.
    """

    indicator: Indicator
    year: int
    group: Comparison
    row: Mapping[str, Any]
    euros: float
    age_group: float | None
    share: float | None
    typical_share: float | None
    firm: bool | None
    unfirm: Unfirm | None
    example: Example | None
    apart: tuple[Apart, ...] = ()

    @property
    def value(self) -> float:
        """Return the municipality's own unit cost."""
        return float(self.row["value"])

    @property
    def median(self) -> float:
        """Return the unit cost of the typical peer."""
        assert self.group.median is not None
        return self.group.median


@dataclass(frozen=True)
class LeftOut:
    """A service without a gap, and why: a reason of a missing figure, `cost_not_positive`, `median_not_positive` or
    `no_group`; `year`: in which it would be shown, None where there are no figures."""

    indicator: Indicator
    year: int | None
    reason: str


def services(catalogue: Mapping[str, Indicator]) -> list[Indicator]:
    """Return the unit costs of services, no task class in two of them: composites and second unit costs are not among
    them."""
    found, taken = list[Indicator](), set[str]()
    for indicator in catalogue.values():
        if indicator.dimension != "economy_of_services" or not indicator.service or not indicator.is_cost:
            continue
        if indicator.persons_in and taken.isdisjoint(indicator.task_classes):
            taken.update(indicator.task_classes)
            found.append(indicator)
    return found


def gaps_of(
    database: Database,
    catalogue: Mapping[str, Indicator],
    municipality: str,
    up_to: int | None,
    group_of: GroupOf,
    similar_of: SimilarOf,
    basis: Basis = AS_PUBLISHED,
) -> tuple[list[Gap], list[LeftOut]]:
    """Return the services of a municipality by euros, the firm ones first and the dearer first among them, and the
    services left out.

    Each in its newest year, at most the year `up_to`.
    """
    found, left_out = list[Gap](), list[LeftOut]()
    for indicator in services(catalogue):
        year = figures.newest_year(database, indicator, basis, up_to)
        if year is None:
            ever = figures.newest_year(database, indicator, basis) is not None
            left_out.append(LeftOut(indicator, None, "no_year" if ever else "no_data"))
            continue
        group, (structure, nearest) = group_of(indicator, year), similar_of(indicator, year)
        outcomes = example.declared_outcomes(catalogue.values(), indicator)
        one = _gap(database, indicator, municipality, year, group, nearest, outcomes, basis)
        if isinstance(one, Gap):
            members = [code for code in figures.loaded_members(database, group) if code != municipality]
            found.append(replace(one, apart=_apart(structure, municipality, members)))
        else:
            left_out.append(one)
    return sorted(found, key=_order), left_out


def _order(gap: Gap) -> tuple[bool, float, str]:
    return gap.firm is not True, -gap.euros, gap.indicator.id


@cached_per_snapshot(500)
def _gap(
    database: Database,
    indicator: Indicator,
    municipality: str,
    year: int,
    group: Group,
    nearest: tuple[str, ...],
    outcomes: tuple[Indicator, ...],
    basis: Basis,
) -> Gap | LeftOut:
    comparison = comparisons.compare(database, indicator, group, year, [municipality], basis)
    row = comparison.of(municipality)
    if row is None or row["value"] is None:
        return LeftOut(indicator, year, row["reason"] if row else "not_reported")
    if row["value"] <= 0:
        return LeftOut(indicator, year, "cost_not_positive")
    if comparison.median is None or comparison.n - row["member"] < 1:
        return LeftOut(indicator, year, "no_group")
    if comparison.median <= 0:
        return LeftOut(indicator, year, "median_not_positive")
    euros = gaps.own_users(row["value"], comparison.median, row["base"])
    shares = None if indicator.by_everybody else _shares(database, comparison, municipality, year, basis)
    firm, unfirm = firmness(row, comparison)
    age_group = gaps.number_of_users(row["base"], *shares, comparison.median) if shares else None
    peer = (
        example.of(database, indicator, municipality, year, group, comparison, nearest, outcomes, basis)
        if euros > 0
        else None
    )
    share, typical = shares or (None, None)
    return Gap(indicator, year, comparison, row, euros, age_group, share, typical, firm, unfirm, peer)


def firmness(row: Mapping[str, Any], comparison: Comparison) -> tuple[bool | None, Unfirm | None]:
    """Return whether the median is outside the 90 % interval of the municipality's value, or None and why that is not
    known."""
    if benchmark.is_small_base(row["base"]):
        return None, "small_base"
    if comparison.n < benchmark.LEAST_GROUP:
        return None, "small_group"
    if row["value_low"] is None:
        return None, "unknown_noise"
    assert comparison.median is not None
    return not row["value_low"] <= comparison.median <= row["value_high"], None


def _shares(
    database: Database, comparison: Comparison, municipality: str, year: int, basis: Basis
) -> tuple[float, float] | None:
    """Return the share of the age group in the residents of the municipality, and its median over the members with a
    value; None where residents are not known."""
    years = range(year - basis.years_together + 1, year + 1)
    residents = [comparisons.residents(database, one) for one in years]
    rows = [row for row in comparison.rows if row["value"] is not None]

    def share(row: Mapping[str, Any]) -> float:
        known = [of_year.get(row["municipality"], np.nan) for of_year in residents]
        return float(row["base"] / np.mean(known)) if np.all(np.array(known) > 0) else np.nan

    shares = {row["municipality"]: share(row) for row in rows}
    of_members = np.array([shares[row["municipality"]] for row in rows if row["member"]])
    own, typical = shares[municipality], float(quantiles(of_members, (0.5,))[0])
    return None if np.isnan(own + typical) else (own, typical)


def _apart(structure: Structure, municipality: str, members: list[str]) -> tuple[Apart, ...]:
    """Return the variables in which a municipality is furthest from the median of members, at most `MOST_FAR`."""
    found = []
    for variable, z in structure.z.get(municipality, {}).items():
        others = [code for code in members if variable in structure.z.get(code, {})]
        if not others:
            continue
        distance = abs(z - np.median([structure.z[code][variable] for code in others]))
        if distance >= FAR:
            median = float(np.median([structure.values[code][variable] for code in others]))
            found.append((-float(distance), Apart(variable, structure.values[municipality][variable], median)))
    return tuple(apart for _, apart in sorted(found, key=lambda pair: (pair[0], pair[1].variable))[:MOST_FAR])
