"""The quality of working life: each indicator with its standing, or what it means, whom to ask and what to upload."""

import streamlit as st

from kuntamittari.catalog import framework
from kuntamittari.catalog.indicator import Indicator
from kuntamittari.exhibits import selected_figures, text
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import figure_templates, layout


def indicators(context: PageContext) -> list[Indicator]:
    """Return the indicators of working life, the core ones first."""
    return framework.by_dimension(context.catalogue, core=False)["worklife"]


def section(context: PageContext, indicator: Indicator) -> None:
    """Draw one indicator."""
    t = context.t
    st.subheader(layout.markdown_safe(indicator.name[t.language]))
    standing = selected_figures.standing(context, indicator)
    if standing.value is not None:
        layout.finding(selected_figures.sentence(context, standing))
        layout.link(context, "vertailu", t("overview.compare"), indicator_id=indicator.id)
    st.markdown(layout.markdown_safe(indicator.definition[t.language]))
    if indicator.awaited:
        missing = f"{text.capital(t('missing.no_data'))}."
        ask, upload_note = indicator.awaited.ask[t.language], indicator.awaited.bring[t.language]
        st.markdown(f"**{missing}** {layout.markdown_safe(ask)}")
        st.markdown(layout.markdown_safe(upload_note))
        figure_templates.template_buttons(context, indicator.id)
    layout.caption(t("how.caveat", caveat=indicator.caveats[t.language]))
