"""How good peers are: how near the median of their costs comes to a municipality's own (docs/methods.md 7)."""

import html
import math

import streamlit as st

from kuntamittari.exhibits import text
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.query.peers import predictive
from kuntamittari.query.peers.predictive import Method, Result
from kuntamittari.ui import layout
from kuntamittari.ui.parts import comparison

METHODS: tuple[Method, ...] = ("structure", "same_need", "former", "size", "everybody")


def per_cent(error: float) -> float:
    """Return a difference of logarithms as a percentage."""
    return 100 * math.expm1(error)


def shown(context: PageContext) -> tuple[str, dict[Method, Result]] | None:
    """Return the indicator whose results are told first, and its results: the chosen one, or a cost of its service, or
    else the whole of social and health care; None where there are none."""
    found = predictive.results(context.data)
    service = context.indicator.service
    of_service = [i for i in found if service and context.catalogue[i].service == service]
    chosen = [i for i in (context.indicator.id, *of_service, *found) if i in found]
    return (chosen[0], found[chosen[0]]) if chosen else None


def section(context: PageContext) -> None:
    """Draw the predictive test of the cost of the chosen service, and of all services as a folded table."""
    t, first = context.t, shown(context)
    st.subheader(t("peers.quality"))
    if first is None:
        layout.caption(t("peers.quality_none"), layout.loaded_link(context))
        return
    indicator, results = context.catalogue[first[0]], first[1]
    words = {method: t.number(per_cent(result.error), 1) for method, result in results.items()}
    own = results["structure"]
    sentence = t(
        "peers.quality_finding",
        label=text.capital(indicator.label[t.language]),
        year=own.year,
        n=own.municipalities,
        structure=words["structure"],
        everybody=words["everybody"],
    )
    st.markdown(layout.markdown_safe(sentence))
    most = max(result.error for result in results.values())
    rows = "".join(
        f"<li><span>{html.escape(t(f'peers.method_{method}'))}</span><span class='km-bar'>"
        f"<i style='width:{100 * results[method].error / most:.1f}%'></i></span><b>{words[method]} %</b></li>"
        for method in METHODS
        if method in results
    )
    st.html(f"<ol class='km-bars'>{rows}</ol>")
    heads = [
        t("choice.indicator"),
        t("chart.year"),
        *(t(f"peers.method_{method}") for method in METHODS),
        t("peers.largest_size"),
        t("peers.largest_share"),
    ]
    lines = []
    for indicator_id, by_method in predictive.results(context.data).items():
        one = by_method["structure"]
        errors = [t.number(per_cent(by_method[m].error), 1) if m in by_method else t("missing.mark") for m in METHODS]
        name = text.capital(context.catalogue[indicator_id].label[t.language])
        ends = (t.number(one.largest_size, 1), t.number(100 * one.largest_share))
        lines.append([name, str(one.year), *errors, *ends])
    comparison.folded_table(context, t("peers.quality"), heads, lines, label=t("peers.quality_all"))
    layout.caption(t("peers.quality_note"), layout.method_links(context, 7))
