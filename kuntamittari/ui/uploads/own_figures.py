"""The user's own figures: a file is understood and shown before it is taken; measures in use can be removed."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from kuntamittari.catalog import loader, services
from kuntamittari.exhibits import text
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import downloads, file_box, layout
from kuntamittari.ui import workspace as workspaces
from kuntamittari.ui.figure_templates import template_choice
from kuntamittari.ui.uploads import kept
from kuntamittari.uploads import own_figures, tabular, workspace
from kuntamittari.uploads.numerals import MARKS
from kuntamittari.uploads.own_figures import MOST_DECIMALS, Answers, Measure, Reading
from kuntamittari.uploads.tabular import TableError
from kuntamittari.uploads.workspace import Workspace

PREVIEWED = 50  # figures shown before a file is taken
POLARITIES = ("neutral", "higher", "lower")
DIMENSIONS = ("quality", "effectiveness", "worklife", "economy_of_services", "cross_sector", "economy", "productivity")


def section(context: PageContext) -> None:
    """Draw the upload of figures, templates, and the figures in use."""
    t = context.t
    st.header(t("upload.title"), anchor="oma")
    layout.lead(t("upload.lead"))
    with st.expander(t("upload.how")):
        st.markdown(t("upload.form"))
        kept.note(context)
    template_choice(context)
    file = file_box.uploader(
        context,
        t("upload.choose"),
        [*file_box.TABLES, "json"],
        f"upload-file-{st.session_state.get('upload-round', 0)}",
    )
    if file:
        read_file(context, file)
    if notice := layout.told_once("upload-taken"):
        st.success(notice)
    if refused := layout.told_once("upload-refused"):
        st.error(layout.markdown_safe(refused))
    figures_in_use(context)


def read_file(context: PageContext, file: Any) -> None:
    """Draw what a file was understood to hold, and the button that takes it."""
    official, answers = loader.indicators(), answers_given(file.file_id)

    def read(content: bytes) -> Reading | Workspace:
        if workspace.is_workspace(content):
            return workspace.of_file(content)
        return own_figures.read(tabular.read(content), context.register, official, context.t.language, answers)

    reading = file_box.parse_once(context, file, "upload-reading", read, answers)
    if isinstance(reading, Workspace):
        layout.caption(
            context.t(
                "upload.desk",
                measures=len(reading.measures),
                figures=context.t.number(len(reading.figures)),
                tags=len(reading.tags),
            )
        )
        st.button(context.t("upload.take_desk"), type="primary", on_click=lambda: put_in_use(context, reading))
    elif reading:
        questions(context, file.file_id, reading, answers)
        preview(context, reading)


def answers_given(file_id: str) -> Answers:
    """Return what the reader has said of a file with the fields of `questions`."""
    state, key = st.session_state, f"upload-answer-{file_id}"
    marks = {head: state[f"{key}-{head}"] for head in state.get(f"{key}s", ()) if state.get(f"{key}-{head}")}
    return Answers(tuple(sorted(marks.items())), bool(state.get(f"{key}-parts")))


def questions(context: PageContext, file_id: str, reading: Reading, answers: Answers) -> None:
    """Draw the questions that a file leaves open: the decimal mark of a column, and whether to take parts of measures.

    The heads of columns asked about stay in the session for as long as the file is in its field.
    """
    t, key = context.t, f"upload-answer-{file_id}"
    asked = tuple(dict.fromkeys([*(head for head, _ in answers.marks), *reading.ambiguous]))
    st.session_state[f"{key}s"] = asked
    for head in asked:
        st.radio(
            t("upload.decimal_mark", head=layout.markdown_safe(head)),
            MARKS,
            index=None,
            key=f"{key}-{head}",
            horizontal=True,
            format_func=lambda mark: t("upload.decimal_comma" if mark == "," else "upload.decimal_point"),
        )
    if reading.parts or answers.parts:
        st.checkbox(t("upload.parts", parts=text.listed(t, list(reading.parts))), key=f"{key}-parts")


def preview(context: PageContext, reading: Reading) -> None:
    """Draw the figures as understood, the problems of the file, and the questions about new measures."""
    t, figures = context.t, reading.figures
    file_box.show_not_read(context, reading.not_read)
    if reading.problems:
        file_box.show_problems(context, reading.problems)
        layout.caption(t("upload.nothing_taken"))
        return
    places, years = {f.municipality for f in figures}, sorted({f.year for f in figures})
    st.markdown(
        t(
            "upload.understood",
            figures=t.number(len(figures)),
            places=len(places),
            first=years[0],
            last=years[-1],
            measures=len(reading.measures),
            missing=t.number(reading.missing),
            layout=t(f"upload.layout_{reading.layout}"),
        )
    )
    absent = sum(not context.register[code]["loaded"] for code in places)
    if absent:
        layout.caption(t("upload.not_loaded", n=absent))
    official, names = loader.indicators(), {measure.id: measure.name for measure in reading.measures}
    rows = pd.DataFrame(
        [
            {
                t("table.municipality"): context.name(f.municipality),
                t("chart.year"): str(f.year),
                t("choice.indicator"): official[f.measure].name[t.language]
                if f.measure in official
                else names[f.measure],
                t("chart.value"): f.value,
                t("upload.status"): t(f"table.status.{f.status}"),
            }
            for f in figures[:PREVIEWED]
        ]
    )
    downloads.show_table(context, rows, {t("chart.value"): MOST_DECIMALS})
    if len(figures) > PREVIEWED:
        layout.caption(t("upload.previewed", n=PREVIEWED, all=t.number(len(figures))))
    answered = [measure_fields(context, measure) for measure in reading.measures]
    measures = tuple(measure for measure in answered if measure is not None)
    if len(measures) < len(answered):
        return
    st.button(t("upload.take"), type="primary", on_click=add_figures, args=(context, reading, measures))


def measure_fields(context: PageContext, measure: Measure) -> Measure | None:
    """Draw what the catalogue knows of a measure, or the fields of a new one; None while its name is missing."""
    t, official = context.t, loader.indicators().get(measure.id)
    if official:
        key = "upload.fills" if official.formula is None else "upload.beside"
        layout.caption(t(key, name=official.name[t.language], unit=official.unit[t.language]))
        return measure
    st.subheader(layout.markdown_safe(measure.name), anchor=False)
    left, middle, right = st.columns(3)
    key = f"upload-{measure.id}"
    name = left.text_input(
        t("upload.name"), measure.name, max_chars=own_figures.LONGEST_NAME, key=f"{key}-name"
    ).strip()
    unit = middle.text_input(
        t("catalogue.unit"), max_chars=own_figures.LONGEST_UNIT, key=f"{key}-unit", placeholder=t("upload.unit_hint")
    )
    decimals = right.number_input(t("upload.decimals"), 0, MOST_DECIMALS, measure.decimals, key=f"{key}-decimals")
    polarity = left.selectbox(
        t("catalogue.direction"), POLARITIES, format_func=lambda p: t(f"polarity.{p}"), key=f"{key}-polarity"
    )
    dimension = middle.selectbox(
        t("upload.dimension"), DIMENSIONS, format_func=lambda d: t(f"dimension.{d}"), key=f"{key}-dimension"
    )
    service = right.selectbox(
        t("peers.service"),
        [None, *services.services()],
        key=f"{key}-service",
        format_func=lambda s: text.service(t, s) if s else t("upload.no_service"),
    )
    inputs = {
        "name": name,
        "unit": unit.strip(),
        "decimals": int(decimals),
        "polarity": polarity,
        "dimension": dimension,
        "service": service,
    }
    if not name:
        st.warning(t("upload.no_name"))
        return None
    return measure.model_copy(update=inputs)


def add_figures(context: PageContext, reading: Reading, measures: tuple[Measure, ...]) -> None:
    """Add figures to the user's workspace, if they fit."""
    try:
        put_in_use(context, workspaces.current().with_figures(reading, measures))
    except TableError as error:
        st.session_state["upload-refused"] = text.table_error(context.t, error)


