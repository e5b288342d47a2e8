"""The survey of measures: what was published of 2014, and a new export read by a codebook: shares, groups, one's own answers, rounds."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from kuntamittari import charts, knowledge, survey, tabular, text
from kuntamittari.address import View
from kuntamittari.figures import MAINLAND
from kuntamittari.survey import LEAST_SHOWN, Codebook, Question, Result, Round
from kuntamittari.ui import brought, comparison, files, frame, kept
from kuntamittari.ui import desk as desks
from kuntamittari.ui.comparison import Drawing
from kuntamittari.ui.knowledge import ENTRY, PATH, amount, told

ROUND, QUESTION, DIVISION = "kierros", "kysymys", "jako"
DIVISIONS = ("size", "region")


def published(view: View) -> None:
    """The published results of 2014, each with its way to the knowledge bank."""
    t = view.t
    entries = [entry for entry in knowledge.entries().values() if entry.kind == "survey"]
    st.header(t("survey.published"))
    # who answered is no answer
    answers = [entry for entry in entries if not any(figure.unit == "municipalities" for figure in entry.figures)]
    percents = [(entry, figure) for entry in answers for figure in entry.figures]
    rows = pd.DataFrame([
        {"position": position, "order": 0, "role": "chosen", "who": told(view, entry.name), "name": told(view, entry.name),
         "value": figure.value, "label": amount(view, figure), "detail": f"{amount(view, figure)} {told(view, figure.about)}"}
        for position, (entry, figure) in enumerate(percents, 1)
    ])  # fmt: skip
    said = " ".join(f"{row['name']}: {row['detail']}." for row in rows.to_dict("records"))
    source = text.document(t, knowledge.sources()[entries[0].source])
    spec = charts.pairs(t.language, comparison.theme()) | {"height": charts.height(len(rows), charts.PAIR_STEP)}
    comparison.draw_sourced(
        view, source, t("survey.published"), "survey_2014", lambda: Drawing(spec, {"rows": rows}, {"least": 0, "most": 100}, said)
    )
    comparison.folded(view, t("survey.published"), (t("survey.question"), t("chart.value")), rows[["name", "detail"]].to_numpy().tolist())
    for entry in entries:
        frame.link(view, PATH, told(view, entry.name), own=((ENTRY, entry.id),))
        st.markdown(frame.markdown_safe(told(view, entry.text)))
    frame.caption(source)


def chosen(view: View) -> tuple[Round, Question] | None:
    """The round and the question that are looked at; None where no round is on the desk."""
    rounds = {str(r.codebook.year): r for r in sorted(view.data.desk.rounds, key=lambda r: -r.codebook.year)}
    if not rounds:
        return None
    t, language = view.t, view.t.language
    left, right = st.columns(2)
    years = list(rounds)
    on_round = kept.one(view, ROUND, "survey-round", years, years[0])
    with left:
        year = str(st.selectbox(t("survey.round"), years, key="survey-round", on_change=on_round,
                                format_func=lambda y: f"{y}: {rounds[y].codebook.name.told(language)}"))  # fmt: skip
    questions = {question.id: question for question in rounds[year].codebook.questions}
    everywhere = {question.id for r in rounds.values() for question in r.codebook.questions}
    on_question = kept.one(view, QUESTION, "survey-question", [*questions, *sorted(everywhere - set(questions))], next(iter(questions)))
    if st.session_state["survey-question"] not in questions:  # another round asks it
        st.session_state["survey-question"] = next(iter(questions))
    with right:
        asked = str(st.selectbox(t("survey.question"), list(questions), key="survey-question", on_change=on_question,
                                 format_func=lambda q: questions[q].name.told(language)))  # fmt: skip
    return rounds[year], questions[asked]


def results(view: View, asked: Round, question: Question) -> None:
    """A question in the whole country, by group, beside one's own answer and over the rounds."""
    whole = survey.result(asked, question, "all", everybody(view), residents(view))
    frame.finding(finding(view, asked, question, whole))
    if whole.shares is None:
        return
    picture(view, asked, question, whole)
    own_answer(view, asked, question)
    divided(view, asked, question)
    over_rounds(view, question)


def everybody(view: View) -> list[str]:
    """The municipalities of Mainland Finland, and of Åland where it is asked for."""
    return [code for code, row in view.register.items() if code != MAINLAND and (view.selection.aland or not row["aland"])]


def residents(view: View) -> dict[str, int | None]:
    """Municipality → residents, which weigh its answer."""
    return {code: row["residents"] for code, row in view.register.items()}


