"""How the year goes, on the card of a municipality, and budgets beside the accounts, under the comparison's lines."""

import html

import pandas as pd
import streamlit as st

from kuntamittari.exhibits import budgets
from kuntamittari.exhibits.exhibit import Exhibit
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import downloads, layout
from kuntamittari.ui.element_cache import cached_elements
from kuntamittari.ui.parts import card, comparison


def year(context: PageContext) -> None:
    """Draw how the year goes: sentences and a table, or why there is none and how to bring the figures."""
    t, shown = context.t, budgets.year(context)
    if shown is None:
        layout.subheading(t("year_so_far.heading"), budgets.why_no_year(context), layout.loaded_link(context))
        return
    exhibit = budgets.year_table(context, shown)

    def draw_part() -> None:
        title = t("year_so_far.title", span=budgets.span(t, shown.period))
        preliminary = f" ({t('table.status.preliminary')})" if shown.preliminary else ""
        layout.subheading(f"{title}{preliminary}")
        layout.finding(" ".join(budgets.year_findings(t, shown)))
        links = [layout.href(context, "vertailu", indicator_id=indicator.id) for indicator, _ in shown.rows]
        layout.caption(t("year_so_far.table"))
        st.html(table(exhibit, links, title))
        layout.caption(" ".join(budgets.year_sentences(t, shown)))
        layout.caption(" ".join(budgets.year_notes(t, shown)), layout.method_links(context, 22))
        layout.caption(exhibit.source)

    cached_elements(context, "year", draw_part)
    downloads.offer(
        context,
        lambda: figures(exhibit),
        f"{context.selection.municipality}_{shown.period.id}",
        [indicator for indicator, _ in shown.rows],
    )


def table(exhibit: Exhibit, links: list[str], name: str) -> str:
    """Return the table of an exhibit as markup, each row's head a link; what stands in brackets is in small type.

    `name`: the accessible name of the table.
    """
    head = "".join(f"<th scope='col'>{html.escape(words)}</th>" for words in exhibit.heads)
    body = ""
    for link, (item, *cells) in zip(links, exhibit.rows, strict=True):
        figures_ = "".join(f"<td>{card.bracket_below(cell)}</td>" for cell in cells)
        body += f"<tr><th scope='row'>{layout.link_markup(link, html.escape(item))}</th>{figures_}</tr>"
    parts = f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    return layout.scroll_box(name, f"<table class='km-card km-year'>{parts}</table>")


def against_accounts(context: PageContext) -> None:
    """Draw how well the budgets of the chosen indicator met the accounts; nothing where budgets do not have it."""
    t, indicator = context.t, context.indicator
    if not budgets.are_reported(indicator):
        return
    exhibit = budgets.against_accounts(context)

    def draw_part() -> None:
        layout.subheading(t("budgets.title"))
        finding, *others = budgets.accuracy(context, indicator)
        if exhibit is None:
            layout.caption(finding)
            return
        layout.lead(finding)
        label = t("budgets.as_table")
        comparison.folded_table(
            context, label, exhibit.heads, exhibit.rows, " ".join([*others, t("budgets.table")]), label
        )
        layout.caption(exhibit.source, layout.method_links(context, 22))

    cached_elements(context, "budgets", draw_part)
    if exhibit:
        name = f"{indicator.id}_{context.selection.municipality}_budgets"
        downloads.offer(context, lambda: figures(exhibit), name, (indicator,))


def figures(exhibit: Exhibit) -> pd.DataFrame:
    """Return the figures of an exhibit as a table for files."""
    return pd.DataFrame(exhibit.cells, columns=list(exhibit.cell_heads))
