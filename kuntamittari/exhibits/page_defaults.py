"""What a page is about, by its address: the same for the page and for the picture taken of it."""

from kuntamittari.catalog import composites, services
from kuntamittari.catalog.indicator import Index, Indicator
from kuntamittari.exhibits.page_context import PageContext

COSTS = ("cross_sector", "economy_of_services")
OUTCOMES = ("effectiveness", "quality", "worklife")
USUAL_COST = "children_services_cost_per_0_17"
USUAL_OUTCOME = "children_placed_outside_home"
ADMINISTRATION = "administration_cost_per_resident"


def productivities(context: PageContext) -> list[str]:
    """The ids of the productivity indices that have figures."""
    return [i.id for i in context.catalogue.values() if isinstance(i.formula, Index)]


def productivity(context: PageContext) -> PageContext:
    """The view with a productivity index chosen: that of the address, or of its indicator's service, else the first.
    Unchanged where the catalogue has none."""
    ids = productivities(context)
    same = [i for i in ids if context.catalogue[i].service == context.indicator.service]
    chosen = [i for i in ids if i == context.selection.indicator_id] or same or ids
    return context.about(chosen[0]) if chosen else context


def administration(context: PageContext) -> PageContext:
    """The view with the costs of general administration chosen."""
    return context.about(ADMINISTRATION) if ADMINISTRATION in context.catalogue else context


def whole(context: PageContext) -> Indicator:
    """The whole whose costs are shown: the indicator of the address when it is one, else the first (children's
    services)."""
    ids = composites.wholes()
    return context.catalogue[context.selection.indicator_id if context.selection.indicator_id in ids else ids[0]]


def costs(context: PageContext) -> list[str]:
    """The ids of the costs that can stand beside an outcome."""
    return [i.id for i in context.catalogue.values() if i.dimension in COSTS and i.in_euros and i.formula]


def outcomes(context: PageContext) -> list[str]:
    """The ids of the outcomes and qualities that have figures."""
    return [i.id for i in context.catalogue.values() if i.dimension in OUTCOMES and i.formula]


def pair(context: PageContext) -> tuple[Indicator, Indicator] | None:
    """The cost and the outcome of the address, else the usual ones, a composite as the chosen municipality organises
    it; None where the catalogue in use has no pair at all."""
    s, of_costs, of_outcomes = context.selection, costs(context), outcomes(context)
    if not of_costs or not of_outcomes:
        return None
    cost = next((i for i in (s.indicator_id, USUAL_COST) if i in of_costs), of_costs[0])
    wanted = (s.beside_id, *services.beside(context.catalogue[cost].service), USUAL_OUTCOME)
    outcome = next((i for i in wanted if i in of_outcomes), of_outcomes[0])
    return context.as_organised(context.catalogue[cost]), context.catalogue[outcome]


def pair_years(context: PageContext, pair_: tuple[Indicator, Indicator]) -> tuple[int, int] | None:
    """For each its last year up to the chosen one; None where one has no figures."""
    one, other = context.last(pair_[0]), context.last(pair_[1])
    return None if one is None or other is None else (one, other)