def finding(view: View, asked: Round, question: Question, whole: Result) -> str:
    """How many answered, and the most common answer."""
    t = view.t
    said = t("survey.answered", n=whole.n, members=whole.members, residents=t.number(whole.residents, 0), year=asked.codebook.year)
    if whole.shares is None:
        return f"{said} {t('survey.too_few', least=LEAST_SHOWN)}"
    most = max(whole.shares, key=lambda share: share.n)
    words = question.answers[most.answer].told(t.language)
    return f"{said} {t('survey.most', answer=words, share=t.number(most.of_municipalities, 0), residents=t.number(most.of_residents, 0))}"


def picture(view: View, asked: Round, question: Question, whole: Result) -> None:
    """Each answer with its share of the municipalities and of their residents, drawn and as a table."""
    t, sides = view.t, (view.t("survey.of_municipalities"), view.t("survey.of_residents"))
    rows = [
        {"position": position, "order": order, "role": role, "who": sides[order], "name": question.answers[share.answer].told(t.language),
         "value": value, "label": f"{t.number(value, 0)} %", "detail": f"{t.number(value, 1)} %"}
        for position, share in enumerate(whole.shares or (), 1)
        for order, (role, value) in enumerate((("chosen", share.of_municipalities), ("other", share.of_residents)))
    ]  # fmt: skip
    spec = charts.pairs(t.language, comparison.theme()) | {"height": charts.height(len(question.answers), charts.PAIR_STEP)}
    name = question.name.told(t.language)
    st.subheader(frame.markdown_safe(name))
    frame.caption(t("survey.sides", first=sides[0], second=sides[1]))
    drawing = Drawing(spec, {"rows": pd.DataFrame(rows)}, {"least": 0, "most": 100}, finding(view, asked, question, whole))
    comparison.draw_sourced(view, source(view, asked), name, f"survey_{asked.codebook.year}_{question.id}", lambda: drawing)
    table = pd.DataFrame([
        {t("survey.answer"): question.answers[share.answer].told(t.language), t("survey.n"): share.n,
         sides[0]: round(share.of_municipalities, 1), sides[1]: round(share.of_residents, 1)}
        for share in whole.shares or ()
    ])  # fmt: skip
    files.shown(view, table, dict.fromkeys(sides, 1))
    frame.caption(t("survey.missing", n=whole.members - whole.n))
    files.offer(view, lambda: table, f"survey_{asked.codebook.year}_{question.id}", sources=("own",))


def source(view: View, asked: Round) -> str:
    """Whose the answers are."""
    return view.t("survey.source", name=asked.codebook.name.told(view.t.language), year=asked.codebook.year)


def own_answer(view: View, asked: Round, question: Question) -> None:
    """What the chosen municipality answered, and how many of its group answered the same."""
    t, s = view.t, view.selection
    name, answers = view.name(s.municipality), asked.given.get(s.municipality, {}).get(question.id, ())
    st.subheader(t("survey.own", name=name))
    if not answers:
        st.markdown(t("survey.own_none", name=name))
        return
    group = view.group_of(view.indicator)
    peers = survey.result(asked, question, group.id, [m for m in view.members(group) if m != s.municipality], residents(view))
    division = group.id.partition("-")[0]
    if division in DIVISIONS:  # what the table of the division leaves out is not told here either
        in_table = survey.by_group(asked, question, groups(view, division), residents(view))
        if any(result.group == group.id and result.shares is None for result in in_table):
            peers = replace(peers, shares=None)
    for answer in answers:
        words = frame.markdown_safe(question.answers[answer].told(t.language))
        share = next((share for share in peers.shares or () if share.answer == answer), None)
        same = (
            t("survey.same", n=share.n, all=peers.n, group=view.chosen_group(), share=t.number(share.of_municipalities, 0))
            if share
            else t("survey.peers_few", group=view.chosen_group(), n=peers.n, least=LEAST_SHOWN)
        )
        st.markdown(f"**{words}** {frame.markdown_safe(same)}")


def divided(view: View, asked: Round, question: Question) -> None:
    """The question by size class or region."""
    t = view.t
    st.subheader(t("survey.divided"))
    on_division = kept.one(view, DIVISION, "survey-division", DIVISIONS, DIVISIONS[0])
    division = str(st.radio(t("survey.division"), DIVISIONS, key="survey-division", on_change=on_division, horizontal=True,
                            format_func=lambda d: t(f"survey.by_{d}")))  # fmt: skip
    found = survey.by_group(asked, question, groups(view, division), residents(view))
    own = (t("survey.group"), t("survey.n"), t("survey.members"))
    words = [answer.told(t.language) for answer in question.answers.values()]
    heads = [
        f"{said} ({code})" if said in own or words.count(said) > 1 else said for code, said in zip(question.answers, words, strict=True)
    ]

    def figures(result: Result) -> list[float | None]:
        return [round(share.of_municipalities, 1) for share in result.shares] if result.shares else [None] * len(heads)

    rows: list[dict[str, Any]] = [
        dict(zip(own, (text.capital(view.group_name(result.group)), result.n, result.members), strict=True))
        | dict(zip(heads, figures(result), strict=True))
        for result in found
    ]
    table = pd.DataFrame(rows)
    files.shown(view, table, dict.fromkeys(heads, 1))
    frame.caption(t("survey.suppressed", least=LEAST_SHOWN))
    files.offer(view, lambda: table, f"survey_{asked.codebook.year}_{question.id}_{division}", sources=("own",))


