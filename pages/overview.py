"""/: what the service is, a municipality to search for, findings on it, and links onward."""

import streamlit as st

from kuntamittari.exhibits import selected_figures
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import layout, page_run
from kuntamittari.ui.parts import card, comparison
from kuntamittari.ui.pictures import choice


@page_run.page
def page(context: PageContext) -> None:
    t = context.t
    manifest = context.data.snapshot.manifest
    loaded = sum(row["loaded"] for code, row in context.register.items() if code != "MA1")

    st.title(t("overview.title"))
    count = t("overview.count_one") if loaded == 1 else t("overview.count", loaded=loaded)
    first, last = manifest["years"][0], manifest["years"][-1]
    layout.lead(
        t("invented.lead" if context.data.snapshot.invented else "overview.lead", count=count, first=first, last=last)
    )
    layout.municipality_choice(context, "overview")
    layout.finding(comparison.finding(context, context.indicator))
    core = [standing for standings in card.standings(context, core=True).values() for standing in standings]
    others = [standing for standing in card.findings(context, core) if standing.indicator.id != context.indicator.id][
        :2
    ]
    st.markdown(
        "\n".join(f"- {layout.markdown_safe(selected_figures.sentence(context, standing))}" for standing in others)
    )
    with st.container(horizontal=True):
        for path, words in (
            ("vertailu", "overview.compare"),
            ("kuntakortti", "overview.card"),
            ("kustannukset", "overview.costs"),
            ("kartta", "overview.map"),
            ("indikaattorit", "overview.indicators"),
        ):
            layout.link(context, path, t(words))
    if context.indicator.formula:
        st.header(layout.markdown_safe(context.indicator.name[t.language]))
        choice.usual(context)
        comparison.table(context)
