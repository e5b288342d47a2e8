"""Own data: a file understood, shown before it is taken, and what has been taken; templates for what nobody publishes yet."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from kuntamittari import catalog, desk, own, services, text
from kuntamittari.address import View
from kuntamittari.desk import Desk
from kuntamittari.export import tables
from kuntamittari.own import MOST_DECIMALS, Measure, Reading
from kuntamittari.tabular import TableError
from kuntamittari.ui import brought, files, frame
from kuntamittari.ui import desk as desks

PREVIEWED = 50  # figures shown before a file is taken
POLARITIES = ("neutral", "higher", "lower")
DIMENSIONS = ("quality", "effectiveness", "worklife", "economy_of_services", "cross_sector", "economy", "productivity")
TEMPLATE_YEARS = 5


def section(view: View) -> None:
    """All of it."""
    t = view.t
    st.header(t("own.title"), anchor="oma")
    frame.lead(t("own.lead"))
    with st.expander(t("own.how")):
        st.markdown(t("own.form"))
        st.markdown(t("own.kept"))
    template(view)
    file = brought.box(view, t("own.choose"), [*brought.TABLES, "json"], f"own-file-{st.session_state.get('own-round', 0)}")
    if file:
        understood(view, file)
    if said := st.session_state.pop("own-taken", None):
        st.success(said)
    if refused := st.session_state.pop("own-refused", None):
        st.error(frame.markdown_safe(refused))
    on_desk(view)


def understood(view: View, file: object) -> None:
    """What a file was understood to hold, and the button that takes it."""
    official = catalog.indicators()

    def read(content: bytes) -> Reading | Desk:
        if desk.is_desk(content):
            return desk.of_file(content)
        return own.read(brought.rows(content), view.register, official)

    found = brought.reading(view, file, "own-reading", read)
    if isinstance(found, Desk):
        frame.caption(view.t("own.desk", measures=len(found.measures), figures=view.t.number(len(found.figures)), tags=len(found.tags)))
        st.button(view.t("own.take_desk"), type="primary", on_click=lambda: taken(view, found))
    elif found:
        preview(view, found)


def preview(view: View, reading: Reading) -> None:
    """The figures as they were understood, the problems, and what is asked of a measure that is new."""
    t, found = view.t, reading.figures
    if reading.problems:
        brought.problems(view, reading.problems)
        frame.caption(t("own.nothing_taken"))
        return
    places, years = {f.municipality for f in found}, sorted({f.year for f in found})
    st.markdown(t("own.understood", figures=t.number(len(found)), places=len(places), first=years[0], last=years[-1],
                  measures=len(reading.measures), missing=t.number(reading.missing), layout=t(f"own.layout_{reading.layout}")))  # fmt: skip
    if reading.unused:
        frame.caption(t("own.unused", heads=", ".join(reading.unused)))
    absent = sum(not view.register[code]["loaded"] for code in places)
    if absent:
        frame.caption(t("own.not_loaded", n=absent))
    official, names = catalog.indicators(), {measure.id: measure.name for measure in reading.measures}
    rows = pd.DataFrame([
        {t("table.municipality"): view.name(f.municipality), t("chart.year"): str(f.year),
         t("choice.indicator"): official[f.measure].name[t.language] if f.measure in official else names[f.measure],
         t("chart.value"): f.value, t("own.status"): t(f"table.status.{f.status}")}
        for f in found[:PREVIEWED]
    ])  # fmt: skip
    files.shown(view, rows, {t("chart.value"): MOST_DECIMALS})
    if len(found) > PREVIEWED:
        frame.caption(t("own.previewed", n=PREVIEWED, all=t.number(len(found))))
    asked = [asked_about(view, measure) for measure in reading.measures]
    measures = tuple(measure for measure in asked if measure is not None)
    if len(measures) < len(asked):
        return
    st.button(t("own.take"), type="primary", on_click=take, args=(view, reading, measures))


def asked_about(view: View, measure: Measure) -> Measure | None:
    """What the catalogue knows of a measure, or what the reader says of a new one; None while its name is missing."""
    t, official = view.t, catalog.indicators().get(measure.id)
    if official:
        key = "own.fills" if official.formula is None else "own.beside"
        frame.caption(t(key, name=official.name[t.language], unit=official.unit[t.language]))
        return measure
    st.subheader(frame.markdown_safe(measure.name), anchor=False)
    left, middle, right = st.columns(3)
    key = f"own-{measure.id}"
    name = left.text_input(t("own.name"), measure.name, max_chars=own.LONGEST_NAME, key=f"{key}-name").strip()
    unit = middle.text_input(t("catalogue.unit"), max_chars=own.LONGEST_UNIT, key=f"{key}-unit", placeholder=t("own.unit_hint"))
    decimals = right.number_input(t("own.decimals"), 0, MOST_DECIMALS, measure.decimals, key=f"{key}-decimals")
    polarity = left.selectbox(t("catalogue.direction"), POLARITIES, format_func=lambda p: t(f"polarity.{p}"), key=f"{key}-polarity")
    dimension = middle.selectbox(t("own.dimension"), DIMENSIONS, format_func=lambda d: t(f"dimension.{d}"), key=f"{key}-dimension")
    service = right.selectbox(t("peers.service"), [None, *services.services()], key=f"{key}-service",
                              format_func=lambda s: text.service(t, s) if s else t("own.no_service"))  # fmt: skip
    said = {"name": name, "unit": unit.strip(), "decimals": int(decimals), "polarity": polarity, "dimension": dimension, "service": service}
    if not name:
        st.warning(t("own.no_name"))
        return None
    return measure.model_copy(update=said)


def take(view: View, reading: Reading, measures: tuple[Measure, ...]) -> None:
    """Puts figures beside what lies on the desk now, where they fit."""
    try:
        taken(view, desks.current().with_figures(reading, measures))
    except TableError as error:
        st.session_state["own-refused"] = text.table_error(view.t, error)


def taken(view: View, changed: Desk) -> None:
    """Puts a desk in use and empties the box of files."""
    desks.put(changed)
    st.session_state["own-round"] = st.session_state.get("own-round", 0) + 1
    st.session_state["own-taken"] = view.t("own.taken")
    st.session_state.pop("own-reading", None)


def on_desk(view: View) -> None:
    """The measures in use, each with its way to the comparison and out; the whole desk as a file."""
    t, lies = view.t, view.data.desk
    if not lies.weight:
        return
    st.subheader(t("own.in_use"))
    for measure in lies.measures:
        known = view.catalogue.get(measure.id)
        name = known.name[t.language] if known else measure.name
        n = sum(figure.measure == measure.id for figure in lies.figures)
        with st.container(horizontal=True, vertical_alignment="center"):
            said = t("own.measure", name=name, n=t.number(n))
            if known:
                frame.link(view, "vertailu", said, indicator_id=measure.id)
            else:
                st.markdown(frame.markdown_safe(said))
            st.button(
                t("own.remove", name=frame.markdown_safe(name)),
                key=f"remove-{measure.id}",
                on_click=put_without(measure.id),
                icon=":material/delete:",
            )
    if lies.tags:
        frame.link(view, "organisointi", t("own.tags", n=t.number(len(lies.tags))))
    with st.container(horizontal=True):
        st.download_button(t("own.file"), lambda: desk.file(lies), "kuntamittari-oma.json", "application/json", on_click="ignore")
        st.button(t("own.clear"), on_click=lambda: desks.put(desk.EMPTY), icon=":material/delete:")
    frame.caption(t("own.kept"))


def put_without(measure: str) -> Callable[[], None]:
    """Takes one measure off the desk."""
    return lambda: desks.put(desks.current().without(measure))


def template(view: View) -> None:
    """A choice among the measures that nobody publishes yet, and the files to fill in for it."""
    t, awaited = view.t, {i: one for i, one in catalog.indicators().items() if one.awaited}
    if awaited:
        chosen = st.selectbox(t("own.template"), list(awaited), key="own-template", format_func=lambda i: awaited[i].name[t.language])
        templates(view, chosen)


def templates(view: View, indicator_id: str) -> None:
    """Files to fill in for one measure: the chosen municipality in the last years."""
    with st.container(horizontal=True):
        for form in ("xlsx", "csv"):
            st.download_button(view.t(f"own.template_{form}"), empty(view, indicator_id, form), f"{indicator_id}.{form}",
                               tables.FORMATS[form], key=f"template-{indicator_id}-{form}", on_click="ignore")  # fmt: skip


def empty(view: View, indicator_id: str, form: str) -> Callable[[], bytes]:
    """A template, made when it is asked for."""
    t, last, code = view.t, max(view.data.snapshot.manifest["years"]), view.selection.municipality
    rows = pd.DataFrame([
        {"municipality": code, "name": view.name(code), "year": year, "measure": indicator_id, "value": "", "status": ""}
        for year in range(last - TEMPLATE_YEARS + 1, last + 1)
    ])  # fmt: skip
    awaited = catalog.indicators()[indicator_id]
    about = [(t("choice.indicator"), awaited.name), (t("catalogue.definition"), awaited.definition), (t("catalogue.unit"), awaited.unit)]
    about += [(t("catalogue.bring"), awaited.awaited.bring)] if awaited.awaited else []
    said = tuple((head, words[t.language]) for head, words in about)
    return lambda: tables.made(tables.Table(rows, said, (t("files.figures"), t("files.about"))), form)
