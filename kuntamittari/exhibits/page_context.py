"""The page context: data, catalogue, selection and language, from which everything on a page is derived."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from kuntamittari import settings
from kuntamittari.catalog import need_models, organisation_models, provenance
from kuntamittari.catalog.areas import MAINLAND, OWN_AREA, AreaError, OwnArea, own_area
from kuntamittari.catalog.indicator import Basis, Indicator
from kuntamittari.catalog.loader import Catalogue
from kuntamittari.exhibits import deck, links, text
from kuntamittari.exhibits.deck import DeckError
from kuntamittari.exhibits.query_state import (
    BARE,
    BY_INDICATOR,
    CONSTANT,
    FIRST_INDICATOR,
    LONGEST_PART,
    MOST_COMPARED,
    NOMINAL,
    ORDERS,
    PAGE_PARAMS,
    PARAMETERS,
    RUG,
    VINTAGE,
    YEARS_IN_MEAN,
    Selection,
    language_of,
    read_scenario,
    read_targets,
    read_weights,
)
from kuntamittari.i18n import Translator
from kuntamittari.query import database, figures
from kuntamittari.query.database import Database, Overlay
from kuntamittari.query.figures import LISTED, MODEL, NEIGHBOURS, OF_ONE, SAME_NEED, SIMILAR, Group, shortened
from kuntamittari.query.peers import same_need, structure
from kuntamittari.stats import peers
from kuntamittari.uploads import organisation, own_figures
from kuntamittari.uploads.workspace import EMPTY, Workspace


@dataclass(frozen=True)
class PageContext:
    """The state of one run of one page: data set, catalogue, selection, language and notices.

    `register`: code → row; `groups`: id → fixed group; `years`: those of the chosen indicator; `notices`: texts about
    parts of the address that were dropped; `in_use`: the data set in use, which `data` is unless the address asks for
    an earlier one that is kept; `as_asked`: keep the chosen group even where the municipality is outside it.
    """

    data: Database
    in_use: Database
    catalogue: Catalogue
    register: dict[str, dict[str, Any]]
    groups: dict[str, dict[str, Any]]
    years: list[int]
    selection: Selection
    t: Translator
    notices: tuple[str, ...]
    address: dict[str, str]  # the query string as received
    workspace: Workspace  # what the user has uploaded
    as_asked: bool = False

    @property
    def indicator(self) -> Indicator:
        """Return the chosen indicator."""
        return self.catalogue[self.selection.indicator_id]

    @property
    def basis(self) -> Basis:
        """Return the chosen basis: prices and years taken together."""
        s = self.selection
        prices = (s.base_year or self.price_year) if s.constant_prices else None
        return Basis(prices, YEARS_IN_MEAN if s.averaged else 1)

    @property
    def price_year(self) -> int:
        """Return the last year with costs and a price index, the default base year of constant prices (docs/methods.md
        3)."""
        return figures.price_year(self.data)

    @property
    def cost_year(self) -> int:
        """Return the last year with costs."""
        return self.data.snapshot.manifest["years"][-1]

    @property
    def service_year(self) -> int:
        """Return the last year with costs by service; others, such as financial statements, may be newer."""
        return figures.last_year(self.data, "finance")

    @property
    def reference_year(self) -> int:
        """Return the chosen year; without one, the last year with costs."""
        return self.selection.year or self.cost_year

    @property
    def year(self) -> int:
        """Return the year in which the chosen indicator is shown."""
        return self.last(self.indicator) or self.reference_year

    def last(self, indicator: Indicator) -> int | None:
        """Return the year in which an indicator is shown; None where it has no figures.

        The chosen year where the indicator has figures for it, otherwise its newest year (`figures.newest_year`).
        """
        chosen = self.selection.year
        if chosen in figures.years(self.data, indicator, self.basis):
            return chosen
        return figures.newest_year(self.data, indicator, self.basis)

    def year_words(self, year: int) -> str:
        """Return a remark for a figure of another year than the chosen one, otherwise an empty text.

        Without a chosen year, the remark is for figures of another year than the newest costs or financial statements.
        """
        chosen = self.selection.year
        newest = figures.last_year(self.data, "finance", "statement", "cells")
        return self.t("year.newest", year=year) if (year != chosen if chosen else year != newest) else ""

    def moved_words(self, indicator: Indicator) -> str:
        """Return a remark for a figure of a task that the municipality no longer has, otherwise an empty text."""
        move = indicator.move
        moved = move is not None and not indicator.municipal(move.year, self.selection.municipality)
        return self.t("moved.short", year=move.year) if move and moved else ""

    def remarks(self, indicator: Indicator, year: int) -> str:
        """Return the remarks for an indicator's figure of a year: another year, and those of `_doubts`; or empty."""
        return ", ".join([*filter(None, [self.year_words(year)]), *self._doubts(indicator, year)])

    def shown_year(self, indicator: Indicator, year: int) -> str:
        """Return the year of an indicator's figure with its remarks."""
        return ", ".join([self.year_words(year) or str(year), *self._doubts(indicator, year)])

    def _doubts(self, indicator: Indicator, year: int) -> list[str]:
        """Return remarks for a figure of a task that has moved, and for an experimental one."""
        experimental = self.t("catalogue.experimental_short") if indicator.is_experimental_in(year) else ""
        return [*filter(None, (self.moved_words(indicator), experimental))]

    def service_name(self, indicator: Indicator) -> str:
        """Return the name of an indicator's service; with the remark where the municipality no longer has the task."""
        name, moved = text.service(self.t, indicator.service), self.moved_words(indicator)
        return f"{name} ({moved})" if moved else name

    def has_task(self, indicator: Indicator) -> bool:
        """Return whether the municipality has the task of an indicator in the last year with costs by service.

        Pages open with such indicators; the others can be chosen (docs/methods.md 12).
        """
        return indicator.municipal(self.service_year, self.selection.municipality)

    def with_indicator(self, indicator_id: str) -> "PageContext":
        """Return the page context with another indicator chosen; the chosen year stays."""
        chosen = replace(self.selection, indicator_id=indicator_id)
        return replace(self, years=figures.years(self.data, self.catalogue[indicator_id], self.basis), selection=chosen)

    @property
    def area(self) -> OwnArea | None:
        """Return the area of the user's own that stands in the place of a municipality; None without one."""
        return self.selection.area if self.selection.municipality == OWN_AREA else None

    @property
    def one_municipality(self) -> str:
        """Return the chosen municipality, or the largest of the user's area: what is filled in begins with one."""
        members = self.area.members if self.area else (self.selection.municipality,)
        return max(members, key=lambda code: (self.residents(code) or 0, code))

    @property
    def group_id(self) -> str:
        """Return the id of the group compared: the chosen one, or `similar` where that is not of the municipality."""
        return SIMILAR if self.outside or self.instead else self.selection.group_id

    @property
    def instead(self) -> Literal["", "neighbours", "same_need"]:
        """Return which chosen group of the municipality cannot be had, so that its peers by structure replace it.

        Too few neighbours are loaded, or the need behind the indicator is not known. Empty where it can be had, or
        another group is chosen.
        """
        s = self.selection
        if s.group_id == NEIGHBOURS:
            return "" if figures.neighbours(self.data, s.municipality) else "neighbours"
        return "" if s.group_id != SAME_NEED or self._same_need(self.indicator, self.year) else "same_need"

    def _same_need(self, indicator: Indicator, year: int) -> peers.Structure | None:
        """Return residents and expected costs where peers of the same need are chosen and the municipality's need is
        known for an indicator; otherwise None."""
        model = need_models.of(indicator) if self.selection.group_id == SAME_NEED else None
        found = same_need.same_need(self.data, model, year) if model else None
        return found if found and self.selection.municipality in found.z else None

    @property
    def outside(self) -> bool:
        """Return whether the municipality is outside the chosen fixed group, so that its peers replace the group."""
        s, fixed_group = self.selection, self.groups.get(self.selection.group_id)
        if self.as_asked or self.area or not fixed_group or not self.register[s.municipality]["loaded"]:
            return False
        members = fixed_group["with_aland" if s.aland else "municipalities"] or ()
        return s.municipality not in members and bool(nearest_peers(self, self.indicator, self.year))

    def group_of(self, indicator: Indicator, organised: bool = True) -> Group:
        """Return the group compared, as it is for an indicator.

        `own` is the chosen municipality and those compared with it; `neighbours` the chosen municipality and those that
        it borders on; `similar` and `same-need` the chosen municipality and its peers for the indicator and year. With
        `organised`, only members that organise the service by the chosen model, if one is chosen.
        """
        s, group_id = self.selection, self.group_id
        listed = s.compared if self.area else (s.municipality, *s.compared)
        group = Group(group_id, listed if group_id == LISTED else (), s.aland)
        if group_id == NEIGHBOURS:
            group = Group(NEIGHBOURS, (s.municipality, *figures.neighbours(self.data, s.municipality)), s.aland)
        if group_id in (SIMILAR, SAME_NEED):
            nearest = nearest_peers(self, indicator, self.last(indicator) or self.reference_year)
            group = Group(group_id, (s.municipality, *nearest), s.aland)
        return self.organised(group, indicator, s.model) if organised and s.model else group

    def as_organised(self, indicator: Indicator, year: int | None = None) -> Indicator:
        """Return an indicator without the parts that the chosen municipality does not organise itself.

        In the year given, or else in which the indicator is shown; see figures.as_organised.
        """
        shown_year = year or self.last(indicator)
        return (
            figures.as_organised(self.data, indicator, self.selection.municipality, shown_year, self.basis)
            if shown_year
            else indicator
        )

    def members(self, group: Group) -> tuple[str, ...]:
        """Return the codes of a group's members."""
        fixed_group = self.groups.get(group.id)
        return (
            tuple(fixed_group["with_aland" if group.aland else "municipalities"] or ()) if fixed_group else group.listed
        )

    def organised(self, group: Group, indicator: Indicator, model: organisation_models.Model | None) -> Group:
        """Return the members of a group that organise the indicator's service by one model.

        With None, the members without an uploaded model.
        """
        models = self.models(indicator)
        return Group(
            MODEL,
            tuple(m for m in self.members(group) if (model in models[m] if m in models else model is None)),
            group.aland,
        )

    def models(self, indicator: Indicator) -> dict[str, frozenset[organisation_models.Model]]:
        """Return municipality → its models for the indicator's service, from the uploaded file."""
        return organisation.in_force(
            self.workspace.tags, indicator.service, self.last(indicator) or self.reference_year
        )

    def name(self, code: str) -> str:
        """Return a municipality's name in the user's language, always in the nominative, or that of the user's area."""
        return self.area.name if self.area and code == OWN_AREA else self.register[code][f"name_{self.t.language}"]

    def residents(self, code: str) -> float | None:
        """Return the residents of a municipality, or of the user's area; None where they are not known."""
        if self.area and code == OWN_AREA:
            known = [self.register[member]["residents"] for member in self.area.members]
            return None if None in known else sum(known)
        return self.register[code]["residents"]

    def is_loaded(self, code: str) -> bool:
        """Return whether the figures of a municipality, or of the user's area, are in the data."""
        return code == OWN_AREA or self.register[code]["loaded"]

    def sources(self, ids: Iterable[str]) -> str:
        """Return the source line for ids of sources."""
        source_ids = provenance.of_data_set(ids, self.data.snapshot.manifest)
        return self.t("how.sources", sources=provenance.attribution(source_ids, self.t.language))

    def chosen_group(self) -> str:
        """Return the name of the group compared, with the chosen organisation model where there is one."""
        name, model = self.group_name(self.group_id), self.selection.model
        return f"{name}, {text.model(self.t, model).lower()}" if model else name

    def group_name(self, group_id: str) -> str:
        """Return a group's name in the user's language."""
        if group_id in (SIMILAR, SAME_NEED):
            return self.t(f"group.{group_id}", n=self.selection.n)
        if group_id == "all" and self.selection.aland:
            return self.t("group.all_aland")
        return text.group(self.t, group_id, self.register)


