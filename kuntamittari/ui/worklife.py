"""The quality of working life: each measure with its standing, or what it means, whom to ask and what to bring."""

import streamlit as st

from kuntamittari import framework, text, views
from kuntamittari.address import View
from kuntamittari.catalog import Indicator
from kuntamittari.ui import frame, own


def indicators(view: View) -> list[Indicator]:
    """The measures of working life, the core ones first."""
    return framework.by_dimension(view.catalogue, core=False)["worklife"]


def section(view: View, indicator: Indicator) -> None:
    """One measure."""
    t = view.t
    st.subheader(frame.markdown_safe(indicator.name[t.language]))
    found = views.standing(view, indicator)
    if found.value is not None:
        frame.finding(views.sentence(view, found))
        frame.link(view, "vertailu", t("overview.compare"), indicator_id=indicator.id)
    st.markdown(frame.markdown_safe(indicator.definition[t.language]))
    if indicator.awaited:
        said = f"{text.capital(t('missing.no_data'))}."
        ask, bring = indicator.awaited.ask[t.language], indicator.awaited.bring[t.language]
        st.markdown(f"**{said}** {frame.markdown_safe(ask)}")
        st.markdown(frame.markdown_safe(bring))
        own.templates(view, indicator.id)
    frame.caption(t("how.caveat", caveat=indicator.caveats[t.language]))
