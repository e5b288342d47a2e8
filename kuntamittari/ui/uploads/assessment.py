"""Self-assessment: scores and evidence of the nine criteria, beside other municipalities' quartiles, over the years,
with actions."""

from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import streamlit as st

from kuntamittari.exhibits import charts, text
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import downloads, file_box, layout, page_params
from kuntamittari.ui import workspace as workspaces
from kuntamittari.ui.parts import comparison
from kuntamittari.ui.parts.comparison import Drawing
from kuntamittari.uploads import assessment, workspace
from kuntamittari.uploads.assessment import LEAST_GROUP, LONGEST_EVIDENCE, MOST_ACTIONS, Action, Assessment, Spread

YEAR = "arvio"
STEP = 5  # scores are given in steps that people tell apart


def of_year(context: PageContext) -> Assessment:
    """The chosen municipality's assessment of the year that is chosen among its own and this year; empty where there is
    none yet."""
    own = {a.year: a for a in context.workspace.assessments if a.municipality == context.selection.municipality}
    years = sorted({*own, datetime.now(UTC).year}, reverse=True)
    on_year = page_params.one(context, YEAR, "assessment-year", years, max(own, default=years[0]))
    year = int(st.selectbox(context.t("assessment.year"), years, key="assessment-year", on_change=on_year))
    return own.get(year) or Assessment(municipality=context.selection.municipality, year=year)


def spreads(context: PageContext, year: int) -> dict[str, Spread]:
    """Criterion → the scores of the others of the chosen group whose assessments lie on the desk."""
    others = assessment.latest(context.workspace.assessments, year)
    members = context.members(context.group_of(context.indicator))
    found = {c: assessment.spread(others, members, context.selection.municipality, c) for c in assessment.criteria()}
    return {criterion: spread for criterion, spread in found.items() if spread}


def result(context: PageContext, one: Assessment) -> None:
    """The nine criteria as points beside the group's quartiles, in words and as a table; earlier assessments beside
    them."""
    t, language = context.t, context.t.language
    means, beside = one.by_criterion, spreads(context, one.year)
    layout.finding(finding(context, one, means))
    if not means:
        return
    earlier = sorted(
        (a for a in context.workspace.assessments if a.municipality == one.municipality and a.year < one.year),
        key=lambda a: -a.year,
    )
    rows = [
        {
            "position": int(c),
            "name": f"{context.name(a.municipality)} {a.year}",
            "value": a.by_criterion[c],
            "role": role,
            "detail": t.number(a.by_criterion[c], 0),
        }
        for a, role in ((one, "chosen"), *((a, f"compared-{i}") for i, a in enumerate(earlier[:3], 1)))
        for c in assessment.criteria()
        if c in a.by_criterion
    ]
    groups = [
        {
            "position": int(c),
            "row": f"{c} {about['name'][language]}",
            "detail": t.number(beside[c].median, 0) if c in beside else "",
            **(
                {"q1": beside[c].q1, "q3": beside[c].q3, "median": beside[c].median}
                if c in beside
                else dict.fromkeys(("q1", "q3", "median"))
            ),
        }
        for c, about in assessment.criteria().items()
    ]
    st.subheader(t("assessment.result", year=one.year))
    layout.caption(t("assessment.subtitle"))
    spec = charts.strip(language, comparison.theme()) | {"height": charts.height(len(groups), charts.STRIP)}
    drawing = Drawing(
        spec,
        {"rows": pd.DataFrame(rows), "group": pd.DataFrame(groups)},
        {"least": 0, "most": 100, "thousands": comparison.thousands(t)},
        finding(context, one, means),
    )
    comparison.draw_sourced(
        context,
        t("assessment.source"),
        t("assessment.result", year=one.year),
        f"caf_{one.municipality}_{one.year}",
        lambda: drawing,
    )
    layout.caption(t("assessment.reading") if beside else t("assessment.no_group", least=LEAST_GROUP))
    table(context, one, earlier, beside)


