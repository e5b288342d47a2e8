"""Exhibits of uploaded data: organisation models, survey and self-assessment.

Without uploads, the survey shows the published results.
"""

from kuntamittari.catalog import knowledge_bank, organisation_models
from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.exhibits import selected_figures, text
from kuntamittari.exhibits.exhibit import Band, Exhibit, Reference, axis_scale, municipality_name, role, source
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.i18n import Translator
from kuntamittari.uploads import assessment as caf
from kuntamittari.uploads import survey as surveys
from kuntamittari.uploads.survey import Question, Round

LEAST_BAND = 5  # members with a figure; with fewer a middle half says nothing
PER_CENT = (0.0, 100.0)


def models(context: PageContext) -> Exhibit:
    """Return a table that explains each organisation model."""
    t = context.t
    rows = tuple(
        (about["name"][t.language], about["text"][t.language]) for about in organisation_models.models().values()
    )
    return Exhibit(t("organisation.models"), "table", heads=(t("organisation.model"), t("report.meaning")), rows=rows)


def by_model(context: PageContext) -> Exhibit | None:
    """Return the members of each organisation model as a panel with their median; None where no member has a figure."""
    t, indicator = context.t, context.indicator
    comparisons = selected_figures.by_model(context, indicator)
    if not any(comparisons):
        return None
    unit, decimals = text.unit(t, indicator, context.basis), indicator.decimals
    names = {model: text.model(t, model) if model else t("organisation.unsaid") for model in comparisons}
    members = {
        model: [row for row in group.rows if row["member"] and row["value"] is not None]
        for model, group in comparisons.items()
    }
    low, high, _ = axis_scale([row["value"] for rows in members.values() for row in rows])
    panels = tuple(
        Exhibit(
            t("organisation.n", name=names[model], n=group.n),
            "dots",
            tuple(context.name(row["municipality"]) for row in members[model]),
            {names[model]: tuple(row["value"] for row in members[model])},
            unit,
            decimals,
            tuple(role(context, row["municipality"]) for row in members[model]),
            reference=_median(t, group.median, decimals),
            band=_middle_half(t, group.q1, group.q3, decimals) if group.n >= LEAST_BAND else None,
            axis=(low, high),
            note=f"{t('chart.median')} {t.number(group.median, decimals)}",
        )
        for model, group in comparisons.items()
    )
    listed = [
        (context.name(row["municipality"]), names[model], row["value"])
        for model, rows in members.items()
        for row in rows
    ]
    heads = (t("chart.municipality"), t("organisation.model"), text.capital(indicator.label[t.language]))
    return Exhibit(
        f"{text.capital(indicator.label[t.language])}, {t('organisation.by_model', year=context.year).lower()}",
        "panels",
        unit=unit,
        decimals=decimals,
        panels=panels,
        heads=heads,
        rows=tuple(
            (name, model, f"{t.number(value, decimals)} {indicator.unit[t.language]}") for name, model, value in listed
        ),
        cell_heads=heads,
        cells=tuple(listed),
        note=" ".join([t("organisation.reading"), t("organisation.no_proof")]),
        source=source(context, indicator),
    )


def _median(t: Translator, value: float | None, decimals: int) -> Reference | None:
    return None if value is None else Reference(value, f"{t('chart.median')} {t.number(value, decimals)}")


def _middle_half(t: Translator, low: float | None, high: float | None, decimals: int) -> Band | None:
    if low is None or high is None:
        return None
    return Band(low, high, f"{t('chart.middle_half')} {t.number(low, decimals)}–{t.number(high, decimals)}")


def chosen_round(context: PageContext) -> tuple[Round, Question] | None:
    """Return the round and the question that the page asks for, by default the last round and its first question.

    The page parameters are kierros (year of the round) and kysymys (id of the question).
    """
    params = dict(context.selection.page_params)
    rounds = sorted(context.workspace.rounds, key=lambda one: -one.codebook.year)
    if not rounds:
        return None
    chosen = next((one for one in rounds if str(one.codebook.year) == params.get("kierros")), rounds[0])
    questions = {question.id: question for question in chosen.codebook.questions}
    return chosen, questions.get(params.get("kysymys", ""), chosen.codebook.questions[0])


