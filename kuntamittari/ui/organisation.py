"""Organisation models: what each is, who has which by the reader's own file, and an indicator compared by model."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from kuntamittari import charts, knowledge, organisation, services, text, views
from kuntamittari.address import View
from kuntamittari.export import tables
from kuntamittari.figures import Comparison
from kuntamittari.organisation import Model, Reading
from kuntamittari.ui import brought, comparison, files, frame
from kuntamittari.ui import desk as desks
from kuntamittari.ui.comparison import Drawing
from kuntamittari.ui.knowledge import ENTRY, PATH, told

LEAST_BAND = 5  # members with a figure under which a middle half says nothing


def compared(view: View) -> None:
    """The chosen indicator by model: in words, as points, as a table; or that nothing is said of anyone yet."""
    t, indicator = view.t, view.indicator
    if not view.data.desk.tags:
        frame.finding(t("organisation.none"))
        return
    found = views.by_model(view, indicator)
    frame.finding(finding(view, found))
    comparison.indicator_choice(view)
    if not any(found):
        st.info(t("organisation.not_of_service", service=text.service(t, indicator.service) if indicator.service else t("own.no_service")))
        return
    names = {model: model_name(view, model) for model in found}
    rows, groups = points(view, found), list[dict[str, Any]]()
    for position, (model, group) in enumerate(found.items()):
        band = (group.q1, group.q3) if group.n >= LEAST_BAND else (None, None)
        groups.append({
            "position": position, "row": t("organisation.n", name=names[model], n=group.n), "median": group.median, "q1": band[0],
            "q3": band[1], "detail": t.number(group.median, indicator.decimals),
        })  # fmt: skip
    values = [row["value"] for row in rows]
    st.subheader(t("organisation.by_model", year=view.year))
    frame.caption(t("organisation.subtitle", unit=comparison.unit(view, indicator), group=view.group_name(view.group_id)))
    margin = (max(values) - min(values) or abs(max(values)) or 1) * 0.05
    parameters = {"least": min(values) - margin, "most": max(values) + margin, "thousands": comparison.thousands(t)}
    spec = charts.strip(t.language, comparison.theme()) | {"height": charts.height(len(groups), charts.STRIP)}
    drawing = Drawing(spec, {"rows": pd.DataFrame(rows), "group": pd.DataFrame(groups)}, parameters, finding(view, found))
    comparison.draw(view, indicator, indicator.name[t.language], f"{indicator.id}_{view.year}_models", lambda: drawing)
    heads = [t("chart.municipality"), t("organisation.model"), t("chart.value")]
    told = [[row["name"], list(names.values())[row["position"]], row["detail"]] for row in rows]
    comparison.folded(view, t("organisation.by_model", year=view.year), heads, told)
    frame.caption(" ".join([t("organisation.reading"), *views.hidden(view, [indicator])]))
    table(view, found)
    st.info(t("organisation.no_proof"))


def points(view: View, found: dict[Model | None, Comparison]) -> list[dict[str, Any]]:
    """One point a municipality and model."""
    t, indicator = view.t, view.indicator
    return [
        {"position": position, "name": view.name(row["municipality"]), "value": row["value"],
         "role": comparison.role(view, row["municipality"]),
         "detail": f"{t.number(row['value'], indicator.decimals)} {indicator.unit[t.language]}"}
        for position, group in enumerate(found.values()) for row in group.rows if row["member"] and row["value"] is not None
    ]  # fmt: skip


def finding(view: View, found: dict[Model | None, Comparison]) -> str:
    """How the chosen municipality organises the service, and each model's median."""
    t, indicator = view.t, view.indicator
    own = view.models(indicator).get(view.selection.municipality)
    name = view.name(view.selection.municipality)
    said = [t("organisation.own", name=name, models=text.listed(t, sorted(text.model(t, m).lower() for m in own))) if own
            else t("organisation.own_none", name=name)]  # fmt: skip
    medians = "; ".join(
        f"{model_name(view, model)} {t.number(group.median, indicator.decimals)} (n = {group.n})" for model, group in found.items() if model
    )
    said += (
        [t("organisation.medians", label=indicator.label[t.language], unit=indicator.unit[t.language], medians=medians)] if medians else []
    )
    return " ".join(said)


