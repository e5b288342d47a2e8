"""The measuring framework as the founding report draws it: dimensions down, the whole sector and one municipality across."""

import html

import streamlit as st

from kuntamittari import framework, text, views
from kuntamittari.address import View
from kuntamittari.catalog import Indicator
from kuntamittari.figures import MAINLAND
from kuntamittari.ui import frame
from kuntamittari.ui.rug import GLYPHS
from kuntamittari.views import Standing


def draw(view: View) -> None:
    """The grid as one table; each indicator with its value and standing, or whom to ask."""
    t = view.t
    heads = [t("grid.dimension"), t("grid.national"), t("grid.municipal", name=view.name(view.selection.municipality))]
    head = "".join(f"<th scope='col'>{html.escape(words)}</th>" for words in heads)
    rows = "".join(
        line(view, dimension, indicators) for dimension, indicators in framework.by_dimension(view.catalogue, core=False).items()
    )
    ends = "".join(
        f"<tr><th scope='row'>{html.escape(t(f'grid.{row}'))}</th><td>{html.escape(t(f'grid.{row}_national'))}</td>"
        f"<td>{html.escape(t(f'grid.{row}_municipal'))}</td></tr>"
        for row in ("object", "purpose")
    )
    whole = f"<table class='km-grid'><thead><tr>{head}</tr></thead><tbody>{rows}{ends}</tbody></table>"
    st.html(frame.scrolled(t("grid.title"), whole))


def line(view: View, dimension: str, indicators: list[Indicator]) -> str:
    """One dimension: what the report asks for at each level, and what there is."""
    t = view.t
    found = [views.standing(view, indicator) for indicator in indicators]
    national = "".join(national_entry(view, indicator, s) for indicator, s in zip(indicators, found, strict=True))
    municipal = "".join(municipal_entry(view, s) for s in found)
    asked = [f"<p>{html.escape(t(f'grid.{dimension}_{level}'))}</p>" for level in ("national", "municipal")]
    title = f"<th scope='row'>{html.escape(t(f'dimension.{dimension}'))}</th>"
    return f"<tr>{title}<td>{asked[0]}<ul>{national}</ul></td><td>{asked[1]}<ul>{municipal}</ul></td></tr>"


def national_entry(view: View, indicator: Indicator, found: Standing) -> str:
    """An indicator of the whole sector: Mainland Finland as one, from the sums of its municipalities; the whole of a composite, also where
    the municipality does not organise a part."""
    t = view.t
    rows = views.series(view, indicator, (MAINLAND,)) if found.year else []
    row = next((row for row in rows if row["year"] == found.year), None)
    if row is None or row["value"] is None:
        reason = t("missing.no_data") if indicator.awaited else t(f"missing.{row['reason']}" if row else "missing.no_year")
        return f"<li>{name(view, indicator, found)} <span class='km-missing'>{html.escape(reason)}</span></li>"
    return f"<li>{name(view, indicator, found)} {figure(view, indicator, row['value'])} {shown(view, found)}</li>"


def municipal_entry(view: View, found: Standing) -> str:
    """An indicator of the municipality with its standing; one without figures with whom to ask."""
    t, indicator = view.t, found.indicator
    if indicator.awaited:
        ask = html.escape(indicator.awaited.ask[t.language])
        return f"<li>{name(view, indicator, found)} <span class='km-missing'>{html.escape(t('missing.no_data'))}. {ask}</span></li>"
    if found.row is None or found.value is None:
        reason = t(f"missing.{found.reason}")
        return f"<li>{name(view, indicator, found)} <span class='km-missing'>{html.escape(reason)}</span></li>"
    judged = found.row["judgement"]
    word = f" <span class='km-{judged}'>{GLYPHS[judged]} {html.escape(t(f'judgement.{judged}'))}</span>" if judged else ""
    return f"<li>{name(view, indicator, found)} {figure(view, indicator, found.value)} {shown(view, found)}{word}</li>"


def name(view: View, indicator: Indicator, found: Standing) -> str:
    """The indicator's name as a way to its comparison, or to the catalogue where it has no figures."""
    t = view.t
    link = frame.href(view, "vertailu" if found.year else "indikaattorit", indicator_id=indicator.id)
    full = html.escape(indicator.name[t.language], quote=True)
    return frame.way(link, html.escape(text.capital(indicator.label[t.language])), f" title='{full}'")


def shown(view: View, found: Standing) -> str:
    """The year of a figure, with what is to be said of it where it is not the chosen one."""
    return f"<span class='km-unit'>{html.escape(view.year_words(found.year or 0) or str(found.year))}</span>"


def figure(view: View, indicator: Indicator, value: float) -> str:
    """A value with its unit."""
    number = view.t.number(value, indicator.decimals)
    return f"<strong>{number}</strong> <span class='km-unit'>{html.escape(indicator.unit[view.t.language])}</span>"
