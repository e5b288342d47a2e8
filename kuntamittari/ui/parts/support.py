"""Support services: general administration beside the peers, and a scenario on a cost base that the user enters."""

from typing import Any

import pandas as pd
import streamlit as st

from kuntamittari.exhibits import text
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.query import coverage
from kuntamittari.stats import scenario
from kuntamittari.stats.scenario import Scenario
from kuntamittari.ui import folded, layout, state
from kuntamittari.ui.parts import comparison, outlook

FIELDS = ("base", "saving", "one_off")


def inputs(context: PageContext) -> None:
    """Draw the fields of the user's assumptions; they are empty until the user enters a cost base."""
    t, scenario_now = context.t, context.selection.scenario
    highest = {"base": scenario.MOST_MILLIONS, "saving": scenario.MOST_SAVED, "one_off": scenario.MOST_MILLIONS}

    def write_choice() -> None:
        values = {field: round(st.session_state[f"support-{field}"] or 0.0, 1) for field in FIELDS}
        state.write(context, scenario=Scenario(**values) if values["base"] else None)

    for column, field in zip(st.columns(len(FIELDS)), FIELDS, strict=True):
        key = f"support-{field}"
        if scenario_now or key not in st.session_state:
            st.session_state[key] = getattr(scenario_now, field) if scenario_now else None
        with column:
            st.number_input(
                t(f"support.{field}"),
                0.0,
                highest[field],
                None,
                step=0.5,
                format="%.1f",
                key=key,
                on_change=write_choice,
                placeholder=t("support.enter"),
            )


def finding(context: PageContext) -> list[str]:
    """Return what the user's assumptions mean, in words; nothing without any."""
    t, s = context.t, context.selection
    if s.scenario is None:
        return []
    return [text.saving(t, context.name(s.municipality), s.scenario, context.residents(s.municipality))]


def result(context: PageContext) -> None:
    """Draw the scenario as a line over the years and as a table that unfolds."""
    t, chosen = context.t, context.selection.scenario
    if chosen is None:
        st.info(t("support.nothing"))
        return
    [summary] = finding(context)
    euros = [1e6 * value for value in chosen.balance(chosen.horizon())]
    unit, divisor, decimals = text.money_scale(t, max(map(abs, euros)))
    balance = [value / divisor for value in euros]
    labels = [f"{text.signed(t, value, decimals)} {unit}" for value in balance]
    rows = [
        comparison.point("balance", t("support.balance"), "chosen", year, value, label)
        for year, (value, label) in enumerate(zip(balance, labels, strict=True))
    ]
    layout.caption(t("support.balance_note", unit=unit), layout.method_links(context, 16))
    outlook.draw(context, rows, summary, "support_services", as_table=False)
    heads = [t("support.year"), f"{t('support.balance')}, {unit}"]
    listed = pd.DataFrame([(str(year), value) for year, value in enumerate(balance)], columns=heads)
    formats: dict[Any, Any] = {heads[1]: lambda value: text.signed(t, value, decimals)}
    outlook.listing(context, listed, formats, "support_services", ())


def reference(context: PageContext) -> None:
    """Draw the dated reference of the founding documents, and why the official class is no cost base."""
    t = context.t
    row = coverage.negative_costs(context.data, scenario.SUPPORT_SERVICES)
    with st.expander(t("support.assumptions")):
        st.markdown(layout.markdown_safe(t("support.reference")))
        st.markdown(
            layout.markdown_safe(
                t("support.no_base", negative=t.number(row["negative"]), figures=t.number(row["figures"]))
            )
        )
        st.markdown(layout.markdown_safe(t("support.assumed")))


def table(context: PageContext) -> None:
    """Draw the compared figures of general administration as a table that unfolds."""
    t, indicator = context.t, context.indicator
    listed, codes = comparison.compared_figures(context)
    rank, _, value, numerator, denominator, *_ = listed.columns
    formats: dict[Any, Any] = {rank: str, value: lambda figure: t.number(figure, indicator.decimals)}
    formats |= dict.fromkeys((numerator, denominator), t.number)
    own = codes.index(context.selection.municipality) if context.selection.municipality in codes else None
    file = f"{indicator.id}_{context.year}_{context.group_id}"
    folded.table(context, listed, formats, file, (indicator,), chosen=own)
