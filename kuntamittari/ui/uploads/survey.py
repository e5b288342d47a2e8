"""The survey of measures: published results of 2014, and uploaded rounds read by a codebook."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from kuntamittari.catalog import knowledge_bank
from kuntamittari.exhibits import text, uploaded
from kuntamittari.exhibits.exhibit import table_of
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import downloads, file_box, layout, page_params
from kuntamittari.ui import workspace as workspaces
from kuntamittari.ui.parts import comparison
from kuntamittari.ui.pictures import named_bars
from kuntamittari.ui.reference.knowledge_bank import ENTRY, PATH
from kuntamittari.ui.uploads import kept
from kuntamittari.uploads import survey, tabular
from kuntamittari.uploads.survey import LEAST_SHOWN, Codebook, Question, Result, Round

ROUND, QUESTION, DIVISION = "kierros", "kysymys", "jako"
DIVISIONS = ("size", "region")


def published(context: PageContext) -> None:
    """Draw the published results of 2014 with links to the knowledge bank."""
    t = context.t
    entries = [entry for entry in knowledge_bank.entries().values() if entry.kind == "survey"]
    st.header(t("survey.published"))
    exhibit = uploaded.published_answers(context)
    comparison.draw_sourced(
        context,
        exhibit.source,
        exhibit.finding,
        "survey_2014",
        lambda: named_bars.drawing(context, exhibit, exhibit.title),
    )
    comparison.folded_table(context, exhibit.finding, *table_of(exhibit, t))
    listed = ""
    for entry in entries:
        name, words = (layout.escaped(uploaded.words_of(context, part)) for part in (entry.name, entry.text))
        to = layout.href(context, PATH, page_params=((ENTRY, entry.id),))
        listed += f"<li>{layout.link_markup(to, name)}<p>{words}</p></li>"
    st.markdown(f"<ul class='km-entries km-one'>{listed}</ul>", unsafe_allow_html=True)
    layout.caption(exhibit.source)


def chosen_question(context: PageContext) -> tuple[Round, Question] | None:
    """Draw the choice of a round and a question and return both; None where no round is uploaded."""
    rounds = {str(r.codebook.year): r for r in sorted(context.workspace.rounds, key=lambda r: -r.codebook.year)}
    if not rounds:
        return None
    t, language = context.t, context.t.language
    left, right = st.columns(2)
    years = list(rounds)
    on_round = page_params.bind_choice(context, ROUND, "survey-round", years, years[0])
    with left:
        year = str(
            st.selectbox(
                t("survey.round"),
                years,
                key="survey-round",
                on_change=on_round,
                format_func=lambda y: f"{y}: {rounds[y].codebook.name.in_language(language)}",
            )
        )
    questions = {question.id: question for question in rounds[year].codebook.questions}
    everywhere = {question.id for r in rounds.values() for question in r.codebook.questions}
    on_question = page_params.bind_choice(
        context, QUESTION, "survey-question", [*questions, *sorted(everywhere - set(questions))], next(iter(questions))
    )
    if st.session_state["survey-question"] not in questions:  # a question of another round
        st.session_state["survey-question"] = next(iter(questions))
    with right:
        requested = str(
            st.selectbox(
                t("survey.question"),
                list(questions),
                key="survey-question",
                on_change=on_question,
                format_func=lambda q: questions[q].name.in_language(language),
            )
        )
    return rounds[year], questions[requested]


def results(context: PageContext, survey_round: Round, question: Question) -> None:
    """Draw a question in the whole country, by group, beside the municipality's answer and over the rounds."""
    result = survey.result(
        survey_round, question, "all", uploaded.all_municipalities(context), uploaded.residents(context)
    )
    layout.finding(finding(context, survey_round, question, result))
    if result.shares is None:
        return
    picture(context, survey_round, question, result)
    own_answer(context, survey_round, question)
    by_division(context, survey_round, question)
    over_rounds(context, question)


def finding(context: PageContext, survey_round: Round, question: Question, result: Result) -> str:
    """Return how many answered, and the most common answer, in words."""
    t = context.t
    sentence = t(
        "survey.answered",
        n=result.n,
        members=result.members,
        residents=t.number(result.residents, 0),
        year=survey_round.codebook.year,
    )
    if result.shares is None:
        return f"{sentence} {t('survey.too_few', least=LEAST_SHOWN)}"
    most = max(result.shares, key=lambda share: share.n)
    answer, share = question.answers[most.answer].in_language(t.language), t.number(most.of_municipalities, 0)
    return f"{sentence} {t('survey.most', answer=answer, share=share, residents=t.number(most.of_residents, 0))}"


