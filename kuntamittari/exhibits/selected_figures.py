"""Figures as the page context selects them, each cached for as long as the data are in use."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

import numpy as np

from kuntamittari.catalog import composites, need_models
from kuntamittari.catalog.composites import Part
from kuntamittari.catalog.indicator import Basis, Change, Indicator, ZeroPart
from kuntamittari.catalog.need_models import NeedModel
from kuntamittari.catalog.organisation_models import Model
from kuntamittari.catalog.statuses import PLANS
from kuntamittari.exhibits import page_defaults, text
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.query import comparisons, composite_costs, figures, need
from kuntamittari.query.comparisons import Comparison
from kuntamittari.query.composite_costs import Difference
from kuntamittari.query.database import Database, cached_per_snapshot
from kuntamittari.query.figures import Group
from kuntamittari.query.need import NeedStanding
from kuntamittari.query.variation import jumps, noise
from kuntamittari.stats import benchmark, outlook

NOT_ORGANISED = ("not_organised", "not_organised_part")
YEARS_BACK = 3  # years searched for the parts of a composite, whose age groups may end before its costs


def compared(
    context: PageContext,
    indicator: Indicator,
    year: int | None = None,
    group: Group | None = None,
    basis: Basis | None = None,
) -> Comparison:
    """Return the group compared, with the chosen and compared municipalities, as comparisons.compare does.

    By default the group, year and basis of the page context.
    """
    s, group = context.selection, group or context.group_of(indicator)
    year = year or context.last(indicator) or context.reference_year
    members = context.members(group)
    # loaded members are included anyway; naming only the others lets users of one group share a cached answer
    others = tuple(code for code in (s.municipality, *s.compared) if code not in members or not context.is_loaded(code))
    return _compared(context.data, indicator, group, year, others, basis or context.basis)


@dataclass(frozen=True)
class Standing:
    """The standing of the chosen municipality by one indicator, in the year in which it is shown.

    `indicator`: as it is compared, a composite without the parts that the municipality does not organise itself;
    `year`: None where no figures are loaded; `row`: the municipality's row of the comparison `group`; `lacking`: the
    parts that a published total lacks for the same reason (docs/methods.md 2).
    """

    indicator: Indicator
    year: int | None
    row: dict[str, Any] | None
    group: Comparison | None
    lacking: tuple[ZeroPart, ...] = ()

    @property
    def value(self) -> float | None:
        """Return the municipality's value; None where it has none."""
        return self.row["value"] if self.row else None

    @property
    def reason(self) -> str:
        """Return the reason why there is no value."""
        if self.row:
            return self.row["reason"]
        return "no_data" if self.year is None else "no_year"


def standing(context: PageContext, indicator: Indicator) -> Standing:
    """Return the chosen municipality's standing by an indicator."""
    year = context.last(indicator)
    if year is None:
        return Standing(indicator, None, None, None)
    shown = context.as_organised(indicator, year)
    group, municipality = compared(context, shown, year), context.selection.municipality
    lacking = (
        figures.not_organised(context.data, shown, municipality, year, context.basis)
        if shown.is_published_total
        else ()
    )
    return Standing(shown, year, group.of(municipality), group, lacking)


def euros_alone(context: PageContext, standing: Standing, key: str = "euros_alone") -> str:
    """Return the municipality's euros of the chosen year, where its residents are not known; empty otherwise.

    Also where the standing is shown in another year, since the chosen one has no figure per resident. `key`: as of
    text.euros_alone.
    """
    row, indicator = standing.row, standing.indicator
    if indicator.in_euros and standing.year != context.reference_year:
        rows = series(context, indicator, (context.selection.municipality,))
        row = next((row for row in rows if row["year"] == context.reference_year), None)
    return text.euros_alone(context.t, indicator, row, key)


def why_missing(context: PageContext, standing: Standing) -> str:
    """Return why a standing has no value, with its euros where only the residents are not known."""
    return euros_alone(context, standing) or context.t(f"missing.{standing.reason}")


def sentence(context: PageContext, standing: Standing) -> str:
    """Return a standing as a sentence, with the euros of the chosen year where its residents are not known."""
    return " ".join(filter(None, (_sentence(context, standing), euros_alone(context, standing))))


