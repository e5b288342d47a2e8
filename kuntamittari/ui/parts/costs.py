"""Costs by age group: the total cost of children's or older people's services, and the task classes in it."""

from typing import Any

import pandas as pd
import streamlit as st

from kuntamittari.catalog import composites, task_classes
from kuntamittari.catalog.indicator import Basis, Ratio
from kuntamittari.exhibits import charts, page_defaults, selected_figures, text
from kuntamittari.exhibits.costs import LONGEST_COMPOSITION
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.selected_figures import Standing
from kuntamittari.query import composite_costs
from kuntamittari.ui import folded, layout, page_params, state
from kuntamittari.ui.parts import comparison, methods

COMPOSITES = tuple(composites.composite_ids())
MEASURES = ("per_head", "per_resident", "eur")


def composite_choice(context: PageContext) -> None:
    """Draw the choice of the composite: children's services or services for older people."""

    def write_choice() -> None:
        state.write(context, indicator_id=st.session_state["costs-whole"])

    st.session_state["costs-whole"] = page_defaults.composite(context).id
    st.radio(
        context.t("costs.whole"),
        COMPOSITES,
        format_func=lambda i: context.t(f"costs.{i}"),
        key="costs-whole",
        horizontal=True,
        label_visibility="collapsed",
        on_change=write_choice,
    )


def question(context: PageContext) -> str:
    """Return the question that the page answers of the chosen composite."""
    return context.t(f"costs.question_{page_defaults.composite(context).id}")


def measure_choice(context: PageContext) -> str:
    """Draw the choice of the measure and return it: per head of the age group, per resident, or euros in all."""
    t = context.t
    on_change = page_params.bind_choice(context, "luku", "costs-measure", MEASURES, MEASURES[0])
    words = {measure: t(f"costs.{measure}") for measure in MEASURES}
    return str(
        st.radio(
            t("costs.measure"),
            MEASURES,
            format_func=words.__getitem__,
            key="costs-measure",
            horizontal=True,
            label_visibility="collapsed",
            on_change=on_change,
        )
    )


def standing(context: PageContext) -> Standing:
    """Return the standing of the composite in the last year up to the chosen one that has figures."""
    return selected_figures.standing(context, page_defaults.composite(context))


def parts(context: PageContext, year: int) -> list[dict[str, Any]]:
    """Return one row per task class of the composite in a year.

    Parts that the municipality does not organise itself are left out.
    """
    composite = context.as_organised(page_defaults.composite(context), year)
    return composite_costs.composition(
        context.data,
        composite,
        context.group_of(composite),
        context.selection.municipality,
        year,
        context.basis.price_year,
    )


def composition(context: PageContext, year: int) -> None:
    """Draw the task classes of the composite beside the group as one municipality: heading, chart and table."""
    t = context.t
    formula = page_defaults.composite(context).formula
    if (
        isinstance(formula, Ratio)
        and sum(len(task_classes.of_total(c)) for c in formula.numerator.task_classes) > LONGEST_COMPOSITION
    ):
        return
    rows = [row for row in parts(context, year) if row["eur"] is not None]
    if not rows:
        st.info(t("finding.no_group"))
        return
    label = context.as_organised(page_defaults.composite(context), year).label[t.language]
    prices = text.basis(t, page_defaults.composite(context), Basis(price_year=context.basis.price_year))[0]
    name, group = sides(context)
    st.subheader(t("costs.made_of", name=text.capital(label), year=year))
    measure = measure_choice(context)
    layout.caption(
        f"{unit(context, measure)} · {prices} · {t('costs.key', name=name, group=group, n=rows[0]['members'] or 0)}"
    )
    file = f"{page_defaults.composite(context).id}_{year}_{measure}_{context.selection.municipality}"
    bars(context, rows, measure, file)
    table(context, rows, measure, file)


def task_name(context: PageContext, row: dict[str, Any]) -> str:
    """Return the name of a row's task class in the user's language."""
    return task_classes.name_in(row["task_class"], context.t.language)


def sides(context: PageContext) -> tuple[str, str]:
    """Return the names of the two sides: the municipality, and the group as one municipality."""
    group = context.t("costs.group_as_one", group=context.chosen_group())
    return context.name(context.selection.municipality), group


def unit(context: PageContext, measure: str) -> str:
    """Return the unit of a measure of the composition."""
    t = context.t
    return {
        "per_head": page_defaults.composite(context).unit[t.language],
        "per_resident": t("costs.unit_per_resident"),
        "eur": "€",
    }[measure]


def compared_columns(measure: str) -> list[tuple[str, str]]:
    """Return (role, column) of what is drawn: the municipality, and the group unless the measure is euros in all."""
    return [("chosen", measure)] if measure == "eur" else [("chosen", measure), ("other", f"group_{measure}")]


def bars(context: PageContext, rows: list[dict[str, Any]], measure: str, file: str) -> None:
    """Draw for each task class a bar of the municipality and one of the group."""
    t, names, counted = context.t, sides(context), unit(context, measure)
    table = pd.DataFrame(
        [
            {
                "position": position,
                "order": order,
                "role": role,
                "who": names[order],
                "name": task_name(context, row),
                "value": row[column],
                "label": t.number(row[column]),
                "detail": f"{t.number(row[column])} {counted}",
            }
            for position, row in enumerate(rows, 1)
            for order, (role, column) in enumerate(compared_columns(measure))
        ]
    )
    largest = max(rows, key=lambda row: row["eur"])
    summary = t(
        "costs.alt", name=names[0], part=task_name(context, largest), value=t.number(largest[measure]), unit=counted
    )
    spec = charts.pairs(t.language, comparison.theme()) | {"height": charts.height(len(rows), charts.PAIR_STEP)}
    ends = {"least": min(0.0, table["value"].min()), "most": table["value"].max()}
    title = f"{names[0]}: {page_defaults.composite(context).name[t.language]}"
    comparison.draw(
        context,
        page_defaults.composite(context),
        title,
        file,
        lambda: comparison.Drawing(spec, {"rows": table}, ends, summary),
    )


def table(context: PageContext, rows: list[dict[str, Any]], measure: str, file: str) -> None:
    """Draw the same figures with their sum as a table that unfolds."""
    t = context.t
    columns = dict(zip([column for _, column in compared_columns(measure)], sides(context), strict=False))
    listed = pd.DataFrame([row | {"task_class": task_name(context, row)} for row in rows])[
        ["task_class", *columns]
    ].rename(columns={"task_class": t("costs.part"), **columns})
    total = {t("costs.part"): t("costs.total"), **{head: listed[head].sum() for head in columns.values()}}
    listed = pd.concat([listed, pd.DataFrame([total])], ignore_index=True)
    listed = listed.rename(columns={head: f"{head}, {unit(context, measure)}" for head in columns.values()})
    written: dict[Any, Any] = dict.fromkeys(listed.columns[1:], t.number)
    folded.table(context, listed, written, file, (page_defaults.composite(context),), ("price_index",))


def notes(context: PageContext) -> None:
    """Draw definition, formula, caveats and source of the composite, folded."""
    t, indicator = context.t, page_defaults.composite(context)
    comparison.later(context, [indicator])
    lines = [
        indicator.definition[t.language],
        t("how.formula", formula=text.formula(t, indicator)),
        t("how.caveat", caveat=indicator.caveats[t.language]),
        *(t("how.break", year=b.year, reason=b.reason[t.language]) for b in indicator.breaks),
    ]
    sections = {*methods.sections_of(context, indicator), 3, 10}
    layout.method_notes(context, lines, context.sources((*indicator.sources, "price_index")), sorted(sections))
