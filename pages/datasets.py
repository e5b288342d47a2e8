"""/aineistot: the data in use, their coverage and checks, the user's own figures, and an update."""

import streamlit as st

from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import layout, page_run
from kuntamittari.ui.reference import datasets, news
from kuntamittari.ui.uploads import own_figures


@page_run.page
def page(context: PageContext) -> None:
    manifest = context.data.snapshot.manifest
    loaded = sum(row["loaded"] for code, row in context.register.items() if code != "MA1")

    st.title(context.t("datasets.title"))
    st.markdown(
        context.t(
            "datasets.lead",
            loaded=loaded,
            first=manifest["years"][0],
            last=manifest["years"][-1],
            division=manifest["division_year"],
            date=layout.retrieval_date(context),
        )
    )
    datasets.coverage(context)
    datasets.sources(context)
    news.listed(context)
    datasets.checks(context)
    own_figures.section(context)
    datasets.loading(context)
    datasets.commands(context)
