"""Costs by age group: what the services of children and of older residents cost, and what the sum is made of."""

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
from kuntamittari.ui import downloads, layout, page_params, state
from kuntamittari.ui.parts import comparison

WHOLES = tuple(composites.wholes())
MEASURES = ("per_head", "per_resident", "eur")


def whole_choice(context: PageContext) -> None:
    """Which age group."""

    def chosen() -> None:
        state.write(context, indicator_id=st.session_state["costs-whole"])

    st.session_state["costs-whole"] = page_defaults.whole(context).id
    st.radio(
        context.t("costs.whole"),
        WHOLES,
        format_func=lambda i: context.t(f"costs.{i}"),
        key="costs-whole",
        horizontal=True,
        on_change=chosen,
    )


def measure_choice(context: PageContext) -> str:
    """Per head of the age group, per resident, or in all."""
    t = context.t
    kept_in = page_params.one(context, "luku", "costs-measure", MEASURES, MEASURES[0])
    words = {measure: t(f"costs.{measure}") for measure in MEASURES}
    return str(
        st.radio(
            t("costs.measure"),
            MEASURES,
            format_func=words.__getitem__,
            key="costs-measure",
            horizontal=True,
            on_change=kept_in,
        )
    )


def found(context: PageContext) -> Standing:
    """The standing by the whole, in the last year up to the chosen one that has figures."""
    return selected_figures.standing(context, page_defaults.whole(context))


def parts(context: PageContext, year: int) -> list[dict[str, Any]]:
    """The task classes of the whole in one year, without those of parts that the municipality does not organise
    itself."""
    whole = context.as_organised(page_defaults.whole(context), year)
    return composite_costs.composition(
        context.data, whole, context.group_of(whole), context.selection.municipality, year, context.basis.price_year
    )


def composition(context: PageContext, year: int) -> None:
    """Each task class of the whole in the municipality beside the group as one municipality: heading, picture,
    table."""
    t = context.t
    formula = page_defaults.whole(context).formula
    if (
        isinstance(formula, Ratio)
        and sum(len(task_classes.of_total(c)) for c in formula.numerator.task_classes) > LONGEST_COMPOSITION
    ):
        return
    measure = measure_choice(context)
    rows = [row for row in parts(context, year) if row["eur"] is not None]
    if not rows:
        st.info(t("finding.no_group"))
        return
    label = context.as_organised(page_defaults.whole(context), year).label[t.language]
    prices = text.basis(t, page_defaults.whole(context), Basis(price_year=context.basis.price_year))[0]
    name, group = sides(context)
    st.subheader(t("costs.made_of", name=text.capital(label), year=year))
    layout.caption(
        f"{unit(context, measure)} · {prices} · {t('costs.key', name=name, group=group, n=rows[0]['members'] or 0)}"
    )
    file = f"{page_defaults.whole(context).id}_{year}_{measure}_{context.selection.municipality}"
    bars(context, rows, measure, file)
    table(context, rows, measure, file)


def task_name(context: PageContext, row: dict[str, Any]) -> str:
    """A task class in the reader's language."""
    return task_classes.name_in(row["task_class"], context.t.language)


def sides(context: PageContext) -> tuple[str, str]:
    """Whose costs are compared: the municipality's name, and the group's as one municipality."""
    group = context.t("costs.group_as_one", group=context.chosen_group())
    return context.name(context.selection.municipality), group


def unit(context: PageContext, measure: str) -> str:
    """What a figure of the composition is counted in."""
    t = context.t
    return {
        "per_head": page_defaults.whole(context).unit[t.language],
        "per_resident": t("costs.unit_per_resident"),
        "eur": "€",
    }[measure]


def compared(measure: str) -> list[tuple[str, str]]:
    """(role, column) of what is drawn and listed: the municipality, and the group where sizes do not matter."""
    return [("chosen", measure)] if measure == "eur" else [("chosen", measure), ("other", f"group_{measure}")]


def bars(context: PageContext, rows: list[dict[str, Any]], measure: str, file: str) -> None:
    """One bar of the municipality and one of the group for each task class."""
    t, names, counted = context.t, sides(context), unit(context, measure)
    drawn = pd.DataFrame(
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
            for order, (role, column) in enumerate(compared(measure))
        ]
    )
    largest = max(rows, key=lambda row: row["eur"])
    summary = t(
        "costs.alt", name=names[0], part=task_name(context, largest), value=t.number(largest[measure]), unit=counted
    )
    spec = charts.pairs(t.language, comparison.theme()) | {"height": charts.height(len(rows), charts.PAIR_STEP)}
    ends = {"least": min(0.0, drawn["value"].min()), "most": drawn["value"].max()}
    title = f"{names[0]}: {page_defaults.whole(context).name[t.language]}"
    comparison.draw(
        context,
        page_defaults.whole(context),
        title,
        file,
        lambda: comparison.Drawing(spec, {"rows": drawn}, ends, summary),
    )


def table(context: PageContext, rows: list[dict[str, Any]], measure: str, file: str) -> None:
    """The same figures with their sum, and as a CSV file."""
    t = context.t
    columns = dict(zip([column for _, column in compared(measure)], sides(context), strict=False))
    listed = pd.DataFrame([row | {"task_class": task_name(context, row)} for row in rows])[
        ["task_class", *columns]
    ].rename(columns={"task_class": t("costs.part"), **columns})
    total = {t("costs.part"): t("costs.total"), **{head: listed[head].sum() for head in columns.values()}}
    listed = pd.concat([listed, pd.DataFrame([total])], ignore_index=True)
    written: dict[Any, Any] = dict.fromkeys(columns.values(), t.number)
    st.dataframe(listed.style.format(written), hide_index=True, width="stretch")
    downloads.offer(context, lambda: listed, file, (page_defaults.whole(context),), ("price_index",))


def notes(context: PageContext) -> None:
    """What the figure means, and its source."""
    t, indicator = context.t, page_defaults.whole(context)
    lines = [
        indicator.definition[t.language],
        t("how.formula", formula=text.formula(t, indicator)),
        t("how.caveat", caveat=indicator.caveats[t.language]),
    ]
    layout.how(context, lines, context.sources((*indicator.sources, "price_index")))
