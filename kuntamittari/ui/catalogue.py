"""The catalogue: searching it, and everything that is known of one indicator."""

from typing import Any

import pandas as pd
import streamlit as st

from kuntamittari import figures, glossary, provenance, settings, text
from kuntamittari.address import View
from kuntamittari.catalog import Indicator
from kuntamittari.database import Database, remembered
from kuntamittari.tabular import plain
from kuntamittari.ui import comparison, files, frame, own

SQL_FILES = ("indicator_values", "schema/10_amount", "schema/20_indicator_value")


@remembered(200)
def searched(data: Database, indicator: Indicator) -> str:
    """What a search looks through: id, name and label in all three languages, and the classes that are added up."""
    formula = indicator.formula.model_dump_json() if indicator.formula else ""
    parts = [indicator.id, formula] + [part[language] for part in (indicator.name, indicator.label) for language in settings.LANGUAGES]
    return plain(" ".join(parts))


def found(view: View, query: str) -> list[str]:
    """The ids of indicators in which every word of the query occurs, in the catalogue's order."""
    words = plain(query).split()
    return [i for i, indicator in view.catalogue.items() if all(word in searched(view.data, indicator) for word in words)]


def search(view: View) -> None:
    """A search box and the indicators it finds, by dimension; choosing one puts it into the address."""
    t = view.t
    query = st.text_input(t("catalogue.search"), key="catalogue-query", placeholder=t("catalogue.search_hint"))
    ids = found(view, query)
    if not ids:
        st.info(t("catalogue.nothing", query=frame.markdown_safe(query)))
        return
    frame.caption(t("catalogue.found", n=len(ids), all=len(view.catalogue)))
    frame.choose(view, "indicator_id", t("catalogue.choose"), ids, lambda i: option(view, i))


def option(view: View, indicator_id: str) -> str:
    """An indicator in a list: its dimension and name, and whether it has figures."""
    indicator, t = view.catalogue[indicator_id], view.t
    name = f"{t(f'dimension.{indicator.dimension}')}: {indicator.name[t.language]}"
    return f"{name} ({t('missing.no_data')})" if indicator.awaited else name


def description(view: View) -> None:
    """Definition, reading direction, formula, source, caveats and breaks; of an awaited one, whom to ask and what to bring."""
    indicator, t = view.indicator, view.t
    language = t.language
    rows = [
        ("catalogue.definition", indicator.definition[language]),
        ("catalogue.formula", text.formula(t, indicator)),
        ("catalogue.unit", indicator.unit[language]),
        ("catalogue.direction", t(f"polarity.{indicator.polarity}")),
        ("catalogue.zero", t(f"catalogue.zero_{indicator.zero}")),
        ("catalogue.caveats", indicator.caveats[language]),
        *(("catalogue.break", f"{b.year}: {b.reason[language]}") for b in indicator.breaks),
        ("catalogue.id", indicator.id),
    ]
    if indicator.sources:
        rows.append(("catalogue.sources", provenance.attribution(indicator.sources, language)))
    if indicator.awaited:
        rows += [("catalogue.ask", indicator.awaited.ask[language]), ("catalogue.bring", indicator.awaited.bring[language])]
    st.header(frame.markdown_safe(indicator.name[language]))
    st.markdown("\n".join(f"- **{t(key)}:** {frame.markdown_safe(words)}" for key, words in rows))
    if indicator.awaited:
        own.templates(view, indicator.id)
        frame.link(view, "aineistot", t("own.to_wizard"))


def value(view: View) -> None:
    """What the chosen municipality's figure is, beside its group."""
    frame.finding(comparison.finding(view, view.indicator))


@remembered(200)
def _coverage(data: Database, indicator: Indicator) -> list[dict[str, Any]]:
    return data.query("coverage", formula=indicator.bound()).to_pylist()


def coverage(view: View) -> None:
    """How many municipalities have a value in each year."""
    t = view.t
    rows = _coverage(view.data, view.indicator)
    st.subheader(t("catalogue.coverage"))
    if not rows:
        frame.caption(t("missing.no_data"))
        return
    table = pd.DataFrame([{str(row["year"]): row["places"] for row in rows}])
    frame.caption(t("datasets.coverage_note"))
    st.dataframe(table, hide_index=True, width="stretch")


def ways_on(view: View) -> None:
    """To the comparison, and every figure of the indicator as a file."""
    t, indicator = view.t, view.indicator
    if indicator.awaited:
        return
    frame.link(view, "vertailu", t("overview.compare"))
    files.offer(view, lambda: figures.values(view.data, indicator).to_pandas(), indicator.id, (indicator,))


def words_explained(view: View) -> None:
    """The glossary."""
    with st.expander(view.t("catalogue.glossary")):
        lines = [f"**{frame.markdown_safe(term)}:** {frame.markdown_safe(words)}" for term, words in glossary.in_order(view.t.language)]
        st.markdown("\n\n".join(lines))


def computation(view: View) -> None:
    """The SQL that computes the indicator, with what is bound to it."""
    t = view.t
    with st.expander(t("catalogue.sql")):
        frame.caption(t("catalogue.bound"))
        st.json(view.indicator.bound())
        for name in SQL_FILES:
            st.code((settings.SQL / f"{name}.sql").read_text("utf-8"), language="sql", wrap_lines=True)
