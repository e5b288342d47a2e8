"""Why are we dearer: the difference to the group as one municipality in parts, and what need alone would cost."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from kuntamittari import charts, subjects, text, views, wholes
from kuntamittari.address import View
from kuntamittari.catalog import Basis
from kuntamittari.i18n import Translator
from kuntamittari.leaves.costs import steps
from kuntamittari.leaves.leaf import Step, spans
from kuntamittari.ui import comparison, files, frame


def dearer(view: View, year: int) -> None:
    """The difference in sentences, as a waterfall and as a table."""
    t, explained = view.t, views.explained(view, subjects.whole(view))
    st.subheader(t("why.title", year=explained.year if explained else year))
    if explained is None:
        frame.caption(t("why.none", year=year))
        return
    st.markdown("\n\n".join(frame.markdown_safe(sentence) for sentence in explained.said))
    picture(view, explained.found, explained.labels, " ".join(explained.said))
    table(view, explained.found, explained.labels)
    frame.caption(t("why.how", n=explained.found.members))


def picture(view: View, found: wholes.Difference, labels: dict[str, str], said: str) -> None:
    """First what comes of the age structure, then what of the cost per head, the largest first; at the end the whole difference."""
    t = view.t
    frame.caption(t("why.reading"))
    drawing = waterfall(t, steps(t, found, labels), t("why.alt", summary=said), unit=t("costs.unit_per_resident"))
    comparison.draw(view, subjects.whole(view), said, f"{subjects.whole(view).id}_why_{view.selection.municipality}", lambda: drawing)


def waterfall(t: Translator, drawn: Sequence[Step], alt: str, decimals: int = 0, unit: str = "") -> comparison.Drawing:
    """Steps as a chart."""
    places = spans([step.value for step in drawn], [step.role for step in drawn])
    rows = [
        {"position": position, "name": step.name, "start": start, "end": end, "role": step.role,
         "label": text.signed(t, step.value, decimals), "detail": f"{text.signed(t, step.value, decimals)} {unit}".strip()}
        for position, (step, (start, end)) in enumerate(zip(drawn, places, strict=True), 1)
    ]  # fmt: skip
    spec = charts.waterfall(t.language, comparison.theme()) | {"height": charts.FALL * len(rows) + charts.FALL}
    ends = [end for place in places for end in place]
    return comparison.Drawing(spec, {"rows": pd.DataFrame(rows)}, {"least": min(ends), "most": max(ends)}, alt)


def table(view: View, found: wholes.Difference, labels: dict[str, str]) -> None:
    """Every service: both sides' cost per resident and the two effects, which sum to the difference."""
    t = view.t
    heads = [t("why.part"), view.name(view.selection.municipality), t("why.group"), t("why.gap"), t("why.age"), t("why.unit_cost")]
    lines = [(text.capital(labels[e.id]), e.own, e.group, e.own - e.group, e.age, e.unit_cost) for e in found.effects]
    lines.append((t("costs.total"), found.own, found.group, found.own - found.group, found.age, found.unit_cost))
    listed = pd.DataFrame(lines, columns=heads)
    formats: dict[Any, Any] = dict.fromkeys(heads[1:3], t.number) | {head: (lambda value: text.signed(t, value)) for head in heads[3:]}
    st.dataframe(listed.style.format(formats), hide_index=True, width="stretch", height=comparison.ROW * (len(lines) + 1) + 2)
    files.offer(
        view, lambda: listed, f"{subjects.whole(view).id}_why_{view.selection.municipality}", (subjects.whole(view),), ("price_index",)
    )


def need(view: View, year: int) -> None:
    """The expected cost of the whole, where its services are for different ages."""
    t, indicator = view.t, subjects.whole(view)
    if indicator.dimension == "economy" or not wholes.by_need(wholes.parts(view.catalogue, indicator)):
        return
    row = views.expected(view, indicator, year)
    if row is None:
        return
    _, gone = views.organised_parts(view, indicator, year)
    terms = ", ".join(text.basis(t, indicator, Basis(price_year=view.basis.price_year)))
    st.subheader(t("need.title", year=year))
    name = view.name(view.selection.municipality)
    said = t(
        "need.finding", name=name, actual=text.money(t, row["actual"]), expected=text.money(t, row["expected"]),
        deviation=text.signed(t, row["deviation"], 1), group=view.chosen_group(), terms=terms,
    )  # fmt: skip
    st.markdown(frame.markdown_safe(" ".join([said, *text.left_out(t, name, gone)])))
    frame.caption(t("need.how"))
