"""Downloads: every table as CSV, Excel and Parquet, with its metadata and a link back to the page."""

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


def menu(label: str, draw: Callable[[], None], key: str | None = None) -> None:
    """Draw a button that opens a menu; `draw` fills the menu when it is opened.

    A page whose menus stay closed does not pay for their content. Without a key the menu is identified by its position
    among the menus of the page, so that the browser keeps it from run to run.
    """
    st.session_state[MENUS] += 1
    opened = st.popover(
        label, key=key or f"menu-{st.session_state[MENUS]}", on_change="rerun", icon=":material/download:"
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
    """Draw the download menu of a table; each file is made when it is asked for.

    `figures` returns the table, `name` is the file name without its ending; `indicators` and `sources` (ids) go into
    the metadata.
    """
    t, page_url = context.t, st.context.url

    def file(form: str) -> Callable[[], bytes]:
        heads = (t("files.figures"), t("files.about"))

        def render() -> bytes:
            rows = text.mark_invented(t, figures(), context.data.snapshot.manifest)
            return tables.render(
                tables.Table(rows, tuple(metadata(context, indicators, sources, page_url)), heads, t.language), form
            )

        return render

    def buttons() -> None:
        for form, kind in tables.FORMATS.items():
            st.download_button(
                t(f"files.{form}"), file(form), f"{name}.{form}", kind, key=f"{name}-{form}", on_click="ignore"
            )

    menu(t("files.table"), buttons)


def show_table(context: PageContext, table: pd.DataFrame, decimals: Mapping[str, int]) -> None:
    """Draw a table whose figures are written in the user's language.

    `decimals` maps the head of each column of figures to its number of decimals.
    """

    def formatter(places: int) -> Any:
        return lambda value: context.t.number(value, places)

    table, decimals = tables.harmless_frame(table), {tables.harmless(head): n for head, n in decimals.items()}
    figures = table.astype(dict.fromkeys(decimals, "Float64"))
    styled = figures.style.format(
        {head: formatter(places) for head, places in decimals.items()}, na_rep=context.t("missing.mark")
    )
    st.dataframe(styled, hide_index=True, width="stretch", placeholder=context.t("missing.mark"))


def metadata(
    context: PageContext, indicators: Sequence[Indicator], sources: Sequence[str], page: str | None
) -> list[tuple[str, str]]:
    """Return the metadata of figures as (name, value): what they are, their basis and the address of the page.

    `page` is the URL of the page without its query; None makes the address relative.
    """
    t = context.t
    terms = [name for indicator in indicators[:1] for name in text.basis(t, indicator, context.basis)]
    facts = text.file_metadata(t, indicators, sources, context.data.snapshot.manifest)
    # with the year of the page, so that the link leads to these figures and not to newer ones
    address = f"{page or ''}?{urlencode(context.selection.query(year=context.year))}"
    return [*facts, *([(t("basis.title"), ", ".join(terms))] if terms else []), (t("files.link"), address)]
