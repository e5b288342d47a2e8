"""/saavutettavuus: the accessibility statement, in the form that Act 306/2019 on digital services prescribes."""

from datetime import date

import streamlit as st
from babel.dates import format_date

from kuntamittari import settings
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import layout, page_run

ASSESSED = date(2026, 11, 22)
AUTHORITY = "https://www.saavutettavuusvaatimukset.fi"


@page_run.page
def page(context: PageContext) -> None:
    t = context.t
    provider, feedback = settings.provider(), settings.feedback()

    st.title(t("accessibility.title"))
    st.markdown(t("accessibility.lead", date=format_date(ASSESSED, "long", locale=t.language)))
    st.markdown(
        t("accessibility.provider", name=layout.markdown_safe(provider)) if provider else t("accessibility.no_provider")
    )

    st.header(t("accessibility.status_title"))
    st.markdown(t("accessibility.status"))
    st.markdown(t("accessibility.assessed"))

    st.header(t("accessibility.gaps_title"))
    st.markdown(t("accessibility.gaps"))
    gaps = (
        t("accessibility.gap_tables"),
        t("accessibility.gap_charts"),
        t("accessibility.gap_map"),
        t("accessibility.gap_menus"),
        t("accessibility.gap_files"),
    )
    st.markdown("\n".join(f"- {gap}" for gap in gaps))

    st.header(t("accessibility.feedback_title"))
    st.markdown(t("accessibility.feedback"))
    if feedback:
        link = feedback if "://" in feedback else f"mailto:{feedback}"
        st.markdown(t("accessibility.feedback_to", address=f"[{layout.markdown_safe(feedback)}](<{link}>)"))
    else:
        st.markdown(t("accessibility.no_feedback"))

    st.header(t("accessibility.authority_title"))
    st.markdown(t("accessibility.authority"))
    st.markdown(f"[{t('accessibility.authority_link')}]({AUTHORITY}{'/sv' if t.language == 'sv' else ''})")
