"""The measuring framework as in the founding report: a row a dimension, columns for the sector and the municipality."""

import html

import streamlit as st

from kuntamittari.catalog import framework
from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.catalog.indicator import Indicator
from kuntamittari.exhibits import indicators, selected_figures, text
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.selected_figures import Standing
from kuntamittari.ui import layout
from kuntamittari.ui.parts.rug import GLYPHS

MISSING = "<span class='km-missing'>"  # begins the reason why there is no figure


def draw(context: PageContext) -> None:
    """Draw the framework as one table; each indicator has its value and standing, or whom to ask."""
    t = context.t
    heads = [
        t("grid.dimension"),
        t("grid.national"),
        t("grid.municipal", name=context.name(context.selection.municipality)),
    ]
    head = "".join(f"<th scope='col'>{html.escape(name)}</th>" for name in heads)
    rows = "".join(
        dimension_row(context, dimension, indicators)
        for dimension, indicators in framework.by_dimension(context.catalogue, core=False).items()
    )
    ends = "".join(
        f"<tr><th scope='row'>{html.escape(t(f'grid.{row}'))}</th><td>{html.escape(t(f'grid.{row}_national'))}</td>"
        f"<td>{html.escape(t(f'grid.{row}_municipal'))}</td></tr>"
        for row in ("object", "purpose")
    )
    table = f"<table class='km-grid'><thead><tr>{head}</tr></thead><tbody>{rows}{ends}</tbody></table>"
    st.html(layout.scroll_box(t("grid.title"), table))


def dimension_row(context: PageContext, dimension: str, indicators: list[Indicator]) -> str:
    """Return the row of a dimension: what the report asks for at each level, and the indicators that there are."""
    t = context.t
    standings = [selected_figures.standing(context, indicator) for indicator in indicators]
    national = listed(
        context, [national_entry(context, indicator, s) for indicator, s in zip(indicators, standings, strict=True)]
    )
    municipal = listed(context, [municipal_entry(context, s) for s in standings])
    texts = [f"<p>{html.escape(t(f'grid.{dimension}_{level}'))}</p>" for level in ("national", "municipal")]
    title = f"<th scope='row'>{html.escape(t(f'dimension.{dimension}'))}</th>"
    texts[0] += total_entry(context) if dimension == "productivity" else ""
    return f"<tr>{title}<td>{texts[0]}{national}</td><td>{texts[1]}{municipal}</td></tr>"


def listed(context: PageContext, entries: list[str]) -> str:
    """Return entries as a list; those without a figure follow folded, since they are many."""
    without = [entry for entry in entries if MISSING in entry]
    shown = f"<ul>{''.join(entry for entry in entries if entry not in without)}</ul>"
    if not without:
        return shown
    title = html.escape(context.t("grid.without", n=len(without)))
    return f"{shown}<details><summary>{title}</summary><ul>{''.join(without)}</ul></details>"


def total_entry(context: PageContext) -> str:
    """Return total productivity of Mainland Finland over the education services as a paragraph; empty without one."""
    t, found = context.t, indicators.over_services(context, MAINLAND)
    if found is None:
        return ""
    value = f"<strong>{t.number(float(found.total.index[-1]), 1)}</strong>"
    unit = html.escape(t("total.unit", base=found.years[0], year=found.years[-1]))
    name = layout.link_markup(layout.href(context, "valtakunta"), html.escape(t("total.title")), "")
    return f"<p>{name} {value} <span class='km-unit'>{unit}</span></p>"


def national_entry(context: PageContext, indicator: Indicator, standing: Standing) -> str:
    """Return an indicator of the whole sector as a list item: Mainland Finland as one municipality.

    The whole of a composite is shown, also where the municipality does not organise a part of it.
    """
    t = context.t
    rows = selected_figures.series(context, indicator, (MAINLAND,)) if standing.year else []
    row = next((row for row in rows if row["year"] == standing.year), None)
    if row is None or row["value"] is None:
        reason = "no_data" if standing.year is None else row["reason"] if row else "no_year"
        return without_figure(context, standing, t(f"missing.{reason}"))
    return with_figure(context, standing, row["value"])


def municipal_entry(context: PageContext, standing: Standing) -> str:
    """Return an indicator of the municipality as a list item with its standing, or with whom to ask."""
    t, indicator = context.t, standing.indicator
    if indicator.awaited:
        return without_figure(context, standing, f"{t('missing.no_data')}. {indicator.awaited.ask[t.language]}")
    if standing.row is None or standing.value is None:
        return without_figure(context, standing, selected_figures.why_missing(context, standing))
    verdict = standing.row["judgement"]
    if not verdict:
        return with_figure(context, standing, standing.value)
    word = f"{GLYPHS[verdict]} {html.escape(text.judgement(t, indicator, standing.row))}"
    return with_figure(context, standing, standing.value, f" <span class='km-{verdict}'>{word}</span>")


def with_figure(context: PageContext, standing: Standing, value: float, verdict: str = "") -> str:
    """Return a list item with a figure of the standing's indicator; `verdict` is markup."""
    shown = f"{figure(context, standing.indicator, value)} {year_markup(context, standing)}{verdict}"
    return f"<li>{name_link(context, standing)} {shown}</li>"


def without_figure(context: PageContext, standing: Standing, reason: str) -> str:
    """Return a list item with the reason why the standing's indicator has no figure."""
    return f"<li>{name_link(context, standing)} {MISSING}{html.escape(reason)}</span></li>"


def name_link(context: PageContext, standing: Standing) -> str:
    """Return the name of an indicator as a link to its comparison, or to the catalogue where it has no figures."""
    t, indicator = context.t, standing.indicator
    link = layout.href(context, "vertailu" if standing.year else "indikaattorit", indicator_id=indicator.id)
    full = html.escape(indicator.name[t.language], quote=True)
    return layout.link_markup(link, html.escape(text.capital(indicator.label[t.language])), f" title='{full}'")


def year_markup(context: PageContext, standing: Standing) -> str:
    """Return the year of a figure as markup, with notes where it is not the chosen one or its task has moved."""
    return f"<span class='km-unit'>{html.escape(context.shown_year(standing.indicator, standing.year or 0))}</span>"


def figure(context: PageContext, indicator: Indicator, value: float) -> str:
    """Return a value with its unit as markup."""
    number = context.t.number(value, indicator.decimals)
    return f"<strong>{number}</strong> <span class='km-unit'>{html.escape(indicator.unit[context.t.language])}</span>"
