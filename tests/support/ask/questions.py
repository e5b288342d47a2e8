"""Questions of assistants made at random, each with the request to /api/v1 that has the same figures."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from kuntamittari import settings
from kuntamittari.catalog import loader
from tests.support.ask.claims import Known, claims

NUMBER = 500
LANGUAGES = ("fi", "sv", "en")
WORDS = {  # what people call indicators → id
    "perusopetus": "basic_education_cost_per_7_15",
    "grundläggande utbildning": "basic_education_cost_per_7_15",
    "library services": "library_cost_per_resident",
    "kirjasto": "library_cost_per_resident",
    "työttömyysaste": "unemployment_rate",
    "arbetslöshetsgrad": "unemployment_rate",
    "youth work": "youth_work_cost_per_resident",
    "primärvård": "primary_care_cost_per_resident",
}
SERVICES = ("basic_education", "early_childhood", "library", "upper_secondary", "sports")
MISSPELT = {"Tamperre": "837", "Jyväsykylä": "179", "Rovanimei": "698", "Helsinkki": "091", "Ouulu": "564"}
FORMER = {"Jalasjärvi": "301", "Juankoski": "297", "Nastola": "398"}  # → the municipality of today
YEAR = 2019


@dataclass(frozen=True)
class Question:
    """A call of a tool, and what answers the same: a request to the interface, or a refusal that names `near`."""

    tool: str
    arguments: dict[str, Any]
    path: str = ""
    query: Mapping[str, str] | None = None
    near: str = ""
    others: tuple[str, ...] = ()  # municipalities of which the request is repeated


def register() -> pd.DataFrame:
    """Return the municipalities of the bundle and a few that it has not loaded."""
    table = pd.read_parquet(settings.ROOT / "data" / "municipality.parquet").set_index("code")
    return table[table["loaded"] & (table.index != "MA1")]


def questions(number: int = NUMBER, seed: int = 28) -> Iterator[Question]:
    """Yield questions to every tool in turn, in the three languages, by name and by code."""
    chance, places = random.Random(seed), register()
    said = list(claims(number // 10 + 1, seed))
    kinds = ("figure", "compare", "rank", "why", "peers", "gaps", "verify", "misspelt", "former", "find")
    for n in range(number):
        yield one(kinds[n % len(kinds)], chance, places, LANGUAGES[n // len(kinds) % 3], said[n // len(kinds)])


def one(kind: str, chance: random.Random, places: pd.DataFrame, lang: str, claim: Known) -> Question:
    """Return a question of a kind, drawn at random."""
    code = chance.choice(sorted(places.index))
    other = chance.choice(sorted(set(places.index) - {code}))
    name = chance.choice([code, places.loc[code, f"name_{chance.choice(LANGUAGES)}"]])
    word, indicator = chance.choice(sorted(WORDS.items()))
    if chance.random() < 0.5:
        word = indicator = chance.choice([one.id for one in loader.indicators().values() if one.costs])
    year, service = chance.choice((2015, 2017, 2018, YEAR, 1997)), chance.choice(SERVICES)
    of = {"indicator": indicator, "municipality": code, "year": str(year), "group": "largest-20"}
    asked = {"municipality": name, "indicator": word, "year": year, "group": "largest-20", "lang": lang}
    match kind:
        case "figure":
            return Question("figure", asked, "benchmark", of)
        case "rank":
            group = chance.choice(("similar", "all", "largest-20"))
            year = year if group != "similar" or year != 1997 else YEAR
            return Question(
                "figure", asked | {"group": group, "year": year}, "benchmark", of | {"group": group, "year": str(year)}
            )
        case "compare":
            both = [name, places.loc[other, f"name_{lang}"]]
            arguments = {"indicator": word, "municipalities": both, "year": year, "lang": lang}
            return Question("compare", arguments, "benchmark", of, others=(code, other))
        case "why":
            arguments = {"municipality": name, "service": service, "lang": lang}
            return Question("why_dearer", arguments, "gaps", {"municipality": code, "group": "similar"})
        case "peers":
            arguments = {"municipality": name, "service": service, "n": 5, "lang": lang}
            return Question("peers", arguments, "peers", {"municipality": code, "service": service, "n": "5"})
        case "gaps":
            arguments = {"municipality": name, "group": "largest-20", "lang": lang}
            return Question("gaps", arguments, "gaps", {"municipality": code, "group": "largest-20"})
        case "verify":
            arguments = {"claim": claim.text, "lang": claim.language}
            return Question("verify", arguments, "verify", {"text": claim.text, "lang": claim.language})
        case "misspelt":
            wrong, near = chance.choice(sorted(MISSPELT.items()))
            return Question("figure", asked | {"municipality": wrong}, near=near)
        case "former":
            former, successor = chance.choice(sorted(FORMER.items()))
            return Question("figure", asked | {"municipality": former}, "benchmark", of | {"municipality": successor})
    return Question("find_indicator", {"query": word.replace("_", " "), "lang": lang}, f"indicators/{indicator}", {})
