"""The data in use: sources, coverage, results of the checks, and an update where the operator allows it."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import pandas as pd
import streamlit as st
from babel.dates import format_timedelta

from kuntamittari import settings
from kuntamittari.catalog import measures, provenance
from kuntamittari.errors import KuntamittariError
from kuntamittari.etl import apart, audits
from kuntamittari.etl.order import Order
from kuntamittari.exhibits import text
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.query import coverage as query_coverage
from kuntamittari.query import projections
from kuntamittari.ui import layout

if TYPE_CHECKING:
    from kuntamittari.etl.update import Progress

TABLES = ("finance", "statement", "cells", "population")
TOOLS = {"python": "python", "r": "r", "excel": None, "curl": "bash"}  # tool → language of its highlighting
COMMANDS = {
    "all": "python -m kuntamittari update --scope all",
    "treasury": "python -m kuntamittari update --scope all --services treasury",
    "quarters": "python -m kuntamittari update --scope all --quarters",
}  # text key → what the operator runs
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def sources(context: PageContext) -> None:
    """Draw the sources of each file with table, licence, date and number of rows, and the optional ones not loaded."""
    t, language = context.t, context.t.language
    manifest = context.data.snapshot.manifest
    ages = {age.source: age for age in provenance.ages(manifest, datetime.now(UTC).date())}
    rows = [
        {
            t("datasets.agency"): source["agency"][language],
            t("datasets.statistic"): source["statistic"][language],
            t("datasets.years"): ages[source["id"]].span("–") if source["id"] in ages else "",
            t("datasets.retrieved"): age_words(context, ages.get(source["id"]), entry["retrieved"]),
            t("datasets.rows"): entry["rows"],
            t("datasets.licence"): source["licence"],
            t("datasets.table"): source["table"],
        }
        for entry in manifest["files"].values()
        for source in entry["sources"]
    ]
    st.header(t("datasets.sources"))
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")
    failed(context)
    for source, refusals in manifest.get("left_out", {}).items():
        for refusal in refusals:
            layout.caption(left_out(context, source, refusal))
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


def age_words(context: PageContext, age: provenance.Age | None, retrieved: str) -> str:
    """Return when a source was retrieved and how long ago that is; without an age only when its file was."""
    if age is None:
        return layout.date_words(context, retrieved)
    ago = (
        context.t("datasets.today")
        if age.days < 1
        else format_timedelta(
            timedelta(days=-age.days), "day", add_direction=True, threshold=2, locale=context.t.language
        )
    )
    return f"{layout.date_words(context, age.retrieved.isoformat())} ({ago})"


def left_out(context: PageContext, source: str, refusal: Mapping[str, Any]) -> str:
    """Return which part of a source was refused and why, with the reason as it was recorded (in English)."""
    t = context.t
    name = provenance.sources()[source]["statistic"][t.language]
    if "form" not in refusal:
        return f"{t('datasets.left_out_part', source=name)} ({refusal['reason']})"
    form = text.service(t, refusal["form"])
    part = t("datasets.by_function", form=form) if refusal["by_function"] else form
    years = text.spans(refusal["years"]) or t("datasets.all_years")
    return f"{t('datasets.left_out', source=name, part=part, years=years)} ({refusal['reason']})"


def failed(context: PageContext) -> None:
    """Draw which optional sources failed at the update, why, and whether they are missing or as retrieved before; and
    which years were not asked for then."""
    t, manifest = context.t, context.data.snapshot.manifest

    def said(key: str, source: str, reason: str, **more: str) -> None:
        about = provenance.sources()[source]
        names = {"source": about["statistic"][t.language], "table": about["table"]}
        layout.caption(t(key, **names, reason=reason, **more))

    for source, reason in manifest.get("absent", {}).items():
        said("datasets.absent", source, reason)
    for one in manifest.get("earlier", []):
        layout.caption(t("datasets.earlier", year=one["before"], date=layout.date_words(context, one["retrieved"])))
    for source, about in manifest.get("older", {}).items():
        said("datasets.older", source, about["reason"], date=layout.date_words(context, about["retrieved"]))


def snippets(context: PageContext) -> None:
    """Draw code that reads the chosen indicator's figures in four tools."""
    base = urljoin(st.context.url or "/", ".").rstrip("/")
    for tab, tool in zip(st.tabs([context.t(f"datasets.tool_{tool}") for tool in TOOLS]), TOOLS, strict=True):
        template = (settings.PACKAGE / "web" / "snippets" / f"{tool}.txt").read_text("utf-8")
        with tab:
            st.code(template.format(base=base, indicator=context.indicator.id), language=TOOLS[tool], wrap_lines=True)


