"""The catalogue of indicators: a search, and everything known about one indicator."""

import pandas as pd
import streamlit as st

from kuntamittari import settings
from kuntamittari.catalog import glossary, provenance
from kuntamittari.catalog.indicator import Indicator
from kuntamittari.exhibits import selected_figures, text
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.i18n import plain
from kuntamittari.query import coverage as query_coverage
from kuntamittari.query import figures
from kuntamittari.query.database import Database, cached_per_snapshot
from kuntamittari.ui import downloads, figure_templates, layout
from kuntamittari.ui.parts import comparison

SQL_FILES = ("values", "schema/10_amount", "schema/20_indicator_value")


@cached_per_snapshot(200)
def search_text(data: Database, indicator: Indicator) -> str:
    """Return the text that a search reads: id, names and labels in all languages, and the parts of the formula."""
    formula = indicator.formula.model_dump_json() if indicator.formula else ""
    parts = [indicator.id, formula] + [
        part[language] for part in (indicator.name, indicator.label) for language in settings.LANGUAGES
    ]
    return plain(" ".join(parts))


def matching_ids(context: PageContext, query: str) -> list[str]:
    """Return the ids of the indicators whose text holds every word of the query, in the catalogue's order."""
    words = plain(query).split()
    return [
        i
        for i, indicator in context.catalogue.items()
        if all(word in search_text(context.data, indicator) for word in words)
    ]


def search(context: PageContext) -> None:
    """Draw the search field and the matching indicators; the chosen one is written to the address."""
    t = context.t
    query = st.text_input(t("catalogue.search"), key="catalogue-query", placeholder=t("catalogue.search_hint"))
    ids = matching_ids(context, query)
    if not ids:
        st.info(t("catalogue.nothing", query=layout.markdown_safe(query)))
        return
    layout.caption(t("catalogue.found", n=len(ids), all=len(context.catalogue)))
    layout.choose(context, "indicator_id", t("catalogue.choose"), ids, lambda i: option_label(context, i))


def option_label(context: PageContext, indicator_id: str) -> str:
    """Return the label of an indicator: dimension, name, and whether it lacks figures."""
    indicator, t = context.catalogue[indicator_id], context.t
    name = f"{t(f'dimension.{indicator.dimension}')}: {indicator.name[t.language]}"
    return f"{name} ({t('missing.no_data')})" if indicator.awaited else name


def description(context: PageContext) -> None:
    """Draw definition, formula, unit, direction, caveats, breaks and sources of the indicator.

    An indicator that no source publishes gets whom to ask, what to upload and a template.
    """
    indicator, t = context.indicator, context.t
    language = t.language
    experimental = selected_figures.experimental(context, indicator)
    rows = [
        ("catalogue.definition", indicator.definition[language]),
        ("catalogue.formula", text.formula(t, indicator)),
        ("catalogue.unit", indicator.unit[language]),
        ("catalogue.direction", t(f"polarity.{indicator.polarity}")),
        ("catalogue.zero", t(f"catalogue.zero_{indicator.zero}")),
        *([("catalogue.experimental", experimental)] if experimental else []),
        ("catalogue.caveats", indicator.caveats[language]),
        *(("catalogue.break", f"{b.year}: {b.reason[language]}") for b in indicator.breaks),
        ("catalogue.id", indicator.id),
    ]
    if indicator.sources:
        rows.append(("catalogue.sources", provenance.attribution(indicator.sources, language)))
    if indicator.awaited:
        rows += [
            ("catalogue.ask", indicator.awaited.ask[language]),
            ("catalogue.bring", indicator.awaited.bring[language]),
        ]
    st.header(layout.markdown_safe(indicator.name[language]))
    st.markdown("\n".join(f"- **{t(key)}:** {layout.markdown_safe(words)}" for key, words in rows))
    if indicator.awaited:
        figure_templates.template_buttons(context, indicator.id)
        layout.link(context, "aineistot", t("upload.to_wizard"))


def figure(context: PageContext) -> None:
    """Draw the figure of the chosen municipality beside its group, in words."""
    layout.finding(comparison.finding(context, context.indicator))


def coverage(context: PageContext) -> None:
    """Draw how many municipalities have a value in each year."""
    t = context.t
    rows = query_coverage.of_indicator(context.data, context.indicator)
    st.subheader(t("catalogue.coverage"))
    if not rows:
        layout.caption(t("missing.no_data"))
        return
    table = pd.DataFrame([{str(row["year"]): row["places"] for row in rows}])
    layout.caption(t("datasets.coverage_note"))
    st.dataframe(table, hide_index=True, width="stretch")


def onward_links(context: PageContext) -> None:
    """Draw the links to the methods and to the comparison, and the download of every figure of the indicator."""
    t, indicator = context.t, context.indicator
    layout.link(context, layout.METHODS, t("nav.methods"))
    if indicator.awaited:
        return
    layout.link(context, "vertailu", t("overview.compare"))
    downloads.offer(context, lambda: figures.values(context.data, indicator).to_pandas(), indicator.id, (indicator,))


def glossary_list(context: PageContext) -> None:
    """Draw the glossary, folded."""
    with st.expander(context.t("catalogue.glossary")):
        lines = [
            f"**{layout.markdown_safe(term)}:** {layout.markdown_safe(words)}"
            for term, words in glossary.in_order(context.t.language)
        ]
        st.markdown("\n\n".join(lines))


def computation(context: PageContext) -> None:
    """Draw the SQL that computes the indicator and the values bound to it, folded."""
    t = context.t
    with st.expander(t("catalogue.sql")):
        layout.caption(t("catalogue.bound"))
        st.json(context.indicator.bound())
        for name in SQL_FILES:
            st.code((settings.SQL / f"{name}.sql").read_text("utf-8"), language="sql", wrap_lines=True)
