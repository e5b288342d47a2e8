"""Claims with known truth, made from values.parquet and the register without our own queries."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import pandas as pd

from kuntamittari import settings
from kuntamittari.catalog import loader
from kuntamittari.i18n import Translator

NUMBER = 200
LANGUAGES = ("fi", "sv", "en")
SENTENCES = {
    "fi": ("{name}: {label} {value} {unit} vuonna {year}", "{label}, {name}, {year}: {value} {unit}"),
    "sv": ("{name}: {label} {value} {unit} år {year}", "{label}, {name}, {year}: {value} {unit}"),
    "en": ("{name}: {label} {value} {unit} in {year}", "{label}, {name}, {year}: {value} {unit}"),
}
WITHOUT_YEAR = "{name}: {label} {value} {unit}"
RANKS = {
    "fi": "{name}: {label} sija {rank}/{n} vuonna {year}",
    "sv": "{name}: {label} plats {rank} av {n} år {year}",
    "en": "{name}: {label}, rank {rank} of {n} in {year}",
}
CHANGES = {"fi": "{name}: {label} yli {value} {unit} {year}", "sv": "{name}: {label} ökade till {value} {unit} {year}"}
CHANGES["en"] = "{name}: {label} below {value} {unit} {year}"
NOT_LOADED = ("098", "444")  # outside the bundle


@dataclass(frozen=True)
class Known:
    """A claim, the verdict that is right, and the language that it is in."""

    text: str
    right: str
    language: str


@cache
def published() -> pd.DataFrame:
    """Return every published value of the twenty cities: indicator, municipality, year, value."""
    table = pd.read_parquet(settings.ROOT / "data" / "values.parquet")
    table = table[table["value"].notna() & (table["municipality"] != "MA1")]
    costs = [
        one.id for one in loader.indicators().values() if one.costs and one.formula and one.formula.kind == "ratio"
    ]
    return table[table["indicator"].isin(costs)]


@cache
def register() -> pd.DataFrame:
    """Return the register by code."""
    return pd.read_parquet(settings.ROOT / "data" / "municipality.parquet").set_index("code")


def figures() -> dict[tuple[str, str, int], float]:
    """Return (indicator, municipality, year) → value."""
    rows = published()[["indicator", "municipality", "year", "value"]]
    return {(i, m, int(y)): v for i, m, y, v in rows.itertuples(index=False)}


def claims(number: int = NUMBER, seed: int = 20) -> Iterator[Known]:
    """Yield claims of every kind in turn, in the three languages."""
    chance, known = random.Random(seed), figures()
    keys = sorted(known)
    largest = set(register().query("largest_20").index)
    makers = (
        "shown",
        "rounded",
        "moved",
        "older",
        "other_year",
        "other_place",
        "rank",
        "wrong_rank",
        "change",
        "absent",
    )
    made = 0
    while made < number:
        kind = makers[made % len(makers)]
        claim = one(kind, chance, known, keys, largest, LANGUAGES[made // len(makers) % len(LANGUAGES)])
        if claim:
            made += 1
            yield claim


def one(
    kind: str,
    chance: random.Random,
    known: Mapping[tuple[str, str, int], float],
    keys: Sequence[tuple[str, str, int]],
    largest: set[str],
    language: str,
) -> Known | None:
    """Return a claim of a kind about a figure drawn at random; None where that figure does not lend itself to it."""
    indicator, place, year = chance.choice(keys)
    about, value = loader.indicators()[indicator], known[indicator, place, year]
    t, newest = Translator(language), max(y for i, m, y in known if (i, m) == (indicator, place))
    members = sorted(m for i, m, y in known if (i, y) == (indicator, year) and m in largest)
    shown = round(value, about.decimals)
    words = {"name": register().loc[place, f"name_{language}"], "label": about.label[language], "year": year}
    words |= {"unit": about.unit[language], "n": len(members)}

    def said(sentence: str, number: float = value, decimals: int = about.decimals) -> str:
        return sentence.format(**words, value=t.number(number, decimals))

    sentence = chance.choice(SENTENCES[language])
    same = {round(known.get((indicator, place, y), -1), about.decimals) for y in range(2015, 2020) if y != year}
    match kind:
        case "shown":
            return Known(said(sentence), "true", language)
        case "rounded":
            coarse = round(value, 0 if about.decimals else -1)
            apart = abs(coarse - value) / abs(value) if value else 1
            fits = coarse != shown and apart < 0.02 and not (not about.decimals and coarse % 100 == 0)
            return Known(said(sentence, coarse, 0), "rounded", language) if fits else None
        case "moved":
            return Known(said(sentence, value * chance.choice((0.9, 0.95, 1.06, 1.1))), "different", language)
        case "older":
            now = round(known[indicator, place, newest], about.decimals)
            fits = year < newest and abs(now - shown) > max(1.0, 0.03 * abs(now)) and shown not in same
            return Known(said(WITHOUT_YEAR), "outdated", language) if fits else None
        case "other_year":
            then = known.get((indicator, place, year - 1))
            if then is None or abs(then - value) <= 0.03 * abs(value):
                return None
            return Known(said(sentence, then), "different", language)
        case "other_place":
            other = known.get((indicator, chance.choice(members), year))
            if other is None or abs(other - value) <= 0.03 * abs(value):
                return None
            return Known(said(sentence, other), "different", language)
        case "rank" | "wrong_rank":
            values = sorted(known[indicator, m, year] for m in members)
            if place not in largest or about.polarity == "higher" or len(members) != 20:
                return None
            rank = values.index(value) + 1
            rank = rank if kind == "rank" else rank % len(members) + 1
            right = "true" if kind == "rank" else "different"
            return Known(RANKS[language].format(**words, rank=rank), right, language)
        case "change":
            return Known(said(CHANGES[language]), "not_understood", language)
    words["name"] = register().loc[chance.choice(NOT_LOADED), f"name_{language}"]
    return Known(said(sentence), "no_figure", language)
