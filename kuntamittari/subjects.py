"""What a page is about, by its address: the same for the page and for the picture taken of it."""

from kuntamittari import services, wholes
from kuntamittari.address import View
from kuntamittari.catalog import Index, Indicator

COSTS = ("cross_sector", "economy_of_services")
OUTCOMES = ("effectiveness", "quality", "worklife")
USUAL_COST = "children_services_cost_per_0_17"
USUAL_OUTCOME = "children_placed_outside_home"
ADMINISTRATION = "administration_cost_per_resident"


def productivities(view: View) -> list[str]:
    """The ids of the productivity indices that have figures."""
    return [i.id for i in view.catalogue.values() if isinstance(i.formula, Index)]


def productivity(view: View) -> View:
    """The view with a productivity index chosen: that of the address, or of its indicator's service, else the first. Unchanged
    where the catalogue has none."""
    ids = productivities(view)
    same = [i for i in ids if view.catalogue[i].service == view.indicator.service]
    chosen = [i for i in ids if i == view.selection.indicator_id] or same or ids
    return view.about(chosen[0]) if chosen else view


def administration(view: View) -> View:
    """The view with the costs of general administration chosen."""
    return view.about(ADMINISTRATION) if ADMINISTRATION in view.catalogue else view


def whole(view: View) -> Indicator:
    """The whole whose costs are shown: the indicator of the address when it is one, else the first (children's services)."""
    ids = wholes.wholes()
    return view.catalogue[view.selection.indicator_id if view.selection.indicator_id in ids else ids[0]]


def costs(view: View) -> list[str]:
    """The ids of the costs that can stand beside an outcome."""
    return [i.id for i in view.catalogue.values() if i.dimension in COSTS and i.in_euros and i.formula]


def outcomes(view: View) -> list[str]:
    """The ids of the outcomes and qualities that have figures."""
    return [i.id for i in view.catalogue.values() if i.dimension in OUTCOMES and i.formula]


def pair(view: View) -> tuple[Indicator, Indicator] | None:
    """The cost and the outcome of the address, else the usual ones, a composite as the chosen municipality organises it; None where the
    catalogue in use has no pair at all."""
    s, of_costs, of_outcomes = view.selection, costs(view), outcomes(view)
    if not of_costs or not of_outcomes:
        return None
    cost = next((i for i in (s.indicator_id, USUAL_COST) if i in of_costs), of_costs[0])
    wanted = (s.beside_id, *services.beside(view.catalogue[cost].service), USUAL_OUTCOME)
    outcome = next((i for i in wanted if i in of_outcomes), of_outcomes[0])
    return view.as_organised(view.catalogue[cost]), view.catalogue[outcome]


def pair_years(view: View, pair_: tuple[Indicator, Indicator]) -> tuple[int, int] | None:
    """For each its last year up to the chosen one; None where one has no figures."""
    one, other = view.last(pair_[0]), view.last(pair_[1])
    return None if one is None or other is None else (one, other)
