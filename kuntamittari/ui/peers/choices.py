"""The choices on the page of peers: kind of likeness, service, number, and weights of the variables."""

import streamlit as st

from kuntamittari.catalog import services, structural_variables
from kuntamittari.exhibits import text
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.query.figures import SAME_NEED, SIMILAR
from kuntamittari.stats import peers
from kuntamittari.ui import state

WEIGHTS = tuple(number / 2 for number in range(int(2 * peers.HEAVIEST) + 1))


def kind_choice(context: PageContext) -> None:
    """Draw the choice of likeness by structure or by need; it writes the group of such peers to the address."""

    def write_choice() -> None:
        state.write(context, group_id=st.session_state["peers-kind"])

    t = context.t
    st.session_state["peers-kind"] = SAME_NEED if context.selection.group_id == SAME_NEED else SIMILAR
    st.radio(
        t("peers.kind"),
        (SIMILAR, SAME_NEED),
        format_func=lambda kind: t(f"peers.kind_{kind}"),
        key="peers-kind",
        horizontal=True,
        on_change=write_choice,
    )


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
    st.session_state["peers-service"] = context.indicator.service or ""
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
                st.select_slider(  # a slider of numbers would write them with a point in every language
                    about["name"][t.language],
                    sorted({*WEIGHTS, weights[variable]}),
                    format_func=lambda weight: t.number(weight, 1),
                    key=key,
                    on_change=write_choice,
                    args=(variable,),
                )
