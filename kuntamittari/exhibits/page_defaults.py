"""What a page shows where the address does not choose it; pages and their exhibits share these defaults."""

from kuntamittari.catalog import composites, framework, services
from kuntamittari.catalog.indicator import Index, Indicator
from kuntamittari.exhibits.page_context import PageContext

COSTS = ("cross_sector", "economy_of_services")
OUTCOMES = ("effectiveness", "quality", "worklife")
USUAL_COST = "children_services_cost_per_0_17"
USUAL_OUTCOME = "children_placed_outside_home"
ADMINISTRATION = "administration_cost_per_resident"


def core(context: PageContext) -> dict[str, list[Indicator]]:
    """Return dimension → the core indicators of the framework whose task the municipality has."""
    return {
        dimension: [i for i in indicators if context.has_task(i)]
        for dimension, indicators in framework.by_dimension(context.catalogue, core=True).items()
    }


def productivities(context: PageContext) -> list[str]:
    """Return the ids of the productivity indices in the catalogue."""
    return [i.id for i in context.catalogue.values() if isinstance(i.formula, Index)]


def productivity(context: PageContext) -> PageContext:
    """Return the page context with a productivity index chosen; unchanged where the catalogue has none.

    That of the address, or else of its indicator's service, or else the first whose task the municipality has.
    """
    ids = productivities(context)
    of_service = [i for i in ids if context.catalogue[i].service == context.indicator.service]
    own = [i for i in ids if context.has_task(context.catalogue[i])]
    chosen = [i for i in ids if i == context.selection.indicator_id] or of_service or own or ids
    return context.with_indicator(chosen[0]) if chosen else context


def administration(context: PageContext) -> PageContext:
    """Return the page context with the costs of general administration chosen, where the catalogue has them."""
    return context.with_indicator(ADMINISTRATION) if ADMINISTRATION in context.catalogue else context


def composite(context: PageContext) -> Indicator:
    """Return the composite whose costs are shown: the chosen indicator if it is one, otherwise the first whose task the
    municipality has.
    """
    ids = composites.composite_ids()
    own = [i for i in ids if context.has_task(context.catalogue[i])]
    return context.catalogue[context.selection.indicator_id if context.selection.indicator_id in ids else own[0]]


def costs(context: PageContext) -> list[str]:
    """Return the ids of the costs with figures, which can be shown against an outcome."""
    return [i.id for i in context.catalogue.values() if i.dimension in COSTS and i.in_euros and context.last(i)]


def outcomes(context: PageContext) -> list[str]:
    """Return the ids of the indicators of outcome, quality and working life that have figures."""
    return [i.id for i in context.catalogue.values() if i.dimension in OUTCOMES and context.last(i)]


def pair(context: PageContext) -> tuple[Indicator, Indicator] | None:
    """Return the cost and the outcome to show; None where the catalogue lacks either.

    Those of the address or else the defaults, a composite as the chosen municipality organises it.
    """
    s, of_costs, of_outcomes = context.selection, costs(context), outcomes(context)
    if not of_costs or not of_outcomes:
        return None
    own = [i for i in of_costs if context.has_task(context.catalogue[i])]
    cost = next((i for i in (s.indicator_id, USUAL_COST) if i in of_costs), (own or of_costs)[0])
    preferred = (s.beside_id, *services.beside(context.catalogue[cost].service), USUAL_OUTCOME)
    outcome = next((i for i in preferred if i in of_outcomes), of_outcomes[0])
    return context.as_organised(context.catalogue[cost]), context.catalogue[outcome]


def pair_years(context: PageContext, pair_: tuple[Indicator, Indicator]) -> tuple[int, int] | None:
    """Return the year in which each of two indicators is shown; None where one has no figures."""
    one, other = context.last(pair_[0]), context.last(pair_[1])
    return None if one is None or other is None else (one, other)
