"""Figures to take away: every table as CSV, Excel and Parquet, with what they are and the way back."""

from collections.abc import Callable, Sequence
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from kuntamittari import provenance, text
from kuntamittari.catalog import Indicator
from kuntamittari.export import tables
from kuntamittari.ui.state import View


def offer(view: View, frame: pd.DataFrame, name: str, indicators: Sequence[Indicator] = (), sources: Sequence[str] = ()) -> None:
    """Buttons for a table's files, made when they are asked for; `name` is theirs without the ending."""
    t = view.t
    table = tables.Table(frame, tuple(about(view, indicators, sources)), (t("files.figures"), t("files.about")))

    def file(form: str) -> Callable[[], bytes]:
        return lambda: tables.made(table, form)

    with st.container(horizontal=True):
        for form, kind in tables.FORMATS.items():
            st.download_button(t(f"files.{form}"), file(form), f"{name}.{form}", kind, key=f"{name}-{form}", on_click="ignore")


def about(view: View, indicators: Sequence[Indicator], sources: Sequence[str]) -> list[tuple[str, str]]:
    """What the figures are: definition, formula and caveats of each indicator, sources, licence, vintage, and the view's address."""
    t, language = view.t, view.t.language
    said: list[tuple[str, str]] = []
    for indicator in indicators:
        said += [
            (t("choice.indicator"), indicator.name[language]), (t("catalogue.definition"), indicator.definition[language]),
            (t("catalogue.formula"), text.formula(t, indicator)), (t("catalogue.unit"), indicator.unit[language]),
            (t("catalogue.caveats"), indicator.caveats[language]), (t("catalogue.id"), indicator.id),
        ]  # fmt: skip
    ids = dict.fromkeys([source for indicator in indicators for source in indicator.sources] + list(sources))
    manifest = view.data.snapshot.manifest
    terms = [words for i in indicators[:1] for words in text.basis(t, i, view.basis)]
    return [
        *said, *([(t("basis.title"), ", ".join(terms))] if terms else []),
        (t("catalogue.sources"), provenance.attribution(tuple(ids), language)), (t("datasets.licence"), "CC BY 4.0"),
        (t("datasets.retrieved"), manifest["retrieved"]), (t("files.division"), str(manifest["division_year"])),
        (t("files.link"), f"{st.context.url or ''}?{urlencode(view.selection.query())}"),
    ]  # fmt: skip
