"""Templates: files to fill in with figures that nobody publishes yet."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from kuntamittari.catalog import loader
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.render import tables

TEMPLATE_YEARS = 5


def template(context: PageContext) -> None:
    """A choice among the measures that nobody publishes yet, and the files to fill in for it."""
    t, awaited = context.t, {i: one for i, one in loader.indicators().items() if one.awaited}
    if awaited:
        chosen = st.selectbox(
            t("upload.template"),
            list(awaited),
            key="upload-template",
            format_func=lambda i: awaited[i].name[t.language],
        )
        templates(context, chosen)


def templates(context: PageContext, indicator_id: str) -> None:
    """Files to fill in for one measure: the chosen municipality in the last years."""
    with st.container(horizontal=True):
        for form in ("xlsx", "csv"):
            st.download_button(
                context.t(f"upload.template_{form}"),
                empty(context, indicator_id, form),
                f"{indicator_id}.{form}",
                tables.FORMATS[form],
                key=f"template-{indicator_id}-{form}",
                on_click="ignore",
            )


def empty(context: PageContext, indicator_id: str, form: str) -> Callable[[], bytes]:
    """A template, made when it is asked for."""
    t, last, code = context.t, max(context.data.snapshot.manifest["years"]), context.selection.municipality
    rows = pd.DataFrame(
        [
            {
                "municipality": code,
                "name": context.name(code),
                "year": year,
                "measure": indicator_id,
                "value": "",
                "status": "",
            }
            for year in range(last - TEMPLATE_YEARS + 1, last + 1)
        ]
    )
    awaited = loader.indicators()[indicator_id]
    about = [
        (t("choice.indicator"), awaited.name),
        (t("catalogue.definition"), awaited.definition),
        (t("catalogue.unit"), awaited.unit),
    ]
    about += [(t("catalogue.bring"), awaited.awaited.bring)] if awaited.awaited else []
    said = tuple((head, words[t.language]) for head, words in about)
    return lambda: tables.made(tables.Table(rows, said, (t("files.figures"), t("files.about"))), form)
