"""Peers (docs/methods.md 7): which municipalities are most similar, in what, and why another is not among them."""

from typing import Any

import pandas as pd
import streamlit as st

from kuntamittari.catalog import services, structural_variables
from kuntamittari.exhibits import charts, page_context, text
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.query.figures import SIMILAR
from kuntamittari.stats import peers
from kuntamittari.ui import downloads, layout, page_params, state
from kuntamittari.ui.parts import comparison

STEP_OF_WEIGHT = 0.5
DOMINANT = 0.5  # share of the distances of all peers above which one variable is named
SOURCES = ("sotkanet_population", "key_figures", "sotkanet_outcomes")


def service_of(context: PageContext) -> str | None:
    """Return the service of the chosen indicator, whose age group counts in the similarity; None for all residents."""
    return context.indicator.service


def service_choice(context: PageContext) -> None:
    """Draw the choice of a service; it writes the first indicator of the service, if possible its cost, to the
    address."""
    first: dict[str | None, str] = {}
    for indicator in sorted(context.catalogue.values(), key=lambda i: bool(i.service) and not i.is_cost):
        if indicator.formula and (indicator.service or indicator.dimension == "economy"):
            first.setdefault(indicator.service, indicator.id)

    def write_choice() -> None:
        state.write(context, indicator_id=first[st.session_state["peers-service"] or None])

    offered = [service for service in services.services() if service in first]
    st.session_state["peers-service"] = service_of(context) or ""
    st.selectbox(
        context.t("peers.service"),
        ["", *offered],
        format_func=lambda service: text.service(context.t, service or None),
        key="peers-service",
        on_change=write_choice,
    )


def number_choice(context: PageContext) -> None:
    """Draw the choice of the number of peers."""

    def write_choice() -> None:
        state.write(context, n=st.session_state["peers-n"])

    st.session_state["peers-n"] = context.selection.n
    st.slider(context.t("peers.number"), peers.FEWEST, peers.MOST, key="peers-n", on_change=write_choice)


def weights_choice(context: PageContext) -> None:
    """Draw the choice of the weight of each variable; zero leaves it out."""
    t, weights = context.t, context.selection.all_weights

    def write_choice(variable: str) -> None:
        changed = weights | {variable: st.session_state[f"weight-{variable}"]}
        usual = structural_variables.usual_weights()
        if any(changed.values()):
            state.write(context, weights=tuple((v, weight) for v, weight in changed.items() if weight != usual[v]))

    with st.expander(t("peers.weights"), expanded=bool(context.selection.weights)):
        columns = st.columns(2)
        for number, (variable, about) in enumerate(structural_variables.variables().items()):
            key = f"weight-{variable}"
            st.session_state[key] = weights[variable]
            with columns[number % 2]:
                st.slider(
                    about["name"][t.language],
                    0.0,
                    peers.HEAVIEST,
                    step=STEP_OF_WEIGHT,
                    key=key,
                    on_change=write_choice,
                    args=(variable,),
                )


def ranked_peers(context: PageContext) -> tuple[peers.Structure, list[peers.Peer]]:
    """Return the structural variables and every other municipality, the most similar first."""
    service = service_of(context)
    return page_context.structure_of(context, service, context.year), page_context.ranked_peers(
        context, service, context.year
    )


def finding(context: PageContext) -> str:
    """Return the nearest peers in words."""
    if context.area:
        return context.t("area.no_peers", name=context.area.name)
    s, (_, ranked) = context.selection, ranked_peers(context)
    nearest = ranked[: s.n]
    return text.nearest_peers(
        context.t,
        context.name(s.municipality),
        service_of(context),
        [context.name(p.municipality) for p in nearest],
        nearest,
    )


