"""Reports: leaves in the order of a presentation, of a municipality, of one page or of a deck."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kuntamittari import address, figures, leaves
from kuntamittari.address import View
from kuntamittari.database import Database, remembered
from kuntamittari.deck import Card
from kuntamittari.errors import InputError
from kuntamittari.figures import MAINLAND, SIMILAR
from kuntamittari.leaves import PICTURES, Leaf
from kuntamittari.own import SOURCE

BASIC, EARLY, ELDERLY = "basic_education_cost_per_7_15", "early_childhood_cost_per_1_6", "elderly_care_cost_per_65"
CHILDREN, ALL = "children_services_cost_per_0_17", "operating_cost_per_resident"
PRODUCTIVITY = "basic_education_productivity"

FOOTERS = {"official": "report.footer", "own": "report.footer_own", "invented": "report.footer_invented"}

# what is shown and of which indicator, in the order of a presentation
FULL = (
    ("standing", BASIC), ("ranking", CHILDREN), ("by_service", CHILDREN), ("dearer", CHILDREN), ("map", CHILDREN), ("ranking", BASIC),
    ("development", BASIC), ("ranking", EARLY), ("ranking", ELDERLY), ("dearer", ALL), ("taken_apart", PRODUCTIVITY), ("every_age", BASIC),
    ("costs_ahead", BASIC), ("methods", BASIC),
)  # fmt: skip


# two pages: the table and, on the second, the pictures
SUMMARY = (("standing", BASIC), ("ranking", CHILDREN), ("dearer", ALL), ("costs_ahead", BASIC))


@dataclass(frozen=True)
class Report:
    """Leaves in one language, with the words of their first page and of the foot of each; `brief` where it is to be two pages."""

    name: str
    subtitle: str
    footer: str
    language: str
    leaves: tuple[Leaf, ...]
    brief: bool = False


def view(data: Database, municipality: str, group_id: str, year: int | None, language: str) -> View:
    """What a report is about, by codes. Raises InputError for what there is not."""
    register = figures.register(data)
    figures.known("municipality", municipality, [code for code in register if code != MAINLAND])
    if not register[municipality]["loaded"]:
        raise InputError(
            "municipality", "not_loaded", f"The figures of municipality {municipality} are not loaded: run `update --scope all`."
        )
    figures.known("group", group_id, [*figures.groups(data), SIMILAR])
    years = data.snapshot.manifest["years"]
    last = years[-1] if year is None else year
    if last not in years:
        raise InputError("year", "unknown_year", f"There are no figures for {last}; the data hold {', '.join(map(str, years))}.")
    found = address.read({"kieli": language, "kunta": municipality, "ryhma": group_id}, data)
    return replace(found, selection=replace(found.selection, year=last), as_asked=True)


def report(asked: View) -> Report:
    """A municipality's report: every leaf of it that has figures."""
    return _chosen(asked, FULL)


def summary(asked: View) -> Report:
    """The two pages for a council member."""
    return replace(_chosen(asked, SUMMARY), brief=True)


def _chosen(asked: View, wanted: tuple[tuple[str, str], ...]) -> Report:
    made = [PICTURES[picture](asked.about(indicator)) for picture, indicator in wanted if indicator in asked.catalogue]
    return of(asked, asked.name(asked.selection.municipality), [leaf for leaf in made if leaf is not None])


def page(asked: View, path: str) -> Report:
    """What one page shows."""
    found = leaves.of_page(asked, path)
    return of(asked, asked.name(asked.selection.municipality), found)


def deck(asked: View, cards: Sequence[Card]) -> Report:
    """A deck in the language of the view."""
    whole = of(asked, asked.t("deck.name"), [slide(asked, card) for card in cards])
    return replace(whole, subtitle=asked.t("deck.lead", n=len(cards)))


def slide(asked: View, card: Card) -> Leaf:
    """What a card of a deck shows; words that there are no figures where its view has none, or it is no card of ours."""
    leaf = picture(asked.data, Card(card.picture, card.query), asked.t.language)
    if leaf is None:
        title = card.headline or asked.t(
            "deck.without", name=asked.name(view_of(asked.data, card, asked.t.language).selection.municipality)
        )
        return Leaf(title, "table", heads=(asked.t("table.note"),), rows=((asked.t("deck.no_figures"),),))
    return replace(leaf, title=card.headline, note=f"{leaf.title} {leaf.note}") if card.headline else leaf


@remembered(300)
def picture(data: Database, card: Card, language: str) -> Leaf | None:
    """The leaf of a card without its headline; None where its view has no figures, its indicator is not there (as a reader's own is not
    for another), or it is no card of ours."""
    view = view_of(data, card, language)
    strange = [code for part, code in card.query if part in ("mittari", "rinnalla") and code not in view.catalogue]
    return PICTURES[card.picture](view) if card.picture in PICTURES and not strange else None


def view_of(data: Database, card: Card, language: str) -> View:
    """The view that a card is a picture of."""
    return address.read(dict(card.query) | {"kieli": language}, data)


def of(asked: View, name: str, found: list[Leaf]) -> Report:
    """Leaves as a report."""
    t, manifest = asked.t, asked.data.snapshot.manifest
    subtitle = t("report.subtitle", group=asked.chosen_group(), year=asked.reference_year)
    own_alone = asked.indicator.sources == (SOURCE,)
    whose = "invented" if asked.data.snapshot.invented else "own" if own_alone else "official"
    footer = t(FOOTERS[whose], retrieved=manifest["retrieved"][:10], division=manifest["division_year"])
    return Report(name, subtitle, footer, t.language, tuple(found))