def likeness_of(context: PageContext, indicator: Indicator, year: int) -> tuple[peers.Structure, dict[str, float]]:
    """Return the variables by which the chosen kind of peers are alike for an indicator, and their weights."""
    if (by_need := context._same_need(indicator, year)) is not None:
        return by_need, same_need.WEIGHTS
    return structure.structure(context.data, indicator.service, year), context.selection.all_weights


def ranked_peers(context: PageContext, indicator: Indicator, year: int) -> list[peers.Peer]:
    """Return all candidates in order of likeness with the chosen municipality (docs/methods.md 7); none for an area of
    the user's own."""
    if context.area:
        return []
    s, (likeness, weights) = context.selection, likeness_of(context, indicator, year)
    return peers.ranked(likeness, s.municipality, weights, peers.candidates(likeness, s.municipality, s.aland))


def nearest_peers(context: PageContext, indicator: Indicator, year: int) -> list[str]:
    """Return the codes of the chosen number of peers, the first of `ranked_peers`."""
    if context.area:
        return []
    s, (likeness, weights) = context.selection, likeness_of(context, indicator, year)
    of = peers.candidates(likeness, s.municipality, s.aland)
    codes, *_ = peers.nearest(likeness, s.municipality, weights, of, s.n)
    return codes


def with_overlay(shared: Database, workspace: Workspace) -> Database:
    """Return a database of the same snapshot with a workspace laid over it."""
    overlay = Overlay(own_figures.actuals(workspace.figures), workspace.indicators)
    return Database(shared.snapshot, overlay, shared)