def survey(context: PageContext) -> Exhibit:
    """Return the chosen question of the chosen round, or else the published results of 2014."""
    chosen = chosen_round(context)
    return (answers(context, *chosen) if chosen else None) or published_answers(context)


def answers(context: PageContext, survey_round: Round, question: Question) -> Exhibit | None:
    """Return each answer with its share of the municipalities and of their residents; None with too few answers."""
    t = context.t
    result = surveys.result(survey_round, question, "all", all_municipalities(context), residents(context))
    if not result.shares:
        return None
    series = {
        t("survey.of_municipalities"): tuple(share.of_municipalities for share in result.shares),
        t("survey.of_residents"): tuple(share.of_residents for share in result.shares),
    }
    return Exhibit(
        f"{question.name.in_language(t.language)} (n = {result.n})",
        "pairs",
        tuple(question.answers[share.answer].in_language(t.language) for share in result.shares),
        series,
        "%",
        0,
        ("chosen", "other"),
        axis=PER_CENT,
        source=round_source(context, survey_round),
        head=t("survey.answer"),
    )


def published_answers(context: PageContext) -> Exhibit:
    """Return the published results of 2014 as bars."""
    t = context.t
    entries = [entry for entry in knowledge_bank.entries().values() if entry.kind == "survey"]
    # entries about the number of respondents are not answers
    told = [entry for entry in entries if not any(figure.unit == "municipalities" for figure in entry.figures)]
    figures = [(words_of(context, entry.name), figure) for entry in told for figure in entry.figures]
    said = [f"{name}: {published(context, figure)} {words_of(context, figure.about)}." for name, figure in figures]
    return Exhibit(
        f"{t('survey.published')}. {' '.join(said)}",
        "bars",
        tuple(name for name, _ in figures),
        {t("chart.value"): tuple(figure.value for _, figure in figures)},
        "%",
        0,
        ("chosen",) * len(figures),
        axis=PER_CENT,
        words=tuple(published(context, figure) for _, figure in figures),
        source=text.document(t, knowledge_bank.sources()[entries[0].source]),
        head=t("survey.question"),
        finding=t("survey.published"),
    )


def over_rounds(context: PageContext) -> Exhibit | None:
    """Return the shares of the answers to the chosen question over the rounds that ask it; None with fewer than two.

    The published share of 2014 is added where the codebook names it; its year ends with *, and the note has its words.
    """
    t, chosen = context.t, chosen_round(context)
    if chosen is None:
        return None
    _, question = chosen
    by_year = surveys.trend(context.workspace.rounds, question, all_municipalities(context), residents(context))
    points = {
        (year, share.answer): share.of_municipalities
        for year, result in by_year.items()
        for share in result.shares or ()
    }
    earlier = surveys.published(question, knowledge_bank.entries())
    if earlier and earlier[0] not in by_year:
        points[earlier[0], earlier[1]] = earlier[2].value
    years = sorted({year for year, _ in points})
    if len(years) < 2:
        return None
    roles = ("chosen", "compared-1", "compared-2", "compared-3")
    shown = [(place, answer) for place, answer in enumerate(question.answers) if any(a == answer for _, a in points)]
    asking = sorted((r for r in context.workspace.rounds if r.codebook.year in by_year), key=lambda r: r.codebook.year)
    name = question.name.in_language(t.language)
    return Exhibit(
        name,
        "lines",
        tuple(f"{year}*" if year not in by_year else str(year) for year in years),
        {
            question.answers[answer].in_language(t.language): tuple(points.get((year, answer)) for year in years)
            for _, answer in shown
        },
        "%",
        1,
        tuple(roles[place] if place < len(roles) else "other" for place, _ in shown),
        note=f"* {published(context, earlier[2])}. {t('survey.with_published', year=earlier[0])}" if earlier else "",
        source="; ".join(round_source(context, one) for one in asking),
    )


def all_municipalities(context: PageContext) -> list[str]:
    """Return the municipalities of Mainland Finland, and of Åland where it is included."""
    return [
        code
        for code, row in context.register.items()
        if code != MAINLAND and (context.selection.aland or not row["aland"])
    ]


def residents(context: PageContext) -> dict[str, int | None]:
    """Return municipality → residents, the weights of the answers."""
    return {code: row["residents"] for code, row in context.register.items()}


