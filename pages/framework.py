"""/kehikko: the measuring framework itself, every cell with its indicators and where the municipality stands."""

import streamlit as st

from kuntamittari.address import View
from kuntamittari.ui import body, frame, grid


@body.page
def page(view: View) -> None:
    t = view.t

    st.title(t("grid.title"))
    frame.lead(t("grid.lead"))
    grid.draw(view)
    frame.caption(f"{t('judgement.note')}. {t('grid.source')}")
    frame.link(view, "indikaattorit", t("overview.indicators"))