def _sentence(context: PageContext, standing: Standing) -> str:
    t, name = context.t, context.name(context.selection.municipality)
    if standing.year is None or standing.group is None:
        return text.no_figure(t, standing.indicator, name, context.reference_year, standing.reason)
    shown = context.year_words(standing.year)
    sentence = text.finding(
        t,
        standing.indicator,
        name,
        standing.year,
        context.chosen_group(),
        standing.group,
        standing.row,
        context.basis,
        shown,
        standing.lacking,
        jumped_parts(context, standing.indicator, standing.year),
    )
    doubtful = standing.indicator.is_experimental_in(standing.year)
    caution = " ".join(cautions(context, standing.indicator)) if doubtful else ""
    without = members_without(context, standing.indicator, standing.year)
    return " ".join(filter(None, (sentence, moved(context, standing.indicator, standing.year), without, caution)))


def jumped_parts(context: PageContext, indicator: Indicator, year: int) -> tuple[Indicator, ...]:
    """Return the services that the municipality's figure of a year adds up, whose own figures jumped."""
    if context.basis.years_together > 1:
        return ()
    return jumps.jumped_parts(context.data, indicator, year).get(context.selection.municipality, ())


def members_without(context: PageContext, indicator: Indicator, year: int) -> str:
    """Return the sentence on the members of the user's area that do not organise a task, or a part of it, themselves in
    a year, and count in its figure with zero (docs/methods.md 23); empty where there are none, or no area is chosen."""
    if not context.area:
        return ""
    rows = figures.values(context.data, indicator, context.area.members, [year], context.basis).to_pylist()
    names = [context.name(row["municipality"]) for row in rows if row["reason"] in NOT_ORGANISED]
    return context.t("area.without", names=", ".join(sorted(names))) if names else ""


def moved(context: PageContext, indicator: Indicator, year: int) -> str:
    """Return the sentence on what is no longer municipal, of an indicator in a year; empty where all of it is."""
    municipality = context.selection.municipality
    return text.moved(context.t, indicator, year, municipality, context.name(municipality))


@dataclass(frozen=True)
class Explained:
    """Why the chosen municipality's composite costs more or less per resident than the group as one municipality.

    In the last year whose age groups are loaded. `composite_name`: with what is left out; `labels`: id → name of each
    part; `sentences`: the explanation, ending with the bridges to the headline and the parts left out (docs/methods.md
    10).
    """

    year: int
    composite_name: str
    difference: Difference
    labels: dict[str, str]
    sentences: tuple[str, ...]


def explained(context: PageContext, composite: Indicator) -> Explained | None:
    """Return the explanation of a composite's cost difference; None where it cannot be computed.

    Parts that the municipality does not organise are left out.
    """
    last_year, municipality = context.last(composite) or 0, context.selection.municipality
    for year in range(last_year, last_year - YEARS_BACK, -1) if last_year else ():
        parts, not_organised = organised_parts(context, composite, year)
        group, prices = context.group_of(composite), context.basis.price_year
        difference = _difference(context.data, parts, group, municipality, year, prices) if parts else None
        if difference:
            return _explained(context, composite, (last_year, year), difference, parts, not_organised)
    return None


def organised_parts(
    context: PageContext, composite: Indicator, year: int
) -> tuple[tuple[Part, ...], tuple[ZeroPart, ...]]:
    """Return the parts of a composite that the chosen municipality organises itself, and those it does not."""
    not_organised = figures.not_organised(context.data, composite, context.selection.municipality, year)
    ids = [part.id for part in not_organised]
    return (
        tuple(part for part in composites.parts(context.catalogue, composite, year) if part.id not in ids),
        not_organised,
    )