def picture(context: PageContext, survey_round: Round, question: Question, result: Result) -> None:
    """Draw each answer with its share of the municipalities and of their residents, as bars and as a table."""
    t, exhibit = context.t, uploaded.answers(context, survey_round, question)
    assert exhibit is not None and exhibit.series is not None
    sides, name = list(exhibit.series), question.name.in_language(t.language)
    st.subheader(layout.markdown_safe(name))
    layout.caption(t("survey.sides", first=sides[0], second=sides[1]))
    drawing = named_bars.drawing(context, exhibit, finding(context, survey_round, question, result))
    comparison.draw_sourced(
        context, exhibit.source, name, f"survey_{survey_round.codebook.year}_{question.id}", lambda: drawing
    )
    table = pd.DataFrame(
        [
            {
                t("survey.answer"): question.answers[share.answer].in_language(t.language),
                t("survey.n"): share.n,
                sides[0]: round(share.of_municipalities, 1),
                sides[1]: round(share.of_residents, 1),
            }
            for share in result.shares or ()
        ]
    )
    downloads.show_table(context, table, dict.fromkeys(sides, 1))
    layout.caption(t("survey.missing", n=result.members - result.n))
    downloads.offer(context, lambda: table, f"survey_{survey_round.codebook.year}_{question.id}", sources=("own",))


def own_answer(context: PageContext, survey_round: Round, question: Question) -> None:
    """Draw the answer of the chosen municipality, and how many of its group answered the same."""
    t, s = context.t, context.selection
    name, answers = context.name(s.municipality), survey_round.given.get(s.municipality, {}).get(question.id, ())
    st.subheader(layout.markdown_safe(t("survey.municipality", name=name)))
    if not answers:
        st.markdown(layout.markdown_safe(t("survey.municipality_none", name=name)))
        return
    group = context.group_of(context.indicator)
    peers = survey.result(
        survey_round,
        question,
        group.id,
        [m for m in context.members(group) if m != s.municipality],
        uploaded.residents(context),
    )
    division = group.id.partition("-")[0]
    if division in DIVISIONS:  # shares that the table of the division suppresses are suppressed here too
        in_table = survey.by_group(survey_round, question, groups(context, division), uploaded.residents(context))
        if any(result.group == group.id and result.shares is None for result in in_table):
            peers = replace(peers, shares=None)
    for answer in answers:
        words = layout.markdown_safe(question.answers[answer].in_language(t.language))
        share = next((share for share in peers.shares or () if share.answer == answer), None)
        same = t("survey.peers_few", group=context.chosen_group(), n=peers.n, least=LEAST_SHOWN)
        if share:
            percent = t.number(share.of_municipalities, 0)
            same = t("survey.same", n=share.n, all=peers.n, group=context.chosen_group(), share=percent)
        st.markdown(f"**{words}** {layout.markdown_safe(same)}")


def by_division(context: PageContext, survey_round: Round, question: Question) -> None:
    """Draw the question by size class or region."""
    t = context.t
    st.subheader(t("survey.divided"))
    on_division = page_params.bind_choice(context, DIVISION, "survey-division", DIVISIONS, DIVISIONS[0])
    division = str(
        st.radio(
            t("survey.division"),
            DIVISIONS,
            key="survey-division",
            on_change=on_division,
            horizontal=True,
            format_func=lambda d: t(f"survey.by_{d}"),
        )
    )
    results_by_group = survey.by_group(survey_round, question, groups(context, division), uploaded.residents(context))
    fixed_heads = (t("survey.group"), t("survey.n"), t("survey.members"))
    words = [answer.in_language(t.language) for answer in question.answers.values()]
    heads = [
        f"{head} ({code})" if head in fixed_heads or words.count(head) > 1 else head
        for code, head in zip(question.answers, words, strict=True)
    ]

    def figures(result: Result) -> list[float | None]:
        return [round(share.of_municipalities, 1) for share in result.shares] if result.shares else [None] * len(heads)

    rows: list[dict[str, Any]] = [
        dict(zip(fixed_heads, (text.capital(context.group_name(result.group)), result.n, result.members), strict=True))
        | dict(zip(heads, figures(result), strict=True))
        for result in results_by_group
    ]
    table = pd.DataFrame(rows)
    downloads.show_table(context, table, dict.fromkeys(heads, 1))
    layout.caption(t("survey.suppressed", least=LEAST_SHOWN))
    downloads.offer(
        context, lambda: table, f"survey_{survey_round.codebook.year}_{question.id}_{division}", sources=("own",)
    )


