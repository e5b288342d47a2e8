"""/indikaattorit: what each indicator means, how it is computed, where its figures come from and how far they reach."""

import streamlit as st

from kuntamittari.address import View
from kuntamittari.ui import body, catalogue


@body.page
def page(view: View) -> None:
    st.title(view.t("catalogue.title"))
    st.markdown(view.t("catalogue.lead", n=len(view.catalogue), with_figures=sum(i.formula is not None for i in view.catalogue.values())))
    catalogue.search(view)
    catalogue.description(view)
    catalogue.value(view)
    catalogue.ways_on(view)
    catalogue.coverage(view)
    catalogue.computation(view)
    catalogue.words_explained(view)
