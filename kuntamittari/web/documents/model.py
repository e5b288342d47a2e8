"""The content of a document, from the same page context and the same exhibits as the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from urllib.parse import urlencode

from kuntamittari import settings
from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.catalog.indicator import Indicator
from kuntamittari.exhibits import gaps, page_defaults, registry, reporting
from kuntamittari.exhibits.comparison import PICTURE
from kuntamittari.exhibits.exhibit import Exhibit
from kuntamittari.exhibits.page_context import PageContext, read
from kuntamittari.exhibits.query_state import BARE, PARAMETERS, RUG, VINTAGE
from kuntamittari.exhibits.views import heads
from kuntamittari.exhibits.views.heads import Head
from kuntamittari.i18n import Translator
from kuntamittari.query import figures
from kuntamittari.query.database import Database

CARD, COSTS, DECK = "kuntakortti", "kustannukset", "esitys"  # pages
FORM = "muoto"
OF_ONE_YEAR, OF_ONE_INDICATOR = ("vertailu", "kartta", "tuottavuus"), ("vertailu", "kartta")  # pages
MOST_YEARS, MOST_PLACES = 12, 40  # links to the same view of other years and of other municipalities
NOT_OF_A_VIEW = ("kieli", FORM, VINTAGE)
Place = tuple[str, Sequence[tuple[str, str]]]  # key of its title, its pages as (path, key of the title)


@dataclass(frozen=True)
class Document:
    """A view to be read: its page context, the path of its page, its head and its exhibits.

    `title`: of the page, for the window; `places`: the navigation.
    """

    context: PageContext
    path: str
    title: str
    head: Head
    exhibits: tuple[Exhibit, ...]
    places: Sequence[Place]

    @property
    def t(self) -> Translator:
        """Return the texts of its language."""
        return self.context.t

    @property
    def description(self) -> str:
        """Return the finding, or what the page is for, as one text."""
        findings = self.head.findings or tuple(one.title for one in self.exhibits[:1])
        return " ".join(findings or (self.head.lead,)).strip() or self.t("document.about")

    @property
    def query_of_form(self) -> str:
        """Return the form in which the document is asked for: `BARE`, or empty."""
        return BARE if self.context.address.get(FORM) == BARE else ""

    @cached_property
    def query(self) -> dict[str, str]:
        """Return the parameters of the view without the language, in a fixed order and as the address gives them.

        An indicator that there is not is left out, as on the page, which shows another one.
        """
        given = dict(self.context.address)
        if given.get("mittari") not in self.context.catalogue:
            given.pop("mittari", None)
        known = (*PARAMETERS, *(name for name, _ in self.context.selection.page_params))
        return {name: given[name] for name in known if name in given and name not in NOT_OF_A_VIEW}

    def link(self, path: str | None = None, language: str = "", **changes: str) -> str:
        """Return the relative address of a page (by default of this one) with the choices of this view.

        The parameters of this page alone are left out of the address of another one. A change to the empty text leaves
        a parameter out.
        """
        own = {name for name, _ in self.context.selection.page_params}
        query = {name: value for name, value in self.query.items() if path is None or name not in own}
        query = {"kieli": language or self.t.language} | query | changes
        target = self.path if path is None else path
        return f"{target or './'}?{urlencode({name: value for name, value in query.items() if value})}"

    @property
    def others(self) -> list[str]:
        """Return the codes of the municipalities to whose same view a document leads: those loaded, by name; of many
        the ones before and after it by name, and its neighbours."""
        context = self.context
        loaded = [code for code, row in context.register.items() if row["loaded"] and code != MAINLAND]
        loaded.sort(key=context.name)
        own = context.selection.municipality
        if len(loaded) > MOST_PLACES:
            near = {one for pair in pairwise(loaded) if own in pair for one in pair}
            near |= set() if context.area else set(figures.neighbours(context.data, own))
            loaded = [code for code in loaded if code in near]
        return [code for code in loaded if code != own]

    @property
    def languages(self) -> Sequence[str]:
        """Return the languages in which the document is."""
        return settings.LANGUAGES

    @property
    def years(self) -> list[int]:
        """Return the years of the indicator to which the document leads, where its page is of one year."""
        return self.context.years[-MOST_YEARS:] if self.path in OF_ONE_YEAR else []

    @property
    def views(self) -> list[tuple[str, dict[str, str], bool]]:
        """Return the views of a page that has two: name, its parameter and whether it is the one shown."""
        t, context = self.t, self.context
        if self.path == CARD:
            rug = context.selection.rug
            return [(t("card.one"), {"nakyma": ""}, not rug), (t("card.rug"), {"nakyma": RUG}, rug)]
        if self.path == COSTS:
            asked = gaps.asked(context)
            return [(t("gaps.whole"), {PICTURE: ""}, not asked), (t("gaps.gaps"), {PICTURE: gaps.GAPS}, asked)]
        return []

    @property
    def indicators(self) -> list[Indicator]:
        """Return the core indicators to whose same view the document leads, where its page is of an indicator."""
        core = page_defaults.core(self.context) if self.path in OF_ONE_INDICATOR else {}
        return [one for listed in core.values() for one in listed if self.context.last(one)]

    def figures_file(self, _: int) -> str:
        """Return the address of the figures of an exhibit as a file, empty where there is none."""
        return ""


def of(query: Mapping[str, str], path: str, places: Sequence[Place], data: Database | None = None) -> Document:
    """Return the document of an address. Raises DataError where the data cannot be used."""
    context = read(query, data)
    head = heads.of_page(context, path)
    chosen = head.context or context
    titles = {page: title for _, pages in places for page, title in pages}
    exhibits = _of_deck(chosen) if path == DECK else shown(chosen, path)
    return Document(chosen, path, context.t(titles[path]), head, tuple(exhibits), places)


def shown(context: PageContext, path: str) -> list[Exhibit]:
    """Return the exhibits of the view that a page shows; those of its other view have to be asked for."""
    names = registry.names(context, path)
    if path == CARD and not context.selection.rug:
        names = tuple(name for name in names if name != "rug")
    if path == COSTS:
        names = tuple(name for name in names if (name == "gaps") == gaps.asked(context))
    return [exhibit for name in names if (exhibit := registry.PICTURES[name](context)) is not None]


def _of_deck(context: PageContext) -> list[Exhibit]:
    """Return the exhibits of a deck, each with the headline that it was given."""
    return [reporting.slide(context, card) for card in context.selection.deck]