def _explained(
    context: PageContext,
    composite: Indicator,
    years: tuple[int, int],
    difference: Difference,
    parts: tuple[Part, ...],
    not_organised: tuple[ZeroPart, ...],
) -> Explained:
    """Return a difference with its sentences; `years`: of the headline, and of the difference."""
    (headline, year), together = years, context.basis.years_together
    t, name, basis = context.t, context.name(context.selection.municipality), Basis(price_year=context.basis.price_year)
    labels = {part.id: composites.label(context.catalogue, part.id, t.language) for part in parts}
    composite_name = t(f"costs.{composite.id}")
    composite_name = (
        t("composite.without", name=composite_name, parts=text.labels_of(t, not_organised))
        if not_organised
        else composite_name
    )
    sentences = text.why(
        t,
        name,
        composite_name,
        context.chosen_group(),
        year,
        difference,
        ", ".join(text.basis(t, composite, basis)),
        labels,
    )
    shown = context.as_organised(composite, year)
    group = compared(context, shown, year, basis=basis)
    row = group.of(context.selection.municipality)
    bridges = text.bridge(t, shown, row["value"], group, difference) if row else []
    if together > 1:
        bridges.append(t("bridge.mean", together=together, explained=year, year=headline))
    elif headline != year:
        bridges.append(t("bridge.year", explained=year, year=headline))
    return Explained(
        year,
        composite_name,
        difference,
        labels,
        (
            *sentences,
            *bridges,
            *text.left_out(t, name, not_organised),
            *filter(None, (moved(context, composite, year),)),
        ),
    )


def expected(context: PageContext, composite: Indicator, year: int) -> dict[str, Any] | None:
    """Return the expected cost of a composite for the chosen municipality, as composite_costs.expected does.

    Without the parts that the municipality does not organise itself; None where it cannot be computed.
    """
    parts, _ = organised_parts(context, composite, year)
    return _expected(
        context.data, parts, context.group_of(composite), context.selection.municipality, year, context.basis.price_year
    )


def need_models_of(context: PageContext) -> list[NeedModel]:
    """Return the models of need that the chosen indicator has, or else those shown beside the chosen whole of costs."""
    own = need_models.models().get(context.selection.indicator_id)
    whole = page_defaults.composite(context).id
    return [own] if own else [model for model in need_models.models().values() if whole in model.beside]


def need_year(context: PageContext, model: NeedModel) -> int | None:
    """Return the newest year of a model of need, up to the one in which its indicator is shown; None without any."""
    indicator = context.catalogue.get(model.indicator)
    shown = context.last(indicator) if indicator else None
    return max((y for y in need.years(context.data, model.indicator) if shown and y <= shown), default=None)


def need_standing(context: PageContext, model: NeedModel) -> NeedStanding | None:
    """Return what need leads one to expect by a model; None where the need of the municipality is not known."""
    year, municipality = need_year(context, model), context.selection.municipality
    if year is None:
        return None
    indicator, of_year = context.catalogue[model.indicator], need.model(context.data, model.indicator, year)
    expected = need.expected(context.data, model.indicator, year).get(municipality)
    row = compared(context, indicator, year, basis=replace(context.basis, years_together=1)).of(municipality)
    if of_year is None or expected is None or row is None or row["deviation"] is None:
        return None
    return NeedStanding(indicator, row, expected, row["expected"] / expected.cost, of_year)


def hidden(context: PageContext, indicators: Iterable[Indicator], group: Group | None = None) -> list[str]:
    """Return sentences on how far hidden counts leave the group's medians open, for indicators with hidden counts."""
    groups = [(indicator, compared(context, indicator, group=group)) for indicator in indicators]
    return [text.hidden(context.t, indicator, group.bounds) for indicator, group in groups if group.bounds]


def published(context: PageContext, indicator: Indicator) -> list[str]:
    """Return a sentence on the years in which a published total stands in for an indicator's own parts, if any."""
    years = figures.published_years(context.data, indicator)
    return [context.t("how.published", years=text.spans(years))] if years else []


def experimental(context: PageContext, indicator: Indicator) -> str:
    """Return why values of an indicator in the data are experimental; empty where none are."""
    return text.experimental(context.t, indicator, indicator.experimental_since(context.data.snapshot.manifest))


