"""/kartta: an indicator on the map, with its classes in numbers and a table."""

import streamlit as st

from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import layout, page_run
from kuntamittari.ui.element_cache import cached_elements
from kuntamittari.ui.parts import comparison, map


@page_run.page
def page(context: PageContext) -> None:
    t = context.t

    cached_elements(context, "head", lambda: comparison.head(context))
    comparison.indicator_choice(context)
    if any(row["class"] for row in map.rows(context)):
        picture, words = st.columns([3, 2])
        with picture:
            map.draw(context, map.shape_choice(context))
        with words:
            map.legend(context)
            map.table(context)
        map.source(context)
    layout.link(context, "vertailu", t("overview.compare"))
