"""Figures as a view asks for them, each looked up once for as long as the data are in use."""

from dataclasses import dataclass
from typing import Any, get_args

from kuntamittari import figures, outlook
from kuntamittari.address import View
from kuntamittari.catalog import Basis, Indicator
from kuntamittari.database import Database, remembered
from kuntamittari.figures import MAINLAND, Comparison, Group
from kuntamittari.organisation import Model
from kuntamittari.own import PLANS


def compared(
    view: View, indicator: Indicator, year: int | None = None, group: Group | None = None, basis: Basis | None = None
) -> Comparison:
    """The chosen group (or another) in the chosen year (or another), the chosen and compared municipalities beside it, on the
    chosen basis (or another)."""
    s, group = view.selection, group or view.group_of(indicator)
    members = view.members(group)
    # loaded members come in any case; naming only the others lets readers of one group share an answer
    others = tuple(code for code in (s.municipality, *s.compared) if code not in members or not view.register[code]["loaded"])
    return _compared(view.data, indicator, group, year or s.year, others, basis or view.basis)


def opening(view: View) -> None:
    """Looks up what a page on the view's indicator shows, before anybody asks for it."""
    compared(view, view.indicator)
    series(view, view.indicator, (view.selection.municipality,))
    series(view, view.indicator, (MAINLAND,))
    group_series(view, view.indicator, view.group_of(view.indicator))


def series(view: View, indicator: Indicator, areas: tuple[str, ...], basis: Basis | None = None) -> list[dict[str, Any]]:
    """Values of some areas in every year that has figures, on the chosen basis or another."""
    return _series(view.data, indicator, areas, basis or view.basis)


def group_series(view: View, indicator: Indicator, group: Group, basis: Basis | None = None) -> list[dict[str, Any]]:
    """A group over the years, on the chosen basis or another."""
    return _group_series(view.data, indicator, group, basis or view.basis)


def plans(view: View, indicator: Indicator) -> dict[str, dict[int, float]]:
    """Status (budget, target) → year → the reader's own plan for the chosen municipality, at the prices of each year; none where
    another basis is asked for, since a plan has no other."""
    if indicator.bound(view.basis) != indicator.bound():
        return {}
    found: dict[str, dict[int, float]] = {}
    for figure in view.data.desk.figures:
        if figure.municipality == view.selection.municipality and figure.measure == indicator.id and figure.status in PLANS:
            found.setdefault(figure.status, {})[figure.year] = figure.value
    return {status: dict(sorted(found[status].items())) for status in PLANS if status in found}


def by_model(view: View, indicator: Indicator) -> dict[Model | None, Comparison]:
    """Way of organising the indicator's service → those of the chosen group who have it; under None those of whom nothing is said.
    A municipality with several ways is in each of them."""
    whole, known = view.group_of(indicator, organised=False), view.models(indicator)
    used = [model for model in get_args(Model) if any(model in models for models in known.values())]
    found = {model: compared(view, indicator, group=view.organised(whole, indicator, model)) for model in [*used, None]}
    return {model: group for model, group in found.items() if group.n}


@dataclass(frozen=True)
class Base:
    """What a service costs today: its last year with figures, euros at the base prices, per head, and the group's median per head."""

    indicator: Indicator
    year: int
    cost: float
    unit_cost: float
    median: float | None

    def cost_of(self, at_median: bool) -> float:
        """Today's cost, or what it would be at the group's median per head."""
        return self.cost * self.median / self.unit_cost if at_median and self.median is not None and self.unit_cost else self.cost


def bases(view: View) -> list[Base]:
    """Today's costs of every service that has an age group of its own, at the chosen constant prices."""
    basis = Basis(price_year=view.basis.price_year or view.price_year)
    found = []
    for indicator in outlook.services(view.catalogue):
        known = figures.years(view.data, indicator, basis)
        if not known:
            continue
        group = compared(view, indicator, known[-1], basis=basis)
        row = group.of(view.selection.municipality)
        if row and row["value"] is not None:
            found.append(Base(indicator, known[-1], row["numerator"], row["value"], group.median))
    return found


@remembered(500)
def _compared(data: Database, indicator: Indicator, group: Group, year: int, chosen: tuple[str, ...], basis: Basis) -> Comparison:
    return figures.compare(data, indicator, group, year, chosen, basis)


@remembered(500)
def _series(data: Database, indicator: Indicator, areas: tuple[str, ...], basis: Basis) -> list[dict[str, Any]]:
    return figures.values(data, indicator, areas, basis=basis).to_pylist()


@remembered(500)
def _group_series(data: Database, indicator: Indicator, group: Group, basis: Basis) -> list[dict[str, Any]]:
    return figures.group_series(data, indicator, group, basis).to_pylist()
