"""Self-assessment: scores and evidence of the nine criteria, beside other municipalities' quartiles, over the years, with actions."""

from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import streamlit as st

from kuntamittari import assessment, charts, desk, text
from kuntamittari.address import View
from kuntamittari.assessment import LEAST_GROUP, LONGEST_EVIDENCE, MOST_ACTIONS, Action, Assessment, Spread
from kuntamittari.ui import brought as boxes
from kuntamittari.ui import comparison, files, frame, kept
from kuntamittari.ui import desk as desks
from kuntamittari.ui.comparison import Drawing

YEAR = "arvio"
STEP = 5  # scores are given in steps that people tell apart


def of_year(view: View) -> Assessment:
    """The chosen municipality's assessment of the year that is chosen among its own and this year; empty where there is none yet."""
    own = {a.year: a for a in view.data.desk.assessments if a.municipality == view.selection.municipality}
    years = sorted({*own, datetime.now(UTC).year}, reverse=True)
    on_year = kept.one(view, YEAR, "assessment-year", years, max(own, default=years[0]))
    year = int(st.selectbox(view.t("assessment.year"), years, key="assessment-year", on_change=on_year))
    return own.get(year) or Assessment(municipality=view.selection.municipality, year=year)


def spreads(view: View, year: int) -> dict[str, Spread]:
    """Criterion → the scores of the others of the chosen group whose assessments lie on the desk."""
    others = assessment.latest(view.data.desk.assessments, year)
    members = view.members(view.group_of(view.indicator))
    found = {c: assessment.spread(others, members, view.selection.municipality, c) for c in assessment.criteria()}
    return {criterion: spread for criterion, spread in found.items() if spread}


def result(view: View, one: Assessment) -> None:
    """The nine criteria as points beside the group's quartiles, in words and as a table; earlier assessments beside them."""
    t, language = view.t, view.t.language
    means, beside = one.by_criterion, spreads(view, one.year)
    frame.finding(finding(view, one, means))
    if not means:
        return
    earlier = sorted(
        (a for a in view.data.desk.assessments if a.municipality == one.municipality and a.year < one.year), key=lambda a: -a.year
    )
    rows = [
        {"position": int(c), "name": f"{view.name(a.municipality)} {a.year}", "value": a.by_criterion[c], "role": role,
         "detail": t.number(a.by_criterion[c], 0)}
        for a, role in ((one, "chosen"), *((a, f"compared-{i}") for i, a in enumerate(earlier[:3], 1))) for c in assessment.criteria()
        if c in a.by_criterion
    ]  # fmt: skip
    groups = [
        {"position": int(c), "row": f"{c} {about['name'][language]}", "detail": t.number(beside[c].median, 0) if c in beside else "",
         **({"q1": beside[c].q1, "q3": beside[c].q3, "median": beside[c].median} if c in beside else dict.fromkeys(("q1", "q3", "median")))}
        for c, about in assessment.criteria().items()
    ]  # fmt: skip
    st.subheader(t("assessment.result", year=one.year))
    frame.caption(t("assessment.subtitle"))
    spec = charts.strip(language, comparison.theme()) | {"height": charts.height(len(groups), charts.STRIP)}
    drawing = Drawing(spec, {"rows": pd.DataFrame(rows), "group": pd.DataFrame(groups)},
                      {"least": 0, "most": 100, "thousands": comparison.thousands(t)}, finding(view, one, means))  # fmt: skip
    comparison.draw_sourced(
        view, t("assessment.source"), t("assessment.result", year=one.year), f"caf_{one.municipality}_{one.year}", lambda: drawing
    )
    frame.caption(t("assessment.reading") if beside else t("assessment.no_group", least=LEAST_GROUP))
    table(view, one, earlier, beside)


def finding(view: View, one: Assessment, means: dict[str, float]) -> str:
    """How much has been assessed, and the strongest and weakest criterion."""
    t, name = view.t, view.name(one.municipality)
    said = t("assessment.scored", name=name, year=one.year, n=len(one.scores), all=len(assessment.parts()))
    best, worst = (end(means, key=means.__getitem__, default="") for end in (max, min))
    if not means or means[best] == means[worst]:
        return said
    names = {c: assessment.criteria()[c]["name"][t.language] for c in (best, worst)}
    return (
        f"{said} {t('assessment.ends', best=names[best], high=t.number(means[best], 0), worst=names[worst], low=t.number(means[worst], 0))}"
    )


def table(view: View, one: Assessment, earlier: list[Assessment], beside: dict[str, Spread]) -> None:
    """The criteria's means in each assessment beside the others' quartiles."""
    t, language = view.t, view.t.language
    rows = [
        {
            t("assessment.criterion"): f"{c} {about['name'][language]}",
            **{str(a.year): a.by_criterion.get(c) for a in (*reversed(earlier), one)},
            **({t("organisation.q1"): beside[c].q1, t("chart.median"): beside[c].median, t("organisation.q3"): beside[c].q3,
                "n": beside[c].n} if c in beside else {}),
            t("assessment.meaning"): assessment.band(c, one.by_criterion[c])["text"][language] if c in one.by_criterion else "",
        }
        for c, about in assessment.criteria().items()
    ]  # fmt: skip
    whole = pd.DataFrame(rows)
    figures = [head for head in whole.columns if head not in (t("assessment.criterion"), t("assessment.meaning"))]
    files.shown(view, whole, dict.fromkeys(figures, 0))
    files.offer(view, lambda: whole, f"caf_{one.municipality}_{one.year}", sources=("own",))


