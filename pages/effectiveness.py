"""/vaikuttavuus: what a service costs against an outcome or quality, the group's medians as axes."""

import streamlit as st

from kuntamittari.exhibits import page_defaults
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import layout, page_run
from kuntamittari.ui.parts import pairs


@page_run.page
def page(context: PageContext) -> None:
    pair = page_defaults.pair(context)
    at = page_defaults.pair_years(context, pair) if pair else None
    found = pairs.compared(context, pair, at) if pair and at else None

    st.title(context.t("pair.title"))
    if pair and at and found:
        layout.finding(pairs.finding(context, pair, at, found))
        pairs.choices(context, pair)
        if found.n:
            pairs.picture(context, pair, at, found)
            pairs.conclusion(context, found)
            pairs.table(context, pair, at, found)
    if not found or not found.n:
        st.info(context.t("finding.no_group"))
    layout.link(context, "vertailu", context.t("overview.compare"))
