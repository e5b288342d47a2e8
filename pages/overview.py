"""/: what this is, a municipality to search for, findings about it, and the ways on."""

import streamlit as st

from kuntamittari import views
from kuntamittari.address import View
from kuntamittari.ui import body, card, comparison, frame


@body.page
def page(view: View) -> None:
    t = view.t
    manifest = view.data.snapshot.manifest
    loaded = sum(row["loaded"] for code, row in view.register.items() if code != "MA1")

    st.title(t("overview.title"))
    count = t("overview.count_one") if loaded == 1 else t("overview.count", loaded=loaded)
    first, last = manifest["years"][0], manifest["years"][-1]
    frame.lead(t("invented.lead" if view.data.snapshot.invented else "overview.lead", count=count, first=first, last=last))
    frame.municipality_choice(view, "overview")
    frame.finding(comparison.finding(view, view.indicator))
    core = [found for standings in card.standings(view, core=True).values() for found in standings]
    others = [found for found in card.findings(view, core) if found.indicator.id != view.indicator.id][:2]
    st.markdown("\n".join(f"- {frame.markdown_safe(views.sentence(view, found))}" for found in others))
    with st.container(horizontal=True):
        for path, words in (("vertailu", "overview.compare"), ("kuntakortti", "overview.card"), ("kustannukset", "overview.costs"),
                            ("kartta", "overview.map"), ("indikaattorit", "overview.indicators")):  # fmt: skip
            frame.link(view, path, t(words))
    if view.indicator.formula:
        st.header(frame.markdown_safe(view.indicator.name[t.language]))
        comparison.bars(view)
        comparison.table(view)