def finding(context: PageContext, one: Assessment, means: dict[str, float]) -> str:
    """How much has been assessed, and the strongest and weakest criterion."""
    t, name = context.t, context.name(one.municipality)
    said = t("assessment.scored", name=name, year=one.year, n=len(one.scores), all=len(assessment.parts()))
    best, worst = (end(means, key=means.__getitem__, default="") for end in (max, min))
    if not means or means[best] == means[worst]:
        return said
    names = {c: assessment.criteria()[c]["name"][t.language] for c in (best, worst)}
    return f"{said} {t('assessment.ends', best=names[best], high=t.number(means[best], 0), worst=names[worst], low=t.number(means[worst], 0))}"


def table(context: PageContext, one: Assessment, earlier: list[Assessment], beside: dict[str, Spread]) -> None:
    """The criteria's means in each assessment beside the others' quartiles."""
    t, language = context.t, context.t.language
    rows = [
        {
            t("assessment.criterion"): f"{c} {about['name'][language]}",
            **{str(a.year): a.by_criterion.get(c) for a in (*reversed(earlier), one)},
            **(
                {
                    t("organisation.q1"): beside[c].q1,
                    t("chart.median"): beside[c].median,
                    t("organisation.q3"): beside[c].q3,
                    "n": beside[c].n,
                }
                if c in beside
                else {}
            ),
            t("assessment.meaning"): assessment.band(c, one.by_criterion[c])["text"][language]
            if c in one.by_criterion
            else "",
        }
        for c, about in assessment.criteria().items()
    ]
    whole = pd.DataFrame(rows)
    figures = [head for head in whole.columns if head not in (t("assessment.criterion"), t("assessment.meaning"))]
    downloads.shown(context, whole, dict.fromkeys(figures, 0))
    downloads.offer(context, lambda: whole, f"caf_{one.municipality}_{one.year}", sources=("own",))


def scoring(context: PageContext, one: Assessment) -> None:
    """Scores and evidence, one criterion at a time; saved when its button is pressed."""
    t, language = context.t, context.t.language
    st.header(t("assessment.scoring"))
    for criterion, about in assessment.criteria().items():
        scored = sum(part["id"] in one.scores for part in about["parts"])
        with st.expander(f"{criterion} {about['name'][language]} ({scored}/{len(about['parts'])})"):
            st.markdown(layout.markdown_safe(about["text"][language]))
            panel(context, about["panel"])
            with st.form(f"caf-{one.municipality}-{one.year}-{criterion}", border=False):
                given = {part["id"]: asked(context, one, part) for part in about["parts"]}
                if st.form_submit_button(t("assessment.save"), type="primary"):
                    save(one, given)
                    st.rerun()


def panel(context: PageContext, name: str) -> None:
    """What scores mean."""
    bands = assessment.framework()["panels"][name]
    st.markdown(
        "\n".join(
            f"- **{band['from']}–{band['to']}**: {layout.markdown_safe(band['text'][context.t.language])}"
            for band in bands
        )
    )


def asked(context: PageContext, one: Assessment, part: dict[str, Any]) -> tuple[int | None, str]:
    """Score and evidence of a sub-criterion."""
    t, key = context.t, f"caf-{one.municipality}-{one.year}-{part['id']}"
    st.markdown(f"**{part['id']} {layout.markdown_safe(part['name'][t.language])}**")
    lies = (one.scores.get(part["id"]), one.evidence.get(part["id"], ""))
    # a file has brought another, or it was saved, or the reader comes back: what is half-written gives way to what lies
    # there
    if st.session_state.get(key) != lies or f"{key}-score" not in st.session_state:
        st.session_state[key], st.session_state[f"{key}-score"], st.session_state[f"{key}-evidence"] = lies, *lies
    left, right = st.columns([1, 3])
    score = left.number_input(t("assessment.score", part=part["id"]), 0, 100, step=STEP, value=None, key=f"{key}-score")
    evidence = right.text_area(
        t("assessment.evidence", part=part["id"]), key=f"{key}-evidence", max_chars=LONGEST_EVIDENCE, height=80
    )
    return (None if score is None else int(score)), evidence.strip()


def save(one: Assessment, given: dict[str, tuple[int | None, str]]) -> None:
    """Puts scores and evidence of one criterion into the assessment on the desk."""
    scores = {p: s for p, s in one.scores.items() if p not in given} | {
        p: s for p, (s, _) in given.items() if s is not None
    }
    evidence = {p: e for p, e in one.evidence.items() if p not in given} | {p: e for p, (_, e) in given.items() if e}
    put(one.model_copy(update={"scores": scores, "evidence": evidence}))


