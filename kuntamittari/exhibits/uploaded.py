"""Exhibits of uploaded data: organisation models, survey and self-assessment.

Without uploads, the survey shows the published results.
"""

from kuntamittari.catalog import knowledge_bank, organisation_models
from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.exhibits import selected_figures, text
from kuntamittari.exhibits.exhibit import Exhibit, Kind, municipality_name, source
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.uploads import assessment as caf
from kuntamittari.uploads import survey as surveys


def by_model(context: PageContext) -> Exhibit | None:
    """Return the group's median by organisation model; None where no member has a figure."""
    t, indicator = context.t, context.indicator
    comparisons = selected_figures.by_model(context, indicator)
    if not any(comparisons):
        return None
    names = tuple(
        t("organisation.n", name=text.model(t, m) if m else t("organisation.unsaid"), n=group.n)
        for m, group in comparisons.items()
    )
    title = f"{text.capital(indicator.label[t.language])}, {t('organisation.by_model', year=context.year).lower()}"
    chosen_models = context.models(indicator).get(context.selection.municipality, frozenset())
    roles = tuple("chosen" if model in chosen_models else "other" for model in comparisons)
    series = {t("chart.group_median"): tuple(group.median for group in comparisons.values())}
    return Exhibit(
        title,
        "bars",
        names,
        series,
        text.unit(t, indicator, context.basis),
        indicator.decimals,
        roles,
        note=t("organisation.no_proof"),
        source=source(context, indicator),
        head=t("organisation.model"),
    )


def models(context: PageContext) -> Exhibit:
    """Return a table that explains each organisation model."""
    t = context.t
    rows = tuple(
        (about["name"][t.language], about["text"][t.language]) for about in organisation_models.models().values()
    )
    return Exhibit(t("organisation.models"), "table", heads=(t("organisation.model"), t("report.meaning")), rows=rows)


def survey(context: PageContext) -> Exhibit:
    """Return the chosen question of the chosen round, or else the published results of 2014.

    The page parameters are kierros (year of the round) and kysymys (id of the question).
    """
    t, params, rounds = (
        context.t,
        dict(context.selection.page_params),
        sorted(context.workspace.rounds, key=lambda r: -r.codebook.year),
    )
    survey_round = next(
        (r for r in rounds if str(r.codebook.year) == params.get("kierros")), rounds[0] if rounds else None
    )
    if survey_round:
        questions = {question.id: question for question in survey_round.codebook.questions}
        question = questions.get(params.get("kysymys", ""), survey_round.codebook.questions[0])
        members = [
            code
            for code, row in context.register.items()
            if code != MAINLAND and (context.selection.aland or not row["aland"])
        ]
        result = surveys.result(
            survey_round, question, "all", members, {code: row["residents"] for code, row in context.register.items()}
        )
        if result.shares:
            series = {
                t("survey.of_municipalities"): tuple(share.of_municipalities for share in result.shares),
                t("survey.of_residents"): tuple(share.of_residents for share in result.shares),
            }
            title = f"{question.name.in_language(t.language)} (n = {result.n})"
            words = tuple(question.answers[share.answer].in_language(t.language) for share in result.shares)
            source_line = t(
                "survey.source",
                name=survey_round.codebook.name.in_language(t.language),
                year=survey_round.codebook.year,
            )
            return Exhibit(
                title, "pairs", words, series, "%", 0, ("chosen", "other"), source=source_line, head=t("survey.answer")
            )
    entries = [entry for entry in knowledge_bank.entries().values() if entry.kind == "survey"]
    rows = tuple((entry.name.in_language(t.language)[0], entry.text.in_language(t.language)[0]) for entry in entries)
    return Exhibit(
        t("survey.published"),
        "table",
        heads=(t("survey.question"), t("report.meaning")),
        rows=rows,
        source=text.document(t, knowledge_bank.sources()[entries[0].source]),
    )


def assessment(context: PageContext) -> Exhibit | None:
    """Return the chosen municipality's self-assessment beside the others' medians; None without one.

    The page parameter `arvio` chooses the year, by default the last.
    """
    t, asked_year = context.t, dict(context.selection.page_params).get("arvio", "")
    by_year = {
        str(a.year): a
        for a in context.workspace.assessments
        if a.municipality == context.selection.municipality and a.by_criterion
    }
    if not by_year:
        return None
    chosen_assessment = by_year.get(asked_year) or by_year[max(by_year)]
    others, members = (
        caf.latest(context.workspace.assessments, chosen_assessment.year),
        context.members(context.group_of(context.indicator)),
    )
    means, names = (
        chosen_assessment.by_criterion,
        {c: f"{c} {about['name'][t.language]}" for c, about in caf.criteria().items()},
    )
    spreads = {c: caf.spread(others, members, chosen_assessment.municipality, c) for c in means}
    series: dict[str, tuple[float | None, ...]] = {municipality_name(context): tuple(means.values())}
    if any(spreads.values()):
        series[t("chart.group_median")] = tuple(spread.median if spread else None for spread in spreads.values())
    kind: Kind = "pairs" if len(series) == 2 else "bars"
    roles = ("chosen", "other") if len(series) == 2 else ("chosen",) * len(means)
    title = f"{municipality_name(context)}: {t('assessment.result', year=chosen_assessment.year)}"
    return Exhibit(
        title,
        kind,
        tuple(names[c] for c in means),
        series,
        t("assessment.unit"),
        0,
        roles,
        source=t("assessment.source"),
        head=t("assessment.criterion"),
    )