def model_name(view: View, model: Model | None) -> str:
    """A model, or that nothing is said."""
    return text.model(view.t, model) if model else view.t("organisation.unsaid")


def table(view: View, found: dict[Model | None, Comparison]) -> None:
    """Each model's own figures, and the way to a comparison of those alone."""
    t, indicator = view.t, view.indicator
    heads = [t("organisation.model"), "n", t("chart.median"), t("organisation.q1"), t("organisation.q3"), t("organisation.min"),
             t("organisation.max"), t("table.as_one")]  # fmt: skip
    rows = [
        [model_name(view, model), group.n, group.median, *((group.q1, group.q3) if group.n >= LEAST_BAND else (None, None)), group.min,
         group.max, group.ratio_of_sums]
        for model, group in found.items()
    ]  # fmt: skip
    whole = pd.DataFrame(rows, columns=heads)
    files.shown(view, whole, dict.fromkeys(heads[2:], indicator.decimals))
    files.offer(view, lambda: whole, f"{indicator.id}_{view.year}_by_model", (indicator,))
    for model in found:
        if model:
            frame.link(view, "vertailu", t("organisation.only", model=text.model(t, model).lower()), model=model)


def explained(view: View) -> None:
    """Each model in plain words, how it shows in the costs, and who has tried it."""
    t, language = view.t, view.t.language
    st.header(t("organisation.models"))
    for model, about in organisation.models().items():
        with st.expander(about["name"][language]):
            st.markdown(frame.markdown_safe(about["text"][language]))
            st.markdown(f"**{t('organisation.in_figures')}** {frame.markdown_safe(about['figures'][language])}")
            if "law" in about:
                frame.caption(about["law"][language])
            for entry in knowledge.entries().values():
                if model in entry.models:
                    frame.link(view, PATH, told(view, entry.name), own=((ENTRY, entry.id),))


def bring(view: View) -> None:
    """A file of who organises what how: a template, what is wrong line by line, and taking it."""
    t = view.t
    st.header(t("organisation.bring"))
    st.markdown(t("organisation.form"))
    st.download_button(t("own.template_csv"), template(view), "organisointi.csv", tables.FORMATS["csv"], on_click="ignore")
    file = brought.box(view, t("organisation.choose"), brought.TABLES, f"tags-file-{st.session_state.get('tags-round', 0)}")
    found = (
        brought.reading(view, file, "tags-reading", lambda content: organisation.read(brought.rows(content), view.register))
        if file
        else None
    )
    if found and found.problems:
        brought.problems(view, found.problems)
    elif found:
        st.markdown(t("organisation.understood", n=t.number(len(found.tags)), places=len({tag.municipality for tag in found.tags})))
        st.button(t("own.take"), type="primary", on_click=lambda: take(found))
    if view.data.desk.tags:
        st.button(t("organisation.clear"), on_click=lambda: put(()), icon=":material/delete:")
        frame.link(view, "aineistot", t("own.file"))
    frame.caption(t("own.kept"))


def take(found: Reading) -> None:
    """Puts tags in the place of those in use and empties the box."""
    put(found.tags)
    st.session_state["tags-round"] = st.session_state.get("tags-round", 0) + 1


def put(tags: tuple[organisation.Tag, ...]) -> None:
    """Puts tags in the place of those in use."""
    desks.put(desks.current().model_copy(update={"tags": tags}))


def template(view: View) -> Callable[[], bytes]:
    """The chosen municipality's services, the models to be filled in."""
    t, year = view.t, view.year
    rows = pd.DataFrame([
        {"municipality": view.selection.municipality, "service": service, "year": year, "model": ""} for service in services.services()
    ])  # fmt: skip
    return lambda: tables.csv(tables.Table(rows, (), (t("files.figures"), t("files.about"))))
