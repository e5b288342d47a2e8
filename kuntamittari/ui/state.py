"""The address ↔ what is chosen. The query string is the whole state: codes, never labels, so a link means the same in
each language. Widgets write to the address; the address decides what is shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from kuntamittari import catalog, database, figures, settings
from kuntamittari.catalog import Indicator
from kuntamittari.database import Database
from kuntamittari.figures import MAINLAND, OWN, Group, shortened
from kuntamittari.i18n import Translator

FIRST_INDICATOR = "basic_education_cost_per_7_15"
MOST_COMPARED = 7  # with the chosen one, eight lines
PARAMETERS = ("kieli", "kunta", "kunnat", "ryhma", "mittari", "vuosi", "aland", "hinnat")
NOMINAL, CONSTANT = "nimellinen", "kiintea"
LOST_PAGE = "sivu"  # set by the server when it sends a reader of an unknown page to the overview


@dataclass(frozen=True)
class Selection:
    """What the address asks for, every part known to exist."""

    language: str
    municipality: str
    compared: tuple[str, ...]
    group_id: str
    indicator_id: str
    year: int
    aland: bool
    constant_prices: bool = False

    def query(self, **changes: Any) -> dict[str, str]:
        """The query string of this choice with some parts changed."""
        s = replace(self, **changes)
        query = {"kieli": s.language, "kunta": s.municipality, "ryhma": s.group_id, "mittari": s.indicator_id, "vuosi": str(s.year)}
        if s.compared:
            query["kunnat"] = ",".join(s.compared)
        if s.aland:
            query["aland"] = "1"
        if s.constant_prices:
            query["hinnat"] = CONSTANT
        return query


@dataclass(frozen=True)
class View:
    """One run of one page: a snapshot of the data, the catalogue, the choice, the reader's language and what was dropped."""

    data: Database
    catalogue: dict[str, Indicator]
    register: dict[str, dict[str, Any]]
    groups: dict[str, dict[str, Any]]
    years: list[int]
    selection: Selection
    t: Translator
    notices: tuple[str, ...]
    address: dict[str, str]  # the query string as it came

    @property
    def indicator(self) -> Indicator:
        return self.catalogue[self.selection.indicator_id]

    @property
    def group(self) -> Group:
        """The chosen group; `own` is the chosen municipality and those it is compared with."""
        s = self.selection
        own = (s.municipality, *s.compared) if s.group_id == OWN else ()
        return Group(s.group_id, own, s.aland)

    def name(self, code: str) -> str:
        """A municipality's name in the reader's language, always in the nominative."""
        return self.register[code][f"name_{self.t.language}"]

    def group_name(self, group_id: str) -> str:
        """A group's name in the reader's language."""
        family, _, code = group_id.partition("-")
        if family in ("region", "wellbeing", "grouping"):
            return self.t(f"group.{family}", name=self._grouping_name(family, code))
        return self.t("group.all_aland") if group_id == "all" and self.selection.aland else self.t(f"group.{group_id}")

    def _grouping_name(self, family: str, code: str) -> str:
        member = next(r for r in self.register.values() if r[f"{family}_code"] == code)
        return member[f"{family}_{self.t.language}"]


@st.cache_resource(max_entries=4)
def _directory(digest: str, _data: Database) -> tuple[dict, dict]:
    return figures.register(_data), figures.groups(_data)


def years_of(data: Database, indicator: Indicator) -> list[int]:
    """The years in which an indicator has figures, in order."""
    return _years(data.snapshot.digest, data, indicator)


@st.cache_resource(max_entries=200)
def _years(digest: str, _data: Database, indicator: Indicator) -> list[int]:
    return figures.years(_data, indicator)


def language_of(query: Mapping[str, str]) -> str:
    """The language an address asks for when it is one of ours, else the default."""
    asked = query.get("kieli", settings.default_language())
    return asked if asked in settings.LANGUAGES else settings.default_language()


def read(query: Mapping[str, str]) -> View:
    """The view an address asks for. Unknown parts are dropped, each with a notice that names it. Raises DataError."""
    data, catalogue = database.current(), catalog.indicators()
    register, groups = _directory(data.snapshot.digest, data)
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
    largest = max((c for c in places if register[c]["loaded"]), key=lambda c: register[c]["residents"] or 0, default=places[0])
    municipality = asked("kunta", places, largest, lambda c: register[c][f"name_{language}"])
    indicator = asked("mittari", catalogue, FIRST_INDICATOR if FIRST_INDICATOR in catalogue else next(iter(catalogue)),
                      lambda i: catalogue[i].name[language])  # fmt: skip
    aland = asked("aland", ("0", "1"), "0") == "1"
    prices = asked("hinnat", (NOMINAL, CONSTANT), NOMINAL)
    home = "largest-20" if register[municipality]["largest_20"] else "all"
    group_id = asked("ryhma", [*groups, OWN], home, lambda g: t(f"group.{g}"))
    years = years_of(data, catalogue[indicator])
    options = {str(y): y for y in years}
    year = asked("vuosi", options, str(years[-1]) if years else "")
    listed = [code for code in query.get("kunnat", "").split(",") if code]
    compared = tuple(dict.fromkeys(c for c in listed if c in places and c != municipality))[:MOST_COMPARED]
    dropped = [c for c in listed if c not in compared and c != municipality]
    if dropped:
        notices.append(("kunnat", {"value": shortened(", ".join(dict.fromkeys(dropped))), "most": MOST_COMPARED}))
    if LOST_PAGE in query:
        notices.append(("page", {"value": shortened(query[LOST_PAGE])}))
    strangers = [name for name in query if name not in (*PARAMETERS, LOST_PAGE)]
    if strangers:
        notices.append(("unknown", {"value": shortened(", ".join(strangers))}))
    selection = Selection(
        language,
        municipality,
        compared,
        group_id,
        indicator,
        options.get(year, data.snapshot.manifest["years"][-1]),
        aland,
        prices == CONSTANT,
    )
    said = tuple(t(f"notice.{key}", **parts) for key, parts in notices)
    return View(data, catalogue, register, groups, years, selection, t, said, dict(query))


def write(view: View, **changes: Any) -> None:
    """Puts a changed choice into the address.

    A reader who goes Back twice in a hurry makes the browser send choices of the page she has left under the address she
    goes to; they are not hers, and the address wins. A browser that has not yet learnt of the last change is believed.
    """
    arrived, last = st.query_params.to_dict(), st.session_state.get("last-write")
    if arrived != view.address and (arrived, view.address) != last:
        return
    query = view.selection.query(**changes)
    st.session_state["last-write"] = (arrived, query)
    st.query_params.from_dict(query)
