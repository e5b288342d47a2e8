"""The measuring framework as the founding report draws it: dimensions down, the whole sector and one municipality
across."""

import html

import streamlit as st

from kuntamittari.catalog import framework
from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.catalog.indicator import Indicator
from kuntamittari.exhibits import selected_figures, text
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.selected_figures import Standing
from kuntamittari.ui import layout
from kuntamittari.ui.parts.rug import GLYPHS


def draw(context: PageContext) -> None:
    """The grid as one table; each indicator with its value and standing, or whom to ask."""
    t = context.t
    heads = [
        t("grid.dimension"),
        t("grid.national"),
        t("grid.municipal", name=context.name(context.selection.municipality)),
    ]
    head = "".join(f"<th scope='col'>{html.escape(words)}</th>" for words in heads)
    rows = "".join(
        line(context, dimension, indicators)
        for dimension, indicators in framework.by_dimension(context.catalogue, core=False).items()
    )
    ends = "".join(
        f"<tr><th scope='row'>{html.escape(t(f'grid.{row}'))}</th><td>{html.escape(t(f'grid.{row}_national'))}</td>"
        f"<td>{html.escape(t(f'grid.{row}_municipal'))}</td></tr>"
        for row in ("object", "purpose")
    )
    whole = f"<table class='km-grid'><thead><tr>{head}</tr></thead><tbody>{rows}{ends}</tbody></table>"
    st.html(layout.scrolled(t("grid.title"), whole))


def line(context: PageContext, dimension: str, indicators: list[Indicator]) -> str:
    """One dimension: what the report asks for at each level, and what there is."""
    t = context.t
    found = [selected_figures.standing(context, indicator) for indicator in indicators]
    national = "".join(national_entry(context, indicator, s) for indicator, s in zip(indicators, found, strict=True))
    municipal = "".join(municipal_entry(context, s) for s in found)
    asked = [f"<p>{html.escape(t(f'grid.{dimension}_{level}'))}</p>" for level in ("national", "municipal")]
    title = f"<th scope='row'>{html.escape(t(f'dimension.{dimension}'))}</th>"
    return f"<tr>{title}<td>{asked[0]}<ul>{national}</ul></td><td>{asked[1]}<ul>{municipal}</ul></td></tr>"


def national_entry(context: PageContext, indicator: Indicator, found: Standing) -> str:
    """An indicator of the whole sector: Mainland Finland as one, from the sums of its municipalities; the whole of a
    composite, also where the municipality does not organise a part."""
    t = context.t
    rows = selected_figures.series(context, indicator, (MAINLAND,)) if found.year else []
    row = next((row for row in rows if row["year"] == found.year), None)
    if row is None or row["value"] is None:
        reason = (
            t("missing.no_data") if indicator.awaited else t(f"missing.{row['reason']}" if row else "missing.no_year")
        )
        return f"<li>{name(context, indicator, found)} <span class='km-missing'>{html.escape(reason)}</span></li>"
    return (
        f"<li>{name(context, indicator, found)} {figure(context, indicator, row['value'])} {shown(context, found)}</li>"
    )


def municipal_entry(context: PageContext, found: Standing) -> str:
    """An indicator of the municipality with its standing; one without figures with whom to ask."""
    t, indicator = context.t, found.indicator
    if indicator.awaited:
        ask = html.escape(indicator.awaited.ask[t.language])
        return f"<li>{name(context, indicator, found)} <span class='km-missing'>{html.escape(t('missing.no_data'))}. {ask}</span></li>"
    if found.row is None or found.value is None:
        reason = t(f"missing.{found.reason}")
        return f"<li>{name(context, indicator, found)} <span class='km-missing'>{html.escape(reason)}</span></li>"
    judged = found.row["judgement"]
    word = (
        f" <span class='km-{judged}'>{GLYPHS[judged]} {html.escape(t(f'judgement.{judged}'))}</span>" if judged else ""
    )
    return f"<li>{name(context, indicator, found)} {figure(context, indicator, found.value)} {shown(context, found)}{word}</li>"


def name(context: PageContext, indicator: Indicator, found: Standing) -> str:
    """The indicator's name as a way to its comparison, or to the catalogue where it has no figures."""
    t = context.t
    link = layout.href(context, "vertailu" if found.year else "indikaattorit", indicator_id=indicator.id)
    full = html.escape(indicator.name[t.language], quote=True)
    return layout.way(link, html.escape(text.capital(indicator.label[t.language])), f" title='{full}'")


def shown(context: PageContext, found: Standing) -> str:
    """The year of a figure, with what is to be said of it where it is not the chosen one."""
    return f"<span class='km-unit'>{html.escape(context.year_words(found.year or 0) or str(found.year))}</span>"


def figure(context: PageContext, indicator: Indicator, value: float) -> str:
    """A value with its unit."""
    number = context.t.number(value, indicator.decimals)
    return f"<strong>{number}</strong> <span class='km-unit'>{html.escape(indicator.unit[context.t.language])}</span>"
