"""Reports: exhibits in order of presentation, of a municipality, of one page or of a deck."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kuntamittari.catalog.areas import MAINLAND, OWN_AREA, known_code, own_area
from kuntamittari.errors import InputError
from kuntamittari.exhibits import page_context, registry, text
from kuntamittari.exhibits.deck import Card
from kuntamittari.exhibits.exhibit import Exhibit
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.registry import PICTURES
from kuntamittari.query import figures
from kuntamittari.query.database import Database, cached_per_snapshot
from kuntamittari.query.figures import OF_ONE
from kuntamittari.uploads.own_figures import SOURCE
from kuntamittari.uploads.workspace import Workspace

BASIC, EARLY, ELDERLY = "basic_education_cost_per_7_15", "early_childhood_cost_per_1_6", "elderly_care_cost_per_65"
CHILDREN, ALL = "children_services_cost_per_0_17", "operating_cost_per_resident"
SOCIAL_HEALTH = "social_health_cost_per_resident"
PRODUCTIVITY, MARGIN = "basic_education_productivity", "annual_margin_per_resident"
MOST_NAMES, MOST_GROUPS = 3, 2  # named on the title page of a deck
FOOTERS = {"official": "report.footer", "own": "report.footer_own", "invented": "report.footer_invented"}

# exhibit (a key of PICTURES) and indicator, in order of presentation
FULL = (
    ("standing", BASIC),
    ("ranking", CHILDREN),
    ("by_service", CHILDREN),
    ("dearer", CHILDREN),
    ("map", CHILDREN),
    ("ranking", BASIC),
    ("development", BASIC),
    ("expected", BASIC),
    ("ranking", EARLY),
    ("ranking", ELDERLY),
    ("dearer", ALL),
    ("expected", SOCIAL_HEALTH),
    ("gaps", ALL),
    ("taken_apart", PRODUCTIVITY),
    ("every_age", BASIC),
    ("costs_ahead", BASIC),
    ("year_so_far", MARGIN),
    ("budgets", MARGIN),
    ("methods", BASIC),
)


# fits on two pages: the table, and the charts on the second
SUMMARY = (("standing", BASIC), ("ranking", CHILDREN), ("dearer", ALL), ("costs_ahead", BASIC))


@dataclass(frozen=True)
class Report:
    """Exhibits in one language, with a title page and a footer.

    `brief`: to be laid out on two pages; `agencies`: whose figures they are, in words.
    """

    name: str
    subtitle: str
    footer: str
    language: str
    exhibits: tuple[Exhibit, ...]
    brief: bool = False
    agencies: str = ""


def context(data: Database, municipality: str, group_id: str, year: int | None, language: str) -> PageContext:
    """Return the page context of a report, with the group kept as asked.

    `municipality`: a code, or an area of one's own such as alue:Seutu:837,211. `year`: None for the last year with
    costs. Raises InputError for an unknown or unloaded municipality, what is no area, an unknown group, or a year
    without figures.
    """
    area = municipality.removeprefix(f"{OWN_AREA}:") if municipality.startswith(f"{OWN_AREA}:") else ""
    chosen = {"alue": own_area(area, figures.register(data)).text} if area else {"kunta": _loaded(data, municipality)}
    figures.validated("group", group_id, [*figures.groups(data), *(() if area else OF_ONE)])
    years = data.snapshot.manifest["years"]
    shown_year = years[-1] if year is None else year
    if shown_year not in years:
        raise InputError(
            "year",
            "unknown_year",
            f"There are no figures for {shown_year}; the data hold {', '.join(map(str, years))}.",
        )
    page = page_context.read({"kieli": language, **chosen, "ryhma": group_id}, data)
    return replace(page, selection=replace(page.selection, year=shown_year), as_asked=True)


def _loaded(data: Database, municipality: str) -> str:
    """Return the code of a municipality with figures. Raises InputError."""
    register = figures.register(data)
    municipality = known_code(municipality, register)
    figures.validated("municipality", municipality, [code for code in register if code != MAINLAND])
    if not register[municipality]["loaded"]:
        raise InputError(
            "municipality",
            "not_loaded",
            f"The figures of municipality {municipality} are not loaded: run `update --scope all`.",
        )
    return municipality


def report(context: PageContext) -> Report:
    """Return a municipality's full report: every exhibit of it that has figures."""
    return _chosen(context, FULL)