def groups(context: PageContext, division: str) -> dict[str, Collection[str]]:
    """Return the groups of a division with their municipalities."""
    ids = sorted((g for g in context.groups if g.startswith(f"{division}-")), key=layout.group_order)
    included = set(uploaded.all_municipalities(context))
    return {group: [m for m in context.groups[group]["with_aland"] if m in included] for group in ids}


def over_rounds(context: PageContext, question: Question) -> None:
    """Draw the shares of the answers over the rounds that ask the question.

    The published share of 2014 is added where the codebook names it.
    """
    t, exhibit = context.t, uploaded.over_rounds(context)
    if exhibit is None or exhibit.series is None:
        return
    st.subheader(t("survey.rounds"))
    earlier = survey.published(question, knowledge_bank.entries())

    def said(year: str, share: float) -> str:
        if earlier and year.endswith("*"):
            return uploaded.published(context, earlier[2])
        return f"{t.number(share, 1)} {exhibit.unit}"

    rows = [
        comparison.point(name, name, role, int(year.rstrip("*")), value, said(year, value))
        for (name, values), role in zip(exhibit.series.items(), exhibit.roles, strict=True)
        for year, value in zip(exhibit.categories, values, strict=True)
        if value is not None
    ]
    summary = "; ".join(f"{row['name']} {row['year']}: {row['detail']}" for row in rows)
    comparison.draw_lines(context, rows, summary, exhibit.title, f"survey_{question.id}", source=exhibit.source)
    layout.caption(summary)
    if exhibit.note:
        layout.caption(exhibit.note)


def upload(context: PageContext) -> None:
    """Draw the upload of an export and its codebook, with a draft of the codebook."""
    t = context.t
    st.header(t("survey.bring"))
    st.markdown(t("survey.form"))
    turn = st.session_state.get("survey-turn", 0)
    left, right = st.columns(2)
    with left:
        export = file_box.uploader(context, t("survey.export"), file_box.TABLES, f"survey-file-{turn}")
    with right:
        book = file_box.uploader(context, t("survey.codebook"), ["yaml", "yml"], f"survey-book-{turn}", 1)
    file = file_box.parse_once(context, export, "survey-rows", tabular.read) if export else None
    if file and not book:
        st.download_button(
            t("survey.draft"),
            lambda: survey.draft(file, context.register),
            "koodikirja.yaml",
            "application/yaml",
            on_click="ignore",
        )
        layout.caption(t("survey.draft_note"))
    codebook = file_box.parse_once(context, book, "survey-codebook", survey.codebook) if book else None
    if file and codebook:
        read_export(context, file, codebook)
    if context.workspace.rounds:
        st.button(
            t("survey.clear"),
            on_click=lambda: workspaces.put(workspaces.current().model_copy(update={"rounds": ()})),
            icon=":material/delete:",
        )
        layout.link(context, "aineistot", t("upload.file"))
    kept.note(context)


def read_export(context: PageContext, file: tabular.File, book: Codebook) -> None:
    """Draw what was read, what was left out and why, and the button that takes the rest."""
    t = context.t
    try:
        reading = survey.read(file, book, context.register, t.language)
    except tabular.TableError as error:
        st.error(layout.markdown_safe(text.table_error(t, error)))
        return
    st.markdown(
        t(
            "survey.understood",
            respondents=reading.respondents,
            places=len(reading.round.given),
            questions=len(book.questions),
        )
    )
    file_box.show_not_read(context, reading.not_read)
    if reading.problems:
        file_box.show_problems(context, reading.problems, t("survey.problems", n=len(reading.problems)))
    if reading.round.given:
        st.button(t("upload.take"), type="primary", on_click=lambda: add_round(reading.round))


def add_round(survey_round: Round) -> None:
    """Put a round into the workspace and empty the upload fields."""
    workspaces.put(workspaces.current().with_round(survey_round))
    st.session_state["survey-turn"] = st.session_state.get("survey-turn", 0) + 1
