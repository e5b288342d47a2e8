"""Everything that one page shows is derived from: data, catalogue, the selection in the address, language."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kuntamittari.catalog import organisation_models, provenance
from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.catalog.indicator import Basis, Indicator
from kuntamittari.catalog.loader import Catalogue
from kuntamittari.exhibits import deck, text
from kuntamittari.exhibits.deck import DeckError
from kuntamittari.exhibits.query_state import (
    BY_INDICATOR,
    CONSTANT,
    FIRST_INDICATOR,
    LONGEST_PART,
    LOST_PAGE,
    MOST_COMPARED,
    NOMINAL,
    ORDERS,
    PAGE_PARAMS,
    PARAMETERS,
    RUG,
    YEARS_IN_MEAN,
    Selection,
    language_of,
    read_scenario,
    read_targets,
    read_weights,
)
from kuntamittari.i18n import Translator
from kuntamittari.query import database, figures, peer_structure
from kuntamittari.query.database import Database, cached_per_snapshot
from kuntamittari.query.figures import LISTED, MODEL, SIMILAR, Group, shortened
from kuntamittari.stats import peers
from kuntamittari.uploads import organisation
from kuntamittari.uploads.workspace import EMPTY, Workspace


@dataclass(frozen=True)
class PageContext:
    """One run of one page: a snapshot of the data, the catalogue, the choice, the reader's language and what was
    dropped. `as_asked`: the chosen group stands even where the municipality is outside it."""

    data: Database
    catalogue: Catalogue
    register: dict[str, dict[str, Any]]
    groups: dict[str, dict[str, Any]]
    years: list[int]
    selection: Selection
    t: Translator
    notices: tuple[str, ...]
    address: dict[str, str]  # the query string as it came
    workspace: Workspace  # what the user has uploaded
    as_asked: bool = False

    @property
    def indicator(self) -> Indicator:
        return self.catalogue[self.selection.indicator_id]

    @property
    def basis(self) -> Basis:
        """The prices, mean and base year that are asked for."""
        s = self.selection
        prices = (s.base_year or self.price_year) if s.constant_prices else None
        return Basis(prices, YEARS_IN_MEAN if s.averaged else 1)

    @property
    def price_year(self) -> int:
        """The year whose prices constant prices are where the reader has chosen none: the last with costs (docs/methods.md
        3)."""
        return self.data.snapshot.manifest["years"][-1]

    @property
    def reference_year(self) -> int:
        """The chosen year; where none is chosen, the last with costs."""
        return self.selection.year or self.price_year

    @property
    def year(self) -> int:
        """The year in which the view's indicator is shown."""
        return self.last(self.indicator) or self.reference_year

    def last(self, indicator: Indicator) -> int | None:
        """The year in which an indicator is shown: the chosen one where it has figures, else its newest; None where
        none is loaded."""
        years, chosen = figures.years(self.data, indicator, self.basis), self.selection.year
        return chosen if chosen in years else years[-1] if years else None

    def year_words(self, year: int) -> str:
        """What is said beside a figure of another year than the chosen one (where none is chosen, of one before the
        last costs); else nothing."""
        chosen = self.selection.year
        return self.t("year.newest", year=year) if (year != chosen if chosen else year < self.price_year) else ""

    def about(self, indicator_id: str) -> "PageContext":
        """The view with another indicator; the chosen year stays."""
        chosen = replace(self.selection, indicator_id=indicator_id)
        return replace(self, years=figures.years(self.data, self.catalogue[indicator_id], self.basis), selection=chosen)

    @property
    def group_id(self) -> str:
        """The chosen group, or the peers of a municipality that is outside it (unless the group stands as asked)."""
        return SIMILAR if self.outside else self.selection.group_id

    @property
    def outside(self) -> bool:
        """Whether the chosen municipality is outside the chosen group, and its peers take the group's place."""
        s, fixed = self.selection, self.groups.get(self.selection.group_id)
        if self.as_asked or not fixed or not self.register[s.municipality]["loaded"]:
            return False
        members = fixed["with_aland" if s.aland else "municipalities"] or ()
        return s.municipality not in members and bool(alike_of(self, self.indicator.service, self.year))

    def group_of(self, indicator: Indicator, organised: bool = True) -> Group:
        """The chosen group as it is for an indicator: `own` is the chosen municipality and those it is compared with,
        `similar` the chosen municipality and its peers by the indicator's service, in the year in which it is shown;
        with `organised` only those of it who organise the service as the reader asks."""
        s, group_id = self.selection, self.group_id
        group = Group(group_id, (s.municipality, *s.compared) if group_id == LISTED else (), s.aland)
        if group_id == SIMILAR:
            alike = alike_of(self, indicator.service, self.last(indicator) or self.reference_year)
            group = Group(SIMILAR, (s.municipality, *(peer.municipality for peer in alike[: s.n])), s.aland)
        return self.organised(group, indicator, s.model) if organised and s.model else group

    def as_organised(self, indicator: Indicator, year: int | None = None) -> Indicator:
        """An indicator as the chosen municipality can be compared by it, in the year in which it is shown or another: a
        composite without the parts that the municipality does not organise itself (figures.as_organised)."""
        at = year or self.last(indicator)
        return (
            figures.as_organised(self.data, indicator, self.selection.municipality, at, self.basis) if at else indicator
        )

    def members(self, group: Group) -> tuple[str, ...]:
        """The municipalities of a group."""
        fixed = self.groups.get(group.id)
        return tuple(fixed["with_aland" if group.aland else "municipalities"] or ()) if fixed else group.listed

    def organised(self, group: Group, indicator: Indicator, model: organisation_models.Model | None) -> Group:
        """Those of a group who organise the indicator's service in one way in the chosen year; with None those of whom
        nothing is said."""
        known = self.models(indicator)
        return Group(
            MODEL,
            tuple(m for m in self.members(group) if (model in known[m] if m in known else model is None)),
            group.aland,
        )

    def models(self, indicator: Indicator) -> dict[str, frozenset[organisation_models.Model]]:
        """Municipality → how it organises the indicator's service in the chosen year, by the reader's own file."""
        return organisation.in_force(
            self.workspace.tags, indicator.service, self.last(indicator) or self.reference_year
        )

    def name(self, code: str) -> str:
        """A municipality's name in the reader's language, always in the nominative."""
        return self.register[code][f"name_{self.t.language}"]

    def sources(self, ids: Iterable[str]) -> str:
        """Whom figures are from, by the ids of their sources."""
        known = provenance.known(ids, self.data.snapshot.manifest)
        return self.t("how.sources", sources=provenance.attribution(known, self.t.language))

    def chosen_group(self) -> str:
        """The name of the group that is compared, with how its members organise the service where that is asked."""
        name, model = self.group_name(self.group_id), self.selection.model
        return f"{name}, {text.model(self.t, model).lower()}" if model else name

    def group_name(self, group_id: str) -> str:
        """A group's name in the reader's language."""
        if group_id == SIMILAR:
            return self.t("group.similar", n=self.selection.n)
        if group_id == "all" and self.selection.aland:
            return self.t("group.all_aland")
        return text.group(self.t, group_id, self.register)


