"""Why are we dearer: the difference to the group as one municipality in parts, and what need alone would cost."""

from typing import Any

import pandas as pd
import streamlit as st

from kuntamittari import charts, subjects, text, wholes
from kuntamittari.address import View
from kuntamittari.catalog import Basis, Indicator
from kuntamittari.database import Database, remembered
from kuntamittari.figures import Group
from kuntamittari.leaves.costs import LEAST_EFFECT
from kuntamittari.ui import comparison, files, frame

KINDS = {"age": "first", "unit_cost": "second"}  # colours of the waterfall


@remembered(500)
def _difference(
    data: Database, parts: tuple[wholes.Part, ...], group: Group, municipality: str, year: int, price_year: int | None
) -> wholes.Difference | None:
    return wholes.difference(data, parts, group, municipality, year, price_year)


@remembered(500)
def _expected(
    data: Database, parts: tuple[wholes.Part, ...], group: Group, municipality: str, year: int, price_year: int | None
) -> dict[str, Any] | None:
    return wholes.expected(data, parts, group, municipality, year, price_year)


def asked(view: View, year: int) -> tuple[Any, ...]:
    """What both questions are about."""
    s, indicator = view.selection, subjects.whole(view)
    parts = tuple(wholes.parts(view.catalogue, indicator))
    return view.data, parts, view.group_of(indicator), s.municipality, year, view.basis.price_year


def terms(view: View, indicator: Indicator) -> str:
    """Whose prices: said where they are not those of the year itself."""
    return ", ".join(text.basis(view.t, indicator, Basis(price_year=view.basis.price_year)))


def dearer(view: View, year: int) -> None:
    """The difference in two sentences, as a waterfall and as a table."""
    t, s, indicator = view.t, view.selection, subjects.whole(view)
    st.subheader(t("why.title", year=year))
    found = _difference(*asked(view, year))
    if found is None:
        frame.caption(t("why.none", year=year))
        return
    labels = {effect.id: wholes.label(view.catalogue, effect.id, t.language) for effect in found.effects}
    group = view.chosen_group()
    said = text.why(t, view.name(s.municipality), t(f"costs.{indicator.id}"), group, year, found, terms(view, indicator), labels)
    st.markdown("\n\n".join(frame.markdown_safe(sentence) for sentence in said))
    picture(view, found, labels, " ".join(said))
    table(view, found, labels)
    frame.caption(t("why.how", n=found.members))


def picture(view: View, found: wholes.Difference, labels: dict[str, str], said: str) -> None:
    """First what comes of the age structure, then what of the cost per head, the largest first; at the end the whole difference."""
    t = view.t
    steps = [
        (kind, effect.id, value)
        for kind in ("age", "unit_cost")
        for effect, value in sorted(((e, getattr(e, kind)) for e in found.effects), key=lambda pair: -abs(pair[1]))
        if abs(value) >= LEAST_EFFECT
    ]
    rows: list[dict[str, Any]] = []
    at = 0.0
    for kind, part, value in steps:
        rows.append(
            {"name": t(f"why.step_{kind}", service=labels[part]), "start": at, "end": at + value, "kind": KINDS[kind], "value": value}
        )
        at += value
    gap = found.own - found.group
    rows.append({"name": t("why.total"), "start": 0.0, "end": gap, "kind": "total", "value": gap})
    for position, row in enumerate(rows, 1):
        shown = text.signed(t, row.pop("value"))
        row |= {"position": position, "label": shown, "detail": f"{shown} {t('costs.unit_per_resident')}"}
    ends = [row[side] for row in rows for side in ("start", "end")]
    frame.caption(t("why.reading"))
    spec = charts.waterfall(t.language, comparison.theme()) | {"height": charts.FALL * len(rows) + charts.FALL}
    drawing = comparison.Drawing(spec, {"rows": pd.DataFrame(rows)}, {"least": min(ends), "most": max(ends)}, t("why.alt", summary=said))
    comparison.draw(view, subjects.whole(view), said, f"{subjects.whole(view).id}_why_{view.selection.municipality}", lambda: drawing)


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
    t, s, indicator = view.t, view.selection, subjects.whole(view)
    if indicator.dimension == "economy" or not wholes.by_need(wholes.parts(view.catalogue, indicator)):
        return
    row = _expected(*asked(view, year))
    if row is None:
        return
    st.subheader(t("need.title", year=year))
    st.markdown(frame.markdown_safe(t(
        "need.finding", name=view.name(s.municipality), actual=text.millions(t, row["actual"]), expected=text.millions(t, row["expected"]),
        deviation=text.signed(t, row["deviation"], 1), group=view.chosen_group(), terms=terms(view, indicator),
    )))  # fmt: skip
    frame.caption(t("need.how"))