def put_in_use(context: PageContext, new: Workspace) -> None:
    """Put a workspace in use and empty the upload field."""
    workspaces.put(new)
    st.session_state["upload-round"] = st.session_state.get("upload-round", 0) + 1
    st.session_state["upload-taken"] = context.t("upload.taken")
    st.session_state.pop("upload-reading", None)


def figures_in_use(context: PageContext) -> None:
    """Draw the measures in use with links to compare and buttons to remove, and the workspace as a file."""
    t, stored = context.t, context.workspace
    if not stored.weight:
        return
    st.subheader(t("upload.in_use"))
    for measure in stored.measures:
        indicator = context.catalogue.get(measure.id)
        name = indicator.name[t.language] if indicator else measure.name
        n = sum(figure.measure == measure.id for figure in stored.figures)
        with st.container(horizontal=True, vertical_alignment="center"):
            label = t("upload.measure", name=name, n=t.number(n))
            if indicator:
                layout.link(context, "vertailu", label, indicator_id=measure.id)
            else:
                st.markdown(layout.markdown_safe(label))
            st.button(
                t("upload.remove", name=layout.markdown_safe(name)),
                key=f"remove-{measure.id}",
                on_click=remove(measure.id),
                icon=":material/delete:",
            )
    if stored.tags:
        layout.link(context, "organisointi", t("upload.tags", n=t.number(len(stored.tags))))
    with st.container(horizontal=True):
        st.download_button(
            t("upload.file"),
            lambda: workspace.file(stored),
            "kuntamittari-oma.json",
            "application/json",
            on_click="ignore",
        )
        st.button(t("upload.clear"), on_click=lambda: workspaces.put(workspace.EMPTY), icon=":material/delete:")
    kept.note(context)


def remove(measure: str) -> Callable[[], None]:
    """Return a function that removes a measure from the user's workspace."""
    return lambda: workspaces.put(workspaces.current().without(measure))
