"""The survey of measures: what was published of 2014, and a new export read by a codebook: shares, groups, one's own
answers, rounds."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from kuntamittari.catalog import knowledge_bank
from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.exhibits import charts, text
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import downloads, file_box, layout, page_params
from kuntamittari.ui import workspace as workspaces
from kuntamittari.ui.parts import comparison
from kuntamittari.ui.parts.comparison import Drawing
from kuntamittari.ui.parts.knowledge_bank import ENTRY, PATH, amount, told
from kuntamittari.uploads import survey, tabular
from kuntamittari.uploads.survey import LEAST_SHOWN, Codebook, Question, Result, Round

ROUND, QUESTION, DIVISION = "kierros", "kysymys", "jako"
DIVISIONS = ("size", "region")


def published(context: PageContext) -> None:
    """The published results of 2014, each with its way to the knowledge bank."""
    t = context.t
    entries = [entry for entry in knowledge_bank.entries().values() if entry.kind == "survey"]
    st.header(t("survey.published"))
    # who answered is no answer
    answers = [entry for entry in entries if not any(figure.unit == "municipalities" for figure in entry.figures)]
    percents = [(entry, figure) for entry in answers for figure in entry.figures]
    rows = pd.DataFrame(
        [
            {
                "position": position,
                "order": 0,
                "role": "chosen",
                "who": told(context, entry.name),
                "name": told(context, entry.name),
                "value": figure.value,
                "label": amount(context, figure),
                "detail": f"{amount(context, figure)} {told(context, figure.about)}",
            }
            for position, (entry, figure) in enumerate(percents, 1)
        ]
    )
    said = " ".join(f"{row['name']}: {row['detail']}." for row in rows.to_dict("records"))
    source = text.document(t, knowledge_bank.sources()[entries[0].source])
    spec = charts.pairs(t.language, comparison.theme()) | {"height": charts.height(len(rows), charts.PAIR_STEP)}
    comparison.draw_sourced(
        context,
        source,
        t("survey.published"),
        "survey_2014",
        lambda: Drawing(spec, {"rows": rows}, {"least": 0, "most": 100}, said),
    )
    comparison.folded(
        context,
        t("survey.published"),
        (t("survey.question"), t("chart.value")),
        rows[["name", "detail"]].to_numpy().tolist(),
    )
    for entry in entries:
        layout.link(context, PATH, told(context, entry.name), page_params=((ENTRY, entry.id),))
        st.markdown(layout.markdown_safe(told(context, entry.text)))
    layout.caption(source)


def chosen(context: PageContext) -> tuple[Round, Question] | None:
    """The round and the question that are looked at; None where no round is on the desk."""
    rounds = {str(r.codebook.year): r for r in sorted(context.workspace.rounds, key=lambda r: -r.codebook.year)}
    if not rounds:
        return None
    t, language = context.t, context.t.language
    left, right = st.columns(2)
    years = list(rounds)
    on_round = page_params.one(context, ROUND, "survey-round", years, years[0])
    with left:
        year = str(
            st.selectbox(
                t("survey.round"),
                years,
                key="survey-round",
                on_change=on_round,
                format_func=lambda y: f"{y}: {rounds[y].codebook.name.told(language)}",
            )
        )
    questions = {question.id: question for question in rounds[year].codebook.questions}
    everywhere = {question.id for r in rounds.values() for question in r.codebook.questions}
    on_question = page_params.one(
        context, QUESTION, "survey-question", [*questions, *sorted(everywhere - set(questions))], next(iter(questions))
    )
    if st.session_state["survey-question"] not in questions:  # another round asks it
        st.session_state["survey-question"] = next(iter(questions))
    with right:
        asked = str(
            st.selectbox(
                t("survey.question"),
                list(questions),
                key="survey-question",
                on_change=on_question,
                format_func=lambda q: questions[q].name.told(language),
            )
        )
    return rounds[year], questions[asked]


def results(context: PageContext, asked: Round, question: Question) -> None:
    """A question in the whole country, by group, beside one's own answer and over the rounds."""
    whole = survey.result(asked, question, "all", everybody(context), residents(context))
    layout.finding(finding(context, asked, question, whole))
    if whole.shares is None:
        return
    picture(context, asked, question, whole)
    own_answer(context, asked, question)
    divided(context, asked, question)
    over_rounds(context, question)


def everybody(context: PageContext) -> list[str]:
    """The municipalities of Mainland Finland, and of Åland where it is asked for."""
    return [
        code
        for code, row in context.register.items()
        if code != MAINLAND and (context.selection.aland or not row["aland"])
    ]


def residents(context: PageContext) -> dict[str, int | None]:
    """Municipality → residents, which weigh its answer."""
    return {code: row["residents"] for code, row in context.register.items()}