def summary(context: PageContext) -> Report:
    """Return a municipality's summary on two pages, for a council member."""
    return replace(_chosen(context, SUMMARY), brief=True)


def _chosen(context: PageContext, contents: tuple[tuple[str, str], ...]) -> Report:
    exhibits = [
        PICTURES[picture](context.with_indicator(indicator))
        for picture, indicator in contents
        if indicator in context.catalogue
    ]
    return of(
        context, context.name(context.selection.municipality), [exhibit for exhibit in exhibits if exhibit is not None]
    )


def page(context: PageContext, path: str) -> Report:
    """Return the exhibits of one page as a report."""
    exhibits = registry.of_page(context, path)
    return of(context, context.name(context.selection.municipality), exhibits)


def deck(context: PageContext, cards: Sequence[Card]) -> Report:
    """Return a deck as a report in the language of the page context.

    Its title page says what it is about: the municipalities, groups and years of its slides.
    """
    t = context.t
    views = [context_of(context.data, context.workspace, card, t.language) for card in cards]
    names = list(dict.fromkeys(view.name(view.selection.municipality) for view in views))
    groups = list(dict.fromkeys(text.capital(view.chosen_group()) for view in views))
    years = sorted({view.year for view in views})
    if len(names) > MOST_NAMES:
        names[MOST_NAMES:] = [t("deck.more_names", n=len(names) - MOST_NAMES)]
    about = ", ".join(groups) if len(groups) <= MOST_GROUPS else t("deck.groups", n=len(groups))
    period = str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"
    result = of(context, ", ".join(names), [slide(context, card) for card in cards])
    return replace(result, subtitle=f"{about} · {period}")


def slide(context: PageContext, card: Card) -> Exhibit:
    """Return the exhibit of a card, with the card's headline as its title.

    Where the card has no figures or is unknown, a table that says so.
    """
    exhibit = picture(context.data, context.workspace, Card(card.picture, card.query), context.t.language)
    if exhibit is None:
        title = card.headline or context.t(
            "deck.without",
            name=context.name(
                context_of(context.data, context.workspace, card, context.t.language).selection.municipality
            ),
        )
        return Exhibit(title, "table", heads=(context.t("table.note"),), rows=((context.t("deck.no_figures"),),))
    if not card.headline:
        return exhibit
    return replace(exhibit, finding=card.headline, title=card.headline, note=f"{exhibit.title} {exhibit.note}")


@cached_per_snapshot(300)
def picture(data: Database, workspace: Workspace, card: Card, language: str) -> Exhibit | None:
    """Return the exhibit of a card without its headline; None where there is nothing to show.

    That is where the card has no figures, its name is unknown, or it refers to an indicator that is not in the
    catalogue, such as another user's uploaded measure.
    """
    context = context_of(data, workspace, card, language)
    unknown_codes = [
        code for part, code in card.query if part in ("mittari", "rinnalla") and code not in context.catalogue
    ]
    return PICTURES[card.picture](context) if card.picture in PICTURES and not unknown_codes else None


def context_of(data: Database, workspace: Workspace, card: Card, language: str) -> PageContext:
    """Return the page context of a card."""
    return page_context.read(dict(card.query) | {"kieli": language}, data, workspace)


def of(context: PageContext, name: str, exhibits: list[Exhibit]) -> Report:
    """Return exhibits as a report of the given name."""
    t, manifest = context.t, context.data.snapshot.manifest
    subtitle = t("report.subtitle", group=context.chosen_group(), year=context.reference_year)
    only_uploaded = context.indicator.sources == (SOURCE,)
    kind = "invented" if context.data.snapshot.invented else "own" if only_uploaded else "official"
    footer = t(FOOTERS[kind], retrieved=manifest["retrieved"][:10], division=manifest["division_year"])
    return Report(name, subtitle, footer, t.language, tuple(exhibits), agencies=_agencies(context, exhibits))


def _agencies(context: PageContext, exhibits: list[Exhibit]) -> str:
    """Return the agencies that the sources of exhibits name; empty without."""
    files = context.data.snapshot.manifest["files"].values()
    names = dict.fromkeys(origin["agency"][context.t.language] for file in files for origin in file["sources"])
    named = [name for name in names if any(name in exhibit.source for exhibit in exhibits)]
    once = dict.fromkeys(part for name in named for part in name.split(", "))  # some are of two agencies
    return context.t("how.sources", sources=", ".join(once)) if named else ""
