"""Costs by age group: what the services of children and of older residents cost, and what the sum is made of."""

from typing import Any

import pandas as pd
import streamlit as st

from kuntamittari import charts, subjects, task_classes, text, views, wholes
from kuntamittari.address import View
from kuntamittari.catalog import Basis, Indicator, Ratio
from kuntamittari.database import Database, remembered
from kuntamittari.figures import Group
from kuntamittari.leaves.costs import LONGEST_COMPOSITION
from kuntamittari.ui import comparison, files, frame, kept, state
from kuntamittari.views import Standing

WHOLES = tuple(wholes.wholes())
MEASURES = ("per_head", "per_resident", "eur")


@remembered(500)
def _composition(
    data: Database, indicator: Indicator, group: Group, municipality: str, year: int, price_year: int | None
) -> list[dict[str, Any]]:
    assert isinstance(indicator.formula, Ratio)
    classes, ages = indicator.formula.numerator.task_classes, indicator.formula.denominator
    return data.query(
        "composition", task_classes=list(classes), age_from=ages.age_from, age_to=ages.age_to, year=year,
        municipality=municipality, price_year=price_year, **group.parameters,
    ).to_pylist()  # fmt: skip


def whole_choice(view: View) -> None:
    """Which age group."""

    def chosen() -> None:
        state.write(view, indicator_id=st.session_state["costs-whole"])

    st.session_state["costs-whole"] = subjects.whole(view).id
    st.radio(
        view.t("costs.whole"), WHOLES, format_func=lambda i: view.t(f"costs.{i}"), key="costs-whole", horizontal=True, on_change=chosen
    )


def measure_choice(view: View) -> str:
    """Per head of the age group, per resident, or in all."""
    t = view.t
    kept_in = kept.one(view, "luku", "costs-measure", MEASURES, MEASURES[0])
    words = {measure: t(f"costs.{measure}") for measure in MEASURES}
    return str(
        st.radio(t("costs.measure"), MEASURES, format_func=words.__getitem__, key="costs-measure", horizontal=True, on_change=kept_in)
    )


def found(view: View) -> Standing:
    """The standing by the whole, in the last year up to the chosen one that has figures."""
    return views.standing(view, subjects.whole(view))


def parts(view: View, year: int) -> list[dict[str, Any]]:
    """The task classes of the whole in one year, without those of parts that the municipality does not organise itself."""
    whole = view.as_organised(subjects.whole(view), year)
    return _composition(view.data, whole, view.group_of(whole), view.selection.municipality, year, view.basis.price_year)


def composition(view: View, year: int) -> None:
    """Each task class of the whole in the municipality beside the group as one municipality: heading, picture, table."""
    t = view.t
    formula = subjects.whole(view).formula
    if isinstance(formula, Ratio) and sum(len(task_classes.of_total(c)) for c in formula.numerator.task_classes) > LONGEST_COMPOSITION:
        return
    measure = measure_choice(view)
    rows = [row for row in parts(view, year) if row["eur"] is not None]
    if not rows:
        st.info(t("finding.no_group"))
        return
    label = view.as_organised(subjects.whole(view), year).label[t.language]
    prices = text.basis(t, subjects.whole(view), Basis(price_year=view.basis.price_year))[0]
    name, group = sides(view)
    st.subheader(t("costs.made_of", name=text.capital(label), year=year))
    frame.caption(f"{unit(view, measure)} · {prices} · {t('costs.key', name=name, group=group, n=rows[0]['members'] or 0)}")
    file = f"{subjects.whole(view).id}_{year}_{measure}_{view.selection.municipality}"
    bars(view, rows, measure, file)
    table(view, rows, measure, file)


def task_name(view: View, row: dict[str, Any]) -> str:
    """A task class in the reader's language."""
    return task_classes.name_in(row["task_class"], view.t.language)


def sides(view: View) -> tuple[str, str]:
    """Whose costs are compared: the municipality's name, and the group's as one municipality."""
    group = view.t("costs.group_as_one", group=view.chosen_group())
    return view.name(view.selection.municipality), group


def unit(view: View, measure: str) -> str:
    """What a figure of the composition is counted in."""
    t = view.t
    return {"per_head": subjects.whole(view).unit[t.language], "per_resident": t("costs.unit_per_resident"), "eur": "€"}[measure]


def compared(measure: str) -> list[tuple[str, str]]:
    """(role, column) of what is drawn and listed: the municipality, and the group where sizes do not matter."""
    return [("chosen", measure)] if measure == "eur" else [("chosen", measure), ("other", f"group_{measure}")]


def bars(view: View, rows: list[dict[str, Any]], measure: str, file: str) -> None:
    """One bar of the municipality and one of the group for each task class."""
    t, names, counted = view.t, sides(view), unit(view, measure)
    drawn = pd.DataFrame([
        {"position": position, "order": order, "role": role, "who": names[order], "name": task_name(view, row), "value": row[column],
         "label": t.number(row[column]), "detail": f"{t.number(row[column])} {counted}"}
        for position, row in enumerate(rows, 1) for order, (role, column) in enumerate(compared(measure))
    ])  # fmt: skip
    largest = max(rows, key=lambda row: row["eur"])
    summary = t("costs.alt", name=names[0], part=task_name(view, largest), value=t.number(largest[measure]), unit=counted)
    spec = charts.pairs(t.language, comparison.theme()) | {"height": charts.height(len(rows), charts.PAIR_STEP)}
    ends = {"least": min(0.0, drawn["value"].min()), "most": drawn["value"].max()}
    title = f"{names[0]}: {subjects.whole(view).name[t.language]}"
    comparison.draw(view, subjects.whole(view), title, file, lambda: comparison.Drawing(spec, {"rows": drawn}, ends, summary))


def table(view: View, rows: list[dict[str, Any]], measure: str, file: str) -> None:
    """The same figures with their sum, and as a CSV file."""
    t = view.t
    columns = dict(zip([column for _, column in compared(measure)], sides(view), strict=False))
    listed = pd.DataFrame([row | {"task_class": task_name(view, row)} for row in rows])[["task_class", *columns]].rename(
        columns={"task_class": t("costs.part"), **columns}
    )
    total = {t("costs.part"): t("costs.total"), **{head: listed[head].sum() for head in columns.values()}}
    listed = pd.concat([listed, pd.DataFrame([total])], ignore_index=True)
    written: dict[Any, Any] = dict.fromkeys(columns.values(), t.number)
    st.dataframe(listed.style.format(written), hide_index=True, width="stretch")
    files.offer(view, lambda: listed, file, (subjects.whole(view),), ("price_index",))


def notes(view: View) -> None:
    """What the figure means, and its source."""
    t, indicator = view.t, subjects.whole(view)
    lines = [
        indicator.definition[t.language],
        t("how.formula", formula=text.formula(t, indicator)),
        t("how.caveat", caveat=indicator.caveats[t.language]),
    ]
    frame.how(view, lines, view.sources((*indicator.sources, "price_index")))
