"""Own data: a file understood, shown before it is taken, and what has been taken; templates for what nobody publishes
yet."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from kuntamittari.catalog import loader, services
from kuntamittari.exhibits import text
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import downloads, file_box, layout
from kuntamittari.ui import workspace as workspaces
from kuntamittari.ui.figure_templates import template
from kuntamittari.uploads import own_figures, workspace
from kuntamittari.uploads.own_figures import MOST_DECIMALS, Measure, Reading
from kuntamittari.uploads.tabular import TableError
from kuntamittari.uploads.workspace import Workspace

PREVIEWED = 50  # figures shown before a file is taken
POLARITIES = ("neutral", "higher", "lower")
DIMENSIONS = ("quality", "effectiveness", "worklife", "economy_of_services", "cross_sector", "economy", "productivity")


def section(context: PageContext) -> None:
    """All of it."""
    t = context.t
    st.header(t("upload.title"), anchor="oma")
    layout.lead(t("upload.lead"))
    with st.expander(t("upload.how")):
        st.markdown(t("upload.form"))
        st.markdown(t("upload.kept"))
    template(context)
    file = file_box.box(
        context,
        t("upload.choose"),
        [*file_box.TABLES, "json"],
        f"upload-file-{st.session_state.get('upload-round', 0)}",
    )
    if file:
        understood(context, file)
    if said := st.session_state.pop("upload-taken", None):
        st.success(said)
    if refused := st.session_state.pop("upload-refused", None):
        st.error(layout.markdown_safe(refused))
    uploaded(context)


def understood(context: PageContext, file: object) -> None:
    """What a file was understood to hold, and the button that takes it."""
    official = loader.indicators()

    def read(content: bytes) -> Reading | Workspace:
        if workspace.is_workspace(content):
            return workspace.of_file(content)
        return own_figures.read(file_box.rows(content), context.register, official)

    found = file_box.reading(context, file, "upload-reading", read)
    if isinstance(found, Workspace):
        layout.caption(
            context.t(
                "upload.desk",
                measures=len(found.measures),
                figures=context.t.number(len(found.figures)),
                tags=len(found.tags),
            )
        )
        st.button(context.t("upload.take_desk"), type="primary", on_click=lambda: taken(context, found))
    elif found:
        preview(context, found)


def preview(context: PageContext, reading: Reading) -> None:
    """The figures as they were understood, the problems, and what is asked of a measure that is new."""
    t, found = context.t, reading.figures
    if reading.problems:
        file_box.problems(context, reading.problems)
        layout.caption(t("upload.nothing_taken"))
        return
    places, years = {f.municipality for f in found}, sorted({f.year for f in found})
    st.markdown(
        t(
            "upload.understood",
            figures=t.number(len(found)),
            places=len(places),
            first=years[0],
            last=years[-1],
            measures=len(reading.measures),
            missing=t.number(reading.missing),
            layout=t(f"upload.layout_{reading.layout}"),
        )
    )
    if reading.unused:
        layout.caption(t("upload.unused", heads=", ".join(reading.unused)))
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
            for f in found[:PREVIEWED]
        ]
    )
    downloads.shown(context, rows, {t("chart.value"): MOST_DECIMALS})
    if len(found) > PREVIEWED:
        layout.caption(t("upload.previewed", n=PREVIEWED, all=t.number(len(found))))
    asked = [asked_about(context, measure) for measure in reading.measures]
    measures = tuple(measure for measure in asked if measure is not None)
    if len(measures) < len(asked):
        return
    st.button(t("upload.take"), type="primary", on_click=take, args=(context, reading, measures))


def asked_about(context: PageContext, measure: Measure) -> Measure | None:
    """What the catalogue knows of a measure, or what the reader says of a new one; None while its name is missing."""
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
    said = {
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
    return measure.model_copy(update=said)


def take(context: PageContext, reading: Reading, measures: tuple[Measure, ...]) -> None:
    """Puts figures beside what lies on the desk now, where they fit."""
    try:
        taken(context, workspaces.current().with_figures(reading, measures))
    except TableError as error:
        st.session_state["upload-refused"] = text.table_error(context.t, error)


def taken(context: PageContext, changed: Workspace) -> None:
    """Puts a desk in use and empties the box of files."""
    workspaces.put(changed)
    st.session_state["upload-round"] = st.session_state.get("upload-round", 0) + 1
    st.session_state["upload-taken"] = context.t("upload.taken")
    st.session_state.pop("upload-reading", None)


def uploaded(context: PageContext) -> None:
    """The measures in use, each with its way to the comparison and out; the whole desk as a file."""
    t, lies = context.t, context.workspace
    if not lies.weight:
        return
    st.subheader(t("upload.in_use"))
    for measure in lies.measures:
        known = context.catalogue.get(measure.id)
        name = known.name[t.language] if known else measure.name
        n = sum(figure.measure == measure.id for figure in lies.figures)
        with st.container(horizontal=True, vertical_alignment="center"):
            said = t("upload.measure", name=name, n=t.number(n))
            if known:
                layout.link(context, "vertailu", said, indicator_id=measure.id)
            else:
                st.markdown(layout.markdown_safe(said))
            st.button(
                t("upload.remove", name=layout.markdown_safe(name)),
                key=f"remove-{measure.id}",
                on_click=remove(measure.id),
                icon=":material/delete:",
            )
    if lies.tags:
        layout.link(context, "organisointi", t("upload.tags", n=t.number(len(lies.tags))))
    with st.container(horizontal=True):
        st.download_button(
            t("upload.file"),
            lambda: workspace.file(lies),
            "kuntamittari-oma.json",
            "application/json",
            on_click="ignore",
        )
        st.button(t("upload.clear"), on_click=lambda: workspaces.put(workspace.EMPTY), icon=":material/delete:")
    layout.caption(t("upload.kept"))


def remove(measure: str) -> Callable[[], None]:
    """Takes one measure off the desk."""
    return lambda: workspaces.put(workspaces.current().without(measure))
