"""The quality of working life: each measure with its standing, or what it means, whom to ask and what to bring."""

import streamlit as st

from kuntamittari.catalog import framework
from kuntamittari.catalog.indicator import Indicator
from kuntamittari.exhibits import selected_figures, text
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import figure_templates, layout


def indicators(context: PageContext) -> list[Indicator]:
    """The measures of working life, the core ones first."""
    return framework.by_dimension(context.catalogue, core=False)["worklife"]


def section(context: PageContext, indicator: Indicator) -> None:
    """One measure."""
    t = context.t
    st.subheader(layout.markdown_safe(indicator.name[t.language]))
    found = selected_figures.standing(context, indicator)
    if found.value is not None:
        layout.finding(selected_figures.sentence(context, found))
        layout.link(context, "vertailu", t("overview.compare"), indicator_id=indicator.id)
    st.markdown(layout.markdown_safe(indicator.definition[t.language]))
    if indicator.awaited:
        said = f"{text.capital(t('missing.no_data'))}."
        ask, bring = indicator.awaited.ask[t.language], indicator.awaited.bring[t.language]
        st.markdown(f"**{said}** {layout.markdown_safe(ask)}")
        st.markdown(layout.markdown_safe(bring))
        figure_templates.templates(context, indicator.id)
    layout.caption(t("how.caveat", caveat=indicator.caveats[t.language]))
