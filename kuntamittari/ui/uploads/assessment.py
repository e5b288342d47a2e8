"""Self-assessment by CAF 2013: scores and evidence of nine criteria, beside other municipalities, with actions."""

from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import streamlit as st

from kuntamittari.exhibits import text, uploaded
from kuntamittari.exhibits.exhibit import Exhibit
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import downloads, file_box, layout, page_params
from kuntamittari.ui import workspace as workspaces
from kuntamittari.ui.pictures import panels
from kuntamittari.ui.uploads import kept
from kuntamittari.uploads import assessment, workspace
from kuntamittari.uploads.assessment import LONGEST_EVIDENCE, MOST_ACTIONS, Action, Assessment

YEAR = "arvio"
STEP = 5  # points between scores: finer steps mean nothing to assessors


def assessment_of_year(context: PageContext) -> Assessment:
    """Return the chosen municipality's assessment of a chosen year; an empty one where there is none yet."""
    by_year = {a.year: a for a in context.workspace.assessments if a.municipality == context.selection.municipality}
    years = sorted({*by_year, datetime.now(UTC).year}, reverse=True)
    on_year = page_params.bind_choice(context, YEAR, "assessment-year", years, max(by_year, default=years[0]))
    year = int(st.selectbox(context.t("assessment.year"), years, key="assessment-year", on_change=on_year))
    return by_year.get(year) or Assessment(municipality=context.selection.municipality, year=year)


def result(context: PageContext, current: Assessment) -> None:
    """Draw the nine criteria as panels beside the group's quartiles and earlier assessments, and as a table."""
    t = context.t
    layout.finding(finding(context, current, current.by_criterion))
    exhibit = uploaded.assessment(context) if current.by_criterion else None
    if exhibit is None:
        return
    st.subheader(t("assessment.result", year=current.year))
    layout.caption(exhibit.unit)
    panels.draw(context, exhibit, f"caf_{current.municipality}_{current.year}")
    layout.caption(exhibit.note)
    table(context, current, exhibit)


def finding(context: PageContext, current: Assessment, means: dict[str, float]) -> str:
    """Return how much has been assessed, and the strongest and weakest criterion, in words."""
    t, name = context.t, context.name(current.municipality)
    sentence = t("assessment.scored", name=name, year=current.year, n=len(current.scores), all=len(assessment.parts()))
    best, worst = (end(means, key=means.__getitem__, default="") for end in (max, min))
    if not means or means[best] == means[worst]:
        return sentence
    names = {c: assessment.criteria()[c]["name"][t.language] for c in (best, worst)}
    high, low = t.number(means[best], 0), t.number(means[worst], 0)
    return f"{sentence} {t('assessment.ends', best=names[best], high=high, worst=names[worst], low=low)}"


def table(context: PageContext, current: Assessment, exhibit: Exhibit) -> None:
    """Draw the mean of each criterion in each assessment beside the quartiles of others."""
    criterion, *figures, meaning = exhibit.heads
    listed = pd.DataFrame(exhibit.cells, columns=[criterion, *figures, meaning])
    downloads.show_table(context, listed, dict.fromkeys(figures, 0))
    downloads.offer(context, lambda: listed, f"caf_{current.municipality}_{current.year}", sources=("own",))


def scoring(context: PageContext, current: Assessment) -> None:
    """Draw the fields of scores and evidence, one criterion at a time; a button saves them."""
    t, language = context.t, context.t.language
    st.header(t("assessment.scoring"))
    for criterion, about in assessment.criteria().items():
        scored = sum(part["id"] in current.scores for part in about["parts"])
        with st.expander(f"{criterion} {about['name'][language]} ({scored}/{len(about['parts'])})"):
            st.markdown(layout.markdown_safe(about["text"][language]))
            panel(context, about["panel"])
            with st.form(f"caf-{current.municipality}-{current.year}-{criterion}", border=False):
                inputs = {part["id"]: score_fields(context, current, part) for part in about["parts"]}
                if st.form_submit_button(t("assessment.save"), type="primary"):
                    save(current, inputs)
                    st.rerun()


def panel(context: PageContext, name: str) -> None:
    """Draw what scores mean; `name` is the panel of the criterion (enablers or results)."""
    bands = assessment.framework()["panels"][name]
    st.markdown(
        "\n".join(
            f"- **{band['from']}–{band['to']}**: {layout.markdown_safe(band['text'][context.t.language])}"
            for band in bands
        )
    )


def score_fields(context: PageContext, current: Assessment, part: dict[str, Any]) -> tuple[int | None, str]:
    """Draw the fields of a sub-criterion and return its score (None: not given) and evidence."""
    t, key = context.t, f"caf-{current.municipality}-{current.year}-{part['id']}"
    st.markdown(f"**{part['id']} {layout.markdown_safe(part['name'][t.language])}**")
    stored = (current.scores.get(part["id"]), current.evidence.get(part["id"], ""))
    # the stored values changed (saved, or uploaded in a file), or the user returns to the page: they replace whatever
    # was left unsaved in the fields
    if st.session_state.get(key) != stored or f"{key}-score" not in st.session_state:
        st.session_state[key], st.session_state[f"{key}-score"], st.session_state[f"{key}-evidence"] = stored, *stored
    left, right = st.columns([1, 3])
    score = left.number_input(t("assessment.score", part=part["id"]), 0, 100, step=STEP, value=None, key=f"{key}-score")
    evidence = right.text_area(
        t("assessment.evidence", part=part["id"]), key=f"{key}-evidence", max_chars=LONGEST_EVIDENCE, height=80
    )
    return (None if score is None else int(score)), evidence.strip()


