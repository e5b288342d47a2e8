"""What stands out in the card of a municipality."""

from kuntamittari.catalog import framework
from kuntamittari.exhibits import page_defaults, selected_figures
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.selected_figures import Standing


def findings(context: PageContext, standings: list[Standing]) -> list[Standing]:
    """Return the findings to begin with: strongest standing, weakest standing, a total cost of children's services.

    Productivity with the age group as output is the inverse of the unit cost beside it, so it is no finding of its own.
    """
    judged = sorted(
        (s for s in standings if s.row and s.row["judgement"] and s.indicator.dimension != "productivity"),
        key=judged_percentile,
    )
    composites = [s for s in standings if s.indicator.dimension == "cross_sector" and s.value is not None]
    ends = [judged[-1], judged[0]] if len(judged) > 1 else judged
    return [*ends, *composites][:3]


def judged_percentile(standing: Standing) -> float:
    """Return the percentile that the verdict of a standing is about."""
    assert standing.row
    of_deviation = standing.indicator.judged_by == "expected_cost"
    return float(standing.row["deviation_percentile" if of_deviation else "percentile"])


def standings(context: PageContext, core: bool) -> dict[str, list[Standing]]:
    """Return the standings of each dimension: of its core indicators whose task the municipality has, or of all."""
    return {
        d: [selected_figures.standing(context, i) for i in indicators]
        for d, indicators in (
            page_defaults.core(context) if core else framework.by_dimension(context.catalogue, core=False)
        ).items()
    }