def round_source(context: PageContext, survey_round: Round) -> str:
    """Return the source of the answers of a round."""
    name = survey_round.codebook.name.in_language(context.t.language)
    return context.t("survey.source", name=name, year=survey_round.codebook.year)


def words_of(context: PageContext, words: knowledge_bank.Words) -> str:
    """Return words in the reader's language, else in Finnish with a note that they are."""
    translated, language = words.in_language(context.t.language)
    return translated if language == context.t.language else f"{translated} ({context.t('knowledge.in_finnish')})"


def published(context: PageContext, figure: knowledge_bank.Figure) -> str:
    """Return a published figure with its unit and its limit (about, over, only)."""
    limit = f"{context.t(f'knowledge.limit_{figure.limit}')} " if figure.limit else ""
    return f"{limit}{context.t.number(figure.value)} {context.t(f'knowledge.unit_{figure.unit}')}"


def chosen_assessment(context: PageContext) -> caf.Assessment | None:
    """Return the chosen municipality's self-assessment with scores; None without one.

    The page parameter `arvio` chooses the year, by default the last.
    """
    by_year = {
        str(one.year): one
        for one in context.workspace.assessments
        if one.municipality == context.selection.municipality and one.by_criterion
    }
    return by_year.get(dict(context.selection.page_params).get("arvio", "")) or by_year.get(max(by_year, default=""))


def assessment(context: PageContext) -> Exhibit | None:
    """Return the chosen municipality's self-assessment and its earlier ones, a panel a criterion; None without one.

    Beside the middle half and the median of the group's other municipalities.
    """
    t, current = context.t, chosen_assessment(context)
    if current is None:
        return None
    own = [one for one in context.workspace.assessments if one.municipality == current.municipality]
    shown = [current, *sorted((one for one in own if one.year < current.year), key=lambda one: -one.year)[:3]]
    others = caf.latest(context.workspace.assessments, current.year)
    members = context.members(context.group_of(context.indicator))
    years = tuple(str(one.year) for one in shown)
    panels = list[Exhibit]()
    spreads = {c: caf.spread(others, members, current.municipality, c) for c in caf.criteria()}
    for criterion, about in caf.criteria().items():
        spread, name = spreads[criterion], f"{criterion} {about['name'][t.language]}"
        middle = _median(t, spread.median, 0) if spread else None
        if all(criterion not in one.by_criterion for one in shown):
            continue
        panels.append(
            Exhibit(
                name,
                "dots",
                years,
                {name: tuple(one.by_criterion.get(criterion) for one in shown)},
                t("assessment.unit"),
                0,
                ("chosen", *(f"compared-{place}" for place in range(1, len(shown)))),
                reference=middle,
                band=_middle_half(t, spread.q1, spread.q3, 0) if spread else None,
                axis=PER_CENT,
            )
        )
    beside = (t("organisation.q1"), t("chart.median"), t("organisation.q3"), "n") if any(spreads.values()) else ()
    oldest_first = tuple(reversed(shown))
    heads = (t("assessment.criterion"), *(str(one.year) for one in oldest_first), *beside, t("assessment.meaning"))
    cells = []
    for criterion, about in caf.criteria().items():
        spread, score = spreads[criterion], current.by_criterion.get(criterion)
        figures = (spread.q1, spread.median, spread.q3, spread.n) if spread else (None,) * 4
        cells.append(
            (
                f"{criterion} {about['name'][t.language]}",
                *(one.by_criterion.get(criterion) for one in oldest_first),
                *(figures if beside else ()),
                "" if score is None else caf.band(criterion, score)["text"][t.language],
            )
        )
    mark = t("missing.mark")
    rows = tuple(
        tuple(mark if part is None else part if isinstance(part, str) else t.number(part, 0) for part in cell)
        for cell in cells
    )
    title = f"{municipality_name(context)}: {t('assessment.result', year=current.year)}"
    return Exhibit(
        title,
        "panels",
        unit=t("assessment.subtitle"),
        panels=tuple(panels),
        heads=heads,
        rows=rows,
        cell_heads=heads,
        cells=tuple(cells),
        note=t("assessment.reading") if any(spreads.values()) else t("assessment.no_group", least=caf.LEAST_GROUP),
        source=t("assessment.source"),
    )
