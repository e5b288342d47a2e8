"""Organisation models: what each is, who has which by the reader's own file, and an indicator compared by model."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from kuntamittari.catalog import knowledge_bank, organisation_models, services
from kuntamittari.catalog.organisation_models import Model
from kuntamittari.exhibits import charts, selected_figures, text
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.render import tables
from kuntamittari.query.figures import Comparison
from kuntamittari.ui import downloads, file_box, layout
from kuntamittari.ui import workspace as workspaces
from kuntamittari.ui.parts import comparison
from kuntamittari.ui.parts.comparison import Drawing
from kuntamittari.ui.parts.knowledge_bank import ENTRY, PATH, told
from kuntamittari.uploads import organisation
from kuntamittari.uploads.organisation import Reading

LEAST_BAND = 5  # members with a figure under which a middle half says nothing


def compared(context: PageContext) -> None:
    """The chosen indicator by model: in words, as points, as a table; or that nothing is said of anyone yet."""
    t, indicator = context.t, context.indicator
    if not context.workspace.tags:
        layout.finding(t("organisation.none"))
        return
    found = selected_figures.by_model(context, indicator)
    layout.finding(finding(context, found))
    comparison.indicator_choice(context)
    if not any(found):
        st.info(
            t(
                "organisation.not_of_service",
                service=text.service(t, indicator.service) if indicator.service else t("upload.no_service"),
            )
        )
        return
    names = {model: model_name(context, model) for model in found}
    rows, groups = points(context, found), list[dict[str, Any]]()
    for position, (model, group) in enumerate(found.items()):
        band = (group.q1, group.q3) if group.n >= LEAST_BAND else (None, None)
        groups.append(
            {
                "position": position,
                "row": t("organisation.n", name=names[model], n=group.n),
                "median": group.median,
                "q1": band[0],
                "q3": band[1],
                "detail": t.number(group.median, indicator.decimals),
            }
        )
    values = [row["value"] for row in rows]
    st.subheader(t("organisation.by_model", year=context.year))
    layout.caption(
        t("organisation.subtitle", unit=comparison.unit(context, indicator), group=context.group_name(context.group_id))
    )
    margin = (max(values) - min(values) or abs(max(values)) or 1) * 0.05
    parameters = {"least": min(values) - margin, "most": max(values) + margin, "thousands": comparison.thousands(t)}
    spec = charts.strip(t.language, comparison.theme()) | {"height": charts.height(len(groups), charts.STRIP)}
    drawing = Drawing(
        spec, {"rows": pd.DataFrame(rows), "group": pd.DataFrame(groups)}, parameters, finding(context, found)
    )
    comparison.draw(
        context, indicator, indicator.name[t.language], f"{indicator.id}_{context.year}_models", lambda: drawing
    )
    heads = [t("chart.municipality"), t("organisation.model"), t("chart.value")]
    told = [[row["name"], list(names.values())[row["position"]], row["detail"]] for row in rows]
    comparison.folded(context, t("organisation.by_model", year=context.year), heads, told)
    layout.caption(" ".join([t("organisation.reading"), *selected_figures.hidden(context, [indicator])]))
    table(context, found)
    st.info(t("organisation.no_proof"))


def points(context: PageContext, found: dict[Model | None, Comparison]) -> list[dict[str, Any]]:
    """One point a municipality and model."""
    t, indicator = context.t, context.indicator
    return [
        {
            "position": position,
            "name": context.name(row["municipality"]),
            "value": row["value"],
            "role": comparison.role(context, row["municipality"]),
            "detail": f"{t.number(row['value'], indicator.decimals)} {indicator.unit[t.language]}",
        }
        for position, group in enumerate(found.values())
        for row in group.rows
        if row["member"] and row["value"] is not None
    ]


def finding(context: PageContext, found: dict[Model | None, Comparison]) -> str:
    """How the chosen municipality organises the service, and each model's median."""
    t, indicator = context.t, context.indicator
    own = context.models(indicator).get(context.selection.municipality)
    name = context.name(context.selection.municipality)
    said = [
        t("organisation.municipality", name=name, models=text.listed(t, sorted(text.model(t, m).lower() for m in own)))
        if own
        else t("organisation.municipality_none", name=name)
    ]
    medians = "; ".join(
        f"{model_name(context, model)} {t.number(group.median, indicator.decimals)} (n = {group.n})"
        for model, group in found.items()
        if model
    )
    said += (
        [t("organisation.medians", label=indicator.label[t.language], unit=indicator.unit[t.language], medians=medians)]
        if medians
        else []
    )
    return " ".join(said)


