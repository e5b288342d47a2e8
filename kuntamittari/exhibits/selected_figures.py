"""Figures as a view asks for them, each looked up once for as long as the data are in use."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, get_args

from kuntamittari.catalog import composites
from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.catalog.composites import Part
from kuntamittari.catalog.indicator import Basis, Indicator, ZeroPart
from kuntamittari.catalog.organisation_models import Model
from kuntamittari.catalog.statuses import PLANS
from kuntamittari.exhibits import text
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.query import composite_costs, figures
from kuntamittari.query.composite_costs import Difference
from kuntamittari.query.database import Database, cached_per_snapshot
from kuntamittari.query.figures import Comparison, Group
from kuntamittari.stats import outlook

YEARS_BACK = 3  # in which the age groups of a whole's parts are looked for: they may reach less far than the whole


def compared(
    context: PageContext,
    indicator: Indicator,
    year: int | None = None,
    group: Group | None = None,
    basis: Basis | None = None,
) -> Comparison:
    """The chosen group (or another) in the year in which the indicator is shown (or another), the chosen and compared
    municipalities beside it, on the chosen basis (or another)."""
    s, group = context.selection, group or context.group_of(indicator)
    year = year or context.last(indicator) or context.reference_year
    members = context.members(group)
    # loaded members come in any case; naming only the others lets readers of one group share an answer
    others = tuple(
        code for code in (s.municipality, *s.compared) if code not in members or not context.register[code]["loaded"]
    )
    return _compared(context.data, indicator, group, year, others, basis or context.basis)


@dataclass(frozen=True)
class Standing:
    """Where the chosen municipality stands by one indicator, in the year in which it is shown (None where nothing is
    loaded of it).

    `indicator`: as it is compared, a composite without the parts that the municipality does not organise itself;
    `lacking`: the parts that are not in the municipality's figure of a published total for the same reason
    (docs/methods.md 2).
    """

    indicator: Indicator
    year: int | None
    row: dict[str, Any] | None
    group: Comparison | None
    lacking: tuple[ZeroPart, ...] = ()

    @property
    def value(self) -> float | None:
        return self.row["value"] if self.row else None

    @property
    def reason(self) -> str:
        """Why there is no value."""
        if self.row:
            return self.row["reason"]
        return "no_data" if self.indicator.awaited else "no_year"


def standing(context: PageContext, indicator: Indicator) -> Standing:
    """The chosen municipality's standing by an indicator."""
    year = context.last(indicator)
    if year is None:
        return Standing(indicator, None, None, None)
    shown = context.as_organised(indicator, year)
    group, place = compared(context, shown, year), context.selection.municipality
    lacking = figures.not_organised(context.data, shown, place, year, context.basis) if shown.is_published_total else ()
    return Standing(shown, year, group.of(place), group, lacking)


def sentence(context: PageContext, at: Standing) -> str:
    """A standing in words."""
    t, name = context.t, context.name(context.selection.municipality)
    if at.year is None or at.group is None:
        return text.no_figure(t, at.indicator, name, context.reference_year, at.reason)
    shown = context.year_words(at.year)
    return text.finding(
        t, at.indicator, name, at.year, context.chosen_group(), at.group, at.row, context.basis, shown, at.lacking
    )


@dataclass(frozen=True)
class Explained:
    """Why the chosen municipality's services cost more or less per resident than in the group as one municipality, in
    the last year whose age groups are loaded. `whole`: its name, with what is left out; `labels`: names of the parts;
    `said`: whole sentences, the bridge to the headline among them."""

    year: int
    whole: str
    found: Difference
    labels: dict[str, str]
    said: tuple[str, ...]


def explained(context: PageContext, whole: Indicator) -> Explained | None:
    """The difference of a whole in parts, without those not organised by the municipality; None where it cannot be
    computed."""
    last, place = context.last(whole), context.selection.municipality
    for year in range(last, last - YEARS_BACK, -1) if last else ():
        parts, gone = organised_parts(context, whole, year)
        group, prices = context.group_of(whole), context.basis.price_year
        found = _difference(context.data, parts, group, place, year, prices) if parts else None
        if found:
            return _explained(context, whole, year, found, parts, gone)
    return None


def organised_parts(context: PageContext, whole: Indicator, year: int) -> tuple[tuple[Part, ...], tuple[ZeroPart, ...]]:
    """The parts of a whole that the chosen municipality organises itself in a year, and those that it does not."""
    gone = figures.not_organised(context.data, whole, context.selection.municipality, year)
    ids = [part.id for part in gone]
    return tuple(part for part in composites.parts(context.catalogue, whole) if part.id not in ids), gone


def _explained(
    context: PageContext,
    whole: Indicator,
    year: int,
    found: Difference,
    parts: tuple[Part, ...],
    gone: tuple[ZeroPart, ...],
) -> Explained:
    """A difference with its words."""
    t, name, basis = context.t, context.name(context.selection.municipality), Basis(price_year=context.basis.price_year)
    labels = {part.id: composites.label(context.catalogue, part.id, t.language) for part in parts}
    words = t(f"costs.{whole.id}")
    words = t("composite.without", name=words, parts=text.labels_of(t, gone)) if gone else words
    said = text.why(t, name, words, context.chosen_group(), year, found, ", ".join(text.basis(t, whole, basis)), labels)
    shown = context.as_organised(whole, year)
    group = compared(context, shown, year, basis=basis)
    row = group.of(context.selection.municipality)
    bridge = text.bridge(t, shown, row["value"], group, found) if row else ""
    return Explained(year, words, found, labels, (*said, *filter(None, (bridge,)), *text.left_out(t, name, gone)))


