"""The selection and its query string. The address is the whole state of a page.

It holds codes, never labels, so a link means the same in every language.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from kuntamittari import settings
from kuntamittari.catalog import organisation_models, structural_variables
from kuntamittari.catalog.areas import OWN_AREA, OwnArea
from kuntamittari.exhibits import deck, links
from kuntamittari.exhibits.deck import Card
from kuntamittari.stats import peers
from kuntamittari.stats.scenario import MOST_MILLIONS, MOST_SAVED, Scenario

FIRST_INDICATOR = "basic_education_cost_per_7_15"
MOST_COMPARED = 20  # municipalities compared with the chosen one
VINTAGE = "aineisto"  # version of the data set that a link was made from
PARAMETERS = (
    "kieli",
    "kunta",
    "alue",
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
    "muoto",
    VINTAGE,
)

BARE = "upotus"  # value of muoto: the document of the view alone, which other sites may frame

# parameters of one page only, whose values that page interprets
PAGE_PARAMS = (
    "kuva",
    "luku",
    "kaikki",
    "konserni",
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
    "kohta",
)

LONGEST_PART = 400  # characters of the value of such a parameter
NOMINAL, CONSTANT = "nimellinen", "kiintea"
YEARS_IN_MEAN = 3
RUG = "matto"  # value of the parameter nakyma
BY_INDICATOR, BY_NAME, BY_SIZE = "mittari", "nimi", "vaesto"  # orders of the rug
SCENARIO_KEYS = {"pohja": "base", "saasto": "saving", "kerta": "one_off"}
TARGET_KEYS = {"all": "kaikki", "education_culture": "koulutus", "social_health": "sote"}
ORDERS = (BY_INDICATOR, BY_NAME, BY_SIZE)


@dataclass(frozen=True)
class Selection:
    """What the address selects; every code is known to exist."""

    language: str
    municipality: str
    compared: tuple[str, ...]
    group_id: str
    indicator_id: str
    year: int  # 0: the newest of each indicator
    aland: bool
    constant_prices: bool = False
    base_year: int = 0  # of constant prices and indices; 0: the last year with costs, and the indicator's own
    averaged: bool = False
    n: int = peers.USUAL
    weights: tuple[tuple[str, float], ...] = ()  # structural variables with another weight than the default
    beside_id: str | None = None
    rug: bool = False
    order: str = BY_INDICATOR
    targets: tuple[tuple[str, float], ...] = ()  # sector → the user's target, per cent a year
    scenario: Scenario | None = None
    # compare only with members that organise the service by this model, according to the uploaded file
    model: organisation_models.Model | Literal[""] = ""
    page_params: tuple[tuple[str, str], ...] = ()  # parameters of one page, as in the address
    deck: tuple[Card, ...] = ()  # the slides that the user has collected
    area: OwnArea | None = None  # an area of the user's own: chosen where the municipality is OWN_AREA

    def query(self, **changes: Any) -> dict[str, str]:
        """Return the query string of the selection with some fields changed.

        Raises DeckError where the deck is too long for an address.
        """
        s = replace(self, **changes)
        chosen = {"alue": s.area.text} if s.area and s.municipality == OWN_AREA else {"kunta": s.municipality}
        query = {"kieli": s.language, **chosen, "ryhma": s.group_id, "mittari": s.indicator_id}
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
        """Return the weight of every structural variable."""
        return structural_variables.usual_weights() | dict(self.weights)


def language_of(query: Mapping[str, str]) -> str:
    """Return the language of an address, or the default where it has none or an unknown one."""
    return links.meant(query.get("kieli", ""), settings.LANGUAGES) or settings.default_language()


def read_weights(text: str) -> tuple[tuple[tuple[str, float], ...], list[str]]:
    """Return the weights of painot=vaesto:2,ika:0.5 that differ from the default, and the invalid parts.

    Weights that are all zero are invalid as a whole.
    """
    keys = {about["key"]: variable for variable, about in structural_variables.variables().items()}
    weights, invalid = dict[str, float](), []
    for part in filter(None, text.split(",")):
        key, _, number = part.partition(":")
        if key in keys and re.fullmatch(r"\d(\.\d)?", number) and float(number) <= peers.HEAVIEST:
            weights[keys[key]] = float(number)
        else:
            invalid.append(part)
    if not any((structural_variables.usual_weights() | weights).values()):
        return (), [*invalid, text]
    return tuple(
        (v, weights[v]) for v, usual in structural_variables.usual_weights().items() if weights.get(v, usual) != usual
    ), invalid


def read_targets(text: str) -> tuple[tuple[tuple[str, float], ...], list[str]]:
    """Return the sector targets of tavoite=kaikki:1,sote:-0.5 (% a year), and the invalid parts."""
    sectors = {key: sector for sector, key in TARGET_KEYS.items()}
    targets, invalid = dict[str, float](), []
    for part in filter(None, text.split(",")):
        key, _, number = part.partition(":")
        if key in sectors and re.fullmatch(r"-?(1?\d(\.\d)?|20(\.0)?)", number):
            targets[sectors[key]] = float(number)
        else:
            invalid.append(part)
    return tuple((sector, targets[sector]) for sector in TARGET_KEYS if sector in targets), invalid


def read_scenario(text: str) -> Scenario | None:
    """Return the scenario of skenaario=pohja:12.5,saasto:5,kerta:1; None where it is incomplete or invalid."""
    parts = dict(part.partition(":")[::2] for part in text.split(","))
    if parts.keys() != SCENARIO_KEYS.keys() or not all(
        re.fullmatch(r"\d{1,4}(\.\d{1,3})?", number) for number in parts.values()
    ):
        return None
    scenario = Scenario(**{SCENARIO_KEYS[key]: float(number) for key, number in parts.items()})
    valid = 0 < scenario.base <= MOST_MILLIONS and scenario.saving <= MOST_SAVED and scenario.one_off <= MOST_MILLIONS
    return scenario if valid else None