def model_name(context: PageContext, model: Model | None) -> str:
    """A model, or that nothing is said."""
    return text.model(context.t, model) if model else context.t("organisation.unsaid")


def table(context: PageContext, found: dict[Model | None, Comparison]) -> None:
    """Each model's own figures, and the way to a comparison of those alone."""
    t, indicator = context.t, context.indicator
    heads = [
        t("organisation.model"),
        "n",
        t("chart.median"),
        t("organisation.q1"),
        t("organisation.q3"),
        t("organisation.min"),
        t("organisation.max"),
        t("table.as_one"),
    ]
    rows = [
        [
            model_name(context, model),
            group.n,
            group.median,
            *((group.q1, group.q3) if group.n >= LEAST_BAND else (None, None)),
            group.min,
            group.max,
            group.ratio_of_sums,
        ]
        for model, group in found.items()
    ]
    whole = pd.DataFrame(rows, columns=heads)
    downloads.shown(context, whole, dict.fromkeys(heads[2:], indicator.decimals))
    downloads.offer(context, lambda: whole, f"{indicator.id}_{context.year}_by_model", (indicator,))
    for model in found:
        if model:
            layout.link(context, "vertailu", t("organisation.only", model=text.model(t, model).lower()), model=model)


def explained(context: PageContext) -> None:
    """Each model in plain words, how it shows in the costs, and who has tried it."""
    t, language = context.t, context.t.language
    st.header(t("organisation.models"))
    for model, about in organisation_models.models().items():
        with st.expander(about["name"][language]):
            st.markdown(layout.markdown_safe(about["text"][language]))
            st.markdown(f"**{t('organisation.in_figures')}** {layout.markdown_safe(about['figures'][language])}")
            if "law" in about:
                layout.caption(about["law"][language])
            for entry in knowledge_bank.entries().values():
                if model in entry.models:
                    layout.link(context, PATH, told(context, entry.name), page_params=((ENTRY, entry.id),))


def bring(context: PageContext) -> None:
    """A file of who organises what how: a template, what is wrong line by line, and taking it."""
    t = context.t
    st.header(t("organisation.bring"))
    st.markdown(t("organisation.form"))
    st.download_button(
        t("upload.template_csv"), template(context), "organisointi.csv", tables.FORMATS["csv"], on_click="ignore"
    )
    file = file_box.box(
        context, t("organisation.choose"), file_box.TABLES, f"tags-file-{st.session_state.get('tags-round', 0)}"
    )
    found = (
        file_box.reading(
            context, file, "tags-reading", lambda content: organisation.read(file_box.rows(content), context.register)
        )
        if file
        else None
    )
    if found and found.problems:
        file_box.problems(context, found.problems)
    elif found:
        st.markdown(
            t(
                "organisation.understood",
                n=t.number(len(found.tags)),
                places=len({tag.municipality for tag in found.tags}),
            )
        )
        st.button(t("upload.take"), type="primary", on_click=lambda: take(found))
    if context.workspace.tags:
        st.button(t("organisation.clear"), on_click=lambda: put(()), icon=":material/delete:")
        layout.link(context, "aineistot", t("upload.file"))
    layout.caption(t("upload.kept"))


def take(found: Reading) -> None:
    """Puts tags in the place of those in use and empties the box."""
    put(found.tags)
    st.session_state["tags-round"] = st.session_state.get("tags-round", 0) + 1


def put(tags: tuple[organisation.Tag, ...]) -> None:
    """Puts tags in the place of those in use."""
    workspaces.put(workspaces.current().model_copy(update={"tags": tags}))


def template(context: PageContext) -> Callable[[], bytes]:
    """The chosen municipality's services, the models to be filled in."""
    t, year = context.t, context.year
    rows = pd.DataFrame(
        [
            {"municipality": context.selection.municipality, "service": service, "year": year, "model": ""}
            for service in services.services()
        ]
    )
    return lambda: tables.csv(tables.Table(rows, (), (t("files.figures"), t("files.about"))))
