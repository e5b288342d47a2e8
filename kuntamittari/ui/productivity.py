"""Productivity of a service: the index with its parts over the years, the year's bridge, and what it means in euros."""

from typing import Any

import pandas as pd
import streamlit as st

from kuntamittari import productivity, subjects, text
from kuntamittari.address import View
from kuntamittari.catalog import Indicator
from kuntamittari.database import Database, remembered
from kuntamittari.leaves import measures
from kuntamittari.ui import comparison, files, frame, state, why


@remembered(500)
def _series(data: Database, indicator: Indicator, municipality: str) -> list[productivity.Year]:
    return productivity.series(data, indicator, municipality)


def service_choice(view: View) -> None:
    """Which service."""
    ids = subjects.productivities(view)

    def chosen() -> None:
        state.write(view, indicator_id=st.session_state["productivity-service"])

    st.session_state["productivity-service"] = view.selection.indicator_id
    st.selectbox(view.t("peers.service"), ids, format_func=lambda i: text.service(view.t, view.catalogue[i].service),
                 key="productivity-service", on_change=chosen)  # fmt: skip


def years(view: View) -> list[productivity.Year]:
    """The chosen municipality's years."""
    return _series(view.data, view.indicator, view.selection.municipality)


def arithmetic(view: View) -> None:
    """Where the output is an age group: that the index is the inverse of real unit cost, and no second finding."""
    if view.indicator.by_age_group:
        frame.caption(view.t("productivity.arithmetic"))


def parts(view: View) -> None:
    """Index, volume, cost and price as lines from the base year on."""
    t, indicator = view.t, view.indicator
    rows: list[dict[str, Any]] = []
    for (part, role), dash in zip(measures.PARTS.items(), measures.dashes(), strict=True):
        for year in years(view):
            value = getattr(year, part)
            if value is not None and year.index is not None:
                row = comparison.line_row(view, part, t(f"productivity.{part}"), role, year.year, value)
                rows.append(row | {"dash": dash})
    st.subheader(t("productivity.parts"))
    if len({row["year"] for row in rows}) < 2:
        frame.caption(t("productivity.none"))
        return
    frame.caption(t("chart.lines_subtitle", unit=indicator.unit[t.language]))
    said = sentence(view)
    comparison.draw_lines(view, rows, said, indicator.name[t.language], f"{indicator.id}_parts_{view.selection.municipality}")
    frame.caption(said)


def sentence(view: View) -> str:
    """The three parts from the base year to the chosen one, in words."""
    at = next((year for year in years(view) if year.year == view.year), None)
    return text.productivity(view.t, view.name(view.selection.municipality), view.indicator, at)


def bridge(view: View) -> None:
    """What the change from the year before consists of, and what the former productivity would have cost."""
    t, s, asked = view.t, view.selection, view.year
    known = {year.year: year for year in years(view)}
    step = next((step for step in productivity.steps(list(known.values())) if step.year == asked), None)
    st.subheader(t("productivity.bridge", year=asked))
    if step is None:
        frame.caption(t("productivity.no_bridge", year=asked))
        return
    drawn = measures.bridge_steps(t, step)
    frame.caption(t("productivity.bridge_note", before=t.number(step.before, 1), after=t.number(step.after, 1)))
    said = " ".join(f"{part.name} {text.signed(t, part.value, 1)}." for part in drawn)
    drawing = why.waterfall(t, drawn, t("productivity.bridge_alt", summary=said), 1)
    comparison.draw(view, view.indicator, said, f"{view.indicator.id}_bridge_{asked}_{s.municipality}", lambda: drawing)
    st.markdown(frame.markdown_safe(text.former(t, view.name(s.municipality), known[asked - 1], known[asked])))


def table(view: View) -> None:
    """Every year with its parts."""
    t = view.t
    heads = [t("chart.year"), *(t(f"productivity.{part}") for part in ("volume", "cost", "price", "index")), t("table.note")]
    rows = [(str(y.year), y.volume, y.cost, y.price, y.index, t(f"missing.{y.reason}") if y.reason else note(view, y)) for y in years(view)]
    listed = pd.DataFrame(rows, columns=heads).astype(dict.fromkeys(heads[1:5], "Float64"))
    formats: dict[Any, Any] = dict.fromkeys(heads[1:5], lambda value: t.number(value, 1))
    st.dataframe(listed.style.format(formats, na_rep=t("missing.mark")), hide_index=True, width="stretch", placeholder=t("missing.mark"))
    files.offer(view, lambda: listed, f"{view.indicator.id}_parts_{view.selection.municipality}", (view.indicator,))


def note(view: View, year: productivity.Year) -> str:
    """A year's status where it is not final."""
    return view.t(f"table.status.{year.status}") if year.status and year.status != "final" else ""
