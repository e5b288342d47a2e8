"""Which municipalities are most alike, in what, and why another is not among them (docs/methods.md 7)."""

import html
from typing import Any

import pandas as pd
import streamlit as st

from kuntamittari.catalog import services, structural_variables
from kuntamittari.exhibits import page_context, text
from kuntamittari.exhibits.comparison import NOT_NEAR_IN_SIZE
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.query.figures import SAME_NEED, SIMILAR
from kuntamittari.query.peers import same_need
from kuntamittari.stats import peers
from kuntamittari.stats.peers import Peer, Structure
from kuntamittari.ui import folded, layout, page_params

DOMINANT = 0.5  # share of the distances of all peers above which one variable is named
LEAST_REACH = 1.0  # standard deviations from the middle to the edge of a panel, at least
SOURCES = ("sotkanet_population", "key_figures", "sotkanet_outcomes")


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
    """Draw a panel for each variable: how far each peer is from the municipality, on one scale for all panels.

    The municipality is the line in the middle of every row. The figures themselves stand beside the marks, and once
    more in the table below.
    """
    t, s, (likeness, ranked) = context.t, context.selection, ranked_peers(context)
    nearest, own = ranked[: s.n], likeness.z[s.municipality]
    apart = {
        (p.municipality, v): likeness.z[p.municipality][v] - own[v]
        for p in nearest
        for v in own
        if v in likeness.z[p.municipality]
    }
    reach = max([LEAST_REACH, *map(abs, apart.values())])
    in_all = sum(sum(peer.parts.values()) for peer in nearest) or 1.0
    panels = []
    for variable in (v for v in likeness.variables if v in likeness.years):
        share = 100 * sum(peer.parts.get(variable, 0.0) for peer in nearest) / in_all
        head = html.escape(f"{structural_variables.about(variable)['name'][t.language]} {likeness.years[variable]}")
        about = html.escape(t("peers.share", share=t.number(share)))
        rows = [_row(context, variable, s.municipality, 0.0 if variable in own else None, likeness, "km-own")]
        for peer in nearest:
            z = apart.get((peer.municipality, variable))
            kind = "" if peer.near_in_size else "km-far"
            rows.append(_row(context, variable, peer.municipality, None if z is None else z / reach, likeness, kind))
        panels.append(f"<section><h4>{head} <span>{about}</span></h4><ol>{''.join(rows)}</ol></section>")
    st.subheader(t("peers.parts"))
    layout.caption(t("peers.parts_note", name=context.name(s.municipality), reach=t.number(reach, 1)))
    st.html(f"<div class='km-panels'>{''.join(panels)}</div>")
    if not all(peer.near_in_size for peer in nearest):
        layout.caption(t("peers.not_near", most=t.number(peers.SIZES_APART)))
    _say_dominant(context, nearest, in_all)


def _row(context: PageContext, variable: str, code: str, place: float | None, likeness: Structure, kind: str) -> str:
    """Return a row of a panel: name, mark and figure; `place`: −1 (left edge) to 1, None without a figure."""
    mark = "" if place is None else f"<i style='left:{50 + 50 * place:.1f}%'></i>"
    value = html.escape(text.variable(context.t, variable, likeness.values[code].get(variable), unit=False))
    name = html.escape(context.name(code) + (NOT_NEAR_IN_SIZE if kind == "km-far" else ""))
    return f"<li class='{kind}'><span>{name}</span><span class='km-track'>{mark}</span><b>{value}</b></li>"


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
    for peer in nearest:
        if peer.left_out:
            names = ", ".join(structural_variables.about(v)["name"][t.language] for v in peer.left_out)
            layout.caption(t("peers.left_out", name=context.name(peer.municipality), variables=names))


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
