"""Sentences about a figure, word for word in three languages (the space in numbers is looked at in test_i18n.py)."""

import re
from string import Formatter
from typing import Any

import pytest

from kuntamittari import settings
from kuntamittari.catalog import loader
from kuntamittari.catalog.indicator import Break, Indicator, Text
from kuntamittari.exhibits import text
from kuntamittari.i18n import Translator, texts
from kuntamittari.query import comparisons, figures
from kuntamittari.query.database import Database
from kuntamittari.query.snapshot import open_snapshot
from tests.support.small_data import MakeData, noise_of

INDICATORS = loader.load(settings.PACKAGE / "catalog" / "indicators")
PRE_PRIMARY = INDICATORS["pre_primary_cost_per_6"]
NAME = {"fi": "Parainen", "sv": "Pargas", "en": "Pargas"}
GROUP = {"fi": "20 suurinta kaupunkia", "sv": "20 största städerna", "en": "20 largest cities"}
# situation → costs and six-year-olds of each municipality (445 is Pargas), what is asked, and the finding in each
# language
OTHERS = {
    "002": (900_000, 100),
    "003": (1_000_000, 100),
    "004": (1_100_000, 100),
    "005": (920_000, 100),
    "006": (940_000, 100),
    "007": (960_000, 100),
    "008": (1_050_000, 100),
}
FINDINGS: dict[str, tuple[dict[str, tuple[int | None, int]], dict[str, Any], dict[str, str]]] = {
    "a member is ranked and judged": (
        {"445": (852_854, 100), **OTHERS},
        {},
        {
            "fi": "Parainen: esiopetus 8 529 € / 6-vuotias vuonna 2018. "
            "Ryhmän mediaani on 9 500 (20 suurinta kaupunkia, n = 8). "
            "Sija on 1 (1–1) / 8, pienin ensin. Luku on ryhmässään vahva.",
            "sv": "Pargas: förskoleundervisning 8 529 € / 6-åring år 2018. "
            "Gruppens median är 9 500 (20 största städerna, n = 8). "
            "Dess plats är 1 (1–1) av 8, minst först. I sin grupp är kommunen stark.",
            "en": "Pargas: pre-primary education 8,529 € per 6-year-old in 2018. "
            "The median of the group is 9,500 (20 largest cities, "
            "n = 8). "
            "The rank is 1 (1–1) of 8, lowest first. In its group the figure is strong.",
        },
    ),
    "a member whose rank may be another is near the border": (
        {"445": (852_854, 100), **OTHERS},
        {"deviation": 0.1},
        {
            "fi": "Parainen: esiopetus 8 529 € / 6-vuotias vuonna 2018. "
            "Ryhmän mediaani on 9 500 (20 suurinta kaupunkia, n = 8). "
            "Sija on 1 (1–6) / 8, pienin ensin. Luku on ryhmässään lähellä rajaa.",
            "sv": "Pargas: förskoleundervisning 8 529 € / 6-åring år 2018. "
            "Gruppens median är 9 500 (20 största städerna, n = 8). "
            "Dess plats är 1 (1–6) av 8, minst först. I sin grupp är kommunen nära gränsen.",
            "en": "Pargas: pre-primary education 8,529 € per 6-year-old in 2018. "
            "The median of the group is 9,500 (20 largest cities, "
            "n = 8). "
            "The rank is 1 (1–6) of 8, lowest first. In its group the figure is near the border.",
        },
    ),
    "the same member is last and weak where higher is better": (
        {"445": (852_854, 100), **OTHERS},
        {"polarity": "higher"},
        {
            "fi": "Parainen: esiopetus 8 529 € / 6-vuotias vuonna 2018. "
            "Ryhmän mediaani on 9 500 (20 suurinta kaupunkia, n = 8). "
            "Sija on 8 (8–8) / 8, suurin ensin. Luku on ryhmässään heikko.",
            "sv": "Pargas: förskoleundervisning 8 529 € / 6-åring år 2018. "
            "Gruppens median är 9 500 (20 största städerna, n = 8). "
            "Dess plats är 8 (8–8) av 8, störst först. I sin grupp är kommunen svag.",
            "en": "Pargas: pre-primary education 8,529 € per 6-year-old in 2018. "
            "The median of the group is 9,500 (20 largest cities, "
            "n = 8). "
            "The rank is 8 (8–8) of 8, highest first. In its group the figure is weak.",
        },
    ),
    "a neutral indicator ranks and does not judge": (
        {"445": (852_854, 100), **OTHERS},
        {"polarity": "neutral"},
        {
            "fi": "Parainen: esiopetus 8 529 € / 6-vuotias vuonna 2018. "
            "Ryhmän mediaani on 9 500 (20 suurinta kaupunkia, n = 8). "
            "Sija on 1 (1–1) / 8, pienin ensin.",
            "sv": "Pargas: förskoleundervisning 8 529 € / 6-åring år 2018. "
            "Gruppens median är 9 500 (20 största städerna, n = 8). "
            "Dess plats är 1 (1–1) av 8, minst först.",
            "en": "Pargas: pre-primary education 8,529 € per 6-year-old in 2018. "
            "The median of the group is 9,500 (20 largest cities, "
            "n = 8). "
            "The rank is 1 (1–1) of 8, lowest first.",
        },
    ),
    "a lone member is not judged against itself": (
        {"445": (852_854, 100)},
        {},
        {
            "fi": "Parainen: esiopetus 8 529 € / 6-vuotias vuonna 2018. "
            "Ryhmän mediaani on 8 529 (20 suurinta kaupunkia, n = 1). "
            "Sija on 1 (1–1) / 1, pienin ensin. Ryhmässä, jossa on alle 8 kuntaa, ei luokitella.",
            "sv": "Pargas: förskoleundervisning 8 529 € / 6-åring år 2018. "
            "Gruppens median är 8 529 (20 största städerna, n = 1). "
            "Dess plats är 1 (1–1) av 1, minst först. I en grupp med färre än 8 kommuner klassas ingen.",
            "en": "Pargas: pre-primary education 8,529 € per 6-year-old in 2018. "
            "The median of the group is 8,529 (20 largest cities, "
            "n = 1). "
            "The rank is 1 (1–1) of 1, lowest first. In a group of fewer than 8 municipalities nobody is judged.",
        },
    ),
    "a municipality outside the group has no rank": (
        {"445": (852_854, 100), **OTHERS},
        {"listed": ("002", "003")},
        {
            "fi": "Parainen: esiopetus 8 529 € / 6-vuotias vuonna 2018. "
            "Ryhmän mediaani on 9 500 (20 suurinta kaupunkia, n = 2). "
            "Parainen ei kuulu ryhmään, joten sijaa ei ole.",
            "sv": "Pargas: förskoleundervisning 8 529 € / 6-åring år 2018. "
            "Gruppens median är 9 500 (20 största städerna, n = 2). "
            "Pargas hör inte till gruppen och har därför ingen plats.",
            "en": "Pargas: pre-primary education 8,529 € per 6-year-old in 2018. "
            "The median of the group is 9,500 (20 largest cities, "
            "n = 2). "
            "Pargas is not in the group, so it has no rank.",
        },
    ),
    "a small base gives no rank": (
        {"445": (247_328, 29), **OTHERS},
        {},
        {
            "fi": "Parainen: esiopetus 8 529 € / 6-vuotias vuonna 2018. "
            "Ryhmän mediaani on 9 500 (20 suurinta kaupunkia, n = 8). "
            "Sijaa ei anneta, koska ikäryhmässä on alle 30 asukasta.",
            "sv": "Pargas: förskoleundervisning 8 529 € / 6-åring år 2018. "
            "Gruppens median är 9 500 (20 största städerna, n = 8). "
            "Ingen plats anges eftersom åldersgruppen har färre än 30 invånare.",
            "en": "Pargas: pre-primary education 8,529 € per 6-year-old in 2018. "
            "The median of the group is 9,500 (20 largest cities, "
            "n = 8). "
            "No rank is given, since the age group has fewer than 30 residents.",
        },
    ),
    "an outlier asks to check the figures first": (
        {"445": (9_000_000, 100), **OTHERS},
        {},
        {
            "fi": "Parainen: esiopetus 90 000 € / 6-vuotias vuonna 2018. "
            "Ryhmän mediaani on 9 800 (20 suurinta kaupunkia, "
            "n = 8). "
            "Sija on 8 (8–8) / 8, pienin ensin. Luku on ryhmässään heikko. "
            "Luku poikkeaa ryhmästä paljon: tarkista ensin, ovatko luvut oikein.",
            "sv": "Pargas: förskoleundervisning 90 000 € / 6-åring år 2018. "
            "Gruppens median är 9 800 (20 största städerna, n = 8). "
            "Dess plats är 8 (8–8) av 8, minst först. I sin grupp är kommunen svag. "
            "Uppgiften avviker mycket från gruppen: kontrollera först att siffrorna är rätt.",
            "en": "Pargas: pre-primary education 90,000 € per 6-year-old in 2018. "
            "The median of the group is 9,800 (20 largest cities, "
            "n = 8). "
            "The rank is 8 (8–8) of 8, lowest first. In its group the figure is weak. "
            "The figure is far from its group: check first whether the figures are right.",
        },
    ),
    "a group without figures is said to have none": (
        {"445": (852_854, 100), "002": (None, 100)},
        {"listed": ("002",)},
        {
            "fi": "Parainen: esiopetus 8 529 € / 6-vuotias vuonna 2018. "
            "Ryhmässä ei ole yhtään kuntaa, jolla olisi luku. Valitse toinen ryhmä tai lisää kuntia.",
            "sv": "Pargas: förskoleundervisning 8 529 € / 6-åring år 2018. "
            "Ingen kommun i gruppen har en uppgift. Välj en annan grupp eller lägg till kommuner.",
            "en": "Pargas: pre-primary education 8,529 € per 6-year-old in 2018. "
            "No municipality in the group has a figure. Choose another group or add municipalities.",
        },
    ),
    "costs that were not reported are missing": (
        {"445": (None, 100), **OTHERS},
        {},
        {
            "fi": "Parainen: esiopetus, vuosi 2018: lukua ei ole (lukua ei ole ilmoitettu).",
            "sv": "Pargas: förskoleundervisning, år 2018: uppgift saknas (uppgiften har inte rapporterats).",
            "en": "Pargas: pre-primary education, 2018: there is no figure (the figure was not reported).",
        },
    ),
    "a service that is not organised is missing": (
        {"445": (0, 100), **OTHERS},
        {},
        {
            "fi": "Parainen: esiopetus, vuosi 2018: lukua ei ole (kunta ei järjestä tai ostaa kuntayhtymältä).",
            "sv": "Pargas: förskoleundervisning, år 2018: uppgift saknas (kommunen ordnar inte eller köper av en "
            "samkommun).",
            "en": "Pargas: pre-primary education, 2018: there is no figure (not organised here or bought through "
            "a joint authority).",
        },
    ),
    "a year without figures is missing": (
        {"445": (852_854, 100)},
        {"year": 2017},
        {
            "fi": "Parainen: esiopetus, vuosi 2017: lukua ei ole (lukua ei ole ilmoitettu).",
            "sv": "Pargas: förskoleundervisning, år 2017: uppgift saknas (uppgiften har inte rapporterats).",
            "en": "Pargas: pre-primary education, 2017: there is no figure (the figure was not reported).",
        },
    ),
}


