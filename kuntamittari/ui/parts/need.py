"""Need beyond age: the cost that it leads one to expect, its drivers, and the model that it comes from (docs/methods.md
9)."""

import streamlit as st

from kuntamittari.catalog import need_models
from kuntamittari.catalog.indicator import Basis, Indicator
from kuntamittari.exhibits import selected_figures, text
from kuntamittari.exhibits.costs import need_steps
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.query import need
from kuntamittari.query.need import NeedStanding
from kuntamittari.ui import layout
from kuntamittari.ui.parts import comparison
from kuntamittari.ui.parts.cost_difference import waterfall

BEYOND = 1.96  # standard errors to each end of the 95 % interval of a coefficient


def sections(context: PageContext) -> None:
    """Draw what need leads one to expect of the costs beside the chosen whole, or what is lacking to know it."""
    for model in selected_figures.need_models_of(context):
        standing, year = selected_figures.need_standing(context, model), selected_figures.need_year(context, model)
        if standing:
            section(context, standing)
        elif year:
            without(context, context.catalogue[model.indicator], year)


def without(context: PageContext, indicator: Indicator, year: int) -> None:
    """Draw why need leads one to expect nothing: the drivers that are lacking; nothing where none is."""
    t, code = context.t, context.selection.municipality
    about = need_models.drivers()
    if lacking := need.lacking(context.data, indicator.id, year, code):
        names = ", ".join(about[driver]["name"][t.language] for driver in lacking)
        label = text.capital(indicator.label[t.language])
        st.subheader(t("need_model.title", label=label, year=year))
        words = t("need_model.lacking", name=context.name(code), drivers=names, year=year)
        layout.caption(words, layout.method_links(context, 9))


def section(context: PageContext, standing: NeedStanding) -> None:
    """Draw actual and expected cost in a sentence, the drivers as a waterfall and a table, and the model."""
    t, indicator = context.t, standing.indicator
    label, year = indicator.label[t.language], standing.model.year
    terms = text.basis(t, indicator, Basis(price_year=context.basis.price_year))[0]
    words = text.need(t, standing, context.name(context.selection.municipality), terms)
    st.subheader(t("need_model.title", label=text.capital(label), year=year))
    st.markdown(layout.markdown_safe(words))
    steps, unit = need_steps(t, standing), indicator.unit[t.language]
    drawing = waterfall(t, steps, t("why.alt", summary=words), unit=unit)
    comparison.draw(
        context,
        indicator,
        words,
        f"{indicator.id}_need_{context.selection.municipality}",
        lambda: drawing,
    )
    drivers(context, standing)
    model(context, standing)
    fit = standing.model.fit
    note = t("need_model.reading", r2=t.number(fit.left_out_r2, 2), n=fit.n, year=year)
    layout.caption(note, layout.method_links(context, 9))


def drivers(context: PageContext, standing: NeedStanding) -> None:
    """Draw the drivers of the municipality beside their means and what each adds, as a folded table."""
    t, about = context.t, need_models.drivers()
    lines = [
        [
            about[driver]["name"][t.language],
            t.number(standing.expected.drivers[driver], about[driver]["decimals"] + 1),
            t.number(standing.model.fit.means[at], about[driver]["decimals"] + 1),
            text.signed(t, standing.expected.effects[driver] * standing.price),
        ]
        for at, driver in enumerate(standing.model.drivers)
    ]
    effect = f"{t('need_model.effect')}, {standing.indicator.unit[t.language]}"
    heads = [
        t("need_model.driver"),
        context.name(context.selection.municipality),
        t("need_model.mean"),
        effect,
    ]
    title = f"{t('need_model.drivers')}: {standing.indicator.label[t.language]}"
    comparison.folded_table(context, title, heads, lines, label=t("need_model.drivers"))


def model(context: PageContext, standing: NeedStanding) -> None:
    """Draw the model as a folded table: coefficients with intervals, and what it leaves by size of municipality."""
    t, fit = context.t, standing.model.fit
    lines = [
        [
            need_models.drivers()[driver]["name"][t.language],
            text.signed(t, coefficient, 4),
            f"{text.signed(t, coefficient - BEYOND * error, 4)} … {text.signed(t, coefficient + BEYOND * error, 4)}",
        ]
        for driver, coefficient, error in zip(
            standing.model.drivers, fit.coefficients.tolist(), fit.errors.tolist(), strict=True
        )
    ]
    lines += [
        [
            t(f"group.size-{number}") if number else t("missing.mark"),
            f"{text.signed(t, 100 * left['residual'], 1)} %",
            f"± {t.number(100 * left['spread'], 1)} %, n = {t.number(left['n'])}",
        ]
        for number, left in sorted(standing.model.left.items())
    ]
    years = text.spans(need.years(context.data, standing.indicator.id))
    heads = [t("need_model.term"), t("need_model.coefficient"), t("need_model.interval")]
    above = t("need_model.about", years=years, n=fit.n, r2=t.number(fit.left_out_r2, 2))
    title = f"{t('need_model.model')}: {standing.indicator.label[t.language]}"
    comparison.folded_table(context, title, heads, lines, above, label=t("need_model.model"))