def not_loaded(context: PageContext, indicators: Iterable[Indicator]) -> str:
    """Return from which year on figures of the State Treasury would continue any of some indicators, and who can load
    them; empty where the data have them, or none is continued."""
    first = [indicator.not_loaded_from(context.data.snapshot.manifest) for indicator in indicators]
    years = [year for year in first if year is not None]
    return context.t("finding.not_loaded", year=min(years)) if years else ""


def cautions(context: PageContext, indicator: Indicator) -> list[str]:
    """Return the sentence that values of an indicator in the data are experimental, if any are."""
    why = experimental(context, indicator)
    return [f"{context.t('catalogue.experimental')}: {why}"] if why else []


def seams(context: PageContext, indicator: Indicator, year: int) -> int:
    """Return how often, up to a year, figures of an indicator's own parts and published ones take turns."""
    years = figures.published_years(context.data, indicator)
    return sum((y in years) != (y - 1 in years) for y in range(years[0], year + 1)) if years else 0


def series(
    context: PageContext, indicator: Indicator, areas: tuple[str, ...], basis: Basis | None = None
) -> list[dict[str, Any]]:
    """Return the values of some areas in every year that has figures, rows as of figures.values."""
    return _series(context.data, indicator, areas, basis or context.basis)


def group_series(
    context: PageContext, indicator: Indicator, group: Group, basis: Basis | None = None
) -> list[dict[str, Any]]:
    """Return a group over the years, rows as of comparisons.group_series.

    Years of which less than half as many members have a figure as of the fullest are left out: a few, such as the first
    to report, are not the group.
    """
    rows = _group_series(context.data, indicator, group, basis or context.basis)
    most = max((row["n"] for row in rows), default=0)
    return [row for row in rows if 2 * row["n"] >= most]


def trend(
    context: PageContext, indicator: Indicator, comparable: list[dict[str, Any]], basis: Basis
) -> benchmark.Trend | None:
    """Return the trend word of the chosen municipality beside its group; None where none is given (docs/methods.md 19).

    `comparable`: its rows of figures.values in the years of one stretch, on the basis.
    """
    if len(comparable) < benchmark.FEWEST_POINTS or isinstance(indicator.formula, Change):
        return None
    ends, group = (comparable[0], comparable[-1]), group_series(context, indicator, context.group_of(indicator), basis)
    medians = {row["year"]: row["median"] for row in group}
    if any(row["year"] not in medians for row in ends):
        return None
    scaled = noise.on_scale(
        indicator, np.array([[row["value"], medians[row["year"]]] for row in ends])
    )  # (first and last, own and median)
    own, of_median = scaled[1] - scaled[0] if np.isfinite(scaled).all() else (np.nan, np.nan)
    usual = noise.usual_change(context.data, indicator, ends[1]["year"], context.selection.municipality, basis)
    beyond = float(own - of_median)
    return None if np.isnan(usual + beyond) else benchmark.trend(indicator, beyond, usual, ends)


def plans(context: PageContext, indicator: Indicator) -> dict[str, dict[int, float]]:
    """Return status (budget, target) → year → the user's uploaded plan for the chosen municipality.

    Plans are at the prices of each year, so there are none on another basis.
    """
    if indicator.bound(context.basis) != indicator.bound():
        return {}
    by_status: dict[str, dict[int, float]] = {}
    for figure in context.workspace.figures:
        if (
            figure.municipality == context.selection.municipality
            and figure.measure == indicator.id
            and figure.status in PLANS
        ):
            by_status.setdefault(figure.status, {})[figure.year] = figure.value
    return {status: dict(sorted(by_status[status].items())) for status in PLANS if status in by_status}


def by_model(context: PageContext, indicator: Indicator) -> dict[Model | None, Comparison]:
    """Return organisation model → comparison of the group's members with that model, where any has a value.

    The key None is for members without an uploaded model. A municipality with several models is in each of them.
    """
    whole_group, models_by_municipality = context.group_of(indicator, organised=False), context.models(indicator)
    models_used = [
        model for model in get_args(Model) if any(model in models for models in models_by_municipality.values())
    ]
    comparisons = {
        model: compared(context, indicator, group=context.organised(whole_group, indicator, model))
        for model in [*models_used, None]
    }
    return {model: group for model, group in comparisons.items() if group.n}


