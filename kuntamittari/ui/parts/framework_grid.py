"""The measuring framework as in the founding report: a row a dimension, columns for the sector and the municipality."""

import html
from itertools import groupby

import streamlit as st

from kuntamittari.catalog import framework
from kuntamittari.exhibits.exhibit import Exhibit
from kuntamittari.exhibits.grammar.verdicts import GLYPHS
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.standings.framework import MUNICIPAL, NATIONAL, TOTAL
from kuntamittari.ui import layout

MISSING = "<span class='km-missing'>"  # begins the reason why there is no figure


def draw(context: PageContext, exhibit: Exhibit) -> None:
    """Draw the framework as one table; each indicator has its value and standing, or whom to ask."""
    t = context.t
    heads = [
        t("grid.dimension"),
        t("grid.national"),
        t("grid.municipal", name=context.name(context.selection.municipality)),
    ]
    head = "".join(f"<th scope='col'>{html.escape(name)}</th>" for name in heads)
    dimensions = framework.by_dimension(context.catalogue, core=False)
    sections = groupby(range(len(exhibit.rows)), exhibit.sections.__getitem__)
    rows = "".join(
        dimension_row(context, exhibit, dimension, list(places))
        for dimension, (_, places) in zip(filter(dimensions.get, dimensions), sections, strict=True)
    )
    ends = "".join(
        f"<tr><th scope='row'>{html.escape(t(f'grid.{row}'))}</th><td>{html.escape(t(f'grid.{row}_national'))}</td>"
        f"<td>{html.escape(t(f'grid.{row}_municipal'))}</td></tr>"
        for row in ("object", "purpose")
    )
    table = f"<table class='km-grid'><thead><tr>{head}</tr></thead><tbody>{rows}{ends}</tbody></table>"
    st.html(layout.scroll_box(t("grid.title"), table))


def dimension_row(context: PageContext, exhibit: Exhibit, dimension: str, places: list[int]) -> str:
    """Return the row of a dimension: what the report asks for at each level, and the indicators that there are."""
    t = context.t
    levels = ""
    for level, column in (("national", NATIONAL), ("municipal", MUNICIPAL)):
        shown = [place for place in places if exhibit.rows[place][column]]
        total, entries = (
            [entry(context, exhibit, place, column) for place in shown if (exhibit.keys[place] == TOTAL) is of_all]
            for of_all in (True, False)
        )
        asked = f"<p>{html.escape(t(f'grid.{dimension}_{level}'))}</p>"
        above = "".join(f"<p>{one}</p>" for one in total)
        items = [f"<li>{one}</li>" for one in entries]
        levels += f"<td>{asked}{above}{listed(context, items)}</td>"
    return f"<tr><th scope='row'>{html.escape(exhibit.sections[places[0]])}</th>{levels}</tr>"


def listed(context: PageContext, entries: list[str]) -> str:
    """Return entries as a list; those without a figure follow folded, since they are many."""
    without = [entry for entry in entries if MISSING in entry]
    shown = f"<ul>{''.join(entry for entry in entries if entry not in without)}</ul>"
    if not without:
        return shown
    title = html.escape(context.t("grid.without", n=len(without)))
    return f"{shown}<details><summary>{title}</summary><ul>{''.join(without)}</ul></details>"


def entry(context: PageContext, exhibit: Exhibit, place: int, column: int) -> str:
    """Return an indicator at one level: its figure, of the municipality with the verdict, or why there is none."""
    words, cells = exhibit.rows[place], exhibit.cells[place]
    name = name_link(context, exhibit.keys[place], words[0], cells[-2] is not None)
    if cells[column] is None:
        return f"{name} {MISSING}{html.escape(words[column])}</span>"
    unit, verdict = str(cells[3]), exhibit.roles[place]
    figure = f"<strong>{html.escape(words[column].removesuffix(f' {unit}'))}</strong>"
    units = " ".join(f"<span class='km-unit'>{html.escape(part)}</span>" for part in (unit, words[4]) if part)
    word = ""
    if column == MUNICIPAL and verdict in GLYPHS:
        word = f" <span class='km-{verdict}'>{GLYPHS[verdict]} {html.escape(words[3])}</span>"
    return f"{name} {figure} {units}{word}"


def name_link(context: PageContext, key: str, name: str, valued: bool) -> str:
    """Return the name of an indicator as a link to its comparison, or to the catalogue where it has no figures; that of
    total productivity leads to the sector."""
    if key == TOTAL:
        return layout.link_markup(layout.href(context, "valtakunta"), html.escape(name), "")
    link = layout.href(context, "vertailu" if valued else "indikaattorit", indicator_id=key)
    full = html.escape(context.catalogue[key].name[context.t.language], quote=True)
    return layout.link_markup(link, html.escape(name), f" title='{full}'")
