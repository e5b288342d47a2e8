"""What a reader has brought about others and herself: organisation models, a survey, a self-assessment; and what was
published."""

from kuntamittari.catalog import knowledge_bank, organisation_models
from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.exhibits import selected_figures, text
from kuntamittari.exhibits.exhibit import Exhibit, Kind, municipality_name, source
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.uploads import assessment as caf
from kuntamittari.uploads import survey as surveys


def by_model(context: PageContext) -> Exhibit | None:
    """The median of each way of organising the indicator's service; None where nothing is said of anyone."""
    t, indicator = context.t, context.indicator
    found = selected_figures.by_model(context, indicator)
    if not any(found):
        return None
    names = tuple(
        t("organisation.n", name=text.model(t, m) if m else t("organisation.unsaid"), n=group.n)
        for m, group in found.items()
    )
    title = f"{text.capital(indicator.label[t.language])}, {t('organisation.by_model', year=context.year).lower()}"
    mine = context.models(indicator).get(context.selection.municipality, frozenset())
    roles = tuple("chosen" if model in mine else "other" for model in found)
    series = {t("chart.group_median"): tuple(group.median for group in found.values())}
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
    """What each way of organising a service is."""
    t = context.t
    rows = tuple(
        (about["name"][t.language], about["text"][t.language]) for about in organisation_models.models().values()
    )
    return Exhibit(t("organisation.models"), "table", heads=(t("organisation.model"), t("report.meaning")), rows=rows)


def survey(context: PageContext) -> Exhibit:
    """The chosen question of the chosen round, else the published results of 2014."""
    t, s, rounds = (
        context.t,
        dict(context.selection.page_params),
        sorted(context.workspace.rounds, key=lambda r: -r.codebook.year),
    )
    asked = next((r for r in rounds if str(r.codebook.year) == s.get("kierros")), rounds[0] if rounds else None)
    if asked:
        questions = {question.id: question for question in asked.codebook.questions}
        question = questions.get(s.get("kysymys", ""), asked.codebook.questions[0])
        members = [
            code
            for code, row in context.register.items()
            if code != MAINLAND and (context.selection.aland or not row["aland"])
        ]
        found = surveys.result(
            asked, question, "all", members, {code: row["residents"] for code, row in context.register.items()}
        )
        if found.shares:
            series = {
                t("survey.of_municipalities"): tuple(share.of_municipalities for share in found.shares),
                t("survey.of_residents"): tuple(share.of_residents for share in found.shares),
            }
            title = f"{question.name.told(t.language)} (n = {found.n})"
            words = tuple(question.answers[share.answer].told(t.language) for share in found.shares)
            told = t("survey.source", name=asked.codebook.name.told(t.language), year=asked.codebook.year)
            return Exhibit(
                title, "pairs", words, series, "%", 0, ("chosen", "other"), source=told, head=t("survey.answer")
            )
    entries = [entry for entry in knowledge_bank.entries().values() if entry.kind == "survey"]
    rows = tuple((entry.name.told(t.language)[0], entry.text.told(t.language)[0]) for entry in entries)
    return Exhibit(
        t("survey.published"),
        "table",
        heads=(t("survey.question"), t("report.meaning")),
        rows=rows,
        source=text.document(t, knowledge_bank.sources()[entries[0].source]),
    )


def assessment(context: PageContext) -> Exhibit | None:
    """The chosen municipality's last assessment (or that of the address) beside the others' medians; None without
    one."""
    t, asked = context.t, dict(context.selection.page_params).get("arvio", "")
    mine = {
        str(a.year): a
        for a in context.workspace.assessments
        if a.municipality == context.selection.municipality and a.by_criterion
    }
    if not mine:
        return None
    one = mine.get(asked) or mine[max(mine)]
    others, members = (
        caf.latest(context.workspace.assessments, one.year),
        context.members(context.group_of(context.indicator)),
    )
    means, names = one.by_criterion, {c: f"{c} {about['name'][t.language]}" for c, about in caf.criteria().items()}
    spreads = {c: caf.spread(others, members, one.municipality, c) for c in means}
    series: dict[str, tuple[float | None, ...]] = {municipality_name(context): tuple(means.values())}
    if any(spreads.values()):
        series[t("chart.group_median")] = tuple(spread.median if spread else None for spread in spreads.values())
    kind: Kind = "pairs" if len(series) == 2 else "bars"
    roles = ("chosen", "other") if len(series) == 2 else ("chosen",) * len(means)
    title = f"{municipality_name(context)}: {t('assessment.result', year=one.year)}"
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