@pytest.mark.parametrize(("places", "asked", "said"), FINDINGS.values(), ids=FINDINGS)
def test_a_finding_says(make_data: MakeData, places: dict, asked: dict[str, Any], said: dict[str, str]) -> None:
    directory = make_data(
        municipality=[{"code": code, "residents": 9000} for code in places],
        models=noise_of(PRE_PRIMARY.id, asked.get("deviation", 0.001)),
        finance=[
            {"municipality": code, "year": 2018, "task_class": "Esiopetus", "eur": eur}
            for code, (eur, _) in places.items()
            if eur is not None
        ],
        population=[
            {"municipality": code, "year": 2018, "age_from": 6, "age_to": 6, "persons": persons}
            for code, (_, persons) in places.items()
        ],
    )
    indicator = PRE_PRIMARY.model_copy(update={"polarity": asked.get("polarity", "lower")})
    group = figures.Group("own", asked["listed"]) if "listed" in asked else figures.Group("all")
    year = asked.get("year", 2018)
    comparison = comparisons.compare(Database(open_snapshot(directory)), indicator, group, year, ["445"])
    row = comparison.of("445")
    sentences = {
        language: text.finding(Translator(language), indicator, NAME[language], year, GROUP[language], comparison, row)
        for language in settings.LANGUAGES
    }
    assert {language: sentence.replace("\N{NO-BREAK SPACE}", " ") for language, sentence in sentences.items()} == said


