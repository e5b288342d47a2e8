"""The exhibits of every page, for slides, documents and decks.

Pages and exhibits derive from the same page context, so they show the same figures and words.
"""

from collections.abc import Callable, Mapping

from kuntamittari.exhibits import budgets, comparison, costs, gaps, indicators, sector_outlook, uploaded
from kuntamittari.exhibits.answers import slides
from kuntamittari.exhibits.exhibit import Area, Exhibit, Kind, first_head, subtitle, table_of
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.standings import card, framework, rug
from kuntamittari.exhibits.subjects import frontier, peers
from kuntamittari.exhibits.subjects import map as maps

__all__ = ["OF_PAGE", "PICTURES", "Area", "Exhibit", "Kind", "first_head", "names", "of_page", "subtitle", "table_of"]

# name in decks and files → exhibit; None where it has no figures
PICTURES: Mapping[str, Callable[[PageContext], Exhibit | None]] = {
    "answer_children": slides.children,
    "answer_older": slides.older,
    "answer_everything": slides.everything,
    "standing": card.standing,
    "rug": rug.of_group,
    "framework": framework.overview,
    "ranking": comparison.ranking,
    "development": comparison.development,
    "alike": peers.exhibit,
    "pair": comparison.pair,
    "map": maps.exhibit,
    "composition": costs.composition,
    "by_service": costs.by_service,
    "dearer": costs.dearer,
    "expected": costs.expected,
    "gaps": gaps.by_service,
    "administration": costs.administration,
    "saving": costs.saving,
    "taken_apart": indicators.taken_apart,
    "bridge": indicators.bridge,
    "total_productivity": indicators.total_productivity,
    "national_productivity": indicators.national_productivity,
    "worklife": indicators.worklife,
    "definition": indicators.definition,
    "datasets": indicators.datasets,
    "bank": indicators.bank,
    "methods": indicators.methods,
    "sectors": sector_outlook.sectors,
    "spread": sector_outlook.spread,
    "ages_ahead": sector_outlook.ages_ahead,
    "every_age": sector_outlook.every_age,
    "costs_ahead": sector_outlook.costs_ahead,
    "frontier": frontier.exhibit,
    "by_model": uploaded.by_model,
    "models": uploaded.models,
    "survey": uploaded.survey,
    "survey_rounds": uploaded.over_rounds,
    "assessment": uploaded.assessment,
    "year_so_far": budgets.year_so_far,
    "budgets": budgets.against_accounts,
}

# path of a page → names of its exhibits, in order
OF_PAGE: Mapping[str, tuple[str, ...]] = {
    "": ("answer_children", "answer_older", "answer_everything"),
    "kuntakortti": ("standing", "rug", "year_so_far"),
    "vertailu": ("ranking", "development", "budgets"),
    "kustannukset": ("composition", "dearer", "expected", "gaps"),
    "verrokit": ("alike",),
    "tukipalvelut": ("administration", "saving"),
    "kartta": ("map",),
    "kehikko": ("framework",),
    "tuottavuus": ("taken_apart", "bridge", "total_productivity", "frontier"),
    "vaikuttavuus": ("pair",),
    "tyoelama": ("worklife",),
    "indikaattorit": ("definition",),
    "valtakunta": ("sectors", "spread", "national_productivity"),
    "ennakointi": ("costs_ahead", "ages_ahead"),
    "aineistot": ("datasets", "methods"),
    "tietopankki": ("bank",),
    "toimenpiteet": ("survey", "survey_rounds"),
    "organisointi": ("by_model", "models"),
    "itsearviointi": ("assessment",),
}


def names(context: PageContext, path: str) -> tuple[str, ...]:
    """Return the names of the exhibits of a page; where the rug is shown, it is the first."""
    listed = OF_PAGE.get(path, ())
    return tuple(sorted(listed, key=lambda name: name != "rug")) if context.selection.rug else listed


def of_page(context: PageContext, path: str) -> list[Exhibit]:
    """Return the exhibits of a page that have figures; empty for a page without exhibits."""
    return [exhibit for name in names(context, path) if (exhibit := PICTURES[name](context)) is not None]
