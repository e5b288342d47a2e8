"""Leaves: what a view says and shows, without the page — for slides, documents and decks.

Every page of the dashboard has its pictures here, made of the same address, the same figures and the same words.
"""

from collections.abc import Callable, Mapping

from kuntamittari.address import View
from kuntamittari.leaves import ahead, compare, costs, measures, others
from kuntamittari.leaves.leaf import Area, Kind, Leaf, first_head, subtitle, table_of

__all__ = ["OF_PAGE", "PICTURES", "Area", "Kind", "Leaf", "first_head", "of_page", "subtitle", "table_of"]

PICTURES: Mapping[str, Callable[[View], Leaf | None]] = {
    "standing": compare.standing, "ranking": compare.ranking, "development": compare.development, "alike": compare.alike,
    "pair": compare.pair, "map": compare.on_map, "composition": costs.composition, "by_service": costs.by_service, "dearer": costs.dearer,
    "administration": costs.administration, "saving": costs.saving, "taken_apart": measures.taken_apart, "bridge": measures.bridge,
    "worklife": measures.worklife, "definition": measures.definition, "datasets": measures.datasets,
    "bank": measures.bank, "methods": measures.methods,
    "sectors": ahead.sectors, "spread": ahead.spread, "ages_ahead": ahead.ages_ahead, "every_age": ahead.every_age,
    "costs_ahead": ahead.costs_ahead, "by_model": others.by_model, "models": others.models, "survey": others.survey,
    "assessment": others.assessment,
}  # fmt: skip

OF_PAGE: Mapping[str, tuple[str, ...]] = {
    "": ("ranking", "development"), "kuntakortti": ("standing",), "vertailu": ("ranking", "development"),
    "kustannukset": ("composition", "dearer"), "verrokit": ("alike",), "tukipalvelut": ("administration", "saving"), "kartta": ("map",),
    "kehikko": ("standing",), "tuottavuus": ("taken_apart", "bridge"), "vaikuttavuus": ("pair",), "tyoelama": ("worklife",),
    "indikaattorit": ("definition",), "valtakunta": ("sectors", "spread"), "ennakointi": ("ages_ahead", "costs_ahead"),
    "aineistot": ("datasets", "methods"), "tietopankki": ("bank",),
    "toimenpiteet": ("survey",), "organisointi": ("by_model", "models"), "itsearviointi": ("assessment",),
}  # fmt: skip


def of_page(view: View, path: str) -> list[Leaf]:
    """The leaves of a page that have figures; an empty list for a page without pictures."""
    return [leaf for name in OF_PAGE.get(path, ()) if (leaf := PICTURES[name](view)) is not None]
