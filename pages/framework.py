"""/kehikko: the measuring framework with the indicators of each cell and the municipality's standings."""

import streamlit as st

from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import layout, page_run
from kuntamittari.ui.parts import comparison, framework_grid


@page_run.page
def page(context: PageContext) -> None:
    t = context.t

    st.title(t("grid.title"))
    layout.lead(t("grid.lead"))
    framework_grid.draw(context)
    layout.caption(f"{t('judgement.note')}. {t('grid.source')}", layout.method_links(context, 1, 5, 14, 18, 20))
    comparison.later(context, context.catalogue.values())
    layout.link(context, "indikaattorit", t("overview.indicators"))