def picture(context: PageContext) -> None:
    """Draw the distance of each peer as a bar, divided by variable."""
    t, (_, ranked) = context.t, ranked_peers(context)
    names = {v: about["name"][t.language] for v, about in structural_variables.variables().items()}
    rows: list[dict[str, Any]] = []
    for position, peer in enumerate(ranked[: context.selection.n], 1):
        total = sum(peer.parts.values()) or 1
        for order, (variable, part) in enumerate((v, peer.parts.get(v, 0.0)) for v in names):
            fraction = part / total
            rows.append(
                {
                    "position": position,
                    "name": context.name(peer.municipality),
                    "part": names[variable],
                    "order": order,
                    "value": peer.distance * fraction,
                    "label": t.number(peer.distance, 2) if order == 0 else "",
                    "detail": f"{t.number(100 * fraction)} %",
                }
            )
    st.subheader(t("peers.parts"))
    layout.caption(t("peers.parts_note"))
    spec = charts.parts(t.language, comparison.theme()) | {
        "height": charts.STEP * len(rows) // len(names) + charts.LEGEND
    }
    parameters: dict[str, Any] = {
        "most": ranked[: context.selection.n][-1].distance or 1,
        "kinds": list(names.values()),
    }
    drawing = comparison.Drawing(
        spec, {"rows": pd.DataFrame(rows)}, parameters, t("peers.alt", summary=finding(context))
    )
    comparison.draw(
        context, context.indicator, finding(context), f"peers_{context.selection.municipality}", lambda: drawing
    )
    each = [rows[at : at + len(names)] for at in range(0, len(rows), len(names))]
    comparison.folded_table(
        context,
        t("peers.parts"),
        [t("chart.municipality"), *names.values()],
        [[parts_of_peer[0]["name"], *(row["detail"] for row in parts_of_peer)] for parts_of_peer in each],
    )
    totals = {v: sum(peer.parts.get(v, 0.0) for peer in ranked[: context.selection.n]) for v in names}
    heaviest = max(totals, key=lambda v: totals[v])
    if totals[heaviest] > DOMINANT * sum(totals.values()):
        of_all = t.number(100 * totals[heaviest] / sum(totals.values()))
        st.info(t("peers.dominant", variable=names[heaviest], share=of_all))


def table(context: PageContext) -> None:
    """Draw the variables side by side: the municipality first, then its peers."""
    t, s, (structure, ranked) = context.t, context.selection, ranked_peers(context)
    nearest = ranked[: s.n]
    shown = {v: about for v, about in structural_variables.variables().items() if v in structure.years}
    heads = {v: f"{about['name'][t.language]} {structure.years[v]}" for v, about in shown.items()}
    listed = pd.DataFrame(
        [
            {
                t("chart.rank"): place or None,
                t("chart.municipality"): context.name(code),
                t("peers.distance"): peer.distance if peer else None,
                **{heads[v]: structure.values[code].get(v) for v in shown},
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
    styled = listed.style.format(formats, na_rep=t("missing.mark"))
    st.subheader(t("peers.side_by_side"))
    height = comparison.ROW * (len(listed) + 1) + 2
    st.dataframe(styled, hide_index=True, width="stretch", height=height, placeholder=t("missing.mark"))
    downloads.offer(context, lambda: listed, f"peers_{s.municipality}", sources=SOURCES)
    for peer in nearest:
        if peer.left_out:
            names = ", ".join(structural_variables.variables()[v]["name"][t.language] for v in peer.left_out)
            layout.caption(t("peers.left_out", name=context.name(peer.municipality), variables=names))


def why_not(context: PageContext) -> None:
    """Draw why a chosen municipality is or is not among the peers."""
    t, s, (structure, ranked) = context.t, context.selection, ranked_peers(context)
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
            t, context.name(s.municipality), context.name(other), structure, s.municipality, places[other], ranked, s.n
        )
        st.markdown(layout.markdown_safe(explanation))


def notes(context: PageContext) -> None:
    """Draw how similarity is measured, which variables are missing, and the links onward."""
    t, (structure, _) = context.t, ranked_peers(context)
    with st.container(horizontal=True):
        layout.link(context, "vertailu", t("peers.compare"), group_id=SIMILAR)
        layout.link(context, "kuntakortti", t("overview.card"), group_id=SIMILAR)
    youngest, oldest = services.ages(service_of(context))
    lacking = ", ".join(
        [*(structural_variables.variables()[v]["name"][t.language] for v in structure.missing), t("peers.income")]
    )
    lines = [t("peers.how", ages=text.ages(t, youngest, oldest)), t("peers.missing", variables=lacking)]
    layout.method_notes(context, lines, context.sources(SOURCES), [7])
