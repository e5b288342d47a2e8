"""Why are we dearer: the difference to the group as one municipality in parts, and what need alone would cost."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from kuntamittari.catalog import composites
from kuntamittari.catalog.indicator import Basis
from kuntamittari.exhibits import charts, page_defaults, selected_figures, text
from kuntamittari.exhibits.costs import steps
from kuntamittari.exhibits.exhibit import Step, spans
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.i18n import Translator
from kuntamittari.query import composite_costs
from kuntamittari.ui import downloads, layout
from kuntamittari.ui.parts import comparison


def dearer(context: PageContext, year: int) -> None:
    """The difference in sentences, as a waterfall and as a table."""
    t, explained = context.t, selected_figures.explained(context, page_defaults.whole(context))
    st.subheader(t("why.title", year=explained.year if explained else year))
    if explained is None:
        layout.caption(t("why.none", year=year))
        return
    st.markdown("\n\n".join(layout.markdown_safe(sentence) for sentence in explained.said))
    picture(context, explained.found, explained.labels, " ".join(explained.said))
    table(context, explained.found, explained.labels)
    layout.caption(t("why.how", n=explained.found.members))


def picture(context: PageContext, found: composite_costs.Difference, labels: dict[str, str], said: str) -> None:
    """First what comes of the age structure, then what of the cost per head, the largest first; at the end the whole
    difference."""
    t = context.t
    layout.caption(t("why.reading"))
    drawing = waterfall(t, steps(t, found, labels), t("why.alt", summary=said), unit=t("costs.unit_per_resident"))
    comparison.draw(
        context,
        page_defaults.whole(context),
        said,
        f"{page_defaults.whole(context).id}_why_{context.selection.municipality}",
        lambda: drawing,
    )


def waterfall(t: Translator, drawn: Sequence[Step], alt: str, decimals: int = 0, unit: str = "") -> comparison.Drawing:
    """Steps as a chart."""
    places = spans([step.value for step in drawn], [step.role for step in drawn])
    rows = [
        {
            "position": position,
            "name": step.name,
            "start": start,
            "end": end,
            "role": step.role,
            "label": text.signed(t, step.value, decimals),
            "detail": f"{text.signed(t, step.value, decimals)} {unit}".strip(),
        }
        for position, (step, (start, end)) in enumerate(zip(drawn, places, strict=True), 1)
    ]
    spec = charts.waterfall(t.language, comparison.theme()) | {"height": charts.FALL * len(rows) + charts.FALL}
    ends = [end for place in places for end in place]
    return comparison.Drawing(spec, {"rows": pd.DataFrame(rows)}, {"least": min(ends), "most": max(ends)}, alt)


def table(context: PageContext, found: composite_costs.Difference, labels: dict[str, str]) -> None:
    """Every service: both sides' cost per resident and the two effects, which sum to the difference."""
    t = context.t
    heads = [
        t("why.part"),
        context.name(context.selection.municipality),
        t("why.group"),
        t("why.gap"),
        t("why.age"),
        t("why.unit_cost"),
    ]
    lines = [
        (text.capital(labels[e.id]), e.municipality, e.group, e.municipality - e.group, e.age, e.unit_cost)
        for e in found.effects
    ]
    lines.append(
        (
            t("costs.total"),
            found.municipality,
            found.group,
            found.municipality - found.group,
            found.age,
            found.unit_cost,
        )
    )
    listed = pd.DataFrame(lines, columns=heads)
    formats: dict[Any, Any] = dict.fromkeys(heads[1:3], t.number) | {
        head: (lambda value: text.signed(t, value)) for head in heads[3:]
    }
    st.dataframe(
        listed.style.format(formats), hide_index=True, width="stretch", height=comparison.ROW * (len(lines) + 1) + 2
    )
    downloads.offer(
        context,
        lambda: listed,
        f"{page_defaults.whole(context).id}_why_{context.selection.municipality}",
        (page_defaults.whole(context),),
        ("price_index",),
    )


def need(context: PageContext, year: int) -> None:
    """The expected cost of the whole, where its services are for different ages."""
    t, indicator = context.t, page_defaults.whole(context)
    if indicator.dimension == "economy" or not composites.by_need(composites.parts(context.catalogue, indicator)):
        return
    row = selected_figures.expected(context, indicator, year)
    if row is None:
        return
    _, gone = selected_figures.organised_parts(context, indicator, year)
    terms = ", ".join(text.basis(t, indicator, Basis(price_year=context.basis.price_year)))
    st.subheader(t("need.title", year=year))
    name = context.name(context.selection.municipality)
    said = t(
        "need.finding",
        name=name,
        actual=text.money(t, row["actual"]),
        expected=text.money(t, row["expected"]),
        deviation=text.signed(t, row["deviation"], 1),
        group=context.chosen_group(),
        terms=terms,
    )
    st.markdown(layout.markdown_safe(" ".join([said, *text.left_out(t, name, gone)])))
    layout.caption(t("need.how"))