def broken(*years: int) -> tuple[Break, ...]:
    return tuple(Break(year=year, reason=Text(fi="uusi luokka", sv="ny klass", en="new class")) for year in years)


# situation → values from 2015 on, years of breaks, what is said of the development
DEVELOPMENTS: dict[str, tuple[list[float | None], tuple[int, ...], str]] = {
    "from the first value to the last": (
        [1000, 3000, 2000],
        (),
        "Pargas: the figure was 1,000 in 2015 and 2,000 € per 6-year-old in 2017.",
    ),
    "from the first value there is": (
        [None, 3000, 2000, None],
        (),
        "Pargas: the figure was 3,000 in 2016 and 2,000 € per 6-year-old in 2017.",
    ),
    "from the break on": (
        [1000, 3000, 2500, 2000],
        (2016,),
        "Pargas: the figure was 3,000 in 2016 and 2,000 € per 6-year-old in 2018.",
    ),
    "from the last break on": (
        [1000, 3000, 2500, 2000],
        (2017, 2016),
        "Pargas: the figure was 2,500 in 2017 and 2,000 € per 6-year-old in 2018.",
    ),
    "that a break refuses the change": (
        [1000, 2000],
        (2016,),
        "Pargas: no change is given across the break of 2016. new class",
    ),
    "which break refuses the change": (
        [1000, None, None, 2000],
        (2017, 2023),
        "Pargas: no change is given across the break of 2017. new class",
    ),
    "nothing of a single value": ([None, 2000], (), ""),
    "nothing of no value": ([None, None], (), ""),
}


