"""Support services: general administration beside its peers, and a scenario on a cost base that the reader enters."""

from typing import Any

import pandas as pd
import streamlit as st

from kuntamittari.exhibits import text
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.query import coverage
from kuntamittari.stats import scenario
from kuntamittari.stats.scenario import Scenario
from kuntamittari.ui import layout, state
from kuntamittari.ui.parts import comparison, outlook

FIELDS = ("base", "saving", "one_off")


def inputs(context: PageContext) -> None:
    """The reader's assumptions; empty until she has entered a cost base."""
    t, known = context.t, context.selection.scenario
    highest = {"base": scenario.MOST_MILLIONS, "saving": scenario.MOST_SAVED, "one_off": scenario.MOST_MILLIONS}

    def chosen() -> None:
        values = {field: round(st.session_state[f"support-{field}"] or 0.0, 1) for field in FIELDS}
        state.write(context, scenario=Scenario(**values) if values["base"] else None)

    for column, field in zip(st.columns(len(FIELDS)), FIELDS, strict=True):
        key = f"support-{field}"
        if known or key not in st.session_state:
            st.session_state[key] = getattr(known, field) if known else None
        with column:
            st.number_input(
                t(f"support.{field}"),
                0.0,
                highest[field],
                None,
                step=0.5,
                format="%.1f",
                key=key,
                on_change=chosen,
                placeholder=t("support.enter"),
            )


def result(context: PageContext) -> None:
    """What the assumptions come to: in words, as a line over the years, as a table."""
    t, s, found = context.t, context.selection, context.selection.scenario
    if found is None:
        st.info(t("support.nothing"))
        return
    said = text.saving(t, context.name(s.municipality), found, context.register[s.municipality]["residents"])
    layout.finding(said)
    balance = found.balance(found.horizon())
    unit = t("outlook.unit_millions")
    rows = [
        comparison.point("balance", t("support.balance"), "chosen", year, value, f"{text.signed(t, value, 1)} {unit}")
        for year, value in enumerate(balance)
    ]
    layout.caption(t("support.balance_note", unit=unit))
    outlook.draw(context, rows, said, "support_services")
    heads = [t("support.year"), f"{t('support.balance')}, {unit}"]
    listed = pd.DataFrame([(str(year), value) for year, value in enumerate(balance)], columns=heads)
    formats: dict[Any, Any] = {heads[1]: lambda value: text.signed(t, value, 1)}
    outlook.listing(context, listed, formats, "support_services", ())


def reference(context: PageContext) -> None:
    """What the founding documents say, dated, and why the official class of support services is no base."""
    t = context.t
    row = coverage.negative_costs(context.data, scenario.SUPPORT_SERVICES)
    with st.expander(t("support.assumptions"), expanded=True):
        st.markdown(layout.markdown_safe(t("support.reference")))
        st.markdown(
            layout.markdown_safe(
                t("support.no_base", negative=t.number(row["negative"]), figures=t.number(row["figures"]))
            )
        )
        st.markdown(layout.markdown_safe(t("support.assumed")))


def beside(context: PageContext) -> None:
    """General administration in the group, drawn and as a table."""
    st.header(context.indicator.name[context.t.language])
    layout.finding(comparison.finding(context, context.indicator))
    comparison.bars(context)
    comparison.table(context)
    comparison.how(context)
