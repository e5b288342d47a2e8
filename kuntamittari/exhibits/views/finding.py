"""The finding of an indicator: its figure in words, and where it has none, which years do."""

from kuntamittari.catalog import provenance
from kuntamittari.catalog.indicator import Indicator
from kuntamittari.exhibits import selected_figures, text
from kuntamittari.exhibits.page_context import PageContext


def finding(context: PageContext, indicator: Indicator) -> str:
    """Return what the figure of the chosen municipality says, in words.

    Without a figure the sentence ends with the years that have one, who can load figures, or whom to ask.
    """
    standing = selected_figures.standing(context, indicator)
    sentence = selected_figures.sentence(context, standing)
    if indicator.awaited:
        return f"{sentence} {indicator.awaited.ask[context.t.language]}"
    if standing.value is None:
        sentence = f"{sentence} {way_on(context, indicator)}".rstrip()
    return sentence


def way_on(context: PageContext, indicator: Indicator) -> str:
    """Return the years that have figures and who can load the whole country; without such a year who can load figures,
    or nothing for an indicator that is of no agency."""
    if context.years:
        return " ".join([context.t("finding.way_on", years=text.spans(context.years)), *country_way(context)])
    if not any(provenance.sources()[source]["licence"] for source in indicator.sources):
        return ""
    return context.t("finding.how_to_load")


def country_way(context: PageContext) -> list[str]:
    """Return that the operator can load the whole country, or nothing where it is loaded."""
    return [] if context.data.snapshot.manifest["scope"] == "all" else [context.t("operator.country")]
