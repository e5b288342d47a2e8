"""A group by size: figures by residents within the limits of usual variation (docs/methods.md 18)."""

from kuntamittari.exhibits import selected_figures, text
from kuntamittari.exhibits.exhibit import Exhibit, Limits, Reference, role, source
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.query import funnel
from kuntamittari.query.funnel import Funnel


def found(context: PageContext) -> Funnel | None:
    """Return the funnel of the chosen indicator; None with too few members, or where its noise is not known."""
    compared = selected_figures.compared(context, context.indicator)
    return funnel.funnel(context.data, context.indicator, compared, context.year, context.basis)


def exhibit(context: PageContext) -> Exhibit | None:
    """Return the funnel as a scatter with its limits, the wider ones first; None without."""
    of = found(context)
    return None if of is None else exhibit_of(context, of)


def exhibit_of(context: PageContext, of: Funnel) -> Exhibit:
    """Return a funnel as a scatter with its limits, the wider ones first."""
    t, indicator = context.t, context.indicator
    place, name = of.of(context.selection.municipality), context.name(context.selection.municipality)
    standing = selected_figures.sentence(context, selected_figures.standing(context, indicator))
    unit = text.unit(t, indicator, context.basis)
    heads = (t("funnel.residents"), f"{text.capital(indicator.label[t.language])}, {unit}")
    limits = tuple(
        Limits(
            label,
            role_,
            tuple((row["residents"], row[f"{end}low"], row[f"{end}high"]) for row in of.limits),
        )
        for label, role_, end in ((t("grammar.apart"), "band", "wide_"), (t("grammar.noise"), "noise", ""))
    )
    return Exhibit(
        " ".join(filter(None, (standing, t(f"funnel.{place.zone}", name=name) if place else ""))),
        "scatter",
        tuple(context.name(one.municipality) for one in of.places),
        {
            heads[0]: tuple(one.residents for one in of.places),
            heads[1]: tuple(one.value for one in of.places),
        },
        "",
        indicator.decimals,
        tuple(role(context, one.municipality) for one in of.places),
        reference=Reference(of.median, f"{t('chart.median')} {t.number(of.median, indicator.decimals)}"),
        heads=heads,
        logarithmic=True,
        ranges=limits,
        decimals_by_series=(0, indicator.decimals),
        note=" ".join(
            filter(
                None,
                (
                    text.listed_whole(t, name, context.as_organised(indicator)),
                    t("funnel.reading", median=t.number(of.median, indicator.decimals)),
                ),
            )
        ),
        source=source(context, indicator),
        finding=t(f"grammar.funnel_{place.zone}", name=name) if place else t("funnel.title", year=context.year),
    )
