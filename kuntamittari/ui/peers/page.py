"""Which municipalities are most alike, in what, and why another is not among them (docs/methods.md 7)."""

from typing import Any

import pandas as pd
import streamlit as st

from kuntamittari.catalog import services, structural_variables
from kuntamittari.exhibits import page_context, text
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.subjects import peers as exhibits
from kuntamittari.exhibits.subjects.peers import NOT_NEAR_IN_SIZE, SOURCES
from kuntamittari.query.figures import SAME_NEED, SIMILAR
from kuntamittari.query.peers import same_need
from kuntamittari.stats import peers
from kuntamittari.stats.peers import Peer, Structure
from kuntamittari.ui import folded, layout, page_params
from kuntamittari.ui.pictures import panels

DOMINANT = 0.5  # share of the distances of all peers above which one variable is named


def ranked_peers(context: PageContext) -> tuple[Structure, list[Peer]]:
    """Return the variables of likeness and every other municipality in order of it."""
    likeness, _ = page_context.likeness_of(context, context.indicator, context.year)
    return likeness, page_context.ranked_peers(context, context.indicator, context.year)


def question(context: PageContext) -> str:
    """Return the question that the page answers."""
    return context.t("peers.question", name=context.name(context.selection.municipality))


def finding(context: PageContext) -> str:
    """Return the nearest peers in words."""
    if context.area:
        return context.t("area.no_peers", name=context.area.name)
    s, (likeness, ranked) = context.selection, ranked_peers(context)
    nearest = ranked[: s.n]
    return text.nearest_peers(
        context.t,
        context.name(s.municipality),
        context.indicator.service,
        [context.name(p.municipality) for p in nearest],
        nearest,
        likeness,
    )


def multiples(context: PageContext) -> None:
    """Draw a panel for each variable: how far each peer is from the municipality, on one scale for all panels."""
    t, exhibit = context.t, exhibits.exhibit(context)
    if exhibit is None:
        return
    st.subheader(t("peers.parts"))
    layout.caption(exhibit.note)
    panels.draw(context, exhibit, f"peers_{context.selection.municipality}_panels")
    _, ranked = ranked_peers(context)
    nearest = ranked[: context.selection.n]
    _say_dominant(context, nearest, sum(sum(peer.parts.values()) for peer in nearest) or 1.0)


def _say_dominant(context: PageContext, nearest: list[Peer], in_all: float) -> None:
    """Draw which variable decides who the peers are, where one does."""
    totals: dict[str, float] = {}
    for peer in nearest:
        for variable, part in peer.parts.items():
            totals[variable] = totals.get(variable, 0.0) + part
    heaviest = max(totals, key=totals.__getitem__)
    if len(totals) > 2 and totals[heaviest] > DOMINANT * in_all:
        name = structural_variables.about(heaviest)["name"][context.t.language]
        share = context.t.number(100 * totals[heaviest] / in_all)
        st.info(context.t("peers.dominant", variable=name, share=share))


def table(context: PageContext) -> None:
    """Draw the variables side by side as a table that unfolds: the municipality first, then its peers."""
    t, s, (likeness, ranked) = context.t, context.selection, ranked_peers(context)
    nearest = ranked[: s.n]
    shown = {v: structural_variables.about(v) for v in likeness.variables if v in likeness.years}
    heads = {
        v: f"{about['name'][t.language]} {likeness.years[v]}, {about['unit'][t.language]}" for v, about in shown.items()
    }
    listed = pd.DataFrame(
        [
            {
                t("chart.rank"): place or None,
                t("chart.municipality"): context.name(code)
                + ("" if peer is None or peer.near_in_size else NOT_NEAR_IN_SIZE),
                t("peers.distance"): peer.distance if peer else None,
                **{heads[v]: likeness.values[code].get(v) for v in shown},
            }
            for place, (code, peer) in enumerate([(s.municipality, None), *((p.municipality, p) for p in nearest)])
        ]
    )
    listed = listed.astype(
        dict.fromkeys((t("peers.distance"), *heads.values()), "Float64") | {t("chart.rank"): "Int64"}
    )
    formats: dict[Any, Any] = {
        heads[v]: (lambda value, decimals=about["decimals"]: t.number(value, decimals)) for v, about in shown.items()
    }
    formats[t("peers.distance")] = lambda value: t.number(value, 2)
    file, label = f"peers_{s.municipality}", t("peers.side_by_side")
    folded.table(context, listed, formats, file, sources=SOURCES, chosen=0, label=label)
    lacking: dict[tuple[str, ...], list[str]] = {}
    for peer in nearest:
        if peer.left_out:
            lacking.setdefault(tuple(peer.left_out), []).append(context.name(peer.municipality))
    for variables, names in lacking.items():
        labels = ", ".join(structural_variables.about(v)["name"][t.language] for v in variables)
        layout.caption(t("peers.left_out", names=", ".join(names), variables=labels))


def why_not(context: PageContext) -> None:
    """Draw why a chosen municipality is or is not among the peers."""
    t, s, (likeness, ranked) = context.t, context.selection, ranked_peers(context)
    places = {peer.municipality: place for place, peer in enumerate(ranked)}
    st.subheader(t("peers.why_not"))
    others = sorted(places, key=context.name)
    on_change = page_params.bind_choice(context, "toinen", "peers-other", others, None)
    other = st.selectbox(
        t("peers.other"),
        others,
        index=None,
        format_func=layout.municipality_labels(context).__getitem__,
        placeholder=t("peers.other"),
        key="peers-other",
        label_visibility="collapsed",
        on_change=on_change,
    )
    if other:
        explanation = text.why_peer(
            t, context.name(s.municipality), context.name(other), likeness, s.municipality, places[other], ranked, s.n
        )
        st.markdown(layout.markdown_safe(explanation))


def notes(context: PageContext) -> None:
    """Draw how likeness is measured, which variables are missing, and the links onward."""
    t, (likeness, _) = context.t, ranked_peers(context)
    kind = SIMILAR if likeness.bounded else SAME_NEED
    with st.container(horizontal=True):
        layout.link(context, "vertailu", t("peers.compare"), group_id=kind)
        layout.link(context, "kuntakortti", t("overview.card"), group_id=kind)
    youngest, oldest = services.ages(context.indicator.service)
    if kind == SAME_NEED:
        lines = [t("peers.how_need", year=likeness.years[same_need.COST])]
    else:
        lacking = [*(structural_variables.about(v)["name"][t.language] for v in likeness.missing), t("peers.income")]
        lines = [
            t("peers.how", ages=text.ages(t, youngest, oldest), most=t.number(peers.SIZES_APART)),
            t("peers.missing", variables=", ".join(lacking)),
        ]
    layout.method_notes(context, lines, context.sources(SOURCES), [7] if kind == SIMILAR else [7, 9])
