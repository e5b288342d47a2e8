"""/vaikuttavuus: the cost of a service against an outcome or quality, with the group's medians as axes."""

import streamlit as st

from kuntamittari.exhibits import page_defaults
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import layout, page_run
from kuntamittari.ui.parts import pairs


@page_run.page
def page(context: PageContext) -> None:
    pair = page_defaults.pair(context)
    years = page_defaults.pair_years(context, pair) if pair else None
    compared = pairs.compared(context, pair, years) if pair and years else None

    found = [pairs.finding(context, pair, years, compared)] if pair and years and compared else []
    layout.headline(context.t("pair.question"), *found)
    if pair and years and compared:
        pairs.choices(context, pair)
        if compared.n:
            pairs.picture(context, pair, years, compared)
            pairs.conclusion(context, compared)
            pairs.table(context, pair, years, compared)
    if not compared or not compared.n:
        st.info(context.t("finding.no_group"))
    layout.link(context, "vertailu", context.t("overview.compare"))