def save(current: Assessment, inputs: dict[str, tuple[int | None, str]]) -> None:
    """Put the scores and evidence of one criterion into the assessment."""
    scores = {p: s for p, s in current.scores.items() if p not in inputs} | {
        p: s for p, (s, _) in inputs.items() if s is not None
    }
    evidence = {p: e for p, e in current.evidence.items() if p not in inputs} | {
        p: e for p, (_, e) in inputs.items() if e
    }
    put(current.model_copy(update={"scores": scores, "evidence": evidence}))


def put(new: Assessment) -> None:
    """Put an assessment into the workspace in place of that of its year."""
    stored = workspaces.current()
    workspaces.put(stored.model_copy(update={"assessments": assessment.changed(stored.assessments, new)}))


def actions(context: PageContext, current: Assessment) -> None:
    """Draw the list of actions with buttons to remove them, and a form to add one."""
    t, language = context.t, context.t.language
    names = {
        part["id"]: f"{part['id']} {part['name'][language]}"
        for c in assessment.criteria().values()
        for part in c["parts"]
    }
    st.header(t("assessment.actions"))
    for place, action in enumerate(current.actions):
        with st.container(horizontal=True, vertical_alignment="center"):
            line = " · ".join(words or t("missing.mark") for words in (action.what, action.owner, action.due))
            st.markdown(f"**{layout.markdown_safe(names[action.part])}** {layout.markdown_safe(line)}")
            left = (*current.actions[:place], *current.actions[place + 1 :])
            st.button(
                t("assessment.remove", number=place + 1),
                key=f"action-{place}",
                icon=":material/delete:",
                on_click=put,
                args=(current.model_copy(update={"actions": left}),),
            )
    if len(current.actions) >= MOST_ACTIONS:
        layout.caption(t("assessment.full", most=MOST_ACTIONS))
        return
    with st.expander(t("assessment.new_action")), st.form("caf-action", border=False, clear_on_submit=True):
        part = st.selectbox(t("assessment.part"), list(names), format_func=names.__getitem__)
        what = st.text_area(t("assessment.what"), max_chars=500, height=80, key="caf-what").strip()
        owner = st.text_input(
            t("assessment.owner"), max_chars=100, help=t("assessment.owner_help"), key="caf-owner"
        ).strip()
        due = st.date_input(t("assessment.due"), None, format="DD.MM.YYYY" if language != "en" else "DD/MM/YYYY")
        if st.form_submit_button(t("assessment.add")):
            if not what:
                st.warning(t("assessment.no_what"))
            else:
                day = due.isoformat() if isinstance(due, date) else ""
                put(
                    current.model_copy(
                        update={"actions": (*current.actions, Action(part=part, what=what, owner=owner, due=day))}
                    )
                )
                st.rerun()


def files(context: PageContext) -> None:
    """Draw the assessments as a file, and the upload of the user's earlier ones and of other municipalities'."""
    t, stored = context.t, context.workspace
    st.header(t("assessment.keep"))
    st.markdown(t("assessment.keep_note"))
    if stored.assessments:
        alone = workspace.Workspace(assessments=stored.assessments)
        st.download_button(
            t("assessment.file"),
            lambda: workspace.file(alone),
            "itsearviointi.json",
            "application/json",
            on_click="ignore",
        )
    file = file_box.uploader(
        context, t("assessment.choose"), ["json"], f"caf-file-{st.session_state.get('caf-turn', 0)}"
    )
    uploaded = file_box.parse_once(context, file, "caf-reading", workspace.of_file) if file else None
    if uploaded:
        places = text.listed(
            t,
            sorted({context.name(a.municipality) for a in uploaded.assessments if a.municipality in context.register}),
        )
        st.markdown(t("assessment.understood", n=len(uploaded.assessments), places=layout.markdown_safe(places)))
        st.button(t("upload.take"), type="primary", on_click=lambda: add_assessments(uploaded))
    if stored.assessments:
        st.button(
            t("assessment.clear"),
            icon=":material/delete:",
            on_click=lambda: workspaces.put(stored.model_copy(update={"assessments": ()})),
        )
    kept.note(context)


def add_assessments(uploaded: workspace.Workspace) -> None:
    """Add the assessments of a file to the workspace; each replaces one of the same municipality and year."""
    stored = workspaces.current()
    assessments = stored.assessments
    for added in uploaded.assessments:
        assessments = assessment.changed(assessments, added)
    workspaces.put(stored.model_copy(update={"assessments": assessments}))
    st.session_state["caf-turn"] = st.session_state.get("caf-turn", 0) + 1
