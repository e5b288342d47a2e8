"""/kartta: an indicator on the map, with its legend in numbers and the table beside it."""

import streamlit as st

from kuntamittari.address import View
from kuntamittari.ui import body, comparison, frame, maps
from kuntamittari.ui.replay import replayed


@body.page
def page(view: View) -> None:
    t = view.t

    replayed(view, "head", lambda: comparison.head(view))
    comparison.indicator_choice(view)
    if any(row["class"] for row in maps.rows(view)):
        picture, words = st.columns([3, 2])
        with picture:
            maps.draw(view, maps.shape_choice(view))
        with words:
            maps.legend(view)
            maps.table(view)
        maps.source(view)
    frame.link(view, "vertailu", t("overview.compare"))
