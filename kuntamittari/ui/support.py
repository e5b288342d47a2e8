"""Support services: general administration beside its peers, and a scenario on a cost base that the reader enters."""

from typing import Any

import pandas as pd
import streamlit as st

from kuntamittari import scenario, text
from kuntamittari.address import View
from kuntamittari.scenario import Scenario
from kuntamittari.ui import comparison, frame, outlook, state

FIELDS = ("base", "saving", "one_off")


def inputs(view: View) -> None:
    """The reader's assumptions; empty until she has entered a cost base."""
    t, known = view.t, view.selection.scenario
    highest = {"base": scenario.MOST_MILLIONS, "saving": scenario.MOST_SAVED, "one_off": scenario.MOST_MILLIONS}

    def chosen() -> None:
        values = {field: round(st.session_state[f"support-{field}"] or 0.0, 1) for field in FIELDS}
        state.write(view, scenario=Scenario(**values) if values["base"] else None)

    for column, field in zip(st.columns(len(FIELDS)), FIELDS, strict=True):
        key = f"support-{field}"
        if known or key not in st.session_state:
            st.session_state[key] = getattr(known, field) if known else None
        with column:
            st.number_input(t(f"support.{field}"), 0.0, highest[field], None, step=0.5, format="%.1f", key=key, on_change=chosen,
                            placeholder=t("support.enter"))  # fmt: skip


def result(view: View) -> None:
    """What the assumptions come to: in words, as a line over the years, as a table."""
    t, s, found = view.t, view.selection, view.selection.scenario
    if found is None:
        st.info(t("support.nothing"))
        return
    said = text.saving(t, view.name(s.municipality), found, view.register[s.municipality]["residents"])
    frame.finding(said)
    balance = found.balance(found.horizon())
    unit = t("outlook.unit_millions")
    rows = [
        comparison.point("balance", t("support.balance"), "chosen", year, value, f"{text.signed(t, value, 1)} {unit}")
        for year, value in enumerate(balance)
    ]
    frame.caption(t("support.balance_note", unit=unit))
    outlook.draw(view, rows, said, "support_services")
    heads = [t("support.year"), f"{t('support.balance')}, {unit}"]
    listed = pd.DataFrame([(str(year), value) for year, value in enumerate(balance)], columns=heads)
    formats: dict[Any, Any] = {heads[1]: lambda value: text.signed(t, value, 1)}
    outlook.listing(view, listed, formats, "support_services", ())


def reference(view: View) -> None:
    """What the founding documents say, dated, and why the official class of support services is no base."""
    t = view.t
    row = view.data.query("negative_costs", task_class=scenario.SUPPORT_SERVICES).to_pylist()[0]
    with st.expander(t("support.assumptions"), expanded=True):
        st.markdown(frame.markdown_safe(t("support.reference")))
        st.markdown(frame.markdown_safe(t("support.no_base", negative=t.number(row["negative"]), figures=t.number(row["figures"]))))
        st.markdown(frame.markdown_safe(t("support.assumed")))


def beside(view: View) -> None:
    """General administration in the group, drawn and as a table."""
    st.header(view.indicator.name[view.t.language])
    frame.finding(comparison.finding(view, view.indicator))
    comparison.bars(view)
    comparison.table(view)
    comparison.how(view)
