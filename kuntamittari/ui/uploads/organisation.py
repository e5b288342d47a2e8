"""Organisation models: what each is, who has which by the user's file, and an indicator compared by model."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from kuntamittari.catalog import knowledge_bank, organisation_models, services
from kuntamittari.catalog.organisation_models import Model
from kuntamittari.exhibits import selected_figures, text, uploaded
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.render import tables
from kuntamittari.query.comparisons import Comparison
from kuntamittari.ui import downloads, file_box, layout
from kuntamittari.ui import workspace as workspaces
from kuntamittari.ui.parts import comparison
from kuntamittari.ui.pictures import panels
from kuntamittari.ui.reference.knowledge_bank import ENTRY, PATH
from kuntamittari.ui.uploads import kept
from kuntamittari.uploads import organisation, tabular
from kuntamittari.uploads.organisation import Reading


def comparison_by_model(context: PageContext) -> None:
    """Draw the chosen indicator by model, in words, as points and as a table; or that nothing is uploaded yet."""
    t, indicator = context.t, context.indicator
    if not context.workspace.tags:
        layout.finding(t("organisation.none"))
        return
    by_model = selected_figures.by_model(context, indicator)
    layout.finding(finding(context, by_model))
    comparison.indicator_choice(context)
    if not any(by_model):
        st.info(
            t(
                "organisation.not_of_service",
                service=text.service(t, indicator.service) if indicator.service else t("upload.no_service"),
            )
        )
        return
    exhibit = uploaded.by_model(context)
    assert exhibit is not None
    st.subheader(t("organisation.by_model", year=context.year))
    layout.caption(
        t("organisation.subtitle", unit=comparison.unit(context, indicator), group=context.group_name(context.group_id))
    )
    file = f"{indicator.id}_{context.year}_models"
    comparison.draw(
        context,
        indicator,
        indicator.name[t.language],
        file,
        lambda: panels.strips(context, exhibit, finding(context, by_model)),
    )
    comparison.folded_table(context, t("organisation.by_model", year=context.year), exhibit.heads, exhibit.rows)
    notes = [t("organisation.reading"), *selected_figures.hidden(context, [indicator])]
    layout.caption(" ".join(notes), layout.method_links(context, 1, 6, 8))
    table(context, by_model)
    st.info(t("organisation.no_proof"))


def finding(context: PageContext, by_model: dict[Model | None, Comparison]) -> str:
    """Return how the chosen municipality organises the service, and the median of each model, in words."""
    t, indicator = context.t, context.indicator
    models = context.models(indicator).get(context.selection.municipality)
    name = context.name(context.selection.municipality)
    if models:
        listed = text.listed(t, sorted(text.model(t, model).lower() for model in models))
        sentences = [t("organisation.municipality", name=name, models=listed)]
    else:
        sentences = [t("organisation.municipality_none", name=name)]
    medians = "; ".join(
        f"{model_name(context, model)} {t.number(group.median, indicator.decimals)} (n = {group.n})"
        for model, group in by_model.items()
        if model
    )
    if medians:
        label, unit = indicator.label[t.language], indicator.unit[t.language]
        sentences.append(t("organisation.medians", label=label, unit=unit, medians=medians))
    return " ".join(sentences)


def model_name(context: PageContext, model: Model | None) -> str:
    """Return the name of a model, or (None) that the file does not name one."""
    return text.model(context.t, model) if model else context.t("organisation.unsaid")


def table(context: PageContext, by_model: dict[Model | None, Comparison]) -> None:
    """Draw the figures of each model, and links to a comparison of its members alone."""
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
            *((group.q1, group.q3) if group.n >= uploaded.LEAST_BAND else (None, None)),
            group.min,
            group.max,
            group.ratio_of_sums,
        ]
        for model, group in by_model.items()
    ]
    figures_table = pd.DataFrame(rows, columns=heads)
    downloads.show_table(context, figures_table, dict.fromkeys(heads[2:], indicator.decimals))
    downloads.offer(context, lambda: figures_table, f"{indicator.id}_{context.year}_by_model", (indicator,))
    for model in by_model:
        if model:
            layout.link(context, "vertailu", t("organisation.only", model=text.model(t, model).lower()), model=model)


def model_descriptions(context: PageContext) -> None:
    """Draw each model in plain words, how it shows in the costs, and the knowledge bank's entries about it."""
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
                    layout.link(context, PATH, uploaded.words_of(context, entry.name), page_params=((ENTRY, entry.id),))


def upload(context: PageContext) -> None:
    """Draw the upload of who organises which service how: template, problems line by line, and taking it."""
    t = context.t
    st.header(t("organisation.bring"))
    st.markdown(t("organisation.form"))
    st.download_button(
        t("upload.template_csv"), template(context), "organisointi.csv", tables.FORMATS["csv"], on_click="ignore"
    )
    file = file_box.uploader(
        context, t("organisation.choose"), file_box.TABLES, f"tags-file-{st.session_state.get('tags-round', 0)}"
    )
    reading = (
        file_box.parse_once(
            context,
            file,
            "tags-reading",
            lambda content: organisation.read(tabular.read(content), context.register, t.language),
        )
        if file
        else None
    )
    if reading:
        file_box.show_not_read(context, reading.not_read)
    if reading and reading.problems:
        file_box.show_problems(context, reading.problems)
    elif reading:
        st.markdown(
            t(
                "organisation.understood",
                n=t.number(len(reading.tags)),
                places=len({tag.municipality for tag in reading.tags}),
            )
        )
        st.button(t("upload.take"), type="primary", on_click=lambda: use_tags(reading))
    if context.workspace.tags:
        st.button(t("organisation.clear"), on_click=lambda: replace_tags(()), icon=":material/delete:")
        layout.link(context, "aineistot", t("upload.file"))
    kept.note(context)


def use_tags(reading: Reading) -> None:
    """Replace the tags in use by those of a file and empty the upload field."""
    replace_tags(reading.tags)
    st.session_state["tags-round"] = st.session_state.get("tags-round", 0) + 1


def replace_tags(tags: tuple[organisation.Tag, ...]) -> None:
    """Replace the tags in use."""
    workspaces.put(workspaces.current().model_copy(update={"tags": tags}))


def template(context: PageContext) -> Callable[[], bytes]:
    """Return a function that makes a template: the chosen municipality's services, with models to fill in."""
    t, year = context.t, context.year
    rows = pd.DataFrame(
        [
            {"municipality": context.one_municipality, "service": service, "year": year, "model": ""}
            for service in services.services()
        ]
    )
    return lambda: tables.csv(tables.Table(rows, (), (t("files.figures"), t("files.about")), t.language))
