"""Figures as a view asks for them, each looked up once for as long as the data are in use."""

from functools import lru_cache
from typing import Any

from kuntamittari import figures
from kuntamittari.address import View
from kuntamittari.catalog import Basis, Indicator
from kuntamittari.database import Database
from kuntamittari.figures import Comparison, Group


def compared(
    view: View, indicator: Indicator, year: int | None = None, group: Group | None = None, basis: Basis | None = None
) -> Comparison:
    """The chosen group (or another) in the chosen year (or another), the chosen and compared municipalities beside it, on the
    chosen basis (or another)."""
    s, group = view.selection, group or view.group_of(indicator)
    members = (view.groups.get(group.id) or {}).get("municipalities") or ()
    # loaded members come in any case; naming only the others lets readers of one group share an answer
    others = tuple(code for code in (s.municipality, *s.compared) if code not in members or not view.register[code]["loaded"])
    return _compared(view.data, indicator, group, year or s.year, others, basis or view.basis)


def series(view: View, indicator: Indicator, areas: tuple[str, ...], basis: Basis | None = None) -> list[dict[str, Any]]:
    """Values of some areas in every year that has figures, on the chosen basis or another."""
    return _series(view.data, indicator, areas, basis or view.basis)


def group_series(view: View, indicator: Indicator, group: Group, basis: Basis | None = None) -> list[dict[str, Any]]:
    """A group over the years, on the chosen basis or another."""
    return _group_series(view.data, indicator, group, basis or view.basis)


@lru_cache(maxsize=500)
def _compared(data: Database, indicator: Indicator, group: Group, year: int, chosen: tuple[str, ...], basis: Basis) -> Comparison:
    return figures.compare(data, indicator, group, year, chosen, basis)


@lru_cache(maxsize=500)
def _series(data: Database, indicator: Indicator, areas: tuple[str, ...], basis: Basis) -> list[dict[str, Any]]:
    return figures.values(data, indicator, areas, basis=basis).to_pylist()


@lru_cache(maxsize=500)
def _group_series(data: Database, indicator: Indicator, group: Group, basis: Basis) -> list[dict[str, Any]]:
    return figures.group_series(data, indicator, group, basis).to_pylist()