def put(one: Assessment) -> None:
    """Puts an assessment on the desk in the place of that of its year."""
    lies = workspaces.current()
    workspaces.put(lies.model_copy(update={"assessments": assessment.changed(lies.assessments, one)}))


def actions(context: PageContext, one: Assessment) -> None:
    """What is to be done about it: a list, each to be taken away, and a form for another."""
    t, language = context.t, context.t.language
    names = {
        part["id"]: f"{part['id']} {part['name'][language]}"
        for c in assessment.criteria().values()
        for part in c["parts"]
    }
    st.header(t("assessment.actions"))
    for place, action in enumerate(one.actions):
        with st.container(horizontal=True, vertical_alignment="center"):
            said = " · ".join(words or t("missing.mark") for words in (action.what, action.owner, action.due))
            st.markdown(f"**{layout.markdown_safe(names[action.part])}** {layout.markdown_safe(said)}")
            left = (*one.actions[:place], *one.actions[place + 1 :])
            st.button(
                t("assessment.remove", number=place + 1),
                key=f"action-{place}",
                icon=":material/delete:",
                on_click=put,
                args=(one.model_copy(update={"actions": left}),),
            )
    if len(one.actions) >= MOST_ACTIONS:
        layout.caption(t("assessment.full", most=MOST_ACTIONS))
        return
    with st.expander(t("assessment.new_action")), st.form("caf-action", border=False, clear_on_submit=True):
        part = st.selectbox(t("assessment.part"), list(names), format_func=names.__getitem__)
        what = st.text_area(t("assessment.what"), max_chars=500, height=80).strip()
        owner = st.text_input(t("assessment.owner"), max_chars=100, help=t("assessment.owner_help")).strip()
        due = st.date_input(t("assessment.due"), None, format="DD.MM.YYYY" if language != "en" else "DD/MM/YYYY")
        if st.form_submit_button(t("assessment.add")):
            if not what:
                st.warning(t("assessment.no_what"))
            else:
                day = due.isoformat() if isinstance(due, date) else ""
                put(
                    one.model_copy(
                        update={"actions": (*one.actions, Action(part=part, what=what, owner=owner, due=day))}
                    )
                )
                st.rerun()


def keep(context: PageContext) -> None:
    """Assessments as a file, and those of files: one's own earlier ones and other municipalities'."""
    t, lies = context.t, context.workspace
    st.header(t("assessment.keep"))
    st.markdown(t("assessment.keep_note"))
    if lies.assessments:
        alone = workspace.Workspace(assessments=lies.assessments)
        st.download_button(
            t("assessment.file"),
            lambda: workspace.file(alone),
            "itsearviointi.json",
            "application/json",
            on_click="ignore",
        )
    file = file_box.box(context, t("assessment.choose"), ["json"], f"caf-file-{st.session_state.get('caf-turn', 0)}")
    found = file_box.reading(context, file, "caf-reading", workspace.of_file) if file else None
    if found:
        places = text.listed(
            t, sorted({context.name(a.municipality) for a in found.assessments if a.municipality in context.register})
        )
        st.markdown(t("assessment.understood", n=len(found.assessments), places=layout.markdown_safe(places)))
        st.button(t("upload.take"), type="primary", on_click=lambda: take(found))
    if lies.assessments:
        st.button(
            t("assessment.clear"),
            icon=":material/delete:",
            on_click=lambda: workspaces.put(lies.model_copy(update={"assessments": ()})),
        )
    layout.caption(t("upload.kept"))


def take(found: workspace.Workspace) -> None:
    """Puts the assessments of a file beside those on the desk, in the place of the same municipality's of the same
    year."""
    lies = workspaces.current()
    assessments = lies.assessments
    for one in found.assessments:
        assessments = assessment.changed(assessments, one)
    workspaces.put(lies.model_copy(update={"assessments": assessments}))
    st.session_state["caf-turn"] = st.session_state.get("caf-turn", 0) + 1