def finding(context: PageContext, asked: Round, question: Question, whole: Result) -> str:
    """How many answered, and the most common answer."""
    t = context.t
    said = t(
        "survey.answered",
        n=whole.n,
        members=whole.members,
        residents=t.number(whole.residents, 0),
        year=asked.codebook.year,
    )
    if whole.shares is None:
        return f"{said} {t('survey.too_few', least=LEAST_SHOWN)}"
    most = max(whole.shares, key=lambda share: share.n)
    words = question.answers[most.answer].told(t.language)
    return f"{said} {t('survey.most', answer=words, share=t.number(most.of_municipalities, 0), residents=t.number(most.of_residents, 0))}"


def picture(context: PageContext, asked: Round, question: Question, whole: Result) -> None:
    """Each answer with its share of the municipalities and of their residents, drawn and as a table."""
    t, sides = context.t, (context.t("survey.of_municipalities"), context.t("survey.of_residents"))
    rows = [
        {
            "position": position,
            "order": order,
            "role": role,
            "who": sides[order],
            "name": question.answers[share.answer].told(t.language),
            "value": value,
            "label": f"{t.number(value, 0)} %",
            "detail": f"{t.number(value, 1)} %",
        }
        for position, share in enumerate(whole.shares or (), 1)
        for order, (role, value) in enumerate((("chosen", share.of_municipalities), ("other", share.of_residents)))
    ]
    spec = charts.pairs(t.language, comparison.theme()) | {
        "height": charts.height(len(question.answers), charts.PAIR_STEP)
    }
    name = question.name.told(t.language)
    st.subheader(layout.markdown_safe(name))
    layout.caption(t("survey.sides", first=sides[0], second=sides[1]))
    drawing = Drawing(
        spec, {"rows": pd.DataFrame(rows)}, {"least": 0, "most": 100}, finding(context, asked, question, whole)
    )
    comparison.draw_sourced(
        context, source(context, asked), name, f"survey_{asked.codebook.year}_{question.id}", lambda: drawing
    )
    table = pd.DataFrame(
        [
            {
                t("survey.answer"): question.answers[share.answer].told(t.language),
                t("survey.n"): share.n,
                sides[0]: round(share.of_municipalities, 1),
                sides[1]: round(share.of_residents, 1),
            }
            for share in whole.shares or ()
        ]
    )
    downloads.shown(context, table, dict.fromkeys(sides, 1))
    layout.caption(t("survey.missing", n=whole.members - whole.n))
    downloads.offer(context, lambda: table, f"survey_{asked.codebook.year}_{question.id}", sources=("own",))


def source(context: PageContext, asked: Round) -> str:
    """Whose the answers are."""
    return context.t("survey.source", name=asked.codebook.name.told(context.t.language), year=asked.codebook.year)


def own_answer(context: PageContext, asked: Round, question: Question) -> None:
    """What the chosen municipality answered, and how many of its group answered the same."""
    t, s = context.t, context.selection
    name, answers = context.name(s.municipality), asked.given.get(s.municipality, {}).get(question.id, ())
    st.subheader(t("survey.municipality", name=name))
    if not answers:
        st.markdown(t("survey.municipality_none", name=name))
        return
    group = context.group_of(context.indicator)
    peers = survey.result(
        asked, question, group.id, [m for m in context.members(group) if m != s.municipality], residents(context)
    )
    division = group.id.partition("-")[0]
    if division in DIVISIONS:  # what the table of the division leaves out is not told here either
        in_table = survey.by_group(asked, question, groups(context, division), residents(context))
        if any(result.group == group.id and result.shares is None for result in in_table):
            peers = replace(peers, shares=None)
    for answer in answers:
        words = layout.markdown_safe(question.answers[answer].told(t.language))
        share = next((share for share in peers.shares or () if share.answer == answer), None)
        same = (
            t(
                "survey.same",
                n=share.n,
                all=peers.n,
                group=context.chosen_group(),
                share=t.number(share.of_municipalities, 0),
            )
            if share
            else t("survey.peers_few", group=context.chosen_group(), n=peers.n, least=LEAST_SHOWN)
        )
        st.markdown(f"**{words}** {layout.markdown_safe(same)}")


def divided(context: PageContext, asked: Round, question: Question) -> None:
    """The question by size class or region."""
    t = context.t
    st.subheader(t("survey.divided"))
    on_division = page_params.one(context, DIVISION, "survey-division", DIVISIONS, DIVISIONS[0])
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
    found = survey.by_group(asked, question, groups(context, division), residents(context))
    own = (t("survey.group"), t("survey.n"), t("survey.members"))
    words = [answer.told(t.language) for answer in question.answers.values()]
    heads = [
        f"{said} ({code})" if said in own or words.count(said) > 1 else said
        for code, said in zip(question.answers, words, strict=True)
    ]

    def figures(result: Result) -> list[float | None]:
        return [round(share.of_municipalities, 1) for share in result.shares] if result.shares else [None] * len(heads)

    rows: list[dict[str, Any]] = [
        dict(zip(own, (text.capital(context.group_name(result.group)), result.n, result.members), strict=True))
        | dict(zip(heads, figures(result), strict=True))
        for result in found
    ]
    table = pd.DataFrame(rows)
    downloads.shown(context, table, dict.fromkeys(heads, 1))
    layout.caption(t("survey.suppressed", least=LEAST_SHOWN))
    downloads.offer(context, lambda: table, f"survey_{asked.codebook.year}_{question.id}_{division}", sources=("own",))