def expected(context: PageContext, whole: Indicator, year: int) -> dict[str, Any] | None:
    """What a whole would cost the chosen municipality at the group's cost per head (wholes.expected), without the parts
    that it does not organise itself."""
    parts, _ = organised_parts(context, whole, year)
    return _expected(
        context.data, parts, context.group_of(whole), context.selection.municipality, year, context.basis.price_year
    )


def hidden(context: PageContext, indicators: Iterable[Indicator], group: Group | None = None) -> list[str]:
    """How far hidden counts leave the medians of the chosen group (or another) open, in the year in which each
    indicator is shown."""
    groups = [(indicator, compared(context, indicator, group=group)) for indicator in indicators]
    return [text.hidden(context.t, indicator, group.bounds, None) for indicator, group in groups if group.bounds]


def opening(context: PageContext) -> None:
    """Looks up what a page on the view's indicator shows, before anybody asks for it."""
    compared(context, context.indicator)
    standing(context, context.indicator)
    series(context, context.indicator, (context.selection.municipality,))
    series(context, context.indicator, (MAINLAND,))
    group_series(context, context.indicator, context.group_of(context.indicator))


def series(
    context: PageContext, indicator: Indicator, areas: tuple[str, ...], basis: Basis | None = None
) -> list[dict[str, Any]]:
    """Values of some areas in every year that has figures, on the chosen basis or another."""
    return _series(context.data, indicator, areas, basis or context.basis)


def group_series(
    context: PageContext, indicator: Indicator, group: Group, basis: Basis | None = None
) -> list[dict[str, Any]]:
    """A group over the years, on the chosen basis or another."""
    return _group_series(context.data, indicator, group, basis or context.basis)


def plans(context: PageContext, indicator: Indicator) -> dict[str, dict[int, float]]:
    """Status (budget, target) → year → the reader's own plan for the chosen municipality, at the prices of each year;
    none where another basis is asked for, since a plan has no other."""
    if indicator.bound(context.basis) != indicator.bound():
        return {}
    found: dict[str, dict[int, float]] = {}
    for figure in context.workspace.figures:
        if (
            figure.municipality == context.selection.municipality
            and figure.measure == indicator.id
            and figure.status in PLANS
        ):
            found.setdefault(figure.status, {})[figure.year] = figure.value
    return {status: dict(sorted(found[status].items())) for status in PLANS if status in found}


def by_model(context: PageContext, indicator: Indicator) -> dict[Model | None, Comparison]:
    """Way of organising the indicator's service → those of the chosen group who have it; under None those of whom
    nothing is said. A municipality with several ways is in each of them."""
    whole, known = context.group_of(indicator, organised=False), context.models(indicator)
    used = [model for model in get_args(Model) if any(model in models for models in known.values())]
    found = {
        model: compared(context, indicator, group=context.organised(whole, indicator, model)) for model in [*used, None]
    }
    return {model: group for model, group in found.items() if group.n}


@dataclass(frozen=True)
class Base:
    """What a service costs today: its last year with figures, euros at the base prices, per head, and the group's
    median per head."""

    indicator: Indicator
    year: int
    cost: float
    unit_cost: float
    median: float | None

    def cost_of(self, at_median: bool) -> float:
        """Today's cost, or what it would be at the group's median per head."""
        return (
            self.cost * self.median / self.unit_cost
            if at_median and self.median is not None and self.unit_cost
            else self.cost
        )


def bases(context: PageContext) -> list[Base]:
    """Today's costs of every service that has an age group of its own, at the chosen constant prices."""
    basis = Basis(price_year=context.basis.price_year or context.price_year)
    found = []
    for indicator in outlook.services(context.catalogue):
        known = figures.years(context.data, indicator, basis)
        if not known:
            continue
        group = compared(context, indicator, known[-1], basis=basis)
        row = group.of(context.selection.municipality)
        if row and row["value"] is not None:
            found.append(Base(indicator, known[-1], row["numerator"], row["value"], group.median))
    return found


@cached_per_snapshot(500)
def _compared(
    data: Database, indicator: Indicator, group: Group, year: int, chosen: tuple[str, ...], basis: Basis
) -> Comparison:
    return figures.compare(data, indicator, group, year, chosen, basis)


@cached_per_snapshot(500)
def _series(data: Database, indicator: Indicator, areas: tuple[str, ...], basis: Basis) -> list[dict[str, Any]]:
    return figures.values(data, indicator, areas, basis=basis).to_pylist()


@cached_per_snapshot(500)
def _group_series(data: Database, indicator: Indicator, group: Group, basis: Basis) -> list[dict[str, Any]]:
    return figures.group_series(data, indicator, group, basis).to_pylist()


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
