"""/kehikko: the measuring framework itself, every cell with its indicators and where the municipality stands."""

import streamlit as st

from kuntamittari.address import View
from kuntamittari.ui import frame, grid

view: View = st.session_state["view"]
t = view.t

st.title(t("grid.title"))
frame.lead(t("grid.lead"))
grid.draw(view)
frame.caption(f"{t('judgement.note')}. {t('grid.source')}")
frame.link(view, "indikaattorit", t("overview.indicators"))