def structure_of(context: PageContext, service: str | None, year: int) -> peers.Structure:
    """The structural variables in a year for those whom a service is for."""
    return _structure(context.data, service, year)


@cached_per_snapshot(100)
def _structure(data: Database, service: str | None, year: int) -> peers.Structure:
    return peer_structure.structure(data, service, year)


def alike_of(context: PageContext, service: str | None, year: int) -> list[peers.Peer]:
    """Every other municipality in order of likeness to the chosen one in a year, by the reader's weights."""
    s, found = context.selection, structure_of(context, service, year)
    return peers.ranked(found, s.municipality, s.all_weights, peers.candidates(found, s.municipality, s.aland))


@cached_per_snapshot(1)
def _directory(data: Database) -> tuple[dict, dict]:
    return figures.register(data), figures.groups(data)


def read(query: Mapping[str, str], data: Database | None = None, workspace: Workspace = EMPTY) -> PageContext:
    """The view an address asks for, of some data or those in use. Unknown parts are dropped, each with a notice that
    names it. Raises DataError."""
    data = data or database.current()
    catalogue = figures.catalogue(data)
    register, groups = _directory(data)
    language = language_of(query)
    notices: list[tuple[str, dict[str, Any]]] = []
    if query.get("kieli", language) != language:
        notices.append(("kieli", {"value": shortened(query["kieli"])}))
    t = Translator(language)

    def asked(part: str, options: Any, default: Any, shown: Callable[[Any], str] = str) -> Any:
        value = query.get(part)
        if value is None or value in options:
            return value or default
        notices.append((part, {"value": shortened(value), "used": shown(default)}))
        return default

    places = [code for code in register if code != MAINLAND]
    largest = max(
        (c for c in places if register[c]["loaded"]), key=lambda c: register[c]["residents"] or 0, default=places[0]
    )
    municipality = asked("kunta", places, largest, lambda c: register[c][f"name_{language}"])
    uploaded = {measure.id for measure in workspace.measures}  # a measure of plans alone is there too, and no indicator
    if query.get("mittari", "").startswith("own_") and query["mittari"] not in (*catalogue, *uploaded):
        notices.append(("uploaded", {}))
    if query.get("mittari") in uploaded - set(catalogue):
        query = {part: value for part, value in query.items() if part != "mittari"}
    indicator = asked(
        "mittari",
        catalogue,
        FIRST_INDICATOR if FIRST_INDICATOR in catalogue else next(iter(catalogue)),
        lambda i: catalogue[i].name[language],
    )
    aland = asked("aland", ("0", "1"), "0") == "1"
    prices = asked("hinnat", (NOMINAL, CONSTANT), NOMINAL)
    home = "largest-20" if register[municipality]["largest_20"] else "all"
    group_id = asked("ryhma", [*groups, LISTED, SIMILAR], home, lambda g: t(f"group.{g}"))
    cost_years = {str(y): y for y in data.snapshot.manifest["years"]}
    base_year = cost_years.get(asked("perusvuosi", cost_years, ""), 0)
    averaged = asked("keskiarvo", ("1", str(YEARS_IN_MEAN)), "1") != "1"
    n = int(asked("n", [str(n) for n in range(peers.FEWEST, peers.MOST + 1)], str(peers.USUAL)))
    beside = asked("rinnalla", catalogue, None, lambda _: "")
    models = sorted({tag.model for tag in workspace.tags})
    model = asked("organisointi", models, "", lambda _: "")
    rug = asked("nakyma", (RUG,), "") == RUG
    order = asked("jarjestys", ORDERS, BY_INDICATOR, lambda o: t(f"rug.order_{o}"))
    weights, wrong = read_weights(query.get("painot", ""))
    targets, no_targets = read_targets(query.get("tavoite", ""))
    if no_targets:
        notices.append(("tavoite", {"value": shortened(", ".join(no_targets))}))
    scenario = read_scenario(query.get("skenaario", ""))
    if query.get("skenaario") and scenario is None:
        notices.append(("skenaario", {"value": shortened(query["skenaario"])}))
    if wrong:
        notices.append(("painot", {"value": shortened(", ".join(wrong))}))
    try:
        cards = deck.unpacked(query["esitys"]) if query.get("esitys") else ()
    except DeckError as error:
        cards = ()
        notices.append(("esitys", {"reason": t(f"deck.{error.reason}", most=deck.MOST_CARDS)}))
    if base_year:
        catalogue = figures.catalogue(data, base_year)
    years = figures.years(data, catalogue[indicator], Basis(years_together=YEARS_IN_MEAN if averaged else 1))
    data_years = {str(year): year for year in figures.data_years(data)}
    year = asked("vuosi", data_years, "", lambda _: str(years[-1]) if years else t("missing.mark"))
    listed = [code for code in query.get("kunnat", "").split(",") if code]
    compared = tuple(dict.fromkeys(c for c in listed if c in places and c != municipality))[:MOST_COMPARED]
    dropped = [c for c in listed if c not in compared and c != municipality]
    if dropped:
        notices.append(("kunnat", {"value": shortened(", ".join(dict.fromkeys(dropped))), "most": MOST_COMPARED}))
    if LOST_PAGE in query:
        notices.append(("page", {"value": shortened(query[LOST_PAGE])}))
    page_params = tuple((part, query[part][:LONGEST_PART]) for part in PAGE_PARAMS if part in query)
    strangers = [name for name in query if name not in (*PARAMETERS, *PAGE_PARAMS, LOST_PAGE)]
    if strangers:
        notices.append(("unknown", {"value": shortened(", ".join(strangers))}))
    selection = Selection(
        language,
        municipality,
        compared,
        group_id,
        indicator,
        data_years.get(year, 0),
        aland,
        prices == CONSTANT,
        base_year,
        averaged,
        n,
        weights,
        beside,
        rug,
        order,
        targets,
        scenario,
        model,
        page_params,
        cards,
    )
    said = tuple(t(f"notice.{key}", **parts) for key, parts in notices)
    return PageContext(data, catalogue, register, groups, years, selection, t, said, dict(query), workspace)
