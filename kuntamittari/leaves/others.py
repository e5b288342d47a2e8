"""What a reader has brought about others and herself: organisation models, a survey, a self-assessment; and what was published."""

from kuntamittari import assessment as caf
from kuntamittari import knowledge, organisation, text, views
from kuntamittari import survey as surveys
from kuntamittari.address import View
from kuntamittari.figures import MAINLAND
from kuntamittari.leaves.leaf import Kind, Leaf, own, source


def by_model(view: View) -> Leaf | None:
    """The median of each way of organising the indicator's service; None where nothing is said of anyone."""
    t, indicator = view.t, view.indicator
    found = views.by_model(view, indicator)
    if not any(found):
        return None
    names = tuple(t("organisation.n", name=text.model(t, m) if m else t("organisation.unsaid"), n=group.n) for m, group in found.items())
    title = f"{text.capital(indicator.label[t.language])}, {t('organisation.by_model', year=view.year).lower()}"
    mine = view.models(indicator).get(view.selection.municipality, frozenset())
    roles = tuple("chosen" if model in mine else "other" for model in found)
    series = {t("chart.group_median"): tuple(group.median for group in found.values())}
    return Leaf(title, "bars", names, series, text.unit(t, indicator, view.basis), indicator.decimals, roles,
                note=t("organisation.no_proof"), source=source(view, indicator), head=t("organisation.model"))  # fmt: skip


def models(view: View) -> Leaf:
    """What each way of organising a service is."""
    t = view.t
    rows = tuple((about["name"][t.language], about["text"][t.language]) for about in organisation.models().values())
    return Leaf(t("organisation.models"), "table", heads=(t("organisation.model"), t("report.meaning")), rows=rows)


def survey(view: View) -> Leaf:
    """The chosen question of the chosen round, else the published results of 2014."""
    t, s, rounds = view.t, dict(view.selection.own), sorted(view.data.desk.rounds, key=lambda r: -r.codebook.year)
    asked = next((r for r in rounds if str(r.codebook.year) == s.get("kierros")), rounds[0] if rounds else None)
    if asked:
        questions = {question.id: question for question in asked.codebook.questions}
        question = questions.get(s.get("kysymys", ""), asked.codebook.questions[0])
        members = [code for code, row in view.register.items() if code != MAINLAND and (view.selection.aland or not row["aland"])]
        found = surveys.result(asked, question, "all", members, {code: row["residents"] for code, row in view.register.items()})
        if found.shares:
            series = {t("survey.of_municipalities"): tuple(share.of_municipalities for share in found.shares),
                      t("survey.of_residents"): tuple(share.of_residents for share in found.shares)}  # fmt: skip
            title = f"{question.name.told(t.language)} (n = {found.n})"
            words = tuple(question.answers[share.answer].told(t.language) for share in found.shares)
            told = t("survey.source", name=asked.codebook.name.told(t.language), year=asked.codebook.year)
            return Leaf(title, "pairs", words, series, "%", 0, ("chosen", "other"), source=told, head=t("survey.answer"))
    entries = [entry for entry in knowledge.entries().values() if entry.kind == "survey"]
    rows = tuple((entry.name.told(t.language)[0], entry.text.told(t.language)[0]) for entry in entries)
    return Leaf(t("survey.published"), "table", heads=(t("survey.question"), t("report.meaning")), rows=rows,
                source=text.document(t, knowledge.sources()[entries[0].source]))  # fmt: skip


def assessment(view: View) -> Leaf | None:
    """The chosen municipality's last assessment (or that of the address) beside the others' medians; None without one."""
    t, asked = view.t, dict(view.selection.own).get("arvio", "")
    mine = {str(a.year): a for a in view.data.desk.assessments if a.municipality == view.selection.municipality and a.by_criterion}
    if not mine:
        return None
    one = mine.get(asked) or mine[max(mine)]
    others, members = caf.latest(view.data.desk.assessments, one.year), view.members(view.group_of(view.indicator))
    means, names = one.by_criterion, {c: f"{c} {about['name'][t.language]}" for c, about in caf.criteria().items()}
    spreads = {c: caf.spread(others, members, one.municipality, c) for c in means}
    series: dict[str, tuple[float | None, ...]] = {own(view): tuple(means.values())}
    if any(spreads.values()):
        series[t("chart.group_median")] = tuple(spread.median if spread else None for spread in spreads.values())
    kind: Kind = "pairs" if len(series) == 2 else "bars"
    roles = ("chosen", "other") if len(series) == 2 else ("chosen",) * len(means)
    title = f"{own(view)}: {t('assessment.result', year=one.year)}"
    return Leaf(
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