def coverage(context: PageContext) -> None:
    """Draw how many municipalities have figures of each source in each year."""
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
    layout.caption(t("datasets.coverage_note"), layout.method_links(context, 2, 13, 15))
    st.dataframe(named.convert_dtypes(), hide_index=True, width="stretch", placeholder="")
    if len(outlook):
        layout.caption(text.edition(t, projections.edition(context.data)))


def source_name(context: PageContext, source: str) -> str:
    """Return the name of a table or of a source of measures in the user's language."""
    sources = provenance.sources()
    return (
        context.t(f"datasets.parts.{source}") if source in TABLES else sources[source]["statistic"][context.t.language]
    )


@st.cache_resource(max_entries=4)
def _problems(digest: str, _data: Any) -> list[str]:
    return audits.problems(_data.snapshot.directory)


def checks(context: PageContext) -> None:
    """Draw the problems that `kuntamittari check` finds in the data in use, or that it finds none."""
    st.header(context.t("datasets.checks"))
    problems = _problems(context.data.snapshot.digest, context.data)
    if problems:
        st.warning("\n".join(f"- {layout.markdown_safe(problem)}" for problem in problems))
    else:
        st.markdown(context.t("datasets.sound"))


def update_offered() -> bool:
    """Return whether an update is offered.

    KUNTAMITTARI_UPDATE decides; unset, it is offered only where the service answers this machine alone.
    """
    setting = settings.update_allowed()
    return setting if setting is not None else st.get_option("server.address") in LOOPBACK and is_local_request()


def is_local_request() -> bool:
    """Return whether the request names a host that only this machine has, and no proxy forwarded it.

    A page of another site may point its own host name at this machine; its requests carry that name.
    """
    headers = st.context.headers
    host = re.sub(r":\d+$", "", headers.get("Host", LOOPBACK[0])).strip("[]")
    return host in LOOPBACK and not any(name in headers for name in ("X-Forwarded-For", "Forwarded"))


def loading(context: PageContext) -> None:
    """Draw the update of the data; a cancelled or failed one leaves the data in use unchanged."""
    t = context.t
    st.header(t("update.title"))
    if layout.told_once("update-done"):
        st.success(t("update.done"))
    if not update_offered():
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
        manifest = context.data.snapshot.manifest
        run(context, Order(scope, tuple(manifest.get("ordered", manifest["years"]))))


def commands(context: PageContext) -> None:
    """Draw the commands with which the operator loads figures, folded: the only page that names any."""
    t = context.t
    rows = [f"{t('operator.lead')}", *(f"{t(f'operator.load_{name}')}:\n\n`{line}`" for name, line in COMMANDS.items())]
    with st.expander(t("operator.title")):
        st.markdown("\n\n".join([*rows, t("operator.settings")]))


def run(context: PageContext, order: Order) -> None:
    """Run one update in a process of its own; pressing anything ends the run of the page and so the update."""
    t = context.t
    bar = st.progress(0.0)
    st.button(t("update.cancel"))

    def progress(state: "Progress | None") -> None:
        if state is None:
            bar.progress(0.0, t("update.begins"))
            return
        words = t(
            "update.step",
            done=state.done + 1,
            steps=state.steps,
            what=provenance.sources()[state.what]["statistic"][t.language],
        )
        bar.progress(state.done / state.steps, words)

    task = apart.Task(
        settings.data_dir(),
        order,
        settings.api_base(),
        settings.request_interval(),
        settings.accept_made_up(),
        settings.update_memory(),
    )
    try:
        apart.update(task, progress)
    except (KuntamittariError, OSError) as error:
        st.error(layout.markdown_safe(t("update.failed", message=str(error))))
        return
    st.session_state["update-done"] = True
    st.rerun()
