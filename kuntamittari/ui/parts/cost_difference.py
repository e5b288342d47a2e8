"""Why the cost differs: the difference from the group as one municipality by service, and the expected cost."""

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
from kuntamittari.ui import folded, layout
from kuntamittari.ui.parts import comparison


def difference(context: PageContext, year: int) -> None:
    """Draw the difference in sentences, as a waterfall and as a table (docs/methods.md 10)."""
    t, explained = context.t, selected_figures.explained(context, page_defaults.composite(context))
    st.subheader(t("why.title", year=explained.year if explained else year))
    if explained is None:
        layout.caption(t("why.none", year=year))
        return
    st.markdown("\n\n".join(layout.markdown_safe(sentence) for sentence in explained.sentences))
    picture(context, explained.difference, explained.labels, " ".join(explained.sentences))
    table(context, explained.difference, explained.labels)
    layout.caption(t("why.how", n=explained.difference.members), layout.method_links(context, 10))


def picture(context: PageContext, difference: composite_costs.Difference, labels: dict[str, str], summary: str) -> None:
    """Draw the difference as a waterfall: parts of the age structure, then of the unit cost, largest first."""
    t = context.t
    layout.caption(t("why.reading"))
    drawing = waterfall(
        t, steps(t, difference, labels), t("why.alt", summary=summary), unit=t("costs.unit_per_resident")
    )
    comparison.draw(
        context,
        page_defaults.composite(context),
        summary,
        f"{page_defaults.composite(context).id}_why_{context.selection.municipality}",
        lambda: drawing,
    )


def waterfall(t: Translator, steps: Sequence[Step], alt: str, decimals: int = 0, unit: str = "") -> comparison.Drawing:
    """Return steps as a waterfall chart; `decimals` and `unit` are those of the labels."""
    places = spans([step.value for step in steps], [step.role for step in steps])
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
        for position, (step, (start, end)) in enumerate(zip(steps, places, strict=True), 1)
    ]
    spec = charts.waterfall(t.language, comparison.theme()) | {"height": charts.FALL * len(rows) + charts.FALL}
    ends = [end for place in places for end in place]
    return comparison.Drawing(spec, {"rows": pd.DataFrame(rows)}, {"least": min(ends), "most": max(ends)}, alt)


def table(context: PageContext, difference: composite_costs.Difference, labels: dict[str, str]) -> None:
    """Draw the cost per resident of both sides and the two parts of the difference, for each service and in all."""
    t = context.t
    unit = t("costs.unit_per_resident")
    heads = [
        t("why.part"),
        f"{context.name(context.selection.municipality)}, {unit}",
        f"{t('why.group')}, {unit}",
        t("why.gap"),
        f"{t('why.age')}, {unit}",
        f"{t('why.unit_cost')}, {unit}",
    ]
    lines = [
        (text.capital(labels[e.id]), e.municipality, e.group, e.municipality - e.group, e.age, e.unit_cost)
        for e in difference.effects
    ]
    lines.append(
        (
            t("costs.total"),
            difference.municipality,
            difference.group,
            difference.municipality - difference.group,
            difference.age,
            difference.unit_cost,
        )
    )
    listed = pd.DataFrame(lines, columns=heads)
    formats: dict[Any, Any] = dict.fromkeys(heads[1:3], t.number) | {
        head: (lambda value: text.signed(t, value)) for head in heads[3:]
    }
    folded.table(
        context,
        listed,
        formats,
        f"{page_defaults.composite(context).id}_why_{context.selection.municipality}",
        (page_defaults.composite(context),),
        ("price_index",),
    )


def expected_cost(context: PageContext, year: int) -> None:
    """Draw the expected cost of the composite (docs/methods.md 9).

    Nothing is drawn where its services are all for the same ages.
    """
    t, indicator = context.t, page_defaults.composite(context)
    if indicator.dimension == "economy" or not composites.by_need(composites.parts(context.catalogue, indicator)):
        return
    row = selected_figures.expected(context, indicator, year)
    if row is None:
        return
    _, left_out = selected_figures.organised_parts(context, indicator, year)
    terms = ", ".join(text.basis(t, indicator, Basis(price_year=context.basis.price_year)))
    st.subheader(t("need.title", year=year))
    name = context.name(context.selection.municipality)
    finding = t(
        "need.finding",
        name=name,
        actual=text.money(t, row["actual"]),
        expected=text.money(t, row["expected"]),
        deviation=text.signed(t, row["deviation"], 1),
        group=context.chosen_group(),
        terms=terms,
    )
    st.markdown(layout.markdown_safe(" ".join([finding, *text.left_out(t, name, left_out)])))
    layout.caption(t("need.how"), layout.method_links(context, 9))
