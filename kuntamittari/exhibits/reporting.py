"""Reports: leaves in the order of a presentation, of a municipality, of one page or of a deck."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.errors import InputError
from kuntamittari.exhibits import page_context, registry
from kuntamittari.exhibits.deck import Card
from kuntamittari.exhibits.exhibit import Exhibit
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.registry import PICTURES
from kuntamittari.query import figures
from kuntamittari.query.database import Database, cached_per_snapshot
from kuntamittari.query.figures import SIMILAR
from kuntamittari.uploads.own_figures import SOURCE
from kuntamittari.uploads.workspace import Workspace

BASIC, EARLY, ELDERLY = "basic_education_cost_per_7_15", "early_childhood_cost_per_1_6", "elderly_care_cost_per_65"
CHILDREN, ALL = "children_services_cost_per_0_17", "operating_cost_per_resident"
PRODUCTIVITY = "basic_education_productivity"
FOOTERS = {"official": "report.footer", "own": "report.footer_own", "invented": "report.footer_invented"}

# what is shown and of which indicator, in the order of a presentation
FULL = (
    ("standing", BASIC),
    ("ranking", CHILDREN),
    ("by_service", CHILDREN),
    ("dearer", CHILDREN),
    ("map", CHILDREN),
    ("ranking", BASIC),
    ("development", BASIC),
    ("ranking", EARLY),
    ("ranking", ELDERLY),
    ("dearer", ALL),
    ("taken_apart", PRODUCTIVITY),
    ("every_age", BASIC),
    ("costs_ahead", BASIC),
    ("methods", BASIC),
)


# two pages: the table and, on the second, the pictures
SUMMARY = (("standing", BASIC), ("ranking", CHILDREN), ("dearer", ALL), ("costs_ahead", BASIC))


@dataclass(frozen=True)
class Report:
    """Leaves in one language, with the words of their first page and of the foot of each; `brief` where it is to be two
    pages."""

    name: str
    subtitle: str
    footer: str
    language: str
    exhibits: tuple[Exhibit, ...]
    brief: bool = False


def context(data: Database, municipality: str, group_id: str, year: int | None, language: str) -> PageContext:
    """What a report is about, by codes. Raises InputError for what there is not."""
    register = figures.register(data)
    figures.known("municipality", municipality, [code for code in register if code != MAINLAND])
    if not register[municipality]["loaded"]:
        raise InputError(
            "municipality",
            "not_loaded",
            f"The figures of municipality {municipality} are not loaded: run `update --scope all`.",
        )
    figures.known("group", group_id, [*figures.groups(data), SIMILAR])
    years = data.snapshot.manifest["years"]
    last = years[-1] if year is None else year
    if last not in years:
        raise InputError(
            "year", "unknown_year", f"There are no figures for {last}; the data hold {', '.join(map(str, years))}."
        )
    found = page_context.read({"kieli": language, "kunta": municipality, "ryhma": group_id}, data)
    return replace(found, selection=replace(found.selection, year=last), as_asked=True)


def report(asked: PageContext) -> Report:
    """A municipality's report: every leaf of it that has figures."""
    return _chosen(asked, FULL)


def summary(asked: PageContext) -> Report:
    """The two pages for a council member."""
    return replace(_chosen(asked, SUMMARY), brief=True)


def _chosen(asked: PageContext, wanted: tuple[tuple[str, str], ...]) -> Report:
    made = [PICTURES[picture](asked.about(indicator)) for picture, indicator in wanted if indicator in asked.catalogue]
    return of(asked, asked.name(asked.selection.municipality), [exhibit for exhibit in made if exhibit is not None])


def page(asked: PageContext, path: str) -> Report:
    """What one page shows."""
    found = registry.of_page(asked, path)
    return of(asked, asked.name(asked.selection.municipality), found)


def deck(asked: PageContext, cards: Sequence[Card]) -> Report:
    """A deck in the language of the view."""
    whole = of(asked, asked.t("deck.name"), [slide(asked, card) for card in cards])
    return replace(whole, subtitle=asked.t("deck.lead", n=len(cards)))


def slide(asked: PageContext, card: Card) -> Exhibit:
    """What a card of a deck shows; words that there are no figures where its view has none, or it is no card of
    ours."""
    exhibit = picture(asked.data, asked.workspace, Card(card.picture, card.query), asked.t.language)
    if exhibit is None:
        title = card.headline or asked.t(
            "deck.without",
            name=asked.name(context_of(asked.data, asked.workspace, card, asked.t.language).selection.municipality),
        )
        return Exhibit(title, "table", heads=(asked.t("table.note"),), rows=((asked.t("deck.no_figures"),),))
    return replace(exhibit, title=card.headline, note=f"{exhibit.title} {exhibit.note}") if card.headline else exhibit


@cached_per_snapshot(300)
def picture(data: Database, workspace: Workspace, card: Card, language: str) -> Exhibit | None:
    """The leaf of a card without its headline; None where its view has no figures, its indicator is not there (as a
    reader's own is not for another), or it is no card of ours."""
    context = context_of(data, workspace, card, language)
    strange = [code for part, code in card.query if part in ("mittari", "rinnalla") and code not in context.catalogue]
    return PICTURES[card.picture](context) if card.picture in PICTURES and not strange else None


def context_of(data: Database, workspace: Workspace, card: Card, language: str) -> PageContext:
    """The view that a card is a picture of."""
    return page_context.read(dict(card.query) | {"kieli": language}, data, workspace)


def of(asked: PageContext, name: str, found: list[Exhibit]) -> Report:
    """Leaves as a report."""
    t, manifest = asked.t, asked.data.snapshot.manifest
    subtitle = t("report.subtitle", group=asked.chosen_group(), year=asked.reference_year)
    own_alone = asked.indicator.sources == (SOURCE,)
    whose = "invented" if asked.data.snapshot.invented else "own" if own_alone else "official"
    footer = t(FOOTERS[whose], retrieved=manifest["retrieved"][:10], division=manifest["division_year"])
    return Report(name, subtitle, footer, t.language, tuple(found))
