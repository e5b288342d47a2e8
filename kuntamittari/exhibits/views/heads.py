"""The heading and the findings of every page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from kuntamittari.catalog import knowledge_bank
from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.exhibits import gaps, page_defaults, registry, selected_figures, text
from kuntamittari.exhibits.answers import model, words
from kuntamittari.exhibits.exhibit import municipality_name
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.standings import card, framework
from kuntamittari.exhibits.views.finding import finding

KINDS = ("theme", "case", "proposal", "survey")  # of entries of the knowledge bank


@dataclass(frozen=True)
class Head:
    """The heading of a page, what it finds, what it is for, and the page context with what the page chooses itself."""

    title: str
    findings: tuple[str, ...] = ()
    lead: str = ""
    context: PageContext | None = None


def of_page(context: PageContext, path: str) -> Head:
    """Return the head of a page. Raises KeyError for an unknown path."""
    head = HEADS[path](context)
    return head if head.context else replace(head, context=context)


def _overview(context: PageContext) -> Head:
    t, manifest, answers = context.t, context.data.snapshot.manifest, model.of(context)
    said = t("answers.lead")
    if context.data.snapshot.invented:
        loaded = sum(row["loaded"] for code, row in context.register.items() if code != MAINLAND)
        count = t("overview.count_one") if loaded == 1 else t("overview.count", loaded=loaded)
        said = t("invented.lead", count=count, first=manifest["years"][0], last=manifest["years"][-1])
    title = t("answers.title", name=municipality_name(context))
    return Head(title, lead=f"{said} {words.beside_whom(context, answers)}")


def _card(context: PageContext) -> Head:
    t = context.t
    if context.selection.rug:
        return Head(t("rug.title"))
    core = [standing for standings in card.standings(context, core=True).values() for standing in standings]
    sentences = tuple(selected_figures.sentence(context, standing) for standing in card.findings(context, core))
    title = t("card.question", name=municipality_name(context))
    return Head(title, sentences or (finding(context, context.indicator),))


def _comparison(context: PageContext) -> Head:
    return Head(context.indicator.name[context.t.language], (finding(context, context.indicator),))


def _map(context: PageContext) -> Head:
    title = context.t("map.question", name=context.indicator.name[context.t.language])
    return Head(title, (finding(context, context.indicator),))


def _costs(context: PageContext) -> Head:
    t = context.t
    if gaps.asked(context):
        return Head(t("costs.question_gaps"), (gaps.finding(context, gaps.of(context)[0]),))
    composite = page_defaults.composite(context)
    sentence = selected_figures.sentence(context, selected_figures.standing(context, composite))
    return Head(t(f"costs.question_{composite.id}"), (sentence,))


def _productivity(context: PageContext) -> Head:
    context = page_defaults.productivity(context)
    service = context.service_name(context.indicator)
    title = context.t("productivity.question", service=service)
    return Head(title, (finding(context, context.indicator),), context=context)


def _support(context: PageContext) -> Head:
    t, s = context.t, context.selection
    context = page_defaults.administration(context)
    saved = (
        (text.saving(t, context.name(s.municipality), s.scenario, context.residents(s.municipality)),)
        if s.scenario
        else ()
    )
    return Head(t("support.question"), saved, t("support.lead"), context)


def _framework(context: PageContext) -> Head:
    return Head(context.t("grid.question"), (framework.finding(context),), context.t("grid.lead"))


def _bank_finding(context: PageContext) -> str:
    """Return what the knowledge bank holds, in words."""
    everything = knowledge_bank.entries().values()
    count = {kind: sum(entry.kind == kind for entry in everything) for kind in KINDS}
    years = [entry.year for entry in everything if entry.kind == "case" and entry.year]
    return context.t("knowledge.finding", first=min(years), last=max(years), **count)


def _bank(context: PageContext) -> Head:
    return Head(context.t("knowledge.title"), (_bank_finding(context),))


def _indicators(context: PageContext) -> Head:
    with_figures = sum(indicator.formula is not None for indicator in context.catalogue.values())
    lead = context.t("catalogue.lead", n=len(context.catalogue), with_figures=with_figures)
    return Head(context.t("catalogue.title"), lead=lead)


def _datasets(context: PageContext) -> Head:
    manifest = context.data.snapshot.manifest
    lead = context.t(
        "datasets.lead",
        loaded=sum(row["loaded"] for code, row in context.register.items() if code != MAINLAND),
        first=manifest["years"][0],
        last=manifest["years"][-1],
        division=manifest["division_year"],
        date=text.date(context.t, manifest["retrieved"]),
    )
    return Head(context.t("datasets.title"), lead=lead)


def _deck(context: PageContext) -> Head:
    return Head(context.t("deck.title"), (context.t("deck.lead", n=len(context.selection.deck)),))


def _first(path: str, title: str) -> Callable[[PageContext], Head]:
    """Return the head of a page whose finding is that of its first exhibit."""

    def head(context: PageContext) -> Head:
        exhibits = registry.of_page(context, path)
        return Head(context.t(title, name=municipality_name(context)), tuple(one.title for one in exhibits[:1]))

    return head


def _plain(title: str, lead: str = "") -> Callable[[PageContext], Head]:
    """Return the head of a page without a finding."""
    return lambda context: Head(context.t(title), lead=context.t(lead) if lead else "")


HEADS: Mapping[str, Callable[[PageContext], Head]] = {
    "": _overview,
    "kuntakortti": _card,
    "vertailu": _comparison,
    "kartta": _map,
    "verrokit": _first("verrokit", "peers.question"),
    "kustannukset": _costs,
    "tuottavuus": _productivity,
    "vaikuttavuus": _first("vaikuttavuus", "pair.question"),
    "tukipalvelut": _support,
    "ennakointi": _first("ennakointi", "outlook.question"),
    "esitys": _deck,
    "kehikko": _framework,
    "tyoelama": _plain("worklife.question", "worklife.lead"),
    "valtakunta": _first("valtakunta", "national.question"),
    "tietopankki": _bank,
    "toimenpiteet": _plain("survey.title"),
    "organisointi": _plain("organisation.title"),
    "itsearviointi": _plain("assessment.title", "assessment.lead"),
    "indikaattorit": _indicators,
    "aineistot": _datasets,
    "kayta": _plain("use.title", "use.lead"),
    "menetelmat": _plain("nav.methods", "methods.lead"),
    "saavutettavuus": _plain("accessibility.title"),
}
