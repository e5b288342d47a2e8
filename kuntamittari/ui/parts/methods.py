"""The methods: docs/methods.md in English as a page, whole or one section, and the sections of an indicator."""

import re
from collections.abc import Callable
from functools import partial

import streamlit as st

from kuntamittari.catalog import composites
from kuntamittari.catalog.indicator import Change, Index, Indicator
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.views.method_text import document
from kuntamittari.query.figures import SIMILAR
from kuntamittari.ui import layout, page_params
from kuntamittari.ui.layout import METHODS, SECTION

FORMULA = re.compile(r"((?:^    .*\n)+)", re.MULTILINE)  # indented lines
CITATION = re.compile(r"\bmethods\s+\d+(?:(?:,\s+|\s+and\s+|–)\d+)*")
NUMBER = re.compile(r"(?:methods\s+)?(\d+)")

# returns a link to the section of a number as markup; a second argument replaces its title
LinkTo = Callable[..., str]


def requested_section(context: PageContext) -> int | None:
    """Return the number of the section that the address asks for; None where it asks for none."""
    code = page_params.value(context, SECTION, list(map(str, document().sections)))
    return int(code) if code else None


def one_section(context: PageContext, number: int) -> None:
    """Draw one section, a link to the whole document, and links to every section."""
    link_to = partial(layout.section_link, context)
    draw_section(number, link_to)
    layout.link(context, METHODS, context.t("methods.whole"))
    contents(context, link_to)


def whole(context: PageContext) -> None:
    """Draw links to every section, the introduction and every section; the links stay on the page."""
    link_to = partial(link_within_page, context)
    contents(context, link_to)
    draw_english(document().introduction, link_to)
    for number in document().sections:
        draw_section(number, link_to)


def link_within_page(context: PageContext, number: int, label: str | None = None) -> str:
    """Return a link to the place of a section on this page, as markup."""
    return f"<a href='#m-{number}'>{layout.escaped(label or layout.section_title(context, number))}</a>"


def draw_section(number: int, link_to: LinkTo) -> None:
    """Draw a section under its heading."""
    section = document().sections[number]
    draw_english(f"## {number}. {section.title}\n{section.text}", link_to, f" id='m-{number}'")


def draw_english(text: str, link_to: LinkTo, attributes: str = "") -> None:
    """Draw English Markdown, in which citations of sections are links; its language is marked for screen readers."""
    prose_and_formulas = FORMULA.split(text)
    prose_and_formulas[::2] = [with_links(prose, link_to) for prose in prose_and_formulas[::2]]
    markdown = "".join(prose_and_formulas)
    st.markdown(f"<div lang='en' class='km-methods'{attributes}>\n\n{markdown}\n\n</div>", unsafe_allow_html=True)


def with_links(prose: str, link_to: LinkTo) -> str:
    """Return Markdown in which each cited number (methods 2, 14) is a link to its section."""

    def links(citation: re.Match[str]) -> str:
        return NUMBER.sub(lambda number: link_to(int(number[1]), number[0]), citation[0])

    return CITATION.sub(links, prose)


def contents(context: PageContext, link_to: LinkTo) -> None:
    """Draw links to every section, titled in the user's language."""
    items = "".join(f"<li>{link_to(number)}</li>" for number in document().sections)
    label = layout.escaped(context.t("methods.contents"))
    st.markdown(
        f"<nav class='km-contents' aria-label='{label}'><h2>{label}</h2><ul>{items}</ul></nav>", unsafe_allow_html=True
    )


def sections_of(context: PageContext, indicator: Indicator) -> list[int]:
    """Return the numbers of the sections by which the figures and the comparison of an indicator are computed."""
    if indicator.formula is None:
        return []
    applies = {
        1: not isinstance(indicator.formula, Index),
        3: context.basis.price_year is not None or isinstance(indicator.formula, Change | Index),
        4: isinstance(indicator.formula, Index),
        5: indicator.polarity != "neutral",
        6: True,
        7: context.group_id == SIMILAR,
        9: indicator.dimension != "economy" and composites.by_need(composites.parts(context.catalogue, indicator)),
        12: bool(indicator.breaks),
        13: True,
        14: True,
        18: True,
    }
    return [number for number, is_used in applies.items() if is_used]