def groups(context: PageContext, division: str) -> dict[str, Collection[str]]:
    """The groups of a division with their municipalities."""
    ids = sorted((g for g in context.groups if g.startswith(f"{division}-")), key=layout.family_order)
    here = set(everybody(context))
    return {group: [m for m in context.groups[group]["with_aland"] if m in here] for group in ids}


def over_rounds(context: PageContext, question: Question) -> None:
    """The shares of the answers over the rounds that ask the question, with the published share of 2014 where the
    codebook names it."""
    t = context.t
    known = survey.trend(context.workspace.rounds, question, everybody(context), residents(context))
    points = {
        (year, share.answer): share.of_municipalities for year, result in known.items() for share in result.shares or ()
    }
    earlier = survey.published(question, knowledge_bank.entries())
    if earlier and earlier[0] not in known:
        points[earlier[0], earlier[1]] = earlier[2].value
    years = sorted({year for year, _ in points})
    if len(years) < 2:
        return
    st.subheader(t("survey.rounds"))
    roles = ("chosen", "compared-1", "compared-2", "compared-3")

    def detail(year: int, share: float) -> str:
        return amount(context, earlier[2]) if earlier and year not in known else f"{t.number(share, 1)} %"

    rows = [
        comparison.point(
            answer,
            words.told(t.language),
            roles[i] if i < len(roles) else "other",
            year,
            points[year, answer],
            detail(year, points[year, answer]),
        )
        for i, (answer, words) in enumerate(question.answers.items())
        for year in years
        if (year, answer) in points
    ]
    said = "; ".join(f"{row['name']} {row['year']}: {row['detail']}" for row in rows)
    asking = [r for r in context.workspace.rounds if r.codebook.year in known]
    sources = "; ".join(source(context, asked) for asked in sorted(asking, key=lambda r: r.codebook.year))
    comparison.draw_lines(context, rows, said, question.name.told(t.language), f"survey_{question.id}", source=sources)
    layout.caption(said)
    if earlier:
        layout.caption(t("survey.with_published", year=earlier[0]))


def bring(context: PageContext) -> None:
    """An export and its codebook: a draft of the codebook, every problem by line, and taking the round."""
    t = context.t
    st.header(t("survey.bring"))
    st.markdown(t("survey.form"))
    turn = st.session_state.get("survey-turn", 0)
    left, right = st.columns(2)
    with left:
        export = file_box.box(context, t("survey.export"), file_box.TABLES, f"survey-file-{turn}")
    with right:
        book = file_box.box(context, t("survey.codebook"), ["yaml", "yml"], f"survey-book-{turn}", 1)
    rows = file_box.reading(context, export, "survey-rows", tabular.read) if export else None
    if rows and not book:
        st.download_button(
            t("survey.draft"), lambda: survey.draft(rows), "koodikirja.yaml", "application/yaml", on_click="ignore"
        )
        layout.caption(t("survey.draft_note"))
    codebook = file_box.reading(context, book, "survey-codebook", survey.codebook) if book else None
    if rows and codebook:
        understood(context, rows, codebook)
    if context.workspace.rounds:
        st.button(
            t("survey.clear"),
            on_click=lambda: workspaces.put(workspaces.current().model_copy(update={"rounds": ()})),
            icon=":material/delete:",
        )
        layout.link(context, "aineistot", t("upload.file"))
    layout.caption(t("upload.kept"))


def understood(context: PageContext, rows: list[tabular.Row], book: Codebook) -> None:
    """What was read, what was left out and why, and the button that takes the rest."""
    t = context.t
    try:
        found = survey.read(rows, book, context.register)
    except tabular.TableError as error:
        st.error(layout.markdown_safe(text.table_error(t, error)))
        return
    st.markdown(
        t(
            "survey.understood",
            respondents=found.respondents,
            places=len(found.round.given),
            questions=len(book.questions),
        )
    )
    if found.problems:
        file_box.problems(context, found.problems, t("survey.problems", n=len(found.problems)))
    if found.round.given:
        st.button(t("upload.take"), type="primary", on_click=lambda: take(found.round))


def take(asked: Round) -> None:
    """Puts a round on the desk and empties the boxes."""
    workspaces.put(workspaces.current().with_round(asked))
    st.session_state["survey-turn"] = st.session_state.get("survey-turn", 0) + 1
