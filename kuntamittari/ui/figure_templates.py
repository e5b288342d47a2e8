"""Templates: files to fill in with figures that no source publishes yet."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from kuntamittari.catalog import loader
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.render import tables

TEMPLATE_YEARS = 5


def template_choice(context: PageContext) -> None:
    """Draw a choice among the indicators that no source publishes yet, and the template of the chosen one."""
    t, awaited = context.t, {i: indicator for i, indicator in loader.indicators().items() if indicator.awaited}
    if awaited:
        chosen = st.selectbox(
            t("upload.template"),
            list(awaited),
            key="upload-template",
            format_func=lambda i: awaited[i].name[t.language],
        )
        template_buttons(context, chosen)


def template_buttons(context: PageContext, indicator_id: str) -> None:
    """Draw the download buttons of an indicator's template, as Excel and CSV."""
    with st.container(horizontal=True):
        for form in ("xlsx", "csv"):
            st.download_button(
                context.t(f"upload.template_{form}"),
                template_file(context, indicator_id, form),
                f"{indicator_id}.{form}",
                tables.FORMATS[form],
                key=f"template-{indicator_id}-{form}",
                on_click="ignore",
            )


def template_file(context: PageContext, indicator_id: str, form: str) -> Callable[[], bytes]:
    """Return a function that makes the template of an indicator as a file.

    Its rows are the chosen municipality in the last TEMPLATE_YEARS years of the data, without values.
    """
    t, last, code = context.t, max(context.data.snapshot.manifest["years"]), context.one_municipality
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
    indicator = loader.indicators()[indicator_id]
    facts = [
        (t("choice.indicator"), indicator.name),
        (t("catalogue.definition"), indicator.definition),
        (t("catalogue.unit"), indicator.unit),
    ]
    facts += [(t("catalogue.bring"), indicator.awaited.bring)] if indicator.awaited else []
    metadata = tuple((head, texts[t.language]) for head, texts in facts)
    return lambda: tables.render(tables.Table(rows, metadata, (t("files.figures"), t("files.about")), t.language), form)
