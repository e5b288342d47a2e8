"""/kartta: where an indicator is high and where low, with its classes in numbers and a table."""

import streamlit as st

from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import layout, page_run
from kuntamittari.ui.element_cache import cached_elements
from kuntamittari.ui.parts import comparison, map


@page_run.page
def page(context: PageContext) -> None:
    t = context.t

    question = t("map.question", name=context.indicator.name[t.language])
    cached_elements(context, "map-head", lambda: comparison.head(context, question))
    with st.container(horizontal=True, key="map-choices"):
        comparison.indicator_choice(context)
        true_shapes = map.shape_choice(context)
    if any(row["class"] for row in map.rows(context)):
        picture, words = st.columns([3, 2])
        with picture:
            map.draw(context, true_shapes)
        with words:
            map.legend(context)
            map.walk(context)
            map.table(context)
        map.notes(context)
    layout.link(context, "vertailu", t("overview.compare"))