def groups(view: View, division: str) -> dict[str, Collection[str]]:
    """The groups of a division with their municipalities."""
    ids = sorted((g for g in view.groups if g.startswith(f"{division}-")), key=frame.family_order)
    here = set(everybody(view))
    return {group: [m for m in view.groups[group]["with_aland"] if m in here] for group in ids}


def over_rounds(view: View, question: Question) -> None:
    """The shares of the answers over the rounds that ask the question, with the published share of 2014 where the codebook names it."""
    t = view.t
    known = survey.trend(view.data.desk.rounds, question, everybody(view), residents(view))
    points = {(year, share.answer): share.of_municipalities for year, result in known.items() for share in result.shares or ()}
    earlier = survey.published(question, knowledge.entries())
    if earlier and earlier[0] not in known:
        points[earlier[0], earlier[1]] = earlier[2].value
    years = sorted({year for year, _ in points})
    if len(years) < 2:
        return
    st.subheader(t("survey.rounds"))
    roles = ("chosen", "compared-1", "compared-2", "compared-3")

    def detail(year: int, share: float) -> str:
        return amount(view, earlier[2]) if earlier and year not in known else f"{t.number(share, 1)} %"

    rows = [
        comparison.point(answer, words.told(t.language), roles[i] if i < len(roles) else "other", year, points[year, answer],
                         detail(year, points[year, answer]))
        for i, (answer, words) in enumerate(question.answers.items()) for year in years if (year, answer) in points
    ]  # fmt: skip
    said = "; ".join(f"{row['name']} {row['year']}: {row['detail']}" for row in rows)
    asking = [r for r in view.data.desk.rounds if r.codebook.year in known]
    sources = "; ".join(source(view, asked) for asked in sorted(asking, key=lambda r: r.codebook.year))
    comparison.draw_lines(view, rows, said, question.name.told(t.language), f"survey_{question.id}", source=sources)
    frame.caption(said)
    if earlier:
        frame.caption(t("survey.with_published", year=earlier[0]))


def bring(view: View) -> None:
    """An export and its codebook: a draft of the codebook, every problem by line, and taking the round."""
    t = view.t
    st.header(t("survey.bring"))
    st.markdown(t("survey.form"))
    turn = st.session_state.get("survey-turn", 0)
    left, right = st.columns(2)
    with left:
        export = brought.box(view, t("survey.export"), brought.TABLES, f"survey-file-{turn}")
    with right:
        book = brought.box(view, t("survey.codebook"), ["yaml", "yml"], f"survey-book-{turn}", 1)
    rows = brought.reading(view, export, "survey-rows", tabular.read) if export else None
    if rows and not book:
        st.download_button(t("survey.draft"), lambda: survey.draft(rows), "koodikirja.yaml", "application/yaml", on_click="ignore")
        frame.caption(t("survey.draft_note"))
    codebook = brought.reading(view, book, "survey-codebook", survey.codebook) if book else None
    if rows and codebook:
        understood(view, rows, codebook)
    if view.data.desk.rounds:
        st.button(
            t("survey.clear"), on_click=lambda: desks.put(desks.current().model_copy(update={"rounds": ()})), icon=":material/delete:"
        )
        frame.link(view, "aineistot", t("own.file"))
    frame.caption(t("own.kept"))


def understood(view: View, rows: list[tabular.Row], book: Codebook) -> None:
    """What was read, what was left out and why, and the button that takes the rest."""
    t = view.t
    try:
        found = survey.read(rows, book, view.register)
    except tabular.TableError as error:
        st.error(frame.markdown_safe(text.table_error(t, error)))
        return
    st.markdown(t("survey.understood", respondents=found.respondents, places=len(found.round.given), questions=len(book.questions)))
    if found.problems:
        brought.problems(view, found.problems, t("survey.problems", n=len(found.problems)))
    if found.round.given:
        st.button(t("own.take"), type="primary", on_click=lambda: take(found.round))


def take(asked: Round) -> None:
    """Puts a round on the desk and empties the boxes."""
    desks.put(desks.current().with_round(asked))
    st.session_state["survey-turn"] = st.session_state.get("survey-turn", 0) + 1
