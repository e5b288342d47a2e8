"""/kayta: how to use the figures elsewhere: assistants, claims, the interface, files in place, the feed."""

import streamlit as st

from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import page_run
from kuntamittari.ui.reference import use


@page_run.page
def page(context: PageContext) -> None:
    st.title(context.t("use.title"))
    st.markdown(context.t("use.lead"))
    use.assistants(context)
    use.claims(context)
    use.programs(context)
    use.files(context)
    use.feed(context)