def read(query: Mapping[str, str], data: Database | None = None, workspace: Workspace = EMPTY) -> PageContext:
    """Return the page context of a query string, over the given data or those in use.

    Unknown and invalid parts are dropped, each with a notice. Raises DataError where the data cannot be used.
    """
    in_use = (data or database.current()).without_area
    received, query = query, dict(links.cleaned(query.items()))
    asked = links.trimmed(query.get(VINTAGE, ""))
    data = database.kept(asked) or in_use if asked != in_use.snapshot.digest else in_use
    catalogue = figures.catalogue(data)
    register, groups = figures.register(data), figures.groups(data)
    language = language_of(query)
    notices: list[tuple[str, dict[str, Any]]] = []
    if "kieli" in query and not links.meant(query["kieli"], settings.LANGUAGES):
        notices.append(("kieli", {"value": shortened(query["kieli"])}))
    t = Translator(language)

    def value_or_default(part: str, options: Any, default: Any, shown: Callable[[Any], str] = str) -> Any:
        value = query.get(part)
        if value is None:
            return default
        if (found := links.meant(value, options)) is not None:
            return found or default
        notices.append((part, {"value": shortened(value), "used": shown(default)}))
        return default

    area = None
    if "alue" in query:
        try:
            area = own_area(links.trimmed(query["alue"]), register)
            data = database.over_area(data, area.members)
        except AreaError as error:
            notices.append(("alue", {"reason": t(f"area.{error.reason}", **error.parts)}))
    municipalities = [code for code in register if code != MAINLAND]
    largest = max(
        (c for c in municipalities if register[c]["loaded"]),
        key=lambda c: register[c]["residents"] or 0,
        default=municipalities[0],
    )
    municipality = (
        OWN_AREA
        if area
        else value_or_default("kunta", municipalities, largest, lambda c: register[c][f"name_{language}"])
    )
    # includes measures that have only plans, which are not indicators
    uploaded = {measure.id for measure in workspace.measures}
    if query.get("mittari", "").startswith("own_") and query["mittari"] not in (*catalogue, *uploaded):
        notices.append(("uploaded", {}))
    if query.get("mittari") in uploaded - set(catalogue):
        query = {part: value for part, value in query.items() if part != "mittari"}
    indicator = value_or_default(
        "mittari",
        catalogue,
        FIRST_INDICATOR if FIRST_INDICATOR in catalogue else next(iter(catalogue)),
        lambda i: catalogue[i].name[language],
    )
    aland = value_or_default("aland", ("0", "1"), "0") == "1"
    prices = value_or_default("hinnat", (NOMINAL, CONSTANT), NOMINAL)
    default_group = "largest-20" if not area and register[municipality]["largest_20"] else "all"
    group_id = value_or_default("ryhma", [*groups, LISTED, *OF_ONE], default_group, lambda g: t(f"group.{g}"))
    if area and group_id in OF_ONE:
        group_id = default_group
        notices.append(("no_peers", {"name": area.name, "used": t(f"group.{default_group}")}))
    cost_years = {str(y): y for y in data.snapshot.manifest["years"]}
    base_year = cost_years.get(value_or_default("perusvuosi", cost_years, ""), 0)
    averaged = value_or_default("keskiarvo", ("1", str(YEARS_IN_MEAN)), "1") != "1"
    n = int(value_or_default("n", [str(n) for n in range(peers.FEWEST, peers.MOST + 1)], str(peers.USUAL)))
    beside = value_or_default("rinnalla", catalogue, None, lambda _: "")
    models = sorted({tag.model for tag in workspace.tags})
    model = value_or_default("organisointi", models, "", lambda _: "")
    rug = value_or_default("nakyma", (RUG,), "") == RUG
    value_or_default("muoto", (BARE,), "", lambda _: "")
    order = value_or_default("jarjestys", ORDERS, BY_INDICATOR, lambda o: t(f"rug.order_{o}"))
    weights, bad_weights = read_weights(links.trimmed(query.get("painot", "")))
    targets, bad_targets = read_targets(links.trimmed(query.get("tavoite", "")))
    if bad_targets:
        notices.append(("tavoite", {"value": shortened(", ".join(bad_targets))}))
    scenario = read_scenario(links.trimmed(query.get("skenaario", "")))
    if query.get("skenaario") and scenario is None:
        notices.append(("skenaario", {"value": shortened(query["skenaario"])}))
    if bad_weights:
        notices.append(("painot", {"value": shortened(", ".join(bad_weights))}))
    try:
        cards = deck.unpacked(links.trimmed(query["esitys"])) if query.get("esitys") else ()
    except DeckError as error:
        cards = ()
        notices.append(("esitys", {"reason": t(f"deck.{error.reason}", most=deck.MOST_CARDS)}))
    if base_year:
        catalogue = figures.catalogue(data, base_year)
    basis = Basis(years_together=YEARS_IN_MEAN if averaged else 1)
    years = figures.years(data, catalogue[indicator], basis)
    newest = figures.newest_year(data, catalogue[indicator], basis)
    data_years = {str(year): year for year in figures.data_years(data)}
    year = value_or_default("vuosi", data_years, "", lambda _: str(newest or t("missing.mark")))
    listed = [links.meant(code, municipalities) or code for code in query.get("kunnat", "").split(",") if code]
    compared = tuple(dict.fromkeys(c for c in listed if c in municipalities and c != municipality))[:MOST_COMPARED]
    dropped = [c for c in listed if c not in compared and c != municipality]
    if dropped:
        notices.append(("kunnat", {"value": shortened(", ".join(dict.fromkeys(dropped))), "most": MOST_COMPARED}))
    page_params = tuple((part, query[part][:LONGEST_PART]) for part in PAGE_PARAMS if part in query)
    unknown_parts = [name for name in query if name not in (*PARAMETERS, *PAGE_PARAMS)]
    if unknown_parts:
        notices.append(("unknown", {"value": shortened(", ".join(unknown_parts))}))
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
        area,
    )
    texts = tuple(t(f"notice.{key}", **parts) for key, parts in notices)
    return PageContext(data, in_use, catalogue, register, groups, years, selection, t, texts, dict(received), workspace)
