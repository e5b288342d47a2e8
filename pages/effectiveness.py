"""/vaikuttavuus: what a service costs against an outcome or quality, the group's medians as axes."""

import streamlit as st

from kuntamittari import subjects
from kuntamittari.address import View
from kuntamittari.ui import body, frame, pairs


@body.page
def page(view: View) -> None:
    pair = subjects.pair(view)
    at = subjects.pair_years(view, pair) if pair else None
    found = pairs.compared(view, pair, at) if pair and at else None

    st.title(view.t("pair.title"))
    if pair and at and found:
        frame.finding(pairs.finding(view, pair, at, found))
        pairs.choices(view, pair)
        if found.n:
            pairs.picture(view, pair, at, found)
            pairs.conclusion(view, found)
            pairs.table(view, pair, at, found)
    if not found or not found.n:
        st.info(view.t("finding.no_group"))
    frame.link(view, "vertailu", view.t("overview.compare"))
