"""Figures to take away: every table as CSV, Excel and Parquet, with what they are and the way back."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from kuntamittari.catalog.indicator import Indicator
from kuntamittari.exhibits import text
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.render import tables

MENUS = "menus"


def menu(words: str, draw: Callable[[], None], key: str | None = None) -> None:
    """A button that opens what can be taken away. It is made when it is opened: a page from which nothing is taken does
    not pay for it. Without a key it goes by its place among the menus of the page, so that the browser keeps it from
    choice to choice."""
    st.session_state[MENUS] += 1
    opened = st.popover(
        words, key=key or f"menu-{st.session_state[MENUS]}", on_change="rerun", icon=":material/download:"
    )
    if opened.open:
        with opened:
            draw()


def offer(
    context: PageContext,
    figures: Callable[[], pd.DataFrame],
    name: str,
    indicators: Sequence[Indicator] = (),
    sources: Sequence[str] = (),
) -> None:
    """A table's files, made when they are asked for; `name` is theirs without the ending."""
    t, address = context.t, st.context.url

    def file(form: str) -> Callable[[], bytes]:
        said = (t("files.figures"), t("files.about"))

        def made() -> bytes:
            rows = text.marked(t, figures(), context.data.snapshot.manifest)
            return tables.made(tables.Table(rows, tuple(about(context, indicators, sources, address)), said), form)

        return made

    def buttons() -> None:
        for form, kind in tables.FORMATS.items():
            st.download_button(
                t(f"files.{form}"), file(form), f"{name}.{form}", kind, key=f"{name}-{form}", on_click="ignore"
            )

    menu(t("files.table"), buttons)


def shown(context: PageContext, frame: pd.DataFrame, decimals: Mapping[str, int]) -> None:
    """A table on the page, its figures (head → decimals) as the reader's language writes them."""

    def written(places: int) -> Any:
        return lambda value: context.t.number(value, places)

    figures = frame.astype(dict.fromkeys(decimals, "Float64"))
    styled = figures.style.format(
        {head: written(places) for head, places in decimals.items()}, na_rep=context.t("missing.mark")
    )
    st.dataframe(styled, hide_index=True, width="stretch", placeholder=context.t("missing.mark"))


def about(
    context: PageContext, indicators: Sequence[Indicator], sources: Sequence[str], page: str | None
) -> list[tuple[str, str]]:
    """What the figures are, in what terms they stand, and the view's address, `page` with its query."""
    t = context.t
    terms = [words for indicator in indicators[:1] for words in text.basis(t, indicator, context.basis)]
    said = text.about(t, indicators, sources, context.data.snapshot.manifest)
    # the way back to these figures, not to newer ones
    address = f"{page or ''}?{urlencode(context.selection.query(year=context.year))}"
    return [*said, *([(t("basis.title"), ", ".join(terms))] if terms else []), (t("files.link"), address)]
