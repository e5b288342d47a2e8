"""/aineistot: what is loaded, how far it reaches, what the checks say, and loading anew."""

import streamlit as st

from kuntamittari.address import View
from kuntamittari.ui import body, datasets, frame, own


@body.page
def page(view: View) -> None:
    manifest = view.data.snapshot.manifest
    loaded = sum(row["loaded"] for code, row in view.register.items() if code != "MA1")

    st.title(view.t("datasets.title"))
    st.markdown(
        view.t(
            "datasets.lead",
            loaded=loaded,
            first=manifest["years"][0],
            last=manifest["years"][-1],
            division=manifest["division_year"],
            date=frame.retrieved(view),
        )
    )
    datasets.coverage(view)
    datasets.sources(view)
    datasets.checks(view)
    own.section(view)
    datasets.loading(view)
