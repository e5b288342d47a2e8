"""The address ↔ what is chosen. The query string is the whole state: codes, never labels, so a link means the same in
each language. Nothing here knows what draws the view."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from kuntamittari import settings
from kuntamittari.catalog import organisation_models, structural_variables
from kuntamittari.exhibits import deck
from kuntamittari.exhibits.deck import Card
from kuntamittari.stats import peers
from kuntamittari.stats.scenario import MOST_MILLIONS, MOST_SAVED, Scenario

FIRST_INDICATOR = "basic_education_cost_per_7_15"
MOST_COMPARED = 20  # municipalities of an own list beside the chosen one
PARAMETERS = (
    "kieli",
    "kunta",
    "kunnat",
    "ryhma",
    "mittari",
    "vuosi",
    "aland",
    "hinnat",
    "perusvuosi",
    "keskiarvo",
    "n",
    "painot",
    "rinnalla",
    "nakyma",
    "jarjestys",
    "tavoite",
    "skenaario",
    "organisointi",
    "esitys",
)

# what only one page asks for: each page knows its own options
PAGE_PARAMS = (
    "luku",
    "kaikki",
    "kartta",
    "ika",
    "palvelu",
    "haarukka",
    "hinta",
    "kohden",
    "sektori",
    "panokset",
    "tulos",
    "toinen",
    "dia",
    "haku",
    "teema",
    "laji",
    "malli",
    "tehtava",
    "paikka",
    "aika",
    "kirjaus",
    "kierros",
    "kysymys",
    "jako",
    "arvio",
)

LONGEST_PART = 400  # characters of one of them
NOMINAL, CONSTANT = "nimellinen", "kiintea"
YEARS_IN_MEAN = 3
RUG = "matto"
BY_INDICATOR, BY_NAME, BY_SIZE = "mittari", "nimi", "vaesto"  # orders of the rug
SCENARIO_KEYS = {"pohja": "base", "saasto": "saving", "kerta": "one_off"}
TARGET_KEYS = {"all": "kaikki", "education_culture": "koulutus", "social_health": "sote"}
ORDERS = (BY_INDICATOR, BY_NAME, BY_SIZE)
LOST_PAGE = "sivu"  # set by the server when it sends a reader of an unknown page to the overview


@dataclass(frozen=True)
class Selection:
    """What the address asks for, every part known to exist."""

    language: str
    municipality: str
    compared: tuple[str, ...]
    group_id: str
    indicator_id: str
    year: int  # 0: the newest that there is of each indicator
    aland: bool
    constant_prices: bool = False
    base_year: int = 0  # of constant prices and of indices; 0: the last year with costs, the indicator's own
    averaged: bool = False
    n: int = peers.USUAL
    weights: tuple[tuple[str, float], ...] = ()  # structural variables whose weight is not the usual one
    beside_id: str | None = None
    rug: bool = False
    order: str = BY_INDICATOR
    targets: tuple[tuple[str, float], ...] = ()  # sector → the reader's own target, per cent a year
    scenario: Scenario | None = None
    model: organisation_models.Model | Literal[""] = (
        ""  # only those of a group who organise the service so, by the reader's own file
    )
    page_params: tuple[tuple[str, str], ...] = ()  # the choices of one page, as they stand in the address
    deck: tuple[Card, ...] = ()  # the slides that the reader has gathered

    def query(self, **changes: Any) -> dict[str, str]:
        """The query string of this choice with some parts changed."""
        s = replace(self, **changes)
        query = {"kieli": s.language, "kunta": s.municipality, "ryhma": s.group_id, "mittari": s.indicator_id}
        optional = {
            "vuosi": s.year,
            "kunnat": ",".join(s.compared),
            "aland": "1" if s.aland else None,
            "hinnat": CONSTANT if s.constant_prices else None,
            "perusvuosi": s.base_year,
            "keskiarvo": YEARS_IN_MEAN if s.averaged else None,
            "n": s.n if s.n != peers.USUAL else None,
            "painot": ",".join(f"{structural_variables.variables()[v]['key']}:{weight:g}" for v, weight in s.weights),
            "rinnalla": s.beside_id,
            "nakyma": RUG if s.rug else None,
            "jarjestys": s.order if s.order != BY_INDICATOR else None,
            "skenaario": ",".join(f"{key}:{getattr(s.scenario, field):.10g}" for key, field in SCENARIO_KEYS.items())
            if s.scenario
            else None,
            "tavoite": ",".join(f"{TARGET_KEYS[sector]}:{target:g}" for sector, target in s.targets),
            "organisointi": s.model,
            "esitys": deck.packed(s.deck),
        }
        return query | {part: str(value) for part, value in optional.items() if value} | dict(s.page_params)

    @property
    def all_weights(self) -> dict[str, float]:
        """The weight of every structural variable."""
        return structural_variables.usual_weights() | dict(self.weights)


def language_of(query: Mapping[str, str]) -> str:
    """The language an address asks for when it is one of ours, else the default."""
    asked = query.get("kieli", settings.default_language())
    return asked if asked in settings.LANGUAGES else settings.default_language()


def read_weights(text: str) -> tuple[tuple[tuple[str, float], ...], list[str]]:
    """painot=vaesto:2,ika:0.5 as weights that are not the usual ones, and the parts that are none. A choice in which
    nothing weighs anything is none either."""
    keys = {about["key"]: variable for variable, about in structural_variables.variables().items()}
    weights, wrong = dict[str, float](), []
    for part in filter(None, text.split(",")):
        key, _, number = part.partition(":")
        if key in keys and re.fullmatch(r"\d(\.\d)?", number) and float(number) <= peers.HEAVIEST:
            weights[keys[key]] = float(number)
        else:
            wrong.append(part)
    if not any((structural_variables.usual_weights() | weights).values()):
        return (), [*wrong, text]
    return tuple(
        (v, weights[v]) for v, usual in structural_variables.usual_weights().items() if weights.get(v, usual) != usual
    ), wrong


def read_targets(text: str) -> tuple[tuple[tuple[str, float], ...], list[str]]:
    """tavoite=kaikki:1,sote:-0.5 as targets of sectors, and the parts that are none."""
    sectors = {key: sector for sector, key in TARGET_KEYS.items()}
    targets, wrong = dict[str, float](), []
    for part in filter(None, text.split(",")):
        key, _, number = part.partition(":")
        if key in sectors and re.fullmatch(r"-?(1?\d(\.\d)?|20(\.0)?)", number):
            targets[sectors[key]] = float(number)
        else:
            wrong.append(part)
    return tuple((sector, targets[sector]) for sector in TARGET_KEYS if sector in targets), wrong


def read_scenario(text: str) -> Scenario | None:
    """skenaario=pohja:12.5,saasto:5,kerta:1 as a scenario; None where a part is missing, unknown or out of bounds."""
    parts = dict(part.partition(":")[::2] for part in text.split(","))
    if parts.keys() != SCENARIO_KEYS.keys() or not all(
        re.fullmatch(r"\d{1,4}(\.\d{1,3})?", number) for number in parts.values()
    ):
        return None
    asked = Scenario(**{SCENARIO_KEYS[key]: float(number) for key, number in parts.items()})
    bounds = 0 < asked.base <= MOST_MILLIONS and asked.saving <= MOST_SAVED and asked.one_off <= MOST_MILLIONS
    return asked if bounds else None
