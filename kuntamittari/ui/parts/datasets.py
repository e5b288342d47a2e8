"""What is loaded: sources, coverage, what the checks say, and a button that loads anew where the operator allows it."""

import re
from typing import Any
from urllib.parse import urljoin

import pandas as pd
import streamlit as st

from kuntamittari import settings
from kuntamittari.catalog import measures, provenance
from kuntamittari.errors import KuntamittariError
from kuntamittari.etl import audits
from kuntamittari.etl.publish import Order, forget
from kuntamittari.etl.update import Progress, update
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.query import coverage as query_coverage
from kuntamittari.ui import layout

TABLES = ("finance", "statement", "population")
TOOLS = {"python": "python", "r": "r", "excel": None, "curl": "bash"}  # tool → what colours its words
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def sources(context: PageContext) -> None:
    """Each file's sources with table, licence, day and rows; optional sources that are not in, with the reason."""
    t, language = context.t, context.t.language
    manifest = context.data.snapshot.manifest
    rows = [
        {
            t("datasets.agency"): source["agency"][language],
            t("datasets.statistic"): source["statistic"][language],
            t("datasets.retrieved"): entry["retrieved"],
            t("datasets.rows"): entry["rows"],
            t("datasets.licence"): source["licence"],
            t("datasets.table"): source["table"],
        }
        for entry in manifest["files"].values()
        for source in entry["sources"]
    ]
    st.header(t("datasets.sources"))
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")
    for source in manifest.get("absent", {}):
        about = provenance.sources()[source]
        layout.caption(t("datasets.absent", source=about["statistic"][language], table=about["table"]))
    attribution = provenance.attribution(
        tuple(dict.fromkeys(s["id"] for e in manifest["files"].values() for s in e["sources"])), language
    )
    with st.expander(t("datasets.use")):
        note = (
            t("invented.use_note")
            if context.data.snapshot.invented
            else t("datasets.use_note", attribution=attribution)
        )
        st.markdown(layout.markdown_safe(note))
        snippets(context)


def snippets(context: PageContext) -> None:
    """The chosen indicator's figures in four tools, ready to be copied."""
    base = urljoin(st.context.url or "", "/").rstrip("/")
    for tab, tool in zip(st.tabs([context.t(f"datasets.tool_{tool}") for tool in TOOLS]), TOOLS, strict=True):
        template = (settings.PACKAGE / "web" / "snippets" / f"{tool}.txt").read_text("utf-8")
        with tab:
            st.code(template.format(base=base, indicator=context.indicator.id), language=TOOLS[tool], wrap_lines=True)


def coverage(context: PageContext) -> None:
    """How many municipalities have figures of each source in each year."""
    t = context.t
    rows = pd.DataFrame(query_coverage.loaded_years(context.data))
    rows = rows.assign(
        source=rows["part"].map(lambda part: part if part in (*TABLES, "projection") else measures.source(part))
    )
    outlook = rows[rows["source"] == "projection"]
    matrix = rows.drop(outlook.index).pivot_table(index="source", columns="year", values="places", aggfunc="max")
    matrix = matrix.loc[
        [*(part for part in TABLES if part in matrix.index), *(s for s in matrix.index if s not in TABLES)]
    ]
    matrix.columns = matrix.columns.astype(str)
    named = (
        matrix.rename(index=lambda source: source_name(context, source))
        .rename_axis(index=t("datasets.part"))
        .reset_index()
    )
    st.header(t("datasets.coverage"))
    layout.caption(t("datasets.coverage_note"))
    st.dataframe(named.convert_dtypes(), hide_index=True, width="stretch", placeholder="")
    if len(outlook):
        layout.caption(t("datasets.outlook", first=outlook["year"].min(), last=outlook["year"].max()))


def source_name(context: PageContext, source: str) -> str:
    """A table, or a source of other measures, in the reader's language."""
    known = provenance.sources()
    return context.t(f"datasets.parts.{source}") if source in TABLES else known[source]["statistic"][context.t.language]


@st.cache_resource(max_entries=4)
def _problems(digest: str, _data: Any) -> list[str]:
    return audits.problems(_data.snapshot.directory)


def checks(context: PageContext) -> None:
    """What `check` says of the data in use."""
    st.header(context.t("datasets.checks"))
    found = _problems(context.data.snapshot.digest, context.data)
    if found:
        st.warning("\n".join(f"- {layout.markdown_safe(problem)}" for problem in found))
    else:
        st.markdown(context.t("datasets.sound"))


def allowed() -> bool:
    """Loading is offered where the operator says so, and by default only where the service answers this machine
    alone."""
    said = settings.update_allowed()
    return said if said is not None else st.get_option("server.address") in LOOPBACK and asked_by_this_machine()


def asked_by_this_machine() -> bool:
    """Whether the reader calls the service by a name that only this machine has. A proxy calls it by another or says
    for whom it asks, and so does a page elsewhere that has its name lead here."""
    headers = st.context.headers
    host = re.sub(r":\d+$", "", headers.get("Host", LOOPBACK[0])).strip("[]")
    return host in LOOPBACK and not any(name in headers for name in ("X-Forwarded-For", "Forwarded"))


def loading(context: PageContext) -> None:
    """Loads new data with its progress; cancelling, or any failure, leaves the data in use as they are."""
    t = context.t
    st.header(t("update.title"))
    if st.session_state.pop("update-done", False):
        st.success(t("update.done"))
    if not allowed():
        st.markdown(t("update.not_offered"))
        return
    st.markdown(t("update.note"))
    if settings.api_base():
        layout.caption(t("update.base", base=settings.api_base()))
    scope = st.radio(
        t("update.scope"),
        ["largest-20", "all"],
        format_func=lambda s: t("update.all" if s == "all" else "update.largest"),
    )
    if st.button(t("update.start"), type="primary"):
        run(context, Order(scope, tuple(context.data.snapshot.manifest["years"])))


def run(context: PageContext, order: Order) -> None:
    """One update in this session. Pressing anything meanwhile ends the run of the page, and so the update."""
    t, out = context.t, settings.data_dir()
    bar = st.progress(0.0)
    st.button(t("update.cancel"))

    def progress(state: Progress) -> None:
        words = t(
            "update.step",
            done=state.done + 1,
            steps=state.steps,
            what=provenance.sources()[state.what]["statistic"][t.language],
        )
        bar.progress(state.done / state.steps, words)

    try:
        update(out, order, base=settings.api_base(), interval=settings.request_interval(), progress=progress)
    except (KuntamittariError, OSError) as error:
        st.error(layout.markdown_safe(t("update.failed", message=str(error))))
        return
    except BaseException:  # the reader pressed something: Streamlit ends the run from inside `progress`
        forget(out)
        raise
    st.session_state["update-done"] = True
    st.rerun()