@pytest.mark.parametrize(("values", "breaks", "said"), DEVELOPMENTS.values(), ids=DEVELOPMENTS)
def test_the_development_is_told(values: list[float | None], breaks: tuple[int, ...], said: str) -> None:
    series = [{"year": year, "value": value} for year, value in enumerate(values, 2015)]
    indicator = PRE_PRIMARY.model_copy(update={"breaks": broken(*breaks)})
    assert text.development(Translator("en"), indicator, "Pargas", series) == said


def ages_of(t: Translator, indicator: Indicator) -> str:
    divisor = indicator.formula.denominator
    return text.ages(t, divisor.age_from, divisor.age_to)


@pytest.mark.parametrize(
    ("indicator", "fi", "sv", "en"),
    [
        ("pre_primary_cost_per_6", "6 v.", "6 år", "aged 6"),
        ("basic_education_cost_per_7_15", "7–15 v.", "7–15 år", "aged 7–15"),
        ("elderly_care_cost_per_65", "65 v. täyttäneet", "som fyllt 65 år", "aged 65 or over"),
        ("library_cost_per_resident", "kaikki", "alla", "of all ages"),
    ],
)
def test_the_ages_of_the_divisor_are_told(indicator: str, fi: str, sv: str, en: str) -> None:
    assert [ages_of(Translator(language), INDICATORS[indicator]) for language in settings.LANGUAGES] == [fi, sv, en]


SPOKEN = ("finding.", "chart.lines", "peers.", "why.", "need.")  # texts that are sentences about a municipality


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_every_sentence_has_every_name_as_it_stands_in_the_register(language: str, bundle: Database) -> None:
    """No name is inflected: in every sentence it stands alone, in all names of the register in both languages."""
    t = Translator(language)
    register = figures.register(bundle).values()
    names = sorted({row[f"name_{spoken}"] for row in register for spoken in ("fi", "sv")})
    named = [key for key, sentence in texts(language).items() if "{name}" in sentence and key.startswith(SPOKEN)]
    assert len(named) >= 10 and len(names) > 308
    for key in named:
        fields = {field for _, field, _, _ in Formatter().parse(texts(language)[key]) if field}
        for name in names:
            said = t(key, **dict.fromkeys(fields, "1") | {"name": name})
            assert re.search(rf"(^|[\s(]){re.escape(name)}(:|\s|,|$)", said), (key, said)
    inflecting = [key for key in named if re.search(r"\{(name|other)\}\S*[\wäöå]", texts(language)[key])]
    assert inflecting == []
