"""/saavutettavuus: the accessibility statement, in the form that Act 306/2019 on digital services prescribes."""

import streamlit as st

from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.views import statement
from kuntamittari.ui import layout, page_run


@page_run.page
def page(context: PageContext) -> None:
    st.title(context.t("accessibility.title"))
    for heading, paragraphs in statement.parts(context.t, layout.markdown_safe):
        if heading:
            st.header(heading)
        for paragraph in paragraphs:
            st.markdown(paragraph)