def scoring(view: View, one: Assessment) -> None:
    """Scores and evidence, one criterion at a time; saved when its button is pressed."""
    t, language = view.t, view.t.language
    st.header(t("assessment.scoring"))
    for criterion, about in assessment.criteria().items():
        scored = sum(part["id"] in one.scores for part in about["parts"])
        with st.expander(f"{criterion} {about['name'][language]} ({scored}/{len(about['parts'])})"):
            st.markdown(frame.markdown_safe(about["text"][language]))
            panel(view, about["panel"])
            with st.form(f"caf-{one.municipality}-{one.year}-{criterion}", border=False):
                given = {part["id"]: asked(view, one, part) for part in about["parts"]}
                if st.form_submit_button(t("assessment.save"), type="primary"):
                    save(one, given)
                    st.rerun()


def panel(view: View, name: str) -> None:
    """What scores mean."""
    bands = assessment.framework()["panels"][name]
    st.markdown("\n".join(f"- **{band['from']}–{band['to']}**: {frame.markdown_safe(band['text'][view.t.language])}" for band in bands))


def asked(view: View, one: Assessment, part: dict[str, Any]) -> tuple[int | None, str]:
    """Score and evidence of a sub-criterion."""
    t, key = view.t, f"caf-{one.municipality}-{one.year}-{part['id']}"
    st.markdown(f"**{part['id']} {frame.markdown_safe(part['name'][t.language])}**")
    lies = (one.scores.get(part["id"]), one.evidence.get(part["id"], ""))
    # a file has brought another, or it was saved, or the reader comes back: what is half-written gives way to what lies there
    if st.session_state.get(key) != lies or f"{key}-score" not in st.session_state:
        st.session_state[key], st.session_state[f"{key}-score"], st.session_state[f"{key}-evidence"] = lies, *lies
    left, right = st.columns([1, 3])
    score = left.number_input(t("assessment.score", part=part["id"]), 0, 100, step=STEP, value=None, key=f"{key}-score")
    evidence = right.text_area(t("assessment.evidence", part=part["id"]), key=f"{key}-evidence", max_chars=LONGEST_EVIDENCE, height=80)
    return (None if score is None else int(score)), evidence.strip()


def save(one: Assessment, given: dict[str, tuple[int | None, str]]) -> None:
    """Puts scores and evidence of one criterion into the assessment on the desk."""
    scores = {p: s for p, s in one.scores.items() if p not in given} | {p: s for p, (s, _) in given.items() if s is not None}
    evidence = {p: e for p, e in one.evidence.items() if p not in given} | {p: e for p, (_, e) in given.items() if e}
    put(one.model_copy(update={"scores": scores, "evidence": evidence}))


def put(one: Assessment) -> None:
    """Puts an assessment on the desk in the place of that of its year."""
    lies = desks.current()
    desks.put(lies.model_copy(update={"assessments": assessment.changed(lies.assessments, one)}))


def actions(view: View, one: Assessment) -> None:
    """What is to be done about it: a list, each to be taken away, and a form for another."""
    t, language = view.t, view.t.language
    names = {part["id"]: f"{part['id']} {part['name'][language]}" for c in assessment.criteria().values() for part in c["parts"]}
    st.header(t("assessment.actions"))
    for place, action in enumerate(one.actions):
        with st.container(horizontal=True, vertical_alignment="center"):
            said = " · ".join(words or t("missing.mark") for words in (action.what, action.owner, action.due))
            st.markdown(f"**{frame.markdown_safe(names[action.part])}** {frame.markdown_safe(said)}")
            left = (*one.actions[:place], *one.actions[place + 1 :])
            st.button(t("assessment.remove", number=place + 1), key=f"action-{place}", icon=":material/delete:", on_click=put,
                      args=(one.model_copy(update={"actions": left}),))  # fmt: skip
    if len(one.actions) >= MOST_ACTIONS:
        frame.caption(t("assessment.full", most=MOST_ACTIONS))
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
                put(one.model_copy(update={"actions": (*one.actions, Action(part=part, what=what, owner=owner, due=day))}))
                st.rerun()


def keep(view: View) -> None:
    """Assessments as a file, and those of files: one's own earlier ones and other municipalities'."""
    t, lies = view.t, view.data.desk
    st.header(t("assessment.keep"))
    st.markdown(t("assessment.keep_note"))
    if lies.assessments:
        alone = desk.Desk(assessments=lies.assessments)
        st.download_button(t("assessment.file"), lambda: desk.file(alone), "itsearviointi.json", "application/json", on_click="ignore")
    file = boxes.box(view, t("assessment.choose"), ["json"], f"caf-file-{st.session_state.get('caf-turn', 0)}")
    found = boxes.reading(view, file, "caf-reading", desk.of_file) if file else None
    if found:
        places = text.listed(t, sorted({view.name(a.municipality) for a in found.assessments if a.municipality in view.register}))
        st.markdown(t("assessment.understood", n=len(found.assessments), places=frame.markdown_safe(places)))
        st.button(t("own.take"), type="primary", on_click=lambda: take(found))
    if lies.assessments:
        st.button(t("assessment.clear"), icon=":material/delete:", on_click=lambda: desks.put(lies.model_copy(update={"assessments": ()})))
    frame.caption(t("own.kept"))


def take(found: desk.Desk) -> None:
    """Puts the assessments of a file beside those on the desk, in the place of the same municipality's of the same year."""
    lies = desks.current()
    assessments = lies.assessments
    for one in found.assessments:
        assessments = assessment.changed(assessments, one)
    desks.put(lies.model_copy(update={"assessments": assessments}))
    st.session_state["caf-turn"] = st.session_state.get("caf-turn", 0) + 1