@dataclass(frozen=True)
class Base:
    """The present cost of a service, in its last year with figures, at base-year prices.

    `cost` in euros; `unit_cost` and the group's `median` in euros per head.
    """

    indicator: Indicator
    year: int
    cost: float
    unit_cost: float
    median: float | None

    def cost_of(self, at_median: bool) -> float:
        """Return the present cost in euros, with `at_median` at the group's median cost per head."""
        return (
            self.cost * self.median / self.unit_cost
            if at_median and self.median is not None and self.unit_cost
            else self.cost
        )


def bases(context: PageContext) -> list[Base]:
    """Return the present cost of every service that an outlook can be made for, at constant prices."""
    basis = Basis(price_year=context.basis.price_year or context.price_year)
    result = []
    for indicator in outlook.services(context.catalogue):
        year = figures.newest_year(context.data, indicator, basis)
        if year is None:
            continue
        group = compared(context, indicator, year, basis=basis)
        row = group.of(context.selection.municipality)
        if row and row["value"] is not None:
            result.append(Base(indicator, year, row["numerator"], row["value"], group.median))
    return result


def not_municipal_from(context: PageContext, base: Base) -> int | None:
    """Return the year from which on a service is no longer the chosen municipality's own; None where it always is."""
    move = base.indicator.move
    return None if move is None or context.selection.municipality in move.kept_by else move.year


def outlook_notes(context: PageContext, chosen: Sequence[Base], alone: bool, first: int) -> list[str]:
    """Return from which year each cost of an outlook is, and what is no longer municipal, in sentences.

    `chosen`: the services of the outlook; `alone`: whether it is of one service, which is shown whether municipal or
    not; `first`: its first year. A sum is without what has moved, from the year of the move on: to count it would be no
    cost of theirs, and its end is no saving (docs/methods.md 16).
    """
    t = context.t
    names = {base.indicator.id: text.service(t, base.indicator.service) for base in chosen}
    ends = {base.indicator.id: None if alone else not_municipal_from(context, base) for base in chosen}
    costs = [base for base in chosen if (end := ends[base.indicator.id]) is None or first < end]
    notes = [t("outlook.note", years="; ".join(f"{names[base.indicator.id]} {base.year}" for base in costs))]
    kept = [base for base in costs if ends[base.indicator.id] is None]
    notes += dict.fromkeys(filter(None, (moved(context, base.indicator, base.year) for base in kept)))
    by_move: dict[tuple[int, str], list[str]] = {}
    for base in chosen:
        if (end := ends[base.indicator.id]) is not None and base.indicator.move:
            reason = base.indicator.move.reason[t.language]
            by_move.setdefault((end, reason), []).append(names[base.indicator.id].lower())
    for (end, reason), listed in by_move.items():
        key = "moved.left_out_from" if first < end else "moved.left_out"
        notes.append(t(key, year=end, services=", ".join(listed), reason=reason))
    return notes


@cached_per_snapshot(500)
def _compared(
    data: Database, indicator: Indicator, group: Group, year: int, chosen: tuple[str, ...], basis: Basis
) -> Comparison:
    return comparisons.compare(data, indicator, group, year, chosen, basis)


@cached_per_snapshot(500)
def _series(data: Database, indicator: Indicator, areas: tuple[str, ...], basis: Basis) -> list[dict[str, Any]]:
    return figures.values(data, indicator, areas, basis=basis).to_pylist()


@cached_per_snapshot(500)
def _group_series(data: Database, indicator: Indicator, group: Group, basis: Basis) -> list[dict[str, Any]]:
    return comparisons.group_series(data, indicator, group, basis)


@cached_per_snapshot(500)
def _difference(
    data: Database, parts: tuple[Part, ...], group: Group, municipality: str, year: int, price_year: int | None
) -> Difference | None:
    return composite_costs.difference(data, parts, group, municipality, year, price_year)


@cached_per_snapshot(500)
def _expected(
    data: Database, parts: tuple[Part, ...], group: Group, municipality: str, year: int, price_year: int | None
) -> dict[str, Any] | None:
    return composite_costs.expected(data, parts, group, municipality, year, price_year)
