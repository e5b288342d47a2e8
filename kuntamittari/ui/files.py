"""Figures to take away: every table as CSV, Excel and Parquet, with what they are and the way back."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from kuntamittari import text
from kuntamittari.address import View
from kuntamittari.catalog import Indicator
from kuntamittari.export import tables

MENUS = "menus"


def menu(words: str, draw: Callable[[], None], key: str | None = None) -> None:
    """A button that opens what can be taken away. It is made when it is opened: a page from which nothing is taken does not pay for it.
    Without a key it goes by its place among the menus of the page, so that the browser keeps it from choice to choice."""
    st.session_state[MENUS] += 1
    opened = st.popover(words, key=key or f"menu-{st.session_state[MENUS]}", on_change="rerun", icon=":material/download:")
    if opened.open:
        with opened:
            draw()


def offer(
    view: View, figures: Callable[[], pd.DataFrame], name: str, indicators: Sequence[Indicator] = (), sources: Sequence[str] = ()
) -> None:
    """A table's files, made when they are asked for; `name` is theirs without the ending."""
    t, address = view.t, st.context.url

    def file(form: str) -> Callable[[], bytes]:
        said = (t("files.figures"), t("files.about"))

        def made() -> bytes:
            rows = text.marked(t, figures(), view.data.snapshot.manifest)
            return tables.made(tables.Table(rows, tuple(about(view, indicators, sources, address)), said), form)

        return made

    def buttons() -> None:
        for form, kind in tables.FORMATS.items():
            st.download_button(t(f"files.{form}"), file(form), f"{name}.{form}", kind, key=f"{name}-{form}", on_click="ignore")

    menu(t("files.table"), buttons)


def shown(view: View, frame: pd.DataFrame, decimals: Mapping[str, int]) -> None:
    """A table on the page, its figures (head → decimals) as the reader's language writes them."""

    def written(places: int) -> Any:
        return lambda value: view.t.number(value, places)

    figures = frame.astype(dict.fromkeys(decimals, "Float64"))
    styled = figures.style.format({head: written(places) for head, places in decimals.items()}, na_rep=view.t("missing.mark"))
    st.dataframe(styled, hide_index=True, width="stretch", placeholder=view.t("missing.mark"))


def about(view: View, indicators: Sequence[Indicator], sources: Sequence[str], page: str | None) -> list[tuple[str, str]]:
    """What the figures are, in what terms they stand, and the view's address, `page` with its query."""
    t = view.t
    terms = [words for indicator in indicators[:1] for words in text.basis(t, indicator, view.basis)]
    said = text.about(t, indicators, sources, view.data.snapshot.manifest)
    address = f"{page or ''}?{urlencode(view.selection.query(year=view.year))}"  # the way back to these figures, not to newer ones
    return [*said, *([(t("basis.title"), ", ".join(terms))] if terms else []), (t("files.link"), address)]
